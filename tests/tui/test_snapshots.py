"""Pictures of the screens at the two sizes they are designed for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.tui.test_editing import disputed
from tests.tui.test_first_screen import EMPTY, closed, refused
from tests.tui.test_outbox_screen import tied
from tests.tui.worlds import press, settled, workspace
from textual.pilot import Pilot

from csmdesk.tui.app import FirstRunApp, WorkbenchApp
from csmdesk.tui.doors import Doors

SIZES = [(80, 24), (120, 36)]
Compare = Callable[..., bool]


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("today", ("j",)),
        ("accounts", ("2", "j")),
        ("account", ("j", "enter")),
        ("timeline", ("j", "enter", "tab")),
        ("health", ("j", "enter", "tab", "tab")),
        ("why", ("j", "question_mark")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_screen_looks_as_it_did(
    snap_compare: Compare, tmp_path: Path, size: tuple[int, int], name: str, keys: tuple[str, ...]
) -> None:
    made = workspace(tmp_path)

    async def before(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await press(pilot, *keys)

    assert name
    assert snap_compare(WorkbenchApp(made), terminal_size=size, run_before=before)
    made.store.close()


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
def test_the_outbox_looks_as_it_did(
    snap_compare: Compare, tmp_path: Path, size: tuple[int, int]
) -> None:
    made = tied(tmp_path)

    async def before(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await press(pilot, "6")

    assert snap_compare(WorkbenchApp(made), terminal_size=size, run_before=before)
    made.store.close()


@pytest.mark.parametrize("text", [False, True], ids=["field", "text"])
@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
def test_a_conflict_looks_as_it_did(
    snap_compare: Compare, tmp_path: Path, size: tuple[int, int], text: bool
) -> None:
    made = disputed(tmp_path, text=text)

    async def before(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await press(pilot, "6", *(("tab",) if size[0] < 100 else ()))

    assert snap_compare(WorkbenchApp(made), terminal_size=size, run_before=before)
    made.store.close()


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
def test_the_first_screen_looks_as_it_did(
    snap_compare: Compare, tmp_path: Path, size: tuple[int, int]
) -> None:
    made = workspace(tmp_path, EMPTY)
    app = FirstRunApp(made, Doors(demo=closed, connect=refused))
    assert snap_compare(app, terminal_size=size, run_before=settled)
    made.store.close()
