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
CELL = 12.2
"""How wide a drawing makes a cell of the terminal."""
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
                await pilot.pause(2.0)
                # The moment of the pictures is not that of the CRM, which the top line would say.
                app.sync_view = app.sync_view._replace(trouble="")
                app.refresh_chrome()
                await pilot.pause(0.5)
                drawing = app.export_screenshot(title="csmdesk")
            file = folder / f"today-{columns}x{rows}.svg"
            file.write_text(by_itself(drawing), encoding="utf-8")
            sys.stdout.write(f"docs/pictures/{file.name}\n")
    finally:
        demo.close()


def by_itself(drawing: str) -> str:
    """Return a drawing that loads nothing from anywhere and that every program draws alike.

    The reader's own monospaced font serves. Blanks at the ends of a piece of text become room,
    because some programs leave them out.
    """
    drawing = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", drawing).replace("Fira Code, ", "")
    return re.sub(
        r'x="([\d.]+)"( y="[\d.]+") textLength="([\d.]+)"([^>]*)>([^<]*)<', _tight, drawing
    )


def _tight(match: re.Match[str]) -> str:
    x, y, length, rest, text = match.groups()
    blank = "&#160;"
    bare = text
    before = after = 0
    while bare.startswith(blank):
        bare, before = bare.removeprefix(blank), before + 1
    while bare.endswith(blank):
        bare, after = bare.removesuffix(blank), after + 1
    left = float(x) + CELL * before
    wide = float(length) - CELL * (before + after)
    return f'x="{left:.1f}"{y} textLength="{wide:.1f}"{rest}>{bare}<'


def main() -> None:
    """Write the pictures."""
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            HOME=home,
            XDG_DATA_HOME=home,
            XDG_CONFIG_HOME=home,
            XDG_STATE_HOME=home,
            TZ="UTC",
            CSMDESK_SYNC_AUTOMATIC="false",
        )
        asyncio.run(take(HERE))


if __name__ == "__main__":
    main()
