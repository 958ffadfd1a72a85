"""What the CRM says is in the store: at first, after every change there, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import Desk, MovingClock, office

from csmdesk.crm.base import Page, PullRequest
from csmdesk.crm.hubspot.connector import HubSpot
from csmdesk.sandbox.server import Options
from csmdesk.usecases import syncing

V = "/crm/objects/2026-09"
ATTENDEES = (
    "SELECT a.type, c.name FROM activities AS a JOIN activity_attendees AS p"
    " ON p.activity_id = a.id JOIN contacts AS c ON c.id = p.contact_id"
)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A CRM, and a desk that has pulled everything once."""
    with office(tmp_path) as (crm, desk):
        assert desk.sync().exit_code == 0
        yield crm, desk


def remote(desk: Desk, kind: str, name_sql: str, *values: object) -> str:
    """What the CRM calls a record found by a query for its local id."""
    local = desk.one(name_sql, *values)
    return str(
        desk.one(
            "SELECT remote_id FROM remote_links WHERE object_type = ? AND local_id = ?", kind, local
        )
    )


def company(desk: Desk, name: str) -> str:
    """The CRM's id of an account."""
    return remote(desk, "company", "SELECT id FROM accounts WHERE name = ?", name)


def contact(desk: Desk, name: str) -> str:
    """The CRM's id of a contact."""
    return remote(desk, "contact", "SELECT id FROM contacts WHERE name = ?", name)


def change(crm: Sandbox, kind: str, record: str, **properties: str) -> None:
    """Change a record at the CRM, as a colleague would."""
    crm.ask("PATCH", f"{V}/{kind}/{record}", {"properties": properties})


def make(crm: Sandbox, kind: str, properties: dict[str, str], **links: str) -> str:
    """Create a record at the CRM and link it."""
    made = crm.ask("POST", f"{V}/{kind}", {"properties": properties, "associations": []})
    for to, other in links.items():
        crm.ask("PUT", f"{V}/{kind}/{made['id']}/associations/default/{to}/{other}")
    return str(made["id"])


