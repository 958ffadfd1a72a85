"""Saying back what was understood, part by part, for the line under the input."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final, Literal

from csmdesk.domain.touch.reading import Reading, Step
from csmdesk.domain.vocabulary import Outcome, TouchType

PartKind = Literal[
    "type",
    "when",
    "people",
    "new people",
    "length",
    "mood",
    "outcome",
    "text",
    "step",
    "cadence",
    "warning",
    "problem",
]

TYPE_NAMES: Final[dict[TouchType, str]] = {
    "call": "call",
    "email": "e-mail",
    "meeting": "meeting",
    "onsite": "on-site",
    "training": "training",
    "qbr": "QBR",
    "ebr": "EBR",
    "slack": "Slack",
    "note": "note",
    "internal": "internal note",
}
"""How each type is called on screen."""


def type_name(type_: str) -> str:
    """Return how a type is called on screen, also one as the store has it."""
    return {str(key): name for key, name in TYPE_NAMES.items()}.get(type_, type_)


MOOD_NAMES: Final = {1: "positive", 0: "neutral", -1: "negative"}

OUTCOME_NAMES: Final[dict[Outcome, str]] = {
    "held": "held",
    "advanced": "advanced",
    "no_show": "no-show",
    "left_message": "left a message",
    "escalated": "escalated",
    "blocked": "blocked",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the reading in words."""

    kind: PartKind
    text: str


def describe(reading: Reading, now: datetime, zone: tzinfo) -> tuple[Part, ...]:
    """Return what a line was read as, in the order it is said; problems come last.

    Args:
        reading: the line, read.
        now: the instant, for leaving the year out of dates of this year.
        zone: the user's zone.
    """
    today = now.astimezone(zone).date()
    parts = [Part("type", _type_words(reading))]
    if reading.at_given:
        parts.append(Part("when", when_words(reading.at, zone, today)))
    if known := [person.name for person in reading.people if person.contact_id is not None]:
        parts.append(Part("people", ", ".join(known)))
    if reading.new_names:
        parts.append(Part("new people", f"new contact? {', '.join(reading.new_names)}"))
    if reading.minutes is not None:
        parts.append(Part("length", length_words(reading.minutes)))
    if reading.mood is not None:
        parts.append(Part("mood", MOOD_NAMES[reading.mood]))
    if reading.outcome_given and reading.outcome is not None:
        parts.append(Part("outcome", OUTCOME_NAMES[reading.outcome]))
    if reading.text is not None:
        parts.append(Part("text", f"“{reading.text}”"))
    parts += (Part("step", _step_words(step, today)) for step in reading.steps)
    if not reading.resets_cadence and reading.type not in ("note", "internal"):
        parts.append(Part("cadence", "does not reset the cadence"))
    parts += (Part("warning", warning) for warning in reading.warnings)
    parts += (Part("problem", problem.message) for problem in reading.problems)
    return tuple(parts)


def day_words(day: date, today: date) -> str:
    """Return a day as `Fri 13 Mar`, with the year when it is not this one."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"


def when_words(at: datetime, zone: tzinfo, today: date) -> str:
    """Return an instant as `Sun 8 Mar 14:00` in the user's zone."""
    local = at.astimezone(zone)
    return f"{day_words(local.date(), today)} {local:%H:%M}"


def length_words(minutes: int) -> str:
    """Return a length as `25 min`, `1 h` or `1 h 30`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


def _type_words(reading: Reading) -> str:
    name = TYPE_NAMES[reading.type]
    if reading.two_way:
        return f"{name} both ways"
    if reading.direction is not None:
        return f"{name} {'received' if reading.direction == 'in' else 'sent'}"
    return name


def _step_words(step: Step, today: date) -> str:
    due = f" {day_words(step.due_on, today)}" if step.due_on is not None else ""
    return f"next: {step.side} “{step.text}”{due}"
