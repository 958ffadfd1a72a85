"""Moving a whole book in time, so that one written for a Monday is alive on any day.

The anchor day becomes `today`, and every date and instant moves by that many days. Contracts,
scores, measurements, cases and surveys move exactly: their distances are what the agenda counts.
Work that people do on working days (touches, meetings, promises, milestones, tasks) and that
would land on a weekend goes to the nearest working day away from the anchor: what is past to the
last working day before, what is to come to the first one after. So nothing crosses today, and
equal dates stay equal. If today is itself on a weekend, the book's working week becomes the five
days that begin today, as it is in countries that work from Saturday or Sunday: a book that is
asleep on the day it is shown shows nothing. A wall-clock time stays the same wall-clock
time over a change of the clocks. Dispositions stay behind: they name causes by the dates these
had.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import Any, get_args
from zoneinfo import ZoneInfo

from csmdesk.book.contents import KEYS, Contents

_WORK: Mapping[str, frozenset[str]] = {
    "NextStep": frozenset({"due_on", "done_on"}),
    "Touchpoint": frozenset({"at"}),
    "Meeting": frozenset({"start", "end"}),
    "Contact": frozenset({"sentiment_on", "left_on"}),
    "Plan": frozenset({"kick_off_on"}),
    "Milestone": frozenset({"due_on", "due_original", "done_on"}),
    "MilestoneMove": frozenset({"from_on", "to_on", "on"}),
    "Evidence": frozenset({"on"}),
    "PlanTask": frozenset({"due_on", "done_on"}),
    "Criterion": frozenset({"current_on"}),
    "Task": frozenset({"due_on", "done_on"}),
    "PlannedDay": frozenset({"on"}),
}
"""Fields by record whose dates are working days; every other date moves exactly."""

USUAL_WEEK = frozenset(range(5))
"""Monday to Friday."""

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)


def shift(contents: Contents, *, anchor: date, today: date, zone: str | None = None) -> Contents:
    """Return the contents as if they had been written for `today`.

    Args:
        contents: a book whose present day is `anchor`, a working day.
        anchor: the day it was written for.
        today: the day it shall be alive on; see above for one on a weekend.
        zone: an IANA name; the calendar keeps its clock times and moves to this zone.
    """
    own = ZoneInfo(contents.timezone or "UTC")
    week = working_week(today)
    mover = _Mover(anchor, today, week, own, ZoneInfo(zone) if zone else own)
    lists: dict[str, Any] = {
        name: tuple(mover.record(row) for row in contents.rows(name)) for name in KEYS
    }
    lists["planned_days"] = tuple(
        {(row.on, row.account_id): row for row in lists["planned_days"]}.values()
    )
    return replace(
        contents,
        timezone=zone or contents.timezone,
        settings=contents.settings if week == USUAL_WEEK else {**contents.settings, **_says(week)},
        holidays=tuple(mover.exact(day) for day in contents.holidays),
        **(lists | {"dispositions": ()}),
    )


def working_week(today: date) -> frozenset[int]:
    """Return the weekdays (Monday = 0) a book alive on `today` works on; today is one of them."""
    if today.weekday() in USUAL_WEEK:
        return USUAL_WEEK
    return frozenset((today.weekday() + step) % 7 for step in range(5))


def _says(week: frozenset[int]) -> dict[str, object]:
    return {"agenda.workweek": [_NAMES[day] for day in sorted(week)]}


class _Mover:
    """Moves single values from the anchor to the target day."""

    def __init__(
        self, anchor: date, target: date, week: frozenset[int], old: tzinfo, new: tzinfo
    ) -> None:
        self._by = target - anchor
        self._target = target
        self._week = week
        self._old = old
        self._new = new

    def record(self, record: Any) -> Any:
        """Return the record with all its dates moved, nested records included."""
        kind = record.__class__
        work = _WORK.get(kind.__name__, frozenset())
        changes: dict[str, Any] = {}
        for name in _movable(kind):
            value = getattr(record, name)
            if isinstance(value, tuple):
                changes[name] = tuple(self.record(one) for one in value)
            elif isinstance(value, datetime):
                changes[name] = self._instant(value, at_work=name in work)
            elif isinstance(value, date):
                changes[name] = self._working(value) if name in work else self.exact(value)
        return replace(record, **changes) if changes else record

    def exact(self, day: date) -> date:
        """Move a date by the whole distance."""
        return day + self._by

    def _working(self, day: date) -> date:
        moved = self.exact(day)
        if day.weekday() not in USUAL_WEEK:
            return moved
        away = -_DAY if moved < self._target else _DAY
        while moved.weekday() not in self._week:
            moved += away
        return moved

    def _instant(self, instant: datetime, *, at_work: bool) -> datetime:
        local = instant.astimezone(self._old)
        day = self._working(local.date()) if at_work else self.exact(local.date())
        moved = datetime.combine(day, local.time(), self._new)
        return moved.astimezone(UTC)


@cache
def _movable(kind: Any) -> tuple[str, ...]:
    """The fields of a record class that may hold dates, instants or further records."""
    return tuple(
        field.name
        for field in fields(kind)
        if any(
            one in (date, datetime) or is_dataclass(one)
            for one in (field.type, *get_args(field.type))
        )
    )
