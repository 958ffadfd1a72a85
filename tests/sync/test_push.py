"""Each logged touch arrives at the CRM once, whatever the network does in between."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import Desk, office, without_keys

from csmdesk.errors import InputError
from csmdesk.usecases import editing, mending, outbox, outbox_link

SOON = {
    "refused": "refused:0.05",
    "timeout_applied_later": "timeout_applied_later:0.1",
    "reset_applied_later": "reset_applied_later:0.1",
    "delay": "delay:0.1",
}
"""Faults that take their time, told to take less."""

TYPICAL = (
    "refused",
    "timeout",
    "timeout_applied",
    "reset_applied_later",
    "reset_mid_body",
    "error_503_applied",
    "html_applied",
    "created_without_id",
    "batch_fewer",
    "rate_limited_seconds",
    "scope_lost",
    "truncated_close",
)
"""One of each kind; the campaign goes through all of them."""

WRITES = r"/(batch/upsert|calls)$"


def heal(crm: Sandbox, desk: Desk) -> None:
    """Let the CRM be well, the user retry what was refused, and time pass until all is settled."""
    until(lambda: crm.http.request("DELETE", "/_sandbox/faults").status_code < 300)
    for minutes in (1, 2, 5, 16, 16, 60):
        if set(desk.states()) <= {"done", "cancelled"}:
            return
        for op_id, _ in desk.rows("SELECT op_id, 1 FROM outbox WHERE state = 'failed'"):
            mending.retry(desk.workspace, op_id, again=True)
        desk.clock.move(minutes=minutes)
        desk.sync()


def until(happens: Callable[[], bool]) -> None:
    """Wait for something that is about to happen at the CRM."""
    patience = time.monotonic() + 10
    while time.monotonic() < patience:
        with suppress(httpx.TransportError):
            if happens():
                return
    raise AssertionError("it never happened")


def created(crm: Sandbox, kind: str = "calls") -> list[str]:
    """The ids of records of a type that were created, as the CRM's log has it."""
    return [each["id"] for each in crm.effects() if each["op"] == "create" and each["type"] == kind]


def test_a_call_arrives_with_its_text_time_length_and_people(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
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
    either_tier: tuple[Sandbox, Desk],
) -> None:
    _, desk = either_tier
    before = desk.one("SELECT count(*) FROM book_touchpoints")
    desk.log("Alder Freight", "c Ana 25m fine")
    desk.sync()
    desk.sync()
    assert desk.one("SELECT count(*) FROM book_touchpoints") == before + 1


