"""Check-ins and business reviews that are due (agenda model §3.4, §3.5)."""

from datetime import date, timedelta

from csmdesk.domain.agenda.curves import Knots, curve
from csmdesk.domain.agenda.facts import Facts, Touch
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import SUBJECT_ACCOUNT, Signal
from csmdesk.domain.agenda.standing import Standing
from csmdesk.domain.cadence import REVIEW_TYPES, cadence_days

CADENCE: Knots = ((100, 25), (150, 45), (200, 60), (300, 75), (400, 85))
QBR: Knots = ((-21, 15), (0, 35), (30, 55), (60, 65))


def allowed_days(standing: Standing, moment: Moment) -> int | None:
    """Return the account's cadence in days; None if it has none."""
    config = moment.config
    return cadence_days(
        standing.segment,
        standing.colour,
        onboarding=standing.onboarding,
        renewing=bool(standing.events),
        by_segment=config.cadence_segment,
        by_colour=config.cadence_color,
        in_onboarding=config.cadence_onboarding,
        in_renewal=config.cadence_renewal,
    )


def _source(facts: Facts, last: Touch | None) -> str:
    """Return the record that a rhythm is counted from: the last touch, else the account."""
    return f"touchpoint:{last.id}" if last is not None else f"account:{facts.id}"


def _counted_from(facts: Facts) -> date | None:
    last = facts.last_touch
    return last.day if last is not None else facts.assigned_on or facts.start_on


def due_on(facts: Facts, standing: Standing, moment: Moment) -> date | None:
    """Return the last day on which the next check-in is on time; None without a cadence."""
    since, allowed = _counted_from(facts), allowed_days(standing, moment)
    if since is None or allowed is None:
        return None
    last = date.max.toordinal()
    return date.fromordinal(min(since.toordinal() + allowed, last))


def cadence(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the check-in that is overdue: shown from the day after it was due.

    Counted from the last customer touch, else from assignment, else from the start. Off while a
    customer meeting starts within a week.
    """
    last, since = facts.last_touch, _counted_from(facts)
    if since is None:
        return []
    days = (moment.today - since).days
    allowed = allowed_days(standing, moment)
    if allowed is None or days <= allowed:
        return []
    soon = moment.today + timedelta(days=7)
    for item in facts.appointments:
        if item.status == "planned" and item.end > moment.now and moment.day_of(item.start) <= soon:
            return []
    points = curve(CADENCE, 100 * days, allowed)
    return [
        Signal(
            "cadence",
            SUBJECT_ACCOUNT,
            since.isoformat() if last is not None else "never",
            points,
            standing.value,
            points * standing.value,
            standing.arr,
            _source(facts, last),
            since,
            effort=15,
            detail=(days, allowed, last is None),
        )
    ]


def reviews(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the business review to book, from three weeks before it is due."""
    if standing.segment not in ("high", "mid"):
        return []
    last = facts.last_review
    if last is not None:
        since = last.day
    elif facts.start_on is not None:
        since = max(facts.start_on, facts.assigned_on or facts.start_on)
    else:
        return []
    past = (moment.today - since).days - moment.config.review_interval
    if past < -21:
        return []
    for item in facts.appointments:
        if item.kind in REVIEW_TYPES and item.status == "planned" and item.end > moment.now:
            return []
    points = curve(QBR, past)
    return [
        Signal(
            "qbr",
            SUBJECT_ACCOUNT,
            since.isoformat() if last is not None else "never",
            points,
            standing.value,
            points * standing.value,
            standing.arr,
            _source(facts, last),
            since,
            effort=20,
            detail=(past, last is None),
        )
    ]
