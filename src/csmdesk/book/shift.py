"""Moving a whole book in time, so that one written for a Monday is alive on any day.

The anchor day becomes the first working day on or after `today`, and every date and instant moves
by that many days. Contracts, scores, measurements, cases and surveys move exactly: their
distances are what the agenda counts. Work that people do on working days (touches, meetings,
promises, milestones, tasks) and that would land on a weekend goes to the nearest working day
away from the anchor: what is past to the Friday before, what is to come to the Monday after. So
nothing crosses today, and equal dates stay equal. A wall-clock time stays the same wall-clock
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

_SATURDAY, _SUNDAY = 5, 6


def shift(contents: Contents, *, anchor: date, today: date, zone: str | None = None) -> Contents:
    """Return the contents as if they had been written for `today`.

    Args:
        contents: a book whose present day is `anchor`, a working day.
        anchor: the day it was written for.
        today: the day it shall be alive on; on a weekend it is the Monday after.
        zone: an IANA name; the calendar keeps its clock times and moves to this zone.
    """
    own = ZoneInfo(contents.timezone or "UTC")
    mover = _Mover(anchor, _working_day(today), own, ZoneInfo(zone) if zone else own)
    lists: dict[str, Any] = {
        name: tuple(mover.record(row) for row in contents.rows(name)) for name in KEYS
    }
    lists["planned_days"] = tuple(
        {(row.on, row.account_id): row for row in lists["planned_days"]}.values()
    )
    return replace(
        contents,
        timezone=zone or contents.timezone,
        holidays=tuple(mover.exact(day) for day in contents.holidays),
        **(lists | {"dispositions": ()}),
    )


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)


class _Mover:
    """Moves single values from the anchor to the target day."""

    def __init__(self, anchor: date, target: date, old: tzinfo, new: tzinfo) -> None:
        self._by = target - anchor
        self._target = target
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
        weekday = moved.weekday()
        if weekday < _SATURDAY or day.weekday() >= _SATURDAY:
            return moved
        if moved < self._target:
            return moved - timedelta(days=weekday - _SATURDAY + 1)
        return moved + timedelta(days=_SUNDAY - weekday + 1)

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
