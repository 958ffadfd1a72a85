"""Batches: partial success, upserts, missing records (fact sheet §3, §12)."""

from typing import Any

from tests.sandbox.running import Sandbox

OBJECTS = "/crm/objects/2026-09"
AT = "2026-03-16T09:00:00.000Z"


def note(text: str, **more: Any) -> dict[str, Any]:
    """One input of a batch of notes."""
    return {"properties": {"hs_timestamp": AT, "hs_note_body": text}, **more}


BAD = {"properties": {"hs_note_body": "no time"}}


def test_with_trace_ids_each_input_settles_by_itself(crm: Sandbox) -> None:
    inputs = [
        note("one", objectWriteTraceId="t1"),
        {**BAD, "objectWriteTraceId": "t2"},
        note("three", objectWriteTraceId="t3"),
    ]
    answer = crm.ask("POST", f"{OBJECTS}/notes/batch/create", {"inputs": inputs}, expect=207)
    assert [one["objectWriteTraceId"] for one in answer["results"]] == ["t1", "t3"]
    assert answer["numErrors"] == 1
    assert answer["status"] == "COMPLETE"
    assert answer["errors"][0]["context"]["objectWriteTraceId"] == ["t2"]
    assert answer["errors"][0]["category"] == "VALIDATION_ERROR"
    assert len(crm.effects()) == 2


def test_without_trace_ids_a_batch_fails_as_a_whole(crm: Sandbox) -> None:
    crm.ask("POST", f"{OBJECTS}/notes/batch/create", {"inputs": [note("one"), BAD]}, expect=400)
    assert crm.ask("GET", f"{OBJECTS}/notes")["results"] == []
    assert crm.effects() == []
    good = crm.ask("POST", f"{OBJECTS}/notes/batch/create", {"inputs": [note("one")]}, expect=201)
    assert "errors" not in good


def test_a_batch_holds_a_hundred_inputs(crm: Sandbox) -> None:
    many = [note(str(number)) for number in range(101)]
    crm.ask("POST", f"{OBJECTS}/notes/batch/create", {"inputs": many}, expect=400)
    crm.ask("POST", f"{OBJECTS}/notes/batch/create", {"inputs": many[:100]}, expect=201)


def test_an_upsert_creates_once_and_then_updates(crm: Sandbox) -> None:
    def upsert(text: str) -> dict[str, Any]:
        body = {"inputs": [note(text, id="key-1", idProperty="csmdesk_key")]}
        (result,) = crm.ask("POST", f"{OBJECTS}/notes/batch/upsert", body)["results"]
        return dict(result)

    first, second = upsert("one"), upsert("two")
    assert (first["new"], second["new"]) == (True, False)
    assert first["id"] == second["id"]
    read = crm.ask("GET", f"{OBJECTS}/notes/key-1?idProperty=csmdesk_key&properties=hs_note_body")
    assert read["properties"]["hs_note_body"] == "two"
    assert [(line["op"], line["key"]) for line in crm.effects()] == [
        ("create", {"csmdesk_key": "key-1"}),
        ("update", {"csmdesk_key": "key-1"}),
    ]


def test_an_upsert_takes_no_key_twice_and_none_that_is_not_unique(crm: Sandbox) -> None:
    twice = [
        note("a", id="k", idProperty="csmdesk_key"),
        note("b", id="k", idProperty="csmdesk_key"),
    ]
    crm.ask("POST", f"{OBJECTS}/notes/batch/upsert", {"inputs": twice}, expect=400)
    wrong = [note("a", id="k", idProperty="hs_note_body")]
    crm.ask("POST", f"{OBJECTS}/notes/batch/upsert", {"inputs": wrong}, expect=400)
    assert crm.effects() == []


