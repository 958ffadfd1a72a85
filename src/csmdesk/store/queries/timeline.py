"""Everything that happened with one account, newest first, and what is still to come."""

import sqlite3
from datetime import date, datetime
from typing import NamedTuple

from csmdesk.domain.vocabulary import Colour
from csmdesk.store.encoding import decode_date, instant

TOUCHES_SQL = """\
SELECT t.id, t.type, t.at, t.minutes, t.two_way, t.direction, t.outcome, t.sentiment, t.text,
       t.origin, t.meeting_id, u.name
FROM book_touchpoints AS t LEFT JOIN users AS u ON u.id = t.user_id
WHERE t.account_id = :account AND t.at <= :now
ORDER BY t.at DESC, t.id DESC LIMIT :most"""

ATTENDEES_SQL = """\
SELECT a.touchpoint_id, coalesce(c.name, a.contact_id)
FROM book_attendees AS a
JOIN book_touchpoints AS t ON t.id = a.touchpoint_id
LEFT JOIN contacts AS c ON c.id = a.contact_id
WHERE t.account_id = :account
ORDER BY a.touchpoint_id, a.position"""

NEW_PEOPLE_SQL = """\
SELECT touchpoint_id, name FROM new_contacts
WHERE account_id = :account AND settled_at IS NULL ORDER BY id"""

STEPS_SQL = """\
SELECT id, touchpoint_id, text, side, due_on, done_on FROM next_steps
WHERE account_id = :account ORDER BY touchpoint_id, position"""

STATES_SQL = """\
SELECT local_id, state FROM outbox
WHERE account_id = :account AND state <> 'cancelled' ORDER BY seq"""

LEFT_SQL = """\
SELECT o.local_id, l.state, l.seen_at
FROM outbox AS o JOIN remote_links AS l
  ON l.connection = o.connection AND l.object_type = o.object_type AND l.remote_id = o.remote_id
WHERE o.account_id = :account AND o.entity = 'touchpoint' AND o.kind <> 'associate'
  AND o.state = 'done' AND l.state IN ('archived', 'gone')"""

TICKETS_SQL = """\
SELECT id, subject, severity, status, opened_at, closed_at FROM tickets
WHERE account_id = :account AND state = 'active' AND opened_at <= :now
ORDER BY opened_at DESC, id"""

SURVEYS_SQL = """\
SELECT s.id, s.kind, s.score, s.at, s.comment, c.name
FROM surveys AS s LEFT JOIN contacts AS c ON c.id = s.contact_id
WHERE s.account_id = :account AND s.state = 'active' AND s.at <= :now
ORDER BY s.at DESC, s.id"""

MEETINGS_SQL = """\
SELECT id, kind, start, "end", title, prep, status FROM book_meetings
WHERE account_id = :account AND "end" > :now AND status = 'planned'
ORDER BY start, id"""

HEALTH_SQL = """\
SELECT "on", score, source, higher_is_better, cause FROM book_health
WHERE account_id = :account AND "on" <= :today ORDER BY "on", source"""

OVERRIDES_SQL = """\
SELECT set_on, color, reason, expires_on FROM health_overrides
WHERE account_id = :account AND set_on <= :today ORDER BY set_on"""


class TouchRow(NamedTuple):
    """A touch with what hangs on it. `states` are those of its outbox operations.

    `left`: how its record left the CRM (archived, gone), and when that was found.
    """

    id: str
    type: str
    at: datetime
    minutes: int | None
    two_way: bool | None
    direction: str | None
    outcome: str | None
    sentiment: int | None
    text: str | None
    origin: str
    meeting_id: str | None
    user: str | None
    people: tuple[str, ...] = ()
    steps: "tuple[StepRow, ...]" = ()
    states: tuple[str, ...] = ()
    left: tuple[str, datetime] | None = None


class StepRow(NamedTuple):
    """A next step of either side."""

    id: str
    touchpoint_id: str
    text: str
    side: str
    due_on: date | None
    done_on: date | None


class TicketRow(NamedTuple):
    """A support case."""

    id: str
    subject: str
    severity: str
    status: str
    opened_at: datetime
    closed_at: datetime | None


class SurveyRow(NamedTuple):
    """An answer to a survey."""

    id: str
    kind: str
    score: int
    at: datetime
    comment: str | None
    who: str | None


class MeetingRow(NamedTuple):
    """A meeting that is planned and not over."""

    id: str
    kind: str
    start: datetime
    end: datetime
    title: str
    prep: str
    status: str


