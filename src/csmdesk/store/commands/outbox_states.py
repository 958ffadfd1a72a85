"""Moving an operation from state to state. Each function is one step, in the caller's transaction.

A claim is committed before the request leaves; a result is only written by whoever holds the
claim. Nothing is ever deleted here.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from csmdesk.store.encoding import encode_instant, encode_json, instant_text, sha256

LEASE: Final = timedelta(seconds=120)
"""How long a claim is believed when nobody says anything more."""

CLAIM_SQL: Final = (
    "UPDATE outbox SET state = 'sending', lease_owner = ?, lease_until = ?, sent_at = ?,"
    " key_made = CASE WHEN tier IS NULL THEN ? ELSE key_made END, tier = coalesce(tier, ?)"
    " WHERE op_id = ? AND state = 'pending'"
)
SETTLE_SQL: Final = (
    "UPDATE outbox SET state = ?, remote_id = coalesce(?, remote_id), not_before = ?,"
    " attempts = attempts + ?, lookups = ?, last_error_class = ?, last_error = ?, done_at = ?,"
    " lease_owner = NULL, lease_until = NULL, tier = CASE WHEN ? THEN ? ELSE tier END"
    " WHERE op_id = ? AND (lease_owner = ? OR (lease_owner IS NULL AND state = 'uncertain'))"
)
DOUBT_SQL: Final = (
    "UPDATE outbox SET state = 'uncertain', not_before = ?, lookups = 0, lease_owner = NULL,"
    " lease_until = NULL, attempts = attempts + 1, last_error_class = 'interrupted',"
    " last_error = 'csmdesk ended while it was being sent.'"
    " WHERE op_id = ? AND state = 'sending'"
)
COPIED_SQL: Final = (
    # The other one sends what was never sent from here as this one would have.
    "UPDATE outbox SET key_made = CASE WHEN tier IS NULL AND kind = 'create' THEN"
    " (SELECT json_extract(c.capabilities, '$.keys.' || object_type) FROM connections AS c"
    " WHERE c.key = connection) ELSE key_made END,"
    " tier = CASE WHEN tier IS NULL AND kind = 'create' THEN"
    " (SELECT json_extract(c.capabilities, '$.tiers.' || object_type) FROM connections AS c"
    " WHERE c.key = connection) ELSE tier END,"
    " state = 'uncertain', sent_at = coalesce(sent_at, ?), not_before = NULL,"
    " lookups = 0, lease_owner = NULL, lease_until = NULL, last_error_class = 'copied',"
    " last_error = 'The store is a copy: the other one may have sent it.'"
    " WHERE connection = ? AND state IN ('pending', 'sending', 'uncertain', 'failed')"
)
CANCEL_WITH_SQL: Final = (
    "UPDATE outbox SET state = 'cancelled', done_at = ? WHERE state = 'pending' AND depends_on IN"
    " (SELECT op_id FROM outbox WHERE state = 'cancelled')"
)
UNSENT_TEXTS_SQL: Final = (
    "UPDATE field_edits SET settled_at = ? WHERE settled_at IS NULL AND entity = 'touchpoint'"
    " AND op_id IN (SELECT op_id FROM outbox WHERE state = 'cancelled' AND depends_on IS NOT NULL)"
)
SENT_LINK_SQL: Final = (
    "INSERT INTO remote_links (connection, object_type, remote_id, entity, local_id, alias_of,"
    " origin, state, fingerprint, modified_at, whole, seen_at)"
    " VALUES (?, ?, ?, ?, ?, NULL, 'push', 'active', NULL, NULL, 0, ?)"
    " ON CONFLICT (connection, object_type, remote_id) DO UPDATE SET origin = 'push',"
    " entity = excluded.entity, local_id = excluded.local_id, state = 'active'"
)
NOT_OURS_SQL: Final = (
    "UPDATE activities SET state = 'gone' WHERE id IN (SELECT local_id FROM remote_links"
    " WHERE connection = ? AND object_type = ? AND remote_id = ? AND origin = 'pull')"
)
NOT_A_TASK_SQL: Final = (
    "UPDATE tasks SET state = 'gone' WHERE ?2 = 'task' AND id IN (SELECT local_id FROM remote_links"
    " WHERE connection = ?1 AND object_type = ?2 AND remote_id = ?3 AND origin = 'pull')"
)

GIVE_BACK_SQL: Final = (
    "UPDATE remote_links SET origin = 'pull', entity = ?, local_id = ?, fingerprint = NULL,"
    " modified_at = NULL WHERE connection = ? AND object_type = ? AND remote_id = ?"
)
SEEN_AGAIN_SQL: Final = "UPDATE activities SET state = 'active' WHERE id = ? AND state = 'gone'"
TASK_AGAIN_SQL: Final = "UPDATE tasks SET state = 'active' WHERE id = ? AND state = 'gone'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of an operation, as it is written.

    Attributes:
        unsent: nothing of this sending can have arrived.
        tier: how it was sent before, if that may have arrived; of use if this has not.
    """

    op_id: str
    state: str
    remote_id: str | None
    not_before: datetime | None
    charged: bool
    lookups: int
    error_class: str | None
    error: str | None
    unsent: bool = False
    tier: str | None = None


