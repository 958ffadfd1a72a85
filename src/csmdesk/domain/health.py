"""Health as it is read: colours, the series that counts, its moves, and overrides.

Sources: agenda model §3.1 and §3.5, domain rules §4. Nothing here computes a score; that is
`health_score`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, NamedTuple

from csmdesk.domain.exact import Exact, half_up
from csmdesk.domain.vocabulary import Colour, HealthSource

RANK: dict[Colour, int] = {"green": 0, "yellow": 1, "red": 2}
"""Colours from best to worst."""

Reading = tuple[date, Exact]
"""A score 0-100 of one day; higher is better."""

_DAY = timedelta(days=1)


class Scale(NamedTuple):
    """How scores are judged: red below, green from, and the windows in days."""

    red_below: Exact = 50
    green_from: Exact = 75
    stale_days: int = 30
    drop_window: int = 30

    def colour(self, score: Exact) -> Colour:
        """Return the colour of a score."""
        if score < self.red_below:
            return "red"
        return "yellow" if score < self.green_from else "green"

    def told(self, score: Exact) -> Exact:
        """Return a score as it is told: whole, or as close as it takes to keep its colour.

        49.6 is red, so it is not told as 50: it is 49.6; 74.96 is 74.9, cut where rounding would
        still reach the border.
        """
        colour = self.colour(score)
        for parts in (1, 10, 100, 1000):
            for near in (half_up(score * parts), int(score * parts // 1)):
                if self.colour(told := _quotient(near, parts)) == colour:
                    return told
                if parts == 1:
                    break
        return score


class Override(NamedTuple):
    """A colour set against the score, in force from `set_on` through `expires_on`."""

    set_on: date
    colour: Colour
    expires_on: date
    reason: str = ""


class Health(NamedTuple):
    """What the rules need to know of an account's scores on a day.

    Without a fresh series `source` and what follows are None and only `known_on` speaks: the day
    of the latest record of either source. `reference` is the reading a drop is measured from.
    `changed_on` is the day of the newest record whose colour differs from the one before it,
    `changed_from` the colour before. `red_on` is the last day on which the series was red.
    `before` tells the colour of the series on chosen days, judged with the records up to then.
    """

    known_on: date
    source: HealthSource | None = None
    score: Exact | None = None
    scored_on: date | None = None
    reference: Reading | None = None
    changed_on: date | None = None
    changed_from: Colour | None = None
    first_on: date | None = None
    red_on: date | None = None
    before: tuple[tuple[date, Colour | None], ...] = ()
    scale: Scale = Scale()

    @property
    def told(self) -> Exact | None:
        """The score as it is told: rounded, but never into another colour."""
        return None if self.score is None else self.scale.told(self.score)

    @property
    def told_before(self) -> Exact | None:
        """The reading a drop is measured from, as it is told."""
        return None if self.reference is None else self.scale.told(self.reference[1])

    @property
    def told_move(self) -> Exact | None:
        """How the score moved, as the difference of what is told; None if there is no telling.

        What stands on one line adds up, and what is told as the same number did not move.
        """
        now, then = self.told, self.told_before
        return None if now is None or then is None else now - then


def pick_series(
    crm: Sequence[Reading], computed: Sequence[Reading], today: date, stale_days: int
) -> tuple[HealthSource | None, Sequence[Reading]]:
    """Return the series that counts on a day: the CRM's if fresh, else ours if fresh, else none.

    Readings are sorted by day, one a day, none after `today`.
    """
    oldest = today - timedelta(days=stale_days)
    if crm and crm[-1][0] >= oldest:
        return "crm", crm
    if computed and computed[-1][0] >= oldest:
        return "computed", computed
    return None, ()


def reduce_health(
    crm: Sequence[Reading],
    computed: Sequence[Reading],
    today: date,
    scale: Scale,
    days: Collection[date] = (),
) -> Health | None:
    """Reduce an account's scores to what the rules need; None if it never had one.

    Args:
        crm: the CRM's scores up to today, sorted by day, one a day.
        computed: our own scores, likewise.
        today: the day they are judged on.
        scale: the borders of the colours and the windows.
        days: days on which something was hidden, for `before`.
    """
    if not crm and not computed:
        return None
    known_on = crm[-1][0] if crm else computed[-1][0]
    if computed and computed[-1][0] > known_on:
        known_on = computed[-1][0]
    before = (
        tuple([(day, _colour_then(crm, computed, day, scale)) for day in sorted(set(days))])
        if days
        else ()
    )
    source, series = pick_series(crm, computed, today, scale.stale_days)
    if source is None:
        return Health(known_on, before=before, scale=scale)
    scored_on, score = series[-1]
    changed_on, changed_from = _last_change(series, scale)
    return Health(
        known_on,
        source,
        score,
        scored_on,
        _reference(series, today, scale),
        changed_on,
        changed_from,
        series[0][0],
        _last_red(series, today, scale),
        before,
        scale,
    )


def override_on(overrides: Iterable[Override], day: date) -> Override | None:
    """Return the override in force on a day: the latest set, then the worse colour."""
    best: Override | None = None
    for override in overrides:
        if override.set_on <= day <= override.expires_on and (
            best is None
            or (override.set_on, RANK[override.colour]) > (best.set_on, RANK[best.colour])
        ):
            best = override
    return best


Trend = Literal["up", "down", "flat"]


def trend(readings: Sequence[Reading], today: date) -> Trend | None:
    """Return where a series goes: now against 30 days ago, 5 points making a difference.

    None without a reading that is at least 7 days old (domain rules §4.2).
    """
    if not readings:
        return None
    reference = _reference(readings, today, Scale())
    if reference is None:
        return None
    move = readings[-1][1] - reference[1]
    if move >= 5:
        return "up"
    return "down" if move <= -5 else "flat"


def _quotient(top: int, bottom: int) -> Exact:
    number = Fraction(top, bottom)
    return number.numerator if number.denominator == 1 else number


def _colour_then(
    crm: Sequence[Reading], computed: Sequence[Reading], day: date, scale: Scale
) -> Colour | None:
    source, series = pick_series(
        [reading for reading in crm if reading[0] <= day],
        [reading for reading in computed if reading[0] <= day],
        day,
        scale.stale_days,
    )
    return None if source is None else scale.colour(series[-1][1])


def _reference(series: Sequence[Reading], today: date, scale: Scale) -> Reading | None:
    limit = today - timedelta(days=scale.drop_window)
    for reading in reversed(series):
        if reading[0] <= limit:
            return reading
    return series[0] if (today - series[0][0]).days >= 7 else None


def _last_change(series: Sequence[Reading], scale: Scale) -> tuple[date | None, Colour | None]:
    newer = series[-1]
    colour = scale.colour(newer[1])
    for reading in reversed(series[:-1]):
        if reading[1] != newer[1]:
            older = scale.colour(reading[1])
            if older != colour:
                return newer[0], older
        newer = reading
    return None, None


def _last_red(series: Sequence[Reading], today: date, scale: Scale) -> date | None:
    until = today
    for day, score in reversed(series):
        if score < scale.red_below:
            return until
        until = day - _DAY
    return None
