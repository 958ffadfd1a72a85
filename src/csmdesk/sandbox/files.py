"""The files in an embedded CRM's folder: one SQLite database and the effects log."""

import sqlite3
from pathlib import Path

import orjson

from csmdesk.errors import StoreBusy, StoreUnusable

PATIENCE_SECONDS = 5.0
"""How long to wait for a process that is about to let the folder go."""

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
  type TEXT NOT NULL, id INTEGER NOT NULL, document BLOB NOT NULL,
  PRIMARY KEY (type, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS links (
  from_type TEXT NOT NULL, from_id INTEGER NOT NULL, to_type TEXT NOT NULL, to_id INTEGER NOT NULL,
  types BLOB NOT NULL,
  PRIMARY KEY (from_type, from_id, to_type, to_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS definitions (
  kind TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL,
  document BLOB NOT NULL, PRIMARY KEY (kind, type, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS effects (seq INTEGER PRIMARY KEY, line BLOB NOT NULL);
"""


def open_database(folder: Path) -> sqlite3.Connection:
    """The database, held by this process alone: what is in memory nobody else may change.

    Raises StoreBusy if another process has the folder, StoreUnusable if the file is something else.
    """
    database = sqlite3.connect(
        folder / "crm.sqlite3",
        isolation_level=None,
        check_same_thread=False,
        timeout=PATIENCE_SECONDS,
    )
    try:
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.executescript(_TABLES)
        database.execute("BEGIN IMMEDIATE")  # takes the lock now rather than at the first write
        database.execute("COMMIT")
    except sqlite3.OperationalError as busy:
        database.close()
        raise StoreBusy(
            f"Another process serves the embedded CRM's folder {folder}, or it cannot be written.",
            "End that process, or choose another folder with --state.",
        ) from busy
    except sqlite3.DatabaseError as foreign:
        database.close()
        raise StoreUnusable(
            f"{folder} does not hold the state of an embedded CRM.",
            "Choose another folder with --state.",
        ) from foreign
    return database


def mend_log(log_path: Path, database: sqlite3.Connection) -> None:
    """Gives the effects log the lines that a kill kept from it; the database has them all."""
    kept = log_path.read_bytes()
    whole = kept.rfind(b"\n") + 1
    if whole != len(kept):  # a line that a kill cut short
        kept = kept[:whole]
        log_path.write_bytes(kept)
    written = orjson.loads(kept.splitlines()[-1])["seq"] if kept else 0
    missing = database.execute("SELECT line FROM effects WHERE seq > ? ORDER BY seq", (written,))
    with log_path.open("ab") as log:
        log.writelines(line + b"\n" for (line,) in missing)
