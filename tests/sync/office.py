"""A csmdesk tied to an embedded CRM over real sockets, with a clock that the test moves."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.sandbox.running import TOKEN, Sandbox, sandbox

from csmdesk.config import Config
from csmdesk.crm.base import Connector
from csmdesk.crm.hubspot.connector import open_hubspot
from csmdesk.crm.limits import RateLimiter
from csmdesk.sandbox.server import Options
from csmdesk.secrets import Secret
from csmdesk.store.database import Store, open_store
from csmdesk.store.queries.connections import stored_connection
from csmdesk.sync.settings import settings_of
from csmdesk.usecases import setup, syncing, touchpoints
from csmdesk.usecases.syncing import SyncReport
from csmdesk.usecases.workspace import Workspace

START = datetime.now(UTC).replace(microsecond=0)
"""Before anything happened."""

ACTIVITIES = ("calls", "meetings", "emails", "notes", "tasks")
"""What is sent, by the CRM's names of it."""

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
        {"id": "A-2", "name": "Birch Medical", "owner_id": "U-1", "domain": "birch.example"},
        {"id": "A-3", "name": "Cedar Foods", "owner_id": "U-2", "domain": "cedar.example"},
    ],
    "subscriptions": [
        {
            "id": "S-1",
            "account_id": "A-1",
            "arr": "48000",
            "currency": "EUR",
            "start_on": "2025-01-01",
            "term_months": 12,
            "auto_renew": True,
            "notice_days": 60,
            "status": "active",
        }
    ],
    "contacts": [
        {"id": "C-1", "account_id": "A-1", "name": "Ana Lima", "email": "ana@alder.example"},
        {"id": "C-2", "account_id": "A-1", "name": "Raj Patel", "email": "raj@alder.example"},
        {"id": "C-3", "account_id": "A-2", "name": "Bo Hall", "title": "CTO"},
        {"id": "C-4", "account_id": "A-3", "name": "Cy Young", "email": "cy@cedar.example"},
    ],
    "touchpoints": [
        {
            "id": "T-1",
            "account_id": "A-1",
            "type": "call",
            "at": "2026-01-12T10:00:00Z",
            "minutes": 20,
            "attendee_ids": ["C-1"],
            "text": "Kick-off went well",
        }
    ],
    "tickets": [
        {
            "id": "K-1",
            "account_id": "A-1",
            "subject": "Export fails",
            "severity": "high",
            "status": "open",
            "opened_at": "2026-02-01T09:00:00Z",
        }
    ],
    "measurements": [
        {"account_id": "A-1", "metric": "active_users", "on": "2026-02-01", "value": 41},
        {"account_id": "A-1", "metric": "active_users", "on": "2026-02-08", "value": 44},
    ],
    "health": [{"account_id": "A-1", "on": "2026-02-08", "score": 71, "source": "crm"}],
}


class MovingClock:
    """A clock that stands still until it is told to move.

    It starts in the present, where the embedded CRM lives.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self.instant = start or datetime.now(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        """The instant it was moved to."""
        return self.instant

    def move(self, **step: float) -> None:
        """Let time pass."""
        self.instant += timedelta(**step)


def fast_limiter() -> RateLimiter:
    """Pacing by a clock that sleeping moves, so that no test ever waits."""
    at = [0.0]

    def sleep(seconds: float) -> None:
        at[0] += seconds

    return RateLimiter(burst=100_000, searches=100_000, monotonic=lambda: at[0], sleep=sleep)


class Desk:
    """One csmdesk: a store, a clock, the way to the CRM."""

    def __init__(self, path: Path, url: str, clock: MovingClock, token: str = TOKEN) -> None:
        self.clock = clock
        self.url = url
        self.token = token
        self.total = 5.0
        self.apart_from: int | None = None
        self.store: Store = open_store(path)
        self.workspace = Workspace(
            store=self.store,
            clock=clock,
            config=Config(),
            zone=ZoneInfo("Europe/Berlin"),
            connect=self._connect,
        )

    def connect(self, **more: Any) -> setup.ConnectReport:
        """Connect as Robin, asking nothing."""
        arguments: dict[str, Any] = {
            "dial": self._dial,
            "token": lambda: Secret(self.token),
            "base_url": self.url,
            "owner_email": "robin@example.com",
            "yes": True,
        }
        return setup.connect_hubspot(self.workspace, **(arguments | more))

    def sync(self, **more: Any) -> SyncReport:
        """Sync once."""
        return syncing.sync(self.workspace, **more)

    def log(self, name: str, line: str) -> touchpoints.Logged:
        """Log a line on the account of that name."""
        return touchpoints.log(self.workspace, self.account(name), line, self.clock.now())

    def account(self, name: str) -> str:
        """The local id of an account."""
        return str(self.one("SELECT id FROM accounts WHERE name = ?", name))

    def one(self, sql: str, *values: object) -> Any:
        """The single value of a query."""
        with self.store.reading() as connection:
            row = connection.execute(sql, values).fetchone()
            return None if row is None else row[0]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.store.reading() as connection:
            return [tuple(row) for row in connection.execute(sql, values)]

    def states(self) -> list[str]:
        """The state of every operation, in order."""
        return [row[0] for row in self.rows("SELECT state FROM outbox ORDER BY seq")]

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def _dial(self, settings: Any, token: Any) -> Connector:
        return open_hubspot(
            settings,
            token,
            limiter=fast_limiter(),
            total=self.total,
            sleep=lambda _: None,
            apart_from=self.apart_from,
        )

    def _connect(self, key: str) -> Connector:
        with self.store.reading() as reading:
            stored = stored_connection(reading, key)
        assert stored is not None
        return self._dial(settings_of(stored), lambda: Secret(self.token))


@contextmanager
def office(
    folder: Path, book: Mapping[str, Any] = BOOK, options: Options | None = None
) -> Iterator[tuple[Sandbox, Desk]]:
    """An embedded CRM, and a csmdesk connected to it that has pulled once."""
    quick = options or Options(per_ten_seconds=1_000_000, searches_per_second=1_000_000)
    with sandbox(folder / "crm", book, quick) as crm:
        # As late as it is at the CRM, however long the tests have been running.
        now = crm.crm.clock().replace(microsecond=0)
        desk = Desk(folder / "desk.db", crm.url, MovingClock(now))
        try:
            desk.connect()
            yield crm, desk
        finally:
            desk.close()


def effects_of(crm: Sandbox, kind: str) -> list[dict[str, Any]]:
    """What was done to records of a plural type, as the CRM's own log has it."""
    return [each for each in crm.effects() if each.get("type") == kind]


def without_keys(crm: Sandbox, desk: Desk) -> None:
    """Take the unique property away, as in a portal whose admin has not made it."""
    for kind in ACTIVITIES:
        crm.ask("DELETE", f"/crm/properties/2026-09/{kind}/csmdesk_key")
    desk.connect()


def make_keys(crm: Sandbox, *kinds: str) -> None:
    """Let the admin make the unique property, of all types or of these."""
    for kind in kinds or ACTIVITIES:
        definition = {
            "name": "csmdesk_key",
            "label": "csmdesk key",
            "type": "string",
            "fieldType": "text",
            "groupName": "activity",
            "hasUniqueValue": True,
        }
        crm.ask("POST", f"/crm/properties/2026-09/{kind}", definition, expect=201)


def with_keys(crm: Sandbox, desk: Desk) -> None:
    """Let the admin make the unique property where it is missing, and connect again."""
    make_keys(crm)
    desk.connect()
