"""Bodies of the old and the newest paths have the shapes that HubSpot's client was made for."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from tests.sandbox.running import Sandbox

SHAPES = json.loads((Path(__file__).parents[1] / "data" / "hubspot" / "shapes.json").read_text())
AT = "2026-03-16T09:00:00.000Z"


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(schema, list):
        return [_nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _nullable(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def check(area: str, shape: str, body: Any) -> None:
    """Raises if a body has not that shape."""
    schema = {**_nullable(SHAPES[area]), "$ref": f"#/components/schemas/{shape}"}
    Draft202012Validator(schema).validate(body)


Path_ = Callable[[str, str], str]


@pytest.fixture(params=["v3", "2026-03", "2026-09"])
def path(request: pytest.FixtureRequest) -> Path_:
    """The path of something in an area, in one version."""
    version = request.param

    def build(area: str, rest: str) -> str:
        if version != "v3":
            return f"/crm/{area}/{version}{rest}"
        stem = "v4" if area == "associations" or "/associations/" in rest else "v3"
        return f"/crm/{stem}/{area}{rest}"

    return build


def test_records_have_their_shapes(crm: Sandbox, path: Path_) -> None:
    page = crm.ask(
        "GET",
        path("objects", "/companies?limit=1&associations=contacts&propertiesWithHistory=name"),
    )
    check("objects", "CollectionResponseSimplePublicObjectWithAssociationsForwardPaging", page)
    assert page["paging"]
    one = page["results"][0]["id"]
    read = crm.ask("GET", path("objects", f"/companies/{one}?properties=name,phone"))
    check("objects", "SimplePublicObjectWithAssociations", read)
    note = {"properties": {"hs_timestamp": AT}, "associations": []}
    check("objects", "SimplePublicObject", crm.ask("POST", path("objects", "/notes"), note))
    patch = {"properties": {"name": "New"}}
    check(
        "objects",
        "SimplePublicObject",
        crm.ask("PATCH", path("objects", f"/companies/{one}"), patch),
    )
    found = crm.ask("POST", path("objects", "/companies/search"), {"limit": 1})
    check("objects", "CollectionResponseWithTotalSimplePublicObjectForwardPaging", found)
    refused = crm.ask("GET", path("objects", "/companies/42"), expect=404)
    check("objects", "Error", refused)
    bad = crm.ask("POST", path("objects", "/companies"), {"properties": {"no": "1"}}, expect=400)
    check("objects", "Error", bad)


def test_batches_have_their_shapes(crm: Sandbox, path: Path_) -> None:
    inputs: list[dict[str, Any]] = [
        {
            "id": f"k{number}",
            "idProperty": "csmdesk_key",
            "objectWriteTraceId": str(number),
            "properties": {"hs_timestamp": AT} if number else {},
        }
        for number in range(2)
    ]
    upserted = crm.ask("POST", path("objects", "/notes/batch/upsert"), {"inputs": inputs[1:]})
    check("objects", "BatchResponseSimplePublicUpsertObject", upserted)
    mixed = crm.ask("POST", path("objects", "/notes/batch/upsert"), {"inputs": inputs}, expect=207)
    check("objects", "BatchResponseSimplePublicUpsertObjectWithErrors", mixed)
    body = {"inputs": [{"id": "42"}], "properties": [], "propertiesWithHistory": []}
    missing = crm.ask("POST", path("objects", "/notes/batch/read"), body, expect=207)
    check("objects", "BatchResponseSimplePublicObjectWithErrors", missing)


def test_associations_have_their_shapes(crm: Sandbox, path: Path_) -> None:
    company = crm.ask("GET", path("objects", "/companies"))["results"][0]["id"]
    note = crm.ask("POST", path("objects", "/notes"), {"properties": {"hs_timestamp": AT}})["id"]
    put = crm.ask("PUT", path("objects", f"/notes/{note}/associations/default/companies/{company}"))
    check("associations", "BatchResponsePublicDefaultAssociation", put)
    spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 190}]
    link = path("objects", f"/notes/{note}/associations/companies/{company}")
    check("associations", "LabelsBetweenObjectPair", crm.ask("PUT", link, spec))
    body = {"inputs": [{"id": company}]}
    found = crm.ask("POST", path("associations", "/companies/notes/batch/read"), body)
    check("associations", "BatchResponsePublicAssociationMultiWithLabel", found)
    none = crm.ask("POST", path("associations", "/companies/calls/batch/read"), body)
    check("associations", "BatchResponsePublicAssociationMultiWithLabelWithErrors", none)
    listed = crm.ask("GET", path("objects", f"/notes/{note}/associations/companies"))
    check("associations", "CollectionResponseMultiAssociatedObjectWithLabelForwardPaging", listed)
    pair = {"inputs": [{"from": {"id": note}, "to": {"id": company}, "types": spec}]}
    made = crm.ask("POST", path("associations", "/notes/companies/batch/create"), pair)
    check("associations", "BatchResponseLabelsBetweenObjectPair", made)
    labels = crm.ask("GET", path("associations", "/contacts/companies/labels"))
    check("association_labels", "CollectionResponseAssociationSpecWithLabelNoPaging", labels)


def test_the_set_up_has_its_shapes(crm: Sandbox, path: Path_) -> None:
    owners = crm.ask("GET", path("owners", "/" if path("owners", "").startswith("/crm/v3") else ""))
    check("owners", "CollectionResponsePublicOwnerForwardPaging", owners)
    check("owners", "PublicOwner", crm.ask("GET", path("owners", f"/{owners['results'][0]['id']}")))
    for kind in ("companies", "contacts", "deals", "tickets", "calls", "feedback_submissions"):
        known = crm.ask("GET", path("properties", f"/{kind}"))
        check("properties", "CollectionResponsePropertyNoPaging", known)
    body = {"inputs": [{"name": "arr"}], "archived": False}
    batch = crm.ask("POST", path("properties", "/companies/batch/read"), body)
    check("properties", "BatchResponseProperty", batch)
    pipelines = crm.ask("GET", path("pipelines", "/deals"))
    check("pipelines", "CollectionResponsePipelineNoPaging", pipelines)
    stage = crm.ask("GET", path("pipelines", "/tickets/0/stages/1"))
    check("pipelines", "PipelineStage", stage)


def test_the_shapes_can_fail() -> None:
    with pytest.raises(ValidationError):
        check("objects", "SimplePublicObject", {"id": 1, "properties": {}})
