"""What HubSpot's engagements are here: touches, meetings and tasks. Pure.

A meeting is both time in the calendar and, once held, a touch; which of the two the store needs
depends on what it already has, so both are given and `sync.decide` chooses.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple

from csmdesk.crm.base import MirrorRecord
from csmdesk.crm.bodies import split_marker, text_of
from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.names import (
    KEY_PROPERTY,
    LEFT_MESSAGE,
    LEFT_VOICEMAIL,
    MARKER,
    NO_ANSWER,
)
from csmdesk.crm.hubspot.portal import Portal
from csmdesk.crm.hubspot.rows import meeting_row, touch_row
from csmdesk.crm.pages import KINDS
from csmdesk.domain.records import (
    Direction,
    MeetingKind,
    MeetingStatus,
    Outcome,
    Task,
    TouchType,
)
from csmdesk.domain.spelling import Spelled, SpelledRecords, instant, instant_text
from csmdesk.text import clean_text

Links = Mapping[str, Sequence[str]]
"""Associated remote ids per our word for a type, the main one first."""

Mapped = tuple[Sequence[MirrorRecord], str | None]
"""What a record is here, and our own key if it carries one."""

_MINUTE_MS: Final = 60_000
_DAY_MINUTES: Final = 1440
_LEFT: Final = frozenset({LEFT_MESSAGE, LEFT_VOICEMAIL})
_UNREACHED: Final = frozenset({"NO_ANSWER", "BUSY", "FAILED", "CANCELED"})
_TITLES: Final = frozenset({"", "call", "meeting", "note", "email", "task"})

_OUTCOMES: Final[dict[str, Outcome]] = {
    "held": "held",
    "advanced": "advanced",
    "no_show": "no_show",
    "left_message": "left_message",
    "escalated": "escalated",
    "blocked": "blocked",
}

_MEETING_STATES: Final[dict[str, MeetingStatus]] = {
    "SCHEDULED": "planned",
    "RESCHEDULED": "planned",
    "COMPLETED": "held",
    "NO_SHOW": "no_show",
    "NO SHOW": "no_show",
    "CANCELED": "canceled",
    "CANCELLED": "canceled",
}


def map_call(
    remote: str,
    _raw: Mapping[str, Any],
    properties: Mapping[str, Any],
    links: Links,
    portal: Portal,
) -> Mapped:
    """Return a call as a touch."""
    status = values.text(properties, "hs_call_status").upper()
    disposition = values.text(properties, "hs_call_disposition").lower()
    outcome: Outcome | None = None
    if disposition in _LEFT:
        outcome = "left_message"
    elif disposition == NO_ANSWER or status in _UNREACHED:
        outcome = "no_show"
    elif status == "COMPLETED":
        outcome = "held"
    body, key = _body(properties, "hs_call_body")
    direction = values.text(properties, "hs_call_direction").upper()
    touch = _touch(
        portal.local("call", remote),
        "call",
        _at(properties),
        properties,
        _people(links, portal),
        portal,
        _Own.of("calls", properties, portal),
        minutes=_minutes(properties, "hs_call_duration"),
        direction="in" if direction == "INBOUND" else "out" if direction == "OUTBOUND" else None,
        outcome=outcome,
        text=_with_title(values.line(properties, "hs_call_title"), body),
    )
    return SpelledRecords((touch,), KINDS), _key(properties, key)


def map_email(
    remote: str,
    _raw: Mapping[str, Any],
    properties: Mapping[str, Any],
    links: Links,
    portal: Portal,
) -> Mapped:
    """Return a logged e-mail as a touch. One that bounced or never left reached nobody."""
    if values.text(properties, "hs_email_status").upper() in ("FAILED", "BOUNCED", "SCHEDULED"):
        return (), None
    body, key = _body(properties, "hs_email_html")
    if not body:
        body, key = _body(properties, "hs_email_text", plain=True)
    incoming = values.text(properties, "hs_email_direction").upper() == "INCOMING_EMAIL"
    touch = _touch(
        portal.local("email", remote),
        "email",
        _at(properties),
        properties,
        _people(links, portal),
        portal,
        _Own.of("emails", properties, portal),
        direction="in" if incoming else "out",
        text=_with_title(values.line(properties, "hs_email_subject"), body),
    )
    return SpelledRecords((touch,), KINDS), _key(properties, key)


def map_note(
    remote: str,
    _raw: Mapping[str, Any],
    properties: Mapping[str, Any],
    links: Links,
    portal: Portal,
) -> Mapped:
    """Return a note as a touch that resets nothing."""
    body, key = _body(properties, "hs_note_body")
    own = _Own.of("notes", properties, portal)
    touch = _touch(
        portal.local("note", remote),
        "slack" if own.type == "slack" else "note",
        _at(properties),
        properties,
        _people(links, portal),
        portal,
        own,
        text=body or None,
    )
    return SpelledRecords((touch,), KINDS), _key(properties, key)


def map_meeting(
    remote: str,
    _raw: Mapping[str, Any],
    properties: Mapping[str, Any],
    links: Links,
    portal: Portal,
) -> Mapped:
    """Return a meeting as time in the calendar, and as a touch when it took place or failed to."""
    local = portal.local("meeting", remote)
    start = values.instant_spelled(properties, "hs_meeting_start_time") or _at(properties)
    end = values.instant_spelled(properties, "hs_meeting_end_time")
    # Spelled out, the order of the text is the order of time.
    if end is None or end < start:
        end = instant_text(instant(start) + timedelta(minutes=30))
    title = values.line(properties, "hs_meeting_title")
    own = _Own.of("meetings", properties, portal)
    activity = values.text(properties, "hs_activity_type")
    kind = _KINDS_BY_NAME.get(own.type) or meeting_kind(activity, title or "")
    written = values.text(properties, "hs_meeting_outcome").upper()
    status = _MEETING_STATES.get(written, "planned")
    body, key = _body(properties, "hs_meeting_body")
    notes, other = _body(properties, "hs_internal_meeting_notes")
    people = _people(links, portal)
    meeting = meeting_row(
        local,
        kind=_CALENDAR_KINDS.get(kind, "meeting"),
        start=start,
        end=end,
        title=title or "Meeting",
        people=people,
        status=status,
    )
    key = key or other
    if status not in ("held", "no_show"):
        return SpelledRecords((meeting,), KINDS), _key(properties, key)
    touch = _touch(
        local,
        kind,
        start,
        properties,
        people,
        portal,
        own,
        minutes=_between(start, end),
        outcome="held" if status == "held" else "no_show",
        text=_with_title(
            None if title == activity else title,
            "\n\n".join(part for part in (body, notes) if part),
        ),
        meeting_id=local,
    )
    return SpelledRecords((meeting, touch), KINDS), _key(properties, key)


def map_task(
    remote: str, _raw: Mapping[str, Any], properties: Mapping[str, Any], _: Links, portal: Portal
) -> Mapped:
    """Return a task. Its time is when it is due."""
    priority = values.text(properties, "hs_task_priority").upper()
    done = values.text(properties, "hs_task_status").upper() == "COMPLETED"
    done_on = values.day(properties, "hs_task_completion_date", portal.zone)
    if done and done_on is None:
        done_on = values.day(properties, "hs_lastmodifieddate", portal.zone)
    body, key = _body(properties, "hs_task_body")
    task = Task(
        id=portal.local("task", remote),
        account_id="",
        title=values.line(properties, "hs_task_subject") or body[:200] or f"Task {remote}",
        due_on=values.day(properties, "hs_timestamp", portal.zone),
        priority="high" if priority == "HIGH" else None if priority in ("", "NONE") else "normal",
        effort_minutes=values.whole(
            properties, portal.property_of("tasks", "effort_minutes"), 7 * _DAY_MINUTES
        ),
        done_on=done_on if done else None,
    )
    return (task,), _key(properties, key)


_CALENDAR_KINDS: Final[dict[TouchType, MeetingKind]] = {
    "meeting": "meeting",
    "onsite": "meeting",
    "call": "call",
    "qbr": "qbr",
    "ebr": "ebr",
    "training": "training",
}
_KINDS_BY_NAME: Final[dict[str, TouchType]] = {str(kind): kind for kind in _CALENDAR_KINDS}
_KIND_WORDS: Final[tuple[tuple[TouchType, tuple[str, ...]], ...]] = (
    ("qbr", ("qbr", "quarterly business review", "quarterly review")),
    ("ebr", ("ebr", "executive business review", "executive review")),
    ("training", ("training", "workshop", "enablement")),
    ("onsite", ("onsite", "on-site", "on site", "site visit")),
    ("call", ("call",)),
)


def meeting_kind(activity: str, title: str) -> TouchType:
    """Return what kind of meeting it was: by its activity type, else by its title's words."""
    written = activity.strip().lower()
    if written and written != "meeting":
        for kind, signs in _KIND_WORDS:
            if any(sign in written for sign in signs):
                return kind
    padded = f" {title.lower()} "
    for kind, signs in _KIND_WORDS[:4]:
        if any(f" {sign} " in padded or padded.startswith(f" {sign}:") for sign in signs):
            return kind
    return "meeting"