def test_one_further_sync_sends_nothing(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    desk.log("Alder Freight", "c Ana 25m fine")
    desk.sync()
    done = len(crm.effects())
    report = desk.sync()
    assert report.pushed["sent"] == 0
    assert len(crm.effects()) == done


def test_a_call_arrives_though_one_of_its_people_was_archived_meanwhile(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    logged = desk.log("Alder Freight", "c Ana, Raj 25m all good")
    ana, raj = remote_ids(desk, "contact", logged.touch.attendee_ids)
    crm.ask("DELETE", f"/crm/objects/2026-09/contacts/{ana}")
    report = desk.sync()
    (remote,) = created(crm)
    call = crm.ask("GET", f"/crm/objects/2026-09/calls/{remote}?associations=contacts")
    assert [each["id"] for each in call["associations"]["contacts"]["results"]] == [raj]
    assert sorted(desk.states()) == ["done", "done", "done", "failed"]
    assert report.exit_code == 4


def test_trying_again_what_may_have_arrived_looks_for_it_and_doubles_nothing(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    crm.ask("POST", "/_sandbox/settings", {"index_lag": 30})
    desk.log("Alder Freight", "c Ana 25m said yes")
    crm.fault("reset_before_headers_applied", path=WRITES, method="POST")
    desk.sync()
    for _ in range(3):
        for (op_id,) in desk.rows("SELECT op_id FROM outbox WHERE state = 'uncertain'"):
            assert mending.retry(desk.workspace, op_id).item.state == "uncertain"
        desk.clock.move(seconds=2)
        desk.sync()
    heal(crm, desk)
    assert set(desk.states()) == {"done"}
    assert len(created(crm)) == 1


def test_internal_notes_never_leave(either_tier: tuple[Sandbox, Desk]) -> None:
    _, desk = either_tier
    desk.log("Alder Freight", "i finance wants a discount")
    assert desk.states() == []


@pytest.fixture(scope="module", params=["A", "B"])
def lasting(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Sandbox, Desk]]:
    """A desk and a CRM that go through many faults one after the other."""
    with office(tmp_path_factory.mktemp(f"tier-{request.param}")) as (crm, desk):
        if request.param == "B":
            without_keys(crm, desk)
        desk.sync()
        yield crm, desk


@pytest.mark.parametrize("fault", TYPICAL)
def test_a_faulty_answer_to_a_write_neither_loses_nor_doubles(
    lasting: tuple[Sandbox, Desk], fault: str
) -> None:
    crm, desk = lasting
    before = len(created(crm))
    desk.log("Alder Freight", "c Ana 25m said <b>yes</b>")
    crm.fault(SOON.get(fault, fault), path=WRITES, method="POST")
    with impatient(desk):
        desk.sync()
    if fault.endswith("_later"):
        until(lambda: len(created(crm)) > before)
    heal(crm, desk)
    assert set(desk.states()) == {"done"}, desk.rows("SELECT state, last_error FROM outbox")
    assert len(created(crm)) == before + 1
    assert desk.sync().pushed["sent"] == 0
    assert len(created(crm)) == before + 1


@contextmanager
def impatient(desk: Desk) -> Iterator[None]:
    """Give every request half a second, so that silence is noticed soon."""
    desk.total, patient = 0.5, desk.total
    try:
        yield
    finally:
        desk.total = patient


def test_a_call_with_somebody_who_was_archived_meanwhile_arrives(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    logged = desk.log("Alder Freight", "c Ana 25m fine")
    (ana,) = remote_ids(desk, "contact", logged.touch.attendee_ids)
    crm.ask("DELETE", f"/crm/objects/2026-09/contacts/{ana}")
    desk.sync()
    heal(crm, desk)
    assert len(created(crm)) == 1


@pytest.mark.parametrize("arrived", [True, False])
def test_retrying_what_is_in_doubt_looks_for_it_and_sends_nothing(
    tmp_path: Path, *, arrived: bool
) -> None:
    with office(tmp_path) as (crm, desk):
        without_keys(crm, desk)
        desk.sync()
        crm.ask("POST", "/_sandbox/settings", {"index_lag": 600})
        desk.log("Alder Freight", "c Ana 25m fine")
        crm.fault("error_503_applied" if arrived else "error_503", path=WRITES, method="POST")
        desk.sync()
        crm.http.request("DELETE", "/_sandbox/faults")
        (op_id,) = (row[0] for row in desk.rows("SELECT op_id FROM outbox WHERE kind = 'create'"))
        for _ in range(1 if arrived else 4):
            item = mending.retry(desk.workspace, op_id).item
            assert (item.state, item.not_before) == ("uncertain", None)
            desk.clock.move(seconds=20)
            desk.sync()
            assert len(created(crm)) == int(arrived)
        assert outbox.get(desk.workspace, op_id).state == ("done" if arrived else "uncertain")
        heal(crm, desk)
        assert set(desk.states()) == {"done"}
        assert len(created(crm)) == 1


@pytest.mark.parametrize("why", ["unknowable", "several", "given_up"])
def test_a_failed_call_that_may_be_there_is_tried_again_only_on_the_users_word(
    either_tier: tuple[Sandbox, Desk], why: str
) -> None:
    crm, desk = either_tier
    desk.log("Alder Freight", "c Ana 25m fine")
    crm.fault("error_503_applied", path=WRITES, method="POST")
    desk.total = 0.5
    desk.sync()
    crm.http.request("DELETE", "/_sandbox/faults")
    with desk.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = 'failed', last_error_class = ?, attempts = 12,"
            " remote_id = NULL, done_at = NULL WHERE kind = 'create'",
            (why,),
        )
    (op_id,) = (row[0] for row in desk.rows("SELECT op_id FROM outbox WHERE kind = 'create'"))
    with pytest.raises(InputError, match="may already be in the CRM"):
        mending.retry(desk.workspace, op_id)
    # Only what cannot be looked for is sent without being looked for, on the user's word.
    state = mending.retry(desk.workspace, op_id, again=True).item.state
    assert state == ("pending" if why == "unknowable" else "uncertain")
    if why != "unknowable":
        heal(crm, desk)
        assert len(created(crm)) == 1


def test_a_call_is_linked_only_with_a_call_that_is_there(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        without_keys(crm, desk)
        desk.sync()
        crm.ask("POST", "/_sandbox/settings", {"index_lag": 600})
        desk.log("Alder Freight", "c Ana 25m fine")
        crm.fault("error_503_applied", path=WRITES, method="POST")
        desk.sync()
        crm.http.request("DELETE", "/_sandbox/faults")
        (op_id,) = (row[0] for row in desk.rows("SELECT op_id FROM outbox WHERE kind = 'create'"))
        (call,) = created(crm)
        note = crm.ask(
            "POST",
            "/crm/objects/2026-09/notes",
            {"properties": {"hs_note_body": "other", "hs_timestamp": "2026-01-01T10:00:00Z"}},
        )["id"]
        for wrong in ("99999999", note):
            with pytest.raises(InputError, match=f"The CRM has no call {wrong}"):
                outbox_link.link(desk.workspace, op_id, wrong)
        rule = {"fault": "error_503", "path": "calls/", "method": "GET"}
        crm.ask("POST", "/_sandbox/faults", {"rules": [{**rule, "times": None}], "seed": 1})
        desk.total = 0.5
        with pytest.raises(InputError, match="cannot be checked without the CRM"):
            outbox_link.link(desk.workspace, op_id, call)
        crm.http.request("DELETE", "/_sandbox/faults")
        assert outbox.get(desk.workspace, op_id).state == "uncertain"
        address = f"https://app.hubspot.com/contacts/1/record/0-48/{call}/?eschref=%2Fx#top"
        linked = outbox_link.link(desk.workspace, op_id, address).item
        assert (linked.state, linked.remote_id) == ("done", call)
        desk.log("Alder Freight", "c Ana 25m another")
        other = desk.one("SELECT op_id FROM outbox WHERE kind = 'create' AND state = 'pending'")
        with pytest.raises(InputError, match="another one of yours"):
            outbox_link.link(desk.workspace, other, call)
        desk.sync()
        assert len(created(crm)) == 2


@pytest.mark.parametrize("change", ["edit", "link"])
def test_a_change_without_an_answer_says_that_it_may_be_there(tmp_path: Path, change: str) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        if change == "edit":
            contact = desk.one("SELECT id FROM contacts WHERE name = 'Ana Lima'")
            editing.change(desk.workspace, "contact", contact, {"title": "CIO"}, desk.clock.now())
            path, method = "contacts/", "PATCH"
        else:
            desk.log("Alder Freight", "c Ana 25m fine")
            path, method = "batch/associate", "POST"
        rule = {"fault": "error_503", "path": path, "method": method, "times": None}
        crm.ask("POST", "/_sandbox/faults", {"rules": [rule]})
        desk.total = 0.5
        report = desk.sync()
        assert report.read_all
        waiting = [item for item in outbox.items(desk.workspace) if item.kind != "create"]
        assert {item.state for item in waiting} == {"pending"}
        for item in waiting:
            assert item.repeated
            assert item.may_be_there
            assert not item.may_edit
            assert "may be in the CRM" in outbox.words_of(item)
            assert "no answer came" in (item.last_error or "")
        heal(crm, desk)
        assert set(desk.states()) == {"done"}
