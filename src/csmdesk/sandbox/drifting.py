"""A property that an admin takes away, renames, closes or turns into another kind, on demand."""

from dataclasses import replace
from typing import Any

from csmdesk.sandbox.calls import Answer, Call, Crm
from csmdesk.sandbox.names import ObjectType
from csmdesk.sandbox.replies import ApiError, invalid
from csmdesk.sandbox.schema import Property
from csmdesk.sandbox.values import iso

_CHANGES = frozenset({"deleted", "read_only", "kind", "renamed"})


def change_property(crm: Crm, call: Call) -> Answer:
    """`{deleted?: bool, read_only?: bool, kind?: type, renamed?: name}` of one property.

    What is deleted keeps its values and has them again when it comes back. HubSpot has no
    renaming: it is a new property with the old one's values, and the old one deleted.
    """
    kind = call.kind()
    name = call.params["name"]
    definition = crm.state.properties[kind.key].get(name)
    if definition is None:
        raise ApiError(404, "OBJECT_NOT_FOUND", f"Property {name} does not exist")
    given = call.document()
    unknown = sorted(set(given) - _CHANGES)
    if unknown:
        raise invalid(f"A property has no {unknown[0]} to change")
    changed: Property = {**definition, "updatedAt": iso(crm.clock())}
    if "deleted" in given:
        changed["archived"] = bool(given["deleted"])
    if "read_only" in given:
        metadata = changed["modificationMetadata"]
        changed["modificationMetadata"] = {**metadata, "readOnlyValue": bool(given["read_only"])}
    if "kind" in given:
        changed["type"] = str(given["kind"])
    with crm.state.writing():
        if "renamed" in given:
            changed["archived"] = True
            _rename(crm, kind, definition, str(given["renamed"]))
        crm.state.define("property", kind.key, name, changed)
        crm.state.effect("property_update", kind.key, name, changed={})
    return Answer(changed)


def _rename(crm: Crm, kind: ObjectType, definition: Property, name: str) -> None:
    old = definition["name"]
    crm.state.define("property", kind.key, name, {**definition, "name": name})
    for record in list(crm.state.records[kind.key].values()):
        if old in record.properties:
            properties: dict[str, Any] = {**record.properties, name: record.properties[old]}
            del properties[old]
            history = {name if each == old else each: past for each, past in record.history.items()}
            crm.state.put(
                kind.key, replace(record, properties=properties, history=history), indexed=True
            )
