"""A whole book as domain records, and the table of its lists.

`Contents` is what moves between the document, the store and the sample data; nothing in this
module needs the document's models.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from csmdesk.domain import records


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything a book says. Field names are the document's keys."""

    timezone: str | None = None
    base_currency: str | None = None
    me: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    holidays: tuple[date, ...] = ()
    rates: tuple[records.Rate, ...] = ()
    users: tuple[records.User, ...] = ()
    accounts: tuple[records.Account, ...] = ()
    subscriptions: tuple[records.Subscription, ...] = ()
    opportunities: tuple[records.Opportunity, ...] = ()
    contacts: tuple[records.Contact, ...] = ()
    touchpoints: tuple[records.Touchpoint, ...] = ()
    meetings: tuple[records.Meeting, ...] = ()
    tickets: tuple[records.Ticket, ...] = ()
    measurements: tuple[records.Measurement, ...] = ()
    health: tuple[records.HealthRecord, ...] = ()
    pulses: tuple[records.Pulse, ...] = ()
    health_overrides: tuple[records.HealthOverride, ...] = ()
    surveys: tuple[records.Survey, ...] = ()
    plans: tuple[records.Plan, ...] = ()
    tasks: tuple[records.Task, ...] = ()
    dispositions: tuple[records.Disposition, ...] = ()
    planned_days: tuple[records.PlannedDay, ...] = ()

    def rows(self, name: str) -> tuple[Any, ...]:
        """Return the rows of one list of `KEYS`."""
        rows: tuple[Any, ...] = getattr(self, name)
        return rows


SCALARS = ("timezone", "base_currency", "me")
"""The keys of the document that hold one value."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "rates": ("currency", "on"),
    "users": ("id",),
    "accounts": ("id",),
    "subscriptions": ("id",),
    "opportunities": ("id",),
    "contacts": ("id",),
    "touchpoints": ("id",),
    "meetings": ("id",),
    "tickets": ("id",),
    "measurements": ("account_id", "metric", "on"),
    "health": ("account_id", "source", "on"),
    "pulses": ("account_id", "on"),
    "health_overrides": ("account_id", "set_on"),
    "surveys": ("id",),
    "plans": ("id",),
    "tasks": ("id",),
    "dispositions": ("id",),
    "planned_days": ("on", "account_id"),
}
"""Every list of rows, with the fields that tell its rows apart and that it is sorted by."""
