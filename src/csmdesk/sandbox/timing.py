"""The embedded CRM's clock, which tests can push forward."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class CrmClock:
    """The machine's time plus an offset."""

    offset: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        """The CRM's present instant, in UTC."""
        return datetime.now(UTC) + self.offset

    def advance(self, seconds: float) -> None:
        """Moves the clock; backwards too."""
        self.offset += timedelta(seconds=seconds)
