"""Usage and seats: means over windows of days, their fall and the share of seats in use.

Agenda model §3.1 (fall) and §3.5 (utilisation). A window is half-open: (t - 7 d, t].
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from csmdesk.domain.exact import Exact

WINDOW = timedelta(days=7)
"""Length of every window."""


class Ratio(NamedTuple):
    """An exact quotient with a positive bottom; cheaper than a fraction where millions are made."""

    top: Exact
    bottom: Exact

    def at_least(self, limit: Exact) -> bool:
        """Tell whether the quotient is `limit` or more."""
        return self.top >= limit * self.bottom

    def over(self, limit: Exact) -> bool:
        """Tell whether the quotient is more than `limit`."""
        return self.top > limit * self.bottom


class Mean(NamedTuple):
    """The mean of some values: their sum and how many they are (at least one)."""

    total: Exact
    size: int


class Usage(NamedTuple):
    """What the rules need to know of an account's measurements.

    `base` and `now` are mean active users 60 days ago and today; `utilisation` is the share of
    the purchased seats in use, in percent, the lower of two weeks; `seen_on` is the day of the
    newest `active_users`.
    """

    base: Mean | None = None
    now: Mean | None = None
    utilisation: Ratio | None = None
    seen_on: date | None = None

    @property
    def fall(self) -> Ratio | None:
        """How far usage fell, in percent of the base; negative if it grew, None if not known."""
        base, now = self.base, self.now
        if base is None or now is None or base.total <= 0:
            return None
        bottom = base.total * now.size
        return Ratio(100 * (bottom - now.total * base.size), bottom)


def mean(values: Iterable[Exact]) -> Mean | None:
    """Return the mean of some values; None if there are none."""
    total: Exact = 0
    count = 0
    for value in values:
        total += value
        count += 1
    return Mean(total, count) if count else None


def lower(first: Mean, second: Mean) -> Mean:
    """Return the lower of two means."""
    return first if first.total * second.size <= second.total * first.size else second


def utilisation(
    seats: Exact | None,
    seat_weeks: tuple[Mean | None, Mean | None],
    user_weeks: tuple[Mean | None, Mean | None],
) -> Ratio | None:
    """Return the share of seats in use in percent: the lower of the last two weeks.

    Active seats of both weeks, or active users of both if active seats lack either; None
    without purchased seats or without either pair.
    """
    if seats is None or seats <= 0:
        return None
    for first, second in (seat_weeks, user_weeks):
        if first is not None and second is not None:
            week = lower(first, second)
            return Ratio(100 * week.total, week.size * seats)
    return None