class _Own(NamedTuple):
    """What a portal keeps of a touch in properties of its own, where HubSpot has none."""

    type: str = ""
    outcome: Outcome | None = None
    sentiment: int | None = None
    two_way: bool | None = None
    minutes: int | None = None

    @classmethod
    def of(cls, holder: str, properties: Mapping[str, Any], portal: Portal) -> "_Own":
        """Read what a record of a plural type holds."""
        fields = portal.fields.get(holder)
        if not fields or not any(map(properties.get, fields.values())):
            return _NOTHING_OWN
        mood = values.number(properties, fields.get("touch_sentiment"))
        return cls(
            values.text(properties, fields.get("touch_type")).lower(),
            _OUTCOMES.get(values.text(properties, fields.get("touch_outcome")).lower()),
            int(mood) if mood is not None and mood in (-1, 0, 1) else None,
            values.flag(properties, fields.get("touch_two_way")),
            values.whole(properties, fields.get("touch_minutes"), 7 * _DAY_MINUTES),
        )


_NOTHING_OWN: Final = _Own()


def _touch(
    local: str,
    kind: TouchType,
    at: str,
    properties: Mapping[str, Any],
    people: tuple[str, ...],
    portal: Portal,
    own: _Own,
    *,
    text: str | None,
    minutes: int | None = None,
    direction: Direction | None = None,
    outcome: Outcome | None = None,
    meeting_id: str | None = None,
) -> Spelled:
    """Return a touch; what the portal keeps in properties of its own goes before HubSpot's word."""
    return touch_row(
        local,
        kind=kind,
        at=at,
        minutes=own.minutes or minutes,
        two_way=own.two_way,
        direction=direction,
        people=people,
        user=_owner(properties, portal),
        outcome=own.outcome or outcome,
        sentiment=own.sentiment,
        text=text,
        meeting=meeting_id,
    )


