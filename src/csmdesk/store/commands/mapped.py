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
HOLD_SQL: Final = (
    "UPDATE outbox SET last_error_class = 'mapping', last_error = ?"
    " WHERE op_id = ? AND state = 'pending'"
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


def hold(connection: sqlite3.Connection, held: Iterable[tuple[str, str]]) -> None:
    """Say of operations why they wait: pairs of operation and sentence."""
    connection.executemany(HOLD_SQL, [(why, op_id) for op_id, why in held])
