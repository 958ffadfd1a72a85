"""Associations over HTTP: batches, single links, labels (fact sheet §9)."""

from collections.abc import Callable, Mapping
from typing import Any

from csmdesk.sandbox import associating, operations
from csmdesk.sandbox.calls import Answer, Call, Crm
from csmdesk.sandbox.names import LinkType, ObjectType, link_name
from csmdesk.sandbox.records import Record
from csmdesk.sandbox.replies import ApiError, batch_body, invalid, not_found
from csmdesk.sandbox.state import Links
from csmdesk.sandbox.values import iso

READ_CAP = 1_000
WRITE_CAP = 2_000
PAGE_CAP = 500
FIRST_OWN_LABEL = 1


def _shown(links: Links, ids: list[int]) -> list[dict[str, Any]]:
    return [
        {
            "toObjectId": str(to_id),
            "associationTypes": [
                {"category": link.category, "typeId": link.type_id, "label": link.label}
                for link in links[to_id]
            ],
        }
        for to_id in ids
    ]


def _page(links: Links, after: Any, limit: int) -> tuple[list[int], dict[str, Any] | None]:
    text = str(after or 0)
    if not text.isdigit():
        raise invalid("The after parameter is not a valid cursor", "INVALID_PAGING")
    ids = [to_id for to_id in links if to_id > int(text)]
    if len(ids) <= limit:
        return ids, None
    return ids[:limit], {"next": {"after": str(ids[limit - 1])}}


def _ends(call: Call) -> tuple[ObjectType, ObjectType]:
    return call.kind("from"), call.kind("to")


def batch_read(crm: Crm, call: Call) -> Answer:
    """POST of up to 1,000 ids: the records each is linked to, each with its own paging."""
    origin, target = _ends(call)
    call.need_read(origin)
    started = iso(crm.clock())
    results, errors = [], []
    for entry in call.inputs(READ_CAP):
        asked = str(entry.get("id"))
        record = operations.find(crm.state, origin, asked)
        if record is None or str(record.id) != asked:
            # An absorbed id has no associations any more (fact sheet §7).
            errors.append(_nothing(origin, target, asked))
            continue
        links = crm.state.linked_live(origin.key, record.id, target.key)
        if not links:
            errors.append(_nothing(origin, target, asked))
            continue
        ids, paging = _page(links, entry.get("after"), crm.link_page)
        result: dict[str, Any] = {"from": {"id": asked}, "to": _shown(links, ids)}
        if paging is not None:
            result["paging"] = paging
        results.append(result)
    body = batch_body(results, started, iso(crm.clock()), errors)
    return Answer(body, 207 if errors else 200)


def _nothing(origin: ObjectType, target: ObjectType, asked: str) -> dict[str, Any]:
    refusal = ApiError(
        404, "OBJECT_NOT_FOUND", f"No {target.one} is associated with {origin.one} {asked}."
    )
    return refusal.in_batch(None, fromObjectId=[asked])


def legacy_batch_read(crm: Crm, call: Call) -> Answer:
    """The v3 batch read, which knows no paging (fact sheet §14)."""
    origin, target = _ends(call)
    call.need_read(origin)
    started = iso(crm.clock())
    results = []
    for entry in call.inputs(READ_CAP):
        asked = str(entry.get("id"))
        if not asked.isdigit():
            continue
        links = crm.state.linked_live(origin.key, int(asked), target.key)
        if links:
            to = [
                {"id": str(to_id), "type": link_name(origin, target, link)}
                for to_id, types in links.items()
                for link in types
            ]
            results.append({"from": {"id": asked}, "to": to})
    return Answer(batch_body(results, started, iso(crm.clock())))


def list_links(crm: Crm, call: Call) -> Answer:
    """GET of the records of one type that a record is linked to."""
    origin, target = _ends(call)
    call.need_read(origin)
    record = operations.find(crm.state, origin, call.params["id"])
    if record is None:
        raise not_found(origin, call.params["id"])
    links: Links = {}
    if str(record.id) == call.params["id"]:
        links = crm.state.linked_live(origin.key, record.id, target.key)
    ids, paging = _page(links, call.one("after"), call.number("limit", PAGE_CAP, PAGE_CAP))
    if call.path.startswith("/crm/v3/"):
        results: list[dict[str, Any]] = [
            {"id": str(to_id), "type": link_name(origin, target, link)}
            for to_id in ids
            for link in links[to_id]
        ]
    else:
        results = _shown(links, ids)
    answer: dict[str, Any] = {"results": results}
    if paging is not None:
        answer["paging"] = paging
    return Answer(answer)


