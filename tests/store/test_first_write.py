"""The first write of a process, when nothing else has loaded the tables yet."""

import subprocess
import sys
from pathlib import Path

from csmdesk.store.database import open_store

LOADED = """
import sys
from pathlib import Path
from csmdesk.store.database import open_store
store = open_store(Path(sys.argv[1]), create=False)
store.load_writer()
from sqlmodel import SQLModel
with store.reading() as connection:
    stored = {row[0] for row in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")}
print(*sorted(stored - set(SQLModel.metadata.tables) - {"alembic_version"}))
"""


def test_a_writer_knows_every_table_so_that_foreign_keys_resolve(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    open_store(file).close()
    told = subprocess.run(
        [sys.executable, "-c", LOADED, str(file)], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == ""
