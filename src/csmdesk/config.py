"""The settings: one frozen tree with a documented default per field."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a user can set. Precedence: flag, environment, file, default."""

    timezone: str | None = None
    """IANA name of the user's zone; absent, the book's, else the machine's."""
    agenda: Mapping[str, object] = field(default_factory=dict)
    """Overrides of the agenda model's parameters, as written in the `[agenda]` table."""
