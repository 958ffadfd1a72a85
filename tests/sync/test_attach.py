"""What was logged on an account that left the CRM goes to another one, and is there once."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from tests.sandbox.running import Sandbox
from tests.sync.campaign.invariants import creations
from tests.sync.office import Desk
from tests.sync.test_push import WRITES

from csmdesk.config import Config
from csmdesk.errors import InputError, UnknownAccount
from csmdesk.store.database import open_store
from csmdesk.usecases import attaching, books, editing, mending, outbox, sharing
from csmdesk.usecases.workspace import Workspace

OURS = "they fear the audit"
LINE = f"c Ana 25m {OURS} > send the plan fri"


def remote(desk: Desk, name: str) -> str:
    """The CRM's id of a company."""
    sql = "SELECT remote_id FROM remote_links WHERE entity = 'account' AND local_id = ?"
    return str(desk.one(sql, desk.account(name)))


def leave(crm: Sandbox, desk: Desk, name: str = "Alder Freight") -> None:
    """Delete a company at the CRM for good, behind the back of the desk."""
    crm.ask("POST", f"/_sandbox/records/companies/{remote(desk, name)}/purge")


def found_out(desk: Desk) -> None:
    """Let the desk find out who left, send what it can, and try the rest once more."""
    desk.sync(sweep=True, accept_missing=True)
    desk.sync()
    for op_id, _ in desk.rows("SELECT op_id, 1 FROM outbox WHERE state = 'failed'"):
        mending.retry(desk.workspace, op_id)
    desk.sync()


def attach(desk: Desk, op_id: str, name: str = "Birch Medical") -> attaching.Attached:
    """Attach the touch of an operation to an account."""
    return attaching.attach(desk.workspace, op_id, desk.account(name), desk.clock.now())


def failed(desk: Desk) -> list[outbox.Item]:
    """What failed."""
    return [each for each in outbox.items(desk.workspace) if each.state == "failed"]


def linked(crm: Sandbox, kind: str, record: str) -> set[str]:
    """The companies a record is linked to at the CRM."""
    found = crm.ask("GET", f"/crm/objects/2026-09/{kind}/{record}?associations=companies")
    links: dict[str, Any] = found.get("associations", {})
    return {each["id"] for each in links.get("companies", {}).get("results", [])}


def made(crm: Sandbox, kind: str) -> list[str]:
    """The ids of the records of a type that were made."""
    return [each["id"] for each in crm.effects() if each["op"] == "create" and each["type"] == kind]


