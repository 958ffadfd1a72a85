"""What the user wrote or decided. Never rebuildable: no pull may touch these tables.

Rows that annotate a mirror row (`account_notes`, `stakeholders`, …) share its id. Long texts are
stored with their SHA-256, so that a flipped letter is noticed before it is sent as truth.
"""

from sqlalchemy import Index, Integer
from sqlmodel import Field, SQLModel

from csmdesk.store.tables.columns import STRICT, key, key_number, number_column, one_of, text_column


class AccountNotesRow(SQLModel, table=True):
    """The CSM's own tags and notes on an account."""

    __tablename__ = "account_notes"
    __table_args__ = (STRICT,)
    account_id: str = key("accounts.id")
    tags: str = text_column("[]")
    notes: str | None = text_column(None)


class StakeholderRow(SQLModel, table=True):
    """The CSM's judgement of a contact."""

    __tablename__ = "stakeholders"
    __table_args__ = (STRICT,)
    contact_id: str = key("contacts.id")
    roles: str = text_column("[]")
    primary_role: str | None = text_column(None)
    influence: int | None = number_column(None)
    interest: int | None = number_column(None)
    sentiment: int | None = number_column(None)
    sentiment_on: str | None = text_column(None)
    status: str | None = text_column(None)
    left_on: str | None = text_column(None)
    reports_to_id: str | None = text_column(None)
    counterpart_id: str | None = text_column(None)


class RenewalJudgementRow(SQLModel, table=True):
    """The CSM's call on a renewal."""

    __tablename__ = "renewal_judgements"
    __table_args__ = (STRICT,)
    subscription_id: str = key("subscriptions.id")
    forecast: str | None = text_column(None)
    likelihood: int | None = number_column(None)
    notice_received_on: str | None = text_column(None)


class TouchpointRow(SQLModel, table=True):
    """A touch logged here or imported. `withdrawn_at`: taken back after it was sent."""

    __tablename__ = "touchpoints"
    __table_args__ = (Index("ix_touchpoints_account_at", "account_id", "at"), STRICT)
    id: str = key()
    origin: str = text_column("logged")
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
    text_sha256: str | None = text_column(None)
    meeting_id: str | None = text_column(None, index=True)
    created_at: str = text_column()
    withdrawn_at: str | None = text_column(None)


class TouchpointAttendeeRow(SQLModel, table=True):
    """Somebody of the customer who was present."""

    __tablename__ = "touchpoint_attendees"
    __table_args__ = (STRICT,)
    touchpoint_id: str = key("touchpoints.id")
    position: int = key_number()
    contact_id: str = text_column(index=True)


class NextStepRow(SQLModel, table=True):
    """What one side promised. `touchpoint_id` may name a touch of the mirror as well."""

    __tablename__ = "next_steps"
    __table_args__ = (one_of("side", "us", "them"), STRICT)
    id: str = key()
    touchpoint_id: str = text_column(index=True)
    account_id: str = text_column(references="accounts.id", index=True)
    position: int = number_column(0)
    text: str = text_column()
    side: str = text_column()
    due_on: str | None = text_column(None)
    done_on: str | None = text_column(None)


class ShareRow(SQLModel, table=True):
    """A next step or milestone the user let out to a CRM, and what both sides last agreed on.

    `op_id` makes the task. `title`, `due_on` and `done` are what the CRM holds as far as we know,
    after the operations up to `agreed_seq`; `held` are values of ours that the user chose not to
    send. `before` is the status of a milestone before the CRM closed it.
    """

    __tablename__ = "shares"
    __table_args__ = (
        one_of("entity", "next_step", "milestone"),
        one_of("ended_as", "unshared", "cancelled", "deleted_there", "step_gone"),
        STRICT,
    )
    entity: str = key()
    local_id: str = key()
    connection: str = key("connections.key")
    account_id: str = text_column(references="accounts.id", index=True)
    op_id: str = text_column(references="outbox.op_id")
    title: str = text_column()
    due_on: str = text_column()
    done: str = text_column()
    agreed_seq: int = number_column(0)
    held: str = text_column("{}")
    before: str | None = text_column(None)
    shared_at: str = text_column()
    ended_at: str | None = text_column(None)
    ended_as: str | None = text_column(None)