def mirror(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Everything of the mirror but when it was seen."""
    tables = (
        "users accounts contacts subscriptions opportunities tickets activities meetings tasks"
        " measurements health_records surveys activity_attendees meeting_attendees"
    )
    return {
        table: sorted(desk.rows(f"SELECT * FROM {table}"), key=str)  # noqa: S608
        for table in tables.split()
    }


def test_a_first_pull_brings_my_companies_and_what_hangs_on_them(
    pair: tuple[Sandbox, Desk],
) -> None:
    _, desk = pair
    assert desk.rows("SELECT name, domain FROM accounts ORDER BY name") == [
        ("Alder Freight", "alder.example"),
        ("Birch Medical", "birch.example"),
    ]
    assert desk.rows(
        "SELECT arr, currency, start_on, term_months, auto_renew, notice_days, status"
        " FROM subscriptions"
    ) == [("48000", "EUR", "2025-01-01", 12, 1, 60, "active")]
    assert desk.rows("SELECT name, title FROM contacts ORDER BY name") == [
        ("Ana Lima", None),
        ("Bo Hall", "CTO"),
        ("Raj Patel", None),
    ]
    assert desk.rows("SELECT type, at, minutes, text FROM activities") == [
        ("call", "2026-01-12T10:00:00.000000Z", 20, "Kick-off went well")
    ]
    assert desk.rows("SELECT subject, severity, status FROM tickets") == [
        ("Export fails", "high", "open")
    ]
    assert desk.rows('SELECT metric, "on", value FROM measurements ORDER BY "on"') == [
        ("active_users", "2026-02-01", "41"),
        ("active_users", "2026-02-08", "44"),
    ]
    assert desk.rows('SELECT "on", score FROM health_records') == [("2026-02-08", "71")]
    assert desk.rows(
        "SELECT c.name FROM activity_attendees AS a JOIN contacts AS c ON c.id = a.contact_id"
    ) == [("Ana Lima",)]
    assert desk.one("SELECT me FROM book_info") == desk.one("SELECT owner_id FROM accounts LIMIT 1")


def test_the_scope_all_brings_everybodys_companies(tmp_path: Path) -> None:
    with office(tmp_path) as (_, desk):
        desk.connect(scope="all")
        assert desk.sync().exit_code == 0
        assert desk.one("SELECT count(*) FROM accounts") == 3
        assert desk.one("SELECT count(*) FROM contacts") == 4


def test_both_scopes_say_the_same_of_my_companies(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        other = Desk(tmp_path / "other.db", crm.url, MovingClock())
        other.connect(scope="all")
        other.sync()
        mine, everything = mirror(desk), mirror(other)
        for table, rows in mine.items():
            assert set(rows) <= set(everything[table]), table
        other.close()


def test_pulling_again_changes_nothing_and_asks_little(pair: tuple[Sandbox, Desk]) -> None:
    _, desk = pair
    before = mirror(desk)
    report = desk.sync(thorough=False)
    assert mirror(desk) == before
    assert sum(each["changed"] for each in report.pulled.values()) == 0
    # One look at the account, one search per type.
    assert report.requests <= 11


def test_what_changed_long_before_the_last_look_is_not_read_again(
    pair: tuple[Sandbox, Desk],
) -> None:
    crm, desk = pair
    alder = company(desk, "Alder Freight")

    def seen() -> int:
        report = desk.sync(thorough=False)
        return sum(each["seen"] for each in report.pulled.values())

    change(crm, "companies", alder, name="Alder Freight Group")
    assert seen() == 1
    assert seen() == 1, "a search lags, so what has just changed is looked at again"
    crm.crm.clock.advance(3600)
    desk.clock.move(hours=1)
    assert seen() == 1
    assert seen() == 0
    change(crm, "companies", alder, name="Alder Freight")
    assert seen() == 1
    assert desk.one("SELECT count(*) FROM accounts WHERE name = 'Alder Freight'") == 1


def test_what_a_colleague_changes_and_adds_comes_with_the_next_pull(
    pair: tuple[Sandbox, Desk],
) -> None:
    crm, desk = pair
    alder = company(desk, "Alder Freight")
    change(crm, "companies", alder, name="Alder Freight Group")
    made = make(
        crm,
        "contacts",
        {"firstname": "Zoe", "lastname": "Ng", "email": "zoe@alder.example"},
        companies=alder,
    )
    make(
        crm,
        "notes",
        {"hs_timestamp": "2026-03-01T08:00:00Z", "hs_note_body": "<p>From <b>Sam</b></p>"},
        companies=alder,
        contacts=made,
    )
    assert desk.sync().exit_code == 0
    assert desk.one("SELECT count(*) FROM accounts WHERE name = 'Alder Freight Group'") == 1
    assert desk.one("SELECT account_id FROM contacts WHERE name = 'Zoe Ng'") == desk.account(
        "Alder Freight Group"
    )
    assert desk.one("SELECT text FROM activities WHERE type = 'note'") == "From Sam"
    assert ("note", "Zoe Ng") in desk.rows(ATTENDEES)


def test_a_company_that_becomes_mine_comes_with_everything_it_has(
    pair: tuple[Sandbox, Desk],
) -> None:
    crm, desk = pair
    found = crm.ask(
        "POST",
        f"{V}/companies/search",
        {
            "filterGroups": [
                {"filters": [{"propertyName": "name", "operator": "EQ", "value": "Cedar Foods"}]}
            ],
            "sorts": [],
            "properties": [],
            "limit": 1,
            "after": 0,
        },
    )
    owner = desk.one("SELECT owner_remote_id FROM connections")
    change(crm, "companies", found["results"][0]["id"], customer_success_manager=owner)
    desk.sync()
    assert desk.one("SELECT count(*) FROM accounts WHERE name = 'Cedar Foods'") == 1
    assert desk.one("SELECT count(*) FROM contacts WHERE name = 'Cy Young'") == 1


def test_what_is_archived_there_is_hidden_here_and_its_notes_stay(
    pair: tuple[Sandbox, Desk],
) -> None:
    crm, desk = pair
    desk.log("Alder Freight", "i private thought")
    crm.ask("DELETE", f"{V}/contacts/{contact(desk, 'Raj Patel')}")
    crm.ask("DELETE", f"{V}/companies/{company(desk, 'Birch Medical')}")
    report = desk.sync()
    assert report.pulled["contact"]["gone"] == 1
    assert desk.one("SELECT state FROM contacts WHERE name = 'Raj Patel'") == "archived"
    assert desk.rows("SELECT name FROM book_accounts") == [("Alder Freight",)]
    assert desk.one("SELECT count(*) FROM touchpoints") == 1
    assert desk.sync().pulled["contact"]["gone"] == 0


def test_the_bins_are_read_by_themselves_twice_an_hour(pair: tuple[Sandbox, Desk]) -> None:
    crm, desk = pair
    desk.sync()
    crm.ask("DELETE", f"{V}/contacts/{contact(desk, 'Raj Patel')}")
    assert desk.sync(thorough=False).pulled["contact"]["gone"] == 0
    crm.ask("POST", "/_sandbox/clock", {"advance": 29 * 60})
    assert desk.sync(thorough=False).pulled["contact"]["gone"] == 0
    crm.ask("POST", "/_sandbox/clock", {"advance": 61})
    report = desk.sync(thorough=False)
    assert report.pulled["contact"]["gone"] == 1
    assert report.requests > 11
    assert desk.one("SELECT state FROM contacts WHERE name = 'Raj Patel'") == "archived"
    assert desk.sync(thorough=False).requests <= 11


def test_what_is_taken_out_of_the_bin_is_back_with_its_notes(pair: tuple[Sandbox, Desk]) -> None:
    crm, desk = pair
    desk.log("Alder Freight", "i private thought")
    alder = company(desk, "Alder Freight")
    crm.ask("DELETE", f"{V}/companies/{alder}")
    desk.sync()
    assert desk.rows("SELECT name FROM book_accounts") == [("Birch Medical",)]
    crm.ask("POST", f"/_sandbox/records/companies/{alder}/restore")
    desk.sync(sweep=True)
    assert desk.one("SELECT count(*) FROM book_accounts") == 2
    assert desk.one("SELECT account_id FROM touchpoints") == desk.account("Alder Freight")


def test_a_merge_moves_what_was_written_to_the_survivor(pair: tuple[Sandbox, Desk]) -> None:
    crm, desk = pair
    alder, birch = company(desk, "Alder Freight"), company(desk, "Birch Medical")
    desk.log("Birch Medical", "i they are bought by Alder")
    crm.ask("POST", f"{V}/companies/merge", {"primaryObjectId": alder, "objectIdToMerge": birch})
    assert desk.sync().exit_code == 0
    survivor = desk.account("Alder Freight")
    assert desk.rows("SELECT name FROM book_accounts") == [("Alder Freight",)]
    assert desk.one("SELECT account_id FROM touchpoints") == survivor
    assert desk.one("SELECT account_id FROM contacts WHERE name = 'Bo Hall'") == survivor
    assert desk.one("SELECT alias_of FROM remote_links WHERE remote_id = ?", birch) == alder


def test_a_touch_on_a_company_that_was_merged_meanwhile_reaches_the_survivor(
    pair: tuple[Sandbox, Desk],
) -> None:
    crm, desk = pair
    alder, birch = company(desk, "Alder Freight"), company(desk, "Birch Medical")
    desk.log("Birch Medical", "c Bo 10m before the merge")
    crm.ask("POST", f"{V}/companies/merge", {"primaryObjectId": alder, "objectIdToMerge": birch})
    desk.sync()
    desk.sync()
    assert set(desk.states()) == {"done"}, desk.rows("SELECT state, last_error FROM outbox")
    remote_call = desk.one("SELECT remote_id FROM outbox WHERE kind = 'create'")
    linked = crm.ask("GET", f"{V}/calls/{remote_call}?associations=companies")
    assert {each["id"] for each in linked["associations"]["companies"]["results"]} == {alder}


def test_a_merged_deal_that_gets_a_new_id_is_one_subscription(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        alder = company(desk, "Alder Freight")
        first = remote(desk, "deal", "SELECT id FROM subscriptions")
        second = make(
            crm,
            "deals",
            {
                "dealname": "Alder twice",
                "pipeline": "renewals",
                "dealstage": "renewal_open",
                "amount": "1000",
                "closedate": "2027-01-01T00:00:00Z",
            },
            companies=alder,
        )
        desk.sync()
        assert desk.one("SELECT count(*) FROM book_subscriptions") == 2
        crm.ask("POST", f"{V}/deals/merge", {"primaryObjectId": first, "objectIdToMerge": second})
        desk.sync()
        assert desk.one("SELECT count(*) FROM book_subscriptions") == 1


@pytest.mark.parametrize("scope", ["mine", "all"])
@pytest.mark.parametrize("pages", [1, 2, 3, 5, 8, 13])
def test_a_pull_cut_short_goes_on_and_ends_like_one_that_was_not(
    tmp_path: Path, scope: str, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office(tmp_path) as (crm, desk):
        desk.connect(scope=scope)
        other = Desk(tmp_path / "whole.db", crm.url, MovingClock())
        other.connect(scope=scope)
        other.sync()
        whole = HubSpot.pull

        def cut(self: HubSpot, request: PullRequest) -> Iterator[Page]:
            for number, page in enumerate(whole(self, request)):
                if number == pages:
                    return
                yield page

        monkeypatch.setattr(HubSpot, "pull", cut)
        desk.sync()
        monkeypatch.setattr(HubSpot, "pull", whole)
        desk.sync()
        assert mirror(desk) == mirror(other)
        other.close()


def test_a_malformed_record_is_set_aside_and_taken_when_it_is_well(
    pair: tuple[Sandbox, Desk],
) -> None:
    crm, desk = pair
    alder = company(desk, "Alder Freight")
    for number in range(6):
        make(
            crm,
            "calls",
            {"hs_timestamp": f"2026-03-0{number + 1}T08:00:00Z", "hs_call_body": f"call {number}"},
            companies=alder,
        )
    crm.fault("field_missing:hs_timestamp", method="POST", path="/calls/search")
    desk.sync()
    desk.clock.move(minutes=5)
    desk.sync(sweep=True)
    assert desk.one("SELECT count(*) FROM activities WHERE text LIKE 'call %'") == 6
    assert desk.one("SELECT count(*) FROM quarantine") == 0


def test_a_sweep_finds_what_left_without_a_trace(pair: tuple[Sandbox, Desk]) -> None:
    crm, desk = pair
    found = desk.one("SELECT remote_id FROM remote_links WHERE object_type = 'ticket'")
    crm.ask("POST", f"/_sandbox/records/tickets/{found}/purge")
    desk.sync()
    assert desk.one("SELECT count(*) FROM tickets WHERE state = 'active'") == 1
    desk.sync(sweep=True)
    assert desk.rows("SELECT state FROM tickets") == [("gone",)]


def test_a_sweep_that_misses_too_much_changes_nothing_and_asks(
    pair: tuple[Sandbox, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, desk = pair

    def empty(self: HubSpot, request: PullRequest) -> Iterator[Page]:
        yield Page(object_type="contact", seen_ids=(), sweep_done=True)

    monkeypatch.setattr(HubSpot, "pull", empty)
    before = mirror(desk)
    report = desk.sync(sweep=True)
    assert report.exit_code == 4
    assert "3 of 3" in report.problems[0]
    assert mirror(desk) == before
    monkeypatch.undo()
    again = desk.sync(sweep=False)
    assert (again.exit_code, again.notices) == (4, report.problems)
    assert syncing.status(desk.workspace).missing == report.problems
    assert desk.sync(sweep=True).exit_code == 0
    assert syncing.status(desk.workspace).missing == ()


def test_what_hangs_on_a_company_that_left_is_not_counted_as_missing(
    pair: tuple[Sandbox, Desk],
) -> None:
    crm, desk = pair
    alder = company(desk, "Alder Freight")
    for number in range(12):
        make(crm, "contacts", {"firstname": "Kim", "lastname": f"No {number}"}, companies=alder)
    desk.sync()
    crm.ask("DELETE", f"{V}/companies/{alder}")
    report = desk.sync(sweep=True)
    assert (report.exit_code, report.problems) == (0, ())
    assert [each.partition(" was ")[0] for each in report.notices] == ["Alder Freight"]


def test_a_wrong_token_pauses_the_connection_and_fails_no_operation(
    pair: tuple[Sandbox, Desk],
) -> None:
    _, desk = pair
    desk.log("Alder Freight", "c Ana 5m hello")
    desk.token = "pat-wrong"
    report = desk.sync()
    assert report.exit_code == 4
    assert set(desk.states()) == {"pending"}
    assert syncing.status(desk.workspace).paused_reason is not None
    assert desk.sync(asked=False).requests == 0
    desk.token = "pat-na1-sandbox"
    assert desk.sync().exit_code == 0
    assert syncing.status(desk.workspace).paused_reason is None


def test_the_token_of_another_portal_is_refused(pair: tuple[Sandbox, Desk], tmp_path: Path) -> None:
    _, desk = pair
    quick = Options(portal_id=7, per_ten_seconds=1_000_000, searches_per_second=1_000_000)
    with office(tmp_path / "other", options=quick) as (_, stranger):
        desk.url = stranger.url
        with desk.store.writing() as connection:
            connection.execute("UPDATE connections SET base_url = ?", (desk.url,))
        report = desk.sync()
        assert report.exit_code == 4
        assert "hubspot:7" in report.problems[0]


def test_no_network_waits_and_says_so(pair: tuple[Sandbox, Desk]) -> None:
    _, desk = pair
    desk.log("Alder Freight", "c Ana 5m hello")
    with desk.store.writing() as connection:
        connection.execute("UPDATE connections SET base_url = 'http://127.0.0.1:9'")
    report = desk.sync()
    assert report.exit_code == 3
    assert set(desk.states()) == {"pending"}


def test_only_one_sync_runs_at_a_time(pair: tuple[Sandbox, Desk]) -> None:
    _, desk = pair
    seen: list[str] = []

    def tell(_: object) -> None:
        if not seen:
            seen.append(desk.sync().ending)

    make_work = "c Ana 5m hello"
    desk.log("Alder Freight", make_work)
    report = desk.sync(tell=tell)
    assert report.exit_code == 0
    assert seen == ["already_running"]
