"""A server that is never the bottleneck: it answers every request it has seen from memory.

What it has not seen it asks of the server behind it, once. Whoever pulls through it for the second
time is therefore measured against a dictionary. It counts what it is asked, for the report.
"""

import argparse
import asyncio
import json
import sys
from email.utils import formatdate

import httpx

_DROPPED = {"transfer-encoding", "connection", "content-length", "content-encoding", "date"}
Key = tuple[str, str, bytes]


class Memory:
    """The answers known, and the requests since the last reset."""

    def __init__(self, behind: str) -> None:
        self.client = httpx.AsyncClient(base_url=behind, timeout=120)
        self.answers: dict[Key, bytes] = {}
        self.asked: list[Key] = []
        self.missed = 0

    async def answer(self, key: Key, authorization: str) -> bytes:
        """Return the whole reply to a request, status line and all."""
        method, target, body = key
        if target == "/_replay/asked":
            asked = [[verb, path, text.decode()] for verb, path, text in self.asked]
            return _reply(200, json.dumps({"asked": asked, "missed": self.missed}).encode())
        if target == "/_replay/reset":
            self.asked.clear()
            self.missed = 0
            return _reply(200, b"{}")
        self.asked.append(key)
        known = self.answers.get(key)
        if known is None:
            self.missed += 1
            headers = {"authorization": authorization, "content-type": "application/json"}
            got = await self.client.request(method, target, content=body, headers=headers)
            kept = [pair for pair in got.headers.items() if pair[0].lower() not in _DROPPED]
            known = _reply(got.status_code, got.content, kept)
            if got.status_code < 300:
                self.answers[key] = known
        return known


def _reply(status: int, body: bytes, headers: list[tuple[str, str]] | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} -", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers or []]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


async def _serve(
    memory: Memory, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ", 2)
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            key = (method, target, body)
            reply = await memory.answer(key, headers.get("authorization", ""))
            status, rest = reply.split(b"\r\n", 1)
            today = formatdate(usegmt=True).encode()
            writer.write(b"%b\r\ndate: %b\r\n%b" % (status, today, rest))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _main(behind: str) -> None:
    memory = Memory(behind)
    server = await asyncio.start_server(
        lambda reader, writer: _serve(memory, reader, writer), "127.0.0.1", 0, limit=2**20
    )
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        # It ends with its parent, who holds the other end of this pipe.
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("behind", help="the base URL of the server to ask")
    asyncio.run(_main(parser.parse_args().behind))
