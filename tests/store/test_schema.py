"""The schema: one truth in three spellings, and every query fits it."""

import importlib
import pkgutil
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from csmdesk.store import commands, queries
from csmdesk.store.creation import SCRIPT, statements_of
from csmdesk.store.database import Store, open_store
from csmdesk.store.migrations.script import BASELINE, schema_script, table_statements
from csmdesk.store.migrations.upgrade import run
from csmdesk.store.schema import SCHEMA_VERSION, VIEWS

WRITE_THE_SCRIPTS = "run: python -m csmdesk.store.migrations.script"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "book.db")


def schema(path: Path) -> dict[tuple[str, str], str]:
    connection = sqlite3.connect(path)
    try:
        found = connection.execute(
            "SELECT type, name, sql FROM sqlite_schema"
            " WHERE sql IS NOT NULL AND name <> 'sqlite_sequence'"
        ).fetchall()
        return {(kind, name): " ".join(sql.split()) for kind, name, sql in found}
    finally:
        connection.close()


def test_the_script_of_a_fresh_store_says_what_the_tables_say() -> None:
    assert SCRIPT.read_text(encoding="utf-8") == schema_script(), WRITE_THE_SCRIPTS


def test_the_migrations_lead_to_the_schema_of_a_fresh_store(tmp_path: Path, store: Store) -> None:
    store.close()
    migrated = tmp_path / "migrated.db"
    migrated.touch()
    run(migrated, target=SCHEMA_VERSION)
    assert schema(migrated) == schema(tmp_path / "book.db"), WRITE_THE_SCRIPTS
    with open_store(migrated).reading() as connection:
        marks = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        assert marks == [(f"{SCHEMA_VERSION:04}",)]


@pytest.mark.skipif(SCHEMA_VERSION > 1, reason="the baseline follows the tables until a release")
def test_the_baseline_is_the_schema() -> None:
    assert statements_of(BASELINE) == table_statements(), WRITE_THE_SCRIPTS


def test_every_table_is_strict_and_every_constraint_has_a_name(store: Store) -> None:
    with store.reading() as connection:
        lax = connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            " AND NOT strict AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
        ).fetchall()
    assert lax == []
    for statement in statements_of(SCRIPT):
        for line in statement.splitlines():
            if re.search(r"\b(CHECK|UNIQUE|FOREIGN KEY|PRIMARY KEY) ?\(", line):
                assert "CONSTRAINT" in line, line


def test_every_view_can_be_read_and_hides_what_is_not_active(store: Store) -> None:
    with store.reading() as connection:
        for view in VIEWS:
            connection.execute(f'SELECT * FROM "{view}"').fetchall()  # noqa: S608
    states = ("active", "archived", "merged", "gone", "no_access")
    with store.writing() as connection:
        for state in states:
            connection.execute(
                "INSERT INTO accounts (id, source, state, name) VALUES (?, 'book', ?, 'x')",
                (state, state),
            )
        for state in states:
            connection.execute(
                "INSERT INTO activities (id, source, state, account_id, type, at)"
                " VALUES (?, 'book', ?, 'archived', 'call', 'x')",
                (state, state),
            )
    with store.reading() as connection:
        assert connection.execute("SELECT id FROM book_accounts").fetchall() == [("active",)]
        # What was done with an archived customer stays in sight; what was archived itself does not.
        touches = connection.execute("SELECT id FROM book_touchpoints ORDER BY id").fetchall()
        assert touches == [("active",), ("no_access",)]


def modules() -> Iterator[str]:
    for package in (queries, commands):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.ispkg:
                yield module.name


def statements() -> list[tuple[str, str]]:
    return [
        (f"{name}.{constant}", text)
        for name in modules()
        for constant, text in vars(importlib.import_module(name)).items()
        if constant.endswith("_SQL") and isinstance(text, str) and "{" not in text
    ]


class Anything(dict[str, None]):
    """Gives nothing for every name a statement asks for."""

    def __missing__(self, _name: str) -> None:
        return None


@pytest.mark.parametrize(("name", "statement"), statements(), ids=lambda value: value[:60])
def test_every_statement_fits_the_schema(store: Store, name: str, statement: str) -> None:
    assert name
    with store.reading() as connection:
        if re.search(r"[:@][a-z_]+\b", re.sub(r"'[^']*'", "", statement)):
            connection.execute(f"EXPLAIN {statement}", Anything()).fetchall()
            return
        for count in range(40):
            try:
                connection.execute(f"EXPLAIN {statement}", (None,) * count).fetchall()
            except sqlite3.ProgrammingError:
                continue
            return
    pytest.fail("more than 40 parameters")
