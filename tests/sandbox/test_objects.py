"""Records over HTTP; the numbers are those of the HubSpot fact sheet's sections."""

from tests.sandbox.running import Sandbox

COMPANIES = "/crm/objects/2026-09/companies"
CALLS = "/crm/objects/2026-09/calls"


def test_a_call_is_created_with_its_associations_and_logged_once(crm: Sandbox) -> None:
    company = crm.ask("GET", COMPANIES)["results"][0]["id"]
    contact = crm.ask("GET", "/crm/objects/2026-09/contacts")["results"][0]["id"]
    body = {
        "properties": {"hs_timestamp": "2026-03-16T09:00:00Z", "hs_call_duration": "1500000"},
        "associations": [
            {
                "to": {"id": company},
                "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 182}],
            },
            {
                "to": {"id": contact},
                "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}],
            },
        ],
    }
    made = crm.ask("POST", CALLS, body, expect=201)
    read = crm.ask("GET", f"{CALLS}/{made['id']}?associations=companies,contacts")
    assert read["associations"]["companies"]["results"] == [
        {"id": company, "type": "call_to_company"}
    ]
    assert read["associations"]["contacts"]["results"][0]["id"] == contact
    effects = crm.effects()
    assert [line["op"] for line in effects] == ["create", "associate", "associate"]
    assert effects[0]["changed"]["hs_call_duration"] == "1500000"
