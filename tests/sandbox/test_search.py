"""Search: operators, caps, index lag (fact sheet §4), and a comparison with a naive filter."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.running import Sandbox

from csmdesk.sandbox.names import object_type
from csmdesk.sandbox.portal_schema import custom_properties
from csmdesk.sandbox.records import Record
from csmdesk.sandbox.replies import ApiError
from csmdesk.sandbox.schema import built_in_properties
from csmdesk.sandbox.search import page_bounds, search

OBJECTS = "/crm/objects/2026-09"
COMPANY = object_type("companies")
SCHEMA = {
    **built_in_properties()["companies"],
    **{one["name"]: one for one in custom_properties((), ())["companies"]},
}


def ask(crm: Sandbox, kind: str, *filters: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A search of one group."""
    body = {"filterGroups": [{"filters": list(filters)}], "limit": 10, **more}
    answer: dict[str, Any] = crm.ask("POST", f"{OBJECTS}/{kind}/search", body)
    return answer


def where(name: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    """One filter."""
    given = {"propertyName": name, "operator": operator, **more}
    return given if value is None else {**given, "value": value}


def test_search_finds_by_value_and_shows_no_associations(crm: Sandbox) -> None:
    found = ask(crm, "companies", where("name", "EQ", "alder freight"), properties=["name"])
    assert found["total"] == 1
    assert found["results"][0]["properties"]["name"] == "Alder Freight"
    assert "associations" not in found["results"][0]


def test_archived_records_never_appear(crm: Sandbox) -> None:
    (found,) = ask(crm, "companies", where("name", "EQ", "Alder Freight"))["results"]
    crm.ask("DELETE", f"{OBJECTS}/companies/{found['id']}", expect=204)
    assert ask(crm, "companies", where("name", "EQ", "Alder Freight"))["total"] == 0


def test_the_index_lags_behind_writes(crm: Sandbox) -> None:
    crm.ask("POST", "/_sandbox/settings", {"index_lag": 30})
    (old,) = ask(crm, "companies", where("name", "EQ", "Alder Freight"))["results"]
    crm.ask("PATCH", f"{OBJECTS}/companies/{old['id']}", {"properties": {"name": "Alder Rail"}})
    new = crm.ask("POST", f"{OBJECTS}/companies", {"properties": {"name": "Elm"}}, expect=201)
    assert crm.ask("GET", f"{OBJECTS}/companies/{new['id']}")["id"] == new["id"]
    assert ask(crm, "companies", where("name", "EQ", "Elm"))["total"] == 0
    assert ask(crm, "companies", where("name", "EQ", "Alder Freight"))["total"] == 1
    crm.ask("POST", "/_sandbox/clock", {"advance": 31})
    assert ask(crm, "companies", where("name", "EQ", "Elm"))["total"] == 1
    assert ask(crm, "companies", where("name", "EQ", "Alder Freight"))["total"] == 0


def test_a_write_that_was_rolled_back_never_reaches_the_index(crm: Sandbox) -> None:
    inputs = [{"properties": {"name": "Ghost"}}, {"properties": {"no_such": "x"}}]
    crm.ask("POST", f"{OBJECTS}/companies/batch/create", {"inputs": inputs}, expect=400)
    assert ask(crm, "companies", where("name", "EQ", "Ghost"))["total"] == 0


def test_a_change_that_was_rolled_back_does_not_surface_after_the_lag(crm: Sandbox) -> None:
    crm.ask("POST", "/_sandbox/settings", {"index_lag": 30})
    (old,) = ask(crm, "companies", where("name", "EQ", "Alder Freight"))["results"]
    inputs = [{"id": old["id"], "properties": {"name": "Ghost"}}, {"id": "42", "properties": {}}]
    crm.ask("POST", f"{OBJECTS}/companies/batch/update", {"inputs": inputs}, expect=404)
    crm.ask("POST", "/_sandbox/clock", {"advance": 31})
    assert ask(crm, "companies", where("name", "EQ", "Ghost"))["total"] == 0


def test_pages_have_two_hundred_records_at_most_and_end(crm: Sandbox) -> None:
    body = {"filterGroups": [], "sorts": ["name"], "limit": 1}
    page = crm.ask("POST", f"{OBJECTS}/companies/search", body)
    assert page["paging"]["next"]["after"] == "1"
    rest = crm.ask("POST", f"{OBJECTS}/companies/search", {**body, "after": "1"})
    assert "paging" not in rest
    names = [one["results"][0]["properties"]["name"] for one in (page, rest)]
    assert names == ["Alder Freight", "Birch Medical"]
    crm.ask("POST", f"{OBJECTS}/companies/search", {"limit": 201}, expect=400)
    crm.ask("POST", f"{OBJECTS}/companies/search", {"limit": 200})


def test_a_query_ends_after_ten_thousand_results() -> None:
    assert page_bounds({"after": "9800", "limit": 200}) == (9800, 200)
    with pytest.raises(ApiError) as refused:
        page_bounds({"after": "9801", "limit": 200})
    assert refused.value.status == 400


def test_sorts_are_texts_or_objects_and_only_one(crm: Sandbox) -> None:
    def names(sorts: list[Any]) -> list[str]:
        body = {"filterGroups": [], "sorts": sorts, "limit": 5, "properties": ["name"]}
        found = crm.ask("POST", f"{OBJECTS}/companies/search", body)["results"]
        return [one["properties"]["name"] for one in found]

    up = names([{"propertyName": "name", "direction": "ASCENDING"}])
    assert names(["name"]) == up
    assert names([{"propertyName": "name", "direction": "DESCENDING"}]) == up[::-1]
    assert names(["-name"]) == up[::-1]
    crm.ask("POST", f"{OBJECTS}/companies/search", {"sorts": ["name", "domain"]}, expect=400)


@pytest.mark.parametrize(
    "filter_",
    [
        where("no_such", "EQ", "1"),
        where("name", "LIKE", "1"),
        where("name", "EQ"),
        where("arr", "GT", "many"),
        where("name", "IN"),
        where("arr", "BETWEEN", "1"),
    ],
)
def test_a_malformed_filter_is_refused(crm: Sandbox, filter_: dict[str, Any]) -> None:
    body = {"filterGroups": [{"filters": [filter_]}]}
    refused = crm.ask("POST", f"{OBJECTS}/companies/search", body, expect=400)
    assert refused["category"] == "VALIDATION_ERROR"


def test_there_are_only_so_many_groups_and_filters(crm: Sandbox) -> None:
    one = where("name", "HAS_PROPERTY")
    for groups in ([[one]] * 6, [[one] * 7], [[one] * 4] * 5):
        body = {"filterGroups": [{"filters": filters} for filters in groups]}
        crm.ask("POST", f"{OBJECTS}/companies/search", body, expect=400)
    body = {"filterGroups": [{"filters": [one] * 3}] * 3}
    crm.ask("POST", f"{OBJECTS}/companies/search", body)


def test_the_keyset_walk_by_id_within_one_timestamp_works(crm: Sandbox) -> None:
    ids = sorted(int(one["id"]) for one in crm.ask("GET", f"{OBJECTS}/contacts")["results"])
    after = ask(crm, "contacts", where("hs_object_id", "GT", str(ids[0])), sorts=["hs_object_id"])
    assert [int(one["id"]) for one in after["results"]] == ids[1:]


def test_a_delta_by_modified_date_sees_changes_and_keeps_its_bounds(crm: Sandbox) -> None:
    (old,) = ask(crm, "companies", where("name", "EQ", "Alder Freight"))["results"]
    before = crm.ask("GET", "/_sandbox/clock")["now"]
    delta = where("hs_lastmodifieddate", "GTE", before)
    assert ask(crm, "companies", delta)["total"] == 0
    crm.ask("PATCH", f"{OBJECTS}/companies/{old['id']}", {"properties": {"domain": "x.example"}})
    (changed,) = ask(crm, "companies", delta)["results"]
    assert changed["id"] == old["id"]
    at = changed["updatedAt"]
    assert ask(crm, "companies", where("hs_lastmodifieddate", "GT", at))["total"] == 0
    assert ask(crm, "companies", where("hs_lastmodifieddate", "EQ", at))["total"] == 1
    crm.ask("DELETE", f"{OBJECTS}/companies/{old['id']}", expect=204)
    assert ask(crm, "companies", delta)["total"] == 0


def test_words_and_tokens_are_found(crm: Sandbox) -> None:
    assert ask(crm, "companies", where("name", "CONTAINS_TOKEN", "alder"))["total"] == 1
    assert ask(crm, "companies", where("name", "CONTAINS_TOKEN", "ald*"))["total"] == 1
    assert ask(crm, "companies", where("name", "CONTAINS_TOKEN", "ald"))["total"] == 0
    assert ask(crm, "companies", where("name", "NOT_CONTAINS_TOKEN", "alder"))["total"] == 1
    body = {"filterGroups": [], "query": "medical"}
    assert crm.ask("POST", f"{OBJECTS}/companies/search", body)["total"] == 1


# ---------------------------------------------------------------------- against a naive filter

_NUMBERS = ["-3", "0", "0.5", "7", "10", "10.0", "200"]
_DATES = ["2025-12-31", "2026-01-01", "2026-03-16"]
_TEXTS = ["Alder", "alder", "Birch Medical", "x"]

VALUES = st.fixed_dictionaries(
    {},
    optional={
        "arr": st.sampled_from(_NUMBERS),
        "renewal_date": st.sampled_from(_DATES),
        "name": st.sampled_from(_TEXTS),
    },
)
POOLS = {"arr": _NUMBERS, "renewal_date": _DATES, "name": _TEXTS}


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    """One well-formed filter over the three properties."""
    name = draw(st.sampled_from(sorted(POOLS)))
    pool = st.sampled_from(POOLS[name])
    operator = draw(
        st.sampled_from(
            [
                *("EQ", "NEQ", "LT", "LTE", "GT", "GTE", "IN", "NOT_IN", "BETWEEN"),
                *("HAS_PROPERTY", "NOT_HAS_PROPERTY"),
            ]
        )
    )
    match operator:
        case "IN" | "NOT_IN":
            return where(name, operator, values=draw(st.lists(pool, min_size=1, max_size=3)))
        case "BETWEEN":
            return where(name, operator, draw(pool), highValue=draw(pool))
        case "HAS_PROPERTY" | "NOT_HAS_PROPERTY":
            return where(name, operator)
    return where(name, operator, draw(pool))


def naive(values: dict[str, str], one: dict[str, Any]) -> bool:
    """What a filter means, written down as directly as possible."""
    name, operator = one["propertyName"], one["operator"]
    present = name in values
    if operator == "HAS_PROPERTY":
        return present
    if operator == "NOT_HAS_PROPERTY":
        return not present
    if not present:
        return operator == "NEQ"

    def key(text: str) -> Any:
        return Decimal(text) if name == "arr" else text.lower()

    mine = key(values[name])
    if operator == "BETWEEN":
        return bool(key(one["value"]) <= mine <= key(one["highValue"]))
    if operator == "IN":
        return mine in [key(text) for text in one["values"]]
    if operator == "NOT_IN":
        return mine not in [key(text) for text in one["values"]]
    other = key(one["value"])
    return {
        "EQ": mine == other,
        "NEQ": mine != other,
        "LT": mine < other,
        "LTE": mine <= other,
        "GT": mine > other,
        "GTE": mine >= other,
    }[operator]


@given(
    rows=st.lists(st.tuples(VALUES, st.booleans()), max_size=12),
    groups=st.lists(st.lists(filters(), min_size=1, max_size=3), max_size=3),
    sort=st.sampled_from(["hs_object_id", "arr", "name", "renewal_date"]),
    descending=st.booleans(),
)
def test_search_agrees_with_a_naive_filter(
    rows: list[tuple[dict[str, str], bool]],
    groups: list[list[dict[str, Any]]],
    sort: str,
    descending: bool,
) -> None:
    assert COMPANY is not None
    at = "2026-01-01T00:00:00.000Z"
    records = [
        Record(
            id=number,
            properties={**values, "hs_object_id": str(number)},
            created=at,
            updated=at,
            archived_at=at if archived else None,
        )
        for number, (values, archived) in enumerate(rows, 1)
    ]
    request = {
        "filterGroups": [{"filters": group} for group in groups],
        "sorts": [{"propertyName": sort, "direction": "DESCENDING" if descending else "ASCENDING"}],
    }
    found = search(records[::-1], COMPANY, SCHEMA, request)
    expected = {
        record.id
        for record in records
        if record.archived_at is None
        and (
            not groups
            or any(all(naive(record.properties, one) for one in group) for group in groups)
        )
    }
    assert {record.id for record in found} == expected
    having = [record for record in found if sort in record.properties]
    assert found[: len(having)] == having
    keys: list[Any] = [
        Decimal(record.properties[sort])
        if sort in ("arr", "hs_object_id")
        else record.properties[sort].lower()
        for record in having
    ]
    assert keys == sorted(keys, reverse=descending)
