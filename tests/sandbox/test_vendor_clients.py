"""The vendor's own clients do their ordinary work against the embedded CRM, unmodified.

`hubspot-api-client` speaks the v3 and v4 paths, `hubspot-sdk` those of 2026-03.
"""

from collections.abc import Iterator
from typing import Any

import hubspot
import pytest
from hubspot.crm import associations, companies, objects, properties
from hubspot_sdk import APIStatusError, HubSpot, NotFoundError
from tests.sandbox.running import TOKEN, Sandbox

AT = "2026-03-16T09:00:00Z"


@pytest.fixture
def old(crm: Sandbox) -> Any:
    """The v3/v4 client."""
    return hubspot.Client(access_token=TOKEN, host=crm.url)


@pytest.fixture
def new(crm: Sandbox) -> Iterator[HubSpot]:
    """The 2026-03 client."""
    with HubSpot(access_token=TOKEN, base_url=crm.url, max_retries=0) as client:
        yield client


def call_with(company: str, contact: str) -> dict[str, Any]:
    """The associations of a call."""
    return {
        "associations": [
            {
                "to": {"id": to_id},
                "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}],
            }
            for to_id, number in ((company, 182), (contact, 194))
        ]
    }


def test_the_old_client_lists_and_reads_companies(old: Any) -> None:
    page = old.crm.companies.basic_api.get_page(
        limit=1, properties=["name", "domain"], associations=["contacts"], archived=False
    )
    assert len(page.results) == 1
    rest = old.crm.companies.basic_api.get_page(limit=1, after=page.paging.next.after)
    assert rest.paging is None
    both = {one.properties["name"] for one in (*page.results, *rest.results)}
    assert both == {"Alder Freight", "Birch Medical"}
    read = old.crm.companies.basic_api.get_by_id(page.results[0].id, properties=["name"])
    assert read.properties["name"] == page.results[0].properties["name"]
    assert len(old.crm.companies.get_all()) == 2


def test_the_old_client_creates_updates_archives_and_finds(old: Any) -> None:
    made = old.crm.companies.basic_api.create(
        companies.SimplePublicObjectInputForCreate(properties={"name": "Cedar Labs"})
    )
    old.crm.companies.basic_api.update(
        made.id, companies.SimplePublicObjectInput(properties={"domain": "cedar.example"})
    )
    found = old.crm.companies.search_api.do_search(
        companies.PublicObjectSearchRequest(
            filter_groups=[
                {
                    "filters": [
                        {"propertyName": "domain", "operator": "EQ", "value": "cedar.example"}
                    ]
                }
            ],
            properties=["name"],
            limit=10,
        )
    )
    assert [one.id for one in found.results] == [made.id]
    old.crm.companies.basic_api.archive(made.id)
    with pytest.raises(companies.ApiException) as gone:
        old.crm.companies.basic_api.get_by_id(made.id)
    assert gone.value.status == 404
    assert old.crm.companies.basic_api.get_by_id(made.id, archived=True).archived


def test_the_old_client_logs_a_call_with_associations(old: Any) -> None:
    company = old.crm.companies.basic_api.get_page(limit=1).results[0].id
    contact = old.crm.contacts.basic_api.get_page(limit=1).results[0].id
    made = old.crm.objects.calls.basic_api.create(
        objects.calls.SimplePublicObjectInputForCreate(
            properties={"hs_timestamp": AT, "hs_call_body": "hello"},
            **call_with(company, contact),
        )
    )
    linked = old.crm.associations.v4.basic_api.get_page("calls", made.id, "contacts")
    assert [one.to_object_id for one in linked.results] == [contact]
    found = old.crm.associations.v4.batch_api.get_page(
        "companies",
        "calls",
        associations.v4.BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": company}]),
    )
    assert found.results[0].to[0].to_object_id == made.id
    other = old.crm.contacts.basic_api.get_page(limit=1, after=contact).results[0].id
    old.crm.associations.v4.basic_api.create_default("calls", made.id, "contacts", other)
    both = old.crm.associations.v4.basic_api.get_page("calls", made.id, "contacts")
    assert len(both.results) == 2
    old.crm.associations.v4.basic_api.archive("calls", made.id, "contacts", other)
    assert (
        len(old.crm.associations.v4.basic_api.get_page("calls", made.id, "contacts").results) == 1
    )


def test_the_old_client_upserts_by_a_unique_property(old: Any) -> None:
    def upsert(body: str) -> Any:
        return old.crm.objects.notes.batch_api.upsert(
            objects.notes.BatchInputSimplePublicObjectBatchInputUpsert(
                inputs=[
                    {
                        "id": "key-1",
                        "idProperty": "csmdesk_key",
                        "properties": {"hs_timestamp": AT, "hs_note_body": body},
                    }
                ]
            )
        ).results[0]

    first, second = upsert("one"), upsert("two")
    assert (first.new, second.new) == (True, False)
    assert first.id == second.id


