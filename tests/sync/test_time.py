"""Clocks that are wrong, jump, or stand at an odd moment."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.campaign.invariants import creations
from tests.sync.office import Desk, office

from csmdesk.store.commands.connections import take_lease
from csmdesk.store.queries.connections import Lease
from csmdesk.sync.lease import is_syncing
from csmdesk.sync.skew import lasting, sentence, skew
from csmdesk.usecases import syncing


@pytest.fixture
def desk_and_crm(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A connected desk that has pulled."""
    with office(tmp_path) as (crm, desk):
        desk.clock.instant = crm.crm.clock()
        desk.sync()
        yield crm, desk


NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_the_median_of_all_answers_is_the_difference() -> None:
    heard = [
        (100.0, NOON),
        (101.0, NOON + timedelta(hours=5)),
        (103.0, NOON + timedelta(seconds=3)),
    ]
    assert skew(heard, NOON + timedelta(seconds=310), 110.0) == 300.0
    assert skew([], NOON, 0.0) is None


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, None),
        (119.0, None),
        (-120.0, None),
        (150.0, "2 min ahead of"),
        (-7300.0, "2 h behind"),
        (400_000.0, "5 days ahead of"),
    ],
)
def test_two_minutes_are_told_to_nobody(seconds: float | None, told: str | None) -> None:
    said = sentence(seconds)
    assert said == told or (said is not None and told is not None and told in said)
    assert lasting(119.0 * 60) == "119 min"


def test_a_clock_that_is_off_is_told_by_the_sync_and_by_the_status(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    assert desk.sync().notices == ()
    crm.fault("clock_skew:7200", times=1)
    assert desk.sync().notices == ()
    crm.ask("POST", "/_sandbox/clock", {"advance": 3600})
    report = desk.sync()
    assert report.exit_code == 0
    assert " min behind the CRM's" in report.notices[0]
    assert syncing.status(desk.workspace).clock_off == report.notices[0]
    desk.clock.move(hours=1)
    assert desk.sync().notices == ()
    assert syncing.status(desk.workspace).clock_off is None


def test_a_lease_that_ends_too_late_is_none(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    _, desk = desk_and_crm
    now = desk.clock.now()
    assert Lease("other", now + timedelta(minutes=2)).holds(now)
    assert not Lease("other", now).holds(now)
    assert not Lease("other", now + timedelta(minutes=61)).holds(now)
    key = str(desk.one("SELECT key FROM connections"))
    with desk.store.writing() as connection:
        take_lease(connection, key, "other", now + timedelta(days=1))
    assert not is_syncing(desk.store, key, now)
    assert not syncing.status(desk.workspace).running


def test_a_record_from_the_future_advances_no_cursor(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    remote = desk.one("SELECT remote_id FROM remote_links WHERE object_type = 'contact' LIMIT 1")
    place = f"/crm/objects/2026-09/contacts/{remote}"
    crm.ask("POST", "/_sandbox/clock", {"advance": 86_400})
    crm.ask("PATCH", place, {"properties": {"jobtitle": "From tomorrow"}})
    crm.ask("POST", "/_sandbox/clock", {"advance": -86_400})
    desk.sync()
    titles = desk.rows("SELECT title FROM contacts WHERE title = 'From tomorrow'")
    assert len(titles) == 1
    high = desk.one("SELECT high_water FROM cursors WHERE object_type = 'contact'")
    assert high <= (desk.clock.now() + timedelta(minutes=10)).isoformat()


@pytest.mark.parametrize("tier", ["A", "B"])
@pytest.mark.parametrize(
    "jump",
    [timedelta(days=-1), timedelta(days=1), timedelta(hours=-1), timedelta(hours=1)],
    ids=["a day back", "a day on", "an hour back", "an hour on"],
)
def test_a_clock_that_jumps_while_something_waits_loses_and_doubles_nothing(
    desk_and_crm: tuple[Sandbox, Desk], jump: timedelta, tier: str
) -> None:
    crm, desk = desk_and_crm
    if tier == "B":
        crm.ask("DELETE", "/crm/properties/2026-09/calls/csmdesk_key")
        desk.connect()
    for fault in ("reset_before_headers", "error_503_applied", "rate_limited_seconds:1800"):
        desk.log("Alder Freight", f"c Ana 25m + {fault}")
        crm.fault(fault, method="POST", path=r"/(batch/upsert|calls)$")
        desk.sync(thorough=False)
        desk.clock.instant += jump
        desk.sync(thorough=False)
        desk.clock.instant -= jump
        desk.sync(thorough=False)
        jump = -jump
    for minutes in (1, 5, 16, 16, 40):
        desk.clock.move(minutes=minutes)
        desk.sync(thorough=False)
    assert set(desk.states()) == {"done"}
    made = creations(crm.effects())
    assert (len(made), set(made.values())) == (3, {1})


def test_what_was_put_off_by_a_wrong_clock_does_not_wait_for_that_day(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    desk.log("Alder Freight", "c Ana 25m + fine")
    desk.clock.move(days=400)
    crm.fault("rate_limited_seconds:1800", method="POST", path=r"/batch/upsert$")
    desk.sync(thorough=False)
    assert "pending" in desk.states()
    desk.clock.move(days=-400)
    assert desk.sync(thorough=False).exit_code == 0
    assert set(desk.states()) == {"done"}


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-29T00:59:59+00:00",
        "2026-03-29T01:00:00+00:00",
        "2026-10-25T00:30:00+00:00",
        "2026-10-25T01:30:00+00:00",
        "2028-02-29T23:59:59+00:00",
        "2038-01-19T03:14:08+00:00",
        "2026-12-31T23:59:59+00:00",
    ],
    ids=["before summer", "summer", "once", "twice", "leap day", "2038", "new year"],
)
def test_a_touch_keeps_its_instant_at_odd_moments(
    desk_and_crm: tuple[Sandbox, Desk], moment: str
) -> None:
    crm, desk = desk_and_crm
    desk.clock.instant = datetime.fromisoformat(moment)
    logged = desk.log("Alder Freight", "c Ana 25m fine")
    assert desk.sync().exit_code == 0
    (remote,) = [each["id"] for each in crm.effects() if each["op"] == "create"]
    asked = f"/crm/objects/2026-09/calls/{remote}?properties=hs_timestamp"
    there = crm.ask("GET", asked)["properties"]["hs_timestamp"]
    assert datetime.fromisoformat(there) == logged.touch.at
    for again in (0, 1):
        desk.clock.move(days=again)
        assert desk.sync().pushed["sent"] == 0
