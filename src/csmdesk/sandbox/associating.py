"""Associations between records: both directions, labels, moves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from csmdesk.sandbox.names import (
    OBJECT_TYPES,
    LinkType,
    ObjectType,
    inverse_id,
    labelled_links,
    plain_link,
)
from csmdesk.sandbox.replies import ApiError, invalid
from csmdesk.sandbox.state import State

LinkRequest = tuple[ObjectType, int, tuple[LinkType, ...]]


def possible_links(state: State, from_key: str, to_key: str) -> list[LinkType]:
    """Every association type from one object type to another, the account's own included."""
    plain = plain_link(from_key, to_key)
    found = [plain] if plain is not None else []
    found += labelled_links(from_key, to_key)
    found += state.labels.get((from_key, to_key), {}).values()
    return found


def _specified(state: State, from_key: str, to_key: str, spec: Any) -> LinkType:
    if not isinstance(spec, Mapping):
        raise invalid("An association type is an object of category and type id")
    category, number = spec.get("associationCategory"), spec.get("associationTypeId")
    for known in possible_links(state, from_key, to_key):
        if str(known.type_id) == str(number) and known.category == category:
            return known
    raise invalid(
        f"invalid association type {category} {number} from {from_key} to {to_key}",
        "INVALID_ASSOCIATION_TYPE",
    )


def types_of(
    state: State, origin: ObjectType, target: ObjectType, specs: Any
) -> tuple[LinkType, ...]:
    """The association types of a request. Raises ApiError if one does not join these types."""
    if not isinstance(specs, Sequence) or isinstance(specs, str) or not specs:
        raise invalid("At least one association type is required")
    return tuple(_specified(state, origin.key, target.key, spec) for spec in specs)


def target_id(state: State, target: ObjectType, asked: Any) -> int:
    """The id of a live record to link to. Raises ApiError if there is none."""
    text = str(asked)
    record = state.survivor(target.key, int(text)) if text.isdigit() else None
    if record is None or record.archived_at is not None:
        raise ApiError(
            400,
            "VALIDATION_ERROR",
            f"No {target.one} with ID {text} exists. "
            "TO id must correspond to an existing object of the right type",
            errors=[
                {
                    "message": f"No {target.one} with ID {text} exists.",
                    "code": "INVALID_OBJECT_IDS",
                    "context": {"id": [text], "objectType": [target.key]},
                }
            ],
        )
    return record.id


def link_requests(state: State, origin: ObjectType, given: Any) -> list[LinkRequest]:
    """The associations of a create request: `[{to: {id}, types: [...]}]`."""
    if given is None:
        return []
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise invalid("Invalid input JSON: associations must be a list")
    found: list[LinkRequest] = []
    for entry in given:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("to"), Mapping):
            raise invalid("Invalid input JSON: an association needs `to` and `types`")
        specs = entry.get("types")
        if not isinstance(specs, Sequence) or not specs or not isinstance(specs[0], Mapping):
            raise invalid("Invalid input JSON: an association needs `types`")
        target = _target_of(state, origin, specs[0])
        types = types_of(state, origin, target, specs)
        found.append((target, target_id(state, target, entry["to"].get("id")), types))
    return found


def _target_of(state: State, origin: ObjectType, spec: Mapping[str, Any]) -> ObjectType:
    for target in OBJECT_TYPES:
        for known in possible_links(state, origin.key, target.key):
            if str(known.type_id) == str(
                spec.get("associationTypeId")
            ) and known.category == spec.get("associationCategory"):
                return target
    raise invalid(
        f"invalid association type {spec.get('associationTypeId')} from {origin.key}",
        "INVALID_ASSOCIATION_TYPE",
    )


def _with_plain(
    origin: ObjectType, target: ObjectType, types: Iterable[LinkType]
) -> tuple[LinkType, ...]:
    plain = plain_link(origin.key, target.key)
    wanted = dict.fromkeys(types)
    if plain is not None:
        wanted = dict.fromkeys((plain, *wanted))
    return tuple(wanted)


def _mirrored(
    state: State, origin: ObjectType, target: ObjectType, types: Iterable[LinkType]
) -> tuple[LinkType, ...]:
    reverse: list[LinkType] = []
    for known in types:
        number: int | None = known.type_id
        if known.category == "HUBSPOT_DEFINED":
            number = inverse_id(known.type_id)
        reverse += [
            other
            for other in possible_links(state, target.key, origin.key)
            if other.type_id == number and other.category == known.category
        ]
    return _with_plain(target, origin, reverse)


