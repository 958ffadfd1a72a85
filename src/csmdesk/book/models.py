"""The book's document as pydantic models: one source for validation, the schema and the docs.

The models check one row each, as it was written; text is not cleaned here. What spans rows
(unique ids, references, the clock) is checked in `csmdesk.book.consistency`.
"""

from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from csmdesk.book.values import (
    Count,
    Currency,
    Day,
    Days,
    Flag,
    Id,
    Ids,
    Instant,
    Money,
    Months,
    Mood,
    Number,
    OneToFive,
    Percent,
    Score,
    Setting,
    SettingKey,
    Text,
    Tone,
    Version,
    ZeroToTen,
    Zone,
)
from csmdesk.domain.records import (
    Colour,
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

FORMAT = "csmdesk-book"
VERSION = 1


def _expected(what: str) -> PydanticCustomError:
    return PydanticCustomError("expected", "expected {what}", {"what": what})


class Row(BaseModel):
    """Base of every object in a book: unknown keys are refused, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class User(Row):
    """A person on our side."""

    id: Id
    name: Text
    email: Text | None = None


class Account(Row):
    """A customer."""

    id: Id
    name: Text
    domain: Text | None = Field(None, description="Web domain, for matching with a CRM.")
    industry: Text | None = None
    parent_id: Id | None = Field(None, description="The account this one is part of.")
    owner_id: Id | None = Field(None, description="The user whose account this is.")
    segment: Segment | None = Field(None, description="Touch model; absent, ARR decides.")
    assigned_on: Day | None = Field(None, description="When it came to its present owner.")
    start_on: Day | None = Field(None, description="When it became a customer.")
    currency: Currency | None = Field(None, description="Default currency of its amounts.")
    crm_url: Text | None = Field(None, description="The CRM's page of this account.")
    tags: tuple[Text, ...] = ()
    notes: Text | None = None


class RampStep(Row):
    """The yearly amount from a date on, in a contract whose price is agreed in steps."""

    from_on: Day
    arr: Money


class ContractBreak(Row):
    """An opt-out or price-review date inside a term; never a renewal."""

    on: Day
    kind: Text


class Subscription(Row):
    """A contract. `term_end` wins over `start_on` plus `term_months`."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {
                    "if": {"properties": {"status": {"const": "ended"}}, "required": ["status"]},
                    "then": {
                        "properties": {"ended_on": {"type": "string"}},
                        "required": ["ended_on"],
                    },
                },
                {
                    "if": {
                        "properties": {"notice_days": {"type": "integer"}},
                        "required": ["notice_days"],
                    },
                    "then": {"properties": {"notice_months": {"type": "null"}}},
                },
            ]
        }
    )

    id: Id
    account_id: Id
    product: Text | None = None
    arr: Money | None = Field(None, description="Yearly amount in major units; absent: unknown.")
    currency: Currency | None = Field(None, description="Absent: the account's, else the base.")
    start_on: Day
    term_months: Months | None = None
    term_end: Day | None = Field(None, description="The last covered day.")
    auto_renew: Flag
    notice_days: Count | None = Field(None, description="Calendar days; not with notice_months.")
    notice_months: Count | None = Field(None, description="Calendar months; not with notice_days.")
    notice_received_on: Day | None = Field(None, description="When the customer gave notice.")
    evergreen: Flag = Field(False, description="Rolls on without a renewal date.")
    forecast: Forecast | None = None
    likelihood: Percent | None = Field(None, description="Of renewal, in percent.")
    ramp: tuple[RampStep, ...] = ()
    status: Literal["active", "ended"]
    ended_on: Day | None = None
    breaks: tuple[ContractBreak, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.notice_days is not None and self.notice_months is not None:
            raise _expected("notice_days or notice_months, not both")
        if self.status == "ended" and self.ended_on is None:
            raise _expected("ended_on, because the status is ended")
        if self.arr is not None and self.arr < 0:
            raise _expected("an arr of 0 or more")
        return self


class Opportunity(Row):
    """A possible sale to an account."""

    id: Id
    account_id: Id
    name: Text
    kind: Literal["expansion", "renewal", "new"]
    amount: Money | None = None
    currency: Currency | None = Field(None, description="Absent: the account's, else the base.")
    stage: Text | None = None
    close_on: Day | None = None
    status: Literal["open", "won", "lost"]


class Contact(Row):
    """A person on the customer's side."""

    id: Id
    account_id: Id
    name: Text
    title: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    roles: tuple[Role, ...] = ()
    primary_role: Role | None = None
    influence: OneToFive | None = None
    interest: OneToFive | None = None
    sentiment: Mood | None = Field(None, description="-2 (against) to 2 (for).")
    sentiment_on: Day | None = None
    status: Literal["active", "left", "unknown"] | None = Field(None, description="Absent: active.")
    left_on: Day | None = None
    reports_to_id: Id | None = Field(None, description="A contact.")
    counterpart_id: Id | None = Field(None, description="The user who cares for this person.")


class NextStep(Row):
    """What one side promised at the end of a touch."""

    id: Id
    text: Text
    side: Side
    due_on: Day | None = None
    done_on: Day | None = None


class Touchpoint(Row):
    """A contact with the customer, or a note about one."""

    id: Id
    account_id: Id
    type: TouchType
    at: Instant
    minutes: Count | None = None
    two_way: Flag | None = Field(None, description="Whether the customer answered.")
    direction: Direction | None = None
    attendee_ids: Ids = Field((), description="Contacts who took part.")
    user_id: Id | None = None
    outcome: Outcome | None = None
    sentiment: Tone | None = Field(None, description="Of the conversation, -1 to 1.")
    text: Text | None = None
    meeting_id: Id | None = Field(None, description="The planned meeting this was.")
    next_steps: tuple[NextStep, ...] = ()


class Meeting(Row):
    """Time in the calendar; `block` is time of our own that is not free."""

    id: Id
    account_id: Id | None = None
    kind: MeetingKind
    start: Instant
    end: Instant
    title: Text
    attendee_ids: Ids = Field((), description="Contacts who are invited.")
    prep: Prep = "none"
    status: MeetingStatus = "planned"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end < self.start:
            raise _expected("an end that is not before the start")
        return self


class Ticket(Row):
    """A support case."""

    id: Id
    account_id: Id
    subject: Text
    severity: Severity
    status: TicketStatus
    opened_at: Instant
    closed_at: Instant | None = None


class Measurement(Row):
    """One value of one metric on one day."""

    account_id: Id
    metric: Id = Field(
        description="active_users, seats_purchased, seats_assigned, seats_active, or any other."
    )
    on: Day
    value: Number


class HealthComponent(Row):
    """One part of a health score."""

    name: Text
    weight: Number
    freshness: Number = Field(description="0 (ignored) to 1 (fresh).")
    value: Number | None = None


class HealthRecord(Row):
    """A health score of one day."""

    account_id: Id
    on: Day
    score: Score
    source: HealthSource
    higher_is_better: Flag = True
    components: tuple[HealthComponent, ...] = ()
    cause: Text | None = None


class Pulse(Row):
    """The CSM's own feeling about an account on a day."""

    account_id: Id
    on: Day
    value: PulseValue
    note: Text | None = None


class HealthOverride(Row):
    """A colour set by the CSM against the score, with a reason and an end."""

    account_id: Id
    color: Colour
    reason: Text
    set_on: Day
    expires_on: Day


class Survey(Row):
    """An answer to a survey: NPS 0-10 or CSAT 1-5."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"kind": {"const": "csat"}}, "required": ["kind"]},
            "then": {"properties": {"score": {"minimum": 1, "maximum": 5}}},
        }
    )

    id: Id
    account_id: Id
    contact_id: Id | None = None
    kind: Literal["nps", "csat"]
    score: ZeroToTen
    at: Instant
    comment: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.kind == "csat" and not 1 <= self.score <= 5:
            raise _expected("a csat score from 1 to 5")
        return self


class Criterion(Row):
    """How success is measured: a KPI from a baseline to a target."""

    id: Id
    kpi: Text
    unit: Text | None = None
    baseline: Number
    target: Number
    current: Number | None = None
    current_on: Day | None = None
    direction: Literal["up", "down"]


class MilestoneMove(Row):
    """A due date that was moved, and when it was."""

    from_on: Day
    to_on: Day
    on: Day


class Evidence(Row):
    """What proves that a milestone was reached."""

    text: Text | None = None
    url: Text | None = None
    on: Day | None = None


class PlanTask(Row):
    """A piece of work under a milestone."""

    id: Id
    title: Text
    due_on: Day | None = None
    side: Side
    done_on: Day | None = None
    effort_minutes: Count | None = None


class Milestone(Row):
    """A dated step of a plan."""

    id: Id
    title: Text
    due_on: Day
    due_original: Day | None = None
    status: MilestoneStatus
    side: Side
    person_id: Id | None = Field(None, description="A user, or a contact.")
    is_first_value: Flag = False
    done_on: Day | None = None
    blocked_reason: Text | None = None
    blocked_by: Side | None = None
    dropped_reason: Text | None = None
    shared: Flag = Field(False, description="Whether the customer's CRM record may show it.")
    moves: tuple[MilestoneMove, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    tasks: tuple[PlanTask, ...] = ()


class Objective(Row):
    """A business goal in the customer's words."""

    id: Id
    title: Text
    criteria: tuple[Criterion, ...] = ()
    milestones: tuple[Milestone, ...] = ()


class Plan(Row):
    """A success plan."""

    id: Id
    account_id: Id
    template: Text | None = None
    title: Text
    status: PlanStatus
    owner_us_id: Id | None = Field(None, description="A user.")
    owner_them_id: Id | None = Field(None, description="A contact.")
    start_on: Day
    kick_off_on: Day | None = None
    due_on: Day | None = None
    objectives: tuple[Objective, ...] = ()


class Task(Row):
    """Something the CSM has to do for an account, outside any plan."""

    id: Id
    account_id: Id
    title: Text
    due_on: Day | None = None
    priority: Literal["normal", "high"] | None = None
    effort_minutes: Count | None = None
    done_on: Day | None = None


class Disposition(Row):
    """What the user said to one cause on the agenda; append-only."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"action": {"const": "undo"}}, "required": ["action"]},
            "then": {"properties": {"undoes": {"type": "string"}}, "required": ["undoes"]},
        }
    )

    id: Id
    account_id: Id
    type: Id
    subject: Id
    episode: Id
    action: DispositionAction
    until: Day | None = None
    reason: Text | None = None
    points: Count = Field(description="Points of the cause at that moment.")
    score: Count = Field(description="Score of the item at that moment.")
    at: Instant
    undoes: Id | None = Field(None, description="The disposition an undo takes back.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.action == "undo" and self.undoes is None:
            raise _expected("undoes, because the action is undo")
        return self


class PlannedDay(Row):
    """An account in the accepted plan of a day."""

    on: Day
    account_id: Id
    removed: Flag = False


class Rate(Row):
    """1 unit of `currency` is `rate` units of the base currency from `on`."""

    currency: Currency
    on: Day
    rate: Number

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.rate <= Decimal(0):
            raise _expected("a rate above 0")
        return self


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
