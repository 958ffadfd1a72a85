"""A logged call, durable on disk, beside one bare insert that is as durable."""

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bench.report import Report, number
from bench.settings import Settings
from bench.stores import filled_store
from bench.terminal import median, quantile

BUDGET = 100.0
LINE = "c {person} 25m + renew ok if step {turn} ships > send the plan fri"


def measure(settings: Settings) -> Report:
    """Log calls one after the other, each in turns with a bare insert."""
    times = 50 if settings.quick else 200
    report = Report(
        "log",
        "Logging a touch",
        ("what", "min ms", "median ms", "p95 ms", "max ms", "ratio", "budget"),
    )
    log = _logging(settings)
    insert = _inserting(settings)
    ours: list[float] = []
    bare: list[float] = []
    for turn in range(times + 5):
        a = _timed(insert, turn)
        b = _timed(log, turn)
        if turn >= 5:
            bare.append(a)
            ours.append(b)
    report.row("one row by plain sqlite3, synchronous FULL", *_four(bare), "1 ×", "")
    report.row(
        "a call with a person and a next step",
        *_four(ours),
        f"{median(ours) / median(bare):.1f} ×",
        report.judge("logging a touch, p95", quantile(ours, 0.95), BUDGET, " ms"),
    )
    report.notes.append(
        f"{times} calls in a store of 300 accounts with 3,000 touchpoints, in turns; each is a "
        "transaction flushed to disk before it counts."
    )
    return report


def _timed(work: Callable[[int], None], turn: int) -> float:
    begun = time.perf_counter()
    work(turn)
    return (time.perf_counter() - begun) * 1000


def _logging(settings: Settings) -> Callable[[int], None]:
    from csmdesk.bootstrap.wiring import open_workspace
    from csmdesk.clock import SystemClock
    from csmdesk.usecases import touchpoints

    workspace = open_workspace(
        filled_store(settings, 300),
        config_file=None,
        environ=settings.environment(),
        clock=SystemClock(),
    )
    with workspace.store.reading() as connection:
        people = connection.execute(
            "SELECT account_id, min(name) FROM contacts"
            " GROUP BY account_id, substr(name, 1, instr(name, ' '))"
            " HAVING count(*) = 1 ORDER BY account_id"
        ).fetchall()

    def log(turn: int) -> None:
        account, name = people[turn % len(people)]
        line = LINE.format(person=name.split()[0], turn=turn)
        touchpoints.log(workspace, account, line, datetime.now(UTC))

    return log


def _inserting(settings: Settings) -> Callable[[int], None]:
    connection = sqlite3.connect(settings.folder / "insert.db", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE touch (id INTEGER PRIMARY KEY, account TEXT, at TEXT, body TEXT) STRICT"
    )

    def insert(turn: int) -> None:
        row = (f"A-{turn:05}", datetime.now(UTC).isoformat(), LINE)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO touch (account, at, body) VALUES (?, ?, ?)", row)
        connection.execute("COMMIT")

    return insert


def _four(values: list[float]) -> tuple[str, str, str, str]:
    return (
        number(min(values)),
        number(median(values)),
        number(quantile(values, 0.95)),
        number(max(values)),
    )
