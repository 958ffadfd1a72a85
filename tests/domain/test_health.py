"""Health as it is read, and our own score, by example (domain rules §4, agenda model §3.1)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csmdesk.domain.exact import exact, plain, size
from csmdesk.domain.health import Override, Scale, override_on, reduce_health, trend
from csmdesk.domain.health_score import Inputs, Survey, compute, freshness
from csmdesk.domain.usage import Mean, Ratio, Usage, utilisation

TODAY = date(2026, 3, 16)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_the_crm_speaks_while_it_is_fresh_then_our_own_score_then_nobody() -> None:
    crm, ours = [(ago(31), 80)], [(ago(30), 40)]
    fresh = reduce_health([(ago(30), 80)], ours, TODAY, Scale())
    own = reduce_health(crm, ours, TODAY, Scale())
    none = reduce_health(crm, [(ago(40), 40)], TODAY, Scale())
    assert fresh is not None
    assert (fresh.source, fresh.score) == ("crm", 80)
    assert own is not None
    assert (own.source, own.score) == ("computed", 40)
    assert none is not None
    assert (none.source, none.score, none.known_on) == (None, None, ago(31))
    assert reduce_health([], [], TODAY, Scale()) is None


def test_a_change_is_a_change_of_colour_not_of_score() -> None:
    series = [(ago(60), 80), (ago(20), 60), (ago(10), 55), (ago(1), 70)]
    found = reduce_health(series, [], TODAY, Scale())
    assert found is not None
    assert (found.changed_on, found.changed_from) == (ago(20), "green")
    assert found.first_on == ago(60)
    assert found.reference == (ago(60), 80)


def test_a_drop_is_measured_from_a_month_ago_else_from_the_oldest_week() -> None:
    month = reduce_health([(ago(45), 90), (ago(30), 80), (ago(1), 50)], [], TODAY, Scale())
    week = reduce_health([(ago(29), 70), (ago(1), 50)], [], TODAY, Scale())
    young = reduce_health([(ago(6), 70), (ago(1), 50)], [], TODAY, Scale())
    assert month is not None
    assert month.reference == (ago(30), 80)
    assert week is not None
    assert week.reference == (ago(29), 70)
    assert young is not None
    assert young.reference is None


@pytest.mark.parametrize(
    ("score", "told"),
    [("49.6", "49.6"), ("49.4", "49"), ("50", "50"), ("50.4", "50"), ("74.9", "74.9"),
     ("74.96", "74.9"), ("75.2", "75"), ("74.4", "74"), ("38.5", "39"), ("0.4", "0")],
)  # fmt: skip
def test_a_told_score_never_contradicts_its_colour(score: str, told: str) -> None:
    assert plain(Scale().told(exact(score))) == told


@given(st.decimals("0", "100", places=3), st.decimals("1", "100", places=1), st.booleans())
def test_no_border_is_crossed_by_rounding(score: Decimal, border: Decimal, red: bool) -> None:
    scale = Scale(exact(border), 100) if red else Scale(1, exact(border))
    told = scale.told(exact(score))
    assert scale.colour(told) == scale.colour(exact(score))
    assert size(told - exact(score)) < 1


def test_the_told_move_is_the_difference_of_what_is_told() -> None:
    found = reduce_health([(ago(30), exact("55.4")), (ago(1), exact("37.6"))], [], TODAY, Scale())
    assert found is not None
    assert (found.told_before, found.told, found.told_move) == (55, 38, -17)
    found = reduce_health([(ago(30), exact("40.4")), (ago(1), exact("39.6"))], [], TODAY, Scale())
    assert found is not None
    assert (found.told, found.told_move) == (40, 0)


def test_red_lasts_until_the_day_before_the_next_record() -> None:
    found = reduce_health([(ago(90), 40), (ago(50), 60)], [(ago(1), 60)], TODAY, Scale())
    assert found is not None
    assert found.source == "computed"
    found = reduce_health([(ago(90), 40), (ago(50), 60), (ago(2), 80)], [], TODAY, Scale())
    assert found is not None
    assert found.red_on == ago(51)


def test_the_latest_override_in_force_counts_then_the_worse_colour() -> None:
    overrides = [
        Override(ago(9), "red", ago(-20)),
        Override(ago(3), "green", ago(0)),
        Override(ago(3), "yellow", ago(0)),
        Override(ago(2), "red", ago(1)),
    ]
    found = override_on(overrides, TODAY)
    assert found is not None
    assert found.colour == "yellow"
    tomorrow = override_on(overrides, ago(-1))
    assert tomorrow is not None
    assert tomorrow.colour == "red"
    assert override_on(overrides, ago(10)) is None


def test_a_trend_needs_five_points() -> None:
    assert trend([(ago(40), 60), (ago(0), 65)], TODAY) == "up"
    assert trend([(ago(40), 60), (ago(0), 64)], TODAY) == "flat"
    assert trend([(ago(8), 60), (ago(0), 55)], TODAY) == "down"
    assert trend([(ago(6), 60), (ago(0), 10)], TODAY) is None
    assert trend([], TODAY) is None


def test_the_score_of_the_worked_example() -> None:
    inputs = Inputs(
        seat_use=Ratio(40, 1),
        touch_days=45,
        cadence=30,
        critical_tickets=0,
        high_tickets=0,
        survey=Survey("nps", 3, 200),
        pulse="mixed",
        pulse_age=20,
    )
    found = compute(inputs)
    # adoption 40; engagement 1.5 cadences = 70; support 100; NPS 30 x 0.6; pulse 50.
    assert [part.value for part in found.components] == [40, 70, None, 100, 30, 50]
    assert found.components[4].freshness == Fraction(3, 5)
    assert found.coverage == 81
    assert found.score == round((30 * 40 + 20 * 70 + 15 * 100 + 6 * 30 + 10 * 50) / 81)


def test_too_little_known_is_no_score_and_not_red() -> None:
    found = compute(Inputs(pulse="good"))
    assert (found.score, found.coverage) == (None, 25)


@pytest.mark.parametrize(
    ("use", "value"), [(0, 0), (25, 25), (50, 50), (65, 75), (80, 100), (130, 100)]
)
def test_seats_in_use_are_worth_what_the_line_says(use: int, value: int) -> None:
    assert compute(Inputs(seat_use=Ratio(use, 1))).components[0].value == value


def test_weight_fades_with_age_and_value_stays() -> None:
    assert freshness(7, 7, 28) == 1
    assert freshness(28, 7, 28) == 0
    assert freshness(14, 7, 28) == Fraction(2, 3)
    stale = compute(Inputs(usage_fall=Ratio(-10, 1), usage_age=14)).components[0]
    assert (stale.value, stale.counts) == (100, 20)
    assert str(stale.record().freshness) == "0.667"


def test_a_fall_needs_a_base_and_growth_is_negative() -> None:
    grown = Usage(Mean(100, 1), Mean(220, 2)).fall
    assert grown is not None
    assert (grown.at_least(-10), grown.over(-10)) == (True, False)
    assert Usage(Mean(0, 1), Mean(5, 1)).fall is None
    assert Usage(None, Mean(5, 1)).fall is None


def test_utilisation_is_the_lower_week_of_one_and_the_same_measure() -> None:
    weeks = (Mean(92, 1), Mean(190, 2))
    assert utilisation(100, weeks, (None, None)) == Ratio(9200, 100)
    assert utilisation(100, (Mean(92, 1), None), (Mean(50, 1), Mean(60, 1))) == Ratio(5000, 100)
    assert utilisation(0, weeks, weeks) is None
    assert utilisation(None, weeks, weeks) is None
    assert utilisation(50, (None, None), (Mean(1, 1), None)) is None
