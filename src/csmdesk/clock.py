"""The one place that reads the time. Everything below a front end gets `now` as a parameter."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Something that knows the instant."""

    def now(self) -> datetime:
        """Return the instant, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the instant, aware and in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still: for `--as-of` and for tests."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        """Return the instant the clock was made with, in UTC."""
        return self._instant.astimezone(UTC)
