"""Stores filled the way a user fills them: a book file, imported by the command."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench.books import book
from bench.settings import Settings, csmdesk


def book_file(
    settings: Settings, accounts: int, touches_each: int = 10, *, now: datetime | None = None
) -> Path:
    """Write a book of so many accounts, dated around now; return the file."""
    file = settings.folder / f"book-{accounts}.json"
    if not file.exists():
        document = book(accounts, touches_each, now=now or datetime.now(UTC))
        file.write_text(json.dumps(document), "utf-8")
    return file


def filled_store(settings: Settings, accounts: int, touches_each: int = 10) -> Path:
    """Return a store of so many accounts, without a connection."""
    store = settings.folder / f"store-{accounts}.db"
    if not store.exists():
        source = book_file(settings, accounts, touches_each)
        subprocess.run(
            csmdesk("--store", str(store), "import", str(source)),
            env=settings.environment(),
            check=True,
            capture_output=True,
        )
    return store
