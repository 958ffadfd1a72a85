"""Working days and exact numbers, against plain counting."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csmdesk.domain.agenda.curves import curve
from csmdesk.domain.exact import exact, half_up, plain
from csmdesk.domain.money import Rates, known_sum
from csmdesk.domain.records import Rate
from csmdesk.domain.workdays import WEEKDAYS, Workdays

days = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 6, 30))
weeks = st.sets(st.sampled_from(WEEKDAYS), min_size=1)


@given(weeks, st.sets(days, max_size=30), days, days)
def test_counting_agrees_with_looking_at_every_day(
    week: set[str], holidays: set[date], one: date, two: date
) -> None:
    calendar = Workdays(week, holidays)
    works = [
        day
        for day in (one + timedelta(days=n) for n in range(1, (two - one).days + 1))
        if WEEKDAYS[day.weekday()] in week and day not in holidays
    ]
    assert calendar.between(one, two) == len(works)
    assert all(calendar.is_working(day) for day in works)
    following = calendar.next(one)
    assert calendar.is_working(following)
    assert calendar.between(one, following) == 1
    last = calendar.last(one)
    assert calendar.is_working(last)
    assert last <= one
    assert calendar.between(last, one) == 0
    assert calendar.before(one) == calendar.last(one - timedelta(days=1))


@given(weeks, st.sets(days, max_size=10), days, st.integers(min_value=0, max_value=12))
def test_going_back_stops_at_the_first_day_within_reach(
    week: set[str], holidays: set[date], day: date, count: int
) -> None:
    calendar = Workdays(week, holidays)
    first = calendar.back(day, count)
    assert calendar.between(first, day) <= count
    assert calendar.between(first - timedelta(days=1), day) == count + 1


def test_a_week_without_work_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Workdays(())


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9)))
def test_a_decimal_survives_being_exact(number: Decimal) -> None:
    assert Decimal(plain(exact(number))) == number
    assert exact(str(number)) == exact(number)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(1, 8), "0.125"),
        (Fraction(-5, 2), "-2.5"),
        (1200, "1200"),
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(12, 10), "1.2"),
    ],
)
def test_numbers_are_written_without_exponent_or_trailing_zeros(
    number: Fraction | int, text: str
) -> None:
    assert plain(number) == text


@pytest.mark.parametrize(
    ("top", "bottom", "rounded"), [(5, 2, 3), (-5, 2, -2), (7, 2, 4), (49, 10, 5), (44, 10, 4)]
)
def test_halves_round_up(top: int, bottom: int, rounded: int) -> None:
    assert half_up(top, bottom) == rounded


@given(st.integers(-50, 500), st.integers(1, 9))
def test_a_curve_is_linear_between_its_knots_and_flat_outside(top: int, bottom: int) -> None:
    knots = ((0, 70), (5, 80), (20, 90), (100, 110))
    x = Fraction(top, bottom)
    if x <= 0:
        expected = Fraction(70)
    elif x >= 100:
        expected = Fraction(110)
    else:
        (x0, y0), (x1, y1) = next(
            (one, two) for one, two in pairwise(knots) if one[0] <= x <= two[0]
        )
        expected = y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    assert curve(knots, top, bottom) == (expected + Fraction(1, 2)).__floor__()


def test_the_rate_is_the_latest_one_known_and_none_means_unknown() -> None:
    table = [
        Rate(currency="EUR", on=date(2026, 1, 1), rate=Decimal("1.1")),
        Rate(currency="EUR", on=date(2026, 3, 1), rate=Decimal("1.25")),
        Rate(currency="EUR", on=date(2026, 4, 1), rate=Decimal(2)),
    ]
    rates = Rates.on(date(2026, 3, 16), "USD", table)
    assert rates.convert(exact("100.40"), "EUR") == exact("125.5")
    assert rates.convert(100, "USD") == rates.convert(100, None) == 100
    assert rates.convert(100, "CHF") is None
    assert known_sum([None, 3, Fraction(1, 2)]) == Fraction(7, 2)
    assert known_sum([None]) is None
