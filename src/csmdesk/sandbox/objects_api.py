"""Records over HTTP: list, read, create, update, archive, batches, search, merge (§3, §4, §7)."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from csmdesk.sandbox import operations
from csmdesk.sandbox.calls import Answer, Call, Crm
from csmdesk.sandbox.names import ObjectType
from csmdesk.sandbox.records import Record
from csmdesk.sandbox.replies import (
    ApiError,
    batch_body,
    inline_links,
    invalid,
    known_names,
    not_found,
    record_body,
)
from csmdesk.sandbox.search import RESULT_CAP, page_bounds, search
from csmdesk.sandbox.state import State
from csmdesk.sandbox.values import iso, read_instant

PAGE_CAP = 100
HISTORY_PAGE_CAP = 50


def list_records(crm: Crm, call: Call) -> Answer:
    """GET of a page of records, by id."""
    kind = call.kind()
    call.need_read(kind)
    state = crm.state
    history = call.many("propertiesWithHistory")
    limit = call.number("limit", 10, HISTORY_PAGE_CAP if history else PAGE_CAP)
    after = call.one("after") or "0"
    if not after.isdigit():
        raise invalid("The after parameter is not a valid cursor", "INVALID_PAGING")
    ids = state.archived_ids(kind.key) if call.flag("archived") else state.live[kind.key]
    page = list(state.pages_after(ids, int(after), limit + 1))
    names = known_names(state, kind, call.many("properties"))
    schema = state.schema(kind.key)
    history = [name for name in history if name in schema]
    wanted = call.many("associations")
    records = state.records[kind.key]
    results = []
    for record_id in page[:limit]:
        record = records[record_id]
        body = record_body(record, names, history)
        if wanted and (links := inline_links(state, record, kind, wanted, call.base)):
            body["associations"] = links
        results.append(body)
    answer: dict[str, Any] = {"results": results}
    if len(page) > limit:
        cursor = str(page[limit - 1])
        answer["paging"] = {
            "next": {"after": cursor, "link": f"{call.base}?limit={limit}&after={cursor}"}
        }
    return Answer(answer)


def read_record(crm: Crm, call: Call) -> Answer:
    """GET of one record by id or unique value; a merged id shows the survivor."""
    kind = call.kind()
    call.need_read(kind)
    record = operations.find(crm.state, kind, call.params["id"], call.one("idProperty"))
    if record is None or (record.archived_at is not None) != call.flag("archived"):
        raise not_found(kind, call.params["id"])
    return Answer(_shown(crm, call, kind, record))


def _shown(crm: Crm, call: Call, kind: ObjectType, record: Record) -> dict[str, Any]:
    schema = crm.state.schema(kind.key)
    history = [name for name in call.many("propertiesWithHistory") if name in schema]
    names = known_names(crm.state, kind, call.many("properties"))
    body = record_body(record, names, history)
    if wanted := call.many("associations"):
        links = inline_links(crm.state, record, kind, wanted, call.base.rpartition("/")[0])
        if links:
            body["associations"] = links
    return body


def _written(crm: Crm, kind: ObjectType, record: Record, given: Any = ()) -> dict[str, Any]:
    """A record after a write: the defaults and what was written."""
    return record_body(record, dict.fromkeys((*known_names(crm.state, kind, ()), *given)))


def create_record(crm: Crm, call: Call) -> Answer:
    """POST of one record with its associations."""
    kind = call.kind()
    call.need_write(kind)
    document = call.document()
    given = document.get("properties")
    origin = call.origin(document.get("objectWriteTraceId"))
    with crm.state.writing():
        record = operations.create(crm.state, kind, given, document.get("associations"), origin)
    return Answer(_written(crm, kind, record, given), 201)


def update_record(crm: Crm, call: Call) -> Answer:
    """PATCH of one record by id or unique value."""
    kind = call.kind()
    call.need_write(kind)
    document = call.document()
    given = document.get("properties")
    record = operations.find_live(crm.state, kind, call.params["id"], call.one("idProperty"))
    origin = call.origin(document.get("objectWriteTraceId"))
    with crm.state.writing():
        record = operations.update(crm.state, kind, record, given, origin)
    return Answer(_written(crm, kind, record, given))


def archive_record(crm: Crm, call: Call) -> Answer:
    """DELETE of one record, into the recycle bin. An archived or unknown one is no error."""
    kind = call.kind()
    call.need_write(kind)
    record = operations.find(crm.state, kind, call.params["id"])
    if record is not None and record.archived_at is None:
        with crm.state.writing():
            operations.archive(crm.state, kind, record, call.origin())
    return Answer(None, 204)


def merge_records(crm: Crm, call: Call) -> Answer:
    """POST of a merge; the answer is the survivor."""
    kind = call.kind()
    call.need_write(kind)
    if not kind.merges:
        raise invalid(f"{kind.key} cannot be merged")
    document = call.document()
    primary = operations.find_live(crm.state, kind, str(document.get("primaryObjectId")))
    absorbed = operations.find_live(crm.state, kind, str(document.get("objectIdToMerge")))
    with crm.state.writing():
        survivor = operations.merge(crm.state, kind, primary, absorbed, call.origin())
    return Answer(_written(crm, kind, survivor))


# ---------------------------------------------------------------------- batches


def _settle(
    crm: Crm,
    inputs: list[Mapping[str, Any]],
    apply: Callable[[Mapping[str, Any]], dict[str, Any]],
    good: int,
) -> Answer:
    """Applies a batch of writes.

    With a unique trace id on every input each one settles by itself and failures make a 207;
    without, the batch fails as a whole (fact sheet §3).
    """
    started = iso(crm.clock())
    traces = [entry.get("objectWriteTraceId") for entry in inputs]
    alone = all(trace is not None for trace in traces) and len(set(map(str, traces))) == len(traces)
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    if alone:
        for entry in inputs:
            trace = str(entry["objectWriteTraceId"])
            try:
                with crm.state.writing():
                    results.append({**apply(entry), "objectWriteTraceId": trace})
            except ApiError as error:
                context = {"ids": [str(entry["id"])]} if "id" in entry else {}
                errors.append(error.in_batch(trace, **context))
    else:
        with crm.state.writing():
            results = [apply(entry) for entry in inputs]
    body = batch_body(results, started, iso(crm.clock()), errors)
    return Answer(body, 207 if errors else good)


def batch_create(crm: Crm, call: Call) -> Answer:
    """POST of up to 100 new records."""
    kind = call.kind()
    call.need_write(kind)

    def apply(entry: Mapping[str, Any]) -> dict[str, Any]:
        given = entry.get("properties")
        origin = call.origin(entry.get("objectWriteTraceId"))
        record = operations.create(crm.state, kind, given, entry.get("associations"), origin)
        return _written(crm, kind, record, given)

    return _settle(crm, call.inputs(), apply, 201)


def batch_update(crm: Crm, call: Call) -> Answer:
    """POST of up to 100 changes, each by id or by the unique property it names."""
    kind = call.kind()
    call.need_write(kind)

    def apply(entry: Mapping[str, Any]) -> dict[str, Any]:
        given = entry.get("properties")
        record = operations.find_live(
            crm.state, kind, str(entry.get("id")), entry.get("idProperty")
        )
        origin = call.origin(entry.get("objectWriteTraceId"))
        return _written(crm, kind, operations.update(crm.state, kind, record, given, origin), given)

    return _settle(crm, call.inputs(), apply, 200)


def batch_upsert(crm: Crm, call: Call) -> Answer:
    """POST of up to 100 records to create or update by a unique property (fact sheet §12)."""
    kind = call.kind()
    call.need_write(kind)
    inputs = call.inputs()
    seen: set[tuple[str, str]] = set()
    for entry in inputs:
        key = (str(entry.get("idProperty")), str(entry.get("id")))
        if key in seen:
            raise invalid(f"Duplicate ids found in batch input: [{key[1]}]", "DUPLICATE_IDS")
        seen.add(key)

    def apply(entry: Mapping[str, Any]) -> dict[str, Any]:
        given = entry.get("properties")
        record, new = operations.upsert(
            crm.state,
            kind,
            str(entry.get("id")),
            entry.get("idProperty"),
            given,
            call.origin(entry.get("objectWriteTraceId")),
        )
        shown = [*given] if isinstance(given, Mapping) else []
        if entry.get("idProperty"):
            shown.append(entry["idProperty"])
        return {**_written(crm, kind, record, shown), "new": new}

    return _settle(crm, inputs, apply, 200)


def batch_archive(crm: Crm, call: Call) -> Answer:
    """POST of up to 100 ids to archive; unknown ones are passed over."""
    kind = call.kind()
    call.need_write(kind)
    with crm.state.writing():
        for entry in call.inputs():
            record = operations.find(crm.state, kind, str(entry.get("id")))
            if record is not None and record.archived_at is None:
                operations.archive(crm.state, kind, record, call.origin())
    return Answer(None, 204)


def batch_read(crm: Crm, call: Call) -> Answer:
    """POST of up to 100 ids (50 with history); missing ones make a 207."""
    kind = call.kind()
    call.need_read(kind)
    started = iso(crm.clock())
    document = call.document()
    schema = crm.state.schema(kind.key)
    history = [name for name in document.get("propertiesWithHistory") or [] if name in schema]
    inputs = call.inputs(HISTORY_PAGE_CAP if history else PAGE_CAP)
    names = known_names(crm.state, kind, document.get("properties") or ())
    results: dict[int, dict[str, Any]] = {}
    missing: list[str] = []
    for entry in inputs:
        asked = str(entry.get("id"))
        record = operations.find(crm.state, kind, asked, document.get("idProperty"))
        if record is None or (record.archived_at is not None) != call.flag("archived"):
            missing.append(asked)
        else:
            results[record.id] = record_body(record, names, history)
    errors = []
    if missing:
        refusal = ApiError(
            404,
            "OBJECT_NOT_FOUND",
            f"Could not get some {kind.one.upper()} objects, they may be deleted or not exist. "
            "Check that ids are valid.",
        )
        errors = [refusal.in_batch(None, ids=missing)]
    body = batch_body(list(results.values()), started, iso(crm.clock()), errors)
    return Answer(body, 207 if errors else 200)


# ---------------------------------------------------------------------- search


def _candidates(state: State, kind: ObjectType, request: Mapping[str, Any]) -> Iterable[Record]:
    """The records a search has to look at: those modified late enough, if it says how late.

    Only a shortcut: whatever it yields is filtered again. Deltas ask this way all day long.
    """
    seen = state.index[kind.key]
    groups = request.get("filterGroups")
    if isinstance(groups, list) and len(groups) == 1 and isinstance(groups[0], Mapping):
        for one in groups[0].get("filters") or ():
            if (
                isinstance(one, Mapping)
                and one.get("propertyName") == kind.modified
                and one.get("operator") in ("GT", "GTE", "EQ")
            ):
                try:
                    since = iso(read_instant(str(one.get("value"))))
                except ValueError:
                    break
                order = state.by_modified(kind.key, kind.modified)
                start = bisect_left(order, (since, 0))
                return [seen[number] for _, number in order[start:]]
    return seen.values()


def search_records(crm: Crm, call: Call) -> Answer:
    """POST of a search over the index, which lags (fact sheet §4)."""
    kind = call.kind()
    call.need_read(kind)
    request = call.document()
    start, limit = page_bounds(request)
    state = crm.state
    state.catch_up()
    question = {name: request.get(name) for name in ("filterGroups", "sorts", "query")}
    key = (kind.key, state.version, orjson.dumps(question, option=orjson.OPT_SORT_KEYS))
    if crm.found[0] != key:
        schema = state.schema(kind.key)
        found = search(_candidates(state, kind, request), kind, schema, request)
        crm.found = (key, found)
    found = crm.found[1]
    names = known_names(state, kind, request.get("properties") or ())
    answer: dict[str, Any] = {
        "total": len(found),
        "results": [record_body(record, names) for record in found[start : start + limit]],
    }
    if start + limit < len(found):
        answer["paging"] = {"next": {"after": str(start + limit)}}
        if start + limit >= RESULT_CAP:
            answer["paging"]["next"]["after"] = str(RESULT_CAP)
    return Answer(answer)
