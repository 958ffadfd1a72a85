"""Takes the pictures of the README from the demo: the real program on a made-up book.

Run it with `make pictures`. It makes a demo of its own in a temporary folder; yours is left alone.
"""

import asyncio
import os
import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

SIZES = ((120, 36), (80, 24))
HERE = Path(__file__).parent / "pictures"
MORNING = datetime(2026, 3, 9, 8, 55, tzinfo=UTC)
"""The moment of the pictures, a Monday morning, so that they only change when the screen does."""


async def take(folder: Path) -> None:
    """Open the workbench on a fresh demo at each size and write what it shows."""
    from csmdesk.bootstrap.demo import open_demo
    from csmdesk.clock import FixedClock
    from csmdesk.tui.app import WorkbenchApp

    demo = open_demo(clock=FixedClock(MORNING), environ=dict(os.environ))
    try:
        for columns, rows in SIZES:
            app = WorkbenchApp(demo.workspace)
            async with app.run_test(size=(columns, rows)) as pilot:
                await app.workers.wait_for_complete()
                await pilot.pause(0.5)
                drawing = app.export_screenshot(title="csmdesk")
            file = folder / f"today-{columns}x{rows}.svg"
            file.write_text(without_fonts(drawing), encoding="utf-8")
            sys.stdout.write(f"docs/pictures/{file.name}\n")
    finally:
        demo.close()


def without_fonts(drawing: str) -> str:
    """Return a drawing that loads nothing from anywhere: the reader's own font serves."""
    return re.sub(r"@font-face\s*\{[^}]*\}\s*", "", drawing).replace("Fira Code", "monospace")


def main() -> None:
    """Write the pictures."""
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            HOME=home, XDG_DATA_HOME=home, XDG_CONFIG_HOME=home, XDG_STATE_HOME=home, TZ="UTC"
        )
        asyncio.run(take(HERE))


if __name__ == "__main__":
    main()
