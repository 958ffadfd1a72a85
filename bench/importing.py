"""A big book into the store, beside reading the same file and inserting the same rows plainly."""

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

from bench.report import Report, number
from bench.settings import Settings, csmdesk
from bench.stores import book_file
from bench.watching import watched


def measure(settings: Settings) -> Report:
    """Measure an import by the command, in a process of its own."""
    accounts = 500 if settings.quick else 5000
    report = Report(
        "import", "Import of a book", ("what", "seconds", "rows/s", "peak MiB", "ratio")
    )
    source = book_file(settings, accounts)
    rows = sum(
        len(part)
        for part in json.loads(source.read_text("utf-8")).values()
        if isinstance(part, list)
    )
    bare_file = settings.folder / "bare.db"
    bare = [sys.executable, "-m", "bench.importing", str(source), str(bare_file)]
    ours = csmdesk("--store", str(settings.folder / "imported.db"), "import", str(source))
    env = settings.environment()
    floor = watched(bare, env=env)
    first = watched(ours, env=env)
    again = watched(ours, env=env)
    for what, seen in (
        ("json.loads and executemany", floor),
        ("csmdesk import", first),
        ("the same file again", again),
    ):
        report.row(
            what,
            number(seen.seconds),
            f"{rows / seen.seconds:,.0f}",
            number(seen.peak),
            f"{seen.seconds / floor.seconds:.1f} ×",
        )
    report.notes.append(
        f"{accounts:,} accounts with {accounts * 10:,} touchpoints, {rows:,} rows in all, "
        f"{source.stat().st_size / 2**20:.0f} MiB of JSON; whole processes, start included."
    )
    return report


def plainly(source: Path, target: Path) -> None:
    """Read the file and insert every row of every list, values as they come, in one transaction."""
    document: dict[str, Any] = json.loads(source.read_bytes())
    connection = sqlite3.connect(target, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE"
    )
    for name, rows in document.items():
        if not isinstance(rows, list) or not rows:
            continue
        columns = sorted({key for row in rows for key in row if not isinstance(row[key], dict)})
        names = ", ".join(f'"{column}"' for column in columns)
        key = ', PRIMARY KEY ("id")' if "id" in columns else ""
        connection.execute(f'CREATE TABLE "{name}" ({names}{key})')
        marks = ", ".join("?" * len(columns))
        connection.executemany(
            f'INSERT INTO "{name}" VALUES ({marks})',  # noqa: S608  # names of our own book
            ([_plain(row.get(column)) for column in columns] for row in rows),
        )
    connection.execute("COMMIT")
    connection.close()


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, list | dict) else value


if __name__ == "__main__":
    plainly(Path(sys.argv[1]), Path(sys.argv[2]))
