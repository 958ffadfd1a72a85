"""Control endpoints for tests and the demo, under `/_sandbox/`: faults, clock, limits, tokens.

They take the token the server was started with, spend no allowance and meet no fault.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from csmdesk.sandbox import operations
from csmdesk.sandbox.app import json_response, parse_query, refused
from csmdesk.sandbox.associating import unlink_all
from csmdesk.sandbox.calls import ALL_SCOPES, Answer, Call, Crm, Handler
from csmdesk.sandbox.drifting import change_property
from csmdesk.sandbox.fault_acts import CATALOGUE, NAMES
from csmdesk.sandbox.faults import rule_of
from csmdesk.sandbox.replies import ApiError, invalid, not_found
from csmdesk.sandbox.values import iso


def _faults(crm: Crm, _call: Call) -> Answer:
    known = {name: summary for name, (summary, _) in CATALOGUE.items()}
    return Answer({"rules": [rule.shown() for rule in crm.faults.rules], "catalogue": known})


def _add_faults(crm: Crm, call: Call) -> Answer:
    document = call.document()
    given = document.get("rules", [])
    try:
        rules = [rule_of(entry, NAMES) for entry in given]
    except (ValueError, AttributeError, TypeError) as wrong:
        raise invalid(f"That is no fault rule: {wrong}") from None
    if "seed" in document:
        crm.faults.dice.seed(int(document["seed"]))
    crm.faults.rules += rules
    return _faults(crm, call)


def _clear_faults(crm: Crm, call: Call) -> Answer:
    crm.faults.clear()
    return _faults(crm, call)


def _clock(crm: Crm, call: Call) -> Answer:
    """`{advance?: seconds, stopped?: bool}`."""
    if call.method == "POST":
        given = call.document()
        if "stopped" in given:
            (crm.clock.stop if given["stopped"] else crm.clock.go)()
        crm.clock.advance(float(given.get("advance", 0)))
    return Answer({"now": iso(crm.clock())})


_LIMITS = ("per_ten_seconds", "per_day", "searches_per_second", "retry_after", "used_today")


def _settings(crm: Crm, call: Call) -> Answer:
    if call.method == "POST":
        given = dict(call.document())
        for name in _LIMITS:
            if name in given:
                setattr(crm.limits, name, given.pop(name))
        if "index_lag" in given:
            crm.state.index_lag = timedelta(seconds=float(given.pop("index_lag")))
        if "link_page" in given:
            crm.link_page = int(given.pop("link_page"))
        if "required" in given:
            with crm.state.writing():
                crm.state.set_meta("required", given.pop("required"))
        if given:
            raise invalid(f"There is no setting {sorted(given)[0]}")
    shown: dict[str, Any] = {name: getattr(crm.limits, name) for name in _LIMITS}
    shown["index_lag"] = crm.state.index_lag.total_seconds()
    shown["link_page"] = crm.link_page
    shown["required"] = crm.state.meta.get("required", {})
    return Answer(shown)


def _tokens(crm: Crm, call: Call) -> Answer:
    """`{token, scopes?, expired?, revoked?}`: opens, narrows, expires or revokes a token."""
    document = call.document()
    token = str(document.get("token", crm.admin))
    crm.expired.discard(token)
    if document.get("revoked"):
        crm.tokens.pop(token, None)
    elif document.get("expired"):
        crm.expired.add(token)
    else:
        crm.tokens[token] = frozenset(document.get("scopes", [ALL_SCOPES]))
    return Answer({"tokens": len(crm.tokens)})


def _effects(crm: Crm, call: Call) -> Answer:
    return Answer({"results": crm.state.effects(int(call.one("since") or 0))})


def _requests(crm: Crm, call: Call) -> Answer:
    if call.method == "DELETE":
        crm.requests.clear()
    return Answer({"results": list(crm.requests)})


def _restore(crm: Crm, call: Call) -> Answer:
    kind = call.kind()
    record = operations.find(crm.state, kind, call.params["id"])
    if record is None:
        raise not_found(kind, call.params["id"])
    with crm.state.writing():
        operations.restore(crm.state, kind, record)
    return Answer({"id": str(record.id)})


def _purge(crm: Crm, call: Call) -> Answer:
    kind = call.kind()
    record = operations.find(crm.state, kind, call.params["id"])
    if record is None:
        raise not_found(kind, call.params["id"])
    with crm.state.writing():
        unlink_all(crm.state, kind, record.id)
        crm.state.drop(kind.key, record.id)
        crm.state.effect("purge", kind.key, record.id, changed={})
    return Answer(None, 204)


def _archive_owner(crm: Crm, call: Call) -> Answer:
    owner = crm.state.owners.get(int(call.params["id"]))
    if owner is None:
        raise ApiError(404, "OBJECT_NOT_FOUND", "no such owner")
    changed = {**owner, "archived": True, "updatedAt": iso(crm.clock())}
    with crm.state.writing():
        crm.state.define("owner", "", owner["id"], changed)
    return Answer(changed)


def _endpoint(crm: Crm, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        try:
            if request.headers.get("authorization") != f"Bearer {crm.admin}":
                return refused(ApiError(401, "INVALID_AUTHENTICATION", "That is not the token."))
            call = Call(
                method=request.method,
                path=request.url.path,
                params=request.path_params,
                query=parse_query(request),
                raw=raw,
                scopes=frozenset({ALL_SCOPES}),
            )
            return json_response(handler(crm, call))
        except ApiError as error:
            return refused(error)

    return endpoint


def control_routes(crm: Crm) -> list[Route]:
    """The control endpoints."""
    entries: list[tuple[list[str], str, Handler]] = [
        (["GET"], "/faults", _faults),
        (["POST"], "/faults", _add_faults),
        (["DELETE"], "/faults", _clear_faults),
        (["GET", "POST"], "/clock", _clock),
        (["GET", "POST"], "/settings", _settings),
        (["POST"], "/tokens", _tokens),
        (["GET"], "/effects", _effects),
        (["GET", "DELETE"], "/requests", _requests),
        (["POST"], "/records/{type}/{id}/restore", _restore),
        (["POST"], "/records/{type}/{id}/purge", _purge),
        (["POST"], "/owners/{id}/archive", _archive_owner),
        (["POST"], "/properties/{type}/{name}", change_property),
    ]
    return [
        Route("/_sandbox" + path, _endpoint(crm, handler), methods=methods)
        for methods, path, handler in entries
    ]
