"""Rows of the kinds of which a first pull brings ten thousands, spelled out without a record.

Making a record only to spell it out again takes longer than reading from HubSpot what it holds.
Instants come spelled out; the order of the values is that of the record's fields.
"""

from csmdesk.domain.records import (
    Contact,
    Direction,
    MeetingKind,
    MeetingStatus,
    Outcome,
    TouchType,
)
from csmdesk.domain.spelling import Spelled, spelled

_UNTOLD = tuple(spelled(Contact(id="", account_id="", name=""))[1][6:])
"""What HubSpot says nothing of: all that comes behind the phone."""


def contact_row(
    local: str, *, name: str, title: str | None, email: str | None, phone: str | None
) -> Spelled:
    """Return a contact whose account nobody knows yet."""
    return "Contact", (local, "", name, title, email, phone, *_UNTOLD)


def meeting_row(
    local: str,
    *,
    kind: MeetingKind,
    start: str,
    end: str,
    title: str,
    people: tuple[str, ...],
    status: MeetingStatus,
) -> Spelled:
    """Return a meeting whose account nobody knows yet."""
    return "Meeting", (local, kind, start, end, title, None, people, "none", status)


def touch_row(
    local: str,
    *,
    kind: TouchType,
    at: str,
    minutes: int | None,
    two_way: bool | None,
    direction: Direction | None,
    people: tuple[str, ...],
    user: str | None,
    outcome: Outcome | None,
    sentiment: int | None,
    text: str | None,
    meeting: str | None,
) -> Spelled:
    """Return a touch whose account nobody knows yet."""
    return "Touchpoint", (
        local,
        "",
        kind,
        at,
        minutes,
        None if two_way is None else int(two_way),
        direction,
        people,
        user,
        outcome,
        sentiment,
        text,
        meeting,
        (),
    )
