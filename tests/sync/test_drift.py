"""An admin changes properties at the CRM: what rests on them pauses alone, and comes back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import Desk, office

from csmdesk.usecases import editing, syncing


@pytest.fixture
def desk_and_crm(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A connected desk that has pulled."""
    with office(tmp_path) as (crm, desk):
        desk.clock.instant = crm.crm.clock()
        desk.sync()
        yield crm, desk


def change(crm: Sandbox, place: str, **what: Any) -> None:
    """Let the admin change a property, `companies/arr`."""
    crm.ask("POST", f"/_sandbox/properties/{place}", what)


def let_pass(crm: Sandbox, desk: Desk, hours: int) -> None:
    """Let time pass everywhere."""
    crm.ask("POST", "/_sandbox/clock", {"advance": hours * 3600})
    desk.clock.move(hours=hours)


def remote_of(desk: Desk, kind: str) -> str:
    """The CRM's id of the first record of a type."""
    return str(
        desk.one(
            "SELECT remote_id FROM remote_links WHERE object_type = ? AND state = 'active'"
            " ORDER BY remote_id LIMIT 1",
            kind,
        )
    )


def write(crm: Sandbox, kind: str, remote: str, **values: str) -> None:
    """Change a record at the CRM."""
    crm.ask("PATCH", f"/crm/objects/2026-09/{kind}/{remote}", {"properties": values})


def mapping(desk: Desk, holder: str, field: str) -> str:
    """How a mapping stands."""
    return str(
        desk.one("SELECT state FROM mapped_fields WHERE holder = ? AND field = ?", holder, field)
    )


def subscription(desk: Desk) -> tuple[Any, ...]:
    """The one subscription, as the store has it."""
    return desk.rows("SELECT arr, notice_days, auto_renew, term_months FROM subscriptions")[0]


@pytest.mark.parametrize("hours", [0, 25], ids=["the same day", "the next day"])
def test_a_property_that_vanished_leaves_its_last_values_and_says_what_to_do(
    desk_and_crm: tuple[Sandbox, Desk], hours: int
) -> None:
    crm, desk = desk_and_crm
    deal = remote_of(desk, "deal")
    assert subscription(desk) == ("48000", 60, 1, 12)
    change(crm, "deals/notice_days", deleted=True)
    change(crm, "deals/auto_renew", deleted=True)
    write(crm, "deals", deal, amount="52000", contract_term_months="24")
    let_pass(crm, desk, hours=hours)
    report = desk.sync()
    assert subscription(desk) == ("52000", 60, 1, 24)
    assert report.exit_code == 4
    assert report.problems == ()
    assert [notice.split(".")[1].split(" ")[0] for notice in report.notices] == [
        "auto_renew",
        "notice_days",
    ]
    assert "`csmdesk connect hubspot --map notice_days=PROPERTY`" in report.notices[1]
    assert desk.sync().notices == report.notices
    assert syncing.status(desk.workspace).resting == report.notices


