"""What the user said to the agenda, for taking it back, and the accepted plan of a day."""

import sqlite3
from datetime import date, datetime

from csmdesk.domain.agenda.hiding import not_undone
from csmdesk.domain.decisions import Disposition, PlanEntry
from csmdesk.store.encoding import decode_date, instant, instant_text

SAID_SQL = """\
SELECT id, account_id, type, subject, episode, action, points, score, at, until, reason, undoes
FROM dispositions WHERE at <= :now"""

CLOSED_OBJECTS_SQL = """\
SELECT 'promise', id, text FROM next_steps
WHERE done_on IS NOT NULL
  AND id IN (SELECT subject FROM dispositions WHERE type = 'promise' AND action = 'done')
UNION ALL
SELECT 'task', id, title FROM book_tasks
WHERE done_on IS NOT NULL
  AND id IN (SELECT subject FROM dispositions WHERE type = 'task' AND action = 'done')
UNION ALL
SELECT d.type, m.id, m.title FROM book_meetings AS m
JOIN (SELECT DISTINCT type, subject FROM dispositions
      WHERE type IN ('meeting', 'review') AND action = 'done') AS d ON d.subject = m.id
WHERE m.prep = 'ready' AND m.start > :now"""

PLANNED_ON_SQL = """\
SELECT "on", account_id, removed, own FROM planned_days WHERE "on" = :day ORDER BY account_id"""


def said(connection: sqlite3.Connection, now: datetime) -> list[Disposition]:
    """Return every disposition up to an instant, undos included."""
    return [
        Disposition(
            id=row[0],
            account_id=row[1],
            type=row[2],
            subject=row[3],
            episode=row[4],
            action=row[5],
            points=row[6],
            score=row[7],
            at=instant(row[8]),
            until=decode_date(row[9]),
            reason=row[10],
            undoes=row[11],
        )
        for row in connection.execute(SAID_SQL, {"now": instant_text(now)})
    ]


def closed_objects(connection: sqlite3.Connection, now: str) -> dict[tuple[str, str], str]:
    """Return what a done closed and is closed still: its words by type of cause and id.

    Steps and tasks that are done, and meetings that are prepared and begin after `now`.
    """
    return {
        (type_, id_): text
        for type_, id_, text in connection.execute(CLOSED_OBJECTS_SQL, {"now": now})
    }


def latest_action(connection: sqlite3.Connection, now: datetime) -> list[Disposition]:
    """Return the dispositions of the latest action that was not undone; none if there is none.

    One action says the same to several causes of one account at one instant; ids of our own tell
    two actions of one instant apart.
    """
    made = not_undone(said(connection, now))
    if not made:
        return []
    last = made[-1]
    batch: list[Disposition] = []
    for one in reversed(made):
        if _action_of(one) != _action_of(last):
            break
        batch.append(one)
    return batch[::-1]


def _action_of(one: Disposition) -> tuple[datetime, str, str, str]:
    action, _, _ = one.id.rpartition(".")
    return (one.at, one.account_id, one.action, action)


def planned_on(connection: sqlite3.Connection, day: date) -> tuple[PlanEntry, ...]:
    """Return the entries of a day's accepted plan, those taken out included, by account."""
    rows = connection.execute(PLANNED_ON_SQL, {"day": day.isoformat()})
    return tuple(
        PlanEntry(
            on=date.fromisoformat(on),
            account_id=account_id,
            removed=bool(removed),
            own=bool(own or removed),
        )
        for on, account_id, removed, own in rows
    )
