"""csmdesk's own health score: six weighted components, whose weight fades with their age.

Source: domain rules §4.2. Staleness takes weight away, never value: silence must not look like
failure. Below 40 % coverage there is no score at all.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from csmdesk.domain.exact import Exact, half_up, plain
from csmdesk.domain.records import HealthComponent, PulseValue
from csmdesk.domain.usage import Ratio

Points = tuple[tuple[Exact, Exact], ...]

SEAT_USE: Points = ((0, 0), (50, 50), (80, 100))
"""Percent of the purchased seats in use -> value."""
USAGE_FALL: Points = ((0, 100), (45, 0))
"""Percent of a fall of usage -> value; growth is no fall."""
OVERDUE: Points = ((1, 100), (2, 40), (3, 0))
"""Days since the last touch in cadences -> value."""
PULSES: dict[PulseValue, int] = {"good": 100, "mixed": 50, "bad": 0}
LEAST_COVERAGE = 40
"""Percent of the weights that must be known for a score."""


class Survey(NamedTuple):
    """The newest survey answer: NPS 0-10 or CSAT 1-5, and its age in days."""

    kind: Literal["nps", "csat"]
    score: int
    age: int


class Inputs(NamedTuple):
    """What the score is computed from; None is missing, ages are in days.

    `seat_use` and `usage_fall` are in percent; the fall counts only where seats are unknown.
    `cadence` is that of segment and stage alone, for a colour in it would be circular.
    `milestones` are those due by today in active plans, `on_time` those done by their due date.
    """

    seat_use: Ratio | None = None
    usage_fall: Ratio | None = None
    usage_age: int = 0
    touch_days: int | None = None
    cadence: int | None = None
    milestones: int = 0
    on_time: int = 0
    critical_tickets: int = 0
    high_tickets: int = 0
    tickets_age: int = 0
    survey: Survey | None = None
    pulse: PulseValue | None = None
    pulse_age: int = 0


class Component(NamedTuple):
    """One part of the score: weight in percent, freshness 0-1, value 0-100 or None if missing."""

    name: str
    weight: int
    freshness: Exact
    value: Exact | None

    @property
    def counts(self) -> Exact:
        """The weight that is left of it."""
        return 0 if self.value is None else self.weight * self.freshness

    def record(self) -> HealthComponent:
        """Return it as it is stored, rounded to three places."""
        value = None if self.value is None else _rounded(self.value)
        return HealthComponent(
            name=self.name,
            weight=Decimal(self.weight),
            freshness=_rounded(self.freshness),
            value=value,
        )


class Computed(NamedTuple):
    """A score 0-100 rounded half up, None if too little is known; coverage in percent."""

    score: int | None
    coverage: int
    components: tuple[Component, ...]


def compute(inputs: Inputs) -> Computed:
    """Compute the score of an account."""
    parts = tuple(_components(inputs))
    weight: Exact = sum((part.counts for part in parts), start=Fraction(0))
    if weight < LEAST_COVERAGE:
        return Computed(None, half_up(weight), parts)
    total = sum(
        (part.counts * part.value for part in parts if part.value is not None), start=Fraction(0)
    )
    return Computed(half_up(total, weight), half_up(weight), parts)


def freshness(age: int, fresh_until: int, ignored_from: int) -> Exact:
    """Return how much of a weight an age leaves: 1 while fresh, falling linearly to 0."""
    if age <= fresh_until:
        return 1
    if age >= ignored_from:
        return 0
    return Fraction(ignored_from - age, ignored_from - fresh_until)


def _components(inputs: Inputs) -> Iterable[Component]:
    use = inputs.seat_use
    if use is not None:
        adoption: Exact | None = _on(SEAT_USE, Fraction(use.top) / use.bottom)
    elif inputs.usage_fall is not None:
        fall = inputs.usage_fall
        adoption = _on(USAGE_FALL, Fraction(fall.top) / fall.bottom)
    else:
        adoption = None
    yield Component("adoption", 30, freshness(inputs.usage_age, 7, 28), adoption)
    engagement = None
    if inputs.touch_days is not None and inputs.cadence:
        engagement = _on(OVERDUE, Fraction(inputs.touch_days, inputs.cadence))
    yield Component("engagement", 20, 1, engagement)
    outcomes = Fraction(100 * inputs.on_time, inputs.milestones) if inputs.milestones else None
    yield Component("outcomes", 15, 1, outcomes)
    support = max(0, 100 - 40 * inputs.critical_tickets - 15 * inputs.high_tickets)
    yield Component("support", 15, freshness(inputs.tickets_age, 7, 28), support)
    yield _sentiment(inputs.survey)
    pulse = None if inputs.pulse is None else PULSES[inputs.pulse]
    yield Component("pulse", 10, freshness(inputs.pulse_age, 30, 90), pulse)


def _sentiment(survey: Survey | None) -> Component:
    if survey is None:
        return Component("sentiment", 10, 0, None)
    value = survey.score * 10 if survey.kind == "nps" else (survey.score - 1) * 25
    return Component("sentiment", 10, freshness(survey.age, 90, 365), value)


def _on(points: Points, x: Exact) -> Exact:
    """Return the value of a line through points, unrounded."""
    x0, y0 = points[0]
    if x <= x0:
        return y0
    for x1, y1 in points[1:]:
        if x <= x1:
            return y0 + (y1 - y0) * Fraction(x - x0) / (x1 - x0)
        x0, y0 = x1, y1
    return y0


def _rounded(number: Exact) -> Decimal:
    return Decimal(plain(Fraction(half_up(number * 1000), 1000)))
