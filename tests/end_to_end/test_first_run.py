"""A fresh home on a real terminal: each way in works, and what is wrong is said on the screen."""

import json
from pathlib import Path

import pytest
from tests.end_to_end import world
from tests.end_to_end.terminal import Terminal
from tests.sync.office import BOOK

from csmdesk.paths import places

pytestmark = pytest.mark.slow


def first_screen(
    *, columns: int = 120, rows: int = 36, env: dict[str, str] | None = None
) -> Terminal:
    """Open csmdesk where nothing is configured."""
    return Terminal(world.PROGRAM, env=env or world.environment(), columns=columns, rows=rows)


def test_the_demo_is_one_key_away_and_leaves_the_own_book_alone(home: Path) -> None:
    with first_screen(columns=80, rows=24) as terminal:
        terminal.wait_for("Try the demo", "Connect HubSpot", "Import a file")
        terminal.press("enter")
        terminal.wait_for(" l log", "1 Today")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert world.rows(places().store, "SELECT count(*) FROM accounts") == [(0,)]
    assert world.rows(places().demo / "demo.db", "SELECT count(*) > 70 FROM accounts") == [(1,)]
    with first_screen() as terminal:
        terminal.wait_for("Try the demo")


def test_a_book_is_imported_from_the_first_screen(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "book.json"
    file.write_text(json.dumps(BOOK), encoding="utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps({**BOOK, "nonsense": 1}), encoding="utf-8")
    with first_screen() as terminal:
        terminal.wait_for("Import a file")
        terminal.press("down", "down", "enter")
        terminal.wait_for("File ▸")
        terminal.type(str(broken))
        terminal.press("enter")
        terminal.wait_for("nonsense")
        terminal.press("enter")
        terminal.wait_for("File ▸")
        terminal.type(str(file))
        terminal.press("enter")
        terminal.wait_for(" l log", "1 Today")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert world.rows(places().store, "SELECT count(*) FROM accounts") == [(3,)]


def test_hubspot_is_connected_by_a_token_that_is_typed(home: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    alone = [user for user in BOOK["users"] if user["id"] == "U-1"]
    mine = [account for account in BOOK["accounts"] if account["owner_id"] == "U-1"]
    known = {account["id"] for account in mine}
    people = [one for one in BOOK["contacts"] if one["account_id"] in known]
    book.write_text(
        json.dumps(
            {
                **{key: BOOK[key] for key in ("format", "version", "timezone", "me")},
                "users": alone,
                "accounts": mine,
                "contacts": people,
            }
        ),
        encoding="utf-8",
    )
    with world.crm(tmp_path / "crm", book) as url:
        env = world.environment(CSMDESK_HUBSPOT_BASE_URL=url)
        with first_screen(env=env) as terminal:
            terminal.wait_for("Connect HubSpot")
            terminal.press("down", "enter")
            terminal.wait_for("Access token")
            terminal.type("pat-na1-wrong")
            terminal.press("enter")
            terminal.wait_for("does not accept")
            assert "pat-na1-wrong" not in terminal.text
            terminal.press("enter")
            terminal.wait_for("Access token")
            terminal.type(world.TOKEN)
            terminal.press("enter")
            terminal.wait_for("2 companies belong to")
            terminal.press("y")
            terminal.wait_for(" l log", "1 Today")
            world.wait_for(
                lambda: world.rows(places().store, "SELECT count(*) FROM accounts") == [(2,)],
                "the first sync has brought my companies",
            )
            terminal.press("q")
            assert terminal.wait_for_end() == 0
            assert world.TOKEN.encode() not in terminal.bytes
    for path in home.rglob("*"):
        if path.is_file():
            assert world.TOKEN.encode() not in path.read_bytes(), path
