"""Noting how the mapped properties of a connection stand."""

import sqlite3
from collections.abc import Iterable
from typing import Final

from csmdesk.store.encoding import instant_text
from csmdesk.store.queries.mapped import MappedField

WRITE_SQL: Final = (
    "INSERT OR REPLACE INTO mapped_fields (connection, holder, field, object_type, property, kind,"
    " read_only, state, since, checked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
CALL_BACK_SQL: Final = (
    "UPDATE outbox SET sent_at = NULL, last_error_class = NULL, last_error = NULL"
    " WHERE op_id = ? AND state = 'pending' AND kind = 'update'"
)
HOLD_SQL: Final = (
    "UPDATE outbox SET state = 'pending', last_error_class = 'mapping', last_error = ?"
    " WHERE op_id = ? AND state IN ('pending', 'conflict')"
)


def write_mapped(connection: sqlite3.Connection, key: str, fields: Iterable[MappedField]) -> None:
    """Note how fields stand, in place of what was noted of them before."""
    connection.executemany(
        WRITE_SQL,
        [
            (
                key,
                each.holder,
                each.field,
                each.object_type,
                each.property,
                each.kind,
                int(each.read_only),
                each.state,
                instant_text(each.since),
                instant_text(each.checked_at),
            )
            for each in fields
        ],
    )


def forget_mapped(connection: sqlite3.Connection, key: str, keep: Iterable[MappedField]) -> None:
    """Note the fields of a connection anew: these, and no others."""
    connection.execute("DELETE FROM mapped_fields WHERE connection = ?", (key,))
    write_mapped(connection, key, keep)


def call_back(connection: sqlite3.Connection, op_id: str) -> None:
    """Let a change of fields that is not on its way count as never sent, to be written anew.

    It is compared with what is there before it goes, so it does no harm if it had arrived.
    """
    connection.execute(CALL_BACK_SQL, (op_id,))


def hold(connection: sqlite3.Connection, op_id: str, why: str) -> None:
    """Let an operation wait for a mapping, and say so."""
    connection.execute(HOLD_SQL, (why, op_id))
