"""What one write does to the account: create, update, archive, upsert, merge."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from csmdesk.sandbox.associating import link, link_requests, move_links, unlink_all
from csmdesk.sandbox.names import ObjectType
from csmdesk.sandbox.records import Record, Version
from csmdesk.sandbox.replies import ApiError, invalid, not_found
from csmdesk.sandbox.schema import Property
from csmdesk.sandbox.state import State
from csmdesk.sandbox.values import BadValueError, clean_value, iso

Changes = dict[str, str | None]

_NEEDS_TIMESTAMP = {"calls", "notes", "tasks", "emails", "meetings"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a write came from, for the effects log."""

    version: str = ""
    request: str = ""
    trace: str | None = None

    def details(self) -> dict[str, str]:
        """The keys of an effects line."""
        details = {"request": self.request} if self.request else {}
        return details if self.trace is None else {**details, "trace": self.trace}


def checked(state: State, kind: ObjectType, given: Any) -> Changes:
    """The values of a write, in stored form. Raises ApiError listing every bad one."""
    if not isinstance(given, Mapping):
        raise invalid("Invalid input JSON: properties must be an object")
    if kind.read_only:
        raise ApiError(405, "METHOD_NOT_ALLOWED", f"{kind.key} cannot be written by the API.")
    schema = state.properties[kind.key]
    owners = state.owner_ids()
    changes: Changes = {}
    errors: list[dict[str, Any]] = []
    for name, value in given.items():
        definition = schema.get(name)
        try:
            changes[name] = clean_value(_writable(definition, name), value, owners)
            _check_stage(state, kind, name, changes[name])
        except BadValueError as bad:
            errors.append(
                {
                    "message": bad.message,
                    "code": bad.code,
                    "in": name,
                    "context": {"propertyName": [name]},
                }
            )
    if errors:
        raise ApiError(
            400,
            "VALIDATION_ERROR",
            "Property values were not valid: " + "; ".join(error["message"] for error in errors),
            errors=errors,
        )
    return changes


def _writable(definition: Property | None, name: str) -> Property:
    if definition is None or definition["archived"]:
        raise BadValueError(f'Property "{name}" does not exist', "PROPERTY_DOESNT_EXIST")
    if definition["modificationMetadata"]["readOnlyValue"]:
        raise BadValueError(f'"{name}" is a read only property', "READ_ONLY_VALUE")
    return definition


_STAGES = {"deals": ("pipeline", "dealstage"), "tickets": ("hs_pipeline", "hs_pipeline_stage")}


def _check_stage(state: State, kind: ObjectType, name: str, value: str | None) -> None:
    if kind.key not in _STAGES or value is None:
        return
    pipeline_name, stage_name = _STAGES[kind.key]
    pipelines = state.pipelines.get(kind.key, {})
    if name == pipeline_name and value not in pipelines:
        raise BadValueError(f"{value} is not a pipeline.", "INVALID_OPTION")
    if name == stage_name and not any(
        stage["id"] == value for pipeline in pipelines.values() for stage in pipeline["stages"]
    ):
        raise BadValueError(f"{value} is not a stage of any pipeline.", "INVALID_OPTION")


def _check_unique(state: State, kind: ObjectType, changes: Changes, own_id: int | None) -> None:
    for name, taken in state.unique[kind.key].items():
        value = changes.get(name)
        if value is None:
            continue
        holder = taken.get(value)
        if holder is None or holder == own_id:
            continue
        if kind.key == "contacts" and name == "email":
            raise ApiError(409, "CONFLICT", f"Contact already exists. Existing ID: {holder}")
        raise ApiError(
            400,
            "VALIDATION_ERROR",
            f"Property values were not valid: {name} {value} is already used. "
            f"Existing ID: {holder}",
            errors=[
                {
                    "message": f"{name} {value} is already used by {kind.one} {holder}",
                    "code": "CONFLICTING_UNIQUE_VALUE",
                    "in": name,
                    "context": {"propertyName": [name], "conflictingObjectId": [str(holder)]},
                }
            ],
        )


def _key_of(state: State, kind: ObjectType, properties: Mapping[str, str]) -> dict[str, str]:
    return {name: properties[name] for name in sorted(state.unique[kind.key]) if name in properties}


