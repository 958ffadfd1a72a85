"""Looking at another day than today: as it was, or as it will be if nothing happens."""

from datetime import date, datetime, time, timedelta
from typing import Final

from csmdesk.tui import format as fmt
from csmdesk.tui.screens.listing import Listing

DECISIONS: Final = frozenset({"done", "snooze", "dismiss", "plan", "unplan", "replan"})
"""Commands that decide something about now."""


class OtherDays(Listing):
    """A list that can be shown as of another day; nothing may be decided there."""

    def __init__(self) -> None:
        super().__init__()
        self._day_shown: date | None = None
        self._looked_for: tuple[str, str | None] | None = None
        """The account the cursor was on before another day, and the one that stands in for it."""
        self._expected = False
        """Whether the next change of the list is the user's own doing and needs no telling."""

    def shown_day(self) -> date | None:
        """Return the day that is replayed or looked ahead to."""
        return self._day_shown

    def instant(self) -> datetime:
        """Return the instant the screen is about: now, or the start of the day that is shown."""
        now = self.bench.now()
        if self._day_shown is None:
            return now
        return datetime.combine(self._day_shown, time(9), self.bench.workspace.zone)

    def works(self, name: str) -> bool:
        """Return whether a command does something here: on another day one only looks."""
        return super().works(name) and not (self._day_shown is not None and name in DECISIONS)

    def do_earlier(self) -> None:
        """Look at the day before."""
        self.look_at((self._day_shown or self.bench.today()) - timedelta(days=1))

    def do_later(self) -> None:
        """Look at the day after."""
        self.look_at((self._day_shown or self.bench.today()) + timedelta(days=1))

    def look_at(self, day: date) -> None:
        """Show another day; today itself ends the replay.

        The cursor stays on its account. Where that is not listed on the other day another one
        stands in for it, until it is listed again or the user goes elsewhere.
        """
        today = self.bench.today()
        key = self.list.cursor_key
        if self._looked_for is None or self._looked_for[1] != key:
            self._looked_for = None if key is None else (key, key)
        self._day_shown = None if day == today else day
        self.set_class(self._day_shown is not None, "-replay")
        if self._day_shown is None:
            self.say("Back to now.")
        elif day < today:
            self.say(
                f"As of {fmt.day_name(day, today)}, 09:00, by the dated facts of then; forecast,"
                " preparation and ticket status as stored now. esc: back to now."
            )
        else:
            self.say(
                f"As {fmt.day_name(day, today)}, 09:00 will look if nothing happens until then."
                " esc: back to now."
            )
        self._expected = True
        self.load()

    def do_pick_day(self) -> None:
        """Ask for a day and look at it."""
        from csmdesk.tui.day_picking import day_preview, read_day

        today = self.bench.today()

        def answer(text: str) -> None:
            day = read_day(text, today)
            if day is not None:
                self.look_at(day)

        self.ask("Look at", "", lambda text: day_preview(text, today), answer)
