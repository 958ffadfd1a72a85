"""What we write at HubSpot: neutral operations as HubSpot's properties. Pure.

Everything is a string. The user's text is escaped, never passed through as HTML; without a unique
property the operation's marker is the last line of the body.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from csmdesk.crm.base import Operation
from csmdesk.crm.bodies import html_of
from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.names import (
    CONNECTED,
    LEFT_MESSAGE,
    LINK_TYPE_IDS,
    MARKER,
    NO_ANSWER,
    PLURALS,
)

BODY: Final[dict[str, str]] = {
    "call": "hs_call_body",
    "meeting": "hs_meeting_body",
    "email": "hs_email_html",
    "note": "hs_note_body",
    "task": "hs_task_body",
}
"""The property of each activity type that holds its text."""

_ACTIVITY_NAMES: Final = {
    "meeting": "Meeting",
    "onsite": "On-site",
    "training": "Training",
    "qbr": "Quarterly business review",
    "ebr": "Executive business review",
}
_TITLE_LENGTH: Final = 80
_TASK_TITLE_LENGTH: Final = 240
_DEFAULT_MEETING: Final = 30


def properties_of(operation: Operation, fields: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the properties to write for a creation, or for the update of a meeting.

    Args:
        operation: of kind `create` or `update`.
        fields: property per plural type and field, for what a portal keeps of a touch besides.

    Raises:
        ValueError: the payload lacks what the type needs.
    """
    payload = operation.payload
    if operation.kind == "update":
        return _held_meeting(payload) | _own_fields(operation, fields)
    found = _PROPERTIES[operation.object_type](payload)
    body = html_of(_text(payload, "text"))
    if operation.tier == "B":
        body = f"{body}<br>{MARKER}{operation.op_id}" if body else f"{MARKER}{operation.op_id}"
    if body:
        found[BODY[operation.object_type]] = body
    if operation.owner_remote_id:
        found["hubspot_owner_id"] = operation.owner_remote_id
    found |= _own_fields(operation, fields)
    return found


def link_types(from_type: str, to_type: str) -> list[dict[str, Any]]:
    """Return the association type for a link that is made together with a record."""
    number = LINK_TYPE_IDS[from_type, to_type]
    return [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}]


def _call(payload: Mapping[str, Any]) -> dict[str, str]:
    outcome = _text(payload, "outcome")
    found = {
        "hs_timestamp": _at(payload),
        "hs_call_title": _title(payload, "Call"),
        "hs_call_direction": "INBOUND" if payload.get("direction") == "in" else "OUTBOUND",
        "hs_call_status": "NO_ANSWER" if outcome == "no_show" else "COMPLETED",
        "hs_call_disposition": {"no_show": NO_ANSWER, "left_message": LEFT_MESSAGE}.get(
            outcome, CONNECTED
        ),
    }
    minutes = _minutes(payload)
    if minutes is not None:
        found["hs_call_duration"] = str(minutes * 60_000)
    return found


def _meeting(payload: Mapping[str, Any]) -> dict[str, str]:
    start = _instant(payload)
    end = start + timedelta(minutes=_minutes(payload) or _DEFAULT_MEETING)
    kind = _ACTIVITY_NAMES.get(_text(payload, "type"), "Meeting")
    return {
        "hs_timestamp": _iso(start),
        "hs_meeting_start_time": _iso(start),
        "hs_meeting_end_time": _iso(end),
        "hs_meeting_title": _title(payload, kind, kind=kind),
        "hs_meeting_outcome": "NO_SHOW" if payload.get("outcome") == "no_show" else "COMPLETED",
        "hs_activity_type": kind,
    }


def _held_meeting(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return what a touch says of a meeting that is in the calendar already.

    Its time, its title and its invitation are the customer's as well; what we noted goes where
    only our side reads it.
    """
    found = {
        "hs_meeting_outcome": "NO_SHOW" if payload.get("outcome") == "no_show" else "COMPLETED"
    }
    notes = html_of(_text(payload, "text"))
    if notes:
        found["hs_internal_meeting_notes"] = notes
    return found


def _email(payload: Mapping[str, Any]) -> dict[str, str]:
    return {
        "hs_timestamp": _at(payload),
        "hs_email_subject": _title(payload, "E-mail"),
        "hs_email_direction": "INCOMING_EMAIL" if payload.get("direction") == "in" else "EMAIL",
        "hs_email_status": "SENT",
    }


def _note(payload: Mapping[str, Any]) -> dict[str, str]:
    return {"hs_timestamp": _at(payload)}


def _task(payload: Mapping[str, Any]) -> dict[str, str]:
    due = _text(payload, "due_on") or _text(payload, "at")[:10]
    if not due:
        raise ValueError("a task at HubSpot needs a due date")
    return {
        "hs_timestamp": f"{due}T00:00:00.000Z",
        "hs_task_subject": _title(payload, "Task", most=_TASK_TITLE_LENGTH),
        "hs_task_status": "COMPLETED" if payload.get("done") else "NOT_STARTED",
        "hs_task_priority": "HIGH" if payload.get("priority") == "high" else "MEDIUM",
        "hs_task_type": "TODO",
    }


_PROPERTIES: Final = {
    "call": _call,
    "meeting": _meeting,
    "email": _email,
    "note": _note,
    "task": _task,
}


def _own_fields(operation: Operation, fields: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    mapped = fields.get(PLURALS[operation.object_type], {})
    payload = operation.payload
    written = {
        "touch_type": payload.get("type"),
        "touch_outcome": payload.get("outcome"),
        "touch_sentiment": payload.get("sentiment"),
        "touch_two_way": payload.get("two_way"),
        "touch_minutes": payload.get("minutes"),
    }
    return {
        mapped[name]: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in written.items()
        if name in mapped and value is not None
    }


def _title(
    payload: Mapping[str, Any], otherwise: str, *, kind: str = "", most: int = _TITLE_LENGTH
) -> str:
    title = " ".join(_text(payload, "title").split())
    if not title:
        title = _text(payload, "text").strip().split("\n", 1)[0].strip()
        title = f"{kind}: {title}" if kind and title else title
    if len(title) > most:
        title = title[: most - 1].rstrip() + "…"
    return title or otherwise


def _instant(payload: Mapping[str, Any]) -> datetime:
    at = values.parse_instant(_text(payload, "at"))
    if at is None:
        raise ValueError("a touch without a time")
    return at


def _at(payload: Mapping[str, Any]) -> str:
    return _iso(_instant(payload))


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _minutes(payload: Mapping[str, Any]) -> int | None:
    minutes = payload.get("minutes")
    return minutes if isinstance(minutes, int) and not isinstance(minutes, bool) else None


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""
