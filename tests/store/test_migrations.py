"""Bringing an older store up to date, with a migration of the future."""

import sqlite3
import textwrap
from pathlib import Path

import pytest
from tests.rows import put

from csmdesk.errors import StoreUnusable
from csmdesk.store.backup import backups
from csmdesk.store.database import open_store
from csmdesk.store.migrations.upgrade import upgrade
from csmdesk.store.schema import SCHEMA_VERSION
from csmdesk.store.tables.authored import PulseRow
from csmdesk.store.tables.mirror import AccountRow

NEXT = SCHEMA_VERSION + 1


def old_store(folder: Path) -> Path:
    """Make a store with something authored in it."""
    store = open_store(folder / "book.db")
    with store.writing() as connection:
        put(connection, AccountRow(id="acme", name="Acme"))
        put(connection, PulseRow(account_id="acme", on="2026-03-09", value="good", note="calm"))
    store.close()
    return folder / "book.db"


def migration(folder: Path, body: str) -> tuple[Path, ...]:
    """Write the next migration; returns where it is."""
    place = folder / "versions"
    place.mkdir()
    text = (
        "from alembic import op\nimport sqlalchemy as sa\n"
        f'revision = "{NEXT:04}"\ndown_revision = "{SCHEMA_VERSION:04}"\n'
        f"def upgrade():\n{textwrap.indent(textwrap.dedent(body), '    ')}\n"
    )
    (place / "v_next.py").write_text(text, encoding="utf-8")
    return (place,)


def contents(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()
        columns = connection.execute("SELECT name FROM pragma_table_info('pulses')").fetchall()
        rows = connection.execute("SELECT account_id, note FROM pulses").fetchall()
        views = connection.execute("SELECT count(*) FROM book_accounts").fetchall()
        return [version, *columns, *rows, *views]
    finally:
        connection.close()


def test_a_migration_rebuilds_a_table_and_keeps_its_rows(tmp_path: Path) -> None:
    path = old_store(tmp_path)
    before = contents(path)
    versions = migration(
        tmp_path,
        """
        with op.batch_alter_table("pulses", table_kwargs={"sqlite_strict": True}) as batch:
            batch.add_column(sa.Column("mood", sa.Text()))
            batch.drop_constraint("fk_pulses_account_id", type_="foreignkey")
        """,
    )
    upgrade(path, SCHEMA_VERSION, target=NEXT, more_versions=versions)
    after = contents(path)
    assert after[0] == (NEXT,)
    assert ("mood",) in after
    assert [row for row in after[1:] if row != ("mood",)] == before[1:]
    (copy,) = backups(path, "migration")
    assert contents(copy) == before


def test_a_migration_done_by_another_process_is_not_done_again(tmp_path: Path) -> None:
    path = old_store(tmp_path)
    versions = migration(tmp_path, "op.execute(\"UPDATE pulses SET note = note || '!'\")")
    for _ in range(2):
        upgrade(path, SCHEMA_VERSION, target=NEXT, more_versions=versions)
    assert ("acme", "calm!") in contents(path)


@pytest.mark.parametrize(
    "body",
    [
        'op.execute("DELETE FROM accounts")',
        'op.execute("DELETE FROM pulses")',
        'op.execute("UPDATE pulses SET note = 1"); op.execute("nonsense")',
        'op.drop_table("pulses"); raise RuntimeError("power cut")',
    ],
)
def test_a_migration_that_fails_changes_nothing(tmp_path: Path, body: str) -> None:
    path = old_store(tmp_path)
    before = contents(path)
    versions = migration(tmp_path, body)
    with pytest.raises(Exception, match=r"break|nonsense|power cut"):
        upgrade(path, SCHEMA_VERSION, target=NEXT, more_versions=versions)
    assert contents(path) == before
    assert open_store(path)


def test_a_migration_that_would_lose_something_authored_says_so(tmp_path: Path) -> None:
    path = old_store(tmp_path)
    versions = migration(tmp_path, 'op.execute("DELETE FROM pulses")')
    with pytest.raises(StoreUnusable, match="rows of pulses"):
        upgrade(path, SCHEMA_VERSION, target=NEXT, more_versions=versions)


def test_a_migration_without_room_for_its_backup_does_not_begin(tmp_path: Path) -> None:
    path = old_store(tmp_path)
    before = contents(path)
    (tmp_path / "book.db.backups").write_text("in the way")
    versions = migration(tmp_path, 'op.execute("DELETE FROM pulses")')
    with pytest.raises(StoreUnusable):
        upgrade(path, SCHEMA_VERSION, target=NEXT, more_versions=versions)
    assert contents(path) == before
