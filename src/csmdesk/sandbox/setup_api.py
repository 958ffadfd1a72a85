"""Owners, properties, pipelines and account details over HTTP (fact sheet §2, §5, §8)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from csmdesk.sandbox.calls import Answer, Call, Crm
from csmdesk.sandbox.names import ObjectType
from csmdesk.sandbox.replies import ApiError, batch_body, invalid
from csmdesk.sandbox.schema import Property, make_property, make_stage
from csmdesk.sandbox.values import iso

UNIQUE_CAP = 10
_KINDS = {"string", "number", "date", "datetime", "enumeration", "bool"}


def account_details(crm: Crm, _call: Call) -> Answer:
    """GET of the portal's identity."""
    now = crm.clock().astimezone(crm.zone)
    offset = now.utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return Answer(
        {
            "portalId": crm.state.meta["portal_id"],
            "accountType": "STANDARD",
            "timeZone": crm.zone.key,
            "companyCurrency": crm.state.meta.get("currency", "USD"),
            "additionalCurrencies": [],
            "utcOffset": f"{sign}{hours:02d}:{rest:02d}",
            "utcOffsetMilliseconds": int(offset.total_seconds() * 1000),
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "na1",
        }
    )


def daily_usage(crm: Crm, _call: Call) -> Answer:
    """GET of what was spent of the day's allowance."""
    now = crm.clock()
    midnight = now.astimezone(crm.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Answer(
        {
            "results": [
                {
                    "name": "private-apps-api-calls-daily",
                    "usageLimit": crm.limits.per_day,
                    "currentUsage": crm.limits.used_today,
                    "collectedAt": iso(now),
                    "fetchStatus": "SUCCESS",
                    "resetsAt": iso(midnight + timedelta(days=1)),
                }
            ]
        }
    )


# ---------------------------------------------------------------------- owners


def list_owners(crm: Crm, call: Call) -> Answer:
    """GET of owners, live or archived, perhaps by e-mail."""
    call.need("crm.objects.owners.read")
    email = (call.one("email") or "").lower()
    limit = call.number("limit", 100, 500)
    after = call.one("after") or "0"
    if not after.isdigit():
        raise invalid("The after parameter is not a valid cursor", "INVALID_PAGING")
    chosen = [
        owner
        for number, owner in sorted(crm.state.owners.items())
        if owner["archived"] == call.flag("archived")
        and number > int(after)
        and (not email or owner["email"].lower() == email)
    ]
    answer: dict[str, Any] = {"results": chosen[:limit]}
    if len(chosen) > limit:
        answer["paging"] = {"next": {"after": chosen[limit - 1]["id"]}}
    return Answer(answer)


def read_owner(crm: Crm, call: Call) -> Answer:
    """GET of one owner by id or, with idProperty=userId, by user id."""
    call.need("crm.objects.owners.read")
    asked = call.params["id"]
    field = "userId" if call.one("idProperty") == "userId" else "id"
    for owner in crm.state.owners.values():
        if str(owner.get(field)) == asked and owner["archived"] == call.flag("archived"):
            return Answer(owner)
    raise ApiError(404, "OBJECT_NOT_FOUND", f"No owner with id {asked}")


# ---------------------------------------------------------------------- properties


def _schema_scope(kind: ObjectType, verb: str) -> str:
    return f"crm.schemas.{kind.key}.{verb}"


def _definition(crm: Crm, call: Call, kind: ObjectType) -> Property:
    definition = crm.state.properties[kind.key].get(call.params["name"])
    if definition is None or definition["archived"]:
        raise ApiError(
            404,
            "OBJECT_NOT_FOUND",
            f"Property {call.params['name']} does not exist for object type {kind.type_id}",
        )
    return definition


def list_properties(crm: Crm, call: Call) -> Answer:
    """GET of every property of a type."""
    kind = call.kind()
    call.need_read(kind)
    wanted = call.flag("archived")
    definitions = crm.state.properties[kind.key].values()
    return Answer({"results": [one for one in definitions if one["archived"] == wanted]})


def read_property(crm: Crm, call: Call) -> Answer:
    """GET of one property."""
    kind = call.kind()
    call.need_read(kind)
    return Answer(_definition(crm, call, kind))


def _new_property(crm: Crm, kind: ObjectType, given: Mapping[str, Any]) -> Property:
    for name in ("name", "label", "type", "fieldType", "groupName"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise invalid(f"Invalid input JSON: {name} is required", "REQUIRED_FIELD")
    name = str(given["name"])
    before = crm.state.properties[kind.key].get(name)
    if before is not None and not before["archived"]:
        raise ApiError(409, "OBJECT_ALREADY_EXISTS", f"A property named '{name}' already exists.")
    if given["type"] not in _KINDS:
        raise invalid(f"{given['type']} is not a type of property", "INVALID_TYPE")
    unique = bool(given.get("hasUniqueValue"))
    if (
        unique
        and sum(bool(one["hasUniqueValue"]) for one in crm.state.properties[kind.key].values())
        >= UNIQUE_CAP
    ):
        raise invalid(f"At most {UNIQUE_CAP} unique properties per object type")
    options = given.get("options") or []
    definition = make_property(
        name,
        given["type"],
        given["label"],
        unique=unique,
        group=given["groupName"],
        field_type=given["fieldType"],
        description=str(given.get("description") or ""),
        owner=given.get("referencedObjectType") == "OWNER",
        at=iso(crm.clock()),
    )
    if options:
        definition["options"] = [dict(option) for option in options]
    definition["hidden"] = bool(given.get("hidden"))
    return definition


def create_property(crm: Crm, call: Call) -> Answer:
    """POST of a property of the account's own, perhaps with unique values."""
    kind = call.kind()
    call.need(_schema_scope(kind, "write"))
    definition = _new_property(crm, kind, call.document())
    _make(crm, kind, definition)
    return Answer(definition, 201)


def _make(crm: Crm, kind: ObjectType, definition: Property) -> None:
    """Make a property. One that was deleted had the same name: its values are not this one's."""
    name = definition["name"]
    if name in crm.state.properties[kind.key]:
        with crm.state.writing():
            for record in list(crm.state.records[kind.key].values()):
                if name in record.properties:
                    properties = {**record.properties}
                    history = {**record.history}
                    del properties[name]
                    history.pop(name, None)
                    left = replace(record, properties=properties, history=history)
                    crm.state.put(kind.key, left, indexed=True)
    _store(crm, kind, definition, "property_create")


def _store(crm: Crm, kind: ObjectType, definition: Property, op: str) -> None:
    with crm.state.writing():
        position = len(crm.state.properties[kind.key])
        crm.state.define("property", kind.key, definition["name"], definition, position)
        crm.state.effect(op, kind.key, definition["name"], changed={})


def update_property(crm: Crm, call: Call) -> Answer:
    """PATCH of a property: label, description, options, group, whether hidden."""
    kind = call.kind()
    call.need(_schema_scope(kind, "write"))
    definition = _definition(crm, call, kind)
    given = call.document()
    changed = {
        name: given[name]
        for name in ("label", "description", "options", "groupName", "hidden", "displayOrder")
        if name in given
    }
    definition = {**definition, **changed, "updatedAt": iso(crm.clock())}
    _store(crm, kind, definition, "property_update")
    return Answer(definition)


def archive_property(crm: Crm, call: Call) -> Answer:
    """DELETE of a property; HubSpot's own cannot go."""
    kind = call.kind()
    call.need(_schema_scope(kind, "write"))
    definition = _definition(crm, call, kind)
    if not definition["modificationMetadata"]["archivable"]:
        raise invalid(f"{definition['name']} cannot be archived", "READ_ONLY_DEFINITION")
    at = iso(crm.clock())
    _store(crm, kind, {**definition, "archived": True, "archivedAt": at}, "property_archive")
    return Answer(None, 204)


def batch_read_properties(crm: Crm, call: Call) -> Answer:
    """POST of property names to read."""
    kind = call.kind()
    call.need_read(kind)
    started = iso(crm.clock())
    known = crm.state.properties[kind.key]
    asked = [str(entry.get("name")) for entry in call.inputs()]
    results = [known[name] for name in asked if name in known and not known[name]["archived"]]
    return Answer(batch_body(results, started, iso(crm.clock())))


def batch_create_properties(crm: Crm, call: Call) -> Answer:
    """POST of several new properties."""
    kind = call.kind()
    call.need(_schema_scope(kind, "write"))
    started = iso(crm.clock())
    results = []
    for given in call.inputs():
        definition = _new_property(crm, kind, given)
        _make(crm, kind, definition)
        results.append(definition)
    return Answer(batch_body(results, started, iso(crm.clock())), 201)


def list_groups(crm: Crm, call: Call) -> Answer:
    """GET of the groups that properties stand in."""
    kind = call.kind()
    names = dict.fromkeys(one["groupName"] for one in crm.state.properties[kind.key].values())
    return Answer(
        {
            "results": [
                {"name": name, "label": name, "displayOrder": position, "archived": False}
                for position, name in enumerate(names)
            ]
        }
    )


# ---------------------------------------------------------------------- pipelines


def list_pipelines(crm: Crm, call: Call) -> Answer:
    """GET of the pipelines of a type with their stages."""
    kind = call.kind()
    call.need_read(kind)
    known = crm.state.pipelines.get(kind.key, {}).values()
    return Answer({"results": sorted(known, key=lambda one: (one["displayOrder"], one["id"]))})


def _pipeline(crm: Crm, call: Call) -> dict[str, Any]:
    kind = call.kind()
    call.need_read(kind)
    found = crm.state.pipelines.get(kind.key, {}).get(call.params["id"])
    if found is None:
        raise ApiError(404, "OBJECT_NOT_FOUND", f"Pipeline {call.params['id']} does not exist")
    return found


def read_pipeline(crm: Crm, call: Call) -> Answer:
    """GET of one pipeline."""
    return Answer(_pipeline(crm, call))


def list_stages(crm: Crm, call: Call) -> Answer:
    """GET of the stages of a pipeline."""
    return Answer({"results": _pipeline(crm, call)["stages"]})


def read_stage(crm: Crm, call: Call) -> Answer:
    """GET of one stage."""
    for stage in _pipeline(crm, call)["stages"]:
        if stage["id"] == call.params["stage"]:
            return Answer(stage)
    raise ApiError(404, "OBJECT_NOT_FOUND", f"Stage {call.params['stage']} does not exist")


def create_stage(crm: Crm, call: Call) -> Answer:
    """POST of a new stage."""
    kind = call.kind()
    call.need_write(kind)
    pipeline = _pipeline(crm, call)
    given = call.document()
    stage = make_stage(
        str(given.get("stageId") or crm.clock().timestamp()).replace(".", ""),
        str(given.get("label")),
        dict(given.get("metadata") or {}),
        int(given.get("displayOrder") or 0),
    )
    changed = {**pipeline, "stages": [*pipeline["stages"], stage]}
    with crm.state.writing():
        crm.state.define("pipeline", kind.key, pipeline["id"], changed)
        crm.state.effect("stage_create", kind.key, stage["id"], changed={})
    return Answer(stage, 201)