def claim(
    connection: sqlite3.Connection,
    op_ids: Iterable[str],
    owner: str,
    now: datetime,
    *,
    tier: str | None = None,
    key_made: str | None = None,
) -> tuple[str, ...]:
    """Claim pending operations for sending; return those that were still free.

    How a creation is sent is written down with the claim, and stays: what may have arrived like
    that can only be looked for like that, whatever the CRM can do by then.

    Args:
        connection: in a writing transaction.
        op_ids: which.
        owner: who claims.
        now: when.
        tier: how creations of the type are sent at present; none for other kinds.
        key_made: which unique property they carry, if any.
    """
    until = instant_text(now + LEASE)
    sent = instant_text(now)
    claimed = []
    for op_id in op_ids:
        found = connection.execute(CLAIM_SQL, (owner, until, sent, key_made, tier, op_id))
        if found.rowcount:
            claimed.append(op_id)
    return tuple(claimed)


def settle(connection: sqlite3.Connection, result: Result, owner: str, now: datetime) -> bool:
    """Write what became of an operation; `False` if somebody else has taken it over."""
    done = instant_text(now) if result.state in ("done", "cancelled") else None
    found = connection.execute(
        SETTLE_SQL,
        (
            result.state,
            result.remote_id,
            encode_instant(result.not_before),
            int(result.charged),
            result.lookups,
            result.error_class,
            result.error,
            done,
            result.unsent,
            result.tier,
            result.op_id,
            owner,
        ),
    )
    return found.rowcount > 0


def note_sent_record(
    connection: sqlite3.Connection,
    key: str,
    object_type: str,
    remote_id: str,
    entity: str,
    local_id: str,
    now: datetime,
) -> None:
    """Note that a remote record is one we made, so that it never comes back as another one."""
    connection.execute(NOT_OURS_SQL, (key, object_type, remote_id))
    connection.execute(NOT_A_TASK_SQL, (key, object_type, remote_id))
    connection.execute(
        SENT_LINK_SQL, (key, object_type, remote_id, entity, local_id, instant_text(now))
    )


def doubt_all(
    connection: sqlite3.Connection, op_ids: Iterable[str], not_before: datetime | None
) -> int:
    """Put operations that were on their way into doubt: nobody knows whether they arrived."""
    before = connection.total_changes
    connection.executemany(DOUBT_SQL, [(encode_instant(not_before), op_id) for op_id in op_ids])
    return connection.total_changes - before


def doubt_after_copy(connection: sqlite3.Connection, key: str, now: datetime) -> int:
    """Put everything that is not settled into doubt: another copy of the store may have sent it.

    Returns:
        how many operations that were.
    """
    return connection.execute(COPIED_SQL, (instant_text(now), key)).rowcount


def cancel_orphans(connection: sqlite3.Connection, now: datetime) -> None:
    """Cancel what depends on something cancelled; a text that nobody sends any more stays here."""
    at = instant_text(now)
    while connection.execute(CANCEL_WITH_SQL, (at,)).rowcount:
        connection.execute(UNSENT_TEXTS_SQL, (at,))


