"""What a sync needs to know of the store: cursors, links, and what is written already."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from csmdesk.store.encoding import decode_instant, instant_text

CURSORS_SQL = """\
SELECT object_type, query_hash, high_water, last_id, page_token, page_no, window_start, state
FROM cursors WHERE connection = ?"""
LINKS_SQL = """\
SELECT remote_id, local_id, entity, fingerprint, state, origin, alias_of FROM remote_links
WHERE connection = ? AND object_type = ? AND remote_id IN (SELECT value FROM json_each(?))"""
CURRENT_SQL = """\
SELECT remote_id, modified_at FROM remote_links
WHERE connection = ? AND object_type = ? AND state = 'active'
  AND remote_id IN (SELECT value FROM json_each(?))"""
ACTIVE_IDS_SQL = """\
SELECT remote_id FROM remote_links
WHERE connection = ? AND object_type = ? AND state = 'active' AND alias_of IS NULL"""
LOST_IDS_SQL = """\
SELECT remote_id FROM remote_links
WHERE connection = ? AND object_type = ? AND state IN ('archived', 'gone', 'no_access')"""
OUT_OF_SIGHT_SQL = """\
SELECT remote_id FROM remote_links
WHERE connection = ? AND object_type = ? AND state = 'no_access'"""
NAMES_SQL = "SELECT name FROM accounts WHERE id IN (SELECT value FROM json_each(?))"
WHOLE_SQL = """\
SELECT remote_id FROM remote_links
WHERE connection = ? AND object_type = 'company' AND whole = 1 AND state = 'active'"""
ACCOUNTS_SQL = """\
SELECT l.remote_id, l.local_id FROM remote_links AS l JOIN accounts AS a ON a.id = l.local_id
WHERE l.connection = ? AND l.object_type = 'company'"""
CONTACTS_SQL = """\
SELECT l.remote_id, c.account_id
FROM remote_links AS l JOIN contacts AS c ON c.id = l.local_id
WHERE l.connection = ? AND l.object_type = 'contact'
  AND l.remote_id IN (SELECT value FROM json_each(?))
  AND c.account_id NOT IN (SELECT id FROM accounts WHERE state = 'no_access')"""
LINKED_CONTACTS_SQL = """\
SELECT l.remote_id, l.local_id
FROM remote_links AS l JOIN contacts AS c ON c.id = l.local_id
WHERE l.connection = ? AND l.object_type = 'contact' AND l.local_id <> ? || l.remote_id"""
USERS_SQL = """\
SELECT remote_id, local_id FROM remote_links
WHERE connection = ? AND object_type = 'owner'"""
OWN_SQL = """\
SELECT op_id, local_id, remote_id, state, entity, linked_at IS NOT NULL FROM outbox
WHERE kind = 'create' AND op_id IN (SELECT value FROM json_each(?))"""
LATEST_OWNERS_SQL = """\
SELECT max(updated_at) FROM cursors WHERE connection = ? AND object_type = 'owner'"""
TOUCHED_MEETINGS_SQL = """\
SELECT meeting_id FROM touchpoints
WHERE withdrawn_at IS NULL AND meeting_id IN (SELECT value FROM json_each(?))"""
MEETINGS_SQL = "SELECT id FROM meetings WHERE id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class StoredCursor:
    """How far a walk has come, as kept."""

    object_type: str
    query_hash: str
    high_water: datetime | None
    last_id: str | None
    page_token: str | None
    page_no: int
    window_start: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class StoredLink:
    """Which local record a remote one is, and what it looked like last."""

    local_id: str
    entity: str
    fingerprint: str | None
    state: str
    origin: str
    alias_of: str | None


@dataclass(frozen=True, slots=True)
class OwnOperation:
    """A creation of ours that a remote record carries the key of."""

    local_id: str
    remote_id: str | None
    state: str
    entity: str
    linked: bool


def cursors(connection: sqlite3.Connection, key: str) -> tuple[StoredCursor, ...]:
    """Return all cursors of a connection."""
    return tuple(
        StoredCursor(
            object_type,
            query_hash,
            decode_instant(high_water),
            last_id,
            page_token,
            page_no,
            decode_instant(window_start),
            state,
        )
        for (
            object_type,
            query_hash,
            high_water,
            last_id,
            page_token,
            page_no,
            window_start,
            state,
        ) in connection.execute(CURSORS_SQL, (key,))
    )


def links(
    connection: sqlite3.Connection, key: str, object_type: str, remote_ids: Iterable[str]
) -> dict[str, StoredLink]:
    """Return what is known of remote records, by remote id."""
    rows = connection.execute(LINKS_SQL, (key, object_type, _array(remote_ids)))
    return {row[0]: StoredLink(*row[1:]) for row in rows}


def current(
    connection: sqlite3.Connection, key: str, object_type: str, seen: Mapping[str, datetime]
) -> frozenset[str]:
    """Return which remote ids are held with that very modification date."""
    rows = connection.execute(CURRENT_SQL, (key, object_type, _array(seen)))
    return frozenset(
        remote_id
        for remote_id, modified_at in rows
        if modified_at is not None and modified_at == instant_text(seen[remote_id])
    )


def active_ids(connection: sqlite3.Connection, key: str, object_type: str) -> frozenset[str]:
    """Return the remote ids of a type that are held as active."""
    rows = connection.execute(ACTIVE_IDS_SQL, (key, object_type))
    return frozenset(row[0] for row in rows)


def lost_ids(connection: sqlite3.Connection, key: str, object_type: str) -> frozenset[str]:
    """Return the remote ids of a type that are held as archived, gone or out of sight."""
    rows = connection.execute(LOST_IDS_SQL, (key, object_type))
    return frozenset(row[0] for row in rows)


def out_of_sight(connection: sqlite3.Connection, key: str, object_type: str) -> frozenset[str]:
    """Return the remote ids of a type that are there and not for us to see."""
    rows = connection.execute(OUT_OF_SIGHT_SQL, (key, object_type))
    return frozenset(row[0] for row in rows)


def names_of(connection: sqlite3.Connection, account_ids: Iterable[str]) -> list[str]:
    """Return the names of accounts, whatever their state."""
    rows = connection.execute(NAMES_SQL, (_array(account_ids),))
    return [row[0] for row in rows]


def person_name(connection: sqlite3.Connection, contact_id: str) -> str:
    """Return the name of a person, whatever their state; empty if nobody has the id."""
    row = connection.execute("SELECT name FROM contacts WHERE id = ?", (contact_id,)).fetchone()
    return "" if row is None else str(row[0])


def whole_companies(connection: sqlite3.Connection, key: str) -> frozenset[str]:
    """Return the companies everything of which has been read once."""
    return frozenset(row[0] for row in connection.execute(WHOLE_SQL, (key,)))


def account_links(connection: sqlite3.Connection, key: str) -> dict[str, str]:
    """Return the account's local id by the company's remote id."""
    return dict(connection.execute(ACCOUNTS_SQL, (key,)).fetchall())


def accounts_of_contacts(
    connection: sqlite3.Connection, key: str, remote_ids: Iterable[str]
) -> dict[str, str]:
    """Return the account of these contacts, by remote id."""
    return dict(connection.execute(CONTACTS_SQL, (key, _array(remote_ids))).fetchall())


def linked_contacts(connection: sqlite3.Connection, key: str, own: str) -> dict[str, str]:
    """Return the local id of contacts that have another one than their own, by remote id.

    Args:
        connection: for reading.
        key: the connection.
        own: what a contact's own local id begins with; the remote id ends it.
    """
    return dict(connection.execute(LINKED_CONTACTS_SQL, (key, own)).fetchall())


def user_links(connection: sqlite3.Connection, key: str) -> dict[str, str]:
    """Return the user's local id by the owner's remote id."""
    return dict(connection.execute(USERS_SQL, (key,)).fetchall())


def own_operations(
    connection: sqlite3.Connection, op_ids: Collection[str]
) -> dict[str, OwnOperation]:
    """Return which of these keys are creations of ours."""
    if not op_ids:
        return {}
    if not op_ids:
        return {}
    rows = connection.execute(OWN_SQL, (_array(op_ids),))
    return {
        op_id: OwnOperation(local, remote, state, entity, bool(linked))
        for op_id, local, remote, state, entity, linked in rows
    }


def touched_meetings(connection: sqlite3.Connection, ids: Collection[str]) -> frozenset[str]:
    """Return which of these meetings a touch logged here is the record of."""
    if not ids:
        return frozenset()
    return frozenset(row[0] for row in connection.execute(TOUCHED_MEETINGS_SQL, (_array(ids),)))


def known_meetings(connection: sqlite3.Connection, ids: Collection[str]) -> frozenset[str]:
    """Return which of these meetings are in the calendar already."""
    if not ids:
        return frozenset()
    return frozenset(row[0] for row in connection.execute(MEETINGS_SQL, (_array(ids),)))


def latest_owner_walk(connection: sqlite3.Connection, key: str) -> datetime | None:
    """Return when the users were last read: at the first pull, and at every sweep since."""
    return decode_instant(connection.execute(LATEST_OWNERS_SQL, (key,)).fetchone()[0])


def _array(values: Iterable[str]) -> str:
    return json.dumps(list(values))


A_COPY: Final = "restored"
"""A place no file has: noted of a copy until the user has said that it is the one to use."""


def is_held(connection: sqlite3.Connection, key: str) -> bool:
    """Return whether nothing is sent from this store, for it is a copy with something to send."""
    if last_place(connection, key) != A_COPY:
        return False
    row = connection.execute(
        "SELECT 1 FROM outbox WHERE connection = ? AND state NOT IN ('done', 'cancelled') LIMIT 1",
        (key,),
    ).fetchone()
    return row is not None


def last_place(connection: sqlite3.Connection, key: str) -> str | None:
    """Return which file the latest sync of a connection was of; nothing before the first."""
    row = connection.execute(
        "SELECT json_extract(report, '$.place') FROM sync_runs WHERE connection = ?"
        " AND json_extract(report, '$.place') IS NOT NULL ORDER BY rowid DESC LIMIT 1",
        (key,),
    ).fetchone()
    return None if row is None else str(row[0])


def left_with_account(
    connection: sqlite3.Connection,
    key: str,
    object_type: str,
    remote_ids: Collection[str],
    tables: Iterable[str],
) -> frozenset[str]:
    """Return which of these records hang on an account that left the lists.

    What was sent from here hangs on the account of its touch or shared step.

    Args:
        connection: for reading.
        key: the connection.
        object_type: theirs.
        remote_ids: theirs.
        tables: of the mirror, where records of the type are.
    """
    found: set[str] = set()
    if object_type in ("company", "owner") or not remote_ids:
        return frozenset()
    holders = [*((table, "id") for table in tables), ("touchpoints", "id"), ("shares", "local_id")]
    for table, name in holders:
        query = (
            "SELECT l.remote_id FROM remote_links AS l"  # noqa: S608 # own names
            f" JOIN {table} AS t ON t.{name} = l.local_id"
            " JOIN accounts AS a ON a.id = t.account_id"
            " WHERE l.connection = ? AND l.object_type = ? AND a.state <> 'active'"
            " AND l.remote_id IN (SELECT value FROM json_each(?))"
        )
        rows = connection.execute(query, (key, object_type, _array(remote_ids)))
        found.update(row[0] for row in rows)
    return frozenset(found)


def missing_noted(connection: sqlite3.Connection, key: str) -> dict[str, str]:
    """Return by type what a sweep missed too many of, until that is settled."""
    row = connection.execute(
        "SELECT json_extract(report, '$.missing') FROM sync_runs WHERE connection = ?"
        " AND json_extract(report, '$.missing') IS NOT NULL ORDER BY rowid DESC LIMIT 1",
        (key,),
    ).fetchone()
    return {} if row is None else dict(json.loads(row[0]))
