"""Sharing next steps on the command line, against the embedded CRM."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Program, is_one_error
from tests.sandbox.running import TOKEN, Sandbox, sandbox
from tests.sync.office import BOOK

CONNECT = ("connect", "hubspot", "--token-env", "MY_TOKEN", "--owner-email", "robin@example.com")
LINE = "c Ana 25m fine > send the plan 30 jun > book a room"


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Serve an embedded CRM, its token in a variable of the user's own."""
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    with sandbox(tmp_path / "crm", BOOK) as running:
        yield running


@pytest.fixture
def tied(csmdesk: Program, crm: Sandbox) -> Program:
    """Give the command line on a store that is connected and has been synced once."""
    assert csmdesk(*CONNECT, "--base-url", crm.url, "--yes").code == 0
    assert csmdesk("sync").code == 0
    return csmdesk


def made(crm: Sandbox) -> int:
    """How many tasks were made at the CRM."""
    return sum((e["op"], e["type"]) == ("create", "tasks") for e in crm.effects())


def test_what_could_be_shared_is_listed_then_shared_by_its_words(
    tied: Program, crm: Sandbox
) -> None:
    tied("log", "alder", LINE)
    listed = tied("share", "alder")
    assert listed.out.count("not shared") == 2
    assert made(crm) == 0
    shared = tied("share", "alder", "PLAN")
    assert "queued: send the plan" in shared.out
    assert tied("sync").code == 0
    assert made(crm) == 1
    standing = {
        each["text"]: each["standing"] for each in tied("share", "alder", "--json").document
    }
    assert standing == {"send the plan": "sent", "book a room": "not shared"}


def test_a_step_without_a_day_says_when_its_task_is_due(tied: Program) -> None:
    tied("log", "alder", LINE)
    assert "A task needs a day" in tied("share", "alder", "room").out


def test_it_is_taken_back(tied: Program, crm: Sandbox) -> None:
    tied("log", "alder", LINE)
    tied("share", "alder", "--all")
    tied("sync")
    taken = tied("unshare", "alder", "room")
    assert taken.out.startswith("Not shared any more: book a room")
    assert "archives it" in taken.out
    tied("sync")
    assert sum((e["op"], e["type"]) == ("archive", "tasks") for e in crm.effects()) == 1
    assert is_one_error(tied("unshare", "alder", "room"), "No open step")


def test_words_that_fit_two_steps_are_refused_with_both(tied: Program) -> None:
    tied("log", "alder", LINE)
    refused = tied("share", "alder", "a")
    assert is_one_error(refused, "send the plan", "book a room")


def test_an_account_in_no_crm_has_nowhere_to_share_with(csmdesk: Program) -> None:
    csmdesk.with_book()
    assert is_one_error(csmdesk("share", "A-1", "plan"), "is in no CRM")


@pytest.mark.parametrize(("wanted", "count"), [("never", 0), ("ask", 0), ("always", 2)])
def test_the_setting_says_whether_logging_shares(
    tied: Program, crm: Sandbox, wanted: str, count: int
) -> None:
    setting = ("--store", str(tied.store), "--set", f"sync.share_next_steps={wanted}")
    logged = tied.bare(*setting, "log", "alder", LINE)
    assert ("csmdesk share" in logged.out) == (wanted == "ask")
    tied.bare(*setting, "log", "alder", "i finance wants a discount > ask them fri")
    tied("sync")
    assert made(crm) == count
