"""Until when a connection rests: as the CRM said, else until the day is new in its account."""

from datetime import UTC, datetime, timedelta

import pytest

from csmdesk.errors import RateLimited
from csmdesk.sync.parking import is_parked, parked_until

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
SPENT = RateLimited("Spent.", retry_after=3600.0, daily=True)


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        (NOON, "Europe/Berlin", datetime(2026, 3, 9, 23, 1, tzinfo=UTC)),
        (NOON, "US/Pacific", datetime(2026, 3, 10, 7, 1, tzinfo=UTC)),
        (NOON, "Pacific/Kiritimati", datetime(2026, 3, 10, 10, 1, tzinfo=UTC)),
        # The night of summer time is an hour shorter.
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "Europe/Berlin",
         datetime(2026, 3, 29, 22, 1, tzinfo=UTC)),
        # A day that has hardly begun here has perhaps not begun there.
        (datetime(2026, 3, 8, 23, 20, tzinfo=UTC), "Europe/Berlin",
         datetime(2026, 3, 9, 0, 20, tzinfo=UTC)),
        (NOON, None, NOON + timedelta(hours=1)),
        (NOON, "Nowhere/Nothing", NOON + timedelta(hours=1)),
        (NOON, "../../etc/passwd", NOON + timedelta(hours=1)),
    ],
)  # fmt: skip
def test_a_spent_day_ends_at_the_accounts_midnight(
    now: datetime, zone: str | None, until: datetime
) -> None:
    assert parked_until(SPENT, now, zone) == until


def test_what_the_crm_says_counts() -> None:
    said = RateLimited("Slower.", retry_after=12.0)
    assert parked_until(said, NOON, "Europe/Berlin") == NOON + timedelta(seconds=12)


def test_a_pause_no_day_is_long_enough_for_was_set_by_a_wrong_clock() -> None:
    assert is_parked(NOON + timedelta(hours=25), NOON)
    assert not is_parked(NOON + timedelta(days=400), NOON)
    assert not is_parked(NOON, NOON)
    assert not is_parked(None, NOON)
