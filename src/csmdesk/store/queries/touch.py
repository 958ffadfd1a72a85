"""What reading and logging a line needs to know of an account. Plain SQL, one thread."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from csmdesk.domain.records import CrmState, MeetingKind, Outcome, TouchType
from csmdesk.domain.touch.people import Known
from csmdesk.store.encoding import instant, instant_text

ACCOUNT_NAME_SQL = "SELECT name FROM book_accounts WHERE id = ?"
ACCOUNT_NAMES_SQL = "SELECT id, name FROM book_accounts ORDER BY id"
DEPARTED_SQL = """\
SELECT a.id, a.name, a.state,
  (SELECT max(l.seen_at) FROM remote_links AS l
   WHERE l.entity = 'account' AND l.local_id = a.id AND l.state = a.state),
  a.owner_id IS NOT (SELECT me FROM book_info), u.name
FROM accounts AS a LEFT JOIN users AS u ON u.id = a.owner_id
WHERE a.state IN ('archived', 'gone', 'no_access') ORDER BY a.id"""
PEOPLE_SQL = """\
SELECT id, name, status FROM book_contacts WHERE account_id = ? ORDER BY name, id"""
LAST_TYPE_SQL = """\
SELECT type FROM touchpoints WHERE account_id = ? AND withdrawn_at IS NULL
ORDER BY created_at DESC, at DESC LIMIT 1"""
HOLIDAYS_SQL = 'SELECT "on" FROM holidays ORDER BY 1'
MEETING_SQL = """\
SELECT m.id FROM book_meetings AS m
WHERE m.account_id = :account AND m.kind = :kind AND m.status IN ('planned', 'held')
  AND m.start <= :at
  AND (m."end" > :at
       OR (m."end" <= :at AND m."end" >= :day_start AND :today
           AND NOT EXISTS (SELECT 1 FROM book_touchpoints AS t WHERE t.meeting_id = m.id)))
ORDER BY m.start DESC, m.id DESC LIMIT 1"""
CONNECTIONS_SQL = """\
SELECT DISTINCT connection FROM remote_links
WHERE entity = 'account' AND local_id = ? AND state = 'active' ORDER BY connection"""
LINKED_SQL = """\
SELECT 1 FROM remote_links
WHERE connection = ? AND entity = ? AND local_id = ? AND state = 'active' LIMIT 1"""
REMOTE_ID_SQL = """\
SELECT remote_id FROM remote_links
WHERE connection = ? AND entity = ? AND local_id = ? AND state = 'active' AND alias_of IS NULL
ORDER BY remote_id LIMIT 1"""
TOUCH_SQL = """\
SELECT id, account_id, type, at, outcome, withdrawn_at, origin, meeting_id, text
FROM touchpoints WHERE id = ?"""
LATEST_TOUCH_SQL = """\
SELECT id, created_at FROM touchpoints WHERE origin = 'logged' AND withdrawn_at IS NULL
ORDER BY created_at DESC, id DESC LIMIT 1"""
OPERATIONS_SQL = """\
SELECT op_id, connection, kind, object_type, summary, remote_id, state,
  state IN ('sending', 'uncertain', 'done')
  OR (state = 'failed' AND coalesce(last_error_class, '') NOT IN ('refused', 'not_sent')),
  linked_at IS NOT NULL
FROM outbox
WHERE entity = 'touchpoint' AND local_id = :touch
   OR entity = 'next_step'
      AND local_id IN (SELECT id FROM next_steps WHERE touchpoint_id = :touch)
ORDER BY seq"""
DRAFTS_SQL = """\
SELECT place, record, body, body_sha256, started_at, updated_at FROM drafts
ORDER BY updated_at DESC, place, record"""
DRAFT_SQL = """\
SELECT place, record, body, body_sha256, started_at, updated_at FROM drafts
WHERE place = ? AND record = ?"""

_TYPES = frozenset(get_args(TouchType))


@dataclass(frozen=True, slots=True)
class StoredTouch:
    """The few facts of a touch that taking it back depends on."""

    id: str
    account_id: str
    type: str
    at: datetime
    outcome: Outcome | None
    withdrawn: bool
    logged: bool
    meeting_id: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the outbox that a touch or one of its next steps brought about.

    `may_be_there`: the CRM has it, or nobody can rule it out. `linked`: what it made there is a
    record that the user named and we did not make.
    """

    op_id: str
    connection: str
    kind: str
    object_type: str
    summary: str
    remote_id: str | None
    state: str
    may_be_there: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """Something typed and not yet saved. `started_at`: when the call began, if it is one."""

    place: str
    record: str
    body: str
    started_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Departed:
    """An account that left the lists.

    Attributes:
        since: when that was found, if it is known.
        anothers: it is not mine, as far as is known.
        owner: whose it is, if anybody's.
    """

    id: str
    name: str
    state: CrmState
    since: datetime | None
    anothers: bool
    owner: str | None


def departed(connection: sqlite3.Connection) -> tuple[Departed, ...]:
    """Return every account that left the lists."""
    return tuple(
        Departed(id_, name, state, None if since is None else instant(since), bool(other), owner)
        for id_, name, state, since, other, owner in connection.execute(DEPARTED_SQL)
    )


