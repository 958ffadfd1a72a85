"""Connecting: what is found out, what is asked, what is refused, and that nothing half is kept."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox, sandbox
from tests.sync.office import BOOK, Desk, MovingClock, effects_of

from csmdesk.book.reading import read_book
from csmdesk.book.records import contents_of
from csmdesk.errors import AuthRejected, CsmdeskError, Unreachable, UsageError, WrongPortal
from csmdesk.sandbox.server import Options
from csmdesk.usecases import earlier, setup
from csmdesk.usecases.books import import_contents

QUICK = Options(per_ten_seconds=1_000_000, searches_per_second=1_000_000)


class Answers:
    """Answers questions as told, and remembers them."""

    def __init__(self, choice: int | None = 0, *, yes: bool = True) -> None:
        self.choice = choice
        self.yes = yes
        self.asked: list[str] = []

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """The place of the chosen option."""
        self.asked.append(question)
        return self.choice

    def confirm(self, question: str, *, default: bool) -> bool:
        """The answer."""
        self.asked.append(question)
        return self.yes


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Sandbox]:
    """An embedded CRM that nobody has connected to."""
    with sandbox(tmp_path / "crm", BOOK, QUICK) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, crm: Sandbox) -> Iterator[Desk]:
    """A csmdesk with an empty store."""
    made = Desk(tmp_path / "desk.db", crm.url, MovingClock())
    yield made
    made.close()


def test_connecting_names_the_portal_me_and_how_many_companies_are_mine(desk: Desk) -> None:
    report = desk.connect()
    assert report.key == "hubspot:48151623"
    assert "48151623" in report.portal
    assert report.owner.name == "Robin Vale"
    assert report.mine == 2
    assert report.exactly_once
    assert report.document()["connection"] == "hubspot:48151623"


def test_nothing_is_asked_with_yes(desk: Desk) -> None:
    answers = Answers()
    desk.connect(ask=answers)
    assert answers.asked == []


def test_without_an_address_and_without_questions_several_users_are_refused(desk: Desk) -> None:
    with pytest.raises(UsageError) as caught:
        desk.connect(owner_email=None)
    assert caught.value.exit_code == 2
    assert "robin@example.com" in caught.value.line


def test_an_address_nobody_has_is_refused_with_the_list(desk: Desk) -> None:
    with pytest.raises(UsageError) as caught:
        desk.connect(owner_email="nobody@example.com")
    assert "sam@example.com" in caught.value.line


def test_who_i_am_can_be_asked(desk: Desk) -> None:
    answers = Answers(1)
    report = desk.connect(owner_email=None, yes=False, ask=answers)
    assert report.owner.email in {"robin@example.com", "sam@example.com"}
    assert answers.asked[0].startswith("Who are you")


def test_saying_no_connects_nothing(desk: Desk) -> None:
    with pytest.raises(CsmdeskError):
        desk.connect(yes=False, ask=Answers(yes=False))
    assert desk.one("SELECT count(*) FROM connections") == 0


@pytest.mark.parametrize("maps", [{"colour": "x"}, {"arr": "no_such_property"}])
def test_a_map_that_names_nothing_is_refused(desk: Desk, maps: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        desk.connect(maps=maps)
    assert desk.one("SELECT count(*) FROM connections") == 0


def test_a_map_is_kept_and_used(desk: Desk) -> None:
    desk.connect(maps={"csm": "hubspot_owner_id", "segment": ""})
    fields = json.loads(desk.one("SELECT field_map FROM connections"))["companies"]
    assert fields["csm"] == "hubspot_owner_id"
    assert "segment" not in fields


def test_a_wrong_token_is_told_and_nothing_is_kept(desk: Desk) -> None:
    desk.token = "pat-wrong"
    with pytest.raises(AuthRejected):
        desk.connect()
    assert desk.one("SELECT count(*) FROM connections") == 0


def test_no_network_is_told(desk: Desk) -> None:
    with pytest.raises(Unreachable):
        desk.connect(base_url="http://127.0.0.1:9")


@pytest.mark.parametrize("fault", ["html", "error_502", "json_array", "redirect_host", "json_deep"])
def test_an_answer_that_is_not_hubspots_is_told(crm: Sandbox, desk: Desk, fault: str) -> None:
    crm.fault(fault, path="/account-info", times=None)
    with pytest.raises(CsmdeskError) as caught:
        desk.connect()
    assert "\n" not in caught.value.line
    assert desk.one("SELECT count(*) FROM connections") == 0


def test_a_store_stays_with_its_portal(desk: Desk, tmp_path: Path) -> None:
    desk.connect()
    quick = Options(portal_id=7, per_ten_seconds=1_000_000, searches_per_second=1_000_000)
    with sandbox(tmp_path / "other", BOOK, quick) as other, pytest.raises(WrongPortal) as caught:
        desk.connect(base_url=other.url)
    assert "hubspot:48151623" in caught.value.line


def test_connecting_again_changes_the_map_and_ends_a_pause(desk: Desk) -> None:
    desk.connect()
    desk.token = "pat-wrong"
    desk.sync()
    desk.token = "pat-na1-sandbox"
    desk.connect(maps={"health": ""})
    assert desk.one("SELECT paused_reason FROM connections") is None
    assert desk.one("SELECT count(*) FROM connections") == 1


def test_the_unique_property_is_created_when_the_user_agrees(crm: Sandbox, desk: Desk) -> None:
    for kind in ("calls", "meetings", "emails", "notes", "tasks"):
        del crm.crm.state.properties[kind]["csmdesk_key"]
        crm.crm.state.unique[kind].pop("csmdesk_key", None)
    assert not desk.connect().exactly_once
    assert desk.connect(yes=False, ask=Answers()).exactly_once


def test_the_address_can_change_without_a_new_connection(desk: Desk) -> None:
    desk.connect()
    setup.move(desk.workspace, "hubspot:48151623", "http://127.0.0.1:1")
    assert desk.one("SELECT base_url FROM connections") == "http://127.0.0.1:1"


def imported(desk: Desk, **more: Any) -> None:
    """A book with accounts of the user's own, imported before connecting."""
    book = {
        "format": "csmdesk-book",
        "version": 1,
        "me": "me",
        "users": [{"id": "me", "name": "Robin", "email": "robin@example.com"}],
        "accounts": [
            {"id": "mine-1", "name": "Alder", "domain": "alder.example", "owner_id": "me"},
            {"id": "mine-2", "name": "BIRCH  médical", "owner_id": "me"},
            {"id": "mine-3", "name": "Nobody there", "owner_id": "me"},
        ],
        "contacts": [
            {
                "id": "p-1",
                "account_id": "mine-1",
                "name": "Ana L.",
                "email": "ANA@alder.example",
                "influence": 4,
            }
        ],
        **more,
    }
    found = contents_of(read_book(json.dumps(book).encode()))
    import_contents(desk.workspace, found, now=desk.clock.now())


