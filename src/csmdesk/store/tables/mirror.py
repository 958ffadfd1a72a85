"""What a CRM or an imported book said. Rebuildable; written by pull and import only.

`source` is `book` or the key of a connection; `state` is how the record fares at its source.
References to people and records that may be out of sight (owner, parent, respondent, attendee)
are plain text on purpose: a pull of my accounts does not bring them all.
"""

from sqlalchemy import Index
from sqlmodel import SQLModel

from csmdesk.store.tables.columns import STRICT, key, key_number, number_column, one_of, text_column

STATES = ("active", "archived", "merged", "gone", "no_access")


class UserRow(SQLModel, table=True):
    """A person on our side."""

    __tablename__ = "users"
    __table_args__ = (one_of("state", *STATES), STRICT)
    id: str = key()
    source: str = text_column("book")
    state: str = text_column("active")
    name: str = text_column()
    email: str | None = text_column(None)


class AccountRow(SQLModel, table=True):
    """A customer, without what only the CSM knows (see `account_notes`)."""

    __tablename__ = "accounts"
    __table_args__ = (one_of("state", *STATES), STRICT)
    id: str = key()
    source: str = text_column("book")
    state: str = text_column("active")
    name: str = text_column(index=True)
    domain: str | None = text_column(None)
    industry: str | None = text_column(None)
    parent_id: str | None = text_column(None)
    owner_id: str | None = text_column(None, index=True)
    segment: str | None = text_column(None)
    assigned_on: str | None = text_column(None)
    start_on: str | None = text_column(None)
    currency: str | None = text_column(None)
    crm_url: str | None = text_column(None)


class SubscriptionRow(SQLModel, table=True):
    """A contract, without the CSM's own judgement (see `renewal_judgements`)."""

    __tablename__ = "subscriptions"
    __table_args__ = (one_of("state", *STATES), one_of("status", "active", "ended"), STRICT)
    id: str = key()
    source: str = text_column("book")
    state: str = text_column("active")
    account_id: str = text_column(references="accounts.id", index=True)
    product: str | None = text_column(None)
    arr: str | None = text_column(None)
    currency: str | None = text_column(None)
    start_on: str = text_column()
    term_months: int | None = number_column(None)
    term_end: str | None = text_column(None)
    auto_renew: int = number_column()
    notice_days: int | None = number_column(None)
    notice_months: int | None = number_column(None)
    evergreen: int = number_column(0)
    status: str = text_column()
    ended_on: str | None = text_column(None)


class RampStepRow(SQLModel, table=True):
    """An agreed step of a contract's yearly amount."""

    __tablename__ = "ramp_steps"
    __table_args__ = (STRICT,)
    subscription_id: str = key("subscriptions.id")
    position: int = key_number()
    from_on: str = text_column()
    arr: str = text_column()


class ContractBreakRow(SQLModel, table=True):
    """An opt-out or price-review date inside a term."""

    __tablename__ = "contract_breaks"
    __table_args__ = (STRICT,)
    subscription_id: str = key("subscriptions.id")
    position: int = key_number()
    on: str = text_column()
    kind: str = text_column()


class OpportunityRow(SQLModel, table=True):
    """A possible sale."""

    __tablename__ = "opportunities"
    __table_args__ = (one_of("state", *STATES), one_of("status", "open", "won", "lost"), STRICT)
    id: str = key()
    source: str = text_column("book")
    state: str = text_column("active")
    account_id: str = text_column(references="accounts.id", index=True)
    name: str = text_column()
    kind: str = text_column()
    amount: str | None = text_column(None)
    currency: str | None = text_column(None)
    stage: str | None = text_column(None)
    close_on: str | None = text_column(None)
    status: str = text_column()


class ContactRow(SQLModel, table=True):
    """A person at the customer, without the CSM's judgement (see `stakeholders`)."""

    __tablename__ = "contacts"
    __table_args__ = (one_of("state", *STATES), STRICT)
    id: str = key()
    source: str = text_column("book")
    state: str = text_column("active")
    account_id: str = text_column(references="accounts.id", index=True)
    name: str = text_column()
    title: str | None = text_column(None)
    email: str | None = text_column(None, index=True)
    phone: str | None = text_column(None)


