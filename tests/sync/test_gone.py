"""Accounts that leave the CRM: what the user wrote about them stays, and can be found."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import Desk, office

from csmdesk.config import Config
from csmdesk.errors import UnknownAccount
from csmdesk.store.database import open_store
from csmdesk.usecases import agenda, books, brief, finding, mending, outbox, overview
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
