"""Each logged touch arrives at the CRM once, whatever the network does in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import Desk, office

from csmdesk.sandbox.fault_acts import CATALOGUE

ACTIVITIES = ("calls", "meetings", "emails", "notes", "tasks")
WRITES = r"/(batch/upsert|calls)$"
QUIET_FAULTS = ("delay", "slow_loris")


@pytest.fixture(params=["A", "B"])
def desk_and_crm(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A connected desk, with the unique property at the CRM (A) or without (B)."""
    with office(tmp_path) as (crm, desk):
        if request.param == "B":
            for kind in ACTIVITIES:
                crm.ask("DELETE", f"/crm/properties/2026-09/{kind}/csmdesk_key")
            desk.connect()
        desk.sync()
        yield crm, desk


def heal(crm: Sandbox, desk: Desk) -> None:
    """Let the CRM be well and time pass, until everything is settled."""
    crm.ask("DELETE", "/_sandbox/faults")
    for minutes in (1, 2, 5, 16, 16, 60):
        if set(desk.states()) <= {"done", "cancelled"}:
            return
        desk.clock.move(minutes=minutes)
        desk.sync()


def created(crm: Sandbox, kind: str = "calls") -> list[str]:
    """The ids of records of a type that were created, as the CRM's log has it."""
    return [each["id"] for each in crm.effects() if each["op"] == "create" and each["type"] == kind]


def test_a_call_arrives_with_its_text_time_length_and_people(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    logged = desk.log("Alder Freight", "c Ana, Raj 25m + renew ok if <SSO> ships")
    report = desk.sync()
    assert report.exit_code == 0
    assert report.pushed["sent"] == 4
    (remote,) = created(crm)
    call = crm.ask(
        "GET",
        f"/crm/objects/2026-09/calls/{remote}?properties=hs_call_body,hs_call_duration,hs_timestamp"
        "&associations=companies,contacts",
    )
    body = call["properties"]["hs_call_body"].split("<br>csmdesk:")[0]
    assert body == "renew ok if &lt;SSO&gt; ships"
    assert call["properties"]["hs_call_duration"] == "1500000"
    assert call["properties"]["hs_timestamp"][:19] == logged.touch.at.isoformat()[:19]
    assert {each["id"] for each in call["associations"]["contacts"]["results"]} == set(
        remote_ids(desk, "contact", logged.touch.attendee_ids)
    )
    assert len({each["id"] for each in call["associations"]["companies"]["results"]}) == 1


def remote_ids(desk: Desk, kind: str, ids: tuple[str, ...]) -> list[str]:
    """What the CRM calls local records."""
    return [
        desk.one(
            "SELECT remote_id FROM remote_links WHERE object_type = ? AND local_id = ?", kind, each
        )
        for each in ids
    ]


def test_what_was_sent_never_comes_back_as_a_second_touch(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    _, desk = desk_and_crm
    before = desk.one("SELECT count(*) FROM book_touchpoints")
    desk.log("Alder Freight", "c Ana 25m fine")
    desk.sync()
    desk.sync()
    assert desk.one("SELECT count(*) FROM book_touchpoints") == before + 1


def test_one_further_sync_sends_nothing(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    desk.log("Alder Freight", "c Ana 25m fine")
    desk.sync()
    done = len(crm.effects())
    report = desk.sync()
    assert report.pushed["sent"] == 0
    assert len(crm.effects()) == done


def test_internal_notes_never_leave(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    _, desk = desk_and_crm
    desk.log("Alder Freight", "i finance wants a discount")
    assert desk.states() == []


@pytest.mark.parametrize("fault", sorted(CATALOGUE))
def test_a_faulty_answer_to_a_write_neither_loses_nor_doubles(
    desk_and_crm: tuple[Sandbox, Desk], fault: str
) -> None:
    crm, desk = desk_and_crm
    desk.total = 0.5
    desk.log("Alder Freight", "c Ana 25m said <b>yes</b>")
    crm.fault(fault, path=WRITES, method="POST")
    desk.sync()
    desk.total = 5.0
    heal(crm, desk)
    assert set(desk.states()) == {"done"}, desk.rows("SELECT state, last_error FROM outbox")
    assert len(created(crm)) == 1
    done = len(crm.effects())
    desk.sync()
    assert len(crm.effects()) == done


@pytest.mark.parametrize("fault", sorted(CATALOGUE))
def test_a_faulty_answer_to_any_read_changes_nothing_for_good(
    desk_and_crm: tuple[Sandbox, Desk], fault: str
) -> None:
    crm, desk = desk_and_crm
    desk.total = 0.5
    desk.log("Alder Freight", "c Ana 25m fine")
    crm.fault(fault, path="/crm/", skip=9)
    desk.sync()
    desk.total = 5.0
    heal(crm, desk)
    desk.sync()
    assert set(desk.states()) == {"done"}
    assert len(created(crm)) == 1
    assert desk.one("SELECT count(*) FROM accounts WHERE state = 'active'") == 2
    assert desk.one("SELECT count(*) FROM contacts WHERE state = 'active'") == 3