class ShareChangeRow(SQLModel, table=True):
    """What the CRM did to a step that was shared, for "since you last looked"."""

    __tablename__ = "share_changes"
    __table_args__ = (one_of("field", "title", "due_on", "done", "task"), STRICT)
    entity: str = key()
    local_id: str = key()
    connection: str = key("connections.key")
    at: str = key()
    field: str = key()
    account_id: str = text_column(references="accounts.id", index=True)
    before: str | None = text_column(None)
    after: str | None = text_column(None)


class NewContactRow(SQLModel, table=True):
    """A name met in a log line that no contact has yet; waits to become one."""

    __tablename__ = "new_contacts"
    __table_args__ = (STRICT,)
    id: str = key()
    account_id: str = text_column(references="accounts.id", index=True)
    touchpoint_id: str = text_column(references="touchpoints.id", index=True)
    name: str = text_column()
    settled_at: str | None = text_column(None)


class ObservationRow(SQLModel, table=True):
    """How somebody present at a touch felt, and what was believed of them before."""

    __tablename__ = "observations"
    __table_args__ = (STRICT,)
    touchpoint_id: str = key("touchpoints.id")
    contact_id: str = key("contacts.id")
    sentiment: int = number_column()
    on: str = text_column()
    before: int | None = number_column(None)
    before_on: str | None = text_column(None)


class MeetingPrepRow(SQLModel, table=True):
    """How far the preparation of a meeting is."""

    __tablename__ = "meeting_preps"
    __table_args__ = (one_of("prep", "none", "started", "ready"), STRICT)
    meeting_id: str = key("meetings.id")
    prep: str = text_column()


class TaskCompletionRow(SQLModel, table=True):
    """A task that was ticked off here."""

    __tablename__ = "task_completions"
    __table_args__ = (STRICT,)
    task_id: str = key("tasks.id")
    done_on: str = text_column()


class HealthScoreRow(SQLModel, table=True):
    """A health score computed here, one a day at most."""

    __tablename__ = "health_scores"
    __table_args__ = (STRICT,)
    account_id: str = key("accounts.id")
    on: str = key()
    score: str = text_column()
    higher_is_better: int = number_column(1)
    components: str = text_column("[]")
    cause: str | None = text_column(None)


class PulseRow(SQLModel, table=True):
    """The CSM's feeling about an account on a day."""

    __tablename__ = "pulses"
    __table_args__ = (STRICT,)
    account_id: str = key("accounts.id")
    on: str = key()
    value: str = text_column()
    note: str | None = text_column(None)


class HealthOverrideRow(SQLModel, table=True):
    """A colour set against the score."""

    __tablename__ = "health_overrides"
    __table_args__ = (STRICT,)
    account_id: str = key("accounts.id")
    set_on: str = key()
    color: str = text_column()
    reason: str = text_column()
    expires_on: str = text_column()


class PlanRow(SQLModel, table=True):
    """A success plan."""

    __tablename__ = "plans"
    __table_args__ = (STRICT,)
    id: str = key()
    account_id: str = text_column(references="accounts.id", index=True)
    template: str | None = text_column(None)
    title: str = text_column()
    status: str = text_column()
    owner_us_id: str | None = text_column(None)
    owner_them_id: str | None = text_column(None)
    start_on: str = text_column()
    kick_off_on: str | None = text_column(None)
    due_on: str | None = text_column(None)


class ObjectiveRow(SQLModel, table=True):
    """A goal of a plan."""

    __tablename__ = "objectives"
    __table_args__ = (STRICT,)
    id: str = key()
    plan_id: str = text_column(references="plans.id", index=True)
    position: int = number_column()
    title: str = text_column()


class CriterionRow(SQLModel, table=True):
    """A KPI of an objective."""

    __tablename__ = "criteria"
    __table_args__ = (STRICT,)
    id: str = key()
    objective_id: str = text_column(references="objectives.id", index=True)
    position: int = number_column()
    kpi: str = text_column()
    unit: str | None = text_column(None)
    baseline: str = text_column()
    target: str = text_column()
    current: str | None = text_column(None)
    current_on: str | None = text_column(None)
    direction: str = text_column()


