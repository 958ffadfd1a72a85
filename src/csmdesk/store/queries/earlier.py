"""Touches logged here as they are sent: those that no CRM was ever to hear of, or one."""

import sqlite3
from typing import Any

from csmdesk.domain.records import Touchpoint
from csmdesk.store.encoding import instant

_COLUMNS = """
SELECT t.id, t.account_id, t.type, t.at, t.minutes, t.two_way, t.direction, t.user_id, t.outcome,
       t.sentiment, t.text, t.meeting_id
FROM touchpoints t"""
TOUCH_SQL = f"{_COLUMNS} WHERE t.id = ?"
EARLIER_SQL = f"""{_COLUMNS}
JOIN remote_links l ON l.entity = 'account' AND l.local_id = t.account_id AND l.connection = ?
WHERE t.origin = 'logged' AND t.withdrawn_at IS NULL AND t.type <> 'internal'
  AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.entity = 'touchpoint' AND o.local_id = t.id)
GROUP BY t.id ORDER BY t.at, t.id
"""  # noqa: S608 - own names
PRESENT_SQL = """
SELECT contact_id FROM touchpoint_attendees WHERE touchpoint_id = ? ORDER BY position
"""


def earlier_touches(connection: sqlite3.Connection, key: str) -> tuple[Touchpoint, ...]:
    """Return touches on accounts a connection holds for which nothing was ever queued.

    Imported touches are left out: they come from somewhere that has them.
    """
    rows = connection.execute(EARLIER_SQL, (key,)).fetchall()
    return tuple(_touch(connection, row) for row in rows)


def whole_touch(connection: sqlite3.Connection, touchpoint_id: str) -> Touchpoint | None:
    """Return a touch of ours with those present, without its next steps; or nothing."""
    row = connection.execute(TOUCH_SQL, (touchpoint_id,)).fetchone()
    return None if row is None else _touch(connection, row)


def _touch(connection: sqlite3.Connection, row: tuple[Any, ...]) -> Touchpoint:
    return Touchpoint(
        id=row[0],
        account_id=row[1],
        type=row[2],
        at=instant(row[3]),
        minutes=row[4],
        two_way=None if row[5] is None else bool(row[5]),
        direction=row[6],
        user_id=row[7],
        outcome=row[8],
        sentiment=row[9],
        text=row[10],
        meeting_id=row[11],
        attendee_ids=tuple(who for (who,) in connection.execute(PRESENT_SQL, (row[0],))),
    )
