"""The values a book of business is made of, one frozen dataclass per kind of record.

Field names and meanings are those of the book format (`docs/book-format.md`), so that the
interchange document, the store and the connectors can be turned into each other by name. Rules
about these values live in the other modules of this package; nothing here computes.

Conventions: contract dates are zoneless `date`; instants are aware `datetime` in UTC; money and
measured values are `Decimal` as written; `None` is "unknown", never zero; lists are tuples.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from csmdesk.domain.decisions import Disposition, PlannedDay
from csmdesk.domain.vocabulary import (
    Colour,
    CrmState,
    Direction,
    DispositionAction,
    Forecast,
    HealthSource,
    MeetingKind,
    MeetingStatus,
    MilestoneStatus,
    Outcome,
    PlanStatus,
    Prep,
    PulseValue,
    Role,
    Segment,
    Severity,
    Side,
    TicketStatus,
    TouchType,
)

__all__ = [
    "Account",
    "Colour",
    "Contact",
    "ContractBreak",
    "Criterion",
    "CrmState",
    "Direction",
    "Disposition",
    "DispositionAction",
    "Evidence",
    "Forecast",
    "HealthComponent",
    "HealthOverride",
    "HealthRecord",
    "HealthSource",
    "Measurement",
    "Meeting",
    "MeetingKind",
    "MeetingStatus",
    "Milestone",
    "MilestoneMove",
    "MilestoneStatus",
    "NextStep",
    "Objective",
    "Opportunity",
    "Outcome",
    "Plan",
    "PlanStatus",
    "PlanTask",
    "PlannedDay",
    "Prep",
    "Pulse",
    "PulseValue",
    "RampStep",
    "Rate",
    "Record",
    "Role",
    "Segment",
    "Severity",
    "Side",
    "Subscription",
    "Survey",
    "Task",
    "Ticket",
    "TicketStatus",
    "TouchType",
    "Touchpoint",
    "User",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person on our side."""

    id: str
    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer. `segment` is the touch model as the CRM says it; absent, ARR decides.

    `crm_state` says that the CRM no longer shows it; absent, it is where it was.
    """

    id: str
    name: str
    domain: str | None = None
    industry: str | None = None
    parent_id: str | None = None
    owner_id: str | None = None
    segment: Segment | None = None
    assigned_on: date | None = None
    start_on: date | None = None
    currency: str | None = None
    crm_url: str | None = None
    crm_state: CrmState | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RampStep:
    """The yearly amount from a date on, in a contract whose price is agreed in steps."""

    from_on: date
    arr: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractBreak:
    """An opt-out or price-review date inside a term; never a renewal."""

    on: date
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A contract. `term_end` is the last covered day; `notice_*` only matters if it auto-renews."""

    id: str
    account_id: str
    start_on: date
    auto_renew: bool
    status: Literal["active", "ended"]
    product: str | None = None
    arr: Decimal | None = None
    currency: str | None = None
    term_months: int | None = None
    term_end: date | None = None
    notice_days: int | None = None
    notice_months: int | None = None
    notice_received_on: date | None = None
    evergreen: bool = False
    forecast: Forecast | None = None
    likelihood: int | None = None
    ramp: tuple[RampStep, ...] = ()
    ended_on: date | None = None
    breaks: tuple[ContractBreak, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A possible sale to an account."""

    id: str
    account_id: str
    name: str
    kind: Literal["expansion", "renewal", "new"]
    status: Literal["open", "won", "lost"]
    amount: Decimal | None = None
    currency: str | None = None
    stage: str | None = None
    close_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person on the customer's side: influence and interest 1-5, sentiment -2..2.

    `crm_state` says that the CRM no longer shows them; absent, they are where they were.
    """

    id: str
    account_id: str
    name: str
    title: str | None = None
    email: str | None = None
    phone: str | None = None
    roles: tuple[Role, ...] = ()
    primary_role: Role | None = None
    influence: int | None = None
    interest: int | None = None
    sentiment: int | None = None
    sentiment_on: date | None = None
    status: Literal["active", "left", "unknown"] | None = None
    left_on: date | None = None
    reports_to_id: str | None = None
    counterpart_id: str | None = None
    crm_state: CrmState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What one side promised at the end of a touch."""

    id: str
    text: str
    side: Side
    due_on: date | None = None
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Touchpoint:
    """A contact with the customer, or a note about one. `sentiment` -1..1 is the conversation's."""

    id: str
    account_id: str
    type: TouchType
    at: datetime
    minutes: int | None = None
    two_way: bool | None = None
    direction: Direction | None = None
    attendee_ids: tuple[str, ...] = ()
    user_id: str | None = None
    outcome: Outcome | None = None
    sentiment: int | None = None
    text: str | None = None
    meeting_id: str | None = None
    next_steps: tuple[NextStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Time in the calendar. `block` is time of our own that is not free."""

    id: str
    kind: MeetingKind
    start: datetime
    end: datetime
    title: str
    account_id: str | None = None
    attendee_ids: tuple[str, ...] = ()
    prep: Prep = "none"
    status: MeetingStatus = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A support case."""

    id: str
    account_id: str
    subject: str
    severity: Severity
    status: TicketStatus
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One value of one metric on one day, for example `active_users`."""

    account_id: str
    metric: str
    on: date
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthComponent:
    """One part of a health score: weight in percent, freshness 0-1, value 0-100."""

    name: str
    weight: Decimal
    freshness: Decimal
    value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRecord:
    """A health score 0-100 of one day, by the CRM or computed here."""

    account_id: str
    on: date
    score: Decimal
    source: HealthSource
    higher_is_better: bool = True
    components: tuple[HealthComponent, ...] = ()
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The CSM's own feeling about an account on a day."""

    account_id: str
    on: date
    value: PulseValue
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthOverride:
    """A colour set by the CSM against the score, with a reason and an end."""

    account_id: str
    color: Colour
    reason: str
    set_on: date
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """An answer to a survey: NPS 0-10 or CSAT 1-5."""

    id: str
    account_id: str
    kind: Literal["nps", "csat"]
    score: int
    at: datetime
    contact_id: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """How success is measured: a KPI from a baseline to a target."""

    id: str
    kpi: str
    baseline: Decimal
    target: Decimal
    direction: Literal["up", "down"]
    unit: str | None = None
    current: Decimal | None = None
    current_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneMove:
    """A due date that was moved, and when it was."""

    from_on: date
    to_on: date
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What proves that a milestone was reached."""

    text: str | None = None
    url: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTask:
    """A piece of work under a milestone."""

    id: str
    title: str
    side: Side
    due_on: date | None = None
    done_on: date | None = None
    effort_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A dated step of a plan. Overdue is computed from `due_on`, never stored."""

    id: str
    title: str
    due_on: date
    status: MilestoneStatus
    side: Side
    due_original: date | None = None
    person_id: str | None = None
    is_first_value: bool = False
    done_on: date | None = None
    blocked_reason: str | None = None
    blocked_by: Side | None = None
    dropped_reason: str | None = None
    shared: bool = False
    moves: tuple[MilestoneMove, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    tasks: tuple[PlanTask, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """A business goal in the customer's words."""

    id: str
    title: str
    criteria: tuple[Criterion, ...] = ()
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A success plan: objectives, their criteria, milestones and tasks."""

    id: str
    account_id: str
    title: str
    status: PlanStatus
    start_on: date
    template: str | None = None
    owner_us_id: str | None = None
    owner_them_id: str | None = None
    kick_off_on: date | None = None
    due_on: date | None = None
    objectives: tuple[Objective, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something the CSM has to do for an account, outside any plan."""

    id: str
    account_id: str
    title: str
    due_on: date | None = None
    priority: Literal["normal", "high"] | None = None
    effort_minutes: int | None = None
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """1 unit of `currency` is `rate` units of the base currency from `on`."""

    currency: str
    on: date
    rate: Decimal


Record = (
    User
    | Account
    | Subscription
    | Opportunity
    | Contact
    | Touchpoint
    | Meeting
    | Ticket
    | Measurement
    | HealthRecord
    | Pulse
    | HealthOverride
    | Survey
    | Plan
    | Task
    | Disposition
    | PlannedDay
    | Rate
)
"""Every kind of top-level row a book holds."""