def account_name(connection: sqlite3.Connection, account_id: str) -> str | None:
    """Return the name of an account in sight, or nothing."""
    row = connection.execute(ACCOUNT_NAME_SQL, (account_id,)).fetchone()
    return None if row is None else str(row[0])


def account_names(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return id and name of every account in sight."""
    return connection.execute(ACCOUNT_NAMES_SQL).fetchall()


def people(connection: sqlite3.Connection, account_id: str) -> tuple[Known, ...]:
    """Return the contacts of an account, those who left included."""
    rows = connection.execute(PEOPLE_SQL, (account_id,))
    return tuple(Known(who, name, status == "left") for who, name, status in rows)


def last_type(connection: sqlite3.Connection, account_id: str) -> TouchType | None:
    """Return the type of the touch logged last on an account, or nothing."""
    row = connection.execute(LAST_TYPE_SQL, (account_id,)).fetchone()
    return row[0] if row is not None and row[0] in _TYPES else None


def holidays(connection: sqlite3.Connection) -> tuple[date, ...]:
    """Return the days nobody works."""
    return tuple(date.fromisoformat(row[0]) for row in connection.execute(HOLIDAYS_SQL))


def meeting_for(
    connection: sqlite3.Connection,
    account_id: str,
    kind: MeetingKind,
    at: datetime,
    day_start: datetime,
    *,
    today: bool,
) -> str | None:
    """Return the meeting a touch is the record of: the latest begun of those that fit.

    One that runs at the instant, or that ended before it on the same day with nothing logged.

    Args:
        connection: where to look.
        account_id: whose meeting.
        kind: of the meeting.
        at: when the touch was.
        day_start: the first instant of today in the user's zone.
        today: whether the touch was today; meetings of earlier days fit only while they ran.
    """
    values = {
        "account": account_id,
        "kind": kind,
        "at": instant_text(at),
        "day_start": instant_text(day_start),
        "today": int(today),
    }
    row = connection.execute(MEETING_SQL, values).fetchone()
    return None if row is None else str(row[0])


def connections_of(connection: sqlite3.Connection, account_id: str) -> tuple[str, ...]:
    """Return the keys of the connections an account is linked to."""
    return tuple(row[0] for row in connection.execute(CONNECTIONS_SQL, (account_id,)))


def linked_contacts(
    connection: sqlite3.Connection, key: str, contact_ids: Iterable[str]
) -> frozenset[str]:
    """Return which of some contacts a connection holds."""
    return frozenset(
        who
        for who in contact_ids
        if connection.execute(LINKED_SQL, (key, "contact", who)).fetchone() is not None
    )


def meeting_remote_id(connection: sqlite3.Connection, key: str, meeting_id: str) -> str | None:
    """Return the id a connection has for a meeting, or nothing if it does not hold it."""
    row = connection.execute(REMOTE_ID_SQL, (key, "meeting", meeting_id)).fetchone()
    return None if row is None else str(row[0])


def touch(connection: sqlite3.Connection, touchpoint_id: str) -> StoredTouch | None:
    """Return a touch of ours, or nothing."""
    row = connection.execute(TOUCH_SQL, (touchpoint_id,)).fetchone()
    if row is None:
        return None
    who, account_id, type_, at, outcome, withdrawn_at, origin, meeting_id, text = row
    return StoredTouch(
        who,
        account_id,
        type_,
        instant(at),
        outcome,
        withdrawn_at is not None,
        origin == "logged",
        meeting_id,
        text,
    )


def latest_logged(connection: sqlite3.Connection) -> tuple[str, datetime] | None:
    """Return the touch that was logged last, and when that was done."""
    row = connection.execute(LATEST_TOUCH_SQL).fetchone()
    return None if row is None else (row[0], instant(row[1]))


def operations(connection: sqlite3.Connection, touchpoint_id: str) -> tuple[Operation, ...]:
    """Return the operations about a touch and its shared next steps, in their order."""
    rows = connection.execute(OPERATIONS_SQL, {"touch": touchpoint_id})
    return tuple(
        Operation(op_id, key, kind, type_, summary, remote_id, state, bool(there), bool(linked))
        for op_id, key, kind, type_, summary, remote_id, state, there, linked in rows
    )


def drafts(connection: sqlite3.Connection) -> tuple[Draft, ...]:
    """Return everything typed and not saved, the latest first."""
    return tuple(_draft(row) for row in connection.execute(DRAFTS_SQL))


def draft(connection: sqlite3.Connection, place: str, record: str) -> Draft | None:
    """Return what was typed at a place about a record, or nothing."""
    row = connection.execute(DRAFT_SQL, (place, record)).fetchone()
    return None if row is None else _draft(row)


def _draft(row: tuple[str, str, str, str, str | None, str]) -> Draft:
    place, record, body, _, started_at, updated_at = row
    return Draft(
        place,
        record,
        body,
        None if started_at is None else instant(started_at),
        instant(updated_at),
    )
