"""Accounts that leave while they are looked at or written about: nothing typed is out of reach."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import Desk, office
from tests.sync.test_merged import NEW, OLD, keep, merge
from tests.tui.worlds import press, run, seen, settled, typed
from textual.pilot import Pilot

from csmdesk.config import Config, Syncing
from csmdesk.tui.app import WorkbenchApp
from csmdesk.tui.dialogs.pick import Pick
from csmdesk.tui.screens.account import AccountPage
from csmdesk.usecases import drafts, timeline


@pytest.fixture
def desk_and_crm(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A connected desk that has pulled."""
    with office(tmp_path) as (crm, desk):
        desk.sync()
        desk.workspace = replace(desk.workspace, config=Config(sync=Syncing(automatic=False)))
        yield crm, desk


def archive(crm: Sandbox, desk: Desk, name: str) -> None:
    """Archive a company at the CRM and sync."""
    remote = desk.one(
        "SELECT remote_id FROM remote_links WHERE entity = 'account' AND local_id = ?",
        desk.account(name),
    )
    crm.ask("DELETE", f"/crm/objects/2026-09/companies/{remote}")
    desk.sync(sweep=True, accept_missing=True)


async def look_at(pilot: Pilot[Any], name: str) -> None:
    """Open the page of an account by its name."""
    await press(pilot, "ctrl+p")
    await typed(pilot, name.lower())
    await press(pilot, "enter")
    assert isinstance(pilot.app.screen, AccountPage)


def test_a_page_open_over_a_merge_becomes_the_survivors_and_its_line_is_saved_there(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await look_at(pilot, OLD)
        await press(pilot, "l")
        await typed(pilot, "n typed over the merge")
        _, new = merge(crm, desk)
        app.book_changed()
        await settled(pilot)
        assert f"{OLD} is part of {NEW} now: they were merged in the CRM." in app.said.text
        assert f" {NEW} " in seen(app).splitlines()[1]
        await press(pilot, "enter")
        assert f"{OLD} is part of {NEW} now: it went there. Logged note with {NEW}" in app.said.text
        newest = timeline.timeline(desk.workspace, new, desk.clock.now())[0]
        assert newest.text == "typed over the merge"
        assert drafts.unsaved(desk.workspace) == ()
        assert "hubspot" not in seen(app)

    run(WorkbenchApp(desk.workspace), story)


def test_a_draft_of_an_account_merged_away_is_offered_and_goes_on_with_the_survivor(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    keep(desk, desk.account(OLD), "n half a thought")
    _, new = merge(crm, desk)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        offered = f"Not saved yet, for {OLD}, which is part of {NEW} now: “n half a thought”"
        assert offered in app.said.text
        await press(pilot, "l")
        assert app.screen.bar.reader.account_id == new
        assert app.screen.bar.text == "n half a thought"
        await press(pilot, "enter")
        assert f"Logged note with {NEW}" in app.said.text
        assert drafts.unsaved(desk.workspace) == ()

    run(WorkbenchApp(desk.workspace), story)


def test_a_draft_of_an_account_that_left_is_offered_and_can_be_given_to_another(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    keep(desk, desk.account(OLD), "n what they said")
    archive(crm, desk, OLD)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        assert f"for {OLD}, which is no longer in the CRM: “n what they said”" in app.said.text
        await look_at(pilot, OLD)
        assert "n what they said" in seen(app)
        await press(pilot, "l")
        assert isinstance(app.screen, Pick)
        await press(pilot, "escape", "l")
        await typed(pilot, "alder")
        await press(pilot, "enter")
        assert app.screen.bar.reader.account == NEW
        assert app.screen.bar.text == "n what they said"
        await press(pilot, "enter")
        assert f"Logged note with {NEW}" in app.said.text
        assert drafts.unsaved(desk.workspace) == ()

    run(WorkbenchApp(desk.workspace), story)


def test_the_page_of_an_account_that_left_says_so_and_lets_nothing_be_changed(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    archive(crm, desk, OLD)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await look_at(pilot, OLD)
        assert "No longer in the CRM since" in seen(app)
        assert "not an account of yours" not in seen(app)
        await press(pilot, "e")
        assert f"{OLD} is no longer in the CRM" in app.said.text
        assert not isinstance(app.screen, Pick)
        await press(pilot, "l")
        assert f"{OLD} is no longer in the CRM" in app.said.text
        assert "hubspot" not in seen(app)

    run(WorkbenchApp(desk.workspace), story)
