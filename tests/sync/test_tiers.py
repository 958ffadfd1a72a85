"""How a creation was sent decides how it is looked for, whatever the CRM can do by then."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.campaign.invariants import creations
from tests.sync.changing import remote_of
from tests.sync.office import (
    ACTIVITIES,
    Desk,
    MovingClock,
    effects_of,
    make_keys,
    office,
    with_keys,
    without_keys,
)

from csmdesk.crm.base import Absent, Found, Operation, Ref
from csmdesk.errors import InputError
from csmdesk.usecases import doctor, mending, outbox, outbox_link, syncing


def lose_the_answer(crm: Sandbox, kind: str, fault: str = "reset_before_headers_applied") -> None:
    """Let the answer to the next creation be lost, and nothing more be heard of that type."""
    created = {"fault": fault, "path": rf"/{kind}(/batch/upsert)?$", "method": "POST"}
    silence = {"fault": "error_502", "path": f"/{kind}", "times": None}
    crm.ask("POST", "/_sandbox/faults", {"rules": [created, silence], "seed": 1})


def made(crm: Sandbox, kind: str) -> int:
    """How many records of a type were made."""
    return sum(each["op"] == "create" for each in effects_of(crm, kind))


def later(desk: Desk, *minutes: int) -> None:
    """Sync again and again."""
    for each in minutes:
        desk.clock.move(minutes=each)
        desk.sync()


def creation(desk: Desk) -> outbox.Item:
    """The latest creation."""
    op_id = desk.one("SELECT op_id FROM outbox WHERE kind = 'create' ORDER BY seq DESC LIMIT 1")
    return outbox.get(desk.workspace, op_id)


def test_what_was_sent_with_a_marker_is_found_by_it_after_the_property_was_made(
    tmp_path: Path,
) -> None:
    with office(tmp_path) as (crm, desk):
        without_keys(crm, desk)
        desk.sync()
        lose_the_answer(crm, "notes")
        desk.log("Alder Freight", "n budget is tight")
        desk.sync()
        crm.ask("DELETE", "/_sandbox/faults")
        assert (made(crm, "notes"), creation(desk).state) == (1, "uncertain")
        with_keys(crm, desk)
        later(desk, 0, 2, 6, 17, 40)
        assert set(desk.states()) == {"done"}
        assert made(crm, "notes") == 1


def test_what_did_not_arrive_is_sent_again_as_before_after_the_property_was_made(
    tmp_path: Path,
) -> None:
    with office(tmp_path) as (crm, desk):
        without_keys(crm, desk)
        desk.sync()
        lose_the_answer(crm, "notes", "error_502")
        desk.log("Alder Freight", "n budget is tight")
        desk.sync()
        crm.ask("DELETE", "/_sandbox/faults")
        with_keys(crm, desk)
        later(desk, 0, 2)
        assert made(crm, "notes") == 0
        later(desk, 6, 17)
        assert set(desk.states()) == {"done"}
        assert creations(crm.effects()) == {creation(desk).op_id: 1}


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("told", [False, True])
def test_what_was_sent_with_a_key_that_is_gone_asks_and_is_never_resent(
    tmp_path: Path, *, anew: bool, told: bool
) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        lose_the_answer(crm, "meetings")
        desk.log("Alder Freight", "m Ana, Raj 30m ok")
        desk.sync()
        crm.ask("DELETE", "/_sandbox/faults")
        assert (made(crm, "meetings"), creation(desk).state) == (1, "uncertain")
        for kind in ACTIVITIES:
            crm.ask("DELETE", f"/crm/properties/2026-09/{kind}/csmdesk_key")
        if anew:
            make_keys(crm)
        if told:
            desk.connect()
        later(desk, 1, 2, 6, 17, 40, 300)
        item = creation(desk)
        assert item.state == "failed"
        assert "look there" in outbox.words_of(item)
        assert "csmdesk_key" in (item.last_error or "")
        assert made(crm, "meetings") == 1
        with pytest.raises(InputError, match="may already be in the CRM"):
            mending.retry(desk.workspace, item.op_id)
        (record,) = [each["id"] for each in effects_of(crm, "meetings") if each["op"] == "create"]
        assert outbox_link.link(desk.workspace, item.op_id, record).item.state == "done"
        desk.sync()
        assert set(desk.states()) == {"done"}
        assert made(crm, "meetings") == 1


def test_on_the_users_word_it_is_sent_again_as_is_possible_now(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        lose_the_answer(crm, "meetings")
        desk.log("Alder Freight", "m Ana, Raj 30m ok")
        desk.sync()
        crm.ask("DELETE", "/_sandbox/faults")
        without_keys(crm, desk)
        later(desk, 1)
        mending.retry(desk.workspace, creation(desk).op_id, again=True)
        later(desk, 1)
        assert set(desk.states()) == {"done"}
        assert made(crm, "meetings") == 2
        bodies = [
            each["changed"]["hs_meeting_body"]
            for each in effects_of(crm, "meetings")
            if each["op"] == "create"
        ]
        assert f"csmdesk:{creation(desk).op_id}" in bodies[1]


def test_a_property_that_was_restored_knows_what_was_sent_before(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        lose_the_answer(crm, "meetings")
        desk.log("Alder Freight", "m Ana, Raj 30m ok")
        desk.sync()
        crm.ask("DELETE", "/_sandbox/faults")
        crm.ask("POST", "/_sandbox/properties/meetings/csmdesk_key", {"deleted": True})
        crm.ask("POST", "/_sandbox/properties/meetings/csmdesk_key", {"deleted": False})
        desk.connect()
        later(desk, 1)
        assert set(desk.states()) == {"done"}
        assert made(crm, "meetings") == 1


def test_a_refusal_leaves_nothing_to_look_for(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        crm.fault("invalid", path=r"/notes/batch/upsert$", method="POST")
        desk.log("Alder Freight", "n budget is tight")
        desk.sync()
        crm.ask("DELETE", "/_sandbox/faults")
        assert creation(desk).state == "failed"
        without_keys(crm, desk)
        mending.retry(desk.workspace, creation(desk).op_id)
        later(desk, 1)
        assert set(desk.states()) == {"done"}
        assert made(crm, "notes") == 1


@pytest.mark.parametrize("said", ["restored", "anew"])
def test_a_type_without_its_property_steps_down_by_itself_and_up_again(
    tmp_path: Path, said: str
) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        crm.ask("DELETE", "/crm/properties/2026-09/notes/csmdesk_key")
        for text in ("n budget is tight", "n and tighter", "c Ana 25m fine"):
            desk.log("Alder Freight", text)
        report = desk.sync()
        assert set(desk.states()) == {"done"}
        assert report.exit_code == 0
        assert (made(crm, "notes"), made(crm, "calls")) == (2, 1)
        (told,) = report.notices
        assert "no longer has the property csmdesk_key of notes." in told
        assert "csmdesk connect hubspot" in told
        assert syncing.status(desk.workspace).keyless == told
        found = {each.subject: each.text for each in doctor.book(desk.workspace, {})}
        assert found["key"] == told
        notes = [each for each in effects_of(crm, "notes") if each["op"] == "create"]
        assert all("csmdesk:" in each["changed"]["hs_note_body"] for each in notes)
        assert desk.sync().notices == (told,)
        if said == "restored":
            crm.ask("POST", "/_sandbox/properties/notes/csmdesk_key", {"deleted": False})
        else:
            make_keys(crm, "notes")
        desk.log("Alder Freight", "n third")
        report = desk.sync()
        assert (report.exit_code, report.notices) == (0, ())
        assert syncing.status(desk.workspace).keyless == ""
        last = [each for each in effects_of(crm, "notes") if each["op"] == "create"][-1]
        assert last["changed"]["csmdesk_key"] == creation(desk).op_id


def test_what_may_have_arrived_before_its_property_went_asks(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        lose_the_answer(crm, "notes", "error_502")
        desk.log("Alder Freight", "n budget is tight")
        lost = creation(desk).op_id
        desk.sync()
        crm.ask("DELETE", "/_sandbox/faults")
        crm.ask("DELETE", "/crm/properties/2026-09/notes/csmdesk_key")
        desk.log("Alder Freight", "n second")
        later(desk, 0, 1, 20)
        assert outbox.get(desk.workspace, lost).state == "failed"
        assert creation(desk).state == "done"
        assert made(crm, "notes") == 1


@pytest.mark.parametrize("before", ["A", "B"])
@pytest.mark.parametrize("sent", [True, False])
def test_a_copy_looks_for_what_the_other_one_may_have_sent_either_way(
    tmp_path: Path, before: str, *, sent: bool
) -> None:
    with office(tmp_path) as (crm, desk):
        if before == "B":
            without_keys(crm, desk)
        desk.sync()
        desk.log("Alder Freight", "n budget is tight")
        desk.close()
        shutil.copyfile(tmp_path / "desk.db", tmp_path / "copy.db")
        one = Desk(tmp_path / "desk.db", crm.url, MovingClock(desk.clock.now()))
        other = Desk(tmp_path / "copy.db", crm.url, MovingClock(desk.clock.now()))
        if before == "A":
            without_keys(crm, one)
        else:
            with_keys(crm, one)
        if sent:
            one.sync()
        other.sync()
        other.connect()
        for minutes in (0, 1, 5, 15, 30, 60):
            other.clock.move(minutes=minutes)
            other.sync(copy_confirmed=not minutes)
        # Without the key it would have, and nothing seen of it, only the user can tell.
        asks = before == "A" and not sent
        assert creation(other).state == ("failed" if asks else "done")
        assert made(crm, "notes") == (0 if asks else 1)
        one.close()
        other.close()


@pytest.mark.parametrize("there", [True, False])
def test_doubt_about_something_of_which_nobody_knows_how_it_was_sent(
    tmp_path: Path, *, there: bool
) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        lose_the_answer(crm, "notes")
        desk.log("Alder Freight", "n budget is tight")
        desk.sync()
        crm.ask("DELETE", "/_sandbox/faults")
        with desk.store.writing() as connection:
            connection.execute("UPDATE outbox SET tier = NULL, key_made = NULL")
        if not there:
            without_keys(crm, desk)
        later(desk, 1, 5, 15, 30)
        assert creation(desk).state == ("done" if there else "failed")
        assert made(crm, "notes") == 1


def test_what_was_not_found_and_waits_is_not_resent_by_another_property(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        path = r"/notes/batch/upsert$"
        lost = {"fault": "error_502", "path": path, "method": "POST"}
        limit = {"fault": "rate_limited_seconds", "path": path, "method": "POST", "times": None}
        crm.ask("POST", "/_sandbox/faults", {"rules": [lost, limit], "seed": 1})
        desk.log("Alder Freight", "n budget is tight")
        desk.sync()
        crm.ask("DELETE", "/_sandbox/faults")
        assert creation(desk).state == "pending"
        crm.ask("DELETE", "/crm/properties/2026-09/notes/csmdesk_key")
        make_keys(crm, "notes")
        desk.connect()
        later(desk, 120)
        assert creation(desk).state == "failed"
        assert made(crm, "notes") == 0
        mending.retry(desk.workspace, creation(desk).op_id, again=True)
        later(desk, 1)
        assert set(desk.states()) == {"done"}
        assert made(crm, "notes") == 1


def test_while_nobody_says_whether_the_property_is_there_a_refused_touch_waits(
    tmp_path: Path,
) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        crm.ask("DELETE", "/crm/properties/2026-09/notes/csmdesk_key")
        rule = {"fault": "error_502", "path": "/properties/", "skip": 1, "times": None}
        crm.ask("POST", "/_sandbox/faults", {"rules": [rule], "seed": 1})
        desk.log("Alder Freight", "n budget is tight")
        assert desk.sync().exit_code == 3
        assert (creation(desk).state, creation(desk).may_be_there) == ("pending", False)
        crm.ask("DELETE", "/_sandbox/faults")
        later(desk, 20)
        assert set(desk.states()) == {"done"}
        assert made(crm, "notes") == 1


@pytest.mark.parametrize("keyed", [True, False])
def test_what_was_sent_with_a_marker_is_looked_for_by_key_too(
    desk_and_crm: tuple[Sandbox, Desk], *, keyed: bool
) -> None:
    crm, desk = desk_and_crm
    note: dict[str, Any] = {"properties": {"hs_timestamp": "2026-01-12T10:00:00Z"}}
    if keyed:
        note["properties"]["csmdesk_key"] = "op-1"
    record = crm.ask("POST", "/crm/objects/2026-09/notes", note)["id"]
    company = remote_of(desk, desk.account("Alder Freight"))
    asked = Operation(
        op_id="op-1",
        kind="create",
        object_type="note",
        payload={},
        tier="B",
        around=(Ref("company", company),),
    )
    assert desk.workspace.connect is not None
    connector = desk.workspace.connect(desk.one("SELECT key FROM connections"))
    try:
        assert connector.look_up(asked) == (Found(remote_id=record) if keyed else Absent())
    finally:
        connector.close()