def _at(properties: Mapping[str, Any]) -> str:
    at = values.instant_spelled(properties, "hs_timestamp")
    if at is None:
        raise ValueError("an activity without a time")
    return at


def _body(
    properties: Mapping[str, Any], name: str, *, plain: bool = False
) -> tuple[str, str | None]:
    written = values.text(properties, name)
    if not written:
        return "", None
    if plain:
        return split_marker(clean_text(written).strip(), MARKER)
    return split_marker(text_of(written), MARKER)


def _with_title(title: str | None, body: str) -> str | None:
    """Return the body, led by the title where the title says more than the body does."""
    if not title or title.strip().lower() in _TITLES:
        return body or None
    if not body:
        return title
    start = " ".join(body.split())[: len(title)]
    if start.casefold() == title.casefold() or title.endswith("…"):
        return body
    return f"{title}\n{body}"


def _people(links: Links, portal: Portal) -> tuple[str, ...]:
    return tuple([portal.local("contact", each) for each in links.get("contact", ())])


def _owner(properties: Mapping[str, Any], portal: Portal) -> str | None:
    owner = values.line(properties, "hubspot_owner_id")
    return portal.local("owner", owner) if owner else None


def _key(properties: Mapping[str, Any], marker: str | None) -> str | None:
    return values.line(properties, KEY_PROPERTY) or marker


def _minutes(properties: Mapping[str, Any], name: str) -> int | None:
    length = values.number(properties, name)
    if length is None or length <= 0:
        return None
    minutes = int((length / _MINUTE_MS).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return minutes if 0 < minutes <= 7 * _DAY_MINUTES else None


def _between(start: str, end: str) -> int | None:
    minutes = round((instant(end) - instant(start)).total_seconds() / 60)
    return minutes if 0 < minutes <= 7 * _DAY_MINUTES else None