def picture(desk: Desk) -> list[tuple[Any, ...]]:
    """Everything that attaching may write, as it stands."""
    found: list[tuple[Any, ...]] = []
    for table in ("touchpoints", "next_steps", "new_contacts", "shares", "touchpoint_attendees"):
        found += desk.rows(f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608 - own names
    names = "op_id, state, payload, payload_sha256, summary, account_id, last_error, done_at"
    return found + desk.rows(
        f"SELECT {names} FROM outbox WHERE NOT (state = 'cancelled' AND sent_at IS NULL)"  # noqa: S608
        " ORDER BY seq"
    )


def test_a_call_whose_company_left_is_linked_to_another_and_made_once(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    touch = desk.log("Alder Freight", LINE).touch
    (step,) = touch.next_steps
    sharing.share(desk.workspace, touch.account_id, [step.id], desk.clock.now())
    leave(crm, desk)
    found_out(desk)
    assert {each.kind for each in failed(desk)} == {"associate"}
    assert "Attach it to another account" in str(failed(desk)[0].last_error)
    moved = attach(desk, failed(desk)[0].op_id)
    assert moved.account == "Birch Medical"
    told = {each.summary for each in outbox.items(desk.workspace, everything=True)}
    assert f"Call with Birch Medical: {OURS}" in told
    assert "Task for Birch Medical: send the plan" in told
    assert desk.sync().exit_code == 0
    birch = remote(desk, "Birch Medical")
    assert set(desk.states()) <= {"done", "cancelled"}
    assert set(creations(crm.effects()).values()) == {1}
    for kind in ("calls", "tasks"):
        (record,) = made(crm, kind)
        assert linked(crm, kind, record) == {birch}
    here = desk.account("Birch Medical")
    for table in ("touchpoints", "next_steps", "shares"):
        found = desk.rows(f"SELECT DISTINCT account_id FROM {table}")  # noqa: S608 - own names
        assert found == [(here,)]
    desk.sync(sweep=True)
    assert desk.rows("SELECT account_id FROM book_touchpoints WHERE text = ?", OURS) == [(here,)]


def test_what_was_not_sent_yet_is_made_for_the_other_account(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    desk.log("Alder Freight", LINE)
    (create,) = [each for each in outbox.items(desk.workspace) if each.kind == "create"]
    attach(desk, create.op_id)
    again = outbox.get(desk.workspace, create.op_id)
    assert again.payload["title"] == "Call with Birch Medical"
    assert again.summary.startswith("Call with Birch Medical")
    desk.sync()
    (call,) = made(crm, "calls")
    assert linked(crm, "calls", call) == {remote(desk, "Birch Medical")}
    assert set(creations(crm.effects()).values()) == {1}


def test_attaching_is_taken_back_exactly_until_it_is_sent(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    desk.log("Alder Freight", LINE)
    leave(crm, desk)
    found_out(desk)
    before = picture(desk)
    op_id = failed(desk)[0].op_id
    moved = attach(desk, op_id)
    assert picture(desk) != before
    attaching.detach(desk.workspace, moved, desk.clock.now())
    assert picture(desk) == before
    moved = attach(desk, op_id)
    desk.sync()
    with pytest.raises(InputError, match="sent in the meantime"):
        attaching.detach(desk.workspace, moved, desk.clock.now())
    assert desk.rows("SELECT account_id FROM touchpoints") == [(desk.account("Birch Medical"),)]


def test_what_may_have_arrived_is_not_moved(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    desk.log("Alder Freight", LINE)
    crm.fault("error_503_applied", path=WRITES, method="POST")
    crm.fault("error_503", path=r"calls", method="GET", times=None)
    crm.fault("error_503", path=r"calls/(batch/read|search)", method="POST", times=None)
    desk.sync()
    (create,) = [each for each in outbox.items(desk.workspace) if each.kind == "create"]
    assert create.state == "uncertain"
    before = picture(desk)
    for item in outbox.items(desk.workspace):
        with pytest.raises(InputError, match="may be in the CRM already"):
            attach(desk, item.op_id)
    assert picture(desk) == before


@pytest.mark.parametrize("why", ["several", "given_up", "unknowable"])
def test_what_failed_and_may_be_there_is_not_moved_by_its_link_either(
    either_tier: tuple[Sandbox, Desk], why: str
) -> None:
    _, desk = either_tier
    desk.log("Alder Freight", LINE)
    with desk.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = 'failed', sent_at = created_at, last_error_class = ?"
            " WHERE kind = 'create'",
            (why,),
        )
    before = picture(desk)
    for item in outbox.items(desk.workspace):
        with pytest.raises(InputError, match="may be in the CRM already"):
            attach(desk, item.op_id)
    assert picture(desk) == before


def test_what_is_at_an_account_that_is_still_there_stays(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    desk.log("Alder Freight", LINE)
    crm.fault("rate_limited_seconds", path="associations", times=None)
    desk.sync()
    waits = [each for each in outbox.items(desk.workspace) if each.kind == "associate"]
    assert waits
    with pytest.raises(InputError, match="at an account that is still there"):
        attach(desk, waits[0].op_id)


def test_a_note_of_a_meeting_that_is_gone_becomes_a_record_of_the_other_account(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    start = desk.clock.now().isoformat().replace("+00:00", "Z")
    meeting = crm.ask(
        "POST",
        "/crm/objects/2026-09/meetings",
        {"properties": {"hs_meeting_title": "Review", "hs_timestamp": start,
                        "hs_meeting_start_time": start, "hubspot_owner_id": _owner(desk)}},
    )["id"]  # fmt: skip
    alder = remote(desk, "Alder Freight")
    crm.ask(
        "PUT",
        f"/crm/objects/2026-09/meetings/{meeting}/associations/default/companies/{alder}",
    )
    desk.clock.move(minutes=10)
    desk.sync()
    desk.log("Alder Freight", f"m 20m {OURS}")
    (note,) = outbox.items(desk.workspace)
    assert (note.kind, note.remote_id) == ("update", meeting)
    crm.ask("POST", f"/_sandbox/records/meetings/{meeting}/purge")
    leave(crm, desk)
    found_out(desk)
    (gone,) = failed(desk)
    attach(desk, gone.op_id)
    desk.sync()
    mine = [each for each in made(crm, "meetings") if each != meeting]
    assert [linked(crm, "meetings", each) for each in mine] == [{remote(desk, "Birch Medical")}]
    assert set(desk.states()) <= {"done", "cancelled"}


def _owner(desk: Desk) -> str:
    return str(desk.one("SELECT owner_remote_id FROM connections"))


def test_what_belongs_to_its_record_says_so(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    who = desk.one("SELECT id FROM contacts WHERE name = 'Ana Lima'")
    editing.change(desk.workspace, "contact", who, {"title": "CIO"}, desk.clock.now())
    (edit,) = outbox.items(desk.workspace)
    with pytest.raises(InputError, match="changes that very record"):
        attach(desk, edit.op_id)
    desk.log("Alder Freight", LINE)
    create = next(each for each in outbox.items(desk.workspace) if each.kind == "create")
    with pytest.raises(InputError, match="with Alder Freight already"):
        attach(desk, create.op_id, "Alder Freight")
    birch = desk.account("Birch Medical")
    leave(crm, desk, "Birch Medical")
    desk.sync(sweep=True, accept_missing=True)
    assert desk.one("SELECT state FROM accounts WHERE id = ?", birch) == "gone"
    with pytest.raises((InputError, UnknownAccount)):
        attaching.attach(desk.workspace, create.op_id, birch, desk.clock.now())


def test_a_touch_that_was_attached_is_exported_with_its_new_account(
    either_tier: tuple[Sandbox, Desk], tmp_path: Path
) -> None:
    crm, desk = either_tier
    desk.log("Alder Freight", LINE)
    leave(crm, desk)
    found_out(desk)
    attach(desk, failed(desk)[0].op_id)
    desk.sync()
    written = books.export_book(desk.workspace)
    book = orjson.loads(written)
    (touch,) = [each for each in book["touchpoints"] if OURS in each.get("text", "")]
    assert touch["account_id"] == desk.account("Birch Medical")
    assert touch["next_steps"][0]["text"] == "send the plan"
    file = tmp_path / "again.json"
    file.write_bytes(written)
    other = Workspace(
        store=open_store(tmp_path / "other.db"),
        clock=desk.clock,
        config=Config(),
        zone=ZoneInfo("Europe/Berlin"),
    )
    books.import_book(other, [file], now=desk.clock.now())
    again = orjson.loads(books.export_book(other))
    assert {**again, "timezone": None} == {**book, "timezone": None}
    other.store.close()