def test_imported_accounts_are_linked_only_when_the_user_says_so(desk: Desk) -> None:
    imported(desk)
    report = desk.connect()
    assert (report.linked, report.proposed) == (0, 3)
    assert desk.one("SELECT count(*) FROM remote_links WHERE entity = 'account'") == 0


def test_a_linked_account_keeps_its_id_and_notes_and_takes_the_crms_fields(desk: Desk) -> None:
    imported(desk)
    report = desk.connect(yes=False, ask=Answers(0))
    assert (report.linked, report.proposed) == (3, 0)
    assert desk.sync().exit_code == 0
    assert desk.rows("SELECT id, name FROM accounts ORDER BY id") == [
        ("mine-1", "Alder Freight"),
        ("mine-2", "Birch Medical"),
        ("mine-3", "Nobody there"),
    ]
    assert desk.rows("SELECT id, name, influence FROM book_contacts WHERE id = 'p-1'") == [
        ("p-1", "Ana Lima", 4)
    ]
    assert desk.one("SELECT account_id FROM contacts WHERE name = 'Bo Hall'") == "mine-2"
    assert desk.one("SELECT owner_id FROM accounts WHERE id = 'mine-1'") == "me"
    assert desk.one("SELECT me FROM book_info") == "me"
    desk.log("Alder Freight", "c Ana 10m linked")
    assert desk.sync().exit_code == 0
    assert set(desk.states()) == {"done"}
    assert desk.one("SELECT count(*) FROM accounts") == 3


@pytest.mark.parametrize("agreed", [True, False])
def test_what_was_logged_before_is_sent_only_when_the_user_says_so(
    crm: Sandbox, desk: Desk, agreed: bool
) -> None:
    imported(desk)
    desk.log("Alder", "c Ana 15m logged before there was a connection")
    desk.log("Alder", "i never leaves")
    desk.log("Nobody there", "c 5m the CRM does not know this one")
    answers = Earlier(send=agreed)
    desk.connect(yes=False, ask=answers)
    assert [text for text in answers.asked if "logged here before" in text] == [
        "1 touch was logged here before. Send to portal 48151623 (standard) too?"
    ]
    assert desk.sync().exit_code == 0
    assert desk.sync().exit_code == 0
    created = [one for one in effects_of(crm, "calls") if one["op"] in ("create", "upsert")]
    assert len(created) == (1 if agreed else 0)
    assert earlier.count(desk.workspace, "hubspot:48151623") == (0 if agreed else 1)


class Earlier(Answers):
    """Says yes to everything but, perhaps, to sending what was logged before."""

    def __init__(self, *, send: bool) -> None:
        super().__init__(0)
        self.send = send

    def confirm(self, question: str, *, default: bool) -> bool:
        """The answer."""
        super().confirm(question, default=default)
        return self.send if "logged here before" in question else True
