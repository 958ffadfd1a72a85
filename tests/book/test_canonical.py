"""The same contents are always the same bytes."""

import json
import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.book.documents import Document, documents, encoded, full

from csmdesk.book.canonical import decimal_text, instant_text, write
from csmdesk.book.reading import read_book
from csmdesk.book.records import book_of, contents_of


def canonical(document: object) -> bytes:
    """Return the canonical form of a document."""
    return write(contents_of(read_book(encoded(document))))


@given(documents())
def test_reading_the_canonical_form_gives_it_back(document: Document) -> None:
    once = canonical(document)
    assert write(contents_of(read_book(once))) == once


@given(documents())
def test_records_and_models_say_the_same(document: Document) -> None:
    contents = contents_of(read_book(encoded(document)))
    assert write(contents_of(book_of(contents))) == write(contents)


def test_the_order_of_top_lists_and_keys_does_not_matter() -> None:
    document = full()
    chance = random.Random(1)
    shuffled = {}
    for key in sorted(document, key=lambda _key: chance.random()):
        value = document[key]
        shuffled[key] = value[::-1] if isinstance(value, list) else value
    assert canonical(shuffled) == canonical(document)


def test_nested_lists_keep_their_order() -> None:
    touch = json.loads(canonical(full()))["touchpoints"][0]
    assert [step["id"] for step in touch["next_steps"]] == ["N-2", "N-1"]
    assert touch["attendee_ids"] == ["C-2", "C-1"]


def test_the_form_is_what_the_format_says() -> None:
    text = canonical(full()).decode()
    document = json.loads(text)
    assert text == json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert "null" not in text
    assert document["touchpoints"][0]["at"] == "2026-02-27T08:00:00.25Z"
    assert document["subscriptions"][1]["arr"] == "45000.5"
    assert document["measurements"][1]["value"] == "0.1"
    assert document["holidays"] == ["2026-01-01", "2026-12-25"]
    assert document["settings"]["agenda.focus_share"] == 100
    assert "evergreen" not in document["subscriptions"][1]


@pytest.mark.parametrize(
    ("number", "text"),
    [("1E+3", "1000"), ("1.500", "1.5"), ("-0.0", "0"), ("100", "100"), ("1E-7", "0.0000001")],
)
def test_a_decimal_has_no_exponent_and_no_trailing_zeros(number: str, text: str) -> None:
    assert decimal_text(Decimal(number)) == text


@given(st.decimals(-(10**20), 10**20, allow_nan=False, allow_infinity=False))
def test_the_text_of_a_decimal_is_its_value(number: Decimal) -> None:
    assert Decimal(decimal_text(number)) == number


def test_an_instant_has_only_the_places_it_needs() -> None:
    assert instant_text(datetime(2026, 3, 9, 8, tzinfo=UTC)) == "2026-03-09T08:00:00Z"
    assert instant_text(datetime(2026, 3, 9, 8, 0, 0, 500, UTC)) == "2026-03-09T08:00:00.0005Z"
