"""What the workbench says about a sync: it counts as the user does and talks over nobody."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.sync.office import office
from tests.tui.worlds import press, run, settled, typed
from textual.pilot import Pilot

from csmdesk.config import Config, Syncing
from csmdesk.tui.app import WorkbenchApp
from csmdesk.usecases.sync_words import counted_kind

SOLO = "c ana 25m all good > send notes fri"


async def synced(app: Any, pilot: Pilot[Any], *, asked: bool) -> None:
    """Sync as the timer or as the user would, and wait for its end."""
    app.sync.start(asked=asked)
    while app.sync_view.running or app.progress:
        await pilot.pause(0.02)
        await settled(pilot)


def test_a_log_is_confirmed_until_it_is_in_the_crm_and_nothing_talks_over_it(
    tmp_path: Path,
) -> None:
    with office(tmp_path) as (_crm, desk):
        desk.sync()
        config = Config(sync=Syncing(automatic=False))
        app = WorkbenchApp(replace(desk.workspace, config=config))

        async def story(app: Any, pilot: Pilot[Any]) -> None:
            await press(pilot, "2")
            app.screen.list.move_to_key("A-1")
            await press(pilot, "l")
            await typed(pilot, SOLO)
            await press(pilot, "enter")
            confirmed = app.said.text
            assert "Queued for the CRM. u undoes." in confirmed
            await synced(app, pilot, asked=False)
            sent = confirmed.replace("Queued for the CRM.", "In the CRM.")
            assert app.said.text == sent
            await synced(app, pilot, asked=False)
            assert app.said.text == sent
            await synced(app, pilot, asked=True)
            assert app.said.text.startswith("Synced: ")

        run(app, story)


def test_a_call_with_its_links_and_its_step_counts_as_one(tmp_path: Path) -> None:
    from csmdesk.tui.background import sync_words

    with office(tmp_path) as (_crm, desk):
        desk.sync()
        desk.log("Alder Freight", "c Ana, Raj 25m + all good > send notes fri")
        report = desk.sync()
        assert report.pushed["sent"] > 1
        assert report.sent == 1
        assert sync_words(report).startswith("Synced: 1 sent, ")


@pytest.mark.parametrize(
    ("count", "kind", "words"),
    [(1076, "call", "1,076 calls"), (79, "company", "79 companies"), (1, "deal", "1 deal")],
)
def test_records_are_counted_in_words(count: int, kind: str, words: str) -> None:
    assert counted_kind(count, kind) == words
