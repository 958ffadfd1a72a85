"""Values go into the store and come back as they were, and their texts sort as they do."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csmdesk.domain.records import NextStep, Touchpoint
from csmdesk.store.encoding import (
    decimal_text,
    decode_date,
    decode_decimal,
    decode_instant,
    decode_json,
    decode_list,
    encode,
    encode_date,
    encode_json,
    encode_list,
    instant_text,
    row_of,
)

INSTANTS = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 # hypothesis adds the zone
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone),
)


@given(INSTANTS, INSTANTS)
def test_instants_come_back_and_sort_as_time_does(one: datetime, other: datetime) -> None:
    assert decode_instant(instant_text(one)) == one
    assert (instant_text(one) < instant_text(other)) == (one < other)
    assert len(instant_text(one)) == 27


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18))
def test_decimals_come_back_and_have_one_spelling(number: Decimal) -> None:
    text = decimal_text(number)
    assert decode_decimal(text) == number
    assert "E" not in text.upper()
    assert decimal_text(Decimal(f"{number:f}" + ("0" if "." in f"{number:f}" else ".0"))) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.5"), ("1E2", "100"), ("-0.0", "0"), ("100", "100"), ("0.10", "0.1")],
)
def test_decimals_are_spelled_plainly(number: str, text: str) -> None:
    assert decimal_text(Decimal(number)) == text


@given(st.dates())
def test_days_come_back(day: date) -> None:
    assert decode_date(encode_date(day)) == day


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_lists_come_back(values: list[str]) -> None:
    assert decode_list(encode_list(values)) == tuple(values)
    assert decode_json(encode_json({"b": values, "a": 1})) == {"a": 1, "b": values}


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        decimal_text(Decimal(number))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        instant_text(datetime(2026, 3, 9))  # noqa: DTZ001 # the very mistake


def test_a_record_becomes_a_row() -> None:
    touch = Touchpoint(
        id="t",
        account_id="a",
        type="email",
        at=datetime(2026, 3, 9, 10, tzinfo=UTC),
        two_way=True,
        next_steps=(NextStep(id="n", text="x", side="us"),),
    )
    row = row_of(touch, "attendee_ids", "next_steps", origin="logged")
    assert (row["at"], row["two_way"], row["minutes"]) == ("2026-03-09T10:00:00.000000Z", 1, None)
    assert row["origin"] == "logged"
    with pytest.raises(TypeError, match="no stored form"):
        encode(touch.next_steps)
