"""Making the schema in an empty file."""

import sqlite3
from typing import Any

from csmdesk.store.schema import APPLICATION_ID, SCHEMA_VERSION, VIEWS


def schema_statements() -> list[str]:
    """Return what the tables of `csmdesk.store.tables` are in SQL, each statement by itself."""
    from sqlalchemy import create_mock_engine
    from sqlalchemy.dialects import sqlite
    from sqlmodel import SQLModel

    from csmdesk.store.tables import authored, book, machinery, mirror  # noqa: F401

    statements: list[str] = []
    dialect = sqlite.dialect()

    def note(statement: Any, *_args: object, **_options: object) -> None:
        statements.append(str(statement.compile(dialect=dialect)).strip())

    engine = create_mock_engine("sqlite://", note)
    SQLModel.metadata.create_all(engine, checkfirst=False)
    return statements


def create_schema(connection: sqlite3.Connection) -> None:
    """Make tables, views and marks in one transaction, unless another process just did."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in (*schema_statements(), *VIEWS.values()):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
