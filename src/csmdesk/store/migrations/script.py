"""Writing the scripts of the schema from the tables: `python -m csmdesk.store.migrations.script`.

`schema.sql` follows the tables. Until the first release the baseline follows them too; from then
on a change of the tables is a new file in `versions` and the baseline stays as it is.
"""

from pathlib import Path

from csmdesk.store.creation import SCRIPT, SEPARATOR
from csmdesk.store.schema import SCHEMA_VERSION

VERSIONS = Path(__file__).with_name("versions")
BASELINE = VERSIONS / "v0001_baseline.sql"


def revision(number: int) -> str:
    """Return the name Alembic knows a schema number by."""
    return f"{number:04}"


def table_statements() -> list[str]:
    """Return what makes the tables of `csmdesk.store.tables`, parents before children."""
    from sqlalchemy.dialects import sqlite
    from sqlalchemy.schema import CreateIndex, CreateTable
    from sqlmodel import SQLModel

    from csmdesk.store.tables import authored, book, machinery, mirror  # noqa: F401

    made: list[CreateTable | CreateIndex] = []
    for table in SQLModel.metadata.sorted_tables:
        made.append(CreateTable(table))
        # The indexes of a table are a set; their order would change from run to run.
        made += map(CreateIndex, sorted(table.indexes, key=lambda index: str(index.name)))
    dialect = sqlite.dialect()
    return [_tidy(str(statement.compile(dialect=dialect))) for statement in made]


def schema_script() -> str:
    """Return the script of a fresh store, Alembic's own mark included."""
    mark = [
        "CREATE TABLE alembic_version (\n  version_num VARCHAR(32) NOT NULL,\n"
        "  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)",
        f"INSERT INTO alembic_version VALUES ('{revision(SCHEMA_VERSION)}')",  # noqa: S608 # our number
    ]
    return _joined([*table_statements(), *mark])


def main() -> None:
    """Write the scripts."""
    SCRIPT.write_text(schema_script(), encoding="utf-8")
    if SCHEMA_VERSION == 1:
        BASELINE.write_text(_joined(table_statements()), encoding="utf-8")


def _joined(statements: list[str]) -> str:
    return "\n".join(f"{statement}{SEPARATOR}" for statement in statements)


def _tidy(statement: str) -> str:
    lines = (line.replace("\t", "  ").rstrip() for line in statement.strip().splitlines())
    return "\n".join(line for line in lines if line)


if __name__ == "__main__":
    main()