def _pair(crm: Crm, call: Call) -> tuple[ObjectType, Record, ObjectType, int]:
    origin, target = _ends(call)
    call.need_write(origin)
    record = operations.find_live(crm.state, origin, call.params["id"])
    return origin, record, target, associating.target_id(crm.state, target, call.params["to_id"])


def _default_result(origin_id: int, to_id: int, link: LinkType) -> dict[str, Any]:
    return {
        "from": {"id": str(origin_id)},
        "to": {"id": str(to_id)},
        "associationSpec": {
            "associationCategory": link.category,
            "associationTypeId": link.type_id,
        },
    }


def put_default(crm: Crm, call: Call) -> Answer:
    """PUT of the plain link; again is no error."""
    started = iso(crm.clock())
    origin, record, target, to_id = _pair(crm, call)
    with crm.state.writing():
        link = associating.link_default(
            crm.state, origin, record.id, target, to_id, call.origin().details()
        )
    results = [_default_result(record.id, to_id, link)]
    return Answer(batch_body(results, started, iso(crm.clock())))


def put_labels(crm: Crm, call: Call) -> Answer:
    """PUT of the labels of a link: they replace those before."""
    origin, record, target, to_id = _pair(crm, call)
    types = associating.types_of(crm.state, origin, target, call.body())
    with crm.state.writing():
        full = associating.link(
            crm.state, origin, record.id, target, to_id, types, call.origin().details()
        )
    return Answer(_labels_result(origin, record.id, target, to_id, full), 201)


def _labels_result(
    origin: ObjectType, from_id: int, target: ObjectType, to_id: int, types: tuple[LinkType, ...]
) -> dict[str, Any]:
    return {
        "fromObjectTypeId": origin.type_id,
        "fromObjectId": str(from_id),
        "toObjectTypeId": target.type_id,
        "toObjectId": str(to_id),
        "labels": [link.label for link in types if link.label is not None],
    }


def put_legacy(crm: Crm, call: Call) -> Answer:
    """The v3 PUT with the association type at the end of the path, as a number or a name."""
    origin, record, target, to_id = _pair(crm, call)
    asked = call.params["link"]
    for known in associating.possible_links(crm.state, origin.key, target.key):
        if asked in (str(known.type_id), link_name(origin, target, known)):
            break
    else:
        raise invalid(f"{asked} is not an association of {origin.key} and {target.key}")
    present = crm.state.linked(origin.key, record.id, target.key).get(to_id, ())
    with crm.state.writing():
        associating.link(
            crm.state,
            origin,
            record.id,
            target,
            to_id,
            (*present, known),
            call.origin().details(),
        )
    return Answer(_written_with_links(record, origin, target, to_id, known))


def _written_with_links(
    record: Record, origin: ObjectType, target: ObjectType, to_id: int, link: LinkType
) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "properties": dict(record.properties),
        "createdAt": record.created,
        "updatedAt": record.updated,
        "archived": False,
        "associations": {
            target.key: {"results": [{"id": str(to_id), "type": link_name(origin, target, link)}]}
        },
    }


def delete_link(crm: Crm, call: Call) -> Answer:
    """DELETE of a link; one that is not there is no error."""
    origin, target = _ends(call)
    call.need_write(origin)
    if call.params["id"].isdigit() and call.params["to_id"].isdigit():
        with crm.state.writing():
            associating.unlink(
                crm.state,
                origin,
                int(call.params["id"]),
                target,
                int(call.params["to_id"]),
                call.origin().details(),
            )
    return Answer(None, 204)


