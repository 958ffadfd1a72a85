"""What cleaning takes from outside text, and what it leaves."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csmdesk.text import LINE_LIMIT, TEXT_LIMIT, clean_text

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x00\x07\x1b\x7f\x9b\x9d\r\n\t\u2028\u200b\u200c\u200d\u202e\u2066\ufeff"),
        st.sampled_from("\u0301\u0e34\ud800\U000e0041\U0001f468"),
    ),
    max_size=80,
)
BANNED = (
    *range(0x09),
    *range(0x0B, 0x20),
    *range(0x7F, 0xA0),
    *(0x061C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x2060, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *range(0xD800, 0xE000),
    *range(0xE0000, 0xE0080),
)


@given(HOSTILE, st.booleans(), st.integers(0, 60) | st.none())
def test_cleaning_twice_is_cleaning_once(text: str, one_line: bool, limit: int | None) -> None:
    once = clean_text(text, one_line=one_line, limit=limit)
    assert clean_text(once, one_line=one_line, limit=limit) == once


@given(HOSTILE, st.booleans())
def test_nothing_that_drives_a_terminal_or_hides_is_left(text: str, one_line: bool) -> None:
    clean = clean_text(text, one_line=one_line)
    assert not {ord(char) for char in clean} & set(BANNED)
    assert not (one_line and set(clean) & set("\n\t"))


@given(st.text(st.characters(categories=["M"]), max_size=40))
def test_a_tower_of_marks_is_cut(marks: str) -> None:
    run = longest = 0
    for char in clean_text("a" + marks):
        run = run + 1 if unicodedata.category(char).startswith("M") else 0
        longest = max(longest, run)
    assert longest <= 8


@given(HOSTILE, st.integers(0, 40))
def test_no_text_is_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(clean_text(text, limit=limit)) <= limit


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧 family",
        "می‌خواهم",  # the joiner inside is part of the spelling
        "क्‍ष",
        "Zażółć gęślą jaźń",
        "王府 · Ελένη · Їжакевич",
        "e\u0301",
        "",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == text
    assert clean_text(text, one_line=True) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\x1b]52;c;cm0=\x07", "]52;c;cm0="),
        ("\x9b31mred", "31mred"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("zero\u200bwidth", "zero\ufffdwidth"),
    ],
)
def test_hostile_text_loses_its_power_and_stays_visible(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_a_long_text_ends_in_a_sign_that_something_is_missing() -> None:
    assert clean_text("x" * (TEXT_LIMIT + 1)).endswith("x…")
    assert len(clean_text("x" * (TEXT_LIMIT + 1))) == TEXT_LIMIT
    assert len(clean_text("x" * 9_999, one_line=True)) == LINE_LIMIT
