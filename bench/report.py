"""What a benchmark found: printed as tables, kept in `results.json`, shown in `README.md`."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
README = HERE / "README.md"
BUSY = 0.5
"""The load from which figures are worse than they would be alone."""
ORDER = ("screens", "agenda", "log", "import", "pull", "soak")


@dataclass
class Report:
    """The figures of one benchmark, and which of its budgets were not kept."""

    name: str
    title: str
    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    kept: int = 0
    quick: bool = False
    load: float = 0.0

    def row(self, *cells: str) -> None:
        """Add a line of the table."""
        self.rows.append(list(cells))

    def judge(self, what: str, value: float, budget: float, unit: str) -> str:
        """Compare a figure with its budget (an upper bound); return the cell that says so."""
        if value <= budget:
            self.kept += 1
            return f"≤ {number(budget)}{unit}"
        self.over.append(f"{what}: {number(value)}{unit} instead of {number(budget)}{unit}")
        return f"**over** {number(budget)}{unit}"

    def judge_share(self, what: str, share: float, least: float) -> str:
        """Compare a share with its budget (a lower bound); return the cell that says so."""
        if share >= least:
            self.kept += 1
            return f"≥ {least:.0%}"
        self.over.append(f"{what}: {share:.0%} instead of {least:.0%}")
        return f"**under** {least:.0%}"

    def text(self) -> str:
        """Return the table for a terminal."""
        table = [list(self.columns), *self.rows]
        widths = [max(len(row[column]) for row in table) for column in range(len(self.columns))]

        def line(row: Sequence[str]) -> str:
            first, *others = zip(row, widths, strict=True)
            cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
            return "  ".join(cells).replace("**", "")

        lines = [self.title, "", *map(line, table), ""]
        lines += [f"  {note}" for note in self.notes]
        lines += [f"  OVER BUDGET {what}" for what in self.over]
        return "\n".join(lines) + "\n"

    def markdown(self) -> str:
        """Return the section of the page."""
        head = f"## {self.title}\n"
        rule = "| --- |" + " ---: |" * (len(self.columns) - 1)
        rows = ["| " + " | ".join(row) + " |" for row in (list(self.columns), *self.rows)]
        table = "\n".join([rows[0], rule, *rows[1:]])
        notes = "\n".join(f"- {note}" for note in self.notes)
        small = "Small sizes only (`--quick`).\n\n" if self.quick else ""
        return f"{head}\n{small}{table}\n" + (f"\n{notes}\n" if notes else "")


def number(value: float) -> str:
    """Return a figure with about three digits."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def machine() -> str:
    """Return what the figures depend on, without saying whose machine it is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} CPUs, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def keep(reports: Sequence[Report], today: date) -> None:
    """Put the reports beside those of earlier runs and write the page."""
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    for report in reports:
        kept[report.name] = {
            "measured": f"{today.isoformat()} on {machine()}",
            "report": asdict(report),
        }
    RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
    README.write_text(page(kept), "utf-8")


def page(kept: dict[str, dict[str, object]]) -> str:
    """Return the page of the last figures."""
    parts, over, budgets = [], [], 0
    for name in ORDER:
        if name not in kept:
            continue
        report = Report(**kept[name]["report"])  # type: ignore[arg-type]  # read back from JSON
        busy = (
            f", while other work kept {report.load:.1f} processes running: compare ratios only"
            if report.load > BUSY
            else ""
        )
        parts.append(f"{report.markdown()}\nMeasured {kept[name]['measured']}{busy}.\n")
        over += [f"- {name}: {what}" for what in report.over]
        budgets += report.kept + len(report.over)
    verdict = (
        "\n".join([f"{len(over)} of {budgets} budgets are not kept:", "", *over])
        if over
        else f"All {budgets} budgets are kept."
    )
    return f"{_HEAD}\n{verdict}\n\n" + "\n".join(parts)


_HEAD = """\
# What csmdesk costs

`make bench` measures all of this again; `python -m bench screens log` a part of it; `--quick` takes
small sizes; `--write` keeps the figures in this page. Every figure stands beside a baseline taken
in the same run, in turns with it: compare the ratios, because milliseconds belong to one machine.

Times of screens come from a real pseudo-terminal and count when the emulated screen shows the
thing, so a real terminal adds the time of its own frame.

## Over budget
"""
