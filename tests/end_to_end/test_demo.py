"""The demo as a whole: made once, ended cleanly, taken up where it was cut short."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.end_to_end import world

from csmdesk.paths import places

pytestmark = pytest.mark.slow


def children_of(pid: int) -> list[int]:
    """Return the processes a process has started."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [line.split() for line in listing.stdout.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def alive(pid: int) -> bool:
    """Tell whether a process is there and not only waiting to be buried."""
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(done.stdout.strip()) and not done.stdout.strip().startswith("Z")


def test_headless_prints_the_agenda_and_leaves_nothing_running(home: Path) -> None:
    out = world.run("demo", "--headless")
    assert "Meridian Rail" in out
    store = places().demo / "demo.db"
    assert not places().store.exists()
    assert world.rows(store, "SELECT count(*) > 70 FROM accounts") == [(1,)]
    assert world.rows(store, "SELECT count(*) > 3 FROM plans") == [(1,)]
    assert world.rows(store, "SELECT count(*) FROM outbox") == [(0,)]
    listing = subprocess.run(
        ["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True
    )
    assert str(home) not in listing.stdout


def test_a_second_start_changes_nothing_and_a_reset_begins_afresh(home: Path) -> None:
    first = world.run("demo", "--headless")
    store = places().demo / "demo.db"
    world.run("--store", str(store), "log", "Meridian", "c 10m Only once")
    again = world.run("demo", "--headless")
    # The day; what of it is free gets less by the minute.
    assert first.partition("   free")[0] == again.partition("   free")[0]
    effects = world.effects(places().demo / "crm")
    assert len([one for one in effects if one["op"] == "create"]) == 1
    assert world.run("demo", "--headless")
    assert world.effects(places().demo / "crm") == effects
    world.run("demo", "--headless", "--reset")
    assert world.effects(places().demo / "crm") == []
    assert world.rows(store, "SELECT count(*) FROM touchpoints WHERE text = 'Only once'") == [(0,)]


def test_only_one_terminal_has_the_demo_at_a_time(home: Path) -> None:
    with world.workbench("demo") as terminal:
        done = subprocess.run(
            [*world.PROGRAM, "demo", "--headless"],
            env=world.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.startswith("error: The demo is open in another terminal.")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    world.run("demo", "--headless")


def test_the_embedded_crm_ends_with_its_parent_however_that_ends(home: Path) -> None:
    with world.workbench("demo") as terminal:
        children = children_of(terminal.process.pid)
        assert children
        commands = subprocess.run(
            ["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True
        ).stdout
        assert any(line.count("csmdesk.sandbox") for line in commands.splitlines())
        assert "--token" not in commands
        terminal.kill()
    world.wait_for(lambda: not any(alive(child) for child in children), "the children are gone")


@pytest.mark.parametrize("moment", ["Connecting", "Reading", "Adding"])
def test_a_demo_cut_short_while_it_is_made_is_finished_at_the_next_start(
    home: Path, moment: str
) -> None:
    program = (
        "import os, sys\n"
        "from csmdesk.bootstrap.demo import open_demo\n"
        "from csmdesk.clock import SystemClock\n"
        "def tell(line):\n"
        f"    if line.startswith({moment!r}):\n"
        f"        os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
        "open_demo(clock=SystemClock(), environ=os.environ, tell=tell)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env=dict(os.environ), check=False)
    assert done.returncode == -signal.SIGKILL
    assert not json.loads((places().demo / "demo.json").read_text())["whole"]
    assert "Meridian Rail" in world.run("demo", "--headless")
    store = places().demo / "demo.db"
    assert world.rows(store, "SELECT count(*) > 3 FROM plans") == [(1,)]
    assert world.rows(store, "SELECT count(*) FROM connections") == [(1,)]
