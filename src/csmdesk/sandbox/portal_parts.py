"""What a portal is made of, and how its values are written. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from csmdesk.sandbox.names import ObjectType, object_type
from csmdesk.sandbox.records import Record, Version
from csmdesk.sandbox.schema import Pipeline, Property
from csmdesk.sandbox.values import iso

Link = tuple[str, int, str, int, bool]
"""From type, from id, to type, to id, whether it is the primary one."""


@dataclass(slots=True, kw_only=True)
class Portal:
    """Everything an account starts with."""

    portal_id: int
    time_zone: str
    currency: str
    properties: dict[str, list[Property]]
    pipelines: list[Pipeline]
    owners: list[dict[str, Any]] = field(default_factory=list)
    records: list[tuple[str, Record]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def split_name(name: str) -> tuple[str, str]:
    """First and last name; the two joined by a space give the name back."""
    first, space, last = name.rpartition(" ")
    return (first, last) if space else (last, "")


def plain(value: Decimal | int) -> str:
    """A number as the CRM keeps it: no exponent, no trailing zeros."""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def midnight(day: date) -> str:
    """The instant that stands for a date in a datetime property."""
    return iso(datetime.combine(day, time(), UTC))


def noon(day: date, now: datetime) -> str:
    """When the value of a day was written: noon UTC, but never in the future."""
    return iso(min(datetime.combine(day, time(12), UTC), now))


def make_record(
    kind: ObjectType,
    remote: str,
    values: dict[str, str | None],
    created: str,
    updated: str | None = None,
    history: dict[str, tuple[Version, ...]] | None = None,
) -> Record:
    """A record with its system properties; None values stay unset."""
    changed = max(updated or created, created)
    properties = {name: value for name, value in values.items() if value not in (None, "")}
    properties[kind.created] = created
    properties[kind.modified] = changed
    properties["hs_object_id"] = remote
    return Record(
        id=int(remote),
        properties={name: str(value) for name, value in properties.items()},
        created=created,
        updated=changed,
        history=history or {},
    )


def kind_of(key: str) -> ObjectType:
    """The object type of a key that is known to exist."""
    kind = object_type(key)
    if kind is None:
        raise LookupError(key)
    return kind


def day_text(day: date | None) -> str | None:
    """A date as a date property holds it."""
    return None if day is None else day.isoformat()


def count_text(value: int | None) -> str | None:
    """A whole number as a property holds it."""
    return None if value is None else str(value)
