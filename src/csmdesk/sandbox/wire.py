"""Below ASGI: raw bytes on a connection, resets, silence, and a port that refuses.

The protocol is uvicorn's own; it only hands each request a `Wire` to its socket, through an ASGI
extension. A fault that takes the wire over writes what it likes and ends the connection itself.
"""

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

EXTENSION = "csmdesk.wire"
_POLL = 0.01
_LINGER_ZERO = struct.pack("ii", 1, 0)


class WireProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with its socket within reach of the application."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._inner = self.app
        self.app = self._with_wire

    async def _with_wire(self, scope: Scope, receive: Receive, send: Send) -> None:
        extensions = scope.setdefault("extensions", {})
        extensions[EXTENSION] = Wire(self)
        await self._inner(scope, receive, send)


class Wire:
    """One connection, for as long as one request lasts."""

    def __init__(self, protocol: WireProtocol) -> None:
        self._protocol = protocol

    def take_over(self) -> None:
        """From here on uvicorn writes nothing more on this connection."""
        self._protocol.cycle.disconnected = True
        # A connection that is not read never hears that the other side went away.
        self._protocol.flow.resume_reading()

    @property
    def closed(self) -> bool:
        """Whether the other side went away, or we closed."""
        return self._protocol.transport.is_closing()

    async def write(self, data: bytes) -> None:
        """Writes bytes and waits until the system has them."""
        transport = self._protocol.transport
        transport.write(data)
        while transport.get_write_buffer_size() and not transport.is_closing():
            await asyncio.sleep(_POLL / 10)

    def reset(self) -> None:
        """Ends the connection with a TCP reset."""
        transport = self._protocol.transport
        held = transport.get_extra_info("socket")
        if held is not None and not transport.is_closing():
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        transport.abort()

    def close(self) -> None:
        """Ends the connection in the orderly way."""
        self._protocol.transport.close()

    async def until_closed(self, seconds: float) -> None:
        """Waits for the other side to give up, at most so long."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self.closed and loop.time() < end:
            await asyncio.sleep(_POLL)


@dataclass(slots=True)
class Door:
    """The listening port, which can be shut for a while."""

    server: Server
    config: Config
    host: str
    port: int
    _shut_until: float = 0.0
    _waiting: bool = False

    async def shut(self, seconds: float) -> None:
        """Refuses every connection for a time; open ones are reset first.

        Shut while it is shut already, it opens when the longer of the two times is over.
        """
        loop = asyncio.get_running_loop()
        self._shut_until = max(self._shut_until, loop.time() + seconds)
        for listening in self.server.servers:
            listening.close()
        for protocol in list(self.server.server_state.connections):
            if isinstance(protocol, WireProtocol):
                Wire(protocol).reset()
        if self._waiting:
            await asyncio.sleep(seconds)
            return
        self._waiting = True
        try:
            while (left := self._shut_until - loop.time()) > 0:
                await asyncio.sleep(left)
            await self._open()
        finally:
            self._waiting = False

    async def _open(self) -> None:
        again = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind((self.host, self.port))
            loop = asyncio.get_running_loop()
            self.server.servers = [await loop.create_server(self._protocol, sock=again)]
        except BaseException:
            again.close()
            raise

    def _protocol(self) -> WireProtocol:
        return WireProtocol(config=self.config, server_state=self.server.server_state, app_state={})
