"""What a signal is, and what is fixed per type: family, cooldown, verb (agenda model §3.4)."""

from datetime import date, datetime
from typing import Any, NamedTuple

from csmdesk.domain.exact import Exact


class Kind(NamedTuple):
    """What all signals of one type share.

    `cooldown` is how many days a done hides it; None closes it for good. `verb` is the next
    action it asks for.
    """

    family: str
    cooldown: int | None
    verb: str


KINDS: dict[str, Kind] = {
    "renewal": Kind("commercial", 7, "Confirm the renewal"),
    "ttv": Kind("onboarding", 3, "Get them to first value"),
    "milestone": Kind("commitment", 3, "Move the milestone"),
    "promise": Kind("commitment", None, "Keep the promise"),
    "waiting": Kind("commitment", 7, "Chase what they promised"),
    "task": Kind("commitment", None, "Do the task"),
    "recap": Kind("commitment", None, "Log the meeting and send the recap"),
    "meeting": Kind("meeting", None, "Prepare the meeting"),
    "review": Kind("meeting", None, "Prepare the review"),
    "ticket": Kind("support", 1, "Escalate the ticket"),
    "health": Kind("risk", 7, "Find out what went wrong"),
    "usage": Kind("risk", 14, "Ask why usage fell"),
    "nps": Kind("risk", 14, "Answer the survey reply"),
    "champion": Kind("people", 7, "Find a new champion"),
    "coverage": Kind("people", 30, "Meet more of their people"),
    "silent": Kind("people", 14, "Write to a silent contact"),
    "detractor": Kind("people", 14, "Talk to the critic"),
    "cadence": Kind("rhythm", 0, "Check in"),
    "qbr": Kind("rhythm", 14, "Book the business review"),
    "expansion": Kind("growth", 30, "Open the expansion talk"),
    "data": Kind("data", 30, "Fill in what is missing"),
}
"""Every type of signal."""

FAMILY = {type_: kind.family for type_, kind in KINDS.items()}
"""The family of each type."""

FORMER_TYPES = frozenset({"promise", "waiting", "task", "recap", "meeting", "review"})
"""What a former customer may still raise."""

TECH_TYPES = FORMER_TYPES | {"renewal", "ticket", "health", "usage", "expansion", "data"}
"""What a tech-touch account may raise."""

PATIENT = frozenset({"rhythm", "data"})
"""Families that never wake and sleep with any snooze of the account."""

SUBJECT_ACCOUNT = "account"
"""The subject of a signal that is about the account as a whole."""


class Signal(NamedTuple):
    """One trouble or chance of one account.

    `points` is P (0-100), `value` V in percent, `score` s = P x V in 1/100 point. `must_since`
    is when its must condition began: a local day, or an instant for tickets; None if it is no
    must. `hard_date` is the date that cannot be moved. `clock_open`: a renewal whose clock is not
    past; `act_by` its last working day. `detail` holds what the words are made of.
    """

    type: str
    subject: str
    episode: str
    points: int
    value: int
    score: int
    stake: Exact | None
    source: str
    on: date | None = None
    must_since: date | datetime | None = None
    hard_date: date | None = None
    effort: int = 0
    act_by: date | None = None
    tier0: bool = False
    detail: tuple[Any, ...] = ()

    @property
    def family(self) -> str:
        """The family it competes in."""
        return FAMILY[self.type]

    @property
    def must(self) -> bool:
        """Whether it has to be in today's plan."""
        return self.must_since is not None

    @property
    def cause(self) -> tuple[str, str, str]:
        """What a disposition names: type, subject, episode."""
        return (self.type, self.subject, self.episode)


def rank_key(signal: Signal) -> tuple[int, str, str]:
    """Sort key of signals: highest score, then type A-Z, then subject (agenda model §3.6)."""
    return (-signal.score, signal.type, signal.subject)
