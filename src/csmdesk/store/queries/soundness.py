"""What `doctor` asks the store: is it sound, which connections are there, what waits."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from csmdesk.store.encoding import decode_instant

ACCOUNTS_SQL = "SELECT count(*) FROM accounts"
CONNECTIONS_SQL = (
    "SELECT key, base_url, portal_name, last_synced_at, paused_reason, paused_until,"
    " token_place"
    " FROM connections ORDER BY key"
)
WAITING_SQL = (
    "SELECT connection, state, count(*) FROM outbox WHERE state NOT IN ('done', 'cancelled')"
    " GROUP BY connection, state ORDER BY state"
)


@dataclass(frozen=True, slots=True)
class ConnectionHealth:
    """A connection and how many operations of each unfinished state wait for it."""

    key: str
    base_url: str
    portal_name: str | None
    last_synced_at: str | None
    paused_reason: str | None
    paused_until: datetime | None
    token_place: str
    waiting: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Soundness:
    """What SQLite says about the file. `verdict` is `ok` or names the damage.

    `orphan` is the table of a row that refers to nothing, if there is one.
    """

    verdict: str
    orphan: str | None
    accounts: int


def soundness(connection: sqlite3.Connection) -> Soundness:
    """Check the pages of the file and every reference in it."""
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    return Soundness(
        verdict=connection.execute("PRAGMA integrity_check(1)").fetchone()[0],
        orphan=orphan[0] if orphan else None,
        accounts=connection.execute(ACCOUNTS_SQL).fetchone()[0],
    )


def connections_health(connection: sqlite3.Connection) -> tuple[ConnectionHealth, ...]:
    """Return every connection of the store."""
    waiting: dict[str, dict[str, int]] = {}
    for key, state, count in connection.execute(WAITING_SQL):
        waiting.setdefault(key, {})[state] = count
    return tuple(
        ConnectionHealth(
            *(*row[:5], decode_instant(row[5]), row[6], MappingProxyType(waiting.get(row[0], {})))
        )
        for row in connection.execute(CONNECTIONS_SQL)
    )
