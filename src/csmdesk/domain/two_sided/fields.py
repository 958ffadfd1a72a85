"""Which fields both sides may change, and how a value of each is typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from csmdesk.domain.records import Forecast, Segment
from csmdesk.domain.two_sided.normal import Kind, normal

Entity = Literal["account", "contact", "subscription", "touchpoint", "task"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSided:
    """A field that can be changed here and at the CRM.

    Attributes:
        entity: the kind of record.
        name: the field, as in the book format.
        kind: how values are compared.
        words: what a colleague calls it.
        ours: it belongs to the user and lives here even where a CRM has no such field; without
            a place at the CRM any other field cannot be changed here.
        choices: the values it can have, if they are fixed.
        required: it cannot be emptied.
        most: the largest number it takes.
        kept_in: fields of the field map whose property holds it; empty for what every CRM has.
    """

    entity: Entity
    name: str
    kind: Kind
    words: str
    ours: bool = False
    choices: tuple[str, ...] = ()
    required: bool = False
    most: int | None = None
    kept_in: tuple[str, ...] = ()


FIELDS: Final[Mapping[tuple[str, str], TwoSided]] = {
    (each.entity, each.name): each
    for each in (
        TwoSided(entity="account", name="name", kind="line", words="name", required=True),
        TwoSided(entity="account", name="domain", kind="domain", words="domain"),
        TwoSided(entity="account", name="industry", kind="choice", words="industry"),
        TwoSided(
            entity="account",
            name="segment",
            kind="choice",
            words="segment",
            choices=get_args(Segment),
            kept_in=("segment",),
        ),
        TwoSided(entity="contact", name="title", kind="line", words="title"),
        TwoSided(entity="contact", name="email", kind="email", words="e-mail"),
        TwoSided(entity="contact", name="phone", kind="phone", words="phone"),
        TwoSided(entity="subscription", name="arr", kind="number", words="ARR", kept_in=("arr",)),
        TwoSided(
            entity="subscription",
            name="term_end",
            kind="day",
            words="term end",
            kept_in=("term_end", "renewal_date"),
        ),
        TwoSided(
            entity="subscription",
            name="notice_days",
            kind="number",
            words="notice days",
            most=3660,
            kept_in=("notice_days",),
        ),
        TwoSided(
            entity="subscription",
            name="auto_renew",
            kind="flag",
            words="auto-renewal",
            kept_in=("auto_renew",),
        ),
        TwoSided(
            entity="subscription",
            name="forecast",
            kind="choice",
            words="forecast",
            ours=True,
            choices=get_args(Forecast),
            kept_in=("forecast",),
        ),
        TwoSided(
            entity="subscription",
            name="likelihood",
            kind="number",
            words="likelihood",
            ours=True,
            most=100,
            kept_in=("likelihood",),
        ),
        TwoSided(entity="touchpoint", name="text", kind="prose", words="text", ours=True),
        TwoSided(entity="task", name="title", kind="line", words="title", required=True),
        TwoSided(entity="task", name="due_on", kind="day", words="due date"),
        TwoSided(entity="task", name="done", kind="flag", words="done"),
    )
}
"""Every two-sided field, by entity and name."""

_NO: Final = frozenset({"false", "no", "n", "0", "off"})
_YES: Final = frozenset({"true", "yes", "y", "1", "on"})


def fields_of(entity: str) -> tuple[TwoSided, ...]:
    """Return the two-sided fields of a kind of record, in the order they are offered."""
    return tuple(each for each in FIELDS.values() if each.entity == entity)


def typed_value(field: TwoSided, typed: str) -> str | None:
    """Return what was typed for a field as a value of it; empty text empties the field.

    Args:
        field: the field.
        typed: cleaned text, one line unless the field is prose.

    Raises:
        ValueError: it is no value of that field; the message is a sentence for the user.
    """
    text = typed.strip()
    if not text:
        if field.required:
            raise ValueError(f"The {field.words} cannot be empty.")
        return None
    if field.choices:
        return _chosen(field, text)
    match field.kind:
        case "number":
            return _number(field, text)
        case "day":
            return _day(field, text)
        case "flag":
            return _flag(field, text)
        case "domain" | "email":
            return normal(field.kind, text)
        case "phone" | "line" | "prose" | "choice" | "instant" | "set":
            return text


def _chosen(field: TwoSided, text: str) -> str:
    wanted = text.casefold().replace(" ", "_").replace("-", "_")
    if wanted in field.choices:
        return wanted
    offered = ", ".join(each.replace("_", " ") for each in field.choices)
    raise ValueError(f"The {field.words} is one of {offered}; not {text!r}.")


def _number(field: TwoSided, text: str) -> str:
    found = normal("number", text.replace(",", "").rstrip("%").strip()) or ""
    digits = found.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"The {field.words} is a number, 0 or more; not {text!r}.")
    if field.most is not None and (not found.isdigit() or int(found) > field.most):
        raise ValueError(f"The {field.words} is a whole number from 0 to {field.most}.")
    return found


def _day(field: TwoSided, text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ValueError(f"The {field.words} is a date like 2026-03-31; not {text!r}.")
    return text


def _flag(field: TwoSided, text: str) -> str:
    word = text.casefold()
    if word in _YES | _NO:
        return "true" if word in _YES else "false"
    raise ValueError(f"The {field.words} is yes or no; not {text!r}.")
