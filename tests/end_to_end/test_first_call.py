"""The day's core loop on a real terminal: the agenda, a call in one line, the CRM has it once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.end_to_end import world
from tests.end_to_end.terminal import Terminal

from csmdesk.paths import places

pytestmark = pytest.mark.slow

TEXT = "Budget for the pilot is agreed"
STEP = "send the rollout plan"
TOUCHES = "SELECT text FROM touchpoints"


def account_on_page(screen: str) -> str:
    """Return the account whose page is open: the first words below the top line."""
    return screen.splitlines()[1].strip().split("  ")[0]


def log_a_call(terminal: Terminal, store: Path) -> tuple[str, tuple[str, str]]:
    """Open the first line of the agenda and log a call with two people and a next step."""
    terminal.press("enter")
    account = account_on_page(terminal.wait_for("Brief", "Timeline", "Why now"))
    people = world.two_people(store, account)
    terminal.press("l")
    terminal.wait_for("▸")
    terminal.type(f"c {people[0]}, {people[1]} 25m + {TEXT} > {STEP} fri")
    terminal.wait_for(f" call · {people[0]}")
    terminal.settle()
    terminal.press("enter")
    terminal.wait_for("Logged call with")
    return account, people


def show_timeline(terminal: Terminal) -> None:
    """Turn to the tab of the account's page on which the call stands as queued."""
    for _ in range(4):
        terminal.wait_for("Brief", "Timeline")
        terminal.settle()
        if "↑ queued" in terminal.text and TEXT[:12] in terminal.text:
            return
        terminal.press("tab")
    raise AssertionError(f"no timeline with the call\n{terminal.text}")


def expect_once(url: str, state: Path, account: str, people: tuple[str, str]) -> None:
    """Ask the vendor's own client: exactly one call, with everything as it was said."""
    client = world.vendor(url)
    calls = world.calls_with(client, TEXT)
    assert len(calls) == 1
    call = calls[0]
    assert call.properties["hs_call_body"].split("<br>")[0] == TEXT
    assert call.properties["hs_call_duration"] == str(25 * 60 * 1000)
    assert datetime.now(UTC) - world.at(call) < timedelta(minutes=10)
    assert world.names(client, call) == ({account}, set(people))
    created = [one for one in world.effects(state) if one["op"] == "create"]
    assert [one["type"] for one in created if one["type"] in ("calls", "0-48")] == [
        created[0]["type"]
    ]


@pytest.mark.parametrize(("columns", "rows"), [(120, 36), (80, 24)])
def test_a_call_logged_in_the_demo_is_in_the_crm_exactly_once(
    home: Path, columns: int, rows: int
) -> None:
    folder = places().demo
    store, state = folder / "demo.db", folder / "crm"
    env = world.environment(CSMDESK_SYNC_AUTOMATIC="false")
    with world.workbench("demo", env=env, columns=columns, rows=rows) as terminal:
        account, people = log_a_call(terminal, store)
        terminal.press("6")
        terminal.wait_for("create", account.split()[0])
        terminal.press("1")
        terminal.wait_for(" l log")
        show_timeline(terminal)
        terminal.press("S")
        terminal.wait_for("sent")
        terminal.press("6")
        terminal.wait_for("Nothing is waiting")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    with world.crm(state, folder / "book.json") as url:
        expect_once(url, state, account, people)


def test_a_call_logged_while_the_crm_is_away_arrives_once_when_it_is_back(
    home: Path, tmp_path: Path
) -> None:
    from csmdesk.book.canonical import write
    from csmdesk.book.sample import sample

    book, state, store = tmp_path / "book.json", tmp_path / "crm", tmp_path / "store.db"
    contents = sample(datetime.now(UTC).date(), zone="UTC")
    mine = next(user.email for user in contents.users if user.id == contents.me)
    assert mine is not None
    book.write_bytes(write(contents))
    env = world.environment(E2E_TOKEN=world.TOKEN, CSMDESK_STORE=str(store))
    connect = ("connect", "hubspot", "--token-env", "E2E_TOKEN", "--yes")
    with world.crm(state, book) as url:
        port = int(url.rpartition(":")[2])
        world.run(*connect, "--base-url", url, "--owner-email", mine, env=env)
        world.run("sync", env=env)
    with world.workbench(env=env) as terminal:
        account, people = log_a_call(terminal, store)
        terminal.press("6")
        terminal.wait_for("create", account.split()[0])
        terminal.press("S")
        terminal.wait_until(
            lambda text: "could not be reached" in text or "offline" in text, "no network"
        )
        with world.crm(state, book, port) as url:
            terminal.press("S")
            terminal.wait_for("Nothing is waiting")
            terminal.press("q")
            assert terminal.wait_for_end() == 0
            expect_once(url, state, account, people)
            assert world.document("sync", env=env)["pushed"]["sent"] == 0
            expect_once(url, state, account, people)


def test_what_was_typed_is_back_after_the_terminal_was_killed(home: Path) -> None:
    store = places().demo / "demo.db"
    typed = f"c 25m + {TEXT} > {STEP} fri"
    with world.workbench("demo") as terminal:
        terminal.press("l")
        terminal.wait_for("▸")
        terminal.type(typed)
        world.wait_for(
            lambda: (typed,) in world.rows(store, "SELECT body FROM drafts"), "the draft is kept"
        )
        terminal.kill()
    assert (TEXT,) not in world.rows(store, TOUCHES)
    with world.workbench("demo") as terminal:
        terminal.wait_for("Not saved yet", typed[:20])
        terminal.press("l")
        terminal.wait_for("▸ c 25m", "Budget for the pilot")
        terminal.press("enter")
        terminal.wait_for("Logged call with")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert world.rows(store, TOUCHES).count((TEXT,)) == 1
    assert world.rows(store, "SELECT body FROM drafts") == []
