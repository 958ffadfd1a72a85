"""The agenda as the plain values of its JSON document (book format, agenda document)."""

from datetime import UTC, date, datetime
from typing import Any

from csmdesk.domain.agenda.combine import Reason
from csmdesk.domain.agenda.signals import Signal
from csmdesk.domain.agenda.view import Agenda, Item
from csmdesk.domain.exact import plain


def agenda_document(agenda: Agenda) -> dict[str, Any]:
    """Return the document of an agenda: dates and instants as text, money as decimal text."""
    capacity = agenda.capacity
    return {
        "as_of": _instant(agenda.as_of),
        "today": agenda.today.isoformat(),
        "capacity": {
            "free_minutes": capacity.free_minutes,
            "capacity_minutes": capacity.capacity_minutes,
            "planned_minutes": capacity.planned_minutes,
            "overbooked_minutes": capacity.overbooked_minutes,
        },
        "items": [item_document(item) for item in agenda.items],
        "notes": [{"account_id": note.account_id, "text": note.text} for note in agenda.notes],
    }


def item_document(item: Item) -> dict[str, Any]:
    """Return the document of one item."""
    return _known(
        rank=item.rank,
        account_id=item.account_id,
        account=item.account,
        score=item.score,
        tier=item.tier,
        act_by=_day(item.act_by),
        hard_date=_day(item.hard_date),
        must=item.must,
        planned=item.planned,
        rotation=item.rotation,
        effort_minutes=item.effort,
        line=item.line,
        next_action=item.next_action,
        reasons=[_reason(item, reason) for reason in item.reasons],
        context=[_signal(item, signal) for signal in item.context],
        hidden=[
            _known(
                type=hidden.signal.type,
                subject=hidden.signal.subject,
                action=hidden.action,
                until=_day(hidden.until),
                reason=hidden.reason,
            )
            for hidden in item.hidden
        ],
    )


def _signal(item: Item, signal: Signal) -> dict[str, Any]:
    return _known(
        type=signal.type,
        family=signal.family,
        subject=signal.subject,
        episode=signal.episode,
        points=signal.points,
        value=signal.value,
        signal=signal.score,
        stake=None if signal.stake is None else plain(signal.stake),
        fact=item.fact(signal),
        on=_day(signal.on),
        source=signal.source,
    )


def _reason(item: Item, reason: Reason) -> dict[str, Any]:
    return _signal(item, reason.signal) | {
        "weight": reason.weight,
        "contribution": reason.contribution,
        "fact": item.fact(reason),
    }


def _known(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
