"""Records over HTTP; sections are those of the HubSpot fact sheet."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from tests.sandbox.running import Sandbox

from csmdesk.sandbox.app import VERSIONS

OBJECTS = "/crm/objects/2026-09"
AT = "2026-03-16T09:00:00.000Z"


def links(company: str, contact: str = "") -> list[dict[str, Any]]:
    """The associations of a new call."""
    ends = [(company, 182), (contact, 194)] if contact else [(company, 182)]
    return [
        {
            "to": {"id": to_id},
            "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}],
        }
        for to_id, number in ends
    ]


def first(crm: Sandbox, kind: str) -> str:
    """The id of some record of a type."""
    found: str = crm.ask("GET", f"{OBJECTS}/{kind}")["results"][0]["id"]
    return found


def test_a_call_is_created_with_its_associations_and_logged_once(crm: Sandbox) -> None:
    company, contact = first(crm, "companies"), first(crm, "contacts")
    body = {
        "properties": {"hs_timestamp": AT, "hs_call_duration": "1500000"},
        "associations": links(company, contact),
    }
    made = crm.ask("POST", f"{OBJECTS}/calls", body, expect=201)
    read = crm.ask("GET", f"{OBJECTS}/calls/{made['id']}?associations=companies,contacts")
    assert read["associations"]["companies"]["results"] == [
        {"id": company, "type": "call_to_company"}
    ]
    assert read["associations"]["contacts"]["results"][0]["id"] == contact
    effects = crm.effects()
    assert [line["op"] for line in effects] == ["create", "associate", "associate"]
    assert effects[0]["changed"] == {"hs_timestamp": AT, "hs_call_duration": "1500000"}
    assert [line["seq"] for line in effects] == [1, 2, 3]


@pytest.mark.parametrize("name", ["companies", "company", "0-2"])
def test_a_type_answers_to_its_names_and_its_id(crm: Sandbox, name: str) -> None:
    assert len(crm.ask("GET", f"{OBJECTS}/{name}")["results"]) == 2


def test_every_version_speaks_over_one_core(crm: Sandbox) -> None:
    pages = [crm.ask("GET", f"/crm/objects/{version}/companies")["results"] for version in VERSIONS]
    pages.append(crm.ask("GET", "/crm/v3/objects/companies")["results"])
    assert all(page == pages[0] for page in pages)
    crm.ask("GET", "/crm/objects/2031-03/companies", expect=404)


def test_both_ways_of_asking_for_several_properties_are_understood(crm: Sandbox) -> None:
    joined = crm.ask("GET", f"{OBJECTS}/companies?properties=name%2Cdomain&archived=false")
    apart = crm.ask("GET", f"{OBJECTS}/companies?properties=name&properties=domain&archived=False")
    assert joined == apart
    assert joined["results"][0]["properties"].keys() >= {"name", "domain"}


def test_unset_properties_are_null_and_unknown_names_are_ignored(crm: Sandbox) -> None:
    shown = crm.ask("GET", f"{OBJECTS}/contacts?properties=jobtitle,phone,no_such")["results"]
    assert {one["properties"]["jobtitle"] for one in shown} == {None, "CTO"}
    assert all("no_such" not in one["properties"] for one in shown)
    bare = crm.ask("GET", f"{OBJECTS}/companies")["results"][0]["properties"]
    assert set(bare) == {"name", "domain", "createdate", "hs_lastmodifieddate", "hs_object_id"}


def test_a_list_pages_to_its_end_and_no_page_is_too_long(crm: Sandbox) -> None:
    page = crm.ask("GET", f"{OBJECTS}/companies?limit=1")
    rest = crm.ask("GET", f"{OBJECTS}/companies?limit=1&after={page['paging']['next']['after']}")
    assert "paging" not in rest
    assert page["results"][0]["id"] != rest["results"][0]["id"]
    crm.ask("GET", f"{OBJECTS}/companies?limit=101", expect=400)
    crm.ask("GET", f"{OBJECTS}/companies?limit=51&propertiesWithHistory=name", expect=400)
    crm.ask("GET", f"{OBJECTS}/companies?limit=50&propertiesWithHistory=name")
    crm.ask("GET", f"{OBJECTS}/companies?after=zzz", expect=400)


def test_history_holds_every_version_newest_first(crm: Sandbox) -> None:
    company = first(crm, "companies")
    path = f"{OBJECTS}/companies/{company}"
    crm.ask("PATCH", path, {"properties": {"arr": 10}})
    crm.ask("PATCH", path, {"properties": {"arr": "20.5"}})
    crm.ask("PATCH", path, {"properties": {"arr": ""}})
    shown = crm.ask("GET", f"{path}?propertiesWithHistory=arr,name")["propertiesWithHistory"]
    assert [one["value"] for one in shown["arr"]] == ["", "20.5", "10"]
    assert len(shown["name"]) == 1
    assert crm.ask("GET", f"{path}?properties=arr")["properties"]["arr"] is None


@pytest.mark.parametrize(
    ("kind", "properties", "code"),
    [
        ("companies", {"no_such": "1"}, "PROPERTY_DOESNT_EXIST"),
        ("companies", {"hs_object_id": "1"}, "READ_ONLY_VALUE"),
        ("companies", {"hs_lastmodifieddate": AT}, "READ_ONLY_VALUE"),
        ("companies", {"arr": "a lot"}, "INVALID_LONG"),
        ("companies", {"arr": "NaN"}, "INVALID_LONG"),
        ("companies", {"renewal_date": "2026-02-30"}, "INVALID_DATE"),
        ("companies", {"customer_segment": "Mid touch"}, "INVALID_OPTION"),
        ("companies", {"auto_renew": "yes"}, "INVALID_BOOLEAN"),
        ("companies", {"hubspot_owner_id": "1"}, "INVALID_OWNER_ID"),
        ("companies", {"name": ["a"]}, "INVALID_STRING"),
        ("contacts", {"email": "nobody"}, "INVALID_EMAIL"),
        ("calls", {"hs_timestamp": "yesterday"}, "INVALID_DATE"),
        ("calls", {"hs_timestamp": AT, "hs_call_status": "DONE"}, "INVALID_OPTION"),
        ("deals", {"dealstage": "nowhere"}, "INVALID_OPTION"),
        ("notes", {"hs_note_body": "no time"}, "REQUIRED_FIELD"),
        ("notes", {"hs_timestamp": AT, "hs_note_body": "x" * 65_537}, "PROPERTY_VALUE_TOO_LONG"),
    ],
)
def test_a_bad_value_is_a_validation_error_and_changes_nothing(
    crm: Sandbox, kind: str, properties: dict[str, Any], code: str
) -> None:
    refused = crm.ask("POST", f"{OBJECTS}/{kind}", {"properties": properties}, expect=400)
    assert refused["category"] == "VALIDATION_ERROR"
    assert refused["status"] == "error"
    assert refused["correlationId"]
    assert refused["errors"][0]["code"] == code
    assert crm.effects() == []


def test_values_travel_as_strings(crm: Sandbox) -> None:
    body = {"properties": {"hs_timestamp": 1773651600000, "hs_call_duration": 60000}}
    made = crm.ask("POST", f"{OBJECTS}/calls", body, expect=201)
    assert made["properties"]["hs_timestamp"] == AT
    assert made["properties"]["hs_call_duration"] == "60000"
    company = crm.ask(
        "POST",
        f"{OBJECTS}/companies",
        {"properties": {"name": "C", "auto_renew": True, "renewal_date": "2026-05-15"}},
        expect=201,
    )
    assert company["properties"]["auto_renew"] == "true"
    assert company["properties"]["renewal_date"] == "2026-05-15"


def test_a_date_may_be_written_as_midnight_and_nothing_else(crm: Sandbox) -> None:
    path = f"{OBJECTS}/companies/{first(crm, 'companies')}"
    shown = crm.ask("PATCH", path, {"properties": {"renewal_date": "1778803200000"}})
    assert shown["properties"]["renewal_date"] == "2026-05-15"
    crm.ask("PATCH", path, {"properties": {"renewal_date": "1778803201000"}}, expect=400)


def test_a_meeting_without_a_timestamp_takes_its_start(crm: Sandbox) -> None:
    made = crm.ask("POST", f"{OBJECTS}/meetings", {"properties": {"hs_meeting_start_time": AT}})
    read = crm.ask("GET", f"{OBJECTS}/meetings/{made['id']}?properties=hs_timestamp")
    assert read["properties"]["hs_timestamp"] == AT


def test_a_contact_with_a_known_address_is_a_conflict_that_names_it(crm: Sandbox) -> None:
    body = {"properties": {"email": "Ana@Alder.example"}}
    refused = crm.ask("POST", f"{OBJECTS}/contacts", body, expect=409)
    assert refused["category"] == "CONFLICT"
    holder = refused["message"].rpartition("Existing ID: ")[2]
    shown = crm.ask("GET", f"{OBJECTS}/contacts/{holder}?properties=email")
    assert shown["properties"]["email"] == "ana@alder.example"


def test_a_record_is_found_by_a_unique_value_and_by_no_other(crm: Sandbox) -> None:
    path = f"{OBJECTS}/contacts/ana@alder.example?idProperty=email"
    found = crm.ask("GET", path)
    assert crm.ask("PATCH", path, {"properties": {"jobtitle": "VP"}})["id"] == found["id"]
    crm.ask("GET", f"{OBJECTS}/companies/Alder?idProperty=name", expect=400)
    refused = crm.ask("GET", f"{OBJECTS}/companies/1?idProperty=hs_object_id", expect=400)
    assert "non-unique property" in refused["message"]


def test_an_archived_record_leaves_the_list_and_stands_in_the_other(crm: Sandbox) -> None:
    gone = first(crm, "companies")
    crm.ask("DELETE", f"{OBJECTS}/companies/{gone}", expect=204)
    crm.ask("DELETE", f"{OBJECTS}/companies/{gone}", expect=204)
    assert gone not in {one["id"] for one in crm.ask("GET", f"{OBJECTS}/companies")["results"]}
    (archived,) = crm.ask("GET", f"{OBJECTS}/companies?archived=true")["results"]
    assert archived["id"] == gone
    assert archived["archivedAt"]
    missing = crm.ask("GET", f"{OBJECTS}/companies/{gone}", expect=404)
    assert missing["category"] == "OBJECT_NOT_FOUND"
    assert crm.ask("GET", f"{OBJECTS}/companies/{gone}?archived=true")["archived"]
    crm.ask("PATCH", f"{OBJECTS}/companies/{gone}", {"properties": {"name": "x"}}, expect=404)
    assert [line["op"] for line in crm.effects()] == ["archive"]
    crm.ask("POST", f"/_sandbox/records/companies/{gone}/restore")
    assert crm.ask("GET", f"{OBJECTS}/companies/{gone}")["archived"] is False


def test_an_archived_contact_frees_its_address(crm: Sandbox) -> None:
    found = crm.ask("GET", f"{OBJECTS}/contacts/ana@alder.example?idProperty=email")
    crm.ask("DELETE", f"{OBJECTS}/contacts/{found['id']}", expect=204)
    crm.ask("GET", f"{OBJECTS}/contacts/ana@alder.example?idProperty=email", expect=404)
    body = {"properties": {"email": "ana@alder.example"}}
    assert crm.ask("POST", f"{OBJECTS}/contacts", body, expect=201)["id"] != found["id"]


def test_a_purged_record_is_nowhere(crm: Sandbox) -> None:
    gone = first(crm, "companies")
    crm.ask("POST", f"/_sandbox/records/companies/{gone}/purge", expect=204)
    crm.ask("GET", f"{OBJECTS}/companies/{gone}", expect=404)
    crm.ask("GET", f"{OBJECTS}/companies/{gone}?archived=true", expect=404)
    assert crm.ask("GET", f"{OBJECTS}/companies?archived=true")["results"] == []


def test_surveys_cannot_be_written(crm: Sandbox) -> None:
    crm.ask("POST", f"{OBJECTS}/feedback_submissions", {"properties": {}}, expect=405)


def test_rules_that_an_admin_set_bind_the_newest_version_only(crm: Sandbox) -> None:
    crm.ask("POST", "/_sandbox/settings", {"required": {"companies": ["domain"]}})
    body = {"properties": {"name": "Elm"}}
    crm.ask("POST", "/crm/objects/2026-09/companies", body, expect=400)
    crm.ask("POST", "/crm/objects/2026-03/companies", body, expect=201)


def test_an_address_that_is_too_long_is_414(crm: Sandbox) -> None:
    crm.ask("GET", f"{OBJECTS}/companies?properties={'a,' * 9000}", expect=414)


def test_bodies_that_are_no_json_objects_are_refused(crm: Sandbox) -> None:
    for content in (
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"properties": []}',
        b'{"properties": {"name": ',
    ):
        answer = crm.http.post(f"{OBJECTS}/companies", content=content)
        assert answer.status_code == 400, content
        assert answer.json()["category"] == "VALIDATION_ERROR"


def test_an_unknown_type_path_or_method_is_refused_in_the_crms_words(crm: Sandbox) -> None:
    crm.ask("GET", f"{OBJECTS}/martians", expect=400)
    assert crm.ask("GET", "/crm/nothing", expect=404)["category"] == "NOT_FOUND"
    assert crm.ask("PUT", f"{OBJECTS}/companies", {}, expect=405)["status"] == "error"


def test_a_deal_gets_the_pipeline_of_its_stage(crm: Sandbox) -> None:
    body = {"properties": {"dealname": "R", "dealstage": "renewal_open"}}
    made = crm.ask("POST", f"{OBJECTS}/0-3", body, expect=201)
    assert made["properties"]["pipeline"] == "renewals"


def test_the_crm_sets_what_follows_from_a_stage_or_a_status(crm: Sandbox) -> None:
    def patch(kind: str, record: str, properties: dict[str, str], shown: str) -> dict[str, Any]:
        path = f"{OBJECTS}/{kind}/{record}"
        crm.ask("PATCH", path, {"properties": properties})
        return dict(crm.ask("GET", f"{path}?properties={shown}")["properties"])

    deal = crm.ask("POST", f"{OBJECTS}/deals", {"properties": {"dealstage": "renewal_open"}})["id"]
    won = patch("deals", deal, {"dealstage": "renewal_won"}, "hs_is_closed,hs_is_closed_won")
    assert (won["hs_is_closed"], won["hs_is_closed_won"]) == ("true", "true")
    ticket = crm.ask("POST", f"{OBJECTS}/tickets", {"properties": {"subject": "x"}})["id"]
    assert patch("tickets", ticket, {"hs_pipeline_stage": "4"}, "closed_date")["closed_date"]
    assert (
        patch("tickets", ticket, {"hs_pipeline_stage": "1"}, "closed_date")["closed_date"] is None
    )
    task = crm.ask("POST", f"{OBJECTS}/tasks", {"properties": {"hs_timestamp": AT}})["id"]
    done = patch("tasks", task, {"hs_task_status": "COMPLETED"}, "hs_task_completion_date")
    assert done["hs_task_completion_date"]


def test_the_date_of_answers_follows_the_crms_clock(crm: Sandbox) -> None:
    crm.ask("POST", "/_sandbox/clock", {"advance": 3 * 86_400})
    made = crm.ask("POST", f"{OBJECTS}/notes", {"properties": {"hs_timestamp": AT}}, expect=201)
    headers = crm.http.get(f"{OBJECTS}/notes").headers
    assert headers.get_list("date") == [headers["date"]]
    said = parsedate_to_datetime(headers["date"])
    written = datetime.fromisoformat(made["createdAt"])
    assert abs((said - written).total_seconds()) < 60
