"""The book's document as pydantic models: one source for validation, the schema and the docs.

The models check one row each, as it was written; text is not cleaned here. What spans rows
(unique ids, references, the clock) is checked in `csmdesk.book.consistency`.
"""

from typing import Literal

from pydantic import Field

from csmdesk.book.customer_rows import Account, Contact, Opportunity, Subscription, User
from csmdesk.book.figure_rows import HealthOverride, HealthRecord, Measurement, Pulse, Rate, Survey
from csmdesk.book.plan_rows import Plan
from csmdesk.book.row import Row
from csmdesk.book.values import Currency, Days, Id, Setting, SettingKey, Version, Zone
from csmdesk.book.work_rows import Disposition, Meeting, PlannedDay, Task, Ticket, Touchpoint


class Book(Row):
    """A CSM's whole book of business in one document."""

    format: Literal["csmdesk-book"]
    version: Version
    timezone: Zone | None = Field(None, description="IANA name of the user's zone.")
    base_currency: Currency | None = Field(None, description="ISO 4217; absent: USD.")
    rates: tuple[Rate, ...] = ()
    me: Id | None = Field(None, description="The user whose book this is; absent: the only one.")
    settings: dict[SettingKey, Setting] = Field(
        default_factory=dict, description="Overrides of the configuration for this book."
    )
    holidays: Days = Field((), description="Days nobody works.")
    users: tuple[User, ...] = ()
    accounts: tuple[Account, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    contacts: tuple[Contact, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    health: tuple[HealthRecord, ...] = ()
    pulses: tuple[Pulse, ...] = ()
    health_overrides: tuple[HealthOverride, ...] = ()
    surveys: tuple[Survey, ...] = ()
    plans: tuple[Plan, ...] = ()
    tasks: tuple[Task, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    planned_days: tuple[PlannedDay, ...] = ()
