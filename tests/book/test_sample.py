"""The sample book is believable in what can be counted, and made by its generator."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from csmdesk.book.contents import Contents
from csmdesk.book.sample import ANCHOR, sample

GENERATOR = Path(__file__).parents[2] / "sample_data" / "generate.py"


@pytest.fixture(scope="module")
def book() -> Contents:
    """Return the sample on its own day."""
    return sample(ANCHOR)


def test_the_generator_makes_it_byte_for_byte() -> None:
    made = subprocess.run(
        [sys.executable, str(GENERATOR), "--check"], check=False, capture_output=True
    )
    assert made.returncode == 0, "run: python sample_data/generate.py"


def test_it_has_the_size_of_a_real_book(book: Contents) -> None:
    assert 75 <= len(book.accounts) <= 85
    assert 270 <= len(book.contacts) <= 330
    assert len(book.touchpoints) > 2_000
    days = [touch.at.date() for touch in book.touchpoints]
    assert (ANCHOR - min(days)).days > 500
    usage = {row.on for row in book.measurements if row.metric == "active_users"}
    assert len(usage) == 27


def test_it_has_every_kind_of_contract(book: Contents) -> None:
    contracts = book.subscriptions
    assert any(one.auto_renew and one.notice_days for one in contracts)
    assert any(one.auto_renew and one.notice_months for one in contracts)
    assert any(not one.auto_renew and not one.evergreen for one in contracts)
    assert any(one.ramp for one in contracts)
    assert any(one.breaks for one in contracts)
    assert any(one.evergreen for one in contracts)
    assert any(one.status == "ended" for one in contracts)
    assert any(one.arr is None for one in contracts)
    assert any(one.notice_received_on for one in contracts)
    assert any(one.term_end is None and one.term_months is None for one in contracts)
    ends = Counter((one.account_id, one.term_end) for one in contracts if one.term_end)
    assert 2 in ends.values()
    lapsed = [one for one in contracts if one.status == "active" and one.term_end]
    assert any(one.term_end and one.term_end < ANCHOR and not one.auto_renew for one in lapsed)


def test_names_come_in_many_scripts(book: Contents) -> None:
    names = "".join(row.name for row in (*book.accounts, *book.contacts))
    for first, last in (
        ("一", "鿿"), ("ぁ", "ヿ"), ("가", "힣"), ("ء", "ي"), ("א", "ת"), ("Ͱ", "Ͽ"), ("а", "ӿ"),
        ("ऀ", "ॿ"), ("ก", "๛"),
    ):  # fmt: skip
        assert any(first <= char <= last for char in names), (first, last)


def test_no_note_is_told_twice_in_one_account_within_a_quarter(book: Contents) -> None:
    last: dict[tuple[str, str | None], int] = {}
    twice = []
    for touch in sorted(book.touchpoints, key=lambda row: row.at):
        key = (touch.account_id, touch.text)
        day = touch.at.toordinal()
        if touch.account_id != "A-076" and key in last and day - last[key] < 90:
            twice.append((touch.id, touch.text))
        last[key] = day
    assert twice == []


def test_whoever_has_left_is_met_no_more(book: Contents) -> None:
    gone = {row.id: row.left_on for row in book.contacts if row.left_on}
    assert len(gone) >= 2
    for touch in book.touchpoints:
        for person in touch.attendee_ids:
            left = gone.get(person)
            assert left is None or touch.at.date() <= left, touch.id
