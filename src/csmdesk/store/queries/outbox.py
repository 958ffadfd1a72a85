"""What waits to be sent, what became of it, and what it needs to be sent. Plain SQL."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from csmdesk.store.encoding import decode_instant, instant, instant_text

LONGEST_WAIT = timedelta(hours=2)
"""Nothing is put off for longer: an hour is the most that a CRM is heard, and then some."""

_COLUMNS = """\
o.seq, o.op_id, o.connection, o.entity, o.local_id, o.account_id, o.remote_id, o.object_type,
o.kind, o.summary, o.payload, o.payload_sha256, o.depends_on, o.state, o.attempts, o.lookups,
o.not_before, o.sent_at, o.last_error_class, o.last_error, o.created_at, o.done_at, o.base,
o.tier, o.key_made, o.linked_at,
CASE o.state WHEN 'done' THEN (
  SELECT l.state || ' ' || l.seen_at FROM remote_links AS l
  WHERE l.connection = o.connection AND l.object_type = o.object_type
    AND l.remote_id = o.remote_id AND l.state IN ('archived', 'gone')) END"""
ITEMS_SQL = f"""\
SELECT {_COLUMNS} FROM outbox AS o
WHERE (:all OR o.state NOT IN ('done', 'cancelled')) ORDER BY o.seq"""  # noqa: S608 - own names
ITEM_SQL = f"SELECT {_COLUMNS} FROM outbox AS o WHERE o.op_id = ?"  # noqa: S608 - own names
READY_SQL = f"""\
SELECT {_COLUMNS} FROM outbox AS o LEFT JOIN outbox AS d ON d.op_id = o.depends_on
WHERE o.connection = :connection AND o.state = 'pending'
  AND (o.not_before IS NULL OR o.not_before NOT BETWEEN :now AND :far)
  AND (o.depends_on IS NULL OR d.state = 'done')
  AND NOT EXISTS (
    SELECT 1 FROM outbox AS e
    WHERE e.connection = o.connection AND e.entity = o.entity AND e.local_id = o.local_id
      AND e.seq < o.seq AND e.state IN ('pending', 'sending', 'uncertain')
      AND NOT (e.state = 'pending' AND e.last_error_class IS 'mapping')
      AND o.kind <> 'associate' AND e.kind <> 'associate')
ORDER BY o.seq LIMIT :most"""  # noqa: S608 - own names
DOUBTFUL_SQL = f"""\
SELECT {_COLUMNS} FROM outbox AS o
WHERE o.connection = :connection AND o.state = 'uncertain'
  AND (o.not_before IS NULL OR o.not_before NOT BETWEEN :now AND :far)
ORDER BY o.seq LIMIT :most"""  # noqa: S608 - own names
SENDING_SQL = f"""\
SELECT {_COLUMNS} FROM outbox AS o
WHERE o.connection = ? AND o.state = 'sending' ORDER BY o.seq"""  # noqa: S608 - own names
PUT_OFF_SQL = """\
SELECT min(not_before) FROM outbox
WHERE connection = :connection AND state = 'pending' AND :most
  AND last_error_class IN ('limit', 'daily_limit') AND not_before BETWEEN :now AND :far"""
LEFT_SQL = """\
SELECT state, count(*) FROM outbox
WHERE connection = ? AND state NOT IN ('done', 'cancelled') GROUP BY state"""
REMOTE_SQL = """\
SELECT remote_id FROM remote_links
WHERE connection = ? AND object_type = ? AND local_id = ? AND alias_of IS NULL
  AND state IN ('active', 'archived', 'gone', 'no_access')