def _derived(state: State, kind: ObjectType, given: Mapping[str, str | None], at: str) -> Changes:
    """What the CRM sets by itself when a stage or status changes."""
    if kind.key == "tasks" and "hs_task_status" in given:
        done = given["hs_task_status"] == "COMPLETED"
        return {"hs_task_completion_date": at if done else None}
    if kind.key not in _STAGES:
        return {}
    stage_id = given.get(_STAGES[kind.key][1])
    if stage_id is None:
        return {}
    metadata: Mapping[str, str] = next(
        (
            stage["metadata"]
            for pipeline in state.pipelines.get(kind.key, {}).values()
            for stage in pipeline["stages"]
            if stage["id"] == stage_id
        ),
        {},
    )
    closed = metadata.get("isClosed") == "true"
    if kind.key == "tickets":
        return {"closed_date": given.get("closed_date") or at} if closed else {"closed_date": None}
    won = closed and metadata.get("probability") == "1.0"
    return {"hs_is_closed": str(closed).lower(), "hs_is_closed_won": str(won).lower()}


def _required(state: State, kind: ObjectType, values: Mapping[str, Any], origin: Origin) -> None:
    """Rules an admin set, which only the 2026-09 paths enforce (fact sheet §1)."""
    if origin.version != "2026-09":
        return
    rules: dict[str, list[str]] = state.meta.get("required", {})
    missing = [name for name in rules.get(kind.key, []) if not values.get(name)]
    if missing:
        raise invalid(
            f"Error creating {kind.one}. Some required properties were not set.",
            "REQUIRED_FIELD",
            properties=missing,
        )


def create(state: State, kind: ObjectType, given: Any, associations: Any, origin: Origin) -> Record:
    """A new record with its associations. Raises ApiError; the caller owns the transaction."""
    changes = checked(state, kind, given)
    values = {name: value for name, value in changes.items() if value is not None}
    if kind.key == "meetings" and "hs_meeting_start_time" in values:
        values.setdefault("hs_timestamp", values["hs_meeting_start_time"])
    if kind.key in _NEEDS_TIMESTAMP and "hs_timestamp" not in values:
        raise invalid(
            f"Error creating {kind.one}. Some required properties were not set.",
            "REQUIRED_FIELD",
            properties=["hs_timestamp"],
        )
    _required(state, kind, values, origin)
    _check_unique(state, kind, changes, None)
    requests = link_requests(state, kind, associations)
    at = iso(state.now())
    _fill_defaults(state, kind, values)
    record_id = state.mint()
    sent = dict(values)
    derived = _derived(state, kind, values, at)
    values |= {name: value for name, value in derived.items() if value is not None}
    values[kind.created] = at
    values[kind.modified] = at
    values["hs_object_id"] = str(record_id)
    record = Record(id=record_id, properties=values, created=at, updated=at)
    state.put(kind.key, record)
    state.effect(
        "create",
        kind.key,
        record_id,
        changed=sent,
        key=_key_of(state, kind, values),
        **origin.details(),
    )
    for other, to_id, types in requests:
        link(state, kind, record_id, other, to_id, types, origin.details())
    return record


def _fill_defaults(state: State, kind: ObjectType, values: dict[str, str]) -> None:
    if kind.key not in _STAGES:
        return
    pipeline_name, stage_name = _STAGES[kind.key]
    pipelines = state.pipelines.get(kind.key, {})
    if pipeline_name not in values and stage_name in values:
        for pipeline in pipelines.values():
            if any(stage["id"] == values[stage_name] for stage in pipeline["stages"]):
                values[pipeline_name] = pipeline["id"]
    if pipeline_name not in values and pipelines:
        values[pipeline_name] = next(iter(pipelines))
    chosen = pipelines.get(values.get(pipeline_name, ""))
    if stage_name not in values and chosen is not None:
        values[stage_name] = chosen["stages"][0]["id"]


def update(state: State, kind: ObjectType, record: Record, given: Any, origin: Origin) -> Record:
    """The record with new values. Raises ApiError; the caller owns the transaction."""
    changes = checked(state, kind, given)
    _check_unique(state, kind, changes, record.id)
    derived = _derived(state, kind, changes, iso(state.now()))
    changed = apply_changes(state, kind, record, {**derived, **changes})
    state.effect(
        "update",
        kind.key,
        record.id,
        changed=changes,
        key=_key_of(state, kind, changed.properties),
        **origin.details(),
    )
    return changed


