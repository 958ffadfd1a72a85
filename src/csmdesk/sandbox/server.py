"""Runs the embedded CRM in the foreground, on loopback only."""

import asyncio
import socket
import sys
from pathlib import Path
from typing import TextIO

import uvicorn

from csmdesk.book.contents import Contents
from csmdesk.sandbox.app import build_app
from csmdesk.sandbox.calls import ALL_SCOPES, Crm
from csmdesk.sandbox.portal import PORTAL_ID, portal_of
from csmdesk.sandbox.seeding import seed
from csmdesk.sandbox.state import State
from csmdesk.sandbox.timing import CrmClock

HOST = "127.0.0.1"


def open_crm(state_dir: Path, book: Contents, token: str, portal_id: int = PORTAL_ID) -> Crm:
    """The account in a folder, filled from a book the first time. Later books are ignored."""
    clock = CrmClock()
    state = State(state_dir, clock)
    if "portal_id" not in state.meta:
        seed(state, portal_of(book, clock(), portal_id))
    return Crm(state=state, clock=clock, tokens={token: frozenset({ALL_SCOPES})})


def serve(
    port: int,
    book: Contents,
    state_dir: Path,
    token: str,
    *,
    portal_id: int = PORTAL_ID,
    parent: TextIO | None = None,
    out: TextIO | None = None,
) -> None:
    """Serves until interrupted; the first line written to `out` is the base URL.

    Args:
        port: 0 takes a free one.
        book: a book document; only its CRM part is served.
        parent: a pipe held by the parent; serving ends when it closes.
        out: where the base URL goes; standard output if not given.
    """
    crm = open_crm(state_dir, book, token, portal_id)
    # With the protocol named, asyncio turns Nagle's algorithm off; else each reply waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    config = uvicorn.Config(
        build_app(crm), http="h11", ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    # The base URL on the first line is how a parent learns the port.
    print(f"http://{HOST}:{listener.getsockname()[1]}", file=out or sys.stdout, flush=True)
    try:
        asyncio.run(_run(server, listener, parent))
    finally:
        crm.state.close()


async def _run(server: uvicorn.Server, listener: socket.socket, parent: TextIO | None) -> None:
    if parent is not None:
        asyncio.get_running_loop().add_reader(parent.fileno(), _parent_spoke, server, parent)
    await server.serve(sockets=[listener])


def _parent_spoke(server: uvicorn.Server, parent: TextIO) -> None:
    if parent.buffer.raw.read(4096) == b"":  # type: ignore[attr-defined]  # a pipe opened as text
        server.should_exit = True
        asyncio.get_running_loop().remove_reader(parent.fileno())
