"""How the mapped properties of a connection stand, as it was last seen."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from csmdesk.store.encoding import instant

MAPPED_SQL = """\
SELECT holder, field, object_type, property, kind, read_only, state, since, checked_at
FROM mapped_fields WHERE connection = ? ORDER BY holder, field"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedField:
    """A mapped field: what its property was when all was well, and how it fares since when.

    `state` is `good`, `vanished`, `retyped`, `read_only` or `returned` (well again, but its values
    are still to be read).
    """

    holder: str
    field: str
    object_type: str
    property: str
    kind: str | None
    read_only: bool
    state: str
    since: datetime
    checked_at: datetime


def mapped_fields(connection: sqlite3.Connection, key: str) -> tuple[MappedField, ...]:
    """Return every field of a connection that was looked at."""
    return tuple(
        MappedField(
            holder=row[0],
            field=row[1],
            object_type=row[2],
            property=row[3],
            kind=row[4],
            read_only=bool(row[5]),
            state=row[6],
            since=instant(row[7]),
            checked_at=instant(row[8]),
        )
        for row in connection.execute(MAPPED_SQL, (key,))
    )