def link(
    state: State,
    origin: ObjectType,
    from_id: int,
    target: ObjectType,
    to_id: int,
    types: tuple[LinkType, ...],
    details: Mapping[str, str],
    *,
    note: bool = True,
) -> tuple[LinkType, ...]:
    """Links two records in both directions; the labels given replace those before.

    Setting a primary company takes that label from the company that had it.
    """
    full = _with_plain(origin, target, types)
    before = state.linked(origin.key, from_id, target.key).get(to_id, ())
    if any(known.label == "Primary" for known in types):
        _drop_primary(state, origin, from_id, target, to_id)
    state.set_links(origin.key, from_id, target.key, to_id, full)
    state.set_links(target.key, to_id, origin.key, from_id, _mirrored(state, origin, target, types))
    # To say again what is so already is no effect.
    if note and set(before) != set(full):
        state.effect(
            "associate",
            origin.key,
            from_id,
            to_type=target.key,
            to_id=str(to_id),
            types=[known.type_id for known in full],
            **details,
        )
    return full


def _drop_primary(
    state: State, origin: ObjectType, from_id: int, target: ObjectType, keep: int
) -> None:
    if target.key != "companies":
        return
    for other_id, types in list(state.linked(origin.key, from_id, target.key).items()):
        if other_id != keep and any(known.label == "Primary" for known in types):
            left = tuple(known for known in types if known.label != "Primary")
            state.set_links(origin.key, from_id, target.key, other_id, left)
            back = state.linked(target.key, other_id, origin.key).get(from_id, ())
            state.set_links(
                target.key,
                other_id,
                origin.key,
                from_id,
                tuple(known for known in back if known.label != "Primary"),
            )


def link_default(
    state: State,
    origin: ObjectType,
    from_id: int,
    target: ObjectType,
    to_id: int,
    details: Mapping[str, str],
) -> LinkType:
    """The idempotent plain link; labels that are there stay. Raises ApiError if there is none."""
    plain = plain_link(origin.key, target.key)
    if plain is None:
        raise invalid(f"{origin.key} cannot be associated with {target.key}")
    present = state.linked(origin.key, from_id, target.key).get(to_id, ())
    link(state, origin, from_id, target, to_id, (*present, plain), details)
    return plain


def unlink(
    state: State,
    origin: ObjectType,
    from_id: int,
    target: ObjectType,
    to_id: int,
    details: Mapping[str, str],
    labels: tuple[LinkType, ...] = (),
) -> None:
    """Removes a link in both directions, or only the given labels of it."""
    present = state.linked(origin.key, from_id, target.key).get(to_id)
    if present is None:
        return
    left = tuple(known for known in present if labels and known not in labels)
    if left:
        link(state, origin, from_id, target, to_id, left, details, note=False)
    else:
        state.set_links(origin.key, from_id, target.key, to_id, ())
        state.set_links(target.key, to_id, origin.key, from_id, ())
    state.effect("dissociate", origin.key, from_id, to_type=target.key, to_id=str(to_id), **details)


def move_links(state: State, kind: ObjectType, from_id: int, survivor_id: int) -> None:
    """Gives a record's links to another record of its type."""
    for other_key, ends in list(state.links.get((kind.key, from_id), {}).items()):
        for other_id, types in list(ends.items()):
            if other_key == kind.key and other_id == survivor_id:
                continue
            back = state.linked(other_key, other_id, kind.key).get(from_id, ())
            mine = state.linked(kind.key, survivor_id, other_key).get(other_id, ())
            theirs = state.linked(other_key, other_id, kind.key).get(survivor_id, ())
            state.set_links(
                kind.key, survivor_id, other_key, other_id, tuple(dict.fromkeys((*mine, *types)))
            )
            state.set_links(
                other_key, other_id, kind.key, survivor_id, tuple(dict.fromkeys((*theirs, *back)))
            )


def unlink_all(state: State, kind: ObjectType, record_id: int) -> None:
    """Removes every link of a record, without a line in the effects log."""
    for other_key, ends in list(state.links.get((kind.key, record_id), {}).items()):
        for other_id in list(ends):
            state.set_links(kind.key, record_id, other_key, other_id, ())
            state.set_links(other_key, other_id, kind.key, record_id, ())
