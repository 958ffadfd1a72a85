"""The CRMs a store is tied to, read without the ORM."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from csmdesk.store.encoding import decode_instant, instant

LONGEST_LEASE = timedelta(hours=1)
"""What ends later than this from now is no lease."""

CONNECTION_SQL = """\
SELECT key, crm, base_url, portal_name, owner_email, owner_remote_id, scope, field_map,
       capabilities, token_place, time_zone, paused_reason, paused_until, last_synced_at
FROM connections WHERE key = ?"""
KEYS_SQL = "SELECT key FROM connections ORDER BY created_at, key"
LEASE_SQL = "SELECT owner, until FROM leases WHERE connection = ?"
LATEST_RUN_SQL = """\
SELECT started_at, ended_at, outcome, report FROM sync_runs
WHERE connection = ? ORDER BY rowid DESC LIMIT 1"""
STATES_SQL = "SELECT state, count(*) FROM outbox WHERE connection = ? GROUP BY state"
CONFLICTS_SQL = "SELECT count(*) FROM conflicts WHERE connection = ? AND settled_at IS NULL"
UNREADABLE_SQL = """\
SELECT object_type, remote_id, reason, seen_at FROM quarantine
WHERE connection = ? ORDER BY seen_at, object_type, remote_id"""
QUARANTINED_SQL = "SELECT count(*) FROM quarantine WHERE connection = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredConnection:
    """A connection as it is kept. `field_map` and `capabilities` are decoded JSON."""

    key: str
    crm: str
    base_url: str
    portal_name: str | None
    owner_email: str | None
    owner_remote_id: str | None
    scope: str
    field_map: Mapping[str, Any]
    capabilities: Mapping[str, Any]
    token_place: str
    time_zone: str | None
    paused_reason: str | None
    paused_until: datetime | None
    last_synced_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who is syncing, and until when that is believed."""

    owner: str
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Return whether its holder is believed to be at it.

        One that ends long after any lease could was written by a clock that was wrong.
        """
        return now < self.until <= now + LONGEST_LEASE


def connection_keys(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the keys of all connections, the oldest first."""
    return tuple(row[0] for row in connection.execute(KEYS_SQL))


def stored_connection(connection: sqlite3.Connection, key: str) -> StoredConnection | None:
    """Return a connection, or `None` if the store is not tied to it."""
    row = connection.execute(CONNECTION_SQL, (key,)).fetchone()
    if row is None:
        return None
    return StoredConnection(
        key=row[0],
        crm=row[1],
        base_url=row[2],
        portal_name=row[3],
        owner_email=row[4],
        owner_remote_id=row[5],
        scope=row[6],
        field_map=json.loads(row[7]),
        capabilities=json.loads(row[8]),
        token_place=row[9],
        time_zone=row[10],
        paused_reason=row[11],
        paused_until=decode_instant(row[12]),
        last_synced_at=decode_instant(row[13]),
    )


def lease(connection: sqlite3.Connection, key: str) -> Lease | None:
    """Return who syncs a connection, if anybody said so."""
    row = connection.execute(LEASE_SQL, (key,)).fetchone()
    until = decode_instant(row[1]) if row is not None else None
    return Lease(row[0], until) if until is not None else None


def outbox_states(connection: sqlite3.Connection, key: str) -> dict[str, int]:
    """Return how many operations of a connection are in each state."""
    return dict(connection.execute(STATES_SQL, (key,)).fetchall())


def open_conflicts(connection: sqlite3.Connection, key: str) -> int:
    """Return how many conflicts wait for the user."""
    return int(connection.execute(CONFLICTS_SQL, (key,)).fetchone()[0])


def quarantined(connection: sqlite3.Connection, key: str) -> int:
    """Return how many records could not be read."""
    return int(connection.execute(QUARANTINED_SQL, (key,)).fetchone()[0])


class Unreadable(NamedTuple):
    """A record that could not be read. `since`: when that was found."""

    object_type: str
    remote_id: str
    reason: str
    since: datetime


def unreadable(connection: sqlite3.Connection, key: str) -> tuple[Unreadable, ...]:
    """Return the records that could not be read, the longest known first."""
    return tuple(
        Unreadable(kind, remote_id, reason, instant(since))
        for kind, remote_id, reason, since in connection.execute(UNREADABLE_SQL, (key,))
    )


def latest_outcome(connection: sqlite3.Connection, key: str) -> tuple[str, str] | None:
    """Return outcome and report of the latest sync that ended."""
    row = connection.execute(LATEST_RUN_SQL, (key,)).fetchone()
    return None if row is None or row[2] is None else (row[2], row[3])
