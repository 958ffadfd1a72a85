"""The embedded CRM's clock, which tests can push forward or stop."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class CrmClock:
    """The machine's time plus an offset, or a time that stands still."""

    offset: timedelta = field(default_factory=timedelta)
    stopped_at: datetime | None = None

    def __call__(self) -> datetime:
        """The CRM's present instant, in UTC."""
        return (self.stopped_at or datetime.now(UTC)) + self.offset

    def advance(self, seconds: float) -> None:
        """Moves the clock; backwards too."""
        self.offset += timedelta(seconds=seconds)

    def stop(self) -> None:
        """Lets the time stand still; `advance` still moves it."""
        if self.stopped_at is None:
            self.stopped_at = datetime.now(UTC)

    def go(self) -> None:
        """Lets the time pass again."""
        if self.stopped_at is not None:
            self.offset -= datetime.now(UTC) - self.stopped_at
            self.stopped_at = None
