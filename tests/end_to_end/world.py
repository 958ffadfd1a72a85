"""What the end-to-end tests set up and ask: the program, an embedded CRM, the vendor's client."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import hubspot
from tests.end_to_end.terminal import Terminal

TOKEN = "pat-na1-end-to-end"
PROGRAM = (sys.executable, "-m", "csmdesk")
PATIENCE = 60.0


def environment(**more: str) -> dict[str, str]:
    """Return the environment of the test with what is added to it."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **more}


def run(*arguments: str, env: Mapping[str, str] | None = None, expect: int = 0) -> str:
    """Run one command line and return what it printed."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        env=env or environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == expect, done.stderr
    return done.stdout


def document(*arguments: str, env: Mapping[str, str] | None = None) -> Any:
    """Run one command line and return the document it printed."""
    return json.loads(run(*arguments, "--json", env=env))


@contextmanager
def workbench(
    *arguments: str, env: Mapping[str, str] | None = None, columns: int = 120, rows: int = 36
) -> Iterator[Terminal]:
    """Open the workbench on a terminal and wait for the agenda."""
    command = [*PROGRAM, *arguments]
    with Terminal(command, env=env or environment(), columns=columns, rows=rows) as terminal:
        terminal.wait_for(" l log", " Account ")
        yield terminal


@contextmanager
def crm(state: Path, book: Path, port: int = 0) -> Iterator[str]:
    """Serve an embedded CRM as a process of its own; give its base URL."""
    command = [*PROGRAM, "sandbox", f"--port={port}", f"--book={book}", f"--state={state}"]
    child = subprocess.Popen(
        command,
        env=environment(CSMDESK_SANDBOX_TOKEN=TOKEN),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    try:
        url = child.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), url
        yield url
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()


def vendor(url: str) -> Any:
    """Return the vendor's own client, pointed at an embedded CRM."""
    return hubspot.Client(access_token=TOKEN, host=url)


def calls_with(client: Any, text: str) -> list[Any]:
    """Return every call at the CRM whose text holds some words, with what it hangs on."""
    found: list[Any] = []
    after = None
    while True:
        page = client.crm.objects.calls.basic_api.get_page(
            limit=100,
            after=after,
            properties=["hs_call_body", "hs_call_duration", "hs_timestamp", "hs_call_title"],
            associations=["companies", "contacts"],
        )
        found += [one for one in page.results if text in (one.properties["hs_call_body"] or "")]
        if page.paging is None:
            return found
        after = page.paging.next.after


def linked(call: Any, kind: str) -> set[str]:
    """Return the ids of the records of a kind that a call is associated with."""
    found = (call.associations or {}).get(kind)
    return {each.id for each in found.results} if found else set()


def names(client: Any, call: Any) -> tuple[set[str], set[str]]:
    """Return the names of the companies and of the people a call is associated with."""
    companies = {
        client.crm.companies.basic_api.get_by_id(id_, properties=["name"]).properties["name"]
        for id_ in linked(call, "companies")
    }
    people = set()
    for id_ in linked(call, "contacts"):
        found = client.crm.contacts.basic_api.get_by_id(id_, properties=["firstname", "lastname"])
        parts = (found.properties.get("firstname"), found.properties.get("lastname"))
        people.add(" ".join(filter(None, parts)))
    return companies, people


def at(call: Any) -> datetime:
    """Return when a call began, as the CRM has it."""
    return datetime.fromisoformat(call.properties["hs_timestamp"])


def effects(state: Path) -> list[dict[str, Any]]:
    """Return what the CRM's own log says was done to it."""
    lines = (state / "effects.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def wait_for(what: Callable[[], bool], why: str) -> None:
    """Wait until something outside the screen has happened."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, f"never: {why}"
        time.sleep(0.02)


def rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    """Read a store beside the program that has it open."""
    connection = sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def two_people(store: Path, account: str) -> tuple[str, str]:
    """Return two people of an account whom a log line names without doubt."""
    view = document("--store", str(store), "account", account)
    people = [one["name"] for one in view["contacts"] if one.get("status") != "left"]
    return people[0], people[1]
