"""Borders of the agenda's rules, each on its very day or number."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.builders import World
from tests.domain.agenda.looking import assessed, ranked

from csmdesk.domain.agenda.words import why
from csmdesk.domain.records import PlannedDay
from csmdesk.domain.usage import Mean, utilisation

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)
TODAY = date(2026, 3, 9)
"""A Monday."""


def forgotten(planned_on: date | None = None, **settings: Any) -> World:
    """One account whose check-in is overdue by far more than twice its time."""
    world = World(
        {
            "settings": {f"agenda.{name}": value for name, value in settings.items()},
            "accounts": [{"id": "a", "name": "A", "segment": "low", "assigned_on": "2025-01-01"}],
        }
    )
    if planned_on is not None:
        world.put("planned_days", PlannedDay(on=planned_on, account_id="a"))
    return world


@pytest.mark.parametrize(
    ("planned_on", "turn"),
    [
        (None, True),
        (date(2026, 2, 20), True),  # eleven working days before
        (date(2026, 2, 23), False),  # ten
        (date(2026, 3, 6), False),
    ],
)
def test_a_turn_comes_again_after_more_than_ten_working_days(
    planned_on: date | None, turn: bool
) -> None:
    (item,) = ranked(forgotten(planned_on), NOW).items
    assert item.rotation is turn


@pytest.mark.parametrize(("most", "effort"), [(5, 5), (14, 14), (60, 15)])
def test_a_turn_takes_no_longer_than_the_line_itself(most: int, effort: int) -> None:
    """A check-in is 15 minutes: the shorter of both counts (agenda model §6)."""
    (item,) = ranked(forgotten(rotation_effort=most), NOW).items
    assert (item.rotation, item.effort) == (True, effort)


WEEK = Mean(70, 7)
HALF = Mean(35, 7)


@pytest.mark.parametrize("weeks", [(WEEK, None), (None, WEEK), (None, None)])
def test_a_missing_week_of_active_seats_takes_active_users_for_both(weeks: Any) -> None:
    whole = utilisation(20, (WEEK, WEEK), (HALF, HALF))
    users = utilisation(20, weeks, (HALF, HALF))
    assert whole is not None
    assert users is not None
    assert whole > users
    assert users == utilisation(20, (None, None), (HALF, HALF))


def test_the_dates_of_a_renewal_come_first_in_the_line_though_another_reason_is_stronger() -> None:
    world = World(
        {
            "accounts": [{"id": "a", "name": "A", "segment": "high", "assigned_on": "2026-03-08"}],
            "subscriptions": [
                {"id": "S", "account_id": "a", "arr": "50000", "start_on": "2024-01-01",
                 "term_end": "2026-06-20", "auto_renew": False, "status": "active"}
            ],
            "tickets": [
                {"id": "K", "account_id": "a", "subject": "Down", "severity": "critical",
                 "status": "open", "opened_at": str(NOW - timedelta(days=9))}
            ],
        }
    )  # fmt: skip
    one = assessed(world, NOW)["a"]
    kinds = [reason.signal.type for reason in one.combined.reasons]
    assert kinds[0] == "ticket"
    assert "renewal" in kinds
    told = why(one, TODAY)
    assert "20 Jun" in told[0]
    assert told[1].startswith("critical ticket")
