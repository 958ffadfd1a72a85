"""The part of a book that a CRM holds, and the part that stays with the CSM."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.running import contents
from tests.sandbox.worlds import NOW, WORLD

from csmdesk.book.canonical import write
from csmdesk.book.contents import KEYS
from csmdesk.book.reading import read_book
from csmdesk.domain.records import RampStep, Subscription
from csmdesk.sandbox.csm_part import csm_part
from csmdesk.sandbox.portal import portal_of
from csmdesk.sandbox.portal_parts import Portal, split_name
from csmdesk.sandbox.records import Record
from csmdesk.sandbox.remote_ids import RemoteIds, remote_id

PORTAL = 4711


@pytest.fixture(scope="module")
def portal() -> Portal:
    """The portal of the world."""
    return portal_of(contents(WORLD), NOW, PORTAL)


def record(portal: Portal, key: str, kind: str, book_id: str) -> Record:
    """One record of the portal."""
    wanted = int(remote_id(kind, book_id))
    return next(one for held, one in portal.records if held == key and one.id == wanted)


def links(portal: Portal, key: str, of: int) -> set[tuple[str, int]]:
    """What a record is linked to."""
    return {
        (to, to_id)
        for from_key, from_id, to, to_id, _ in portal.links
        if (from_key, from_id) == (key, of)
    }


def test_remote_ids_never_change() -> None:
    assert remote_id("account", "A-1") == "3169533795098"
    assert remote_id("contact", "A-1") != remote_id("account", "A-1")


def test_a_company_carries_the_mapped_properties_and_their_history(portal: Portal) -> None:
    company = record(portal, "companies", "account", "A-1")
    owner = remote_id("user", "U-1")
    assert (
        company.properties.items()
        >= {
            "name": "Alder Freight",
            "domain": "alder.example",
            "industry": "Freight & <b>Rail</b>",
            "hubspot_owner_id": owner,
            "customer_success_manager": owner,
            "customer_segment": "mid",
            "contract_currency": "CZK",
            "arr": "84000.5",
            "renewal_date": "2026-05-15",
            "auto_renew": "true",
            "notice_days": "45",
            "term_months": "12",
            "customer_since": "2023-06-20",
            "csm_assigned_on": "2024-02-01",
            "health_score": "55",
            "active_users": "88.5",
        }.items()
    )
    assert company.history["active_users"] == (
        ("88.5", "2026-03-16T09:00:00.000Z", "INTEGRATION"),  # noon is yet to come
        ("90", "2026-03-09T12:00:00.000Z", "INTEGRATION"),
    )
    assert [value for value, _, _ in company.history["health_score"]] == ["55", "71"]


def test_what_is_dated_tomorrow_has_not_been_written_yet() -> None:
    account = {"account_id": "A-1", "metric": "active_users"}
    points = [
        {**account, "on": "2026-03-16", "value": 1},
        {**account, "on": "2026-03-17", "value": 2},
    ]
    book = contents({**WORLD, "measurements": points})
    late = NOW.replace(hour=22, minute=59)  # 23:59 in the portal's zone
    for now, values in ((late, ["1"]), (late + timedelta(minutes=2), ["2", "1"])):
        company = record(portal_of(book, now, PORTAL), "companies", "account", "A-1")
        assert [value for value, _, _ in company.history["active_users"]] == values


def rebuilt(deal: Record, book_id: str, account_id: str) -> Subscription:
    """The contract of a renewal deal, from its properties alone."""
    own = deal.properties

    def day(name: str) -> date | None:
        return date.fromisoformat(own[name]) if name in own else None

    def number(name: str) -> int | None:
        return int(own[name]) if name in own else None

    start = day("contract_start")
    assert start is not None
    return Subscription(
        id=book_id,
        account_id=account_id,
        product=own.get("contract_product"),
        arr=Decimal(own["amount"]) if "amount" in own else None,
        currency=own.get("deal_currency_code"),
        start_on=start,
        term_months=number("contract_term_months"),
        term_end=day("contract_end"),
        auto_renew=own["auto_renew"] == "true",
        notice_days=number("notice_days"),
        notice_months=number("notice_months"),
        evergreen=own["evergreen"] == "true",
        status="ended" if own["contract_status"] == "ended" else "active",
        ended_on=day("ended_on"),
        ramp=tuple(
            RampStep(from_on=date.fromisoformat(step["from_on"]), arr=Decimal(step["arr"]))
            for step in json.loads(own.get("contract_ramp", "[]"))
        ),
    )


def test_a_renewal_deal_gives_its_contract_back_exactly(portal: Portal) -> None:
    for contract in contents(WORLD).subscriptions:
        deal = record(portal, "deals", "subscription", contract.id)
        facts = replace(
            contract, forecast=None, likelihood=None, notice_received_on=None, breaks=()
        )
        assert rebuilt(deal, contract.id, contract.account_id) == facts
    ended = record(portal, "deals", "subscription", "S-2")
    assert (ended.properties["pipeline"], ended.properties["dealstage"]) == (
        "renewals",
        "renewal_lost",
    )
    assert (
        record(portal, "deals", "subscription", "S-1")
        .properties["closedate"]
        .startswith("2026-05-15")
    )


def test_an_opportunity_stands_in_the_sales_pipeline_under_its_stage(portal: Portal) -> None:
    deal = record(portal, "deals", "opportunity", "O-1").properties
    assert (deal["pipeline"], deal["dealstage"]) == ("expansion", "open:Proposal")
    sales = next(one for one in portal.pipelines if one["id"] == "expansion")
    stage = {one["id"]: one for one in sales["stages"]}
    assert stage["open:Proposal"]["label"] == "Proposal"
    assert stage["won"]["metadata"] == {"isClosed": "true", "probability": "1.0"}


def test_a_call_is_written_as_a_caller_would(portal: Portal) -> None:
    call = record(portal, "calls", "touchpoint", "T-1")
    assert (
        call.properties.items()
        >= {
            "hs_timestamp": "2026-03-10T08:30:00.000Z",
            "hs_call_duration": "1500000",
            "hs_call_direction": "OUTBOUND",
            "hs_call_status": "COMPLETED",
            "hs_call_body": "Fine &lt;soon&gt;<br>second line",
            "hubspot_owner_id": remote_id("user", "U-1"),
            "touch_outcome": "held",
        }.items()
    )
    assert links(portal, "calls", call.id) == {
        ("companies", int(remote_id("account", "A-1"))),
        ("contacts", int(remote_id("contact", "C-1"))),
        ("contacts", int(remote_id("contact", "C-2"))),
    }


def test_touches_become_what_they_are_and_internal_ones_stay_home(portal: Portal) -> None:
    made = [(key, one.properties.get("touch_type")) for key, one in portal.records]
    assert ("emails", "email") in made
    assert ("notes", "slack") in made
    assert ("meetings", "onsite") in made
    assert not any(kind == "internal" for _, kind in made)


def test_a_touch_on_a_meeting_is_that_meeting_held(portal: Portal) -> None:
    meeting = record(portal, "meetings", "meeting", "M-1").properties
    assert meeting["hs_meeting_outcome"] == "COMPLETED"
    assert meeting["hs_meeting_body"] == "Went well"
    assert meeting["hs_activity_type"] == "Quarterly business review"
    planned = record(portal, "meetings", "meeting", "M-2").properties
    assert planned["hs_meeting_outcome"] == "SCHEDULED"
    titles = [one.properties.get("hs_meeting_title") for _, one in portal.records]
    assert "Focus" not in titles
    assert titles.count("QBR") == 1


def test_tickets_surveys_and_tasks_are_there(portal: Portal) -> None:
    ticket = record(portal, "tickets", "ticket", "K-1").properties
    assert (ticket["hs_pipeline_stage"], ticket["hs_ticket_priority"]) == ("1", "URGENT")
    assert (
        record(portal, "tickets", "ticket", "K-2")
        .properties["closed_date"]
        .startswith("2026-03-02")
    )
    survey = record(portal, "feedback_submissions", "survey", "V-1")
    assert (survey.properties["hs_survey_type"], survey.properties["hs_value"]) == ("NPS", "9")
    assert links(portal, "feedback_submissions", survey.id) == {
        ("contacts", int(remote_id("contact", "C-1")))
    }
    task = record(portal, "tasks", "task", "X-1").properties
    assert (task["hs_timestamp"], task["hs_task_priority"]) == ("2026-03-17T00:00:00.000Z", "HIGH")


def test_the_two_parts_hold_the_whole_book_between_them() -> None:
    whole = contents(WORLD)
    part = csm_part(whole, PORTAL)
    ids = RemoteIds(whole, PORTAL)
    company = ids.local(ids.accounts["A-1"])
    assert company == f"hubspot-{PORTAL}-company-{remote_id('account', 'A-1')}"
    assert [row.id for row in part.accounts] == [company]
    assert part.accounts[0].tags == ("vip",)
    assert {row.name for row in part.contacts} == {"Ana Maria Lima", "Bo"}
    assert part.contacts[1].reports_to_id == part.contacts[0].id
    assert part.contacts[0].counterpart_id == part.me
    assert [row.likelihood for row in part.subscriptions] == [40]
    assert [row.metric for row in part.measurements] == ["exports"]
    assert [row.source for row in part.health] == ["computed"]
    assert [row.id for row in part.surveys] == ["V-2"]
    assert [row.id for row in part.tasks] == ["X-2"]
    assert [row.title for row in part.meetings] == ["Sync", "Focus"]
    assert part.plans[0].objectives[0].milestones[0].person_id == part.contacts[0].id
    assert part.dispositions[0].subject == ids.local(ids.tickets["K-1"])
    assert part.planned_days[0].account_id == company
    assert part.users == ()
    assert part.tickets == ()


def test_next_steps_hang_on_the_pulled_touch() -> None:
    whole = contents(WORLD)
    ids = RemoteIds(whole, PORTAL)
    call, internal = csm_part(whole, PORTAL).touchpoints
    assert call.id == ids.local(ids.touchpoints["T-1"])
    assert call.next_steps == whole.touchpoints[0].next_steps
    assert (call.type, call.text) == ("call", "Fine <soon>\nsecond line")
    assert (internal.id, internal.type) == ("T-4", "internal")


def test_the_csms_part_is_a_good_book_once_the_pulled_ids_are_known() -> None:
    part = csm_part(contents(WORLD), PORTAL)
    whole = contents(WORLD)
    ids = RemoteIds(whole, PORTAL)
    pulled = {
        ids.local(remote)
        for known in (ids.users, ids.accounts, ids.contacts, ids.meetings, ids.touchpoints)
        for remote in known.values()
    }
    read_book(write(part), known=lambda _kind, asked: asked & pulled)


@given(name=st.text(min_size=1).filter(lambda text: "\r" not in text))
def test_names_survive_being_split(name: str) -> None:
    first, last = split_name(name)
    assert (f"{first} {last}" if last else first) == name or name.endswith(" ")


def test_records_are_unique_and_links_point_at_records(portal: Portal) -> None:
    keys = sorted((key, one.id) for key, one in portal.records)
    assert all(left != right for left, right in pairwise(keys))
    present = set(keys)
    for from_key, from_id, to_key, to_id, _ in portal.links:
        assert (from_key, from_id) in present
        assert (to_key, to_id) in present


def test_every_list_of_the_book_is_in_one_of_the_parts() -> None:
    part = csm_part(contents(WORLD), PORTAL)
    in_the_crm = {"users", "opportunities", "tickets"}
    assert {name for name in KEYS if not part.rows(name)} == in_the_crm
