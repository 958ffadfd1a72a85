"""Runs the embedded CRM in the foreground, on loopback only."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import uvicorn

from csmdesk.book.contents import Contents
from csmdesk.sandbox.app import build_app
from csmdesk.sandbox.calls import ALL_SCOPES, Crm
from csmdesk.sandbox.control_api import control_routes
from csmdesk.sandbox.fault_acts import ACTS, NAMES
from csmdesk.sandbox.faults import standing_rules
from csmdesk.sandbox.gate import Gate
from csmdesk.sandbox.portal import PORTAL_ID, portal_of
from csmdesk.sandbox.seeding import seed
from csmdesk.sandbox.state import State
from csmdesk.sandbox.timing import CrmClock
from csmdesk.sandbox.wire import Door, WireProtocol

HOST = "127.0.0.1"
BACKLOG = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an embedded CRM behaves beyond its data.

    Attributes:
        portal_id: the account's id, which local ids contain.
        per_ten_seconds: requests allowed in ten rolling seconds.
        per_day: requests allowed in a day of the account's zone.
        searches_per_second: searches allowed in a second.
        index_lag: seconds until search sees a write.
        faults: probabilities by fault name.
        parent: a descriptor held by the parent (its end of a pipe, or standard input); serving
            ends when it closes.
    """

    portal_id: int = PORTAL_ID
    per_ten_seconds: int = 190
    per_day: int = 625_000
    searches_per_second: int = 5
    index_lag: float = 0.0
    faults: Mapping[str, float] = field(default_factory=dict)
    parent: int | None = None


def open_crm(
    state_dir: Path, contents: Contents, token: str, options: Options | None = None
) -> Crm:
    """The account in a folder, filled from a book the first time. Later books are ignored.

    Raises ValueError if a fault is unknown or the probabilities make no sense.
    """
    options = options or Options()
    clock = CrmClock()
    state = State(state_dir, clock)
    if "portal_id" not in state.meta:
        seed(state, portal_of(contents, clock(), options.portal_id))
    crm = Crm(state=state, clock=clock, tokens={token: frozenset({ALL_SCOPES})}, admin=token)
    crm.limits.per_ten_seconds = options.per_ten_seconds
    crm.limits.per_day = options.per_day
    crm.limits.searches_per_second = options.searches_per_second
    crm.faults.rules = standing_rules(options.faults, NAMES)
    state.index_lag = type(state.index_lag)(seconds=options.index_lag)
    return crm


def serve(
    port: int,
    contents: Contents,
    state_dir: Path,
    token: str,
    options: Options | None = None,
    out: TextIO | None = None,
) -> None:
    """Serves on 127.0.0.1 until interrupted; the first line written is the base URL.

    Args:
        port: 0 takes a free one.
        contents: the book; only the part that a CRM holds is served.
        state_dir: where the data and `effects.jsonl` live; kept between runs.
        out: where the base URL goes; standard output if not given.

    Raises OSError if the port is taken, ValueError for a bad fault, StoreBusy or StoreUnusable for
    a folder that cannot serve.
    """
    crm = open_crm(state_dir, contents, token, options)
    try:
        serving = Serving(crm, port, None if options is None else options.parent)
        print(serving.url, file=out or sys.stdout, flush=True)
        with suppress(KeyboardInterrupt):  # ctrl+c is how a person ends it
            asyncio.run(serving.run())
    finally:
        crm.state.close()


class Serving:
    """An account behind a loopback port, which accepts from the moment this is made.

    Args:
        port: 0 takes a free one.
        parent: a descriptor whose end of file ends the serving.

    Raises OSError if the port is taken.
    """

    def __init__(self, crm: Crm, port: int, parent: int | None = None) -> None:
        self.parent = parent
        # With the protocol named, asyncio turns Nagle's delay off; else each answer costs 40 ms.
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind((HOST, port))
            self._listener.listen(BACKLOG)
        except OSError:
            self._listener.close()
            raise
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        config = uvicorn.Config(
            Gate(build_app(crm, control_routes(crm)), crm, ACTS),
            http=WireProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,  # the CRM has a clock of its own
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        door = Door(server=self._server, config=config, host=HOST, port=self.port)
        crm.shut = door.shut

    async def run(self) -> None:
        """Serves until stopped, interrupted, or the parent is gone."""
        if self.parent is not None:
            asyncio.get_running_loop().add_reader(self.parent, self._parent_spoke, self.parent)
        await self._server.serve(sockets=[self._listener])
        # Who has not gone by now is one that a fault keeps waiting, or reads too slowly.
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    def stop(self) -> None:
        """Ends the serving; safe from any thread."""
        self._server.should_exit = True

    def _parent_spoke(self, parent: int) -> None:
        if os.read(parent, 4096) == b"":
            asyncio.get_running_loop().remove_reader(parent)
            self.stop()
