"""How what is sent of a record stands at one moment, and putting that back as it was.

Read before and after a change within its transaction. It is put back as long as what the change
touched is still as it left it, and the record itself is.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from csmdesk.store.commands import edits
from csmdesk.store.queries.edits import COLUMNS, value

Row = tuple[Any, ...]

STANDS: Final = (
    "state, account_id, remote_id, summary, payload, payload_sha256, base, attempts, lookups,"
    " not_before, sent_at, tier, key_made, linked_at, lease_owner, lease_until, last_error_class,"
    " last_error, done_at"
)
"""Every column of an operation that changes after it was made."""
_PUT_SQL: Final = f"UPDATE outbox SET {STANDS.replace(',', ' = ?,')} = ? WHERE op_id = ?"  # noqa: S608
_OPERATIONS_SQL: Final = f"""\
WITH RECURSIVE about (op_id) AS (
  SELECT op_id FROM outbox WHERE entity = ?1 AND local_id = ?2
  UNION SELECT o.op_id FROM outbox AS o JOIN about AS a ON o.depends_on = a.op_id)
SELECT op_id, {STANDS} FROM outbox WHERE op_id IN (SELECT op_id FROM about)"""  # noqa: S608
_EDITS_SQL: Final = (
    "SELECT field, base, local, op_id, edited_at, settled_at FROM field_edits"
    " WHERE entity = ? AND local_id = ?"
)
_CONFLICTS_SQL: Final = (
    "SELECT id, settled_at, settled_as FROM conflicts WHERE entity = ? AND local_id = ?"
)
_OWN_SQL: Final[Mapping[str, str]] = {
    "touchpoint": "SELECT account_id, meeting_id, text_sha256, withdrawn_at FROM touchpoints"
    " WHERE ?1 = 'touchpoint' AND id = ?2",
    "next_step": "SELECT connection, op_id, held, ended_as FROM shares WHERE entity = ?1"
    " AND local_id = ?2 ORDER BY connection",
    "milestone": "SELECT connection, op_id, held, ended_as FROM shares WHERE entity = ?1"
    " AND local_id = ?2 ORDER BY connection",
}
"""What of a record says that it is to be sent at all, and as what."""


@dataclass(frozen=True, slots=True)
class Position:
    """How everything about one record stands that is, or was, to be sent.

    Attributes:
        operations: by id, those about the record and what depends on them.
        edits: by field, what is known of its change.
        conflicts: by id, when and how each ended.
        values: by field, what the screens show.
        own: what of the record itself decides whether it is sent.
    """

    entity: str
    local_id: str
    operations: Mapping[str, Row]
    edits: Mapping[str, Row]
    conflicts: Mapping[str, Row]
    values: Mapping[str, str | None]
    own: tuple[Row, ...]


def position(connection: sqlite3.Connection, entity: str, local_id: str) -> Position:
    """Return how everything about a record stands."""
    about = (entity, local_id)

    def rows(sql: str) -> dict[str, Row]:
        return {row[0]: tuple(row[1:]) for row in connection.execute(sql, about)}

    own = _OWN_SQL.get(entity)
    return Position(
        entity,
        local_id,
        rows(_OPERATIONS_SQL),
        rows(_EDITS_SQL),
        rows(_CONFLICTS_SQL),
        {field: value(connection, *about, field) for kind, field in COLUMNS if kind == entity},
        () if own is None else tuple(map(tuple, connection.execute(own, about))),
    )


def put_back(
    connection: sqlite3.Connection, before: Position, after: Position, now: datetime
) -> bool:
    """Let a record's way to a CRM stand as it stood before a change.

    An operation that the change made is cancelled; nothing is ever deleted.

    Args:
        connection: inside a writing transaction.
        before: how it stood before the change.
        after: how it stood right after it.
        now: the instant.

    Returns:
        `False`, with nothing written, if something has happened since to what the change touched.
    """
    about = (before.entity, before.local_id)
    present = position(connection, *about)
    if present.own != after.own or _came_since(present, after):
        return False
    touched = (
        _touched(before.operations, after.operations, present.operations),
        _touched(before.edits, after.edits, present.edits),
        _touched(before.conflicts, after.conflicts, present.conflicts),
        _touched(before.values, after.values, present.values),
    )
    operations, fields, conflicts, values = touched
    if operations is None or fields is None or conflicts is None or values is None:
        return False
    for op_id in operations:
        if op_id in before.operations:
            connection.execute(_PUT_SQL, (*before.operations[op_id], op_id))
        else:
            edits.drop_operation(connection, op_id, now)
    for field in fields:
        if field in before.edits:
            base, local, op_id, *times = before.edits[field]
            connection.execute(edits.EDIT_SQL, (*about, field, base, local, op_id, *times))
        else:
            edits.forget_edit(connection, (*about, field))
    for conflict_id in conflicts:
        edits.open_again(connection, conflict_id)
    for field in values:
        edits.put_value(connection, *about, field, before.values[field])
    return True


def _touched(
    before: Mapping[str, Any], after: Mapping[str, Any], present: Mapping[str, Any]
) -> tuple[str, ...] | None:
    """Return what a change touched, or nothing if that has changed again."""
    keys = [
        key
        for key in {**before, **after}
        if before.get(key) != after.get(key) or (key in before) != (key in after)
    ]
    same = all(present.get(key) == after.get(key) for key in keys)
    return tuple(keys) if same else None


def _came_since(present: Position, after: Position) -> bool:
    """Return whether something else is to be, or was, sent about the record since."""
    state = STANDS.split(", ").index("state")
    return any(
        row[state] != "cancelled"
        for op_id, row in present.operations.items()
        if op_id not in after.operations
    )
