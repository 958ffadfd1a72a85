"""Faults of the connection: silence, resets, cut or endless answers (H1 to H3, H8, H11, H13).

All of them write raw bytes or end the connection themselves.
"""

import asyncio
import gzip
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from http import HTTPStatus

from csmdesk.sandbox.gate import Catalogue, Exchange, Headers, Reply, named, seconds

WIRE_ACTS: Catalogue = {}

PATIENCE = 600.0
"""How long a silent server keeps a connection open."""


def _head(status: int, headers: Headers) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {status} {phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


@named(
    WIRE_ACTS, "refused", "H1: this connection is reset and the port refuses others for a time (2)."
)
async def _refused(exchange: Exchange) -> None:
    exchange.wire.take_over()
    shut = exchange.crm.shut
    if shut is not None:
        exchange.later(lambda: shut(seconds(exchange, 2)), 0)
    exchange.wire.reset()


@named(WIRE_ACTS, "timeout", "H2: no answer ever; nothing is applied.")
async def _timeout(exchange: Exchange) -> None:
    exchange.wire.take_over()
    await exchange.wire.until_closed(PATIENCE)
    exchange.wire.close()


@named(WIRE_ACTS, "timeout_applied", "H2: applied, no answer ever.")
async def _timeout_applied(exchange: Exchange) -> None:
    exchange.status = (await exchange.run()).status
    await _timeout(exchange)


@named(
    WIRE_ACTS,
    "timeout_applied_later",
    "H2: no answer ever; applied after a time (5), client or not.",
)
async def _timeout_applied_later(exchange: Exchange) -> None:
    exchange.later(exchange.run, seconds(exchange, 5))
    await _timeout(exchange)


@named(WIRE_ACTS, "reset_applied_later", "H2: reset at once; applied after a time (5).")
async def _reset_applied_later(exchange: Exchange) -> None:
    exchange.later(exchange.run, seconds(exchange, 5))
    exchange.wire.take_over()
    exchange.wire.reset()


@named(WIRE_ACTS, "delay", "A good answer after a time (1).")
async def _delay(exchange: Exchange) -> None:
    await asyncio.sleep(seconds(exchange, 1))
    await exchange.answer(await exchange.run())


@named(WIRE_ACTS, "reset_before_headers", "H3: reset, nothing is applied.")
async def _reset_before(exchange: Exchange) -> None:
    exchange.wire.take_over()
    exchange.wire.reset()


@named(
    WIRE_ACTS, "reset_before_headers_applied", "H3: applied, then reset without a byte of answer."
)
async def _reset_before_applied(exchange: Exchange) -> None:
    exchange.status = (await exchange.run()).status
    await _reset_before(exchange)


@named(
    WIRE_ACTS,
    "close_before_headers",
    "H3: closed in the orderly way without an answer; not applied.",
)
async def _close_before(exchange: Exchange) -> None:
    exchange.wire.take_over()
    exchange.wire.close()


@named(WIRE_ACTS, "close_before_headers_applied", "H3: applied, closed without an answer.")
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


@named(WIRE_ACTS, "reset_after_headers", "H3: applied; headers, then a reset.")
async def _reset_after_headers(exchange: Exchange) -> None:
    await _partial(exchange, lambda _reply: b"", reset=True)


@named(WIRE_ACTS, "reset_mid_body", "H3: applied; headers and half of the body, then a reset.")
async def _reset_mid_body(exchange: Exchange) -> None:
    await _partial(exchange, lambda reply: reply.body[: len(reply.body) // 2], reset=True)


@named(WIRE_ACTS, "reset_after_body", "H3: applied; the whole answer, then a reset.")
async def _reset_after_body(exchange: Exchange) -> None:
    await _partial(exchange, lambda reply: reply.body, reset=True)


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


@named(
    WIRE_ACTS,
    "truncated_length",
    "H8: applied; the body ends at an offset, short of its Content-Length.",
)
async def _truncated_length(exchange: Exchange) -> None:
    await _partial(exchange, lambda reply: _cut(exchange, reply), reset=False)


@named(
    WIRE_ACTS, "truncated_chunked", "H8: applied; chunked, cut at an offset without the last chunk."
)
async def _truncated_chunked(exchange: Exchange) -> None:
    await _framed(exchange, (b"transfer-encoding", b"chunked"), chunked=True)


@named(
    WIRE_ACTS, "truncated_close", "H8: applied; no length, the connection just ends at an offset."
)
async def _truncated_close(exchange: Exchange) -> None:
    await _framed(exchange, (b"connection", b"close"), chunked=False)


def _zeros(size: int) -> bytes:
    return gzip.compress(b'{"results":[' + b" " * size + b"]}", 9)


@named(WIRE_ACTS, "gzip_bomb", "H11: a small gzip body that unpacks to so many MiB (200).")
async def _gzip_bomb(exchange: Exchange) -> None:
    body = _zeros(int(seconds(exchange, 200)) * 1024 * 1024)
    headers = [(b"content-type", b"application/json"), (b"content-encoding", b"gzip")]
    await exchange.answer(Reply(200, headers, body))


@named(WIRE_ACTS, "gzip_nested", "H11: gzip inside gzip, both announced.")
async def _gzip_nested(exchange: Exchange) -> None:
    reply = await exchange.run()
    body = gzip.compress(gzip.compress(reply.body))
    headers = [*reply.headers, (b"content-encoding", b"gzip, gzip")]
    await exchange.answer(Reply(reply.status, headers, body))


@named(WIRE_ACTS, "body_endless", "H11: chunks without end.")
async def _endless(exchange: Exchange) -> None:
    headers = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
    exchange.wire.take_over()
    await exchange.wire.write(_head(200, headers) + b'c\r\n{"results":[\r\n')
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    while not exchange.wire.closed:
        await exchange.wire.write(chunk)
        await asyncio.sleep(0)


@named(WIRE_ACTS, "body_huge", "H11: a body of so many MiB (1024), with its Content-Length.")
async def _huge(exchange: Exchange) -> None:
    size = int(seconds(exchange, 1024)) * 1024 * 1024
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


@named(WIRE_ACTS, "headers_many", "H11: so many header lines (3000).")
async def _many_headers(exchange: Exchange) -> None:
    reply = await exchange.run()
    count = int(seconds(exchange, 3000))
    reply.headers += [(f"x-filler-{number}".encode(), b"0" * 60) for number in range(count)]
    await _raw(exchange, reply)


@named(WIRE_ACTS, "header_huge", "H11: one header line of a MiB.")
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


@named(WIRE_ACTS, "bad_status_line", "Something that is not HTTP; not applied.")
async def _bad_status_line(exchange: Exchange) -> None:
    exchange.wire.take_over()
    await exchange.wire.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    exchange.wire.close()


@named(WIRE_ACTS, "clock_skew", "T1: a good answer whose Date is off by so many seconds (3600).")
async def _skew(exchange: Exchange) -> None:
    reply = await exchange.run()
    off = exchange.crm.clock() + timedelta(seconds=seconds(exchange, 3600))
    reply.headers = [*reply.without(b"date"), (b"date", format_datetime(off, usegmt=True).encode())]
    await _raw(exchange, reply)


async def _drip(exchange: Exchange, quick: bytes, slow: bytes) -> None:
    exchange.wire.take_over()
    await exchange.wire.write(quick)
    for position in range(len(slow)):
        if exchange.wire.closed:
            return
        await exchange.wire.write(slow[position : position + 1])
        await asyncio.sleep(seconds(exchange, 0.3))
    exchange.wire.close()


@named(WIRE_ACTS, "slow_body", "H13: applied; the body byte by byte, so far apart (0.3).")
async def _slow_body(exchange: Exchange) -> None:
    reply = await exchange.run()
    exchange.status = reply.status
    await _drip(exchange, _last_head(reply), reply.body)


@named(WIRE_ACTS, "slow_headers", "H13: applied; the headers byte by byte, so far apart (0.3).")
async def _slow_headers(exchange: Exchange) -> None:
    reply = await exchange.run()
    exchange.status = reply.status
    await _drip(exchange, b"", _last_head(reply) + reply.body)
