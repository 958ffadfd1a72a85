"""A small world to log touches in: Acme with three contacts, perhaps tied to a CRM."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.rows import put

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.store.database import Store, open_store
from csmdesk.store.tables.authored import StakeholderRow
from csmdesk.store.tables.book import BookInfoRow, HolidayRow
from csmdesk.store.tables.machinery import ConnectionRow, RemoteLinkRow
from csmdesk.store.tables.mirror import AccountRow, ContactRow, MeetingRow, UserRow
from csmdesk.usecases.workspace import Workspace

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 10, 31, tzinfo=BERLIN)
PORTAL = "hubspot:1"


def numbered(word: str = "id") -> Callable[[], str]:
    """Make ids that can be foretold: id-1, id-2, …"""
    numbers = count(1)
    return lambda: f"{word}-{next(numbers)}"


def workspace_on(store: Store) -> Workspace:
    return Workspace(store=store, clock=FixedClock(NOW), config=Config(), zone=BERLIN)


def acme(folder: Path, *, linked: bool = False) -> Workspace:
    """Make the world: Ana Silva, Raj Patel, and Xenia Holt who has left."""
    store = open_store(folder / "book.db")
    with store.writing() as connection:
        put(connection, UserRow(id="me", name="Kim Lee"))
        put(connection, BookInfoRow(id=1, me="me"))
        put(connection, HolidayRow(on="2026-03-10"))
        put(connection, AccountRow(id="acme", name="Acme Corp"))
        put(connection, AccountRow(id="globex", name="Globex"))
        for who, name in (("ana", "Ana Silva"), ("raj", "Raj Patel"), ("xenia", "Xenia Holt")):
            put(connection, ContactRow(id=who, account_id="acme", name=name))
        put(connection, StakeholderRow(contact_id="xenia", status="left"))
        if linked:
            tie(connection)
    return workspace_on(store)


def tie(connection: sqlite3.Connection) -> None:
    """Link Acme and Ana, not Raj, to a CRM."""
    now = NOW.astimezone(UTC).isoformat()
    put(connection, ConnectionRow(key=PORTAL, crm="hubspot", base_url="https://x", created_at=now))
    link(connection, "company", "account", "acme", "77")
    link(connection, "contact", "contact", "ana", "88")


def link(
    connection: sqlite3.Connection, object_type: str, entity: str, local_id: str, remote_id: str
) -> None:
    put(
        connection,
        RemoteLinkRow(
            connection=PORTAL,
            object_type=object_type,
            remote_id=remote_id,
            entity=entity,
            local_id=local_id,
            seen_at="2026-03-01T00:00:00.000000Z",
        ),
    )


def meeting(
    connection: sqlite3.Connection,
    id_: str,
    start: str,
    end: str,
    *,
    kind: str = "meeting",
    status: str = "planned",
    account_id: str = "acme",
) -> None:
    """Put a meeting of Monday 9 March into the calendar; times are Berlin's, such as `10:00`."""
    day = "2026-03-09T"
    put(
        connection,
        MeetingRow(
            id=id_,
            account_id=account_id,
            kind=kind,
            start=_utc(day + start),
            end=_utc(day + end),
            title=id_,
            status=status,
        ),
    )


def _utc(local: str) -> str:
    at = datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
