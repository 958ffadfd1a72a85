"""A key in Today while a full pull runs in the same workbench, beside the same key before it."""

from collections.abc import Mapping
from pathlib import Path

from bench.report import Report, number
from bench.screens import AGENDA, KEY_BUDGET, KEY_TAIL_BUDGET
from bench.settings import csmdesk
from bench.terminal import Terminal, median, quantile

RUNNING = "esc stops"
LIST = range(3, 24)
"""Rows of the screen that the list fills at 120x36; what the pull tells is outside."""

MOST = 400


def measure(report: Report, store: Path, env: Mapping[str, str], presses: int) -> None:
    """Add a line each for the key when nothing else runs and while a pull does.

    Args:
        report: to add to.
        store: with accounts of its own, connected, not pulled yet.
        env: with the token.
        presses: how often the key is pressed before the pull.
    """
    command = csmdesk("--store", str(store), "--set", "sync.automatic=false")
    with Terminal(command, env=env) as terminal:
        terminal.until(AGENDA)
        terminal.until_quiet(1.0)
        idle = [_pressed(terminal, turn) for turn in range(presses)]
        terminal.press("S")
        terminal.until(RUNNING)
        busy: list[float] = []
        while RUNNING in terminal.text and len(busy) < MOST:
            busy.append(_pressed(terminal, len(busy)))
    _line(report, "j in Today, nothing else running", idle)
    if not busy:
        report.notes.append("The pull was over before a key could be pressed.")
        return
    _line(report, f"j in Today during a full pull, {len(busy)} times", busy)


def _pressed(terminal: Terminal, turn: int) -> float:
    """Move down, at the end of a screen up again; return milliseconds until the list shows it."""
    key = "j" if turn // 15 % 2 == 0 else "k"
    return terminal.time_to_change(key, quiet=0.03, rows=LIST)[0]


def _line(report: Report, title: str, taken: list[float]) -> None:
    middle, tail = median(taken), quantile(taken, 0.95)
    verdicts = (
        report.judge(f"{title}, median", middle, KEY_BUDGET, " ms"),
        report.judge(f"{title}, p95", tail, KEY_TAIL_BUDGET, " ms"),
    )
    report.notes.append(
        f"{title}: median {number(middle)} ms, p95 {number(tail)} ms, worst"
        f" {number(max(taken))} ms; {'; '.join(verdicts)}."
    )
