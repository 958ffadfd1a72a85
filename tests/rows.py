"""Rows of any table, put there as their class spells them, defaults included."""

import sqlite3

from sqlmodel import SQLModel

from csmdesk.store.commands.bulk import insert


def put(connection: sqlite3.Connection, *rows: SQLModel) -> None:
    """Insert rows, in their order."""
    for row in rows:
        insert(connection, str(row.__tablename__), [row.model_dump()])
