"""Until when a connection rests that has used up what its CRM allows. Pure."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from csmdesk.errors import RateLimited

JUST_BEGUN: Final = timedelta(hours=23)
"""A day that has hardly begun here may not have begun there: clocks differ by minutes."""

_GRACE: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(hours=26)
"""No day is longer; a pause that would be was set by a clock that was wrong."""


def parked_until(error: RateLimited, now: datetime, zone: str | None) -> datetime:
    """Return when to ask a CRM again.

    What the CRM said counts. A day's allowance is new at midnight in the zone of the CRM's account;
    where that is not known, or the day has just begun, it is tried again after a while.

    Args:
        error: what the CRM said.
        now: the instant.
        zone: the name of the account's zone.
    """
    soon = now + timedelta(seconds=error.retry_after)
    if not error.daily or zone is None:
        return soon
    try:
        there = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return soon
    tomorrow = now.astimezone(there).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), there).astimezone(UTC)
    return soon if midnight - now > JUST_BEGUN else midnight + _GRACE


def is_parked(until: datetime | None, now: datetime) -> bool:
    """Return whether a pause lasts on."""
    return until is not None and now < until < now + _LONGEST
