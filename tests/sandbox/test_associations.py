"""Associations in both directions, labels, merges (fact sheet §7, §9)."""

from typing import Any

import pytest
from tests.sandbox.running import Sandbox

from csmdesk.sandbox.names import labelled_links, plain_link

OBJECTS = "/crm/objects/2026-09"
LINKS = "/crm/associations/2026-09"
AT = "2026-03-16T09:00:00.000Z"


def ids(crm: Sandbox, kind: str) -> list[str]:
    """Ids of every record of a type."""
    return [one["id"] for one in crm.ask("GET", f"{OBJECTS}/{kind}")["results"]]


def linked(crm: Sandbox, kind: str, of: str, to: str) -> list[str]:
    """Ids that a record is linked to."""
    found = crm.ask("GET", f"{OBJECTS}/{kind}/{of}/associations/{to}")["results"]
    return [one["toObjectId"] for one in found]


@pytest.mark.parametrize(
    ("origin", "target", "number"),
    [
        ("calls", "contacts", 194),
        ("contacts", "calls", 193),
        ("notes", "companies", 190),
        ("companies", "notes", 189),
        ("tasks", "tickets", 230),
        ("emails", "deals", 210),
        ("meetings", "contacts", 200),
        ("contacts", "companies", 279),
        ("deals", "companies", 341),
        ("companies", "tickets", 340),
        ("feedback_submissions", "contacts", 98),
    ],
)
def test_type_ids_are_those_of_the_table(origin: str, target: str, number: int) -> None:
    link = plain_link(origin, target)
    assert link is not None
    assert link.type_id == number


def test_the_primary_label_of_a_contacts_company_is_type_one() -> None:
    assert [one.type_id for one in labelled_links("contacts", "companies")] == [1]


def test_the_default_link_is_idempotent_and_seen_from_both_sides(crm: Sandbox) -> None:
    company, other = ids(crm, "companies")
    made = crm.ask("POST", f"{OBJECTS}/calls", {"properties": {"hs_timestamp": AT}}, expect=201)
    for _ in range(2):
        path = f"{OBJECTS}/calls/{made['id']}/associations/default/companies/{company}"
        answer = crm.ask("PUT", path)
        assert answer["status"] == "COMPLETE"
        assert answer["results"][0]["associationSpec"]["associationTypeId"] == 182
    assert linked(crm, "calls", made["id"], "companies") == [company]
    assert linked(crm, "companies", company, "calls") == [made["id"]]
    assert linked(crm, "companies", other, "calls") == []
    crm.ask("DELETE", f"{OBJECTS}/calls/{made['id']}/associations/companies/{company}", expect=204)
    assert linked(crm, "companies", company, "calls") == []


def test_a_batch_read_pages_each_record_by_itself(crm: Sandbox) -> None:
    company, bare = ids(crm, "companies")
    inputs = [{"properties": {"hs_timestamp": AT}} for _ in range(5)]
    made = crm.ask("POST", f"{OBJECTS}/notes/batch/create", {"inputs": inputs}, expect=201)
    pairs = [{"from": {"id": one["id"]}, "to": {"id": company}} for one in made["results"]]
    crm.ask("POST", f"{LINKS}/notes/companies/batch/associate/default", {"inputs": pairs})
    crm.ask("POST", "/_sandbox/settings", {"link_page": 2})
    body: dict[str, Any] = {"inputs": [{"id": company}, {"id": bare}]}
    answer = crm.ask("POST", f"{LINKS}/companies/notes/batch/read", body, expect=207)
    (result,) = answer["results"]
    assert answer["errors"][0]["context"]["fromObjectId"] == [bare]
    seen = [one["toObjectId"] for one in result["to"]]
    while "paging" in result:
        after = result["paging"]["next"]["after"]
        body = {"inputs": [{"id": company, "after": after}]}
        (result,) = crm.ask("POST", f"{LINKS}/companies/notes/batch/read", body)["results"]
        seen += [one["toObjectId"] for one in result["to"]]
    assert sorted(seen) == sorted(one["id"] for one in made["results"])
    old = crm.ask(
        "POST", "/crm/v3/associations/companies/notes/batch/read", {"inputs": [{"id": company}]}
    )
    assert len(old["results"][0]["to"]) == 5


def test_a_record_body_shows_a_hundred_links_and_then_pages(crm: Sandbox) -> None:
    company = ids(crm, "companies")[0]
    pairs = []
    for _ in range(2):
        inputs = [{"properties": {"hs_timestamp": AT}} for _ in range(60)]
        made = crm.ask("POST", f"{OBJECTS}/notes/batch/create", {"inputs": inputs}, expect=201)
        pairs += [{"from": {"id": one["id"]}, "to": {"id": company}} for one in made["results"]]
    crm.ask("POST", f"{LINKS}/notes/companies/batch/associate/default", {"inputs": pairs})
    shown = crm.ask("GET", f"{OBJECTS}/companies/{company}?associations=notes")
    notes = shown["associations"]["notes"]
    assert len(notes["results"]) == 100
    after = notes["paging"]["next"]["after"]
    rest = crm.ask("GET", f"{OBJECTS}/companies/{company}/associations/notes?after={after}")
    assert len(rest["results"]) == 20