def apply_changes(
    state: State, kind: ObjectType, record: Record, changes: Mapping[str, str | None]
) -> Record:
    """Writes values with their history and the new modified date, without checks or effects."""
    at = iso(state.now())
    properties = dict(record.properties)
    history: dict[str, tuple[Version, ...]] = dict(record.history)
    for name, value in changes.items():
        if properties.get(name) == value:
            continue
        history[name] = ((value, at, "INTEGRATION"), *record.versions(name))
        if value is None:
            properties.pop(name, None)
        else:
            properties[name] = value
    properties[kind.modified] = at
    changed = replace(record, properties=properties, updated=at, history=history)
    state.put(kind.key, changed)
    return changed


def archive(state: State, kind: ObjectType, record: Record, origin: Origin) -> None:
    """Moves a record to the recycle bin."""
    if kind.read_only:
        raise ApiError(405, "METHOD_NOT_ALLOWED", f"{kind.key} cannot be written by the API.")
    at = iso(state.now())
    state.put(kind.key, replace(record, archived_at=at, updated=at))
    state.effect("archive", kind.key, record.id, changed={}, **origin.details())


def restore(state: State, kind: ObjectType, record: Record) -> None:
    """Takes a record out of the recycle bin, as a person does in the CRM's own screens."""
    at = iso(state.now())
    properties = {**record.properties, kind.modified: at}
    state.put(kind.key, replace(record, archived_at=None, updated=at, properties=properties))
    state.effect("restore", kind.key, record.id, changed={})


def find(
    state: State, kind: ObjectType, asked: str, id_property: str | None = None
) -> Record | None:
    """The record of an id or of a unique value; a merged id gives the survivor."""
    if id_property is None:
        return state.survivor(kind.key, int(asked)) if asked.isdigit() else None
    definition: Property | None = state.properties[kind.key].get(id_property)
    if definition is None or definition["archived"] or not definition.get("hasUniqueValue"):
        raise invalid(f"{id_property} is a non-unique property", "INVALID_ID_PROPERTY")
    value = asked.lower() if id_property == "email" else asked
    found = state.unique[kind.key].get(id_property, {}).get(value)
    return None if found is None else state.records[kind.key][found]


def find_live(state: State, kind: ObjectType, asked: str, id_property: str | None = None) -> Record:
    """The same, but archived or absent is a 404."""
    record = find(state, kind, asked, id_property)
    if record is None or record.archived_at is not None:
        raise not_found(kind, asked)
    return record


def upsert(
    state: State, kind: ObjectType, value: str, id_property: str | None, given: Any, origin: Origin
) -> tuple[Record, bool]:
    """Creates or updates by a unique value, and whether it created. Archived ones never match."""
    if not isinstance(given, Mapping):
        raise invalid("Invalid input JSON: properties must be an object")
    found = find(state, kind, value, id_property)
    if found is not None and found.archived_at is None:
        return update(state, kind, found, given, origin), False
    if id_property is None:
        raise not_found(kind, value)
    return create(state, kind, {**given, id_property: value}, [], origin), True


def merge(
    state: State, kind: ObjectType, primary: Record, absorbed: Record, origin: Origin
) -> Record:
    """Merges two records (fact sheet §7): deals mint a new id, other types keep the primary's."""
    if primary.id == absorbed.id:
        raise invalid("A record cannot be merged with itself")
    at = iso(state.now())
    listed: list[str] = []
    for part in (primary, absorbed):
        listed += [one for one in part.properties.get("hs_merged_object_ids", "").split(";") if one]
    properties = {**absorbed.properties, **primary.properties}
    unique = set(state.unique[kind.key])
    for name in unique - set(primary.properties):
        properties.pop(name, None)
    gone = [absorbed]
    survivor_id = primary.id
    if kind.key == "deals":
        survivor_id = state.mint()
        gone = [primary, absorbed]
    properties["hs_merged_object_ids"] = ";".join(
        dict.fromkeys([*listed, *(str(record.id) for record in gone)])
    )
    properties["hs_object_id"] = str(survivor_id)
    properties[kind.modified] = at
    for record in gone:
        state.put(kind.key, replace(record, archived_at=at, updated=at, merged_into=survivor_id))
    survivor = replace(primary, id=survivor_id, properties=properties, updated=at)
    state.put(kind.key, survivor)
    for record in gone:
        move_links(state, kind, record.id, survivor_id)
        unlink_all(state, kind, record.id)
    state.effect(
        "merge",
        kind.key,
        survivor_id,
        changed={"hs_merged_object_ids": properties["hs_merged_object_ids"]},
        absorbed=[str(record.id) for record in gone],
        **origin.details(),
    )
    return survivor
