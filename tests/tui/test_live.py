"""A list that stays open: midnight, a ticket's 48th hour, news from a sync."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.storing import keep_rows
from tests.tui.worlds import NOW, book, play, press, settled, workspace
from textual.pilot import Pilot

from csmdesk.usecases import agenda, dispositions
from csmdesk.usecases.workspace import Workspace


class MovedClock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant it stands at."""
        return self.at


def moved(folder: Path, rows: dict[str, Any]) -> tuple[Workspace, MovedClock]:
    clock = MovedClock(NOW)
    return replace(workspace(folder, rows), clock=clock), clock


def ticket(account: str, hours: float) -> dict[str, Any]:
    opened = (NOW - timedelta(hours=hours)).isoformat()
    return {"id": f"K-{account}", "account_id": account, "subject": "Down", "severity": "critical",
            "status": "open", "opened_at": opened}  # fmt: skip


def test_a_ticket_shows_in_its_48th_hour_and_the_cursor_stays_on_its_account(
    tmp_path: Path,
) -> None:
    made, clock = moved(tmp_path, book(tickets=[ticket("umbra", 47.5)]))

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("duff")
        await settled(pilot)
        before = app.screen.view.agenda.item("umbra").rank
        clock.at = NOW + timedelta(minutes=31)
        app.time_passed()
        await settled(pilot)
        item = app.screen.view.agenda.item("umbra")
        assert "ticket" in {signal.type for signal in item.one.visible}
        assert item.rank < before
        assert app.screen.list.cursor_key == "duff"
        assert app.screen.view.agenda == agenda.today(made)

    play(made, story)


def test_over_midnight_the_day_turns_and_says_so(tmp_path: Path) -> None:
    made, clock = moved(tmp_path, book())

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("acme")
        await settled(pilot)
        clock.at = NOW + timedelta(days=3)
        app.time_passed()
        await settled(pilot)
        assert app.said.text.startswith("It is Thu 12 Mar now.")
        assert app.screen.view.agenda.item("acme").tier == 0
        assert app.screen.list.cursor_key == "acme"
        assert app.screen.view.agenda == agenda.today(made)

    play(made, story)


def test_a_night_on_another_screen_is_seen_at_once_on_the_way_back(tmp_path: Path) -> None:
    made, clock = moved(tmp_path, book())

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("acme")
        await press(pilot, "2")
        clock.at = NOW + timedelta(days=3)
        app.time_passed()
        await settled(pilot)
        assert "It is" not in app.said.text
        await press(pilot, "1")
        assert app.said.text.startswith("It is Thu 12 Mar now.")
        assert app.screen.list.cursor_key == "acme"
        assert app.screen.view.agenda == agenda.today(made)

    play(made, story)


def test_news_of_a_sync_are_told_and_the_cursor_stays(tmp_path: Path) -> None:
    made, _ = moved(tmp_path, book())

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("duff")
        await settled(pilot)
        keep_rows(made.store, {"tickets": [ticket("umbra", 60)]})
        app.book_changed()
        await settled(pilot)
        assert "Umbra rose from 11 to" in app.said.text
        assert "critical ticket open 60 h" in app.said.text
        assert app.screen.list.cursor_key == "duff"

    play(made, story)


def test_a_change_of_mine_and_one_of_a_sync_at_once_are_both_seen(tmp_path: Path) -> None:
    made, _ = moved(tmp_path, book())

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        dispositions.done(made, "acme", types=["coverage"])
        keep_rows(made.store, {"tickets": [ticket("umbra", 60)]})
        app.screen.touched("acme")
        app.book_changed(own=True)
        app.book_changed()
        await settled(pilot)
        assert app.screen.view.agenda == agenda.today(made)

    play(made, story)


def test_after_a_decision_the_list_is_what_reading_all_of_it_would_give(tmp_path: Path) -> None:
    made, _ = moved(tmp_path, book())

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("duff")
        await press(pilot, "z", "enter")
        assert not app.screen.view.whole
        assert app.screen.view.agenda == agenda.today(made)
        await press(pilot, "right_square_bracket", "escape")
        assert app.screen.view.whole
        assert app.screen.view.agenda == agenda.today(made)

    play(made, story)
