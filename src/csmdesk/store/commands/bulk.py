"""Writing rows, many at once: their columns, encoded, by name."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

Values = dict[str, str | int | None]
"""A row: its columns, encoded."""

PORTION = 2_000
"""How many rows are written before somebody is told."""


def portions(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut rows into portions."""
    left = iter(rows)
    while portion := list(islice(left, PORTION)):
        yield portion


def insert(connection: sqlite3.Connection, table: str, rows: Sequence[Values]) -> None:
    """Insert rows, all with the same columns; one whose key is there already is refused.

    Raises:
        sqlite3.IntegrityError: a key is taken, or a row refers to one that is not there.
    """
    if rows:
        connection.executemany(_insertion(table, rows[0]), [tuple(row.values()) for row in rows])


def upsert(
    connection: sqlite3.Connection,
    table: str,
    rows: Sequence[Values],
    key: tuple[str, ...],
    *,
    keep: tuple[str, ...] = (),
) -> None:
    """Insert rows; where one of the key is there, its columns get the new values.

    Args:
        key: the columns of the primary key.
        keep: columns that a row which is there already keeps.
    """
    if not rows:
        return
    names = tuple(rows[0])
    statement = _insertion(table, names)
    target = ", ".join(f'"{name}"' for name in key)
    changed = [name for name in names if name not in key and name not in keep]
    update = ", ".join(f'"{name}" = excluded."{name}"' for name in changed)
    statement += f" ON CONFLICT ({target}) DO " + (f"UPDATE SET {update}" if changed else "NOTHING")
    connection.executemany(statement, [tuple(row.values()) for row in rows])


def delete_by(connection: sqlite3.Connection, table: str, key: str, ids: Sequence[str]) -> None:
    """Delete the rows whose column has one of these values."""
    connection.executemany(
        f"DELETE FROM {table} WHERE {key} = ?",  # noqa: S608 # own names
        [(one,) for one in ids],
    )


def _insertion(table: str, names: Iterable[str]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" for _ in names)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 # own names
