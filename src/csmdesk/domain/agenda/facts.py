"""What the agenda knows of one account: already reduced, so that thousands are read in a moment.

Two producers make these facts and must agree: `reduce` from the records of a book, in plain
Python, and the store's query, set by set. Everything dated after the moment is left out by both.
Tuples are sorted by their first field.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from csmdesk.domain.exact import Exact
from csmdesk.domain.health import Health, Override
from csmdesk.domain.renewal import Contract
from csmdesk.domain.usage import Usage
from csmdesk.domain.vocabulary import (
    DispositionAction,
    MeetingKind,
    MeetingStatus,
    Prep,
    Role,
    Segment,
    Severity,
    Side,
)

_RESCUE = timedelta(days=84)
"""How long a red-rescue plan without an end lasts."""


def rescue_end(start: date) -> date:
    """Return when a rescue plan without an end of its own is over; the calendar's end at last."""
    return start + _RESCUE if start <= date.max - _RESCUE else date.max


class Touch(NamedTuple):
    """The last customer touch of some kind."""

    at: datetime
    id: str
    day: date


class Person(NamedTuple):
    """A contact some rule may speak of: an active holder of a role, a critic, a lost champion.

    `met` is the local day of the last customer touch that lists them.
    """

    id: str
    name: str
    roles: frozenset[Role] = frozenset()
    active: bool = True
    left: bool = False
    left_on: date | None = None
    influence: int | None = None
    sentiment: int | None = None
    sentiment_on: date | None = None
    met: date | None = None


class Step(NamedTuple):
    """An open next step due by tomorrow."""

    id: str
    text: str
    side: Side
    due_on: date


class Chore(NamedTuple):
    """An open task due by tomorrow."""

    id: str
    title: str
    due_on: date
    high: bool = False
    effort: int | None = None


class Appointment(NamedTuple):
    """A customer meeting: planned and not ended, or ended in the last ten working days unlogged."""

    id: str
    kind: MeetingKind
    title: str
    start: datetime
    end: datetime
    status: MeetingStatus = "planned"
    prep: Prep = "none"


class Case(NamedTuple):
    """An open critical or high ticket."""

    id: str
    subject: str
    severity: Severity
    opened_at: datetime


class Answer(NamedTuple):
    """A low NPS answer of the last two weeks, with no customer touch after it."""

    id: str
    score: int
    day: date
    who: str | None = None
    influence: int | None = None


class Goal(NamedTuple):
    """An open milestone of an active plan, due within two weeks."""

    id: str
    title: str
    due_on: date
    side: Side
    first_value: bool = False


class Rescue(NamedTuple):
    """An active red-rescue plan: when it ends and whether one of its milestones is late."""

    id: str
    ends_on: date
    late: bool


class Word(NamedTuple):
    """The latest disposition of one cause that was not undone, with its local day."""

    type: str
    subject: str
    episode: str
    action: DispositionAction
    day: date
    at: datetime
    points: int
    until: date | None = None
    reason: str | None = None


class Facts(NamedTuple):
    """One account as the agenda sees it.

    `start_on` is the account's own, else its earliest subscription's. `had_contracts`: it has
    subscriptions, ended ones included; `contracts` are the active ones. `expansion` is the sum
    of the known amounts of open expansion opportunities. `contacts` counts all contacts,
    `threads` the active ones met in the last 90 days. `first_value_planned` and
    `first_value_done` look at all plans but drafts. `planned_on` is the latest accepted plan
    day before today. `converted`: some amount was converted from another currency.
    """

    id: str
    name: str
    segment: Segment | None = None
    assigned_on: date | None = None
    start_on: date | None = None
    had_contracts: bool = False
    contracts: tuple[Contract, ...] = ()
    converted: bool = False
    expansion: Exact | None = None
    contacts: int = 0
    threads: int = 0
    people: tuple[Person, ...] = ()
    last_touch: Touch | None = None
    last_review: Touch | None = None
    steps: tuple[Step, ...] = ()
    chores: tuple[Chore, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    cases: tuple[Case, ...] = ()
    answers: tuple[Answer, ...] = ()
    goals: tuple[Goal, ...] = ()
    first_value_planned: bool = False
    first_value_done: bool = False
    rescues: tuple[Rescue, ...] = ()
    health: Health | None = None
    overrides: tuple[Override, ...] = ()
    usage: Usage | None = None
    words: tuple[Word, ...] = ()
    planned_on: date | None = None


class Busy(NamedTuple):
    """Time of today that is taken: a meeting of any kind that was not called off."""

    start: datetime
    end: datetime