def test_labels_replace_each_other_and_the_plain_link_stays(crm: Sandbox) -> None:
    company = ids(crm, "companies")[0]
    contact = linked(crm, "companies", company, "contacts")[0]
    for label in ("Sponsor", "Billing"):
        crm.ask("POST", f"{LINKS}/contacts/companies/labels", {"label": label, "name": label})
    known = crm.ask("GET", f"{LINKS}/contacts/companies/labels")["results"]
    own = {one["label"]: one["typeId"] for one in known if one["category"] == "USER_DEFINED"}
    path = f"{OBJECTS}/contacts/{contact}/associations/companies/{company}"
    for label in ("Sponsor", "Billing"):
        spec = [{"associationCategory": "USER_DEFINED", "associationTypeId": own[label]}]
        crm.ask("PUT", path, spec, expect=201)
    (shown,) = crm.ask("GET", f"{OBJECTS}/contacts/{contact}/associations/companies")["results"]
    assert [(one["typeId"], one["label"]) for one in shown["associationTypes"]] == [
        (279, None),
        (own["Billing"], "Billing"),
    ]
    (back,) = crm.ask("GET", f"{OBJECTS}/companies/{company}/associations/contacts")["results"]
    assert [one["label"] for one in back["associationTypes"]] == [None, "Billing"]


def test_a_new_primary_company_takes_the_label_from_the_old_one(crm: Sandbox) -> None:
    first, second = ids(crm, "companies")
    contact = linked(crm, "companies", first, "contacts")[0]
    spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    crm.ask(
        "PUT", f"{OBJECTS}/contacts/{contact}/associations/companies/{second}", spec, expect=201
    )
    found = crm.ask("GET", f"{OBJECTS}/contacts/{contact}/associations/companies")["results"]
    primary = {
        one["toObjectId"]: any(kind["label"] == "Primary" for kind in one["associationTypes"])
        for one in found
    }
    assert primary == {first: False, second: True}


def test_a_link_to_nothing_or_of_the_wrong_type_is_refused(crm: Sandbox) -> None:
    company = ids(crm, "companies")[0]
    for number, to_id in ((182, "42"), (194, company), (9999, company)):
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}
        body = {
            "properties": {"hs_timestamp": AT},
            "associations": [{"to": {"id": to_id}, "types": [spec]}],
        }
        refused = crm.ask("POST", f"{OBJECTS}/calls", body, expect=400)
        assert refused["category"] == "VALIDATION_ERROR"
    assert crm.effects() == []


def test_links_to_archived_records_are_not_shown(crm: Sandbox) -> None:
    company = ids(crm, "companies")[0]
    contact = linked(crm, "companies", company, "contacts")[0]
    crm.ask("DELETE", f"{OBJECTS}/contacts/{contact}", expect=204)
    assert linked(crm, "companies", company, "contacts") == []
    shown = crm.ask("GET", f"{OBJECTS}/companies/{company}?associations=contacts")
    assert "associations" not in shown
    crm.ask("POST", f"/_sandbox/records/contacts/{contact}/restore")
    assert linked(crm, "companies", company, "contacts") == [contact]


def test_merged_companies_keep_the_primary_id_and_its_links(crm: Sandbox) -> None:
    first, second = ids(crm, "companies")
    people = linked(crm, "companies", first, "contacts") + linked(
        crm, "companies", second, "contacts"
    )
    body = {"primaryObjectId": first, "objectIdToMerge": second}
    survivor = crm.ask("POST", f"{OBJECTS}/companies/merge", body)
    assert survivor["id"] == first
    assert sorted(linked(crm, "companies", first, "contacts")) == sorted(people)
    path = f"{OBJECTS}/companies/{second}?properties=hs_merged_object_ids"
    read = crm.ask("GET", path)
    assert read["id"] == first
    assert read["properties"]["hs_merged_object_ids"] == second
    assert linked(crm, "companies", second, "contacts") == []
    assert ids(crm, "companies") == [first]
    assert crm.ask("GET", f"{OBJECTS}/companies?archived=true")["results"] == []


def test_merged_deals_get_a_new_id_and_old_ids_answer_it(crm: Sandbox) -> None:
    company = ids(crm, "companies")[0]
    deals = []
    for name in ("a", "b", "c"):
        made = crm.ask("POST", f"{OBJECTS}/0-3", {"properties": {"dealname": name}}, expect=201)
        crm.ask("PUT", f"{OBJECTS}/deals/{made['id']}/associations/default/companies/{company}")
        deals.append(made["id"])
    merge = {"primaryObjectId": deals[0], "objectIdToMerge": deals[1]}
    minted = crm.ask("POST", f"{OBJECTS}/deals/merge", merge)["id"]
    assert minted not in deals
    last = {"primaryObjectId": minted, "objectIdToMerge": deals[2]}
    final = crm.ask("POST", f"{OBJECTS}/deals/merge", last)["id"]
    for old in (*deals, minted):
        shown = crm.ask("GET", f"{OBJECTS}/deals/{old}?properties=dealname,hs_merged_object_ids")
        assert shown["id"] == final
        assert shown["properties"]["dealname"] == "a"
    absorbed = shown["properties"]["hs_merged_object_ids"].split(";")
    assert set(absorbed) == {*deals, minted}
    assert linked(crm, "deals", final, "companies") == [company]
    assert linked(crm, "companies", company, "deals") == [final]