class HealthRow(NamedTuple):
    """A score of one day as stored: text, perhaps counted the other way round."""

    on: date
    score: str
    source: str
    higher_is_better: bool
    cause: str | None


class OverrideRow(NamedTuple):
    """A colour set against the score."""

    set_on: date
    color: Colour
    reason: str
    expires_on: date


def touches(
    connection: sqlite3.Connection, account_id: str, now: str, most: int = 2_000
) -> tuple[TouchRow, ...]:
    """Return the touches of an account up to an instant, newest first.

    Args:
        connection: one snapshot of the store.
        account_id: the account.
        now: the instant as the store writes it.
        most: how many at most.
    """
    own = {"account": account_id, "now": now, "most": most}
    people: dict[str, list[str]] = {}
    for sql in (ATTENDEES_SQL, NEW_PEOPLE_SQL):
        for touch, name in connection.execute(sql, {"account": account_id}):
            people.setdefault(touch, []).append(name)
    promised: dict[str, list[StepRow]] = {}
    for step in steps(connection, account_id):
        promised.setdefault(step.touchpoint_id, []).append(step)
    sent: dict[str, list[str]] = {}
    for local_id, state in connection.execute(STATES_SQL, {"account": account_id}):
        sent.setdefault(local_id, []).append(state)
    left = deleted_there(connection, account_id)
    return tuple(
        TouchRow._make(
            (
                *row[:2],
                instant(row[2]),
                row[3],
                None if row[4] is None else bool(row[4]),
                *row[5:],
                tuple(people.get(row[0], ())),
                tuple(promised.get(row[0], ())),
                tuple(sent.get(row[0], ())),
                left.get(row[0]),
            )
        )
        for row in connection.execute(TOUCHES_SQL, own)
    )


def deleted_there(
    connection: sqlite3.Connection, account_id: str
) -> dict[str, tuple[str, datetime]]:
    """Return the touches of an account that were in the CRM: how they left it, and since when."""
    rows = connection.execute(LEFT_SQL, {"account": account_id})
    return {local_id: (state, instant(since)) for local_id, state, since in rows}


def steps(connection: sqlite3.Connection, account_id: str) -> tuple[StepRow, ...]:
    """Return every next step of an account, open and done."""
    return tuple(
        StepRow(row[0], row[1], row[2], row[3], decode_date(row[4]), decode_date(row[5]))
        for row in connection.execute(STEPS_SQL, {"account": account_id})
    )


def tickets(connection: sqlite3.Connection, account_id: str, now: str) -> tuple[TicketRow, ...]:
    """Return the tickets of an account opened up to an instant, newest first."""
    return tuple(
        TicketRow._make((*row[:4], instant(row[4]), None if row[5] is None else instant(row[5])))
        for row in connection.execute(TICKETS_SQL, {"account": account_id, "now": now})
    )


def surveys(connection: sqlite3.Connection, account_id: str, now: str) -> tuple[SurveyRow, ...]:
    """Return the survey answers of an account up to an instant, newest first."""
    return tuple(
        SurveyRow._make((*row[:3], instant(row[3]), *row[4:]))
        for row in connection.execute(SURVEYS_SQL, {"account": account_id, "now": now})
    )


def meetings_ahead(
    connection: sqlite3.Connection, account_id: str, now: str
) -> tuple[MeetingRow, ...]:
    """Return the planned meetings of an account that are not over, soonest first."""
    return tuple(
        MeetingRow(row[0], row[1], instant(row[2]), instant(row[3]), *row[4:])
        for row in connection.execute(MEETINGS_SQL, {"account": account_id, "now": now})
    )


def health(connection: sqlite3.Connection, account_id: str, today: str) -> tuple[HealthRow, ...]:
    """Return the scores of an account up to a day, oldest first, of both sources."""
    return tuple(
        HealthRow(date.fromisoformat(row[0]), row[1], row[2], bool(row[3]), row[4])
        for row in connection.execute(HEALTH_SQL, {"account": account_id, "today": today})
    )


def overrides(
    connection: sqlite3.Connection, account_id: str, today: str
) -> tuple[OverrideRow, ...]:
    """Return the colours set against the score, oldest first."""
    return tuple(
        OverrideRow(date.fromisoformat(row[0]), row[1], row[2], date.fromisoformat(row[3]))
        for row in connection.execute(OVERRIDES_SQL, {"account": account_id, "today": today})
    )
