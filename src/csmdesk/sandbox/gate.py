"""The gate before the API: notes every request, and lets faults have it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from csmdesk.sandbox.calls import Crm
from csmdesk.sandbox.faults import Fault
from csmdesk.sandbox.wire import EXTENSION, Wire

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Reply:
    """A whole response, before it is written."""

    status: int = 200
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def without(self, *names: bytes) -> Headers:
        """The headers except those."""
        return [(name, value) for name, value in self.headers if name.lower() not in names]


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request that a fault has got hold of."""

    crm: Crm
    fault: Fault
    scope: Scope
    asked: bytes
    wire: Wire
    app: ASGIApp
    respond: Send
    background: set[asyncio.Task[None]]
    status: int = 0

    async def run(self, target: str | None = None) -> Reply:
        """Lets the API have the request; what it answers is held back.

        Args:
            target: another query string to run it with.
        """
        reply = Reply()
        parts: list[bytes] = []
        scope = dict(self.scope)
        if target is not None:
            scope["query_string"] = target.encode()

        async def receive() -> Message:
            return {"type": "http.request", "body": self.asked, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = list(message["headers"])
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, send)
        reply.body = b"".join(parts)
        reply.headers.append(_date(self.crm))
        return reply

    async def answer(self, reply: Reply) -> None:
        """Sends a response in the ordinary way, with the length it has."""
        self.status = reply.status
        headers = reply.without(b"content-length")
        if not any(name.lower() == b"date" for name, _ in headers):
            headers.append(_date(self.crm))
        if reply.status != 204:
            headers.append((b"content-length", str(len(reply.body)).encode()))
        await self.respond(
            {"type": "http.response.start", "status": reply.status, "headers": headers}
        )
        body = b"" if reply.status == 204 else reply.body
        await self.respond({"type": "http.response.body", "body": body})

    def later(self, work: Callable[[], Awaitable[object]], seconds: float) -> None:
        """Does something when the CRM's clock has moved on so far, whatever becomes of this."""
        due = self.crm.clock().timestamp() + seconds

        async def wait() -> None:
            while (left := due - self.crm.clock().timestamp()) > 0:
                await asyncio.sleep(min(left, 0.02))
            await work()

        task = asyncio.get_running_loop().create_task(wait())
        self.background.add(task)
        task.add_done_callback(self.background.discard)


Act = Callable[[Exchange], Awaitable[None]]

Catalogue = dict[str, tuple[str, Act]]
"""Faults by name: a sentence, and what it does."""


def named(catalogue: Catalogue, name: str, summary: str) -> Callable[[Act], Act]:
    """Puts a fault into a catalogue."""

    def keep(act: Act) -> Act:
        catalogue[name] = (summary, act)
        return act

    return keep


def seconds(exchange: Exchange, default: float) -> float:
    """The number a fault was told, or its default."""
    return float(exchange.fault.argument or default)


class Gate:
    """ASGI middleware around the API. Calls under `/_sandbox/` pass untouched."""

    def __init__(self, app: ASGIApp, crm: Crm, acts: dict[str, Act]) -> None:
        self.app = app
        self.crm = crm
        self.acts = acts
        self.background: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox/"):
            await self.app(scope, receive, send)
            return
        target = scope["path"]
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
        fault = self.crm.faults.take(scope["method"], target)
        seen = {"method": scope["method"], "target": target, "status": 0, "fault": None}
        self.crm.requests.append(seen)
        if fault is None:

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    seen["status"] = message["status"]
                    message["headers"] = [*message["headers"], _date(self.crm)]
                await send(message)

            await self.app(scope, receive, noted)
            return
        seen["fault"] = str(fault)
        exchange = Exchange(
            crm=self.crm,
            fault=fault,
            scope=scope,
            asked=await _whole_body(receive),
            wire=scope["extensions"][EXTENSION],
            app=self.app,
            respond=send,
            background=self.background,
        )
        await self.acts[fault.name](exchange)
        seen["status"] = exchange.status


def _date(crm: Crm) -> tuple[bytes, bytes]:
    """The Date header by the CRM's own clock, which tests move."""
    return b"date", format_datetime(crm.clock(), usegmt=True).encode()


async def _whole_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
