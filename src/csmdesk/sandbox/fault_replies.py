"""Faults that are whole answers: limits, errors, refusals, redirects (H4 to H6, H12)."""

import json
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from http import HTTPStatus

from csmdesk.sandbox import limits
from csmdesk.sandbox.faults import Fault, Rule
from csmdesk.sandbox.gate import Act, Catalogue, Exchange, Reply, named, seconds
from csmdesk.sandbox.replies import ApiError

REPLY_ACTS: Catalogue = {}

_HTML = b"<!doctype html><html><head><title>Sign in</title></head><body>Network login</body></html>"


def _json(status: int, document: object, *more: tuple[bytes, bytes]) -> Reply:
    body = json.dumps(document).encode()
    return Reply(status, [(b"content-type", b"application/json"), *more], body)


def _error(error: ApiError, *more: tuple[bytes, bytes]) -> Reply:
    sent = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    return _json(error.status, error.body(), *sent, *more)


def _limited(policy: str, retry_after: Callable[[Exchange], str] | None = None) -> Act:
    async def act(exchange: Exchange) -> None:
        more = []
        if retry_after is not None:
            more.append((b"retry-after", retry_after(exchange).encode()))
        await exchange.answer(_error(limits.limited(policy), *more))

    return act


def _date_ahead(exchange: Exchange) -> str:
    ahead = exchange.crm.clock() + timedelta(seconds=seconds(exchange, 2))
    return format_datetime(ahead, usegmt=True)


REPLY_ACTS |= {
    "rate_limited": (
        "H4: 429 of the ten seconds, no Retry-After.",
        _limited("TEN_SECONDLY_ROLLING"),
    ),
    "rate_limited_seconds": (
        "H4: 429 with Retry-After in seconds (2).",
        _limited("TEN_SECONDLY_ROLLING", lambda exchange: exchange.fault.argument or "2"),
    ),
    "rate_limited_date": (
        "H4: 429 with Retry-After as a date, so many seconds ahead (2).",
        _limited("TEN_SECONDLY_ROLLING", _date_ahead),
    ),
    "rate_limited_absurd": (
        "H4: 429 with an absurd Retry-After.",
        _limited("TEN_SECONDLY_ROLLING", lambda exchange: exchange.fault.argument or "999999999"),
    ),
    "rate_limited_daily": ("H4: 429 of the day.", _limited("DAILY")),
}


@named(REPLY_ACTS, "rate_limited_burst", "H4: 429 for this and the next requests (20 in all).")
async def _burst(exchange: Exchange) -> None:
    more = int(exchange.fault.argument or 20) - 1
    exchange.crm.faults.rules.insert(0, Rule(fault=Fault("rate_limited"), times=more))
    await exchange.answer(_error(limits.limited("TEN_SECONDLY_ROLLING")))


def _server_error(status: int) -> Reply:
    message = "internal error" if status == 500 else HTTPStatus(status).phrase
    return _error(ApiError(status, "SERVER_ERROR", message))


def _status(status: int, *, applied: bool) -> Act:
    async def act(exchange: Exchange) -> None:
        if applied:
            await exchange.run()
        if status in (500, 502, 503, 504):
            reply = _server_error(status)
            if status != 500:  # what stands before the CRM answers in HTML
                reply = Reply(status, [(b"content-type", b"text/html")], _HTML)
        else:
            reply = Reply(status, [(b"content-type", b"text/html")], _HTML)
        await exchange.answer(reply)

    return act


for _number in (500, 502, 503, 504, 521, 522, 523, 524):
    REPLY_ACTS[f"error_{_number}"] = (
        f"H5: {_number}, not applied.",
        _status(_number, applied=False),
    )
    REPLY_ACTS[f"error_{_number}_applied"] = (
        f"H5: applied, then {_number}.",
        _status(_number, applied=True),
    )


@named(REPLY_ACTS, "html", "H5: 200 with an HTML page, as of a captive portal; not applied.")
async def _html(exchange: Exchange) -> None:
    await exchange.answer(Reply(200, [(b"content-type", b"text/html")], _HTML))


@named(REPLY_ACTS, "html_applied", "H5: applied, then 200 with an HTML page.")
async def _html_applied(exchange: Exchange) -> None:
    await exchange.run()
    await _html(exchange)


@named(REPLY_ACTS, "no_content", "H5: applied, then 204 whatever was due.")
async def _no_content(exchange: Exchange) -> None:
    await exchange.run()
    await exchange.answer(Reply(204))


@named(REPLY_ACTS, "empty_body", "H5: applied; the right status with an empty body.")
async def _empty(exchange: Exchange) -> None:
    reply = await exchange.run()
    await exchange.answer(Reply(reply.status, reply.headers, b""))


def _refusal(status: int, category: str, message: str, *headers: tuple[bytes, bytes]) -> Act:
    async def act(exchange: Exchange) -> None:
        await exchange.answer(_error(ApiError(status, category, message), *headers))

    return act


REPLY_ACTS |= {
    "unauthorized": (
        "H6: 401, the token was revoked.",
        _refusal(401, "INVALID_AUTHENTICATION", "The access token is invalid or was revoked."),
    ),
    "token_expired": (
        "H6: 401, the token is expired.",
        _refusal(401, "EXPIRED_AUTHENTICATION", "The access token is expired."),
    ),
    "scope_lost": (
        "H6: 403, a scope is missing.",
        _refusal(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes."),
    ),
    "invalid": (
        "400 VALIDATION_ERROR.",
        _refusal(400, "VALIDATION_ERROR", "Property values were not valid"),
    ),
    "conflict": ("409.", _refusal(409, "CONFLICT", "The record was changed by somebody else.")),
    "uri_too_long": ("414.", _refusal(414, "URI_TOO_LONG", "The request URI is too long.")),
    "locked": ("423, which lasts 2 seconds.", _refusal(423, "LOCKED", "The record is locked.")),
    "migrating": (
        "477: the account moves its data centre, Retry-After an hour.",
        _refusal(477, "MIGRATION_IN_PROGRESS", "Migration", (b"retry-after", b"3600")),
    ),
}


_PLACES = {
    "redirect_host": "https://elsewhere.invalid/login",
    "redirect_http": "http://api.hubapi.com/",
    "redirect_file": "file:///etc/hostname",
}


def _redirect(place: str | None) -> Act:
    async def act(exchange: Exchange) -> None:
        status, _, where = exchange.fault.argument.partition(":")
        target = where or place or exchange.scope["path"]
        await exchange.answer(Reply(int(status or 302), [(b"location", target.encode())]))

    return act


for _name, _place in _PLACES.items():
    REPLY_ACTS[_name] = (
        f"H12: `STATUS` (302) or `STATUS:URL` to {_place}; not applied.",
        _redirect(_place),
    )
REPLY_ACTS["redirect_loop"] = ("H12: `STATUS` (302) to the same address.", _redirect(None))
