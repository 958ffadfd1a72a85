"""Success plans: objectives, criteria, milestones, tasks."""

from typing import Literal

from pydantic import Field

from csmdesk.book.row import Row
from csmdesk.book.values import Count, Day, Flag, Id, Number, Text
from csmdesk.domain.records import MilestoneStatus, PlanStatus, Side


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
