"""Which part of a book a CRM holds, and under which ids.

Remote ids follow from the book's ids alone, so that the portal and the part of the book that stays
with the CSM agree without talking to each other.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from csmdesk.book.contents import Contents
from csmdesk.domain.records import Meeting, Touchpoint

_LOWEST = 1_000_000_000_000
_SPAN = 9_000_000_000_000

CRM_MEETINGS = ("meeting", "call", "qbr", "ebr", "training")
"""Kinds of meeting that stand in a CRM's calendar; internal ones and blocks never do."""

TOUCH_KEYS = {
    "call": "calls",
    "meeting": "meetings",
    "onsite": "meetings",
    "training": "meetings",
    "qbr": "meetings",
    "ebr": "meetings",
    "email": "emails",
    "slack": "notes",
    "note": "notes",
}
"""Where a touch goes; `internal` stays at home."""

_LOCAL_WORDS = {
    "owners": "owner",
    "companies": "company",
    "contacts": "contact",
    "deals": "deal",
    "tickets": "ticket",
    "tasks": "task",
    "calls": "call",
    "meetings": "meeting",
    "emails": "email",
    "notes": "note",
    "feedback_submissions": "feedback",
}


def remote_id(kind: str, book_id: str) -> str:
    """The id a record of the book has in the CRM: 13 digits, always the same.

    Args:
        kind: the book's word for one record, for example `account` or `subscription`.
    """
    digest = hashlib.sha256(f"{kind}:{book_id}".encode()).digest()
    return str(_LOWEST + int.from_bytes(digest[:8], "big") % _SPAN)


def in_calendar(meeting: Meeting) -> bool:
    """Whether a CRM's calendar holds that meeting."""
    return meeting.account_id is not None and meeting.kind in CRM_MEETINGS


@dataclass(slots=True)
class RemoteIds:
    """The CRM's record of every row of a book that has one.

    Each map goes from the book's id to the object type's key and the remote id. Raises ValueError
    if two rows would share an id.
    """

    contents: Contents
    portal_id: int
    users: dict[str, tuple[str, str]] = field(init=False)
    accounts: dict[str, tuple[str, str]] = field(init=False)
    contacts: dict[str, tuple[str, str]] = field(init=False)
    subscriptions: dict[str, tuple[str, str]] = field(init=False)
    opportunities: dict[str, tuple[str, str]] = field(init=False)
    tickets: dict[str, tuple[str, str]] = field(init=False)
    tasks: dict[str, tuple[str, str]] = field(init=False)
    surveys: dict[str, tuple[str, str]] = field(init=False)
    meetings: dict[str, tuple[str, str]] = field(init=False)
    touchpoints: dict[str, tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        book = self.contents
        self.users = _all("owners", "user", (row.id for row in book.users))
        self.accounts = _all("companies", "account", (row.id for row in book.accounts))
        self.contacts = _all("contacts", "contact", (row.id for row in book.contacts))
        self.subscriptions = _all("deals", "subscription", (row.id for row in book.subscriptions))
        self.opportunities = _all("deals", "opportunity", (row.id for row in book.opportunities))
        self.tickets = _all("tickets", "ticket", (row.id for row in book.tickets))
        dated = (row.id for row in book.tasks if row.due_on is not None)
        self.tasks = _all("tasks", "task", dated)
        answered = (row.id for row in book.surveys if row.contact_id is not None)
        self.surveys = _all("feedback_submissions", "survey", answered)
        planned = (row.id for row in book.meetings if in_calendar(row))
        self.meetings = _all("meetings", "meeting", planned)
        self.touchpoints = {
            row.id: self._touch(row) for row in book.touchpoints if row.type in TOUCH_KEYS
        }
        self._check()

    def _touch(self, touch: Touchpoint) -> tuple[str, str]:
        if touch.meeting_id in self.meetings:  # it is that meeting, held
            return self.meetings[touch.meeting_id]
        return TOUCH_KEYS[touch.type], remote_id("touchpoint", touch.id)

    def _check(self) -> None:
        seen: dict[tuple[str, str], str] = {}
        for ids in (
            self.users,
            self.accounts,
            self.contacts,
            self.subscriptions,
            self.opportunities,
            self.tickets,
            self.tasks,
            self.surveys,
            self.meetings,
        ):
            for book_id, remote in ids.items():
                if remote in seen:
                    raise ValueError(f"{book_id} and {seen[remote]} would be the same {remote[0]}")
                seen[remote] = book_id
        for touch in self.contents.touchpoints:
            remote_touch = self.touchpoints.get(touch.id)
            if remote_touch is None or touch.meeting_id in self.meetings:
                continue
            if remote_touch in seen:
                raise ValueError(f"{touch.id} and {seen[remote_touch]} would be the same record")
            seen[remote_touch] = touch.id

    def local(self, remote: tuple[str, str]) -> str:
        """The id a pull gives to a record of this portal."""
        key, number = remote
        return f"hubspot-{self.portal_id}-{_LOCAL_WORDS[key]}-{number}"


def _all(key: str, kind: str, book_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    return {book_id: (key, remote_id(kind, book_id)) for book_id in book_ids}
