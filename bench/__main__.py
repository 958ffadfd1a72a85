"""`python -m bench [NAME…]`: measure csmdesk against baselines of the same run."""

import argparse
import importlib
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.report import BUSY, ORDER, keep, machine
from bench.settings import Settings

MODULES = {name: f"bench.{name}" for name in ORDER} | {
    "agenda": "bench.ranking",
    "import": "bench.importing",
}


def main() -> int:
    """Run the benchmarks that were named, or all; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODULES)}")
    parser.add_argument("--quick", action="store_true", help="small sizes, few runs")
    parser.add_argument("--write", action="store_true", help="keep the figures in bench/README.md")
    options = parser.parse_args()
    if unknown := set(options.names) - set(MODULES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    if (load := os.getloadavg()[0]) > BUSY:
        print(f"The machine is busy (load {load:.1f}): figures will be worse than they are.\n")
    print(f"{machine()}\n")
    reports = []
    for name in options.names or [name for name in MODULES if name != "soak"]:
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(prefix="csmdesk-bench-") as folder:
            settings = Settings(Path(folder), quick=options.quick)
            report = importlib.import_module(MODULES[name]).measure(settings)
        report.quick, report.load = options.quick, load
        print(report.text(), flush=True)
        reports.append(report)
    if options.write:
        keep(reports, datetime.now(UTC).date())
    return 0


if __name__ == "__main__":
    sys.exit(main())
