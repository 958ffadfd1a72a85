"""A killed process loses nothing it has acknowledged, and leaves nothing half."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.acme import acme

from csmdesk.store.database import open_store

# Says on a line what it has saved, as soon as it has been told that it is saved.
CHILD = """
import itertools, sys
from pathlib import Path
from csmdesk.store.database import open_store
from csmdesk.usecases.drafts import LOG_BAR, save_draft
from csmdesk.usecases.touchpoints import log
from tests.acme import NOW, workspace_on

world = workspace_on(open_store(Path(sys.argv[1])))
for number in itertools.count():
    line = f"c Ana, Raj, @Lena 25m + text {number} > send plan {number} fri < sign it"
    save_draft(world, LOG_BAR, "acme", line, NOW)
    print("typed", number, flush=True)
    log(world, "acme", line, NOW)
    print("logged", number, flush=True)
"""

HALF_SQL = """\
SELECT t.text FROM touchpoints AS t WHERE
  (SELECT count(*) FROM touchpoint_attendees AS a WHERE a.touchpoint_id = t.id) <> 2
  OR (SELECT count(*) FROM next_steps AS s WHERE s.touchpoint_id = t.id) <> 2
  OR (SELECT count(*) FROM new_contacts AS n WHERE n.touchpoint_id = t.id) <> 1
  OR (SELECT count(*) FROM observations AS o WHERE o.touchpoint_id = t.id) <> 2
  OR (SELECT count(*) FROM outbox AS q WHERE q.local_id = t.id) <> 3"""
ORPHAN_SQL = """\
SELECT op_id FROM outbox WHERE local_id NOT IN (SELECT id FROM touchpoints)"""


@pytest.mark.slow
def test_every_acknowledged_line_is_there_after_a_kill_and_none_is_half(tmp_path: Path) -> None:
    acme(tmp_path, linked=True).store.close()
    path = tmp_path / "book.db"
    dice = random.Random(20260309)
    for _ in range(8):
        with open_store(path).reading() as connection:
            connection.execute("SELECT 1")
        said = run_and_kill(path, lines=dice.randrange(4, 60))
        store = open_store(path)
        with store.reading() as connection:
            there = {row[0] for row in connection.execute("SELECT text FROM touchpoints")}
            drafts = [row[0] for row in connection.execute("SELECT body FROM drafts")]
            assert connection.execute(HALF_SQL).fetchall() == []
            assert connection.execute(ORPHAN_SQL).fetchall() == []
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert {f"text {number}" for number in said["logged"]} <= there
        typed, logged = max(said["typed"]), max(said["logged"], default=-1)
        if typed > logged and f"text {typed}" not in there:
            assert any(f"text {typed} " in body for body in drafts)
        with store.writing() as connection:
            for table in ("observations", "new_contacts", "next_steps", "touchpoint_attendees"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608
            for table in ("outbox", "touchpoints", "drafts"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608
        store.close()


def run_and_kill(path: Path, *, lines: int) -> dict[str, list[int]]:
    """Let a child log until it has said so many lines, kill it, and return all it has said."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    heard = [child.stdout.readline() for _ in range(lines)]
    child.send_signal(signal.SIGKILL)
    heard += child.stdout.readlines()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    said: dict[str, list[int]] = {"typed": [], "logged": []}
    for line in heard:
        word, _, number = line.strip().partition(" ")
        if number:
            said[word].append(int(number))
    return said
