"""Where HubSpot keeps the fields that both sides may change, and how it spells them. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from csmdesk.crm.bodies import INPUT_LIMIT, html_of, split_marker, text_of
from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.companies import segment_of
from csmdesk.crm.hubspot.guesses import COMPANIES, DEALS
from csmdesk.crm.hubspot.names import ENGAGEMENTS, MARKER
from csmdesk.crm.hubspot.outgoing import BODY
from csmdesk.domain.two_sided.fields import FIELDS
from csmdesk.domain.two_sided.normal import Kind, normal, same
from csmdesk.text import TEXT_LIMIT

NOTES: Final = "hs_internal_meeting_notes"
"""Where what we noted of a meeting of the calendar goes."""

_NONE: Final[Mapping[str, Mapping[str, Any]]] = {}
_MIDNIGHT: Final = "T00:00:00.000Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a field is kept on a record.

    Attributes:
        names: properties that can hold it; the first that is filled is the one that counts, else
            the first.
        kind: how its values are compared.
        fixed: the property is HubSpot's own and spelled as it always is; otherwise its definition
            is read before anything is written.
        meaning: what a property's text, or an option's label, says in our words.
        labelled: an option's label says what it means where its value does not.
    """

    names: tuple[str, ...]
    kind: Kind
    fixed: bool = False
    meaning: Callable[[str], str | None]
    labelled: bool = False

    def property_in(self, properties: Mapping[str, Any]) -> str:
        """Return the property that counts on this record."""
        filled = (name for name in self.names if values.text(properties, name).strip())
        return next(filled, self.names[0])


def places(
    object_type: str, fields: Mapping[str, Mapping[str, str]], zone: tzinfo
) -> Mapping[str, Place]:
    """Return where each two-sided field of a type is kept; those with no place are left out.

    Args:
        object_type: our word for the type.
        fields: property per plural type and field.
        zone: the portal's, for dates that HubSpot keeps as instants.
    """
    if object_type == "company":
        return _of_company(fields.get(COMPANIES, {}), zone)
    if object_type == "deal":
        return _contract(fields.get(DEALS, {}), zone, arr=("amount",), ends=("closedate",))
    if object_type == "contact":
        return {
            "title": _fixed("contact", "title", ("jobtitle",), _line),
            "email": _fixed("contact", "email", ("email",), _line),
            "phone": _fixed("contact", "phone", ("phone", "mobilephone"), _line),
        }
    if object_type == "task":
        return {
            "title": _fixed("task", "title", ("hs_task_subject",), _line),
            "due_on": _fixed("task", "due_on", ("hs_timestamp",), _day_in(zone)),
            "done": _fixed("task", "done", ("hs_task_status",), _completed),
        }
    if object_type in ENGAGEMENTS:
        found = {"text": _fixed("touchpoint", "text", (BODY[object_type],), _prose)}
        if object_type == "meeting":
            found["notes"] = _fixed("touchpoint", "text", (NOTES,), _prose)
        return found
    return {}


def told_by(
    object_type: str, fields: Mapping[str, Mapping[str, str]], zone: tzinfo
) -> tuple[str, ...]:
    """Return the properties of a type that two-sided fields are kept in."""
    found = places(object_type, fields, zone).values()
    return tuple(dict.fromkeys(name for place in found for name in place.names))


def read_value(
    place: Place,
    properties: Mapping[str, Any],
    definitions: Mapping[str, Mapping[str, Any]] = _NONE,
) -> str | None:
    """Return a field's value on a record, in our words.

    Args:
        place: where the field is kept.
        properties: the record's.
        definitions: of the type's properties, by name, as far as known.
    """
    name = place.property_in(properties)
    text = values.text(properties, name)
    if place.labelled:
        for option in _options(definitions.get(name, {})):
            if option.get("value") == text and text:
                return place.meaning(str(option.get("label") or text))
    return place.meaning(text)


def read_values(
    object_type: str,
    properties: Mapping[str, Any],
    fields: Mapping[str, Mapping[str, str]],
    zone: tzinfo,
    definitions: Mapping[str, Mapping[str, Any]] = _NONE,
) -> dict[str, str | None]:
    """Return the value of every two-sided field of a record that can be told with certainty.

    A body too long to be read to its end says nothing about what changed in it, nor does a record
    that does not even mention a property.
    """
    found: dict[str, str | None] = {}
    for field, place in places(object_type, fields, zone).items():
        if not any(name in properties for name in place.names):
            continue
        value = read_value(place, properties, definitions)
        if place.kind == "prose":
            written = values.text(properties, place.property_in(properties))
            if len(written) >= INPUT_LIMIT or len(value or "") >= TEXT_LIMIT - 1:
                continue
        found[field] = value
    return found


