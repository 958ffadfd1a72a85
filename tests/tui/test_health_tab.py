"""The Health tab of an account: unfolded, and a colour set against the score."""

from pathlib import Path
from typing import Any

from tests.tui.worlds import play, press, seen, typed, workspace
from textual.pilot import Pilot

from csmdesk.tui.screens.account import HEALTH


def test_the_score_unfolds_into_its_parts_its_history_and_its_moves(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "tab", "tab")
        text = seen(app)
        for words in ("the CRM's score of 9 Mar", "adoption", "weight", "42 → 38", "26 weeks"):
            assert words in text
        await press(pilot, "tab")
        assert "Why now" in seen(app)

    play(workspace(tmp_path), story)


def test_a_colour_is_set_shown_with_a_star_and_taken_back(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "tab", "tab", "e")
        await typed(pilot, "green they are fine")
        assert "one step better, not two" in seen(app)
        await press(pilot, "enter")
        assert app.screen.bar is not None
        await press(pilot, "ctrl+u")
        await typed(pilot, "y +2w their CEO called")
        assert "yellow* to Mon 23 Mar" in seen(app)
        await press(pilot, "enter")
        assert "38 yellow*" in seen(app)
        assert "their CEO called" in seen(app)
        assert "u undoes" in app.said.text
        await press(pilot, "u")
        assert app.screen.health().override is None
        assert "38 red" in seen(app)

    play(workspace(tmp_path), story)


def test_clearing_works_only_where_something_was_set(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "tab", "tab", "e")
        await typed(pilot, "clear")
        assert "not set by hand" in seen(app)
        await press(pilot, "escape")
        await press(pilot, "e")
        await typed(pilot, "yellow fri a call")
        await press(pilot, "enter", "e")
        await typed(pilot, "clear")
        await press(pilot, "enter")
        assert app.screen.health().colour == "red"
        assert app.screen._tab == HEALTH

    play(workspace(tmp_path), story)


def test_it_fits_a_small_terminal(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "tab", "tab")
        assert "38 red" in seen(app)

    play(workspace(tmp_path), story, (40, 12))
