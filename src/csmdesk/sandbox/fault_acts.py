"""What each fault does to a request, over the real socket (sync reliability §3, H1 to H13).

Names that end in `_applied` do the work and then fail; the same name without it does nothing at
the CRM. Times are seconds.
"""

import asyncio
import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from http import HTTPStatus

from csmdesk.sandbox import limits
from csmdesk.sandbox.fault_bodies import BODY_ACTS
from csmdesk.sandbox.gate import Act, Exchange, Headers, Reply
from csmdesk.sandbox.replies import ApiError

CATALOGUE: dict[str, tuple[str, Act]] = {}
"""Every fault by name: a sentence, and what it does."""

PATIENCE = 600.0
"""How long a silent server keeps a connection open."""

_HTML = b"<!doctype html><html><head><title>Sign in</title></head><body>Network login</body></html>"


def _fault(name: str, summary: str) -> Callable[[Act], Act]:
    def keep(act: Act) -> Act:
        CATALOGUE[name] = (summary, act)
        return act

    return keep


def _seconds(exchange: Exchange, default: float) -> float:
    return float(exchange.fault.argument or default)


def _head(status: int, headers: Headers) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {status} {phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _json(status: int, document: object, *more: tuple[bytes, bytes]) -> Reply:
    body = json.dumps(document).encode()
    return Reply(status, [(b"content-type", b"application/json"), *more], body)


def _error(error: ApiError, *more: tuple[bytes, bytes]) -> Reply:
    sent = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    return _json(error.status, error.body(), *sent, *more)


# ---------------------------------------------------------------------- H1, H2: no answer


@_fault("refused", "H1: this connection is reset and the port refuses others for a time (2).")
async def _refused(exchange: Exchange) -> None:
    exchange.wire.take_over()
    shut = exchange.crm.shut
    if shut is not None:
        exchange.later(lambda: shut(_seconds(exchange, 2)), 0)
    exchange.wire.reset()


@_fault("timeout", "H2: no answer ever; nothing is applied.")
async def _timeout(exchange: Exchange) -> None:
    exchange.wire.take_over()
    await exchange.wire.until_closed(PATIENCE)
    exchange.wire.close()


@_fault("timeout_applied", "H2: applied, no answer ever.")
async def _timeout_applied(exchange: Exchange) -> None:
    exchange.status = (await exchange.run()).status
    await _timeout(exchange)


@_fault("timeout_applied_later", "H2: no answer ever; applied after a time (5), client or not.")
async def _timeout_applied_later(exchange: Exchange) -> None:
    exchange.later(exchange.run, _seconds(exchange, 5))
    await _timeout(exchange)


@_fault("reset_applied_later", "H2: reset at once; applied after a time (5).")
async def _reset_applied_later(exchange: Exchange) -> None:
    exchange.later(exchange.run, _seconds(exchange, 5))
    exchange.wire.take_over()
    exchange.wire.reset()


@_fault("delay", "A good answer after a time (1).")
async def _delay(exchange: Exchange) -> None:
    await asyncio.sleep(_seconds(exchange, 1))
    await exchange.answer(await exchange.run())


# ---------------------------------------------------------------------- H3: resets


@_fault("reset_before_headers", "H3: reset, nothing is applied.")
async def _reset_before(exchange: Exchange) -> None:
    exchange.wire.take_over()
    exchange.wire.reset()


@_fault("reset_before_headers_applied", "H3: applied, then reset without a byte of answer.")
async def _reset_before_applied(exchange: Exchange) -> None:
    exchange.status = (await exchange.run()).status
    await _reset_before(exchange)


@_fault("close_before_headers", "H3: closed in the orderly way without an answer; not applied.")
async def _close_before(exchange: Exchange) -> None:
    exchange.wire.take_over()
    exchange.wire.close()


@_fault("close_before_headers_applied", "H3: applied, closed without an answer.")
async def _close_before_applied(exchange: Exchange) -> None:
    exchange.status = (await exchange.run()).status
    await _close_before(exchange)


async def _partial(exchange: Exchange, part: Callable[[Reply], bytes], *, reset: bool) -> None:
    reply = await exchange.run()
    exchange.status = reply.status
    exchange.wire.take_over()
    await exchange.wire.write(_head(reply.status, reply.headers) + part(reply))
    if reset:
        await asyncio.sleep(0.02)  # what was written is to arrive before the reset does
        exchange.wire.reset()
    else:
        exchange.wire.close()


@_fault("reset_after_headers", "H3: applied; headers, then a reset.")
async def _reset_after_headers(exchange: Exchange) -> None:
    await _partial(exchange, lambda _reply: b"", reset=True)


@_fault("reset_mid_body", "H3: applied; headers and half of the body, then a reset.")
async def _reset_mid_body(exchange: Exchange) -> None:
    await _partial(exchange, lambda reply: reply.body[: len(reply.body) // 2], reset=True)


@_fault("reset_after_body", "H3: applied; the whole answer, then a reset.")
async def _reset_after_body(exchange: Exchange) -> None:
    await _partial(exchange, lambda reply: reply.body, reset=True)


# ---------------------------------------------------------------------- H4: rate limits


def _limited(policy: str, retry_after: Callable[[Exchange], str] | None = None) -> Act:
    async def act(exchange: Exchange) -> None:
        more = []
        if retry_after is not None:
            more.append((b"retry-after", retry_after(exchange).encode()))
        await exchange.answer(_error(limits.limited(policy), *more))

    return act


def _date_ahead(exchange: Exchange) -> str:
    ahead = exchange.crm.clock() + timedelta(seconds=_seconds(exchange, 2))
    return format_datetime(ahead, usegmt=True)


CATALOGUE |= {
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


@_fault("rate_limited_burst", "H4: 429 for this and the next requests (20 in all).")
async def _burst(exchange: Exchange) -> None:
    from csmdesk.sandbox.faults import Fault, Rule

    more = int(exchange.fault.argument or 20) - 1
    exchange.crm.faults.rules.insert(0, Rule(fault=Fault("rate_limited"), times=more))
    await exchange.answer(_error(limits.limited("TEN_SECONDLY_ROLLING")))


# ---------------------------------------------------------------------- H5, H6: statuses


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
    CATALOGUE[f"error_{_number}"] = (
        f"H5: {_number}, not applied.",
        _status(_number, applied=False),
    )
    CATALOGUE[f"error_{_number}_applied"] = (
        f"H5: applied, then {_number}.",
        _status(_number, applied=True),
    )


@_fault("html", "H5: 200 with an HTML page, as of a captive portal; not applied.")
async def _html(exchange: Exchange) -> None:
    await exchange.answer(Reply(200, [(b"content-type", b"text/html")], _HTML))


@_fault("html_applied", "H5: applied, then 200 with an HTML page.")
async def _html_applied(exchange: Exchange) -> None:
    await exchange.run()
    await _html(exchange)


@_fault("no_content", "H5: applied, then 204 whatever was due.")
async def _no_content(exchange: Exchange) -> None:
    await exchange.run()
    await exchange.answer(Reply(204))


@_fault("empty_body", "H5: applied; the right status with an empty body.")
async def _empty(exchange: Exchange) -> None:
    reply = await exchange.run()
    await exchange.answer(Reply(reply.status, reply.headers, b""))


def _refusal(status: int, category: str, message: str, *headers: tuple[bytes, bytes]) -> Act:
    async def act(exchange: Exchange) -> None:
        await exchange.answer(_error(ApiError(status, category, message), *headers))

    return act


CATALOGUE |= {
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


# ---------------------------------------------------------------------- H8: cut short


def _cut(exchange: Exchange, reply: Reply) -> bytes:
    half = str(len(reply.body) // 2)
    return reply.body[: min(int(exchange.fault.argument or half), len(reply.body))]


async def _framed(exchange: Exchange, framing: tuple[bytes, bytes], *, chunked: bool) -> None:
    reply = await exchange.run()
    exchange.status = reply.status
    headers = [*reply.without(b"content-length", b"transfer-encoding", b"connection"), framing]
    part = _cut(exchange, reply)
    if chunked and part:
        part = f"{len(part):x}".encode() + b"\r\n" + part + b"\r\n"
    exchange.wire.take_over()
    await exchange.wire.write(_head(reply.status, headers) + part)
    exchange.wire.close()


@_fault("truncated_length", "H8: applied; the body ends at an offset, short of its Content-Length.")
async def _truncated_length(exchange: Exchange) -> None:
    await _partial(exchange, lambda reply: _cut(exchange, reply), reset=False)


@_fault("truncated_chunked", "H8: applied; chunked, cut at an offset without the last chunk.")
async def _truncated_chunked(exchange: Exchange) -> None:
    await _framed(exchange, (b"transfer-encoding", b"chunked"), chunked=True)


@_fault("truncated_close", "H8: applied; no length, the connection just ends at an offset.")
async def _truncated_close(exchange: Exchange) -> None:
    await _framed(exchange, (b"connection", b"close"), chunked=False)


# ---------------------------------------------------------------------- H11: too much


def _zeros(size: int) -> bytes:
    return gzip.compress(b'{"results":[' + b" " * size + b"]}", 9)


@_fault("gzip_bomb", "H11: a small gzip body that unpacks to so many MiB (200).")
async def _gzip_bomb(exchange: Exchange) -> None:
    body = _zeros(int(_seconds(exchange, 200)) * 1024 * 1024)
    headers = [(b"content-type", b"application/json"), (b"content-encoding", b"gzip")]
    await exchange.answer(Reply(200, headers, body))


@_fault("gzip_nested", "H11: gzip inside gzip, both announced.")
async def _gzip_nested(exchange: Exchange) -> None:
    reply = await exchange.run()
    body = gzip.compress(gzip.compress(reply.body))
    headers = [*reply.headers, (b"content-encoding", b"gzip, gzip")]
    await exchange.answer(Reply(reply.status, headers, body))


@_fault("body_endless", "H11: chunks without end.")
async def _endless(exchange: Exchange) -> None:
    headers = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
    exchange.wire.take_over()
    await exchange.wire.write(_head(200, headers) + b'c\r\n{"results":[\r\n')
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    while not exchange.wire.closed:
        await exchange.wire.write(chunk)
        await asyncio.sleep(0)


@_fault("body_huge", "H11: a body of so many MiB (1024), with its Content-Length.")
async def _huge(exchange: Exchange) -> None:
    size = int(_seconds(exchange, 1024)) * 1024 * 1024
    headers = [(b"content-type", b"application/json"), (b"content-length", str(size).encode())]
    exchange.wire.take_over()
    await exchange.wire.write(_head(200, headers))
    part = b" " * 1_048_576
    for _ in range(size // len(part)):
        if exchange.wire.closed:
            return
        await exchange.wire.write(part)
        await asyncio.sleep(0)
    exchange.wire.close()


@_fault("headers_many", "H11: so many header lines (3000).")
async def _many_headers(exchange: Exchange) -> None:
    reply = await exchange.run()
    count = int(_seconds(exchange, 3000))
    reply.headers += [(f"x-filler-{number}".encode(), b"0" * 60) for number in range(count)]
    await _raw(exchange, reply)


@_fault("header_huge", "H11: one header line of a MiB.")
async def _huge_header(exchange: Exchange) -> None:
    reply = await exchange.run()
    reply.headers.append((b"x-filler", b"0" * 1_048_576))
    await _raw(exchange, reply)


async def _raw(exchange: Exchange, reply: Reply) -> None:
    exchange.status = reply.status
    exchange.wire.take_over()
    await exchange.wire.write(_last_head(reply) + reply.body)
    exchange.wire.close()


def _last_head(reply: Reply) -> bytes:
    """A head that says that the connection ends with this answer, as it does."""
    return _head(reply.status, [*reply.headers, (b"connection", b"close")])


@_fault("bad_status_line", "Something that is not HTTP; not applied.")
async def _bad_status_line(exchange: Exchange) -> None:
    exchange.wire.take_over()
    await exchange.wire.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    exchange.wire.close()


@_fault("clock_skew", "T1: a good answer whose Date is off by so many seconds (3600).")
async def _skew(exchange: Exchange) -> None:
    reply = await exchange.run()
    off = exchange.crm.clock() + timedelta(seconds=_seconds(exchange, 3600))
    reply.headers = [*reply.without(b"date"), (b"date", format_datetime(off, usegmt=True).encode())]
    await _raw(exchange, reply)


# ---------------------------------------------------------------------- H12, H13


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
    CATALOGUE[_name] = (
        f"H12: `STATUS` (302) or `STATUS:URL` to {_place}; not applied.",
        _redirect(_place),
    )
CATALOGUE["redirect_loop"] = ("H12: `STATUS` (302) to the same address.", _redirect(None))


async def _drip(exchange: Exchange, quick: bytes, slow: bytes) -> None:
    exchange.wire.take_over()
    await exchange.wire.write(quick)
    for position in range(len(slow)):
        if exchange.wire.closed:
            return
        await exchange.wire.write(slow[position : position + 1])
        await asyncio.sleep(_seconds(exchange, 0.3))
    exchange.wire.close()


@_fault("slow_body", "H13: applied; the body byte by byte, so far apart (0.3).")
async def _slow_body(exchange: Exchange) -> None:
    reply = await exchange.run()
    exchange.status = reply.status
    await _drip(exchange, _last_head(reply), reply.body)


@_fault("slow_headers", "H13: applied; the headers byte by byte, so far apart (0.3).")
async def _slow_headers(exchange: Exchange) -> None:
    reply = await exchange.run()
    exchange.status = reply.status
    await _drip(exchange, b"", _last_head(reply) + reply.body)


CATALOGUE |= BODY_ACTS
NAMES = frozenset(CATALOGUE)
ACTS: dict[str, Act] = {name: act for name, (_, act) in CATALOGUE.items()}