def _each(
    crm: Crm,
    call: Call,
    apply: Callable[[Mapping[str, Any], ObjectType, Record, ObjectType, int], dict[str, Any]],
    good: int,
) -> Answer:
    origin, target = _ends(call)
    call.need_write(origin)
    started = iso(crm.clock())
    results, errors = [], []
    for entry in call.inputs(WRITE_CAP):
        ends = [entry.get(name) for name in ("from", "to")]
        from_id, to_id = (str(end.get("id")) if isinstance(end, Mapping) else "" for end in ends)
        try:
            record = operations.find_live(crm.state, origin, from_id)
            other = associating.target_id(crm.state, target, to_id)
            with crm.state.writing():
                results.append(apply(entry, origin, record, target, other))
        except ApiError as error:
            errors.append(error.in_batch(None, fromObjectId=[from_id], toObjectId=[to_id]))
    body = batch_body(results, started, iso(crm.clock()), errors)
    return Answer(body, 207 if errors else good)


def batch_create(crm: Crm, call: Call) -> Answer:
    """POST of up to 2,000 labelled links."""

    def apply(
        entry: Mapping[str, Any], origin: ObjectType, record: Record, target: ObjectType, to_id: int
    ) -> dict[str, Any]:
        types = associating.types_of(crm.state, origin, target, entry.get("types"))
        full = associating.link(
            crm.state, origin, record.id, target, to_id, types, call.origin().details()
        )
        return _labels_result(origin, record.id, target, to_id, full)

    return _each(crm, call, apply, 201)


def batch_default(crm: Crm, call: Call) -> Answer:
    """POST of up to 2,000 plain links."""

    def apply(
        _entry: Mapping[str, Any],
        origin: ObjectType,
        record: Record,
        target: ObjectType,
        to_id: int,
    ) -> dict[str, Any]:
        link = associating.link_default(
            crm.state, origin, record.id, target, to_id, call.origin().details()
        )
        return _default_result(record.id, to_id, link)

    return _each(crm, call, apply, 200)


def batch_archive(crm: Crm, call: Call) -> Answer:
    """POST of links to remove; `to` is a list."""
    return _remove(crm, call, labels=False)


def batch_archive_labels(crm: Crm, call: Call) -> Answer:
    """POST of labels to remove from links, which stay."""
    return _remove(crm, call, labels=True)


def _remove(crm: Crm, call: Call, *, labels: bool) -> Answer:
    origin, target = _ends(call)
    call.need_write(origin)
    with crm.state.writing():
        for entry in call.inputs(WRITE_CAP):
            listed = entry.get("to")
            targets = listed if isinstance(listed, list) else [listed]
            types: tuple[LinkType, ...] = ()
            if labels:
                types = associating.types_of(crm.state, origin, target, entry.get("types"))
            for end in targets:
                ids = [entry.get("from"), end]
                numbers = [str(one.get("id")) for one in ids if isinstance(one, Mapping)]
                if len(numbers) == 2 and all(number.isdigit() for number in numbers):
                    associating.unlink(
                        crm.state,
                        origin,
                        int(numbers[0]),
                        target,
                        int(numbers[1]),
                        call.origin().details(),
                        types,
                    )
    return Answer(None, 204)


# ---------------------------------------------------------------------- labels


def list_labels(crm: Crm, call: Call) -> Answer:
    """GET of the association types from one object type to another."""
    origin, target = _ends(call)
    known = associating.possible_links(crm.state, origin.key, target.key)
    results = [
        {"category": link.category, "typeId": link.type_id, "label": link.label} for link in known
    ]
    return Answer({"results": results})


def create_label(crm: Crm, call: Call) -> Answer:
    """POST of a label of the account's own, in both directions."""
    origin, target = _ends(call)
    document = call.document()
    label = document.get("label")
    if not isinstance(label, str) or not label:
        raise invalid("label is required")
    used = {number for labels in crm.state.labels.values() for number in labels}
    number = max(used, default=FIRST_OWN_LABEL - 1) + 1
    inverse = document.get("inverseLabel") or label
    with crm.state.writing():
        for pair, text in {
            (origin.key, target.key): label,
            (target.key, origin.key): inverse,
        }.items():
            crm.state.define(
                "label", "/".join(pair), str(number), {"category": "USER_DEFINED", "label": text}
            )
        crm.state.effect(
            "label_create", origin.key, number, to_type=target.key, changed=dict(document)
        )
    return Answer({"results": [{"category": "USER_DEFINED", "typeId": number, "label": label}]})
