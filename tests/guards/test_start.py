"""What a start loads: nothing that is not needed for the first line or the first frame."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.builders import World
from tests.storing import stored
from tests.tui.worlds import book

HEAVY = {
    "textual",
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "httpx",
    "keyring",
    "pydantic",
    "starlette",
}

LOADED_AFTER = """
import json, sys
from csmdesk.cli.main import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""

LOADED_BY_OPENING = """
import json, os, sys
from pathlib import Path
from csmdesk.bootstrap.wiring import open_workspace
from csmdesk.clock import SystemClock
file, clock = Path(sys.argv[1]), SystemClock()
open_workspace(file, config_file=None, environ=os.environ, clock=clock).store.close()
print(json.dumps([0, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


def loaded(program: str, *arguments: str) -> set[str]:
    """Run a program in a process of its own and return the packages it had loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        check=True,
        env=dict(os.environ),
        text=True,
    )
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    return set(names)


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(argument: str) -> None:
    assert loaded(LOADED_AFTER, argument).isdisjoint(HEAVY)


def test_opening_a_store_that_is_there_loads_nothing_heavy(tmp_path: Path) -> None:
    file = str(tmp_path / "book.db")
    loaded(LOADED_BY_OPENING, file)
    assert loaded(LOADED_BY_OPENING, file).isdisjoint(HEAVY)


def test_saving_what_the_user_says_loads_no_orm(tmp_path: Path) -> None:
    file = tmp_path / "book.db"
    stored(file, World(book())).close()
    for arguments in (["log", "Acme", "c 5m hello > send plan fri"], ["done", "Acme"]):
        names = loaded(LOADED_AFTER, "--store", str(file), *arguments)
        assert names.isdisjoint(HEAVY)
