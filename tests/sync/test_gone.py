"""Accounts that leave the CRM: what the user wrote about them stays, and can be found."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest
from tests.sandbox.running import Sandbox
from tests.sync.changing import edit, person
from tests.sync.office import Desk, office

from csmdesk.config import Config
from csmdesk.errors import UnknownAccount
from csmdesk.store.database import open_store
from csmdesk.usecases import agenda, books, brief, finding, mending, outbox, overview, timeline
from csmdesk.usecases.workspace import Workspace

OURS = "they fear the audit, ask again in spring"


@pytest.fixture
def desk_and_crm(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A CRM, and a desk with a touch on one of its accounts."""
    with office(tmp_path) as (crm, desk):
        desk.sync()
        desk.log("Alder Freight", f"c Ana 25m {OURS} > send the plan tomorrow")
        desk.sync()
        yield crm, desk


def leave(crm: Sandbox, desk: Desk, how: str, name: str = "Alder Freight") -> None:
    """Take a company away at the CRM, and let the desk find out."""
    found = desk.one(
        "SELECT remote_id FROM remote_links WHERE entity = 'account' AND local_id = ?",
        desk.account(name),
    )
    if how == "gone":
        crm.ask("POST", f"/_sandbox/records/companies/{found}/purge")
    else:
        crm.ask("DELETE", f"/crm/objects/2026-09/companies/{found}")
    desk.sync(sweep=True, accept_missing=True)
    assert desk.one("SELECT state FROM accounts WHERE name = ?", name) == how


@pytest.mark.parametrize("how", ["gone", "archived"])
def test_what_was_written_about_an_account_that_left_is_exported_and_comes_back(
    desk_and_crm: tuple[Sandbox, Desk], tmp_path: Path, how: str
) -> None:
    crm, desk = desk_and_crm
    leave(crm, desk, how)
    leave(crm, desk, how, "Birch Medical")
    written = books.export_book(desk.workspace)
    book = orjson.loads(written)
    assert [(each["name"], each["crm_state"]) for each in book["accounts"]] == [
        ("Alder Freight", how)
    ]
    touch = next(each for each in book["touchpoints"] if OURS in each.get("text", ""))
    assert touch["next_steps"][0]["text"] == "send the plan"
    assert touch["attendee_ids"][0] in {each["id"] for each in book["contacts"]}
    file = tmp_path / "book.json"
    file.write_bytes(written)
    other = Workspace(
        store=open_store(tmp_path / "other.db"),
        clock=desk.clock,
        config=Config(),
        zone=ZoneInfo("Europe/Berlin"),
    )
    later = desk.clock.now()
    books.import_book(other, [file], now=later)
    again = books.export_book(other)
    assert {**orjson.loads(again), "timezone": None} == {**book, "timezone": None}
    file.write_bytes(again)
    assert books.import_book(other, [file], now=later).changed == 0
    assert agenda.look(other, later).assessed == ()
    other.store.close()


@pytest.mark.parametrize("how", ["gone", "archived"])
def test_what_was_written_about_a_person_who_left_is_exported_and_comes_back(
    desk_and_crm: tuple[Sandbox, Desk], tmp_path: Path, how: str
) -> None:
    crm, desk = desk_and_crm
    ana = desk.one("SELECT id FROM contacts WHERE name = 'Ana Lima'")
    with desk.store.writing() as connection:
        connection.execute(
            "INSERT INTO stakeholders (contact_id, roles, influence) VALUES (?, ?, 4)",
            (ana, '["champion"]'),
        )
    for name in ("Ana Lima", "Raj Patel"):
        remote = desk.one(
            "SELECT l.remote_id FROM remote_links AS l JOIN contacts AS c ON c.id = l.local_id"
            " WHERE l.entity = 'contact' AND c.name = ?",
            name,
        )
        if how == "gone":
            crm.ask("POST", f"/_sandbox/records/contacts/{remote}/purge")
        else:
            crm.ask("DELETE", f"/crm/objects/2026-09/contacts/{remote}")
    desk.sync(sweep=True, accept_missing=True)
    written = books.export_book(desk.workspace)
    book = orjson.loads(written)
    people = {each["name"]: each for each in book["contacts"]}
    assert people["Ana Lima"]["crm_state"] == how
    assert (people["Ana Lima"]["roles"], people["Ana Lima"]["influence"]) == (["champion"], 4)
    assert "Raj Patel" not in people
    touch = next(each for each in book["touchpoints"] if OURS in each.get("text", ""))
    assert touch["attendee_ids"] == [ana]
    file = tmp_path / "book.json"
    file.write_bytes(written)
    other = Workspace(
        store=open_store(tmp_path / "other.db"),
        clock=desk.clock,
        config=Config(),
        zone=ZoneInfo("Europe/Berlin"),
    )
    books.import_book(other, [file], now=desk.clock.now())
    again = books.export_book(other)
    assert {**orjson.loads(again), "timezone": None} == {**book, "timezone": None}
    page = brief.brief(other, touch["account_id"], desk.clock.now())
    assert "Ana Lima" not in {each.name for each in page.people}
    other.store.close()