class MilestoneRow(SQLModel, table=True):
    """A dated step of an objective."""

    __tablename__ = "milestones"
    __table_args__ = (STRICT,)
    id: str = key()
    objective_id: str = text_column(references="objectives.id", index=True)
    position: int = number_column()
    title: str = text_column()
    due_on: str = text_column()
    due_original: str | None = text_column(None)
    status: str = text_column()
    side: str = text_column()
    person_id: str | None = text_column(None)
    is_first_value: int = number_column(0)
    done_on: str | None = text_column(None)
    blocked_reason: str | None = text_column(None)
    blocked_by: str | None = text_column(None)
    dropped_reason: str | None = text_column(None)
    shared: int = number_column(0)


class MilestoneMoveRow(SQLModel, table=True):
    """A due date that was moved."""

    __tablename__ = "milestone_moves"
    __table_args__ = (STRICT,)
    milestone_id: str = key("milestones.id")
    position: int = key_number()
    from_on: str = text_column()
    to_on: str = text_column()
    on: str = text_column()


class EvidenceRow(SQLModel, table=True):
    """What proves a milestone."""

    __tablename__ = "evidence"
    __table_args__ = (STRICT,)
    milestone_id: str = key("milestones.id")
    position: int = key_number()
    text: str | None = text_column(None)
    url: str | None = text_column(None)
    on: str | None = text_column(None)


class PlanTaskRow(SQLModel, table=True):
    """A piece of work under a milestone."""

    __tablename__ = "plan_tasks"
    __table_args__ = (STRICT,)
    id: str = key()
    milestone_id: str = text_column(references="milestones.id", index=True)
    position: int = number_column()
    title: str = text_column()
    side: str = text_column()
    due_on: str | None = text_column(None)
    done_on: str | None = text_column(None)
    effort_minutes: int | None = number_column(None)


class DispositionRow(SQLModel, table=True):
    """What the user said to one cause; append-only.

    `before` is what a closed object was (a meeting's preparation), so that undo can restore it.
    """

    __tablename__ = "dispositions"
    __table_args__ = (one_of("action", "done", "snooze", "dismiss", "undo"), STRICT)
    id: str = key()
    account_id: str = text_column(references="accounts.id", index=True)
    type: str = text_column()
    subject: str = text_column()
    episode: str = text_column()
    action: str = text_column()
    until: str | None = text_column(None)
    reason: str | None = text_column(None)
    points: int = number_column()
    score: int = number_column()
    at: str = text_column(index=True)
    undoes: str | None = text_column(None)
    before: str | None = text_column(None)


class PlannedDayRow(SQLModel, table=True):
    """An account in the accepted plan of a day; `own`: the user put it in or took it out."""

    __tablename__ = "planned_days"
    __table_args__ = (STRICT,)
    on: str = key()
    account_id: str = key("accounts.id")
    removed: int = number_column(0)
    own: int = number_column(0)


class PlanChangeRow(SQLModel, table=True):
    """A change of a day's plan, and the day's entries before it, until that day is over."""

    __tablename__ = "plan_changes"
    __table_args__ = (
        one_of("action", "plan", "unplan", "replan"),
        {**STRICT, "sqlite_autoincrement": True},
    )
    seq: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    on: str = text_column()
    action: str = text_column()
    account_id: str | None = text_column(None, references="accounts.id")
    at: str = text_column()
    before: str = text_column()


class DraftRow(SQLModel, table=True):
    """Something typed and not yet saved, by screen and record."""

    __tablename__ = "drafts"
    __table_args__ = (STRICT,)
    place: str = key()
    record: str = key()
    body: str = text_column()
    body_sha256: str = text_column()
    started_at: str | None = text_column(None)
    updated_at: str = text_column()


class FieldEditRow(SQLModel, table=True):
    """A two-sided field changed here: base, ours, and the operation that sends it."""

    __tablename__ = "field_edits"
    __table_args__ = (STRICT,)
    entity: str = key()
    local_id: str = key()
    field: str = key()
    base: str | None = text_column(None)
    local: str | None = text_column(None)
    op_id: str | None = text_column(None)
    edited_at: str = text_column()
    settled_at: str | None = text_column(None)