def test_it_resumes_by_itself_and_reads_what_was_changed_meanwhile(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    deal = remote_of(desk, "deal")
    change(crm, "deals/notice_days", deleted=True)
    write(crm, "deals", deal, amount="52000")
    desk.sync()
    assert mapping(desk, "deals", "notice_days") == "vanished"
    change(crm, "deals/notice_days", deleted=False)
    write(crm, "deals", deal, notice_days="90")
    # What was changed before anybody looks again is no news to a pull by date of change.
    let_pass(crm, desk, hours=1)
    with desk.store.mirroring() as connection:
        connection.execute("UPDATE cursors SET high_water = '2100-01-01T00:00:00.000000Z'")
    report = desk.sync()
    assert (report.exit_code, report.notices) == (0, ())
    assert subscription(desk) == ("52000", 90, 1, 12)
    assert mapping(desk, "deals", "notice_days") == "good"


def test_a_property_that_was_renamed_is_mapped_anew_by_the_user(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    change(crm, "companies/customer_segment", renamed="touch_model_2")
    company = remote_of(desk, "company")
    write(crm, "companies", company, touch_model_2="low", name="Alder Lines")
    assert desk.sync().exit_code == 4
    local = desk.account("Alder Lines")
    assert desk.one("SELECT segment FROM accounts WHERE id = ?", local) is None
    desk.connect(maps={"segment": "touch_model_2"})
    assert desk.sync().exit_code == 0
    assert desk.one("SELECT segment FROM accounts WHERE id = ?", local) == "low"


def test_a_property_of_another_kind_rests_until_the_user_agrees_to_it(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    deal = remote_of(desk, "deal")
    change(crm, "deals/notice_days", kind="string")
    write(crm, "deals", deal, notice_days="two months", amount="50000")
    let_pass(crm, desk, hours=25)
    report = desk.sync()
    assert "holds something else than before" in report.notices[0]
    assert subscription(desk) == ("50000", 60, 1, 12)
    write(crm, "deals", deal, notice_days="45")
    desk.connect(maps={"notice_days": "notice_days"})
    assert desk.sync().exit_code == 0
    assert subscription(desk)[1] == 45


def test_without_the_property_that_says_whose_a_company_is_no_account_goes(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    accounts = desk.rows("SELECT id, owner_id, state FROM accounts ORDER BY id")
    company = remote_of(desk, "company")
    change(crm, "companies/customer_success_manager", deleted=True)
    write(crm, "companies", company, name="Alder Lines")
    for hours in (0, 25):
        let_pass(crm, desk, hours=hours)
        report = desk.sync()
        assert (report.exit_code, report.problems) == (4, ())
    assert desk.rows("SELECT id, owner_id, state FROM accounts ORDER BY id") == accounts
    assert desk.one("SELECT count(*) FROM accounts WHERE name = 'Alder Lines'") == 1
    change(crm, "companies/customer_success_manager", deleted=False)
    mine = desk.one("SELECT owner_remote_id FROM connections")
    cedar = next(
        each["id"]
        for each in crm.ask("GET", "/crm/objects/2026-09/companies?properties=name")["results"]
        if each["properties"]["name"] == "Cedar Foods"
    )
    write(crm, "companies", cedar, customer_success_manager=mine)
    assert desk.sync().exit_code == 0
    assert desk.one("SELECT count(*) FROM accounts WHERE name = 'Cedar Foods'") == 1


@pytest.mark.parametrize("what", [{"deleted": True}, {"read_only": True}], ids=["gone", "closed"])
@pytest.mark.parametrize("tier", ["A", "B"])
def test_a_touch_goes_without_what_cannot_be_written(
    desk_and_crm: tuple[Sandbox, Desk], what: dict[str, Any], tier: str
) -> None:
    crm, desk = desk_and_crm
    if tier == "B":
        crm.ask("DELETE", "/crm/properties/2026-09/calls/csmdesk_key")
        desk.connect()
    change(crm, "calls/touch_minutes", **what)
    desk.log("Alder Freight", "c Ana 25m fine")
    report = desk.sync()
    assert set(desk.states()) == {"done"}
    assert len([each for each in crm.effects() if each["op"] == "create"]) == 1
    assert "calls.touch_minutes" in report.notices[0]
    assert report.exit_code == (4 if "deleted" in what else 0)


@pytest.mark.parametrize("hours", [0, 25], ids=["the same day", "the next day"])
@pytest.mark.parametrize("what", [{"deleted": True}, {"read_only": True}], ids=["gone", "closed"])
def test_an_edit_of_a_resting_field_waits_and_the_others_go(
    desk_and_crm: tuple[Sandbox, Desk], hours: int, what: dict[str, bool]
) -> None:
    crm, desk = desk_and_crm
    deal = remote_of(desk, "deal")
    local = str(desk.one("SELECT id FROM subscriptions"))
    change(crm, "deals/notice_days", **what)
    let_pass(crm, desk, hours=hours)
    editing.change(
        desk.workspace,
        "subscription",
        local,
        {"notice_days": "45", "arr": "50000"},
        desk.clock.now(),
    )
    report = desk.sync()
    assert sorted(desk.states()) == ["done", "pending"]
    assert report.conflicts == 0
    assert report.exit_code == (4 if "deleted" in what else 3)
    assert subscription(desk)[:2] == ("50000", 45)
    waits = desk.one("SELECT last_error FROM outbox WHERE state = 'pending'")
    assert waits == report.notices[0]
    editing.change(desk.workspace, "subscription", local, {"auto_renew": "no"}, desk.clock.now())
    desk.sync()
    assert sorted(desk.states()) == ["done", "done", "pending"]
    change(crm, "deals/notice_days", **dict.fromkeys(what, False))
    report = desk.sync()
    assert (report.exit_code, set(desk.states())) == (0, {"done"})
    assert subscription(desk)[:3] == ("50000", 45, 0)
    asked = f"/crm/objects/2026-09/deals/{deal}?properties=notice_days,amount"
    assert crm.ask("GET", asked)["properties"]["notice_days"] == "45"
    assert desk.sync().pushed["sent"] == 0


def test_new_stages_and_unknown_words_are_no_trouble(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    deal = remote_of(desk, "deal")
    crm.ask(
        "POST",
        "/crm/pipelines/2026-09/deals/renewals/stages",
        {"stageId": "brand-new", "label": "Brand new", "metadata": {"probability": "0.4"}},
    )
    write(crm, "deals", deal, dealstage="brand-new", amount="51000")
    for name, place in (
        ("customer_segment", "companies"),
        ("contract_status", "deals"),
        ("hs_ticket_priority", "tickets"),
        ("hs_call_status", "calls"),
    ):
        change(crm, f"{place}/{name}", kind="string")
        kind = {"companies": "company", "deals": "deal", "tickets": "ticket", "calls": "call"}
        write(crm, place, remote_of(desk, kind[place]), **{name: "QUITE_UNHEARD_OF"})
    report = desk.sync()
    assert report.problems == ()
    assert desk.one("SELECT count(*) FROM quarantine") == 0
    assert subscription(desk)[0] == "51000"


def test_what_is_well_costs_requests_once_a_day_only(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm

    def asked() -> int:
        crm.ask("DELETE", "/_sandbox/requests")
        desk.sync(thorough=False, sweep=False)
        found = crm.ask("GET", "/_sandbox/requests")["results"]
        return sum("/crm/properties/" in str(each) for each in found)

    assert asked() == 0
    let_pass(crm, desk, hours=25)
    assert asked() == 7
    assert asked() == 0
