"""What a log line was understood to say."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from csmdesk.domain.cadence import is_customer_touch
from csmdesk.domain.vocabulary import Direction, Outcome, Side, TouchType

MarkKind = Literal[
    "type",
    "date",
    "time",
    "person",
    "new person",
    "length",
    "mood",
    "outcome",
    "text",
    "step",
    "due",
]
ProblemKind = Literal[
    "ambiguous", "future", "no such date", "no such time", "no words", "open quote", "empty"
]
RECAP = "Send the recap"
"""The step that a business review without a step of ours gets."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the line, `line[start:end]`, and what it was read as."""

    kind: MarkKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact a name could mean."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line cannot be saved as it is, where, and what could be meant instead."""

    kind: ProblemKind
    message: str
    start: int
    end: int
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody present: a contact, or a name nobody has yet (`contact_id` is None)."""

    name: str
    contact_id: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A next step. `automatic`: nobody typed it."""

    text: str
    side: Side
    due_on: date | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A log line, read.

    Attributes:
        line: what was typed.
        type: the kind of touch; `type_given` tells whether the line says so.
        at: when it was, in UTC; `at_given` tells whether the line says so. A line that names a
            day only means 12:00 of it, or now if that day is today.
        people: who was present, in the order of the line.
        minutes: 1 to 1440.
        mood: -1, 0 or 1.
        outcome: what came of it; a conversation was held unless the line says otherwise.
        steps: next steps, the automatic one last.
        problems: why it cannot be saved yet; empty means it can.
        warnings: what may have been meant otherwise; never a reason not to save.
    """

    line: str
    type: TouchType
    type_given: bool
    at: datetime
    at_given: bool
    direction: Direction | None = None
    two_way: bool | None = None
    people: tuple[Person, ...] = ()
    minutes: int | None = None
    mood: int | None = None
    outcome: Outcome | None = None
    outcome_given: bool = False
    text: str | None = None
    steps: tuple[Step, ...] = ()
    marks: tuple[Mark, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether the line can be saved."""
        return not self.problems

    @property
    def attendee_ids(self) -> tuple[str, ...]:
        """Ids of the contacts who were present."""
        return tuple(p.contact_id for p in self.people if p.contact_id is not None)

    @property
    def new_names(self) -> tuple[str, ...]:
        """Names of people nobody knows yet."""
        return tuple(p.name for p in self.people if p.contact_id is None)

    @property
    def resets_cadence(self) -> bool:
        """Whether this is a customer touch (rule R17)."""
        return is_customer_touch(self.type, self.two_way, self.outcome)
