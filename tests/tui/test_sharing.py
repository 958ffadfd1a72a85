"""Sharing a next step from an account's page, seeing where it stands, taking it back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.tui.test_outbox_screen import tied
from tests.tui.test_undo import arrive
from tests.tui.worlds import NOW, play, press, seen, settled, typed
from textual.pilot import Pilot

from csmdesk.tui.app import WorkbenchApp
from csmdesk.usecases import outbox, touchpoints
from csmdesk.usecases.workspace import Workspace

SIZES = [(80, 24), (120, 36)]


def promised(folder: Path, setting: str = "never") -> Workspace:
    """Return a workspace whose Acme was promised two things."""
    made = tied(folder)
    touchpoints.log(made, "acme", "c ana 20m fine > send the plan fri > book a room", NOW)
    sync = replace(made.config.sync, share_next_steps=setting)
    return replace(made, config=replace(made.config, sync=sync))


def tasks(made: Workspace) -> list[str]:
    """What is queued of tasks, in words."""
    return [item.summary for item in outbox.items(made) if item.entity == "next_step"]


def test_a_step_is_shared_shown_and_taken_back(tmp_path: Path) -> None:
    made = promised(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "t")
        assert "we, due Fri 13 Mar, from the call" in seen(app)
        assert not tasks(made)
        await typed(pilot, "plan")
        await press(pilot, "enter")
        assert app.said.text == "Shared “send the plan” as a task. Queued for the CRM. u undoes."
        # The two calls wait as well; the step is one more.
        assert seen(app).count("↑ queued") == 3
        assert tasks(made)[0] == "Task for Acme: send the plan"
        await press(pilot, "u")
        assert not tasks(made)
        assert seen(app).count("↑ queued") == 2

    play(made, story)


def test_a_task_that_is_there_is_archived_only_after_a_yes(tmp_path: Path) -> None:
    made = promised(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "t")
        await typed(pilot, "room")
        await press(pilot, "enter")
        assert "it is due Mon 16 Mar there" in app.said.text
        arrive(made)
        await press(pilot, "t")
        assert "✓ in the CRM" in seen(app)
        await typed(pilot, "room")
        await press(pilot, "enter")
        assert "Archive the task “book a room” in the CRM?" in seen(app)
        await press(pilot, "n")
        assert not tasks(made)
        await press(pilot, "t")
        await typed(pilot, "room")
        await press(pilot, "enter", "y")
        assert tasks(made) == ["Take back: Task for Acme: book a room"]
        await press(pilot, "u")
        assert not tasks(made)

    play(made, story)


def test_logging_asks_where_the_user_wants_to_be_asked(tmp_path: Path) -> None:
    made = promised(tmp_path, "ask")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "l")
        await typed(pilot, "c ana 20m fine > call back mon")
        await press(pilot, "enter")
        assert "Share “call back” with the CRM as a task?" in seen(app)
        await press(pilot, "escape")
        assert not tasks(made)
        await press(pilot, "l")
        await typed(pilot, "c ana 20m fine > ask finance")
        await press(pilot, "enter", "y")
        assert tasks(made)[0] == "Task for Acme: ask finance"
        await press(pilot, "l")
        await typed(pilot, "c ana 20m fine < sign it")
        await press(pilot, "enter")
        assert "Share" not in seen(app)

    play(made, story)


def test_the_question_before_a_touch_is_archived_names_its_task(tmp_path: Path) -> None:
    made = promised(tmp_path, "always")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "l")
        await typed(pilot, "c worried about price > ask finance")
        await press(pilot, "enter")
        arrive(made)
        await press(pilot, "u")
        assert "and 1 task of it in HubSpot too?" in seen(app)

    play(made, story)


def test_nothing_open_is_said(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "t")
        assert "no open next step" in app.said.text

    play(tied(tmp_path), story)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
def test_the_list_of_steps_looks_as_it_did(
    snap_compare: Callable[..., bool], tmp_path: Path, size: tuple[int, int]
) -> None:
    made = promised(tmp_path)

    async def before(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await press(pilot, "j", "enter", "t")
        await press(pilot, "enter", "t")

    assert snap_compare(WorkbenchApp(made), terminal_size=size, run_before=before)
    made.store.close()