@pytest.mark.parametrize("how", ["gone", "archived"])
def test_an_account_that_left_opens_with_a_mark_and_takes_nothing_new(
    desk_and_crm: tuple[Sandbox, Desk], how: str
) -> None:
    crm, desk = desk_and_crm
    leave(crm, desk, how)
    local = desk.account("Alder Freight")
    for text in (local, "alder"):
        assert finding.find_account(desk.workspace, text, departed=True).id == local
        with pytest.raises(UnknownAccount, match=r"no longer in the CRM since .* is kept"):
            finding.find_account(desk.workspace, text)
    view = overview.overview(desk.workspace, local)
    assert "what you wrote is kept" in view["left"]
    assert any(OURS in each.get("text", "") for each in view["touchpoints"])
    page = brief.brief(desk.workspace, local, desk.clock.now())
    assert page.left == view["left"]
    assert any(OURS in (each.text or "") for each in page.touches)
    with pytest.raises(UnknownAccount, match="no longer in the CRM"):
        desk.log("Alder Freight", "n something new")


@pytest.mark.parametrize("how", ["gone", "archived"])
def test_what_cannot_be_linked_to_a_company_that_left_says_so(
    desk_and_crm: tuple[Sandbox, Desk], how: str
) -> None:
    crm, desk = desk_and_crm
    desk.log("Alder Freight", "c Ana 10m one more thing")
    leave(crm, desk, how)
    desk.sync()
    for op_id, state in desk.rows("SELECT op_id, state FROM outbox WHERE kind = 'associate'"):
        if state == "failed":
            mending.retry(desk.workspace, op_id)
    desk.sync()
    failed = [each for each in outbox.items(desk.workspace) if each.state == "failed"]
    assert len(failed) == 1
    assert "The company is no longer in the CRM" in str(failed[0].last_error)
    assert "The call itself is in the CRM" in str(failed[0].last_error)
    mending.cancel(desk.workspace, failed[0].op_id)
    assert outbox.items(desk.workspace) == ()
    assert desk.sync().exit_code == 0


@pytest.mark.parametrize("how", ["gone", "archived"])
def test_a_link_refused_before_the_pull_knew_why_says_so_afterwards(
    desk_and_crm: tuple[Sandbox, Desk], how: str
) -> None:
    crm, desk = desk_and_crm
    desk.log("Alder Freight", "c Ana 10m on the day it left")
    leave(crm, desk, how)
    (failed,) = [item for item in outbox.items(desk.workspace) if item.state == "failed"]
    assert failed.kind == "associate"
    assert failed.last_error == (
        "The company is no longer in the CRM, so the call cannot be linked to it. The call itself"
        " is in the CRM, without that link. Attach it to another account, or cancel this."
    )
    assert outbox.standing(outbox.items(desk.workspace), 0) == "needs_user"


@pytest.mark.parametrize("how", ["gone", "archived"])
def test_a_touch_that_was_deleted_there_says_so_and_its_text_stays(
    desk_and_crm: tuple[Sandbox, Desk], how: str
) -> None:
    crm, desk = desk_and_crm
    create = desk.one("SELECT op_id FROM outbox WHERE kind = 'create' AND object_type = 'call'")
    remote = desk.one("SELECT remote_id FROM outbox WHERE op_id = ?", create)
    assert outbox.words_of(outbox.get(desk.workspace, create)) == "is in the CRM"
    if how == "gone":
        crm.ask("POST", f"/_sandbox/records/calls/{remote}/purge")
    else:
        crm.ask("DELETE", f"/crm/objects/2026-09/calls/{remote}")
    desk.sync(sweep=True, accept_missing=True)
    day = f"{desk.clock.now().astimezone(desk.workspace.zone):%-d %b %Y}"
    way = "archived there" if how == "archived" else "deleted there for good"
    words = f"was in the CRM; it was {way} (known since {day})"
    assert outbox.words_of(outbox.get(desk.workspace, create)) == words
    local = desk.account("Alder Freight")
    (ours,) = [
        each
        for each in timeline.timeline(desk.workspace, local, desk.clock.now())
        if OURS in (each.text or "")
    ]
    assert ours.left == words
    view = overview.overview(desk.workspace, local)
    assert [(each["touchpoint_id"], each["crm_state"]) for each in view["deleted_there"]] == [
        (ours.id, how)
    ]
    if how == "archived":
        crm.ask("POST", f"/_sandbox/records/calls/{remote}/restore")
        desk.sync(sweep=True)
        assert outbox.words_of(outbox.get(desk.workspace, create)) == "is in the CRM"


