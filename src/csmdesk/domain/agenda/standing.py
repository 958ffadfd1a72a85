"""Where an account stands at a moment: money, touch model, colour, stage, renewals.

Derived once per account and read by all detectors (agenda model §3.1, §3.3).
"""

from datetime import date
from typing import NamedTuple

from csmdesk.domain.agenda.curves import Knots, curve
from csmdesk.domain.agenda.facts import Facts
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.exact import Exact, half_up
from csmdesk.domain.health import Override, override_on
from csmdesk.domain.money import known_sum
from csmdesk.domain.renewal import Clock, ClockKind, Contract, clock
from csmdesk.domain.vocabulary import Colour, Segment

NEARING: Knots = ((-1, 100), (0, 100), (7, 92), (14, 85), (30, 75), (60, 55), (90, 35), (120, 20))
"""How pressing a renewal is by days to its clock (agenda model §3.3)."""


class Event(NamedTuple):
    """An open renewal: the contracts of one account with the same clock date and kind.

    `term_ends` are those of its contracts, in order: notice periods may differ.
    """

    on: date
    kind: ClockKind
    subject: str
    term_ends: tuple[date, ...]
    act_by: date
    points: int
    risk: str
    stake: Exact | None
    noticed: bool
    contracts: int
    auto_renew: bool


class Standing(NamedTuple):
    """The state of an account that several rules share.

    `former`: it has subscriptions, none active. `counted` are the contracts behind its ARR.
    `locked` are term ends of contracts that renew themselves. `events` are its open renewals,
    by date, then kind.
    """

    arr: Exact | None
    segment: Segment
    colour: Colour | None
    override: Override | None
    former: bool
    onboarding: bool
    value: int
    counted: tuple[Contract, ...]
    events: tuple[Event, ...]
    locked: tuple[date, ...]

    @property
    def unrated(self) -> dict[str, Exact]:
        """The amounts that no rate leads to the base currency, by their currency."""
        sums: dict[str, Exact] = {}
        for contract in self.counted:
            if contract.unrated is not None:
                currency, amount = contract.unrated
                sums[currency] = sums.get(currency, 0) + amount
        return dict(sorted(sums.items()))


def stand(facts: Facts, moment: Moment) -> Standing:
    """Derive where an account stands."""
    today, config = moment.today, moment.config
    contracts = facts.contracts
    counted: tuple[Contract, ...] = contracts
    if len(contracts) == 1:
        arr = contracts[0].amount
    else:
        counted = tuple([c for c in contracts if c.start_on <= today]) or contracts
        arr = known_sum([c.amount for c in counted])
    segment = moment.segment(facts.segment, arr)
    override = override_on(facts.overrides, today) if facts.overrides else None
    colour = override.colour if override is not None else series_colour(facts, moment)
    start = facts.start_on
    onboarding = start is not None and 0 <= (today - start).days <= config.onboarding_days
    events: tuple[Event, ...] = ()
    locked: tuple[date, ...] = ()
    if contracts:
        events, locked = _renewals(contracts, segment, colour, moment)
    return Standing(
        arr,
        segment,
        colour,
        override,
        facts.had_contracts and not contracts,
        onboarding,
        moment.value(arr),
        counted,
        events,
        locked,
    )


def series_colour(facts: Facts, moment: Moment) -> Colour | None:
    """Return the colour of the scores, overrides aside; None if no series is fresh."""
    health = facts.health
    if health is None or health.score is None:
        return None
    config = moment.config
    if health.score < config.health_red_below:
        return "red"
    return "yellow" if health.score < config.health_green_from else "green"


def _renewals(
    contracts: tuple[Contract, ...], segment: Segment, colour: Colour | None, moment: Moment
) -> tuple[tuple[Event, ...], tuple[date, ...]]:
    today = moment.today
    window = moment.config.renewal_window[segment]
    locked: list[date] = []
    groups: dict[tuple[date, ClockKind], list[tuple[Contract, Clock]]] = {}
    for contract in contracts:
        now = clock(contract, today)
        if now is None:
            continue
        if now.on is None or now.kind is None:
            locked.append(now.term_end)
        elif (now.on - today).days <= window:
            groups.setdefault((now.on, now.kind), []).append((contract, now))
    events = tuple(
        _event(on, kind, members, colour, moment)
        for (on, kind), members in (sorted(groups.items()) if len(groups) > 1 else groups.items())
    )
    return events, tuple(locked)


def _event(
    on: date,
    kind: ClockKind,
    members: list[tuple[Contract, Clock]],
    colour: Colour | None,
    moment: Moment,
) -> Event:
    risks = moment.config.risk_factor
    risk = _RISKS[max(_risk(contract, now, colour, moment.today) for contract, now in members)]
    pressing = curve(NEARING, moment.days_to(on))
    subject, _ = min(members, key=lambda member: member[0].id)
    return Event(
        on,
        kind,
        subject.id,
        tuple(sorted({now.term_end for _, now in members})),
        moment.workdays.last(on),
        half_up(pressing * risks[risk], 100),
        risk,
        known_sum(contract.amount for contract, _ in members),
        any(now.noticed for _, now in members),
        len(members),
        subject.auto_renew,
    )


_RISKS = ("low", "mid", "high")
_BY_FORECAST = {"commit": 0, "at_risk": 2}
_BY_COLOUR = {"green": 0, "red": 2}


def _risk(contract: Contract, now: Clock, colour: Colour | None, today: date) -> int:
    if now.noticed or (now.on is not None and now.on < today):
        return 2
    return max(_BY_FORECAST.get(contract.forecast or "", 1), _BY_COLOUR.get(colour or "", 1))
