"""A workbench whose terminal goes away ends, and keeps what was typed."""

import json
import signal
import sys
from pathlib import Path

import pytest
from tests.end_to_end.terminal import Terminal
from tests.end_to_end.world import PROGRAM, environment, run, workbench

pytestmark = pytest.mark.slow

HALF = "c 20m half a sentence ab"
BOOK = {
    "format": "csmdesk-book",
    "version": 1,
    "accounts": [{"id": "A-1", "name": "Acme", "start_on": "2020-01-01"}],
    "touchpoints": [
        {"id": "T-1", "account_id": "A-1", "type": "call", "at": "2025-01-07T10:00:00Z"}
    ],
}
DEAF = (
    "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
    " os.execv(*eval(sys.argv[1]))"
)


@pytest.fixture
def book(home: Path, tmp_path: Path) -> None:
    """Give a store with one account that is due."""
    file = tmp_path / "book.json"
    file.write_text(json.dumps(BOOK), encoding="utf-8")
    run("import", str(file))


def type_half(terminal: Terminal) -> None:
    """Open the log bar and stop in the middle of a line."""
    terminal.wait_for(" l log", " Account ", "Acme")
    terminal.press("l")
    terminal.wait_for("▸")
    terminal.type(HALF)
    terminal.wait_for(HALF)


def expect_draft() -> None:
    """Open the workbench again: what was typed is offered."""
    with workbench() as terminal:
        terminal.wait_for("Not saved yet, for Acme")
        terminal.press("l")
        terminal.wait_for(HALF)


@pytest.mark.parametrize("deaf", [False, True])
def test_a_closed_window_ends_the_workbench_and_keeps_the_draft(book: None, deaf: bool) -> None:
    command = [*PROGRAM]
    if deaf:
        # Started with the system's hang-up signal ignored, as `nohup` and some launchers do.
        command = [sys.executable, "-c", DEAF, repr((sys.executable, command))]
    with Terminal(command, env=environment()) as terminal:
        type_half(terminal)
        assert terminal.hang_up() != 0
    expect_draft()


def test_being_told_to_end_gives_the_terminal_back_and_keeps_the_draft(book: None) -> None:
    with Terminal([*PROGRAM], env=environment()) as terminal:
        type_half(terminal)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 128 + signal.SIGTERM
        assert b"\x1b[?1049l" in terminal.bytes
    expect_draft()
