"""From the shell to the first frame and the agenda; from a key to the changed screen; memory."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.books import WORDS
from bench.report import Report, number
from bench.settings import Settings, csmdesk
from bench.stores import filled_store
from bench.terminal import Terminal, median, quantile

FRAME = r"1 Today"
AGENDA = rf"(?m)^\W*\d+\W+({'|'.join(WORDS)}) "
ACCOUNT = rf"\b({'|'.join(WORDS)}) "
PALETTE = r"(?i)commands?\b"

FRAME_BUDGET, AGENDA_BUDGET = 1.2, 1.8
KEY_BUDGET, KEY_TAIL_BUDGET, PALETTE_BUDGET = 20.0, 50.0, 200.0
MEMORY_BUDGET = 90.0


@dataclass
class Starts:
    """The starts of one program: milliseconds to its marks, CPU until it was quiet, MiB."""

    frame: list[float] = field(default_factory=list)
    agenda: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def measure(settings: Settings) -> Report:
    """Measure the screens; see the module."""
    report = Report(
        "screens",
        "Screens",
        ("what", "min ms", "median ms", "p95 ms", "ratio of medians (minima)", "budget"),
    )
    runs = 5 if settings.quick else 11
    many = 1000 if settings.quick else 10000
    stores = [300] if settings.quick else [300, 5000]
    environment = settings.environment()
    _starts(report, settings, environment, stores, runs)
    _keys(report, settings, environment, many, presses=20 if settings.quick else 40)
    _memory(report, settings, environment, rounds=2 if settings.quick else 10)
    return report


def _starts(
    report: Report, settings: Settings, env: Mapping[str, str], sizes: list[int], runs: int
) -> None:
    bare = [sys.executable, str(Path(__file__).with_name("bare.py"))]
    programs = {"bare Textual": (bare, "hello world", "hello world")}
    for size in sizes:
        command = csmdesk("--store", str(filled_store(settings, size)))
        programs[f"{size:,} accounts"] = (command, FRAME, AGENDA)
    results = {name: Starts() for name in programs}
    for run in range(runs + 1):
        for name, (command, frame, agenda) in programs.items():
            with Terminal(command, env=env) as terminal:
                framed = terminal.until(frame)
                # What one piece of output shows, the next need not show again.
                at_once = re.search(agenda, terminal.text)
                painted = framed if at_once else terminal.until(agenda)
                terminal.until_quiet(0.4)
                memory = terminal.memory()
                used = terminal.end()
            if run:  # the first one only warms the caches
                start = results[name]
                start.frame.append((framed - terminal.started) * 1000)
                start.agenda.append((painted - terminal.started) * 1000)
                start.cpu.append(used.cpu)
                start.memory.append(memory)
    floor = results.pop("bare Textual")
    report.row("bare Textual: first frame", *_three(floor.frame), "1", "")
    for name, start in results.items():
        for what, values, budget in (
            ("first frame", start.frame, FRAME_BUDGET),
            ("agenda painted", start.agenda, AGENDA_BUDGET),
        ):
            ratio = median(values) / median(floor.frame)
            least = min(values) / min(floor.frame)
            title = f"{name}: {what}"
            verdict = report.judge(title, ratio, budget, " ×") if name.startswith("300 ") else ""
            report.row(title, *_three(values), f"{ratio:.2f} × ({least:.2f} ×)", verdict)
        report.row(
            f"{name}: CPU until quiet",
            *_three(start.cpu),
            f"{median(start.cpu) / median(floor.cpu):.2f} ×",
            "",
        )
    report.notes.append(
        f"{runs} starts each, in turns, at 120x36; bare Textual stays at "
        f"{number(median(floor.memory))} MiB."
    )


def _keys(
    report: Report, settings: Settings, env: Mapping[str, str], rows: int, presses: int
) -> None:
    command = csmdesk("--store", str(filled_store(settings, rows, 2)))
    with Terminal(command, env=env) as terminal:
        terminal.until(AGENDA)
        terminal.until_quiet(1.0)
        _walk(report, terminal, f"Today of {rows:,}", presses)
        terminal.press("2")
        terminal.until_quiet(0.5)
        _walk(report, terminal, f"Accounts, {rows:,} rows", presses)
        first: list[float] = []
        again: list[float] = []
        for turn in range(6):
            into = again if turn else first
            into.append(terminal.time_to_change("ctrl+p", quiet=0.3)[0])
            terminal.press("esc")
            terminal.until_quiet(0.4)
    report.row(
        "command palette, first time",
        *_three(first),
        "",
        report.judge("command palette", first[0], PALETTE_BUDGET, " ms"),
    )
    report.row("command palette, again", *_three(again), "", "")


def _walk(report: Report, terminal: Terminal, place: str, presses: int) -> None:
    plans: list[tuple[str, Callable[[int], str], int]] = [
        ("j", lambda _: "j", presses),
        ("page down", lambda _: "pagedown", presses // 2),
        ("page up", lambda _: "pageup", presses // 2),
        ("G and g", lambda turn: "g" if turn % 2 else "G", presses // 2),
    ]
    for what, key, times in plans:
        if what == "j":
            terminal.press("g")
            terminal.until_quiet(0.3)
        taken = [terminal.time_to_change(key(turn)) for turn in range(times)]
        first = [pair[0] for pair in taken]
        whole = [pair[1] for pair in taken]
        title = f"{place}: {what}"
        verdicts = [
            report.judge(f"{title}, median", median(first), KEY_BUDGET, " ms"),
            report.judge(f"{title}, p95", quantile(first, 0.95), KEY_TAIL_BUDGET, " ms"),
        ]
        report.row(
            title, *_three(first), f"all drawn {number(median(whole))} ms", "; ".join(verdicts)
        )


def _memory(report: Report, settings: Settings, env: Mapping[str, str], rounds: int) -> None:
    """Use the workbench as a day would: walk, open accounts, look at tabs, filter, log."""
    command = csmdesk("--store", str(filled_store(settings, 300)))
    with Terminal(command, env=env) as terminal:
        terminal.until(AGENDA)
        terminal.until_quiet(2.0)
        start = terminal.memory()
        keys = 0
        for turn in range(rounds):
            terminal.press("1")
            terminal.until_quiet(0.2)
            for key in ("j", "j", "enter", "tab", "down", "down", "esc", "j", "?", "esc"):
                terminal.press(key)
                terminal.until_quiet(0.1)
                keys += 1
            terminal.press("l")
            terminal.until_quiet(0.1)
            terminal.press(f"c 25m + went over round {turn} > send the plan fri")
            terminal.until_quiet(0.15)
            terminal.press("enter")
            terminal.until_quiet(0.3)
            for key in (
                "2",
                "G",
                "pageup",
                "pageup",
                "g",
                "/",
                "cedar",
                "enter",
                "esc",
                "6",
                "ctrl+p",
                "esc",
            ):
                terminal.press(key)
                terminal.until_quiet(0.12)
                keys += 1
            keys += 45
        end = terminal.memory()
        used = terminal.end()
    report.notes.append(
        f"Memory with 300 accounts: {number(start)} MiB after the start, "
        f"{number(end)} MiB after {rounds} rounds of work (about {keys} keys, {rounds} calls "
        f"logged), peak {number(used.peak)} MiB; budget {number(MEMORY_BUDGET)} MiB."
    )
    report.judge("resident memory after use", end, MEMORY_BUDGET, " MiB")


def _three(values: list[float]) -> tuple[str, str, str]:
    return number(min(values)), number(median(values)), number(quantile(values, 0.95))
