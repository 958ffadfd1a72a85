"""Bringing an older store up to date: all of it in one transaction, after a backup.

Foreign keys are off while tables are rebuilt, and checked before the commit; no authored row may
be missing afterwards. A kill at any moment leaves the old schema or the new one.
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from csmdesk.errors import StoreUnusable
from csmdesk.store.backup import back_up_before_migration
from csmdesk.store.creation import create_views, drop_views
from csmdesk.store.migrations.script import revision
from csmdesk.store.schema import APPLICATION_ID, AUTHORED_TABLES, SCHEMA_VERSION
from csmdesk.store.trouble import told_plainly_through_orm

_HERE = Path(__file__).parent


def upgrade(
    path: Path,
    version: int,
    *,
    target: int = SCHEMA_VERSION,
    more_versions: tuple[Path, ...] = (),
) -> None:
    """Bring a store from one schema number to another.

    Args:
        path: the file.
        version: the number it has.
        target: the number it is to have.
        more_versions: folders with further migrations; for tests.

    Raises:
        StoreUnusable: the migrations would break a reference or lose something authored; the
            file is as it was.
    """
    back_up_before_migration(path, version, datetime.now(UTC))
    run(path, target=target, more_versions=more_versions)


def run(path: Path, *, target: int, more_versions: tuple[Path, ...] = ()) -> None:
    """Run the migrations up to a schema number in one transaction, without a backup."""
    from sqlalchemy import Connection, create_engine, event
    from sqlalchemy.pool import NullPool

    from csmdesk.store.database import connect

    def open_connection() -> sqlite3.Connection:
        raw = connect(path)
        # Only outside a transaction does this have an effect.
        raw.execute("PRAGMA foreign_keys = OFF")
        return raw

    engine = create_engine("sqlite://", creator=open_connection, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with (
        told_plainly_through_orm(path),
        engine.connect() as connection,
        connection.begin(),
    ):
        raw = connection.connection.driver_connection
        if not isinstance(raw, sqlite3.Connection):
            raise TypeError("the migrations are not on SQLite")
        if raw.execute("PRAGMA user_version").fetchone()[0] >= target:
            return  # Another process was quicker.
        before = _authored_counts(raw)
        drop_views(raw)
        _run_alembic(connection, target, more_versions)
        create_views(raw)
        _check(raw, path, before)
        raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        raw.execute(f"PRAGMA user_version = {target}")


def _run_alembic(connection: object, target: int, more_versions: tuple[Path, ...]) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _escaped(_HERE))
    config.set_main_option("path_separator", "newline")
    folders = (_HERE / "versions", *more_versions)
    config.set_main_option("version_locations", "\n".join(map(_escaped, folders)))
    config.attributes["connection"] = connection
    command.upgrade(config, revision(target))


def _escaped(path: Path) -> str:
    """Return a path as Alembic's settings take it, where a percent sign begins a reference."""
    return str(path).replace("%", "%%")


def _authored_counts(raw: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each authored table has."""
    there = {row[0] for row in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return {
        table: raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 # our names
        for table in sorted(AUTHORED_TABLES & there)
    }


def _check(raw: sqlite3.Connection, path: Path, before: dict[str, int]) -> None:
    broken = raw.execute("PRAGMA foreign_key_check").fetchone()
    lost = [table for table, count in _authored_counts(raw).items() if count < before.get(table, 0)]
    if broken is not None or lost:
        what = f"a reference in {broken[0]}" if broken is not None else f"rows of {lost[0]}"
        raise StoreUnusable(
            f"Bringing the store {path} up to date would break {what}; nothing was changed.",
            "Keep using the version of csmdesk that wrote it, and report this.",
        )
