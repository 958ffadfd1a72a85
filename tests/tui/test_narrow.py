"""A narrow screen shows one thing at a time: the list, or behind tab the panel as a page."""

from pathlib import Path
from typing import Any

import pytest
from tests.tui.test_outbox_screen import tied
from tests.tui.worlds import play, press, seen
from textual.pilot import Pilot

NARROW = (80, 24)


@pytest.mark.parametrize("mode", ["1", "6"])
def test_the_panel_is_a_page_of_the_whole_width_and_the_list_comes_back_whole(
    tmp_path: Path, mode: str
) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, mode)
        screen = app.screen
        before = seen(app)
        assert screen.list.size.width == NARROW[0]
        assert "│" not in before
        await press(pilot, "tab")
        side = screen.query_one("#side")
        assert side.region.x == 0
        assert side.region.width == NARROW[0]
        assert screen.list.region.width == 0
        await press(pilot, "tab")
        assert seen(app) == before

    play(tied(tmp_path), story, NARROW)


def test_the_outbox_names_the_account_on_a_narrow_screen(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        assert "Call with Acme: renewal is fine" in seen(app)

    play(tied(tmp_path), story, NARROW)


def test_a_panel_that_was_open_leaves_no_blank_page_when_its_list_empties(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "slash")
        await press(pilot, "z", "z", "z", "enter")
        assert "Nothing here fits" in seen(app)
        await press(pilot, "tab")
        assert "Nothing here fits" in seen(app)

    play(tied(tmp_path), story, NARROW)
