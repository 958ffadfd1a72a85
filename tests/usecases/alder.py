"""A book of one account, Alder, with something of every kind that a word can close."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.builders import World
from tests.storing import stored

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.usecases.workspace import Workspace

NOW = datetime.fromisoformat("2026-03-16T09:00:00+01:00")
TODAY = date(2026, 3, 16)
BOOK: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "accounts": [{"id": "a", "name": "Alder", "segment": "mid"}],
    "subscriptions": [
        {"id": "S", "account_id": "a", "arr": 50000, "start_on": "2024-01-01", "status": "active",
         "term_end": "2026-04-15", "auto_renew": False}
    ],
    "touchpoints": [
        {"id": "T", "account_id": "a", "type": "qbr", "at": "2026-03-10T10:00:00+01:00",
         "next_steps": [{"id": "N-us", "text": "Send it", "side": "us", "due_on": "2026-03-17"},
                        {"id": "N-them", "text": "Sign it", "side": "them",
                         "due_on": "2026-03-10"}]}
    ],
    "tasks": [{"id": "K", "account_id": "a", "title": "Ring", "due_on": "2026-03-17"}],
    "meetings": [
        {"id": "R", "account_id": "a", "kind": "qbr", "title": "Review", "prep": "started",
         "start": "2026-03-18T10:00:00+01:00", "end": "2026-03-18T11:00:00+01:00"},
        {"id": "M", "account_id": "a", "kind": "call", "title": "Call",
         "start": "2026-03-17T10:00:00+01:00", "end": "2026-03-17T11:00:00+01:00"},
    ],
}  # fmt: skip


def alder(folder: Path) -> Workspace:
    """Store the book, and open it at nine in the morning."""
    world = World(BOOK)
    return Workspace(stored(folder / "store.db", world), FixedClock(NOW), Config(), world.zone)
