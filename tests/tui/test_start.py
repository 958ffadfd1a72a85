"""What the first frame loads, in a process of its own; and how a crash ends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.builders import World
from tests.storing import stored
from tests.tui.worlds import book, run, workspace
from textual.pilot import Pilot

from csmdesk.tui.app import WorkbenchApp

FIRST_FRAME = """
import asyncio, json, os, sys
from pathlib import Path
from csmdesk.bootstrap.wiring import open_workspace
from csmdesk.clock import SystemClock
workspace = open_workspace(
    Path(sys.argv[1]), config_file=None, environ=os.environ, clock=SystemClock()
)
from csmdesk.tui.app import WorkbenchApp
app = WorkbenchApp(workspace)
async def main():
    async with app.run_test(size=(120, 36)) as pilot:
        shown, tries = False, 0
        # A job that a newer one replaced is no failure, so the workers are not asked.
        while not shown and tries < 1000:
            await pilot.pause(0.02)
            rows = app.screen._compositor.render_strips()
            shown, tries = "Acme" in "".join(strip.text for strip in rows), tries + 1
        # A copy: a thread of the workbench may be importing meanwhile.
        print(json.dumps([shown, sorted({name.partition(".")[0] for name in list(sys.modules)})]))
asyncio.run(main())
workspace.store.close()
"""
HEAVY = {"sqlmodel", "sqlalchemy", "alembic", "httpx", "keyring", "pydantic", "starlette"}


def test_the_agenda_is_painted_without_orm_http_client_or_keyring(tmp_path: Path) -> None:
    stored(tmp_path / "book.db", World(book())).close()
    done = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME, str(tmp_path / "book.db")],
        capture_output=True,
        check=True,
        env=dict(os.environ),
        text=True,
    )
    shown, names = json.loads(done.stdout.splitlines()[-1])
    assert shown
    assert HEAVY.isdisjoint(names)


def test_an_error_nobody_expected_ends_the_workbench_and_is_kept(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    app = WorkbenchApp(made)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.do_sync = None
        app.call_later(lambda: 1 // 0)
        await pilot.pause()

    with pytest.raises(ZeroDivisionError):
        run(app, story)
    assert isinstance(app.crash, ZeroDivisionError)
    assert app.return_code == 1
    assert not app._exit_renderables
    made.store.close()


def test_a_job_that_fails_is_one_line_and_the_screen_lives_on(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        secret = "pat-na1-very-secret"

        def work() -> None:
            raise RuntimeError(secret)

        app.run_quietly("odd", work)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "internal error (RuntimeError" in app.said.text
        assert secret not in app.said.text
        assert app.is_running

    run(WorkbenchApp(made), story)
    made.store.close()
