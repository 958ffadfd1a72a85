"""The published schema says what the reader does, as far as a schema can."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from tests.book.documents import Document, documents, encoded, full

from csmdesk.book.canonical import write
from csmdesk.book.contents import KEYS
from csmdesk.book.reading import read_book
from csmdesk.book.records import contents_of
from csmdesk.book.sample import sample_bytes
from csmdesk.book.schema import schema, schema_bytes

VALIDATOR = jsonschema.Draft202012Validator(schema())


def test_it_is_a_schema_of_the_draft_it_names() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_bytes()))
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(KEYS) < set(schema()["properties"])


@given(documents())
def test_it_takes_every_book_and_its_export(document: Document) -> None:
    VALIDATOR.validate(document)
    VALIDATOR.validate(json.loads(write(contents_of(read_book(encoded(document))))))


def test_it_takes_the_sample() -> None:
    VALIDATOR.validate(json.loads(sample_bytes()))


def test_every_optional_key_may_be_null_and_no_required_one() -> None:
    for definition in schema()["$defs"].values():
        for name, shape in definition["properties"].items():
            null = {"type": "null"} in shape.get("anyOf", ())
            assert null is (name not in definition.get("required", ())), name


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("accounts", {"id": "A"}),
        ("accounts", {"id": "A", "name": "x", "color": "red"}),
        ("accounts", {"id": "", "name": "x"}),
        ("contacts", {"id": "C", "account_id": "A", "name": "x", "influence": 6}),
        ("contacts", {"id": "C", "account_id": "A", "name": "x", "roles": ["boss"]}),
        ("tasks", {"id": "W", "account_id": "A", "title": "x", "due_on": "9 March"}),
        ("rates", {"currency": "EURO", "on": "2026-01-01", "rate": 1}),
        ("surveys", {**full()["surveys"][0], "score": 9}),
        ("subscriptions", {**full()["subscriptions"][1], "ended_on": None}),
        ("subscriptions", {**full()["subscriptions"][0], "notice_days": 30}),
        ("subscriptions", {**full()["subscriptions"][0], "arr": 1.5}),
        ("dispositions", {**full()["dispositions"][1], "undoes": None}),
    ],
)
def test_it_refuses_what_the_reader_refuses(kind: str, row: dict[str, Any]) -> None:
    book = {"format": "csmdesk-book", "version": 1, kind: [row]}
    assert not VALIDATOR.is_valid(book)