def test_the_old_client_reads_owners_properties_and_pipelines(old: Any) -> None:
    owners = old.crm.owners.owners_api.get_page(email="robin@example.com")
    assert [one.first_name for one in owners.results] == ["Robin"]
    old.crm.properties.core_api.create(
        "calls",
        properties.PropertyCreate(
            name="other_key",
            label="Key",
            type="string",
            field_type="text",
            group_name="callinformation",
            has_unique_value=True,
        ),
    )
    made = old.crm.properties.core_api.get_by_name("calls", "other_key")
    assert made.has_unique_value
    labels = [one.label for one in old.crm.pipelines.pipelines_api.get_all("deals").results]
    assert "Renewals" in labels


def test_the_new_client_pages_through_companies(new: HubSpot) -> None:
    names = {
        company.properties["name"]
        for company in new.crm.objects.companies.list(
            limit=1, properties=["name", "domain"], archived=False
        )
    }
    assert names == {"Alder Freight", "Birch Medical"}
    with pytest.raises(NotFoundError):
        new.crm.objects.companies.get("999")


def test_the_new_client_logs_a_call_and_reads_it_back(new: HubSpot) -> None:
    company = next(iter(new.crm.objects.companies.list())).id
    contact = next(iter(new.crm.objects.contacts.list())).id
    made = new.crm.objects.calls.create(
        properties={"hs_timestamp": AT, "hs_call_duration": "600000"},
        associations=call_with(company, contact)["associations"],
    )
    read = new.crm.objects.calls.get(
        made.id, associations=["companies"], properties=["hs_timestamp"]
    )
    assert read.associations is not None
    assert read.associations["companies"].results[0].id == company
    assert read.properties["hs_timestamp"] == "2026-03-16T09:00:00.000Z"
    linked = new.crm.associations.batch.get(
        "calls", from_object_type="companies", inputs=[{"id": company}]
    )
    assert linked.results[0].to[0].to_object_id == made.id
    page = new.crm.associations.list("companies", object_type="calls", object_id=made.id)
    assert [one.to_object_id for one in page] == [company]
    new.crm.associations.create(
        contact, from_object_type="calls", from_object_id=made.id, to_object_type="contacts"
    )


def test_the_new_client_upserts_searches_and_batches(new: HubSpot) -> None:
    upserted = new.crm.objects.meetings.batch.upsert(
        inputs=[
            {
                "id": "key-9",
                "id_property": "csmdesk_key",
                "properties": {"hs_timestamp": AT, "hs_meeting_title": "Review"},
            }
        ]
    )
    assert upserted.results[0].new
    found = new.crm.objects.meetings.search(
        after="",
        filter_groups=[
            {"filters": [{"property_name": "csmdesk_key", "operator": "EQ", "value": "key-9"}]}
        ],
        limit=5,
        properties=["hs_meeting_title"],
        sorts=["hs_lastmodifieddate"],
    )
    assert found.total == 1
    read = new.crm.objects.meetings.batch.get(
        inputs=[{"id": upserted.results[0].id}],
        properties=["hs_meeting_title"],
        properties_with_history=[],
    )
    assert read.results[0].properties["hs_meeting_title"] == "Review"


def test_the_new_client_reads_the_set_up(new: HubSpot) -> None:
    assert {owner.email for owner in new.crm.owners.list()} == {
        "robin@example.com",
        "sam@example.com",
    }
    definition = new.crm.properties.get("arr", object_type="companies")
    assert (definition.label, definition.type) == ("ARR", "number")
    names = {one.name for one in new.crm.properties.list("companies").results}
    assert {"health_score", "customer_success_manager", "hubspot_owner_id"} <= names
    stages = new.crm.pipelines.get("0", object_type="tickets").stages
    assert stages[-1].metadata["ticketState"] == "CLOSED"
    assert new.account.get().portal_id
    assert new.account.get_daily_private_apps_usage().results[0].usage_limit == 625_000


def test_the_new_client_sees_the_errors_as_documented(new: HubSpot) -> None:
    with pytest.raises(APIStatusError) as wrong:
        new.crm.objects.companies.create(properties={"no_such": "1"}, associations=[])
    assert wrong.value.status_code == 400
    assert wrong.value.body["category"] == "VALIDATION_ERROR"  # type: ignore[index]  # the SDK types it as object
    with pytest.raises(APIStatusError) as twice:
        new.crm.objects.contacts.create(properties={"email": "ana@alder.example"}, associations=[])
    assert twice.value.status_code == 409
    assert "Existing ID: " in twice.value.message


def test_the_new_client_merges(new: HubSpot) -> None:
    first, second = (one.id for one in new.crm.objects.companies.list())
    survivor = new.crm.objects.companies.merge(object_id_to_merge=second, primary_object_id=first)
    assert survivor.id == first
    assert new.crm.objects.companies.get(second).id == first
