"""Writing what the user said to causes of the agenda, what that closes, and taking it back.

Dispositions are append-only: an undo is a row of its own that names what it undoes.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from csmdesk.domain.decisions import Disposition
from csmdesk.store.commands.bulk import insert
from csmdesk.store.encoding import instant_text, row_of

TAKEN_SQL: Final = "SELECT count(*) FROM dispositions WHERE substr(id, 1, length(?1)) = ?1"
DISPOSED_SQL: Final = 'SELECT action, type, subject, "before" FROM dispositions WHERE id = ?'
KEEP_BEFORE_SQL: Final = 'UPDATE dispositions SET "before" = ? WHERE id = ?'
KEEP_PROMISE_SQL: Final = "UPDATE next_steps SET done_on = ? WHERE id = ? AND done_on IS NULL"
OPEN_PROMISE_SQL: Final = "UPDATE next_steps SET done_on = NULL WHERE id = ?"
COMPLETE_TASK_SQL: Final = (
    "INSERT INTO task_completions (task_id, done_on) SELECT id, ?2 FROM tasks WHERE id = ?1"
    " ON CONFLICT (task_id) DO NOTHING"
)
OPEN_TASK_SQL: Final = "DELETE FROM task_completions WHERE task_id = ?"
PREPARED_SQL: Final = "SELECT prep FROM meeting_preps WHERE meeting_id = ?"
PREPARE_SQL: Final = (
    "INSERT INTO meeting_preps (meeting_id, prep) VALUES (?, ?)"
    " ON CONFLICT (meeting_id) DO UPDATE SET prep = excluded.prep"
)
PREPARE_AGAIN_SQL: Final = "UPDATE meeting_preps SET prep = ? WHERE meeting_id = ?"
UNPREPARE_SQL: Final = "DELETE FROM meeting_preps WHERE meeting_id = ?"


def new_ids(connection: sqlite3.Connection, now: datetime, count: int) -> list[str]:
    """Return ids for the dispositions of one action.

    Those of a later action sort after those of an earlier one, even at the same instant; what
    stands before the full stop is the action.
    """
    stem = f"D-{instant_text(now)}-"
    taken = connection.execute(TAKEN_SQL, (stem,)).fetchone()[0]
    return [f"{stem}{taken + 1:04}.{number:02}" for number in range(1, count + 1)]


def record(connection: sqlite3.Connection, dispositions: Iterable[Disposition]) -> None:
    """Write dispositions; what a done closes is closed by `close`."""
    insert(connection, "dispositions", [row_of(one) for one in dispositions])


def take_back(connection: sqlite3.Connection, made: Sequence[Disposition], now: datetime) -> None:
    """Record that dispositions are undone, and open again what they closed."""
    ids = new_ids(connection, now, len(made))
    record(
        connection,
        [
            replace(one, id=id_, action="undo", until=None, reason=None, at=now, undoes=one.id)
            for id_, one in zip(ids, made, strict=True)
        ],
    )
    for one in made:
        reopen(connection, one.id)


def close(connection: sqlite3.Connection, disposition_id: str, today: date) -> None:
    """Close the object of a done: a promise or task is done today, a meeting is prepared."""
    _, type_, subject, _ = connection.execute(DISPOSED_SQL, (disposition_id,)).fetchone()
    on = today.isoformat()
    if type_ == "promise":
        connection.execute(KEEP_PROMISE_SQL, (on, subject))
    elif type_ == "task":
        connection.execute(COMPLETE_TASK_SQL, (subject, on))
    elif type_ in ("meeting", "review"):
        found = connection.execute(PREPARED_SQL, (subject,)).fetchone()
        before = found[0] if found is not None else "none"
        connection.execute(KEEP_BEFORE_SQL, (before, disposition_id))
        connection.execute(PREPARE_SQL, (subject, "ready"))


def reopen(connection: sqlite3.Connection, disposition_id: str) -> None:
    """Put the object of a done back to what it was before."""
    row = connection.execute(DISPOSED_SQL, (disposition_id,)).fetchone()
    action, type_, subject, before = row
    if action != "done":
        return
    if type_ == "promise":
        connection.execute(OPEN_PROMISE_SQL, (subject,))
    elif type_ == "task":
        connection.execute(OPEN_TASK_SQL, (subject,))
    elif type_ in ("meeting", "review"):
        if before in (None, "none"):
            connection.execute(UNPREPARE_SQL, (subject,))
        else:
            connection.execute(PREPARE_AGAIN_SQL, (before, subject))
