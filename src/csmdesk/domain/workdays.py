"""Working days: weekdays of the work week that are not holidays.

Contract dates use calendar days; reviews, recaps, act-by dates and capacity use working days
(agenda model §3.1).
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Names of weekdays in the order of `date.weekday()`."""

_DAY = timedelta(days=1)


class Workdays:
    """A calendar of working days.

    Args:
        week: names of the days worked, from `WEEKDAYS`; at least one.
        holidays: days that are not worked.
    """

    __slots__ = ("_holidays", "_per_week", "_upto", "_worked")

    def __init__(
        self,
        week: Iterable[str] = ("mon", "tue", "wed", "thu", "fri"),
        holidays: Iterable[date] = (),
    ) -> None:
        names = frozenset(week)
        self._worked = tuple(name in names for name in WEEKDAYS)
        if not any(self._worked):
            raise ValueError("a work week needs at least one day")
        self._per_week = sum(self._worked)
        # Ordinal 1 is a Monday, so (ordinal - 1) % 7 is the weekday.
        self._upto = tuple(sum(self._worked[:days]) for days in range(7))
        self._holidays = sorted(
            {day.toordinal() for day in holidays if self._worked[day.weekday()]}
        )

    def __eq__(self, other: object) -> bool:
        """Tell whether another calendar works the same days."""
        if not isinstance(other, Workdays):
            return NotImplemented
        return (self._worked, self._holidays) == (other._worked, other._holidays)

    def __hash__(self) -> int:
        """Return a number that equal calendars share."""
        return hash((self._worked, tuple(self._holidays)))

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked."""
        return self._works(day.toordinal())

    def between(self, after: date, upto: date) -> int:
        """Count the working days after one day up to and including another: `bd(a, b)`.

        0 if `upto` is not after `after`.
        """
        if upto <= after:
            return 0
        return self._count(upto.toordinal()) - self._count(after.toordinal())

    def last(self, day: date) -> date:
        """Return the last working day on or before a day; `date.min` if the calendar has none."""
        ordinal = day.toordinal()
        while ordinal > 1 and not self._works(ordinal):
            ordinal -= 1
        return date.fromordinal(ordinal)

    def before(self, day: date) -> date:
        """Return the last working day strictly before a day."""
        return self.last(day - _DAY) if day > date.min else day

    def next(self, day: date) -> date:
        """Return the first working day strictly after a day; `date.max` if there is none."""
        top = date.max.toordinal()
        ordinal = min(day.toordinal() + 1, top)
        while ordinal < top and not self._works(ordinal):
            ordinal += 1
        return date.fromordinal(ordinal)

    def back(self, day: date, count: int) -> date:
        """Return the earliest day from which at most `count` working days lead up to `day`."""
        ordinal = day.toordinal()
        target = self._count(ordinal) - count
        while ordinal > 1 and self._count(ordinal - 1) >= target:
            ordinal -= 1
        return date.fromordinal(ordinal)

    def _works(self, ordinal: int) -> bool:
        if not self._worked[(ordinal - 1) % 7]:
            return False
        place = bisect_right(self._holidays, ordinal)
        return place == 0 or self._holidays[place - 1] != ordinal

    def _count(self, ordinal: int) -> int:
        weeks, days = divmod(ordinal, 7)
        worked = weeks * self._per_week + self._upto[days]
        return worked - bisect_right(self._holidays, ordinal)
