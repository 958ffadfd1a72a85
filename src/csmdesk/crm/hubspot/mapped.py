"""How the properties that fields are mapped to stand in a portal. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from csmdesk.crm.base import FieldSets, MappedProperty
from csmdesk.crm.hubspot.guesses import kind_of, kinds_taken
from csmdesk.crm.hubspot.names import SINGULARS

Fields = Mapping[str, Mapping[str, str]]
"""The property per holder and field."""


def mapped_properties(
    fields: Fields, definitions: Mapping[str, Sequence[Mapping[str, Any]]]
) -> tuple[MappedProperty, ...]:
    """Return how every mapped property of these holders stands.

    Args:
        fields: the map.
        definitions: all properties per holder, as the API lists them. Every type has some, so a
            holder without any is one that cannot be seen, and nothing is said of it.
    """
    found = []
    for holder, listed in definitions.items():
        known = {str(each.get("name")): each for each in listed if not each.get("archived")}
        if not known:
            continue
        for field, name in fields.get(holder, {}).items():
            definition = known.get(name)
            found.append(
                MappedProperty(
                    object_type=SINGULARS[holder],
                    holder=holder,
                    field=field,
                    name=name,
                    kind=None if definition is None else kind_of(definition),
                    read_only=definition is not None and _read_only(definition),
                    takes=kinds_taken(field),
                )
            )
    return tuple(found)


def without(fields: Fields, left_out: FieldSets) -> dict[str, dict[str, str]]:
    """Return the map without some fields."""
    return {
        holder: {
            field: name
            for field, name in mapped.items()
            if field not in left_out.get(holder, frozenset())
        }
        for holder, mapped in fields.items()
    }


def unmentioned(
    mapped: Mapping[str, str], records: Collection[Mapping[str, Any]]
) -> frozenset[str]:
    """Return the mapped fields whose property some record does not even mention.

    A property without a value comes as null; one that does not exist any more does not come.
    """
    wanted = frozenset(mapped.values())
    missing: set[str] = set()
    for raw in records:
        properties = raw.get("properties")
        if isinstance(properties, Mapping) and raw.get("archived") is not True:
            missing |= wanted - properties.keys()
    if not missing:
        return frozenset()
    return frozenset(field for field, name in mapped.items() if name in missing)


def _read_only(definition: Mapping[str, Any]) -> bool:
    metadata = definition.get("modificationMetadata")
    return isinstance(metadata, Mapping) and metadata.get("readOnlyValue") is True
