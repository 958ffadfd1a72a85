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


async def _open_and_close(pilot: Pilot[Any]) -> None:
    """Open a page and a bar and close each once it is there."""
    for key in ("enter", "escape", "l", "escape"):
        await press(pilot, key)


def test_pages_that_were_closed_leave_no_drawings(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        del app
        await _open_and_close(pilot)
        # A page and a bar draw ten widgets: kept, they would be ten more at every turn.
        most = _drawings() + 2 * TURNS
        for _ in range(TURNS):
            await _open_and_close(pilot)
        # A page that is being taken down is let go of a moment later.
        for _ in range(250):
            if _drawings() < most:
                break
            await pilot.pause(0.02)
        assert _drawings() < most

    play(workspace(tmp_path), story)