ORDER BY state, length(remote_id), remote_id LIMIT 1"""
ALIAS_SQL = """\
SELECT coalesce(alias_of, remote_id) FROM remote_links
WHERE connection = ? AND object_type = ? AND remote_id = ?"""
IS_LINKED_SQL = """\
SELECT 1 FROM outbox WHERE connection = ? AND entity = 'touchpoint' AND local_id = ?
  AND kind = 'create' AND linked_at IS NOT NULL"""
OWNER_SQL = """\
SELECT u.name FROM remote_links AS l JOIN users AS u ON u.id = l.local_id
WHERE l.connection = ? AND l.object_type = 'owner' AND l.remote_id = ?"""
CREATED_SQL = "SELECT remote_id FROM outbox WHERE op_id = ? AND state = 'done'"
TARGETS_SQL = """\
SELECT payload FROM outbox
WHERE depends_on = ? AND kind = 'associate' AND state <> 'cancelled' ORDER BY seq"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One operation as it stands. `payload` is decoded JSON.

    `base`: what the CRM held of the fields it changes when that was decided. `tier`, `key_made`:
    how it was sent, once it may have arrived. `linked`: it is a record that the user
    named and we did not make. `left`: how the record of one that is done left the CRM (archived,
    gone), and when that was found.
    """

    seq: int
    op_id: str
    connection: str
    entity: str
    local_id: str
    account_id: str | None
    remote_id: str | None
    object_type: str
    kind: str
    summary: str
    payload: Mapping[str, Any]
    payload_sha256: str
    depends_on: str | None
    state: str
    attempts: int
    lookups: int
    not_before: datetime | None
    sent_at: datetime | None
    error_class: str | None
    error: str | None
    created_at: datetime
    done_at: datetime | None
    base: Mapping[str, str | None] | None
    tier: str | None
    key_made: str | None
    linked: bool
    written: str
    """The payload as stored, to be checked against its hash."""
    left: tuple[str, datetime] | None = None


def items(connection: sqlite3.Connection, *, everything: bool = False) -> tuple[OutboxItem, ...]:
    """Return what is not settled, in the order it was asked for; or everything ever."""
    rows = connection.execute(ITEMS_SQL, {"all": int(everything)})
    return tuple(_item(row) for row in rows)


def item(connection: sqlite3.Connection, op_id: str) -> OutboxItem | None:
    """Return one operation."""
    row = connection.execute(ITEM_SQL, (op_id,)).fetchone()
    return None if row is None else _item(row)


def ready(
    connection: sqlite3.Connection, key: str, now: datetime, most: int
) -> tuple[OutboxItem, ...]:
    """Return operations that may be sent now, in their order.

    An operation waits for the one it depends on and for earlier ones about the same record; others
    are not held up by it.
    """
    values = _due(key, now, most)
    return tuple(_item(row) for row in connection.execute(READY_SQL, values))


def _due(key: str, now: datetime, most: int) -> dict[str, str | int]:
    # The very instant counts as past. What waits longer than anything ever has to was put off by
    # a clock that was wrong.
    just_after = instant_text(now + timedelta(microseconds=1))
    far = instant_text(now + LONGEST_WAIT)
    return {"connection": key, "now": just_after, "far": far, "most": most}


def doubtful(
    connection: sqlite3.Connection, key: str, now: datetime, most: int
) -> tuple[OutboxItem, ...]:
    """Return operations in doubt whose next look-up is due."""
    values = _due(key, now, most)
    return tuple(_item(row) for row in connection.execute(DOUBTFUL_SQL, values))


def sending(connection: sqlite3.Connection, key: str) -> tuple[OutboxItem, ...]:
    """Return operations that were on their way when they were last heard of."""
    return tuple(_item(row) for row in connection.execute(SENDING_SQL, (key,)))


def left(connection: sqlite3.Connection, key: str) -> dict[str, int]:
    """Return how many operations of each unsettled state there are."""
    return dict(connection.execute(LEFT_SQL, (key,)).fetchall())


def put_off(connection: sqlite3.Connection, key: str, now: datetime) -> datetime | None:
    """Return when the first of what the CRM asked to send later is sent, if that is not soon."""
    values = _due(key, now + timedelta(minutes=1), 1)
    row = connection.execute(PUT_OFF_SQL, values).fetchone()
    return decode_instant(row[0])


def remote_id_of(
    connection: sqlite3.Connection, key: str, object_type: str, local_id: str
) -> str | None:
    """Return what the CRM calls a local record; after a merge, what it calls the survivor."""
    row = connection.execute(REMOTE_SQL, (key, object_type, local_id)).fetchone()
    if row is not None:
        return str(row[0])
    prefix = f"{key.replace(':', '-')}-{object_type}-"
    if not local_id.startswith(prefix):
        return None
    row = connection.execute(
        ALIAS_SQL, (key, object_type, local_id.removeprefix(prefix))
    ).fetchone()
    return None if row is None else str(row[0])


def is_live(connection: sqlite3.Connection, key: str, object_type: str, remote_id: str) -> bool:
    """Return whether the CRM has a record, as far as is known here; out of sight, it may be."""
    row = connection.execute(
        "SELECT state FROM remote_links WHERE connection = ? AND object_type = ? AND remote_id = ?",
        (key, object_type, remote_id),
    ).fetchone()
    return row is None or row[0] in ("active", "no_access")


def survivor(connection: sqlite3.Connection, key: str, object_type: str, remote_id: str) -> str:
    """Return the remote id a record has after merges."""
    row = connection.execute(ALIAS_SQL, (key, object_type, remote_id)).fetchone()
    return remote_id if row is None else str(row[0])


def created_id(connection: sqlite3.Connection, op_id: str) -> str | None:
    """Return the remote id of the record an operation made."""
    row = connection.execute(CREATED_SQL, (op_id,)).fetchone()
    return None if row is None else row[0]


def made_for(
    connection: sqlite3.Connection, key: str, object_type: str, remote_id: str
) -> str | None:
    """Return the local record that a remote one was made for, if it came from here."""
    row = connection.execute(
        "SELECT local_id FROM remote_links WHERE connection = ? AND object_type = ?"
        " AND remote_id = ? AND origin = 'push'",
        (key, object_type, remote_id),
    ).fetchone()
    return None if row is None else row[0]


def is_linked(connection: sqlite3.Connection, key: str, local_id: str) -> bool:
    """Return whether a touch is a record that the user named and we did not make."""
    found = connection.execute(IS_LINKED_SQL, (key, local_id)).fetchone()
    return found is not None


def owner_name(connection: sqlite3.Connection, key: str, remote_id: str) -> str | None:
    """Return what a user of the CRM is called, if that is known."""
    row = connection.execute(OWNER_SQL, (key, remote_id)).fetchone()
    return None if row is None else row[0]


def link_targets(connection: sqlite3.Connection, op_id: str) -> tuple[tuple[str, str], ...]:
    """Return neutral type and local id of what a creation will be linked to."""
    payloads = [_payload(row[0]) for row in connection.execute(TARGETS_SQL, (op_id,))]
    return tuple((str(each.get("to_type")), str(each.get("to_id"))) for each in payloads)


def _payload(written: str) -> Mapping[str, Any]:
    """Return what an operation says; nothing if it is damaged, which its sum tells before it goes.

    One damaged operation must not keep the others from being shown and sent.
    """
    try:
        found = json.loads(written)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _item(row: tuple[Any, ...]) -> OutboxItem:
    return OutboxItem(
        seq=row[0],
        op_id=row[1],
        connection=row[2],
        entity=row[3],
        local_id=row[4],
        account_id=row[5],
        remote_id=row[6],
        object_type=row[7],
        kind=row[8],
        summary=row[9],
        payload=_payload(row[10]),
        payload_sha256=row[11],
        depends_on=row[12],
        state=row[13],
        attempts=row[14],
        lookups=row[15],
        not_before=decode_instant(row[16]),
        sent_at=decode_instant(row[17]),
        error_class=row[18],
        error=row[19],
        created_at=instant(row[20]),
        done_at=decode_instant(row[21]),
        base=None if row[22] is None else json.loads(row[22]),
        tier=row[23],
        key_made=row[24],
        linked=row[25] is not None,
        written=row[10],
        left=None if row[26] is None else _left(row[26]),
    )


def _left(written: str) -> tuple[str, datetime]:
    state, _, since = written.partition(" ")
    return state, instant(since)
