"""A book written for a Monday is alive on any day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.book.documents import encoded, full

from csmdesk.book.canonical import write
from csmdesk.book.contents import Contents
from csmdesk.book.reading import read_book
from csmdesk.book.records import contents_of
from csmdesk.book.sample import ANCHOR, sample
from csmdesk.book.shift import shift, working_week

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
BERLIN = ZoneInfo("Europe/Berlin")


def book() -> Contents:
    """Return a book whose present day is the anchor."""
    return contents_of(read_book(encoded(full())))


def test_moving_to_its_own_day_changes_nothing_but_the_dispositions() -> None:
    moved = shift(book(), anchor=ANCHOR, today=ANCHOR)
    assert moved.dispositions == ()
    assert moved.touchpoints == book().touchpoints
    assert moved.plans == book().plans


@given(DAYS)
def test_contracts_and_figures_keep_their_distance_from_today(today: date) -> None:
    before, after = book(), shift(book(), anchor=ANCHOR, today=today)
    by = today - ANCHOR
    for old, new in zip(before.subscriptions, after.subscriptions, strict=True):
        assert new.start_on - old.start_on == by
    for was, now in zip(before.measurements, after.measurements, strict=True):
        assert now.on - was.on == by
    assert after.rates[0].on - before.rates[0].on == by


@given(DAYS)
def test_work_lands_on_working_days_and_never_crosses_today(today: date) -> None:
    moved = shift(book(), anchor=ANCHOR, today=today)
    week = working_week(today)
    touch = moved.touchpoints[0]
    assert touch.at.astimezone(BERLIN).weekday() in week
    assert touch.at.astimezone(BERLIN).date() < today
    milestone = moved.plans[0].objectives[0].milestones[0]
    assert milestone.due_on.weekday() in week
    assert milestone.due_on > today
    assert milestone.moves[0].to_on == milestone.due_on


@given(DAYS)
def test_a_wall_clock_time_stays_over_a_change_of_the_clocks(today: date) -> None:
    moved = shift(book(), anchor=ANCHOR, today=today)
    assert moved.touchpoints[0].at.astimezone(BERLIN).strftime("%H:%M") == "09:00"
    assert moved.meetings[1].start.astimezone(BERLIN).strftime("%H:%M") == "09:00"


def test_a_book_shown_on_a_weekend_works_from_that_day_on() -> None:
    saturday, sunday, monday = date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23)
    week = "agenda.workweek"
    assert shift(book(), anchor=ANCHOR, today=sunday).settings[week] == [
        "mon", "tue", "wed", "thu", "sun",
    ]  # fmt: skip
    assert shift(book(), anchor=ANCHOR, today=saturday).settings[week] == [
        "mon", "tue", "wed", "sat", "sun",
    ]  # fmt: skip
    assert shift(book(), anchor=ANCHOR, today=monday).settings == book().settings


def test_the_calendar_can_follow_another_zone() -> None:
    moved = shift(book(), anchor=ANCHOR, today=ANCHOR, zone="America/New_York")
    assert moved.timezone == "America/New_York"
    assert moved.meetings[1].start == datetime(2026, 3, 9, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "today", [date(2026, 3, 9), date(2026, 3, 11), date(2026, 10, 25), date(2028, 2, 29)]
)
def test_the_sample_is_a_book_on_any_day(today: date) -> None:
    moved = sample(today)
    assert contents_of(read_book(write(moved))).accounts == tuple(
        sorted(moved.accounts, key=lambda row: row.id)
    )
    latest = max(touch.at for touch in moved.touchpoints)
    assert latest.astimezone(BERLIN).date() < today
    assert any(meeting.start.astimezone(BERLIN).date() == today for meeting in moved.meetings)
