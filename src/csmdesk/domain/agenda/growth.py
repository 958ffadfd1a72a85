"""Expansion, what holds it back, and missing data (agenda model §3.5)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from csmdesk.domain.agenda.curves import Knots, curve
from csmdesk.domain.agenda.facts import Facts
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import SUBJECT_ACCOUNT, Signal
from csmdesk.domain.agenda.standing import Standing
from csmdesk.domain.exact import half_up

EXPANSION: Knots = ((90, 40), (100, 55), (110, 60))
MISSING_DATA = 15
"""Points of the data signal."""


def expansion(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the chance to grow where 90 % or more of the seats are used, held or not."""
    use = facts.usage.utilisation if facts.usage is not None else None
    if use is None or not use.at_least(90):
        return []
    stake = facts.expansion
    if stake is None and standing.arr is not None:
        stake = half_up(standing.arr * moment.config.expansion_share, 100)
    knot = 110 if use.at_least(110) else 100 if use.at_least(100) else 90
    points, value = curve(EXPANSION, use.top, use.bottom), moment.value(stake)
    return [
        Signal(
            "expansion",
            SUBJECT_ACCOUNT,
            str(knot),
            points,
            value,
            points * value,
            stake,
            "measurement:seats_purchased",
            facts.usage.seen_on if facts.usage is not None else None,
            effort=25,
            detail=(use, facts.expansion is not None),
        )
    ]


class Held(NamedTuple):
    """Why an expansion is held, in words; `until` for redness, the first day without any."""

    why: tuple[str, ...]
    until: date | None = None


def held_because(
    facts: Facts, standing: Standing, others: Sequence[Signal], moment: Moment
) -> Held | None:
    """Return everything that holds an expansion back; None if nothing does.

    No selling into a fire: not while usage falls, health is not green, a risk, a ticket or a
    lost champion is raised (hidden or not), or the account was red in the last half year.
    """
    raised = {signal.type for signal in others}
    why = [words for type_, words in _FIRES if type_ in raised]
    if standing.colour != "green":
        why.append(f"health is {standing.colour or 'unknown'}")
    elif "health" in raised:
        why.append("health got worse")
    fall = facts.usage.fall if facts.usage is not None else None
    if "usage" in raised or (fall is not None and fall.over(5)):
        why.append("usage fell")
    red_on = facts.health.red_on if facts.health is not None else None
    days, until = moment.config.expansion_red_days, None
    if red_on is not None and (moment.today - red_on).days <= days:
        until = red_on + timedelta(days=days + 1)
        if standing.colour != "red":
            why.append("was red")
    return Held(tuple(why), until) if why else None


_FIRES = (
    ("ticket", "open ticket"),
    ("champion", "champion left"),
    ("nps", "low survey answer"),
)


def data(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return what is missing or too old: ARR, term end, health, usage.

    What an account never had (a score, a feed) is not asked for.
    """
    missing = []
    unpriced, endless = standing.arr is None, False
    for contract in standing.counted:
        if contract.amount is None:
            unpriced = True
        if contract.term_end is None and not contract.evergreen and not contract.has_term:
            endless = True
    if unpriced:
        missing.append("arr")
    series = facts.health
    if series is not None and series.source is None:
        missing.append("health")
    if endless:
        missing.append("term_end")
    seen = facts.usage.seen_on if facts.usage is not None else None
    if seen is not None and (moment.today - seen).days > moment.config.stale_days:
        missing.append("usage")
    if not missing:
        return []
    on = series.known_on if series is not None and series.source is None else None
    return [
        Signal(
            "data",
            SUBJECT_ACCOUNT,
            ",".join(missing),
            MISSING_DATA,
            standing.value,
            MISSING_DATA * standing.value,
            standing.arr,
            f"account:{facts.id}",
            on or (seen if "usage" in missing else None),
            effort=5,
            detail=(
                tuple(missing),
                series.known_on if series is not None else None,
                seen,
                tuple(standing.unrated) if unpriced else (),
            ),
        )
    ]
