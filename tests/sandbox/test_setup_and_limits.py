"""Tokens, scopes, limits, owners, properties, pipelines (fact sheet §2, §5, §8)."""

from pathlib import Path
from typing import Any

from tests.sandbox.running import TOKEN, Sandbox, sandbox

from csmdesk.sandbox.server import Options

OBJECTS = "/crm/objects/2026-09"


def test_without_a_good_token_nothing_is_shown(crm: Sandbox) -> None:
    for header in ("", "Bearer", "Bearer wrong", "Basic abc"):
        answer = crm.http.get(f"{OBJECTS}/companies", headers={"Authorization": header})
        assert answer.status_code == 401, header
        assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    answer = crm.http.get("/_sandbox/faults", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_a_token_expires_is_revoked_and_comes_back(crm: Sandbox) -> None:
    crm.ask("POST", "/_sandbox/tokens", {"expired": True})
    refused = crm.ask("GET", f"{OBJECTS}/companies", expect=401)
    assert refused["category"] == "EXPIRED_AUTHENTICATION"
    crm.ask("POST", "/_sandbox/tokens", {"revoked": True})
    crm.ask("GET", f"{OBJECTS}/companies", expect=401)
    crm.ask("POST", "/_sandbox/tokens", {})
    crm.ask("GET", f"{OBJECTS}/companies", expect=200)


def test_a_missing_scope_is_403_for_that_type_alone(crm: Sandbox) -> None:
    scopes = ["crm.objects.companies.read"]
    crm.ask("POST", "/_sandbox/tokens", {"token": TOKEN, "scopes": scopes})
    crm.ask("GET", f"{OBJECTS}/companies", expect=200)
    refused = crm.ask("POST", f"{OBJECTS}/companies", {"properties": {"name": "x"}}, expect=403)
    assert refused["category"] == "MISSING_SCOPES"
    needed = refused["errors"][0]["context"]["requiredGranularScopes"]
    assert needed == ["crm.objects.companies.write"]
    crm.ask("GET", f"{OBJECTS}/calls", expect=403)
    crm.ask("GET", f"{OBJECTS}/tickets", expect=403)
    crm.ask("GET", "/crm/owners/2026-09", expect=403)
    crm.ask("POST", "/crm/properties/2026-09/calls", {}, expect=403)


def test_answers_carry_the_rate_limit_headers_but_searches_do_not(crm: Sandbox) -> None:
    listed = crm.http.get(f"{OBJECTS}/companies").headers
    assert listed["X-HubSpot-RateLimit-Max"] == "190"
    assert listed["X-HubSpot-RateLimit-Remaining"] == "189"
    assert listed["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    assert listed["X-HubSpot-RateLimit-Daily-Remaining"] == "624999"
    searched = crm.http.post(f"{OBJECTS}/companies/search", json={}).headers
    assert not any(name.startswith("x-hubspot-ratelimit") for name in searched)


def test_the_ten_second_limit_refuses_and_lets_go_again(tmp_path: Path) -> None:
    with sandbox(tmp_path, options=Options(per_ten_seconds=3)) as crm:
        for _ in range(3):
            crm.ask("GET", f"{OBJECTS}/companies")
        answer = crm.http.get(f"{OBJECTS}/companies")
        assert answer.status_code == 429
        assert (
            answer.json().items()
            >= {
                "status": "error",
                "errorType": "RATE_LIMIT",
                "policyName": "TEN_SECONDLY_ROLLING",
            }.items()
        )
        assert "retry-after" not in answer.headers
        crm.ask("POST", "/_sandbox/settings", {"retry_after": True})
        assert 0 < int(crm.http.get(f"{OBJECTS}/companies").headers["retry-after"]) <= 10
        crm.ask("POST", "/_sandbox/clock", {"advance": 11})
        crm.ask("GET", f"{OBJECTS}/companies", expect=200)


def test_the_day_is_spent_until_midnight_of_the_portals_zone(tmp_path: Path) -> None:
    with sandbox(tmp_path, options=Options(per_day=2)) as crm:
        crm.ask("GET", f"{OBJECTS}/companies")
        usage = crm.ask("GET", "/account-info/2026-09/api-usage/daily/private-apps")
        assert usage["results"][0]["currentUsage"] == 2
        refused = crm.ask("GET", f"{OBJECTS}/companies", expect=429)
        assert refused["policyName"] == "DAILY"
        crm.ask("POST", "/_sandbox/clock", {"advance": 86_400})
        crm.ask("GET", f"{OBJECTS}/companies", expect=200)


def test_five_searches_a_second_are_allowed(tmp_path: Path) -> None:
    with sandbox(tmp_path) as crm:
        path = f"{OBJECTS}/companies/search"
        crm.ask("POST", "/_sandbox/clock", {"stopped": True})
        statuses = [crm.http.post(path, json={}).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        assert crm.ask("GET", f"{OBJECTS}/companies")["results"]
        crm.ask("POST", "/_sandbox/clock", {"advance": 2})
        crm.ask("POST", path, {}, expect=200)


def test_the_portal_says_who_it_is(crm: Sandbox) -> None:
    for version in ("2026-09", "2026-03", "v3"):
        details = crm.ask("GET", f"/account-info/{version}/details")
        assert details["portalId"] == 48151623
        assert details["timeZone"] == "Europe/Berlin"
        assert details["companyCurrency"] == "EUR"


def test_owners_are_found_by_address_and_archived_ones_apart(crm: Sandbox) -> None:
    (robin,) = crm.ask("GET", "/crm/owners/2026-09?email=Robin@example.com")["results"]
    assert robin["type"] == "PERSON"
    assert crm.ask("GET", f"/crm/v3/owners/{robin['id']}")["email"] == "robin@example.com"
    by_user = f"/crm/owners/2026-09/{robin['userId']}?idProperty=userId"
    assert crm.ask("GET", by_user)["id"] == robin["id"]
    crm.ask("POST", f"/_sandbox/owners/{robin['id']}/archive")
    assert len(crm.ask("GET", "/crm/v3/owners/")["results"]) == 1
    (gone,) = crm.ask("GET", "/crm/owners/2026-09?archived=true")["results"]
    assert gone["id"] == robin["id"]
    page = crm.ask("GET", "/crm/owners/2026-09?limit=1")
    assert "paging" not in page


def new_property(name: str, **more: Any) -> dict[str, Any]:
    """The body that creates a property."""
    return {
        "name": name,
        "label": name,
        "type": "string",
        "fieldType": "text",
        "groupName": "callinformation",
        **more,
    }


def test_a_unique_property_is_created_and_enforced(crm: Sandbox) -> None:
    path = "/crm/properties/2026-09/calls"
    made = crm.ask("POST", path, new_property("my_key", hasUniqueValue=True), expect=201)
    assert made["hasUniqueValue"] is True
    assert made["modificationMetadata"]["readOnlyValue"] is False
    again = crm.ask("POST", path, new_property("my_key"), expect=409)
    assert again["category"] == "OBJECT_ALREADY_EXISTS"
    call = {"properties": {"hs_timestamp": "2026-03-16T09:00:00Z", "my_key": "k"}}
    crm.ask("POST", f"{OBJECTS}/calls", call, expect=201)
    crm.ask("POST", f"{OBJECTS}/calls", call, expect=400)
    assert crm.ask("PATCH", f"{path}/my_key", {"label": "Ours"})["label"] == "Ours"
    crm.ask("DELETE", f"{path}/my_key", expect=204)
    crm.ask("GET", f"{path}/my_key", expect=404)
    crm.ask("POST", f"{OBJECTS}/calls", call, expect=400)
    archived = crm.ask("GET", f"{path}?archived=true")["results"]
    assert [one["name"] for one in archived] == ["my_key"]
    crm.ask("DELETE", f"{path}/hs_timestamp", expect=400)


def test_only_ten_properties_of_a_type_are_unique(crm: Sandbox) -> None:
    path = "/crm/properties/2026-09/calls"
    for number in range(9):
        crm.ask("POST", path, new_property(f"k{number}", hasUniqueValue=True), expect=201)
    crm.ask("POST", path, new_property("k9", hasUniqueValue=True), expect=400)


def test_every_activity_type_has_the_unique_key(crm: Sandbox) -> None:
    for kind in ("calls", "notes", "meetings", "tasks", "emails"):
        definition = crm.ask("GET", f"/crm/properties/2026-09/{kind}/csmdesk_key")
        assert definition["hasUniqueValue"] is True


def test_pipelines_tell_which_stages_are_closed(crm: Sandbox) -> None:
    pipelines = crm.ask("GET", "/crm/pipelines/2026-09/deals")["results"]
    assert [one["id"] for one in pipelines] == ["default", "renewals", "expansion"]
    stages = crm.ask("GET", "/crm/pipelines/2026-09/deals/renewals/stages")["results"]
    assert [(one["id"], one["metadata"]["probability"]) for one in stages] == [
        ("renewal_open", "0.8"),
        ("renewal_won", "1.0"),
        ("renewal_lost", "0.0"),
    ]
    new = {"label": "Legal", "displayOrder": 5, "metadata": {"probability": "0.9"}}
    made = crm.ask("POST", "/crm/pipelines/2026-09/deals/renewals/stages", new, expect=201)
    deal = {"properties": {"dealname": "x", "dealstage": made["id"]}}
    crm.ask("POST", f"{OBJECTS}/deals", deal, expect=201)


def test_a_unique_property_has_its_values_again_unless_it_is_made_anew(crm: Sandbox) -> None:
    path, by_key = "/crm/properties/2026-09/calls", f"{OBJECTS}/calls/k?idProperty=my_key"
    made = crm.ask("POST", path, new_property("my_key", hasUniqueValue=True))
    call = {"properties": {"hs_timestamp": "2026-03-16T09:00:00Z", "my_key": "k"}}
    crm.ask("POST", f"{OBJECTS}/calls", call, expect=201)
    crm.ask("GET", by_key)
    crm.ask("DELETE", f"{path}/my_key", expect=204)
    crm.ask("GET", by_key, expect=400)
    crm.ask("POST", "/_sandbox/properties/calls/my_key", {"deleted": False})
    crm.ask("GET", by_key)
    crm.ask("POST", f"{OBJECTS}/calls", call, expect=400)
    crm.ask("DELETE", f"{path}/my_key", expect=204)
    anew = crm.ask("POST", path, new_property("my_key", hasUniqueValue=True), expect=201)
    assert anew["createdAt"] > made["createdAt"]
    crm.ask("GET", by_key, expect=404)
    crm.ask("POST", f"{OBJECTS}/calls", call, expect=201)


def test_a_property_is_deleted_renamed_closed_and_comes_back(crm: Sandbox) -> None:
    control = "/_sandbox/properties/companies/customer_segment"
    (company,) = [
        each["id"]
        for each in crm.ask("GET", f"{OBJECTS}/companies?properties=name")["results"]
        if each["properties"]["name"] == "Birch Medical"
    ]
    asked = f"{OBJECTS}/companies/{company}?properties=customer_segment,touch_model"

    def shown() -> dict[str, Any]:
        found: dict[str, Any] = crm.ask("GET", asked)["properties"]
        return {name: value for name, value in found.items() if name in asked}

    assert shown() == {"customer_segment": "high"}
    crm.ask("POST", control, {"deleted": True})
    assert shown() == {}
    crm.ask("GET", "/crm/properties/2026-09/companies/customer_segment", expect=404)
    crm.ask("POST", control, {"deleted": False})
    assert shown() == {"customer_segment": "high"}
    crm.ask("POST", control, {"read_only": True})
    body = {"properties": {"customer_segment": "low"}}
    refused = crm.ask("PATCH", f"{OBJECTS}/companies/{company}", body, expect=400)
    assert refused["errors"][0]["code"] == "READ_ONLY_VALUE"
    crm.ask("POST", control, {"renamed": "touch_model"})
    assert shown() == {"touch_model": "high"}
    crm.ask("POST", control, {"wrong": 1}, expect=400)
    crm.ask("POST", "/_sandbox/properties/companies/none", {"deleted": True}, expect=404)
