"""An embedded CRM over real sockets, in a thread of this process or as a process of its own."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from csmdesk.book.contents import Contents
from csmdesk.book.reading import read_book
from csmdesk.book.records import contents_of
from csmdesk.sandbox.calls import Crm
from csmdesk.sandbox.server import Options, Serving, open_crm

TOKEN = "pat-na1-sandbox"

BOOK: dict[str, Any] = {
    "format": "csmdesk-book",
    "version": 1,
    "timezone": "Europe/Berlin",
    "base_currency": "EUR",
    "me": "U-1",
    "users": [
        {"id": "U-1", "name": "Robin Vale", "email": "robin@example.com"},
        {"id": "U-2", "name": "Sam Ode", "email": "sam@example.com"},
    ],
    "accounts": [
        {"id": "A-1", "name": "Alder Freight", "owner_id": "U-1", "domain": "alder.example"},
        {"id": "A-2", "name": "Birch Medical", "owner_id": "U-2", "segment": "high"},
    ],
    "contacts": [
        {"id": "C-1", "account_id": "A-1", "name": "Ana Lima", "email": "ana@alder.example"},
        {"id": "C-2", "account_id": "A-2", "name": "Bo Hall", "title": "CTO"},
    ],
}


def contents(book: Mapping[str, Any] = BOOK) -> Contents:
    """A book document as records."""
    return contents_of(read_book(json.dumps(book).encode()))


class Sandbox:
    """A running CRM and a plain HTTP client for it."""

    def __init__(self, url: str, folder: Path, crm: Crm | None = None) -> None:
        self.url = url
        self.folder = folder
        self._crm = crm
        headers = {"Authorization": f"Bearer {TOKEN}"}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=10, trust_env=False)
        # On connections of its own, which no fault has touched.
        headers["Connection"] = "close"
        self.control = httpx.Client(base_url=url, headers=headers, timeout=10, trust_env=False)

    def close(self) -> None:
        """Lets the connections go."""
        self.http.close()
        self.control.close()

    @property
    def crm(self) -> Crm:
        """The CRM's insides; only in this process."""
        assert self._crm is not None
        return self._crm

    def ask(self, method: str, path: str, body: Any = None, expect: int | None = None) -> Any:
        """The JSON of an answer; `expect` asserts its status."""
        client = self.control if path.startswith("/_sandbox/") else self.http
        response = client.request(method, path, json=body)
        if expect is not None:
            assert response.status_code == expect, response.text
        else:
            assert response.status_code < 300, response.text
        return response.json() if response.content else None

    def fault(self, name: str, **rule: Any) -> None:
        """Lets the next fitting request meet a fault."""
        self.ask("POST", "/_sandbox/faults", {"rules": [{"fault": name, **rule}]})

    def effects(self) -> list[dict[str, Any]]:
        """The effects log, read from its file."""
        lines = (self.folder / "effects.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@contextmanager
def sandbox(
    folder: Path, book: Mapping[str, Any] = BOOK, options: Options | None = None
) -> Iterator[Sandbox]:
    """A CRM in a thread of this process."""
    crm = open_crm(folder, contents(book), TOKEN, options)
    serving = Serving(crm, 0)
    thread = threading.Thread(target=lambda: asyncio.run(serving.run()), daemon=True)
    thread.start()
    running = Sandbox(serving.url, folder, crm)
    try:
        yield running
    finally:
        running.close()
        serving.stop()
        thread.join(10)
        crm.state.close()
        assert not thread.is_alive()


@contextmanager
def sandbox_process(
    folder: Path, book: Mapping[str, Any] = BOOK, *arguments: str
) -> Iterator[tuple[Sandbox, subprocess.Popen[str]]]:
    """A CRM as a process of its own, which ends with this one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "book.json"
    path.write_text(json.dumps(book))
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "csmdesk.sandbox", "--book", str(path), "--state"),
            *(str(folder), "--with-parent", *arguments),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "CSMDESK_SANDBOX_TOKEN": TOKEN},
    )
    assert process.stdout is not None
    assert process.stdin is not None
    url = process.stdout.readline().strip()
    running = Sandbox(url, folder)
    try:
        yield running, process
    finally:
        running.close()
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
