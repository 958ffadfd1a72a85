"""What happened and is to happen: touches, meetings, cases, tasks, the agenda's memory."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from csmdesk.book.row import Row, expected
from csmdesk.book.values import Count, Day, Flag, Id, Ids, Instant, Text, Tone
from csmdesk.domain.records import (
    Direction,
    DispositionAction,
    MeetingKind,
    MeetingStatus,
    Outcome,
    Prep,
    Severity,
    Side,
    TicketStatus,
    TouchType,
)


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
            raise expected("an end that is not before the start")
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
            raise expected("undoes, because the action is undo")
        return self


class PlannedDay(Row):
    """An account in the accepted plan of a day."""

    on: Day
    account_id: Id
    removed: Flag = False
