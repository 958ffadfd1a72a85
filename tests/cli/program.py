"""Running the command line in a test: arguments in, exit code and both streams out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from csmdesk.cli.main import run

MONDAY = "2026-03-09T08:30:00+01:00"
"""The instant the tests of the command line live in."""

BOOK: Mapping[str, Any] = {
    "format": "csmdesk-book",
    "version": 1,
    "timezone": "Europe/Berlin",
    "base_currency": "USD",
    "me": "U-1",
    "users": [{"id": "U-1", "name": "Mia Berg", "email": "mia@example.com"}],
    "accounts": [
        {"id": "A-1", "name": "Acme Corp", "owner_id": "U-1", "start_on": "2023-04-12"},
        {"id": "A-2", "name": "Acme Labs", "owner_id": "U-1", "start_on": "2024-01-01"},
        {"id": "A-3", "name": "Café Zürich", "owner_id": "U-1", "start_on": "2024-01-01"},
    ],
    "subscriptions": [
        {
            "id": "S-1",
            "account_id": "A-1",
            "arr": "120000",
            "start_on": "2025-04-12",
            "term_months": 12,
            "auto_renew": True,
            "notice_days": 30,
            "status": "active",
        }
    ],
    "contacts": [
        {"id": "C-1", "account_id": "A-1", "name": "Ana Silva", "roles": ["champion"]},
        {"id": "C-2", "account_id": "A-1", "name": "Raj Patel"},
        {"id": "C-3", "account_id": "A-1", "name": "Raj Mehta"},
    ],
    "touchpoints": [
        {
            "id": "T-1",
            "account_id": "A-1",
            "type": "call",
            "at": "2026-02-20T10:00:00+01:00",
            "minutes": 30,
            "attendee_ids": ["C-1"],
            "text": "SSO blocks the rollout",
            "next_steps": [
                {"id": "N-1", "text": "send the SSO plan", "side": "us", "due_on": "2026-03-05"}
            ],
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What was printed, read as JSON."""
        return json.loads(self.out)


class Program:
    """The command line on a store of its own."""

    def __init__(self, capture: pytest.CaptureFixture[str], folder: Path) -> None:
        self.store = folder / "store.db"
        self.folder = folder
        self._capture = capture

    def __call__(self, *arguments: str, store: Path | None = None) -> Outcome:
        """Run one command line; `--store` is put before it."""
        return self.bare("--store", str(store or self.store), *arguments)

    def bare(self, *arguments: str) -> Outcome:
        """Run one command line exactly as given."""
        self._capture.readouterr()
        code = run(arguments)
        captured = self._capture.readouterr()
        return Outcome(code, captured.out, captured.err)

    def with_book(self, *changes: Mapping[str, Any]) -> "Program":
        """Import the book of the tests, changed key by key, and return the program."""
        self.load({**BOOK, **{key: value for change in changes for key, value in change.items()}})
        return self

    def load(self, book: Mapping[str, Any], name: str = "book.json") -> Outcome:
        """Write a book to a file and import it."""
        file = self.write(name, json.dumps(book))
        return self("import", str(file), "--as-of", MONDAY)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file beside the store."""
        file = self.folder / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return file


def is_one_error(outcome: Outcome, *words: str) -> bool:
    """Tell whether a run failed as it should: nothing on stdout, one line that says it."""
    lines = outcome.err.splitlines()
    return (
        outcome.out == ""
        and len(lines) == 1
        and lines[0].startswith("error: ")
        and "Traceback" not in outcome.err
        and all(word in lines[0] for word in words)
    )
