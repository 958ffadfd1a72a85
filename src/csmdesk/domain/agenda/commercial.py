"""The renewal signal (agenda model §3.3)."""

from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import Signal
from csmdesk.domain.agenda.standing import Event, Standing


def renewals(standing: Standing, moment: Moment) -> list[Signal]:
    """Return one signal per open renewal; tech touch only raises those of high risk."""
    return [
        _signal(event, moment)
        for event in standing.events
        if standing.segment != "tech" or event.risk == "high"
    ]


def _signal(event: Event, moment: Moment) -> Signal:
    value = moment.value(event.stake)
    tier0 = event.on >= moment.today and event.act_by <= moment.next_day
    return Signal(
        "renewal",
        event.subject,
        f"{event.kind}:{event.on.isoformat()}",
        event.points,
        value,
        event.points * value,
        event.stake,
        f"subscription:{event.subject}",
        event.on,
        moment.workdays.before(event.act_by) if tier0 else None,
        event.on,
        30,
        event.act_by,
        tier0,
        (event.kind, event.on, event.term_ends, event.act_by, event.noticed, event.contracts),
    )
