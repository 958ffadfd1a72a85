"""The first screen: each way in really works."""

import json
from pathlib import Path
from typing import Any

from tests.tui.worlds import book, press, run, seen, settled, typed, workspace
from textual.pilot import Pilot

from csmdesk.crm.base import Capabilities, Owner
from csmdesk.errors import AuthRejected
from csmdesk.tui.app import FirstRunApp
from csmdesk.tui.doors import Asks, Doors, Opened
from csmdesk.usecases.setup import ConnectReport
from csmdesk.usecases.workspace import Workspace

EMPTY = {"format": "csmdesk-book", "version": 1}


def closed(_tell: object) -> Opened:
    """Stand for a door nobody opens in this test."""
    raise AssertionError


def refused(_workspace: Workspace, _token: str, _asks: Asks) -> ConnectReport:
    """Stand for a token HubSpot does not take."""
    raise AuthRejected("HubSpot refused the token (401).", "Make a new one.")


def test_three_ways_in_are_told(tmp_path: Path) -> None:
    made = workspace(tmp_path, EMPTY)

    async def story(app: Any, _pilot: Pilot[Any]) -> None:
        text = seen(app)
        for words in ("Try the demo", "Connect HubSpot", "Import a file", "enter begin"):
            assert words in text
        assert "1 Today" not in text

    run(FirstRunApp(made, Doors(demo=closed, connect=refused)), story)
    made.store.close()


def test_the_demo_opens_its_own_workspace_and_is_closed_at_the_end(tmp_path: Path) -> None:
    own = workspace(tmp_path, EMPTY)
    (tmp_path / "demo").mkdir()
    demo = workspace(tmp_path / "demo")
    ended: list[str] = []

    def open_demo(tell: Any) -> Opened:
        tell("Making the demo's book…")
        return Opened(demo, "This demo is 3 days old.", lambda: ended.append("closed"))

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "enter")
        await settled(pilot)
        assert "Massive Dynamic" in seen(app)
        assert "This demo is 3 days old." in seen(app)
        assert app.workspace is demo
        app.close_all()
        assert ended == ["closed"]

    run(FirstRunApp(own, Doors(demo=open_demo, connect=refused)), story)
    own.store.close()
    demo.store.close()


def test_a_book_is_imported_and_today_shown(tmp_path: Path) -> None:
    made = workspace(tmp_path, EMPTY)
    file = tmp_path / "book.json"
    file.write_text(json.dumps(book()), encoding="utf-8")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "j", "enter")
        app.screen.bar.input.value = str(file)
        await press(pilot, "enter")
        await settled(pilot)
        assert "Massive Dynamic" in seen(app)
        assert "Imported" in app.said.text

    run(FirstRunApp(made, Doors(demo=closed, connect=refused)), story)
    made.store.close()


def test_every_problem_of_a_bad_book_is_listed_and_nothing_is_imported(tmp_path: Path) -> None:
    made = workspace(tmp_path, EMPTY)
    file = tmp_path / "book.json"
    rows = {**EMPTY, "accounts": [{"id": "a"}, {"id": "b", "name": "B", "segment": "huge"}]}
    file.write_text(json.dumps(rows), encoding="utf-8")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "j", "enter")
        app.screen.bar.input.value = str(file)
        await press(pilot, "enter")
        text = seen(app)
        assert "2 problems in this file; nothing was imported" in text
        assert "accounts[1].segment" in text
        assert app.current_mode == "first"

    run(FirstRunApp(made, Doors(demo=closed, connect=refused)), story)
    made.store.close()


def test_a_refused_token_is_told_in_one_line_and_can_be_tried_again(tmp_path: Path) -> None:
    made = workspace(tmp_path, EMPTY)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter")
        await typed(pilot, "pat-na1-secret")
        assert "pat-na1-secret" not in seen(app)
        await press(pilot, "enter")
        assert "HubSpot refused the token (401). Make a new one." in app.said.text
        await press(pilot, "enter")
        assert app.screen.bar is not None

    run(FirstRunApp(made, Doors(demo=closed, connect=refused)), story)
    made.store.close()


def test_the_questions_of_connecting_are_put_on_the_screen(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    answers: list[object] = []

    def connect(_workspace: Workspace, _token: str, asks: Asks) -> ConnectReport:
        answers.append(asks.choose("Who are you in HubSpot?", ["Ana <a@x>", "Raj <r@x>"]))
        answers.append(
            asks.confirm("Connect Example: 12 companies are yours. Go on?", default=True)
        )
        return ConnectReport(
            key="hubspot:1",
            portal="Example",
            owner=Owner(remote_id="1", name="Raj", email="r@x"),
            mine=12,
            scope="mine",
            choices=(),
            capabilities=Capabilities(),
        )

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter")
        await typed(pilot, "token")
        await pilot.press("enter")
        await until(pilot, lambda: "Raj <r@x>" in seen(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "12 companies are yours" in seen(app))
        await press(pilot, "y")
        await settled(pilot)
        assert answers == [1, True]
        assert "Connected to Example: 12 companies of yours" in app.said.text
        assert app.current_mode == "today"

    run(FirstRunApp(made, Doors(demo=closed, connect=connect)), story)
    made.store.close()


async def until(pilot: Pilot[Any], true: Any) -> None:
    """Let the app go on until something holds, for a bounded number of turns."""
    for _ in range(200):
        await pilot.pause(0.02)
        if true():
            return
    raise AssertionError("it never came")


def test_help_works_on_the_first_screen_and_leads_nowhere_else(tmp_path: Path) -> None:
    made = workspace(tmp_path, EMPTY)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "question_mark")
        assert "Keys in the first screen" in seen(app)
        await press(pilot, "2")
        assert "Choose first how to begin" in app.said.text
        await press(pilot, "escape")
        assert "How do you want to begin?" in seen(app)

    run(FirstRunApp(made, Doors(demo=closed, connect=refused)), story)
    made.store.close()
