"""The agenda from the store to the ranked view, beside a plain scan of the same rows."""

import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime

from bench.report import Report, number
from bench.settings import Settings
from bench.stores import filled_store
from bench.terminal import median
from csmdesk.bootstrap.wiring import open_workspace
from csmdesk.clock import FixedClock
from csmdesk.usecases import agenda
from csmdesk.usecases.workspace import Workspace

BUDGETS = {300: 30.0, 5000: 400.0}
AFTER_A_CHANGE = 50.0
TABLES = (
    *("accounts", "subscriptions", "renewal_judgements", "contacts", "stakeholders"),
    *("touchpoints", "touchpoint_attendees", "activities", "activity_attendees", "next_steps"),
    *("measurements", "health_records", "health_scores", "tickets", "surveys", "meetings"),
    *("tasks", "plans", "milestones", "dispositions", "planned_days"),
)


def measure(settings: Settings) -> Report:
    """Rank books of two sizes again and again, in turns with the scan."""
    report = Report(
        "agenda",
        "The agenda",
        ("what", "min ms", "median ms", "ratio", "peak MiB", "budget"),
    )
    runs = 5 if settings.quick else 15
    for accounts in (300,) if settings.quick else (300, 5000):
        workspace = open_workspace(
            filled_store(settings, accounts),
            config_file=None,
            environ=settings.environment(),
            clock=FixedClock(datetime.now(UTC)),
        )
        _measure_one(workspace, accounts, runs, report)
        workspace.store.close()
    report.notes.append(
        "The scan fetches every column of every row of the tables that the agenda reads, by plain"
        " sqlite3 in the same process, and does nothing with them. The sentences of a line are"
        " made when it is drawn; all of them together are the row `document`."
    )
    return report


def _measure_one(workspace: Workspace, accounts: int, runs: int, report: Report) -> None:
    scan, today, after = [], [], []
    seen = agenda.look(workspace)
    changed = [seen.assessed[0].facts.id]
    for _ in range(runs):
        scan.append(_timed(lambda: _scan(workspace)))
        today.append(_timed(lambda: agenda.today(workspace)))
        after.append(_timed(lambda: agenda.refresh(workspace, seen, changed).agenda))
    document = [_timed(lambda: agenda.document(seen.agenda)) for _ in range(3)]
    rows = _scan(workspace)
    report.row(
        f"{accounts:,} accounts: scan of {rows:,} rows",
        *_two(scan),
        "1 ×",
        _peak(_scan, workspace),
        "",
    )
    report.row(
        f"{accounts:,} accounts: store to ranked view",
        *_two(today),
        f"{median(today) / median(scan):.1f} ×",
        _peak(agenda.today, workspace),
        report.judge(f"{accounts:,} accounts", median(today), BUDGETS[accounts], " ms"),
    )
    report.row(
        f"{accounts:,} accounts: after one change",
        *_two(after),
        f"{median(after) / median(scan):.2f} ×",
        "",
        report.judge(f"{accounts:,} accounts, one change", median(after), AFTER_A_CHANGE, " ms"),
    )
    report.row(
        f"{accounts:,} accounts: document of {len(seen.agenda.items):,} items",
        *_two(document),
        "",
        "",
        "",
    )


def _scan(workspace: Workspace) -> int:
    with workspace.store.reading() as connection:
        return sum(
            len(connection.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608 # our names
            for table in TABLES
        )


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _two(values: list[float]) -> tuple[str, str]:
    return number(min(values)), number(median(values))


def _peak(work: Callable[[Workspace], object], workspace: Workspace) -> str:
    tracemalloc.start()
    work(workspace)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return number(peak / 2**20)