def test_the_key_of_an_archived_record_is_free_again(crm: Sandbox) -> None:
    body = {"inputs": [note("a", id="k", idProperty="csmdesk_key")]}
    (made,) = crm.ask("POST", f"{OBJECTS}/notes/batch/upsert", body)["results"]
    crm.ask("DELETE", f"{OBJECTS}/notes/{made['id']}", expect=204)
    (again,) = crm.ask("POST", f"{OBJECTS}/notes/batch/upsert", body)["results"]
    assert again["new"] is True
    assert again["id"] != made["id"]


def test_a_taken_unique_value_is_refused_on_create_and_update(crm: Sandbox) -> None:
    keyed = {"properties": {"hs_timestamp": AT, "csmdesk_key": "k"}}
    made = crm.ask("POST", f"{OBJECTS}/notes", keyed, expect=201)
    refused = crm.ask("POST", f"{OBJECTS}/notes", keyed, expect=400)
    assert refused["errors"][0]["code"] == "CONFLICTING_UNIQUE_VALUE"
    assert made["id"] in refused["message"]
    other = crm.ask("POST", f"{OBJECTS}/notes", note("b"), expect=201)
    path = f"{OBJECTS}/notes/{other['id']}"
    crm.ask("PATCH", path, {"properties": {"csmdesk_key": "k"}}, expect=400)
    crm.ask("PATCH", f"{OBJECTS}/notes/{made['id']}", {"properties": {"csmdesk_key": "k"}})


def test_reading_a_batch_tells_which_ids_are_missing(crm: Sandbox) -> None:
    known = [one["id"] for one in crm.ask("GET", f"{OBJECTS}/companies")["results"]]
    body = {
        "properties": ["name"],
        "propertiesWithHistory": [],
        "inputs": [{"id": one} for one in [*known, known[0], "42"]],
    }
    answer = crm.ask("POST", f"{OBJECTS}/companies/batch/read", body, expect=207)
    assert {one["id"] for one in answer["results"]} == set(known)
    assert len(answer["results"]) == 2
    assert answer["errors"][0]["context"]["ids"] == ["42"]
    body["inputs"] = [{"id": known[0]}]
    crm.ask("POST", f"{OBJECTS}/companies/batch/read", body, expect=200)


def test_a_batch_updates_by_id_or_key_and_archives(crm: Sandbox) -> None:
    first, second = (one["id"] for one in crm.ask("GET", f"{OBJECTS}/companies")["results"])
    inputs = [
        {"id": first, "properties": {"name": "A"}},
        {"id": second, "properties": {"name": "B"}},
    ]
    answer = crm.ask("POST", f"{OBJECTS}/companies/batch/update", {"inputs": inputs})
    assert {one["properties"]["name"] for one in answer["results"]} == {"A", "B"}
    by_mail = [{"id": "ana@alder.example", "idProperty": "email", "properties": {"jobtitle": "VP"}}]
    crm.ask("POST", f"{OBJECTS}/contacts/batch/update", {"inputs": by_mail})
    ids = [{"id": first}, {"id": second}, {"id": "42"}]
    crm.ask("POST", f"{OBJECTS}/companies/batch/archive", {"inputs": ids}, expect=204)
    assert crm.ask("GET", f"{OBJECTS}/companies")["results"] == []


def test_a_failed_batch_leaves_nothing_behind_in_memory_or_on_disk(crm: Sandbox) -> None:
    company = crm.ask("GET", f"{OBJECTS}/companies")["results"][0]["id"]
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 190}]
    linked = note("x", associations=[{"to": {"id": company}, "types": types}])
    linked["properties"]["csmdesk_key"] = "k"
    crm.ask("POST", f"{OBJECTS}/notes/batch/create", {"inputs": [linked, BAD]}, expect=400)
    listed = crm.ask("GET", f"{OBJECTS}/companies/{company}/associations/notes")
    assert listed["results"] == []
    crm.ask("POST", f"{OBJECTS}/notes", linked, expect=201)
    listed = crm.ask("GET", f"{OBJECTS}/companies/{company}/associations/notes")
    assert len(listed["results"]) == 1
