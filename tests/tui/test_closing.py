"""What is closed is let go of: a workbench stays open all day."""

import gc
from pathlib import Path
from typing import Any

from tests.tui.worlds import play, press, workspace
from textual._styles_cache import StylesCache
from textual.pilot import Pilot

TURNS = 5


def _drawings() -> int:
    """Return how many widgets' drawings are kept."""
    gc.collect()
    return sum(isinstance(one, StylesCache) for one in gc.get_objects())


def test_pages_that_were_closed_leave_no_drawings(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        del app
        counts = []
        for _ in range(TURNS):
            await press(pilot, "enter", "escape", "l", "escape")
            counts.append(_drawings())
        # A page and a bar draw ten widgets: kept, they would be ten more at every turn.
        assert counts[-1] - counts[1] < 2 * TURNS, counts

    play(workspace(tmp_path), story)
