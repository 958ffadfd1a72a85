"""What the workbench says about a sync: it counts as the user does and talks over nobody."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.sync.changing import change_there
from tests.sync.office import office
from tests.tui.worlds import press, run, settled, typed
from textual.pilot import Pilot

from csmdesk.config import Config, Syncing
from csmdesk.errors import NothingToUndo
from csmdesk.tui import background
from csmdesk.tui.app import WorkbenchApp
from csmdesk.usecases import editing
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


def test_offline_is_told_whatever_else_waits_and_talks_over_nothing(tmp_path: Path) -> None:
    with office(tmp_path) as (_crm, desk):
        desk.sync()
        desk.log("Alder Freight", "n one that fails")
        with desk.store.writing() as connection:
            connection.execute("UPDATE outbox SET state = 'failed'")
            connection.execute("UPDATE connections SET base_url = 'http://127.0.0.1:9'")
        config = Config(sync=Syncing(automatic=False))
        app = WorkbenchApp(replace(desk.workspace, config=config))

        async def story(app: Any, pilot: Pilot[Any]) -> None:
            await synced(app, pilot, asked=False)
            assert "offline" in app.sync_view.trouble
            assert app.sync_view.attention
            assert "cannot be reached" in app.said.text
            app.say("What the user did.")
            await synced(app, pilot, asked=False)
            assert app.said.text == "What the user did."
            await synced(app, pilot, asked=True)
            assert "cannot be reached" in app.said.text
            with desk.store.writing() as connection:
                connection.execute("UPDATE connections SET base_url = ?", (desk.url,))
            await synced(app, pilot, asked=True)
            assert app.sync_view.trouble == ""

        run(app, story)


def test_a_crm_that_was_out_of_reach_is_tried_again_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "TRY_AGAIN_AFTER", 0.05)
    with office(tmp_path) as (crm, desk):
        desk.sync()
        desk.log("Alder Freight", "n written on the train")
        with desk.store.writing() as connection:
            connection.execute("UPDATE connections SET base_url = 'http://127.0.0.1:9'")
        app = WorkbenchApp(desk.workspace)

        async def story(app: Any, pilot: Pilot[Any]) -> None:
            await synced(app, pilot, asked=False)
            assert app.sync_view.trouble == "offline"
            with desk.store.writing() as connection:
                connection.execute("UPDATE connections SET base_url = ?", (desk.url,))
            for _ in range(500):
                await pilot.pause(0.02)
                if desk.states() and set(desk.states()) == {"done"}:
                    break
            assert set(desk.states()) == {"done"}

        run(app, story)
        assert len([each for each in crm.effects() if each["type"] == "notes"]) > 0


def test_what_was_said_to_be_queued_says_what_holds_it_up(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        config = Config(sync=Syncing(automatic=False))
        app = WorkbenchApp(replace(desk.workspace, config=config))
        who, remote = desk.rows(
            "SELECT c.id, l.remote_id FROM contacts AS c JOIN remote_links AS l"
            " ON l.local_id = c.id WHERE c.name = 'Ana Lima'"
        )[0]

        edits = []

        async def story(app: Any, pilot: Pilot[Any]) -> None:
            made = editing.change(
                desk.workspace, "contact", who, {"title": "CIO"}, desk.clock.now()
            )
            edits.append(made)
            app.say("Title of Ana Lima is CIO. Queued for the CRM. u undoes.")
            change_there(crm, "contacts", remote, jobtitle="CTO")
            await synced(app, pilot, asked=False)
            assert "1 to settle" in app.said.text
            assert "Queued" not in app.said.text

        run(app, story)
        with pytest.raises(NothingToUndo, match="Both sides changed the title"):
            editing.take_back(desk.workspace, edits[0], desk.clock.now())
