"""Meetings and business reviews to prepare (agenda model §3.4)."""

from csmdesk.domain.agenda.commitment import utc_text
from csmdesk.domain.agenda.curves import Knots, curve
from csmdesk.domain.agenda.facts import Facts
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import Signal
from csmdesk.domain.agenda.standing import Standing
from csmdesk.domain.cadence import REVIEW_TYPES

MEETING: Knots = ((0, 80), (1, 50))
REVIEW: Knots = ((0, 95), (1, 80), (3, 60), (5, 45))


def preparations(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the planned meetings that come near unprepared.

    A meeting counts from the working day before, a review from five working days before; a
    meeting is off as soon as its preparation was started, a review when it is ready.
    """
    found = []
    for item in facts.appointments:
        if item.start <= moment.now or item.status != "planned" or item.prep == "ready":
            continue
        review = item.kind in REVIEW_TYPES
        if not review and item.prep == "started":
            continue
        day = moment.day_of(item.start)
        n = moment.workdays.between(moment.today, day)
        if n > (5 if review else 1):
            continue
        points = curve(REVIEW if review else MEETING, n)
        found.append(
            Signal(
                "review" if review else "meeting",
                item.id,
                utc_text(item.start),
                points,
                standing.value,
                points * standing.value,
                standing.arr,
                f"meeting:{item.id}",
                day,
                moment.workdays.last(day) if n == 0 else None,
                day,
                45 if review else 15,
                detail=(item.title, n, day, item.prep),
            )
        )
    return found
