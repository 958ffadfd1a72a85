"""How far this machine's clock is from the CRM's. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

MOST: Final = 120.0
"""Seconds of difference that are told to nobody."""


def skew(heard: Sequence[tuple[float, datetime]], now: datetime, monotonic: float) -> float | None:
    """Return by how many seconds this machine's clock is ahead of the CRM's.

    The median of all answers, so that one that dawdled or told a wrong time says nothing.

    Args:
        heard: what time it was at the CRM and by `monotonic`, per answer.
        now: what this machine's clock shows.
        monotonic: what `monotonic` showed at that instant.
    """
    if not heard:
        return None
    return median(
        (now - timedelta(seconds=monotonic - at) - told).total_seconds() for at, told in heard
    )


def sentence(seconds: float | None) -> str | None:
    """Return what to tell the user about it, if it is worth telling."""
    if seconds is None or abs(seconds) <= MOST:
        return None
    direction = "ahead of" if seconds > 0 else "behind"
    return (
        f"This machine's clock is {lasting(abs(seconds))} {direction} the CRM's. Set it right:"
        " what you log gets its time from it."
    )


def lasting(seconds: float) -> str:
    """Return a length of time in its largest unit: "5 min", "3 h", "2 days"."""
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"
