"""Records that cannot be read are told one by one, and leave the list when they are well."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import Desk, office
from tests.sync.test_pull import company, make

from csmdesk.usecases import doctor

WHERE = "/calls/search"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A desk that has pulled, and six calls at the CRM that it has not seen."""
    with office(tmp_path) as (crm, desk):
        assert desk.sync(sweep=True).exit_code == 0
        alder = company(desk, "Alder Freight")
        for number in range(6):
            body = {"hs_timestamp": f"2026-03-0{number + 1}T08:00:00Z", "hs_call_body": f"{number}"}
            make(crm, "calls", body, companies=alder)
        yield crm, desk


def told(desk: Desk) -> list[str]:
    """What doctor says of records that could not be read."""
    found = doctor.book(desk.workspace, {})
    return [each.text for each in found if each.subject == "unreadable"]


@pytest.mark.parametrize("fault", ["field_null", "field_number", "field_float", "field_text"])
def test_a_record_without_a_usable_id_is_listed_until_its_type_was_walked_without_it(
    pair: tuple[Sandbox, Desk], fault: str
) -> None:
    crm, desk = pair
    crm.fault(f"{fault}:results.1.id", method="POST", path=WHERE)
    report = desk.sync(thorough=False)
    if fault == "field_float":
        assert report.quarantined == 0  # no number; the whole answer is asked for again
        return
    assert report.quarantined == 1
    day = f"{desk.clock.now().astimezone(desk.workspace.zone):%-d %b %Y}"
    assert told(desk)[0] == f"call without an id: it has no usable id (since {day})"
    desk.clock.move(minutes=5)
    assert desk.sync(sweep=True).quarantined == 0
    assert told(desk) == []
    assert desk.one("SELECT count(*) FROM activities WHERE text GLOB '[0-5]'") == 6


def test_what_is_still_unreadable_stays_with_its_date_and_stops_no_sync(
    pair: tuple[Sandbox, Desk],
) -> None:
    crm, desk = pair
    for place in (WHERE, "calls/batch/read"):
        for number in (1,) if place == WHERE else (0, 1, 2, 3):
            crm.fault(
                f"field_missing:results.{number}.properties.hs_timestamp",
                method="POST",
                path=place,
                times=None,
            )
    desk.sync(thorough=False)
    before = told(desk)
    assert "call " in before[0]
    desk.clock.move(days=2)
    report = desk.sync(sweep=True)
    assert (report.exit_code, report.quarantined > 0) == (0, True)
    assert told(desk)[0] == before[0]
    crm.ask("DELETE", "/_sandbox/faults")
    assert desk.sync(sweep=True).quarantined == 0
    assert desk.one("SELECT count(*) FROM activities WHERE text GLOB '[0-5]'") == 6


def test_an_unreadable_record_that_was_deleted_there_is_not_listed_any_more(
    pair: tuple[Sandbox, Desk],
) -> None:
    crm, desk = pair
    crm.fault("field_missing:results.1.properties.hs_timestamp", method="POST", path=WHERE)
    desk.sync(thorough=False)
    remote = desk.one("SELECT remote_id FROM quarantine")
    assert remote is not None
    crm.ask("POST", f"/_sandbox/records/calls/{remote}/purge")
    crm.crm.clock.advance(3600)
    assert desk.sync(sweep=True).quarantined == 0


def test_several_records_known_to_be_unreadable_are_no_outage(pair: tuple[Sandbox, Desk]) -> None:
    crm, desk = pair
    desk.sync(thorough=False)
    ids = [each["id"] for each in crm.ask("GET", "/crm/objects/2026-09/calls?limit=9")["results"]]
    with desk.store.writing() as connection:
        connection.executemany(
            "INSERT INTO quarantine (connection, object_type, remote_id, raw, reason, seen_at)"
            " SELECT key, 'call', ?, '', 'it was odd', '2026-01-01T00:00:00.000000Z'"
            " FROM connections",
            [(each,) for each in ids[:3]],
        )
    crm.fault(
        "field_missing:results.*.properties.hs_timestamp",
        method="POST",
        path="calls/batch/read",
        times=None,
    )
    report = desk.sync(sweep=True)
    assert (report.problems, report.quarantined) == ((), 3)
