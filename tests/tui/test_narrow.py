"""A narrow screen shows one thing at a time: the list, or behind tab the panel as a page."""

from pathlib import Path
from typing import Any

import pytest
from tests.tui.test_editing import disputed
from tests.tui.test_outbox_screen import tied
from tests.tui.worlds import play, press, seen, settled
from textual.pilot import Pilot

from csmdesk.domain.touch.describe import OUTCOME_NAMES
from csmdesk.tui.dialogs.log_form import LogForm
from csmdesk.tui.ink import plain_text
from csmdesk.tui.widgets.choice import Choice

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


def test_why_something_failed_is_seen_without_a_key(tmp_path: Path) -> None:
    made = tied(tmp_path)
    why = (
        "The company is no longer in the CRM, so the call cannot be linked to it; whoever archived"
        " it there may know why. The call itself is in the CRM, without that link."
    )
    with made.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = 'failed', last_error_class = 'refused', last_error = ?"
            " WHERE kind = 'create'",
            (why,),
        )

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        text = " ".join(seen(app).split())
        assert why.partition(". ")[0] + "." in text
        assert "The call itself" not in text
        assert app.screen.list.size.height > 10
        await pilot.resize_terminal(120, 36)
        await settled(pilot)
        assert app.screen.query_one("#reason").region.height == 0
        told = " ".join(plain_text(row).strip() for row in app.screen.query_one("#side").lines)
        assert "The call itself is in the CRM" in told

    play(made, story, NARROW)


def test_what_ends_a_conflict_is_seen_without_scrolling(tmp_path: Path) -> None:
    made = disputed(tmp_path, text=True)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        assert "= sends both in one, e lets you write it." in " ".join(seen(app).split())
        await press(pilot, "1", "j", "enter")
        top = seen(app).split("\n")[:10]
        assert any("= sends both in one" in row for row in top)

    play(made, story, NARROW)


def test_a_panel_that_was_open_leaves_no_blank_page_when_its_list_empties(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "slash")
        await press(pilot, "z", "z", "z", "enter")
        assert "Nothing here fits" in seen(app)
        await press(pilot, "tab")
        assert "Nothing here fits" in seen(app)

    play(tied(tmp_path), story, NARROW)


def test_the_log_form_shows_every_outcome(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "l", "c", "tab")
        assert isinstance(app.screen, LogForm)
        for word in OUTCOME_NAMES.values():
            assert word in seen(app)

    play(tied(tmp_path), story, NARROW)


def test_the_chosen_outcome_is_seen_on_the_narrowest_screen(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "l", "c", "tab", "tab")
        choice = app.screen.query_one(Choice)
        assert choice.has_focus
        await press(pilot, *["right"] * len(OUTCOME_NAMES))
        assert "▸blocked" in seen(app)

    play(tied(tmp_path), story, (40, 24))


def test_the_health_tab_cuts_no_line(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "tab", "tab")
        assert "a gap is unknown" in seen(app)

    play(tied(tmp_path), story, NARROW)
