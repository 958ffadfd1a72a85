"""Numbers, dates and lines as they are written. Pure."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from csmdesk.domain.agenda.points import gaps, tenths
from csmdesk.tui import format as fmt
from csmdesk.tui.addresses import safe_address
from csmdesk.tui.ink import Piece, fit, fit_line, pad, plain_text, spread, width_of, wrap, wrap_line

TODAY = date(2026, 3, 9)
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), max_size=60)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (None, "–"),
        (Decimal(0), "$0"),
        (Decimal(950), "$950"),
        (Decimal(45_000), "$45k"),
        (Decimal(999_499), "$999k"),
        (Decimal(999_500), "$1M"),
        (Decimal(1_249_999), "$1.2M"),
        (Decimal(-45_000), "−$45k"),
    ],
)
def test_money_in_lists(amount: Decimal | None, words: str) -> None:
    assert fmt.money(amount) == words


def test_money_where_one_acts_and_in_other_currencies() -> None:
    assert fmt.full_money(Decimal("45000")) == "$45,000"
    assert fmt.full_money(Decimal("1250.5"), "EUR") == "€1,250.50"
    assert fmt.money(Decimal(45_000), "CHF", converted=True) == "≈CHF 45k"


def test_days_have_the_year_only_when_it_is_another() -> None:
    assert fmt.day_name(date(2026, 3, 13), TODAY) == "Fri 13 Mar"
    assert fmt.day_name(date(2027, 3, 13), TODAY) == "Sat 13 Mar 2027"
    assert [fmt.days_ahead(days) for days in (4, 0, -3)] == ["in 4 d", "today", "3 d late"]


def test_ages_are_in_one_unit() -> None:
    now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    ages = [timedelta(seconds=5), timedelta(minutes=4), timedelta(hours=3), timedelta(days=12)]
    assert [fmt.ago(now - age, now) for age in ages] == [
        "just now", "4 min ago", "3 h ago", "12 d ago"
    ]  # fmt: skip


def test_lengths_of_time() -> None:
    assert [fmt.duration(minutes) for minutes in (0, 45, 60, 330)] == [
        "0 min", "45 min", "1 h", "5 h 30"
    ]  # fmt: skip
    assert [fmt.running_time(seconds) for seconds in (7, 751, 3723)] == ["0:07", "12:31", "1:02:03"]


@given(st.lists(st.integers(0, 2_000_000), max_size=3))
def test_the_parts_shown_add_up_to_the_total_shown(parts: list[int]) -> None:
    shown, total = tenths(parts)
    assert sum(Decimal(part) for part in shown) == Decimal(total)
    for part, words in zip(parts, shown, strict=True):
        assert abs(Decimal(words) - Decimal(part) / 10_000) < Decimal("0.1")


def test_a_sparkline_has_a_fixed_scale() -> None:
    values = [Decimal(0), Decimal(50), Decimal(100), None]
    assert fmt.sparkline(values) == "▁▅█ "
    assert fmt.sparkline([Decimal(40), Decimal(41)]) == "▄▄"


@given(TEXTS, st.integers(1, 40))
def test_cut_and_filled_text_has_the_width_asked_for(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) <= width
    assert cell_len(pad(text, width)) == width


@given(st.lists(TEXTS, max_size=4), TEXTS, st.integers(5, 60))
def test_lines_are_never_wider_than_their_room(texts: list[str], right: str, width: int) -> None:
    pieces = tuple(Piece(text) for text in texts)
    assert width_of(fit_line(pieces, width)) <= width
    assert width_of(spread(pieces, (Piece(fit(right, 5)),), width)) <= width


SCORES = st.lists(st.integers(0, 1_600_000), max_size=3)


@given(SCORES, SCORES)
def test_the_gaps_shown_add_up_to_the_difference_of_the_totals_shown(
    one: list[int], other: list[int]
) -> None:
    shown, more = gaps(one, other)
    numbers = [Decimal(text.replace("−", "-")) for text in (*shown, more)]
    assert sum(numbers[:-1]) == numbers[-1]
    assert numbers[-1] == Decimal(tenths([sum(one)])[1]) - Decimal(tenths([sum(other)])[1])
    for gap, mine, theirs in zip(numbers[:-1], [*one, 0, 0, 0], [*other, 0, 0, 0], strict=False):
        assert abs(gap * 10_000 - (mine - theirs)) <= 1_000


@given(TEXTS, st.integers(2, 40), st.integers(1, 4))
def test_wrapped_text_keeps_its_words_and_its_width(text: str, width: int, most: int) -> None:
    rows = wrap(text, width)
    assert all(cell_len(row) <= width for row in rows)
    assert "".join("".join(rows).split()) == "".join(text.split())
    assert len(wrap(text, width, most)) <= most
    voiced = wrap_line((Piece(text, "muted"),), width, most)
    assert all(width_of(row) <= width for row in voiced)


def test_a_number_stays_with_its_unit() -> None:
    assert wrap("renews in 34 d and then some", 12) == ["renews", "in 34 d and", "then some"]


@pytest.mark.parametrize("width", range(8, 60))
def test_no_date_is_cut_where_lines_run_out(width: int) -> None:
    text = "lapsed 3 d, renews 30 Jan 2027 (notice by Fri 1 Jan 2027), 12 d late, and $1.2M more"
    last = wrap(text, width, 2)[-1]
    if last.endswith("…"):
        assert f"{text} ".startswith(" ".join([*wrap(text, width, 2)[:-1], last[:-1]]))
        assert not re.search(r"\b(Jan|Fri|3|30|1|12|1 Jan|30 Jan|by Fri|\$1|20\d?)…$", last)


def test_the_voices_survive_wrapping() -> None:
    rows = wrap_line((Piece("red words here", "red"), Piece(" plain words", "plain")), 10)
    assert [plain_text(row) for row in rows] == ["red words", "here plain", "words"]
    assert rows[1] == (Piece("here", "red"), Piece(" plain", "plain"))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "http://app.hubspot.com/x",
        "file:///etc/passwd",
        "https://user:word@app.hubspot.com/",
        "https://app.hubspot.com/\x1b[2J",
        "https://app.hubspot.com\\@evil.example/",
        "https:///nothing",
        "https://x.example/" + "a" * 3_000,
    ],
)
def test_an_address_that_could_do_harm_is_not_opened(address: str) -> None:
    assert safe_address(address) is None


def test_an_ordinary_address_is_opened() -> None:
    address = "https://app.hubspot.com/contacts/1/company/2"
    assert safe_address(f" {address} ") == address