def spelled(
    place: Place,
    field: str,
    value: str | None,
    properties: Mapping[str, Any],
    definitions: Mapping[str, Mapping[str, Any]],
) -> tuple[str, str]:
    """Return the property to write and the text to write into it; an empty one clears it.

    Args:
        place: where the field is kept.
        field: its name, for messages.
        value: the value in our words.
        properties: the record as it is.
        definitions: of the type's properties, by name; not asked for fixed places.

    Raises:
        ValueError: HubSpot does not take the value; the message is a sentence for the user.
    """
    name = place.property_in(properties)
    if place.fixed:
        return name, _fixed_text(field, name, value, properties)
    definition = definitions.get(name)
    if definition is None or definition.get("archived"):
        raise ValueError(f"HubSpot has no property {name} any more, which held the {field}.")
    metadata = definition.get("modificationMetadata")
    if isinstance(metadata, Mapping) and metadata.get("readOnlyValue"):
        raise ValueError(f"HubSpot's property {name} cannot be written.")
    kind = definition.get("type")
    if kind == "enumeration":
        return name, _option(place, name, value, definition)
    if value is None:
        return name, ""
    if kind == "datetime" and place.kind == "day":
        return name, f"{value}{_MIDNIGHT}"
    return name, value


def _of_company(mapped: Mapping[str, str], zone: tzinfo) -> dict[str, Place]:
    found = {
        "name": _fixed("account", "name", ("name",), _line),
        "domain": _fixed("account", "domain", ("domain",), _line),
        "industry": _place("account", "industry", ("industry",), _line),
    }
    segment = mapped.get("segment")
    if segment is not None:
        found["segment"] = _place("account", "segment", (segment,), segment_of)
    return found | _contract(mapped, zone)


def _contract(
    mapped: Mapping[str, str],
    zone: tzinfo,
    *,
    arr: tuple[str, ...] = (),
    ends: tuple[str, ...] = (),
) -> dict[str, Place]:
    def chosen(*fields: str) -> tuple[str, ...]:
        return tuple(mapped[field] for field in fields if field in mapped)

    kept: dict[str, tuple[tuple[str, ...], Callable[[str], str | None]]] = {
        "arr": ((*chosen("arr"), *arr), _number),
        "term_end": ((*chosen("term_end", "renewal_date"), *ends), _day_in(zone)),
        "notice_days": (chosen("notice_days"), _number),
        "auto_renew": (chosen("auto_renew"), _flag),
        "forecast": (chosen("forecast"), _word),
        "likelihood": (chosen("likelihood"), _number),
    }
    return {
        field: Place(
            names=tuple(dict.fromkeys(names)),
            kind=FIELDS["subscription", field].kind,
            meaning=meaning,
            labelled=field == "forecast",
        )
        for field, (names, meaning) in kept.items()
        if names
    }


def _place(
    entity: str, field: str, names: tuple[str, ...], meaning: Callable[[str], str | None]
) -> Place:
    return Place(names=names, kind=FIELDS[entity, field].kind, meaning=meaning)


def _fixed(
    entity: str, field: str, names: tuple[str, ...], meaning: Callable[[str], str | None]
) -> Place:
    return Place(names=names, kind=FIELDS[entity, field].kind, fixed=True, meaning=meaning)


def _fixed_text(field: str, name: str, value: str | None, properties: Mapping[str, Any]) -> str:
    if name == "hs_task_status":
        return "COMPLETED" if value == "true" else "NOT_STARTED"
    if name == "hs_timestamp":
        if value is None:
            raise ValueError("A task at HubSpot needs a due date.")
        return f"{value}{_MIDNIGHT}"
    if name in BODY.values() or name == NOTES:
        return _body(value or "", values.text(properties, name))
    if value is None and field == "name":
        raise ValueError("A company at HubSpot needs a name.")
    return value or ""


def _body(text: str, before: str) -> str:
    """Return a body that shows the text and keeps the marker the one before had."""
    written = html_of(text)
    _, key = split_marker(text_of(before), MARKER)
    if key is None:
        return written
    return f"{written}<br>{MARKER}{key}" if written else f"{MARKER}{key}"


def _option(place: Place, name: str, value: str | None, definition: Mapping[str, Any]) -> str:
    if value is None:
        return ""
    for option in _options(definition):
        meant = (place.meaning(str(option.get(key) or "")) for key in ("value", "label"))
        if any(found is not None and same(place.kind, found, value) for found in meant):
            return str(option.get("value"))
    raise ValueError(f"HubSpot's property {name} has no option that means {value!r}.")


def _options(definition: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    options = definition.get("options")
    found = options if isinstance(options, list) else ()
    return [option for option in found if isinstance(option, Mapping)]


def _line(text: str) -> str | None:
    return values.line({"": text}, "")


def _word(text: str) -> str | None:
    line = values.line({"": text}, "")
    return None if line is None else line.lower().replace(" ", "_").replace("-", "_")


def _prose(text: str) -> str | None:
    return split_marker(text_of(text), MARKER)[0] or None


def _number(text: str) -> str | None:
    found = values.parse_number(text)
    return normal("number", str(found)) if found is not None else _line(text)


def _flag(text: str) -> str:
    return "true" if values.flag({"": text}, "") else "false"


def _completed(text: str) -> str:
    return "true" if text.strip().upper() == "COMPLETED" else "false"


def _day_in(zone: tzinfo) -> Callable[[str], str | None]:
    def day(text: str) -> str | None:
        found = values.day({"": text}, "", zone)
        return found.isoformat() if found is not None else _line(text)

    return day
