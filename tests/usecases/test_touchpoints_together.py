"""Logging beside others: what reading a line loads, and two processes that log at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.acme import acme

from csmdesk.store.database import open_store

ROOT = Path(__file__).parents[2]

TYPING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from csmdesk.clock import SystemClock
from csmdesk.config import Config
from csmdesk.store.database import open_store
from csmdesk.usecases import drafts, log_lines
from csmdesk.usecases.workspace import Workspace

store = open_store(Path(sys.argv[1]))
world = Workspace(store=store, clock=SystemClock(), config=Config(), zone=ZoneInfo("UTC"))
now = datetime(2026, 3, 9, 12, tzinfo=UTC)
assert log_lines.line_reader(world, "acme").read("c ana 25m hi", now).attendee_ids == ("ana",)
drafts.save_draft(world, drafts.LOG_BAR, "acme", "c ana", now)
assert len(drafts.drafts(world)) == 1
heavy = {"sqlmodel", "sqlalchemy", "alembic", "pydantic", "httpx", "keyring"} & set(sys.modules)
assert not heavy, heavy
"""

LOGGING = """
import sys
from pathlib import Path
from csmdesk.store.database import open_store
from csmdesk.usecases.touchpoints import log
from tests.acme import NOW, workspace_on

world = workspace_on(open_store(Path(sys.argv[1])))
for number in range(25):
    log(world, "acme", f"c Ana + {sys.argv[2]} {number} > send plan", NOW)
"""


def started(script: str, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", script, *words], cwd=ROOT)


def test_typing_a_line_loads_no_orm(tmp_path: Path) -> None:
    acme(tmp_path).store.close()
    assert started(TYPING, str(tmp_path / "book.db")).wait() == 0


@pytest.mark.slow
def test_two_processes_can_log_at_once(tmp_path: Path) -> None:
    acme(tmp_path, linked=True).store.close()
    path = tmp_path / "book.db"
    processes = [started(LOGGING, str(path), name) for name in ("one", "two", "three")]
    assert [process.wait() for process in processes] == [0, 0, 0]
    with open_store(path).reading() as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("touchpoints", "next_steps", "outbox")
        ]
    assert counts == [75, 75, 225]
