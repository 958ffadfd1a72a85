"""Rows spelled out without a record are what the record would have been spelled out to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csmdesk.crm.hubspot.rows import contact_row, meeting_row, touch_row
from csmdesk.crm.hubspot.values import instant_spelled, number_spelled, parse_instant, parse_number
from csmdesk.domain.records import Contact, Meeting, Touchpoint
from csmdesk.domain.spelling import decimal_text, instant_text, read, spelled

AT = datetime(2026, 3, 1, 9, 30, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize("two_way", [None, True, False])
def test_a_touch(two_way: bool | None) -> None:
    name, values = touch_row(
        "t",
        kind="qbr",
        at=instant_text(AT),
        minutes=45,
        two_way=two_way,
        direction="in",
        people=("a", "b"),
        user="u",
        outcome="held",
        sentiment=-1,
        text="Hello",
        meeting="m",
    )
    touch = Touchpoint(
        id="t",
        account_id="",
        type="qbr",
        at=AT,
        minutes=45,
        two_way=two_way,
        direction="in",
        attendee_ids=("a", "b"),
        user_id="u",
        outcome="held",
        sentiment=-1,
        text="Hello",
        meeting_id="m",
    )
    assert read(Touchpoint, values) == touch
    assert (name, list(values)) == spelled(touch)


def test_a_meeting() -> None:
    end = AT + timedelta(minutes=30)
    name, values = meeting_row(
        "m",
        kind="ebr",
        start=instant_text(AT),
        end=instant_text(end),
        title="Review",
        people=("a",),
        status="held",
    )
    meeting = Meeting(
        id="m", kind="ebr", start=AT, end=end, title="Review", attendee_ids=("a",), status="held"
    )
    assert read(Meeting, values) == meeting
    assert (name, list(values)) == spelled(meeting)


def test_a_contact() -> None:
    name, values = contact_row("c", name="Ana", title="CTO", email="a@x", phone="1")
    contact = Contact(id="c", account_id="", name="Ana", title="CTO", email="a@x", phone="1")
    assert read(Contact, values) == contact
    assert (name, list(values)) == spelled(contact)


@given(
    st.one_of(
        st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"),
        st.integers(-3 * 10**12, 8 * 10**12).map(
            lambda ms: instant_text(AT + timedelta(milliseconds=ms))[:23] + "Z"
        ),
        st.from_regex(r"-?[0-9]{1,15}"),
        st.text(max_size=30),
    )
)
def test_an_instant_is_spelled_as_it_is_read(written: str) -> None:
    at = parse_instant(written)
    assert instant_spelled({"at": written}, "at") == (None if at is None else instant_text(at))


@given(st.one_of(st.decimals(places=3), st.text(max_size=12)).map(str))
def test_a_number_is_spelled_as_it_is_read(written: str) -> None:
    found = parse_number(written)
    assert number_spelled({"n": written}, "n") == (None if found is None else decimal_text(found))
