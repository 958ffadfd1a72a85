"""The renewal clock, by example (domain rules §2.6, agenda model §3.3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csmdesk.domain.money import amount_in_force
from csmdesk.domain.renewal import Contract, add_months, clock, notice_deadline, term_end

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


def contract(start: str = "2024-01-01", *, auto: bool = True, **values: object) -> Contract:
    return Contract("S", date.fromisoformat(start), auto, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "months", "today", "end"),
    [
        ("2025-03-01", 12, "2025-06-01", "2026-02-28"),
        ("2024-02-29", 12, "2024-03-01", "2025-02-27"),
        ("2024-02-29", 12, "2026-03-01", "2027-02-27"),
        ("2024-02-29", 12, "2027-03-01", "2028-02-28"),
        ("2025-08-31", 6, "2025-09-01", "2026-02-27"),
        ("2025-08-31", 6, "2026-02-28", "2026-08-30"),
        ("2025-01-31", 1, "2025-02-01", "2025-02-27"),
        ("2025-01-31", 1, "2025-03-01", "2025-03-30"),
    ],
)
def test_terms_roll_from_the_anchor_and_never_drift(
    start: str, months: int, today: str, end: str
) -> None:
    rolling = contract(start, term_months=months)
    assert term_end(rolling, date.fromisoformat(today)) == date.fromisoformat(end)


@given(days, st.integers(min_value=1, max_value=40), days)
def test_the_term_that_counts_is_the_first_whole_one_not_past(
    start: date, months: int, today: date
) -> None:
    end = term_end(Contract("S", start, True, term_months=months), today)
    assert end is not None
    assert end >= today or end >= start
    ends = []
    for k in range(1, 3000 // months + 2):
        begin = add_months(start, k * months)
        if begin is not None:
            ends.append(begin - timedelta(days=1))
    assert end == next(one for one in ends if one >= today)


@pytest.mark.parametrize(
    ("end", "notice", "deadline"),
    [
        ("2026-04-12", {"notice_days": 30}, "2026-03-13"),
        ("2026-04-12", {"notice_days": 60}, "2026-02-11"),
        ("2026-04-12", {"notice_days": 90}, "2026-01-12"),
        ("2026-04-30", {"notice_months": 2}, "2026-03-01"),
        ("2026-05-31", {"notice_days": 90}, "2026-03-02"),
        ("2026-05-31", {"notice_months": 3}, "2026-03-01"),
        ("2026-05-31", {}, "2026-05-31"),
    ],
)
def test_notice_is_counted_back_from_the_term_end(
    end: str, notice: dict[str, int], deadline: str
) -> None:
    last = date.fromisoformat(end)
    assert notice_deadline(contract(**notice), last) == date.fromisoformat(deadline)


TODAY = date(2026, 3, 16)


def test_silence_past_the_deadline_locks_the_contract() -> None:
    now = clock(contract(term_end=date(2026, 4, 14), notice_days=30), TODAY)
    assert now is not None
    assert now.locked
    assert now.term_end == date(2026, 4, 14)
    # On the deadline itself it is not locked yet.
    now = clock(contract(term_end=date(2026, 4, 15), notice_days=30), TODAY)
    assert now is not None
    assert (now.kind, now.on) == ("notice", TODAY)


def test_notice_received_makes_a_save_case_until_the_term_end() -> None:
    given_notice = contract(
        term_end=date(2026, 3, 10), notice_days=30, notice_received_on=date(2026, 2, 1)
    )
    now = clock(given_notice, TODAY)
    assert now is not None
    assert (now.kind, now.on, now.noticed) == ("term", date(2026, 3, 10), True)
    # Notice that arrives tomorrow is not known yet.
    early = given_notice._replace(notice_received_on=date(2026, 3, 17))
    now = clock(early, TODAY)
    assert now is not None
    assert now.term_end == date(2027, 3, 10)
    assert not now.noticed


def test_a_contract_to_be_signed_again_lapses_and_stays() -> None:
    now = clock(contract(auto=False, term_end=date(2026, 3, 6)), TODAY)
    assert now is not None
    assert (now.kind, now.on) == ("term", date(2026, 3, 6))


@pytest.mark.parametrize(
    "quiet",
    [
        {"evergreen": True, "term_end": date(2026, 4, 1)},
        {"forecast": "closed_won", "term_end": date(2026, 4, 1)},
        {"forecast": "churn_confirmed", "term_end": date(2026, 4, 1)},
        {},
    ],
)
def test_what_is_settled_or_has_no_term_has_no_clock(quiet: dict[str, object]) -> None:
    assert clock(contract(**quiet), TODAY) is None
    assert clock(contract("2026-03-17", term_end=date(2026, 4, 1)), TODAY) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"term_end": date.max},
        {"term_end": date.max, "notice_months": 1},
        {"term_end": date.min, "term_months": 12},
        {"term_months": 99999},
        {"term_end": date(2027, 1, 1), "notice_days": 10**7},
        {"term_end": date(2027, 1, 1), "notice_months": 10**6},
    ],
)
def test_dates_at_the_edge_of_the_calendar_raise_no_error(odd: dict[str, object]) -> None:
    clock(contract(**odd), TODAY)


def test_a_ramp_is_worth_what_its_step_in_force_says() -> None:
    steps = ((date(2025, 1, 1), Decimal(120)), (date(2026, 1, 1), Decimal(140)))
    arr = Decimal(100)
    assert amount_in_force(arr, steps, date(2024, 12, 31)) == 100
    assert amount_in_force(arr, steps, date(2025, 1, 1)) == 120
    assert amount_in_force(arr, steps, date(2026, 3, 1)) == 140
    assert amount_in_force(None, (), date(2026, 3, 1)) is None