class ActivityRow(SQLModel, table=True):
    """A touch that a CRM told us about; touches logged here are `touchpoints`."""

    __tablename__ = "activities"
    __table_args__ = (
        one_of("state", *STATES),
        Index("ix_activities_account_at", "account_id", "at"),
        STRICT,
    )
    id: str = key()
    source: str = text_column("book")
    state: str = text_column("active")
    account_id: str = text_column(references="accounts.id")
    type: str = text_column()
    at: str = text_column(index=True)
    minutes: int | None = number_column(None)
    two_way: int | None = number_column(None)
    direction: str | None = text_column(None)
    user_id: str | None = text_column(None)
    outcome: str | None = text_column(None)
    sentiment: int | None = number_column(None)
    text: str | None = text_column(None)
    meeting_id: str | None = text_column(None, index=True)


class ActivityAttendeeRow(SQLModel, table=True):
    """Somebody of the customer who was present at an activity."""

    __tablename__ = "activity_attendees"
    __table_args__ = (STRICT,)
    activity_id: str = key("activities.id")
    position: int = key_number()
    contact_id: str = text_column(index=True)


class MeetingRow(SQLModel, table=True):
    """Time in the calendar; the preparation is the CSM's own (`meeting_preps`)."""

    __tablename__ = "meetings"
    __table_args__ = (one_of("state", *STATES), STRICT)
    id: str = key()
    source: str = text_column("book")
    state: str = text_column("active")
    account_id: str | None = text_column(None, references="accounts.id", index=True)
    kind: str = text_column()
    start: str = text_column(index=True)
    end: str = text_column()
    title: str = text_column()
    status: str = text_column("planned")


class MeetingAttendeeRow(SQLModel, table=True):
    """Somebody of the customer who is invited."""

    __tablename__ = "meeting_attendees"
    __table_args__ = (STRICT,)
    meeting_id: str = key("meetings.id")
    position: int = key_number()
    contact_id: str = text_column(index=True)


class TicketRow(SQLModel, table=True):
    """A support case."""

    __tablename__ = "tickets"
    __table_args__ = (one_of("state", *STATES), STRICT)
    id: str = key()
    source: str = text_column("book")
    state: str = text_column("active")
    account_id: str = text_column(references="accounts.id", index=True)
    subject: str = text_column()
    severity: str = text_column()
    status: str = text_column(index=True)
    opened_at: str = text_column()
    closed_at: str | None = text_column(None)


class MeasurementRow(SQLModel, table=True):
    """One value of one metric on one day."""

    __tablename__ = "measurements"
    __table_args__ = (STRICT,)
    account_id: str = key("accounts.id")
    metric: str = key()
    on: str = key()
    source: str = text_column("book")
    value: str = text_column()


class HealthRecordRow(SQLModel, table=True):
    """A health score that a CRM gave; ours are `health_scores`."""

    __tablename__ = "health_records"
    __table_args__ = (STRICT,)
    account_id: str = key("accounts.id")
    on: str = key()
    source: str = text_column("book")
    score: str = text_column()
    higher_is_better: int = number_column(1)
    components: str = text_column("[]")
    cause: str | None = text_column(None)


class SurveyRow(SQLModel, table=True):
    """An answer to a survey."""

    __tablename__ = "surveys"
    __table_args__ = (one_of("state", *STATES), one_of("kind", "nps", "csat"), STRICT)
    id: str = key()
    source: str = text_column("book")
    state: str = text_column("active")
    account_id: str = text_column(references="accounts.id", index=True)
    contact_id: str | None = text_column(None)
    kind: str = text_column()
    score: int = number_column()
    at: str = text_column(index=True)
    comment: str | None = text_column(None)


class TaskRow(SQLModel, table=True):
    """A task; that it was done here is a `task_completions` row."""

    __tablename__ = "tasks"
    __table_args__ = (one_of("state", *STATES), STRICT)
    id: str = key()
    source: str = text_column("book")
    state: str = text_column("active")
    account_id: str = text_column(references="accounts.id", index=True)
    title: str = text_column()
    due_on: str | None = text_column(None)
    priority: str | None = text_column(None)
    effort_minutes: int | None = number_column(None)
    done_on: str | None = text_column(None)


class SharedTaskRow(SQLModel, table=True):
    """A task that stands for a step shared from here, as the CRM holds it.

    It never shows as a task of its own: the step is there already.
    """

    __tablename__ = "shared_tasks"
    __table_args__ = (STRICT,)
    connection: str = key("connections.key")
    remote_id: str = key()
    title: str = text_column()
    due_on: str | None = text_column(None)
    done_on: str | None = text_column(None)
