"""Busy sessions on a real terminal, each killed at a random moment while the CRM loses answers."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
import pytest
from bench.terminal import NeverShownError
from tests.end_to_end import world
from tests.end_to_end.terminal import Terminal
from tests.sync.campaign.invariants import PATIENCE, creations
from tests.sync.office import Desk, MovingClock

from csmdesk.book.canonical import write
from csmdesk.book.sample import sample

pytestmark = pytest.mark.slow

SESSIONS = 60 if os.environ.get("CSMDESK_CAMPAIGN") == "full" else 4
LOGGED = "SELECT text FROM touchpoints WHERE text LIKE '%session %'"
METHODS = "POST|PATCH|PUT|DELETE"
LONGEST = 6.0
"""Seconds that a session lives at most once it shows the agenda."""


def busy(terminal: Terminal, session: int, acknowledged: list[str]) -> None:
    """Log one call after the other, and note each that the screen calls logged, until the kill."""
    for number in range(1, 60):
        text = f"session {session} call {number} end"
        terminal.press("l")
        terminal.wait_for("▸", patience=5)
        terminal.type(f"c {number}m + {text}")
        terminal.press("enter")
        terminal.wait_for("Logged call with", f", {number} min.", patience=5)
        acknowledged.append(text)
        if number % 3 == 0:
            terminal.press("S")
        if number % 4 == 0:
            terminal.press("j", "j")


def test_killed_at_any_moment_each_acknowledged_call_is_kept_and_sent_once(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """K3 of the table of faults: the whole program, killed by the clock and not at a boundary."""
    book, state, store = tmp_path / "book.json", tmp_path / "crm", tmp_path / "store.db"
    contents = sample(datetime.now(UTC).date(), zone="UTC")
    book.write_bytes(write(contents))
    mine = next(user.email for user in contents.users if user.id == contents.me)
    assert mine is not None
    env = world.environment(E2E_TOKEN=world.TOKEN, CSMDESK_STORE=str(store))
    acknowledged: list[str] = []
    chance = Random(11)
    with world.crm(state, book) as url:
        connect = ("connect", "hubspot", "--token-env", "E2E_TOKEN", "--yes", "--base-url", url)
        world.run(*connect, "--owner-email", mine, env=env)
        world.run("sync", env=env)
        rules = [{"fault": "reset_before_headers_applied", "method": METHODS, "probability": 0.4}]
        faults = f"{url}/_sandbox/faults"
        own = {"Authorization": f"Bearer {world.TOKEN}"}
        httpx.post(faults, json={"rules": rules, "seed": 5}, headers=own).raise_for_status()
        for session in range(SESSIONS):
            with world.workbench(env=env) as terminal:
                killer = threading.Timer(chance.uniform(0.2, LONGEST), terminal.process.kill)
                killer.start()
                with pytest.raises((NeverShownError, OSError)):
                    busy(terminal, session, acknowledged)
                killer.join()
                assert terminal.process.wait() < 0
        httpx.delete(faults, headers=own)
        desk = Desk(store, url, MovingClock(), world.TOKEN)
        for minutes in PATIENCE:
            desk.clock.move(minutes=minutes)
            desk.sync()
        assert set(desk.states()) == {"done"}
        # A line that the kill met half typed came back as a draft, and the next one went behind it.
        calls = [text for (text,) in desk.rows(LOGGED)]
        desk.close()
    for text in acknowledged:
        assert sum(text in call for call in calls) == 1, text
    made = creations(world.effects(state))
    assert (len(made), set(made.values())) == (len(calls), {1})
    # One more than was acknowledged may be there for each kill, if it came between the two.
    assert len(calls) <= len(acknowledged) + SESSIONS
    told = f"{SESSIONS} sessions killed: {len(acknowledged)} acknowledged, {len(made)} sent"
    with capsys.disabled():
        print(told)  # noqa: T201  # the count is the result
