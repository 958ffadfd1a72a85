"""A file becomes a book, or everything that is wrong with it is told at once."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.book.documents import Document, documents, encoded, full

from csmdesk.book.consistency import BookClock
from csmdesk.book.reading import MOST_PROBLEMS, read_book
from csmdesk.errors import BookInvalid

CLOCK = BookClock(datetime(2026, 3, 9, 8, tzinfo=UTC))


def problems(data: bytes, **more: Any) -> tuple[str, ...]:
    """Return what is wrong with a file."""
    with pytest.raises(BookInvalid) as caught:
        read_book(data, **more)
    return caught.value.problems


def changed(path: str, value: object) -> bytes:
    """Return the full book with one value changed; `...` removes it."""
    document = full()
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = document
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return encoded(document)


def test_a_book_with_every_key_is_read() -> None:
    book = read_book(encoded(full()), clock=CLOCK)
    assert book.measurements[0].value == Decimal("0.1")
    assert book.touchpoints[0].at == datetime(2026, 2, 27, 8, 0, 0, 250_000, UTC)
    assert [step.id for step in book.touchpoints[0].next_steps] == ["N-2", "N-1"]


def test_an_empty_book_needs_only_its_format_and_version() -> None:
    assert read_book(b'{"format": "csmdesk-book", "version": 1}').accounts == ()


def test_null_means_absent() -> None:
    book = read_book(changed("accounts.1.tags", None))
    assert book.accounts[1].tags == ()
    assert problems(changed("accounts.1.name", None)) == (
        "accounts[1].name: absent: expected a value",
    )


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("accounts.1.segment", "huge", 'accounts[1].segment: "huge": expected high, mid, low or'),
        ("accounts.1.onwer_id", "x", "did you mean owner_id?"),
        ("accounts.1.start_on", "20260309", "a date as YYYY-MM-DD"),
        ("accounts.1.start_on", "2026-02-29", "a date that exists"),
        ("accounts.1.start_on", "0001-01-01", "a date after the year 1, or none"),
        ("tasks.0.id", "", "a string that is not empty"),
        ("tasks.0.id", "A\u202e", "without control or invisible characters"),
        ("accounts.1.tags", "vip", "a list"),
        ("subscriptions.0.arr", 45000.5, "money as an integer or a decimal string"),
        ("subscriptions.0.arr", "1e5", "money as an integer or a decimal string"),
        ("subscriptions.0.arr", -1, "an arr of 0 or more"),
        ("subscriptions.0.notice_days", 30, "notice_days or notice_months, not both"),
        ("subscriptions.0.likelihood", 101, "a number from 0 to 100"),
        ("subscriptions.0.auto_renew", "yes", "true or false"),
        ("subscriptions.1.ended_on", ..., "ended_on, because the status is ended"),
        ("subscriptions.1.ended_on", "2026-03-10", "a day not after today"),
        ("subscriptions.0.ended_on", "2026-03-08", "no day before today"),
        ("contacts.0.influence", 6, "a number from 1 to 5"),
        ("contacts.0.influence", "5", "an integer"),
        ("contacts.0.influence", True, "an integer"),
        ("contacts.0.sentiment", -3, "a number from -2 to 2"),
        ("touchpoints.0.sentiment", 2, "a number from -1 to 1"),
        ("touchpoints.0.at", "2026-02-27T09:00:00", "an instant with its offset"),
        ("touchpoints.0.at", "2026-02-27T25:00:00Z", "an instant that exists"),
        ("touchpoints.0.at", "0001-01-01T00:00:00Z", "between the years 1000 and 9000"),
        ("meetings.0.end", "9999-12-31T23:59:59Z", "between the years 1000 and 9000"),
        ("touchpoints.0.at", "2026-03-09T08:00:01Z", "a touch that is not later than the clock"),
        ("meetings.0.end", "2026-02-27T07:59:59Z", "an end that is not before the start"),
        ("surveys.0.score", 6, "a csat score from 1 to 5"),
        ("health.0.score", 100.5, "a number from 0 to 100"),
        ("dispositions.1.undoes", ..., "undoes, because the action is undo"),
        ("rates.0.rate", 0, "a rate above 0"),
        ("rates.0.currency", "usd", "an ISO 4217 code"),
        ("settings", {"Agenda": 1}, "a key such as agenda.focus_share"),
        ("version", 2, "version: 2: expected 1"),
        ("version", True, "an integer"),
        ("timezone", "Mars/Olympus", "an IANA time zone"),
        ("plans.0.objectives.0.milestones.0.tasks.0.side", "me", "milestones[0].tasks[0].side"),
    ],
)
def test_each_broken_rule_is_told_with_its_path(path: str, value: object, told: str) -> None:
    (line,) = problems(changed(path, value), clock=CLOCK)
    assert told in line


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("me", "users"),
        ("accounts.1.parent_id", "accounts"),
        ("accounts.1.owner_id", "users"),
        ("subscriptions.0.account_id", "accounts"),
        ("contacts.1.reports_to_id", "contacts"),
        ("contacts.0.counterpart_id", "users"),
        ("touchpoints.0.attendee_ids.1", "contacts"),
        ("touchpoints.0.user_id", "users"),
        ("touchpoints.0.meeting_id", "meetings"),
        ("meetings.0.attendee_ids.0", "contacts"),
        ("measurements.0.account_id", "accounts"),
        ("surveys.0.contact_id", "contacts"),
        ("plans.0.owner_us_id", "users"),
        ("plans.0.owner_them_id", "contacts"),
        ("plans.0.objectives.0.milestones.0.person_id", "users or contacts"),
        ("dispositions.1.undoes", "dispositions"),
        ("planned_days.0.account_id", "accounts"),
    ],
)
def test_a_reference_to_nobody_is_told_unless_the_store_knows_it(path: str, kind: str) -> None:
    data = changed(path, "ghost")
    (line,) = problems(data)
    assert '"ghost"' in line
    assert f"an id in {kind} of the file or the store" in line
    read_book(data, known=lambda _kind, ids: ids)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("accounts.0.id", "A-2", "accounts[0] has it too"),
        ("touchpoints.0.next_steps.1.id", "N-2", "touchpoints[0].next_steps[0] has it too"),
        ("plans.0.objectives.1.id", "J-1", "plans[0].objectives[0] has it too"),
        ("measurements.1.on", "2026-03-08", "measurements[0] has them too"),
        ("health.1.source", "computed", "health[0] has them too"),
    ],
)
def test_an_id_or_a_natural_key_stands_once_only(path: str, value: object, told: str) -> None:
    assert any(told in line for line in problems(changed(path, value)))


def test_ids_of_different_kinds_may_be_alike() -> None:
    read_book(changed("tasks.0.id", "X-1"))


def test_all_problems_are_told_at_once() -> None:
    document = full()
    document["accounts"][0]["name"] = 7
    document["accounts"][1]["owner_id"] = "ghost"
    document["contacts"].append(document["contacts"][1])
    document["extra"] = {}
    lines = problems(encoded(document))
    assert [line.split(":")[0] for line in lines] == [
        "accounts[0].name",
        "extra",
        "contacts[2].id",
        "accounts[1].owner_id",
    ]


def test_a_flood_of_problems_is_counted() -> None:
    rows = [{"id": f"A-{number}"} for number in range(500)]
    data = encoded({"format": "csmdesk-book", "version": 1, "accounts": rows})
    lines = problems(data)
    assert len(lines) == MOST_PROBLEMS + 1
    assert lines[-1] == "… and 300 more"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "valid JSON"),
        (b'{"format": "csmdesk-book",\n "version": 1,}', "line 2, column 15"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'{"format":\n "\xff"}', "byte 0xff in line 2"),
        (b"[" * 100_000, "nesting"),
        (b"[1]", "a JSON object"),
        (b"null", "a JSON object"),
        (b'{"format": "a", "format": "csmdesk-book", "version": 1}', "each key once"),
        (b'{"format": "csmdesk-book", "version": ' + b"1" * 5_000 + b"}", "an integer"),
        (b'{"format": "csmdesk-book", "version": 1, "settings": {"a.b": NaN}}', "a JSON value"),
        (b'{"format": "csmdesk-book", "version": 1, "settings": {"a": 1e999}}', "30 digits"),
        (
            b'{"format": "csmdesk-book", "version": 1, "settings": {"a":'
            + b"[" * 40
            + b"]" * 40
            + b"}}",
            "nested less deeply",
        ),
    ],
)
def test_what_is_no_book_at_all_is_told_in_a_clear_line(data: bytes, told: str) -> None:
    assert told in problems(data)[0]


def test_a_problem_shows_hostile_values_without_their_power() -> None:
    (line,) = problems(changed("accounts.1.segment", "\x1b]0;pwned\x07" + "x" * 9_999))
    assert "\x1b" not in line
    assert len(line) < 200


@given(documents())
def test_every_book_of_the_format_is_read(document: Document) -> None:
    read_book(encoded(document))


@given(st.binary(max_size=60) | st.recursive(st.none(), st.lists).map(json.dumps).map(str.encode))
def test_no_bytes_whatever_break_the_reader(data: bytes) -> None:
    problems(data)
