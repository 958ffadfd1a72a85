"""Faults that change what a good answer says: fields, batches, pages (H5, H7, H9, H10, H11)."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode

from csmdesk.sandbox.gate import Catalogue, Exchange, Reply
from csmdesk.sandbox.names import object_type
from csmdesk.sandbox.operations import apply_changes
from csmdesk.sandbox.replies import ApiError

BODY_ACTS: Catalogue = {}

_MIB = 1_048_576
Change = Callable[[Exchange, Any], Any]


def _changed(name: str, summary: str) -> Callable[[Change], Change]:
    """Registers a fault that applies the request and alters the JSON of the answer."""

    def keep(change: Change) -> Change:
        async def act(exchange: Exchange) -> None:
            reply = await exchange.run()
            if reply.body:
                document = change(exchange, json.loads(reply.body))
                reply.body = json.dumps(document).encode()
            await exchange.answer(reply)

        BODY_ACTS[name] = (summary, act)
        return change

    return keep


# ---------------------------------------------------------------------- H5, H7: creations, batches


@_changed("created_without_id", "H5: applied; the answer lacks every id.")
def _without_id(_exchange: Exchange, document: Any) -> Any:
    for record in document.get("results", [document]):
        record.pop("id", None)
    return document


@_changed("batch_fewer", "H7: applied; the last result is left out.")
def _fewer(_exchange: Exchange, document: Any) -> Any:
    document["results"] = document.get("results", [])[:-1]
    return document


@_changed("batch_duplicated", "H7: applied; the first result comes twice.")
def _duplicated(_exchange: Exchange, document: Any) -> Any:
    results = document.get("results", [])
    document["results"] = results[:1] + results
    return document


@_changed("batch_reordered", "H7: applied; results in the opposite order.")
def _reordered(_exchange: Exchange, document: Any) -> Any:
    document["results"] = document.get("results", [])[::-1]
    return document


@_changed("batch_wrong", "H7: applied; each result carries the id of another.")
def _wrong(_exchange: Exchange, document: Any) -> Any:
    results = document.get("results", [])
    ids = [record.get("id") for record in results]
    for record, other in zip(results, ids[1:] + ids[:1], strict=True):
        record["id"] = other
    return document


async def _batch_failing(exchange: Exchange) -> None:
    """The inputs at these positions are refused, the others applied; the answer is a 207."""
    failing = {int(part) for part in exchange.fault.argument.split(",") if part} or {0}
    if not exchange.asked:
        await exchange.answer(await exchange.run())
        return
    asked = json.loads(exchange.asked)
    inputs = asked.get("inputs", [])
    refused = [entry for position, entry in enumerate(inputs) if position in failing]
    asked["inputs"] = [entry for position, entry in enumerate(inputs) if position not in failing]
    exchange.asked = json.dumps(asked).encode()
    reply = await exchange.run()
    if reply.status not in (200, 201, 207):
        await exchange.answer(reply)
        return
    document = json.loads(reply.body)
    error = ApiError(500, "SERVER_ERROR", "There was a problem with this input.")
    entries = []
    for entry in refused:
        trace = entry.get("objectWriteTraceId")
        context = {"ids": [str(entry["id"])]} if "id" in entry else {}
        entries.append(error.in_batch(None if trace is None else str(trace), **context))
    document["errors"] = document.get("errors", []) + entries
    document["numErrors"] = len(document["errors"])
    await exchange.answer(Reply(207, reply.headers, json.dumps(document).encode()))


BODY_ACTS["batch_failing"] = (
    "H7: the inputs at positions `0,2` (0) fail, the others are applied; 207.",
    _batch_failing,
)


# ---------------------------------------------------------------------- H9: fields


def _places(document: Any, path: list[str]) -> Iterator[tuple[Any, Any]]:
    """Containers and keys that a path such as `results.*.properties.name` names."""
    step, rest = path[0], path[1:]
    keys: list[Any] = []
    if isinstance(document, dict):
        keys = list(document) if step == "*" else [step]
    elif isinstance(document, list):
        keys = list(range(len(document))) if step == "*" else [int(step)]
        keys = [key for key in keys if key < len(document)]
    for key in keys:
        if not rest:
            yield document, key
        elif isinstance(document, list) or key in document:
            yield from _places(document[key], rest)


def _field(name: str, summary: str, value: Callable[[], Any]) -> None:
    @_changed(name, f"H9: applied; the field at a path (`id`) is {summary}.")
    def change(exchange: Exchange, document: Any) -> Any:
        for container, key in _places(document, (exchange.fault.argument or "id").split(".")):
            container[key] = value()
        return document


_field("field_null", "null", lambda: None)
_field("field_wrong_type", "an object", lambda: {"unexpected": [1]})
_field("field_number", "a number", lambda: 12345678901234567890123)
_field("field_huge", "a text of a MiB", lambda: "A" * _MIB)
_field("field_control", "full of control characters", lambda: "a\x00b\x1b[31mc\u202ed\x07\r\n")
_field("field_surrogate", "half of a surrogate pair", lambda: "x\ud800y")
_field("field_float", "a number too large for a float", lambda: float("inf"))
_field("field_text", "an empty text", str)


@_changed(
    "field_missing",
    "H9: applied; the field at a path (`id`), such as `results.*.properties.name`, is missing.",
)
def _missing(exchange: Exchange, document: Any) -> Any:
    for container, key in list(_places(document, (exchange.fault.argument or "id").split("."))):
        if isinstance(container, dict):
            container.pop(key, None)
    return document


def _bytes_changed(name: str, summary: str, change: Callable[[bytes], bytes]) -> None:
    async def act(exchange: Exchange) -> None:
        reply = await exchange.run()
        reply.body = change(reply.body)
        await exchange.answer(reply)

    BODY_ACTS[name] = (summary, act)


_bytes_changed(
    "json_duplicate_keys",
    "H9: applied; the answer says every key of the top twice.",
    lambda body: body[:-1] + b"," + body[1:] if body[:1] == b"{" else body,
)
_bytes_changed(
    "json_bad_utf8", "H9: applied; bytes that are no UTF-8.", lambda body: body + b"\xff"
)
_bytes_changed(
    "json_deep",
    "H11: arrays 100,000 deep.",
    lambda _body: b'{"results":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
)
_bytes_changed(
    "json_nan", "H9: NaN as a value.", lambda _body: b'{"results":[{"id":NaN}],"total":NaN}'
)
_bytes_changed(
    "json_long_number",
    "H9: a number of 5,000 digits.",
    lambda _body: b'{"results":[],"total":' + b"9" * 5_000 + b"}",
)
_bytes_changed("json_array", "H9: an array where an object is due.", lambda _body: b"[]")


# ---------------------------------------------------------------------- H10: pages


def _cursor(exchange: Exchange) -> str:
    """The cursor that the request asked from."""
    if exchange.scope["method"] == "POST":
        return str(json.loads(exchange.asked or b"{}").get("after") or "0")
    text: str = exchange.scope["query_string"].decode("latin-1")
    return parse_qs(text).get("after", ["0"])[-1]


@_changed("cursor_looping", "H10: the next page is this page again.")
def _looping(exchange: Exchange, document: Any) -> Any:
    document["paging"] = {"next": {"after": _cursor(exchange)}}
    return document


@_changed("page_empty", "H10: no results, but a next page, which is the right one.")
def _empty_page(exchange: Exchange, document: Any) -> Any:
    document["results"] = []
    # The same place written differently, so that it is not the cursor asked with.
    document["paging"] = {"next": {"after": "0" + _cursor(exchange)}}
    return document


async def _page_again(exchange: Exchange) -> None:
    """This page, with the records of the first page before its own. Writes are left alone."""
    reply = await exchange.run()
    if exchange.scope["method"] != "GET" or reply.status != 200:
        await exchange.answer(reply)
        return
    document = json.loads(reply.body)
    query = parse_qs(exchange.scope["query_string"].decode("latin-1"))
    query.pop("after", None)
    first = json.loads((await exchange.run(urlencode(query, doseq=True))).body)
    document["results"] = first.get("results", []) + document.get("results", [])
    await exchange.answer(Reply(reply.status, reply.headers, json.dumps(document).encode()))


BODY_ACTS["page_repeated"] = (
    "H10: a list page that brings the first page's records once more.",
    _page_again,
)


async def _expired_cursor(exchange: Exchange) -> None:
    error = ApiError(400, "VALIDATION_ERROR", "The after cursor is invalid or has expired")
    if _cursor(exchange) == "0":
        await exchange.answer(await exchange.run())
        return
    body = json.dumps(error.body()).encode()
    await exchange.answer(Reply(400, [(b"content-type", b"application/json")], body))


BODY_ACTS["cursor_expired"] = (
    "H10: 400 for any page but the first.",
    _expired_cursor,
)


async def _rows_moving(exchange: Exchange) -> None:
    """After this page its first records get a new modified date, as by an edit elsewhere."""
    reply = await exchange.run()
    await exchange.answer(reply)
    state = exchange.crm.state
    kind = next(
        (found for part in exchange.scope["path"].split("/") if (found := object_type(part))), None
    )
    if kind is None or reply.status != 200:
        return
    with state.writing():
        for shown in json.loads(reply.body).get("results", [])[:2]:
            # An answer about links or definitions has results that are no records.
            shown_id = str(shown.get("id", ""))
            record = state.records[kind.key].get(int(shown_id)) if shown_id.isdigit() else None
            if record is not None and record.archived_at is None:
                apply_changes(state, kind, record, {})


BODY_ACTS["rows_moving"] = (
    "H10: after the page its first two records are modified, so that they move.",
    _rows_moving,
)
