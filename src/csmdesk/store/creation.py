"""Making the schema in an empty file.

A fresh store is made by a script, for it would take the ORM and Alembic a second to say the same;
a test holds the script, the migrations and the tables against each other.
"""

import sqlite3
from pathlib import Path

from csmdesk.store.schema import APPLICATION_ID, SCHEMA_VERSION, VIEWS

SCRIPT = Path(__file__).with_name("schema.sql")
"""Tables and indexes as of the newest migration, written by `migrations/script.py`."""

SEPARATOR = ";\n"
"""Ends every statement of the script."""


def create_schema(connection: sqlite3.Connection) -> None:
    """Make tables, views and marks in one transaction, unless another process just did."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in statements_of(SCRIPT):
                connection.execute(statement)
            create_views(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def statements_of(script: Path) -> list[str]:
    """Return the statements of a script."""
    parts = script.read_text(encoding="utf-8").split(SEPARATOR)
    return [part.strip() for part in parts if part.strip()]


def create_views(connection: sqlite3.Connection) -> None:
    """Make every view."""
    for statement in VIEWS.values():
        connection.execute(statement)


def drop_views(connection: sqlite3.Connection) -> None:
    """Take every view away, those of older schemas too; a migration works on bare tables."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall()
    for (name,) in names:
        connection.execute(f'DROP VIEW "{name}"')