def retry(connection: sqlite3.Connection, op_id: str) -> bool:
    """Send again at once what failed or waits; the caller knows that it may be sent."""
    found = connection.execute(
        "UPDATE outbox SET state = 'pending', not_before = NULL, lookups = 0, attempts = 0,"
        " tier = CASE last_error_class WHEN 'unknowable' THEN NULL ELSE tier END,"
        " last_error = NULL, last_error_class = CASE WHEN last_error_class IN"
        " ('refused', 'not_sent', 'unanswered') THEN last_error_class END"
        " WHERE op_id = ? AND state IN ('failed', 'pending')",
        (op_id,),
    )
    return found.rowcount > 0


def look_again(connection: sqlite3.Connection, op_id: str) -> bool:
    """Let the next sync look for an operation that may have arrived, before anything is sent.

    What was found out so far of one in doubt still counts; one that was given up starts anew.
    """
    found = connection.execute(
        "UPDATE outbox SET not_before = NULL,"
        " lookups = CASE state WHEN 'uncertain' THEN lookups ELSE 0 END,"
        " attempts = CASE state WHEN 'uncertain' THEN attempts ELSE 1 END,"
        " state = 'uncertain' WHERE op_id = ? AND state IN ('failed', 'uncertain')",
        (op_id,),
    )
    return found.rowcount > 0


def cancel(connection: sqlite3.Connection, op_id: str, now: datetime) -> bool:
    """Give up an operation that is not on its way, and what depends on it."""
    found = connection.execute(
        "UPDATE outbox SET state = 'cancelled', done_at = ?"
        " WHERE op_id = ? AND state IN ('pending', 'failed', 'uncertain', 'conflict')",
        (instant_text(now), op_id),
    )
    cancel_orphans(connection, now)
    return found.rowcount > 0


def link(
    connection: sqlite3.Connection, op_id: str, remote_id: str, now: datetime, *, ours: bool
) -> bool:
    """Settle a creation that the user found at the CRM; `ours` if the record is our own work."""
    row = connection.execute(
        "SELECT connection, object_type, entity, local_id FROM outbox"
        " WHERE op_id = ? AND kind = 'create' AND state IN ('failed', 'uncertain', 'pending')",
        (op_id,),
    ).fetchone()
    if row is None:
        return False
    connection.execute(
        "UPDATE outbox SET state = 'done', remote_id = ?, done_at = ?, linked_at = ?,"
        " last_error = NULL, last_error_class = NULL WHERE op_id = ?",
        (remote_id, instant_text(now), None if ours else instant_text(now), op_id),
    )
    key, object_type, entity, local_id = row
    note_sent_record(connection, key, object_type, remote_id, entity, local_id, now)
    return True


def give_back(
    connection: sqlite3.Connection, key: str, object_type: str, remote_id: str, local_id: str
) -> None:
    """Let a record that was linked with something of ours be what it was: one of the CRM's own.

    Args:
        connection: in a writing transaction.
        key: the connection to the CRM.
        object_type: the record's type.
        remote_id: its id there.
        local_id: its id here, as a record that was pulled.
    """
    entity = {"meeting": "meeting", "task": "task"}.get(object_type, "activity")
    connection.execute(GIVE_BACK_SQL, (entity, local_id, key, object_type, remote_id))
    for sql in (SEEN_AGAIN_SQL, TASK_AGAIN_SQL):
        connection.execute(sql, (local_id,))


def rewrite(
    connection: sqlite3.Connection,
    op_id: str,
    payload: object,
    *,
    base: object = None,
    summary: str | None = None,
) -> bool:
    """Change what an operation says, as long as nothing of it can have arrived.

    Args:
        connection: inside a writing transaction.
        op_id: the operation.
        payload: what it says from now on.
        base: what the fields it changes are at the CRM; nothing leaves that as it is.
        summary: what it is about, in words; nothing leaves that as it is.
    """
    written = encode_json(payload)
    found = connection.execute(
        "UPDATE outbox SET payload = ?, payload_sha256 = ?, base = coalesce(?, base),"
        " summary = coalesce(?, summary), state = 'pending', not_before = NULL,"
        " last_error = NULL, last_error_class = NULL"
        " WHERE op_id = ? AND state IN ('pending', 'failed')"
        " AND (sent_at IS NULL OR last_error_class IN ('refused', 'not_sent'))",
        (written, sha256(written), None if base is None else encode_json(base), summary, op_id),
    )
    return found.rowcount > 0
