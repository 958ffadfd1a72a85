"""Showing the workbench. It loads nothing of the command line: the first frame waits for it."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from csmdesk.bootstrap.wiring import NO_FLAGS, is_empty, open_workspace
from csmdesk.clock import SystemClock
from csmdesk.errors import UsageError

if TYPE_CHECKING:
    from csmdesk.tui.doors import Doors
    from csmdesk.usecases.workspace import Workspace

FRAMES_PER_SECOND = "120"
"""How often the screen may change. With Textual's own 60 a press waits up to two frames, 33 ms."""


def open_workbench(
    store: Path | None, config: Path | None, changes: Mapping[str, str] = NO_FLAGS
) -> int:
    """Open the user's book in the workbench; with nothing in it, the screen that helps to begin.

    Args:
        store: the file of the book; the user's own one if not given.
        config: the settings; the user's own ones if not given.
        changes: settings of this run, as text by dotted name.

    Raises:
        UsageError: input or output is no terminal.
        ConfigError: a setting cannot be used.
        StoreError: the store cannot be used.
    """
    need_terminal("csmdesk agenda")
    clock = SystemClock()
    workspace = open_workspace(
        store, config_file=config, flags=changes, environ=os.environ, clock=clock
    )
    try:
        return show(workspace, doors=_doors(config, changes) if is_empty(workspace.store) else None)
    finally:
        workspace.store.close()


def show(workspace: "Workspace", *, notice: str = "", doors: "Doors | None" = None) -> int:
    """Run the workbench on what was opened; return the exit code."""
    # Textual reads it when it is loaded.
    os.environ.setdefault("TEXTUAL_FPS", FRAMES_PER_SECOND)
    from csmdesk.tui.app import run

    return run(workspace, notice=notice, doors=doors)


def need_terminal(instead: str) -> None:
    """Refuse to draw a screen into a pipe.

    Raises:
        UsageError: input or output is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"The workbench needs a terminal. Without one: {instead}")


def _doors(config: Path | None, changes: Mapping[str, str]) -> "Doors":
    """Return the ways in of the first screen: the demo, and a connection by a typed token."""
    from csmdesk.bootstrap.connecting import connect_typed
    from csmdesk.bootstrap.demo import open_demo
    from csmdesk.tui.doors import Doors, Opened

    def demo(tell: Callable[[str], None]) -> Opened:
        opened = open_demo(
            clock=SystemClock(), environ=os.environ, config_file=config, flags=changes, tell=tell
        )
        return Opened(opened.workspace, opened.notice, opened.close)

    return Doors(demo=demo, connect=connect_typed)
