"""The embedded CRM with a big book and no rate limit, for measuring a pull.

Prints its base URL; ends when its standard input closes.
"""

import argparse
import asyncio
import json
import socket
import sys
from pathlib import Path

import uvicorn

from bench.books import book
from csmdesk.book.reading import read_book
from csmdesk.book.records import contents_of
from csmdesk.sandbox.app import build_app
from csmdesk.sandbox.server import HOST, open_crm

TOKEN = "bench-token"  # noqa: S105  # opens nothing but this process


async def serve(companies: int, activities_each: int, state: Path) -> None:
    """Serve until standard input closes."""
    document = json.dumps(book(companies, activities_each)).encode()
    crm = open_crm(state, contents_of(read_book(document)), TOKEN)
    crm.limits.per_ten_seconds = crm.limits.searches_per_second = 10**9
    crm.limits.per_day = 10**9
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind((HOST, 0))
    config = uvicorn.Config(
        build_app(crm), ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    print(f"http://{HOST}:{listener.getsockname()[1]}", flush=True)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving
    crm.state.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("companies", type=int)
    parser.add_argument("activities_each", type=int)
    parser.add_argument("state", type=Path)
    options = parser.parse_args()
    asyncio.run(serve(options.companies, options.activities_each, options.state))
