"""Writing what a sync finds out: links, cursors, quarantine, merges, the run log."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from csmdesk.store.encoding import encode_instant, encode_json, instant_text

LINK_SQL: Final = (
    "INSERT INTO remote_links (connection, object_type, remote_id, entity, local_id, alias_of,"
    " origin, state, fingerprint, modified_at, whole, seen_at)"
    " VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, 0, ?)"
    " ON CONFLICT (connection, object_type, remote_id) DO UPDATE SET entity = excluded.entity,"
    " local_id = excluded.local_id, alias_of = NULL, origin = excluded.origin,"
    " state = excluded.state, fingerprint = excluded.fingerprint,"
    " modified_at = excluded.modified_at, seen_at = excluded.seen_at"
)
WHOLE_SQL: Final = (
    "UPDATE remote_links SET whole = 1"
    " WHERE connection = ? AND object_type = 'company' AND remote_id = ?"
)
CURSOR_SQL: Final = (
    "INSERT OR REPLACE INTO cursors (connection, object_type, query_hash, high_water, last_id,"
    " page_token, page_no, window_start, state, updated_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
QUARANTINE_SQL: Final = (
    "INSERT INTO quarantine (connection, object_type, remote_id, raw, reason, seen_at)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (connection, object_type, remote_id)"
    " DO UPDATE SET raw = excluded.raw, reason = excluded.reason"
)
CURED_SQL: Final = (
    "DELETE FROM quarantine WHERE connection = ? AND object_type = ? AND remote_id = ?"
)
STATE_SQL: Final = (
    "UPDATE remote_links SET state = ?, seen_at = ?"
    " WHERE connection = ? AND object_type = ? AND remote_id = ?"
)
ARRIVED_SQL: Final = (
    "UPDATE outbox SET state = 'done', remote_id = ?, done_at = ?, lease_owner = NULL,"
    " lease_until = NULL, last_error = NULL, last_error_class = NULL"
    " WHERE op_id = ? AND state IN ('pending', 'uncertain', 'failed')"
)
TWICE_SQL: Final = (
    "INSERT OR IGNORE INTO conflicts (id, connection, entity, local_id, field, base, local, remote,"
    " found_at) VALUES (?, ?, ?, ?, 'duplicate', ?, ?, ?, ?)"
)


class LinkRow(NamedTuple):
    """A link as it is written, in the order of `LINK_SQL`. A tuple, for there are so many."""

    object_type: str
    remote_id: str
    entity: str
    local_id: str
    origin: str
    state: str
    fingerprint: str | None
    modified_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorValues:
    """A cursor as it is written."""

    object_type: str
    query_hash: str
    high_water: datetime | None
    last_id: str | None
    page_token: str | None
    page_no: int
    window_start: datetime | None
    state: str


def write_links(
    connection: sqlite3.Connection, key: str, links: Iterable[LinkRow], now: datetime
) -> None:
    """Note which remote record is which here; a record that was set aside is cured by it."""
    seen = instant_text(now)
    connection.executemany(LINK_SQL, [(key, *row, seen) for row in links])


def cure(
    connection: sqlite3.Connection, key: str, object_type: str, remote_ids: Iterable[str]
) -> None:
    """Take records out of quarantine that can be read now."""
    connection.executemany(CURED_SQL, [(key, object_type, each) for each in remote_ids])


def mark_whole(connection: sqlite3.Connection, key: str, remote_ids: Sequence[str]) -> None:
    """Note companies everything of which has been read."""
    connection.executemany(WHOLE_SQL, [(key, each) for each in remote_ids])


def mark_link(
    connection: sqlite3.Connection,
    key: str,
    object_type: str,
    remote_id: str,
    state: str,
    now: datetime,
) -> None:
    """Note how a remote record fares."""
    connection.execute(STATE_SQL, (state, instant_text(now), key, object_type, remote_id))


def write_cursor(
    connection: sqlite3.Connection, key: str, cursor: CursorValues, now: datetime
) -> None:
    """Note how far a walk has come; in the transaction that writes what it walked over."""
    connection.execute(
        CURSOR_SQL,
        (
            key,
            cursor.object_type,
            cursor.query_hash,
            encode_instant(cursor.high_water),
            cursor.last_id,
            cursor.page_token,
            cursor.page_no,
            encode_instant(cursor.window_start),
            cursor.state,
            instant_text(now),
        ),
    )


def quarantine(
    connection: sqlite3.Connection,
    key: str,
    found: Iterable[tuple[str, str, str, str]],
    now: datetime,
) -> None:
    """Set aside records that could not be read: type, remote id, raw text, reason.

    What is set aside already keeps its date.
    """
    seen = instant_text(now)
    connection.executemany(QUARANTINE_SQL, [(key, *each, seen) for each in found])


def settle_arrived(
    connection: sqlite3.Connection, found: Iterable[tuple[str, str]], now: datetime
) -> None:
    """Settle operations whose records came back in a pull: pairs of operation and remote id."""
    connection.executemany(
        ARRIVED_SQL, [(remote_id, instant_text(now), op_id) for op_id, remote_id in found]
    )


def note_twice(
    connection: sqlite3.Connection,
    key: str,
    found: Iterable[tuple[str, str, str, str, str]],
    now: datetime,
) -> None:
    """Note creations that are at the CRM twice.

    Each is operation, entity and local id of what was sent, kept and other remote id.
    """
    connection.executemany(
        TWICE_SQL,
        [
            (f"duplicate:{op_id}:{other}", key, kind, local, op_id, kept, other, instant_text(now))
            for op_id, kind, local, kept, other in found
        ],
    )


def begin_run(
    connection: sqlite3.Connection, run_id: str, key: str, place: str, now: datetime
) -> None:
    """Note that a sync has begun, and of which file."""
    connection.execute(
        "INSERT INTO sync_runs (id, connection, started_at, report) VALUES (?, ?, ?, ?)",
        (run_id, key, instant_text(now), encode_json({"place": place})),
    )


def end_run(
    connection: sqlite3.Connection, run_id: str, outcome: str, report: object, now: datetime
) -> None:
    """Note how a sync ended."""
    connection.execute(
        "UPDATE sync_runs SET ended_at = ?, outcome = ?, report = ? WHERE id = ?",
        (instant_text(now), outcome, encode_json(report), run_id),
    )
