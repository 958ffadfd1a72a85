"""A store that was copied, or restored from a backup, sends nothing a second time."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.campaign.invariants import creations
from tests.sync.office import Desk, MovingClock, office, without_keys

from csmdesk.store import restoring
from csmdesk.store.backup import back_up_daily
from csmdesk.usecases import syncing


@pytest.fixture(params=["A", "B"])
def copied(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Sandbox, Desk, Desk]]:
    """A desk with a touch that waits, and a copy of its store on another desk."""
    with office(tmp_path) as (crm, desk):
        if request.param == "B":
            without_keys(crm, desk)
        desk.sync()
        desk.log("Alder Freight", "c Ana, Raj 25m + renew ok")
        desk.close()
        shutil.copyfile(tmp_path / "desk.db", tmp_path / "copy.db")
        one = Desk(tmp_path / "desk.db", crm.url, MovingClock())
        other = Desk(tmp_path / "copy.db", crm.url, MovingClock())
        yield crm, one, other
        one.close()
        other.close()


def test_a_copy_waits_for_the_user_before_it_sends(copied: tuple[Sandbox, Desk, Desk]) -> None:
    crm, _, other = copied
    remote = other.one("SELECT remote_id FROM remote_links WHERE object_type = 'contact' LIMIT 1")
    change = {"properties": {"jobtitle": "Chair"}}
    crm.ask("PATCH", f"/crm/objects/2026-09/contacts/{remote}", change)
    before = len(crm.effects())
    for minutes, asked in ((0, True), (1, False), (20, False), (60, True)):
        other.clock.move(minutes=minutes)
        report = other.sync(asked=asked)
        assert report.exit_code == 4
        assert "--confirm-copy" in report.problems[0]
        assert set(other.states()) == {"uncertain"}
        assert syncing.status(other.workspace).held
    assert other.one("SELECT count(*) FROM contacts WHERE title = 'Chair'") == 1
    assert len(crm.effects()) == before


def test_what_is_logged_on_a_copy_waits_and_is_sent_with_the_users_word(
    copied: tuple[Sandbox, Desk, Desk],
) -> None:
    crm, one, other = copied
    other.sync()
    other.log("Birch Medical", "n written on the copy")
    other.sync()
    assert set(other.states()[-2:]) == {"pending"}
    one.sync()
    for minutes in (0, 1, 5, 15, 30):
        other.clock.move(minutes=minutes)
        report = other.sync(copy_confirmed=not minutes)
    assert report.exit_code == 0
    assert set(other.states()) == {"done"}
    assert not syncing.status(other.workspace).held
    assert set(creations(crm.effects()).values()) == {1}


def test_what_the_original_has_sent_is_found_and_not_sent_by_the_copy(
    copied: tuple[Sandbox, Desk, Desk],
) -> None:
    crm, one, other = copied
    assert one.sync().exit_code == 0
    for minutes in (0, 1, 5, 15, 30):
        other.clock.move(minutes=minutes)
        other.sync(copy_confirmed=not minutes)
    assert set(other.states()) == {"done"}
    assert set(creations(crm.effects()).values()) == {1}


def test_what_nobody_has_sent_is_sent_by_the_copy_once(copied: tuple[Sandbox, Desk, Desk]) -> None:
    crm, _, other = copied
    for minutes in (0, 1, 5, 15, 30):
        other.clock.move(minutes=minutes)
        other.sync(copy_confirmed=not minutes)
    assert set(other.states()) == {"done"}
    assert set(creations(crm.effects()).values()) == {1}


def test_a_store_that_was_only_renamed_is_no_copy(tmp_path: Path) -> None:
    with office(tmp_path) as (_, desk):
        desk.sync()
        desk.log("Alder Freight", "c Ana 25m + renew ok")
        desk.close()
        (tmp_path / "desk.db").rename(tmp_path / "renamed.db")
        renamed = Desk(tmp_path / "renamed.db", desk.url, MovingClock())
        assert renamed.sync().exit_code == 0
        renamed.close()


@pytest.mark.parametrize("tier", ["A", "B"])
def test_what_was_sent_since_the_backup_is_found_and_waits_for_the_user(
    tmp_path: Path, tier: str
) -> None:
    with office(tmp_path) as (crm, desk):
        if tier == "B":
            without_keys(crm, desk)
        desk.sync()
        desk.log("Alder Freight", "c Ana, Raj 25m + renew ok")
        copy = back_up_daily(desk.store.path, desk.clock.now().date())
        assert copy is not None
        assert desk.sync().exit_code == 0
        desk.log("Alder Freight", "n written after the backup")
        desk.close()
        path, now = desk.store.path, desk.clock.now()
        done = restoring.restore(path, restoring.chosen(path, copy.name), now)
        assert done.doubtful == 4
        again = Desk(path, crm.url, MovingClock(now))
        assert syncing.status(again.workspace).held
        there = len(crm.effects())
        for asked in (False, True, False):
            report = again.sync(asked=asked)
            assert (report.exit_code, report.pushed["sent"]) == (4, 0)
            # What comes back with the pull is known to have arrived.
            assert set(again.states()) <= {"uncertain", "done"}
            assert "uncertain" in again.states()
        assert len(crm.effects()) == there
        for minutes in (0, 1, 5, 15, 30):
            again.clock.move(minutes=minutes)
            again.sync(copy_confirmed=not minutes)
        assert set(again.states()) == {"done"}
        assert set(creations(crm.effects()).values()) == {1}
        again.close()