def contact_of(desk: Desk, name: str) -> str:
    """The CRM's id of a person."""
    return str(
        desk.one(
            "SELECT l.remote_id FROM remote_links AS l JOIN contacts AS c ON c.id = l.local_id"
            " WHERE l.entity = 'contact' AND c.name = ?",
            name,
        )
    )


@pytest.mark.parametrize("how", ["gone", "archived"])
def test_a_person_who_is_gone_there_is_named_at_once_and_the_call_arrives(
    desk_and_crm: tuple[Sandbox, Desk], how: str
) -> None:
    crm, desk = desk_and_crm
    remote = contact_of(desk, "Raj Patel")
    desk.log("Alder Freight", "c Raj 10m before he left")
    if how == "gone":
        crm.ask("POST", f"/_sandbox/records/contacts/{remote}/purge")
    else:
        crm.ask("DELETE", f"/crm/objects/2026-09/contacts/{remote}")
    report = desk.sync(thorough=False)
    assert report.exit_code == 4
    (item,) = outbox.items(desk.workspace)
    assert item.last_error == (
        "Raj Patel is no longer in the CRM, so the call cannot be linked to that person. The call"
        " itself is in the CRM, without that link. Cancel this; nothing else is lost by it."
    )
    # What is in the bin is seen at once; for the rest the sweep says whether it is the only one.
    state = "archived" if how == "archived" else "active"
    assert desk.one("SELECT state FROM contacts WHERE name = 'Raj Patel'") == state
    mending.cancel(desk.workspace, item.op_id)
    assert desk.sync(thorough=False).exit_code == 0


def test_what_waits_for_a_company_that_comes_back_goes_by_itself(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    alder = desk.one(
        "SELECT remote_id FROM remote_links WHERE entity = 'account' AND local_id = ?",
        desk.account("Alder Freight"),
    )
    desk.log("Alder Freight", "c 10m while it was in the bin")
    crm.ask("DELETE", f"/crm/objects/2026-09/companies/{alder}")
    report = desk.sync(thorough=False)
    (item,) = outbox.items(desk.workspace)
    assert item.last_error is not None
    assert item.last_error.startswith("The company is no longer in the CRM, so the call cannot")
    assert [each.partition(" was ")[0] for each in report.notices] == ["Alder Freight"]
    assert desk.sync(thorough=False).exit_code == 4
    crm.ask("POST", f"/_sandbox/records/companies/{alder}/restore")
    assert desk.sync(sweep=True).exit_code == 0
    assert outbox.items(desk.workspace) == ()
    call = desk.one("SELECT remote_id FROM outbox WHERE op_id = ?", item.waits_for)
    found = crm.ask("GET", f"/crm/objects/2026-09/calls/{call}?associations=companies")
    linked = found["associations"]["companies"]["results"]
    assert {each["id"] for each in linked} == {alder}


def test_what_the_crm_refuses_for_another_reason_keeps_its_words_and_asks_once(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    desk.log("Alder Freight", "c Ana 10m something is wrong with the links")
    crm.fault("invalid", method="PUT", path="associations/default", times=None)
    crm.fault("invalid", method="POST", path="associate/default", times=None)
    desk.sync(thorough=False)
    errors = [item.last_error for item in outbox.items(desk.workspace)]
    assert errors
    assert all(each is not None and "refused it" in each for each in errors)
    before = desk.sync(thorough=False).requests
    assert desk.sync(thorough=False).requests == before
    assert len(agenda.look(desk.workspace, desk.clock.now()).assessed) == 2


def test_a_change_of_a_person_who_is_gone_there_says_so_at_once(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    edit(desk, "contact", person(desk, "Raj Patel"), title="CFO")
    remote = contact_of(desk, "Raj Patel")
    crm.ask("POST", f"/_sandbox/records/contacts/{remote}/purge")
    desk.sync(thorough=False)
    (item,) = outbox.items(desk.workspace)
    assert item.last_error == (
        "Raj Patel is no longer in the CRM, so this cannot be changed there. Cancel this."
    )
