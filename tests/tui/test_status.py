"""The status line: what one screen said stays with it, and no key of the grammar is silent."""

from pathlib import Path
from typing import Any

import pytest
from tests.tui.test_outbox_screen import tied
from tests.tui.worlds import play, press, seen, settled, workspace
from textual.pilot import Pilot


@pytest.mark.parametrize(
    "keys", [("1",), ("6",), ("enter",), ("question_mark",), ("f1",), ("w",), ("H",)], ids=str
)
def test_what_one_screen_said_does_not_follow_to_another(
    tmp_path: Path, keys: tuple[str, ...]
) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "2" if keys == ("1",) else "1", "j")
        app.complain("This cannot be done.")
        await press(pilot, *keys)
        assert "This cannot be done." not in seen(app)

    play(tied(tmp_path), story)


def test_what_a_page_said_goes_with_it(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter")
        app.complain("This cannot be done.")
        await press(pilot, "escape")
        assert "This cannot be done." not in seen(app)

    play(workspace(tmp_path), story)


@pytest.mark.parametrize("key", ["3", "4", "5", "f", "n"])
def test_a_key_that_has_no_place_yet_says_so(tmp_path: Path, key: str) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, key)
        assert app.said.trouble
        assert app.said.text.rstrip(".") in seen(app)

    play(workspace(tmp_path), story, (80, 24))


@pytest.mark.parametrize("key", ["log", "pick_day", "filter"])
def test_a_key_pressed_twice_before_its_bar_is_there_opens_it_once(
    tmp_path: Path, key: str
) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j")
        app.screen.action_command(key)
        app.screen.action_command(key)
        await settled(pilot)
        bar = app.screen.bar
        assert bar is not None
        assert [one for one in app.screen.query(type(bar)) if one.is_attached] == [bar]
        await press(pilot, "escape")
        app.screen.action_command(key)
        await settled(pilot)
        assert app.screen.bar is not None

    play(workspace(tmp_path), story)
