"""Fields that were changed here, where they are kept, and what became of them. Plain SQL."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from csmdesk.store.encoding import decode_instant, instant

COLUMNS: Final[Mapping[tuple[str, str], tuple[str, str, str]]] = {
    ("account", "name"): ("accounts", "id", "name"),
    ("account", "domain"): ("accounts", "id", "domain"),
    ("account", "industry"): ("accounts", "id", "industry"),
    ("account", "segment"): ("accounts", "id", "segment"),
    ("contact", "title"): ("contacts", "id", "title"),
    ("contact", "email"): ("contacts", "id", "email"),
    ("contact", "phone"): ("contacts", "id", "phone"),
    ("subscription", "arr"): ("subscriptions", "id", "arr"),
    ("subscription", "term_end"): ("subscriptions", "id", "term_end"),
    ("subscription", "notice_days"): ("subscriptions", "id", "notice_days"),
    ("subscription", "auto_renew"): ("subscriptions", "id", "auto_renew"),
    ("subscription", "forecast"): ("renewal_judgements", "subscription_id", "forecast"),
    ("subscription", "likelihood"): ("renewal_judgements", "subscription_id", "likelihood"),
    ("touchpoint", "text"): ("touchpoints", "id", "text"),
}
"""Table, key and column of each field that can be edited here."""

FLAGS: Final = frozenset({("subscription", "auto_renew")})

EDIT_COLUMNS: Final = "entity, local_id, field, base, local, op_id, edited_at, settled_at"
PENDING_SQL: Final = f"SELECT {EDIT_COLUMNS} FROM field_edits WHERE settled_at IS NULL"  # noqa: S608
EDIT_SQL: Final = (
    f"SELECT {EDIT_COLUMNS} FROM field_edits"  # noqa: S608 - own names
    " WHERE entity = ? AND local_id = ? AND field = ?"
)
UNDOABLE: Final = """\
FROM field_edits AS e LEFT JOIN outbox AS o ON o.op_id = e.op_id
WHERE e.base IS NOT e.local
  AND (e.op_id IS NULL OR (o.sent_at IS NULL AND o.state IN ('pending', 'failed')))"""
LATEST_SQL: Final = f"""\
SELECT {", ".join(f"e.{name}" for name in EDIT_COLUMNS.split(", "))} {UNDOABLE}
  AND e.edited_at = (SELECT max(e.edited_at) {UNDOABLE})
ORDER BY e.entity, e.local_id, e.field"""
LINK_SQL: Final = """\
SELECT connection, object_type, remote_id FROM remote_links
WHERE entity = ? AND local_id = ? AND state = 'active' AND alias_of IS NULL
ORDER BY length(remote_id), remote_id LIMIT 1"""
CONFLICT_COLUMNS: Final = (
    "c.id, c.connection, c.entity, c.local_id, c.field, c.base, c.local, c.remote, c.found_at,"
    " c.settled_at, c.settled_as"
)
OPEN_SQL: Final = f"""\
SELECT {CONFLICT_COLUMNS} FROM conflicts AS c WHERE c.settled_at IS NULL
ORDER BY c.found_at, c.id"""  # noqa: S608 - own names
CONFLICT_SQL: Final = f"SELECT {CONFLICT_COLUMNS} FROM conflicts AS c WHERE c.id = ?"  # noqa: S608
OPEN_ABOUT_SQL: Final = f"""\
SELECT {CONFLICT_COLUMNS} FROM conflicts AS c
WHERE c.settled_at IS NULL AND c.entity = ? AND c.local_id = ? AND c.field = ?"""  # noqa: S608
UNSENT_SQL: Final = """\
SELECT op_id, payload, base, summary FROM outbox
WHERE connection = ? AND entity = ? AND local_id = ? AND kind = 'update' AND state = 'pending'
  AND sent_at IS NULL AND base IS NOT NULL ORDER BY seq DESC LIMIT 1"""
HEADS_SQL: Final = """\
SELECT op_id, connection, object_type, kind, state, remote_id, payload, summary,
  state IN ('pending', 'failed')
  AND (sent_at IS NULL OR coalesce(last_error_class, '') IN ('refused', 'not_sent'))
FROM outbox WHERE entity = 'touchpoint' AND local_id = ? AND kind IN ('create', 'update')
  AND base IS NULL AND state <> 'cancelled' ORDER BY seq"""
ACCOUNT_OF: Final[Mapping[str, str]] = {
    "account": "SELECT id, name FROM accounts WHERE id = ?",
    "contact": "SELECT account_id, name FROM contacts WHERE id = ?",
    "subscription": "SELECT account_id, coalesce(product, 'contract') FROM subscriptions"
    " WHERE id = ?",
    "touchpoint": "SELECT account_id, type || ' of ' || substr(at, 1, 10)"
    " FROM touchpoints WHERE id = ? AND withdrawn_at IS NULL",
    "task": "SELECT account_id, title FROM tasks WHERE id = ?",
    "next_step": "SELECT account_id, text FROM next_steps WHERE id = ?",
    "milestone": "SELECT p.account_id, m.title FROM milestones AS m"
    " JOIN objectives AS o ON o.id = m.objective_id JOIN plans AS p ON p.id = o.plan_id"
    " WHERE m.id = ?",
}
"""Whose a record is, and what it is called."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A field changed here. `base`: the CRM's value when the edit began, or since it was sent."""

    entity: str
    local_id: str
    field: str
    base: str | None
    local: str | None
    op_id: str | None
    edited_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field with two values, or (`field` is `duplicate`) a record that is there twice."""

    id: str
    connection: str
    entity: str
    local_id: str
    field: str
    base: str | None
    local: str | None
    remote: str | None
    found_at: datetime
    settled_at: datetime | None
    settled_as: str | None


@dataclass(frozen=True, slots=True)
class Unsent:
    """A change of fields that nothing was sent of yet."""

    op_id: str
    fields: Mapping[str, str | None]
    base: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Head:
    """What brings a touch to a CRM: its creation, or the update of a meeting that is there.

    `untouched`: nothing of it can have arrived.
    """

    op_id: str
    connection: str
    object_type: str
    kind: str
    state: str
    remote_id: str | None
    payload: Mapping[str, Any]
    summary: str
    untouched: bool


def value(connection: sqlite3.Connection, entity: str, local_id: str, field: str) -> str | None:
    """Return a field's value as the screens show it, in the encodings of the book format.

    Raises:
        KeyError: the field cannot be edited.
    """
    table, key, column = COLUMNS[entity, field]
    row = connection.execute(
        f'SELECT "{column}" FROM {table} WHERE {key} = ?',  # noqa: S608 - own names
        (local_id,),
    ).fetchone()
    found = None if row is None else row[0]
    if (entity, field) in FLAGS:
        return "true" if found else "false"
    return None if found is None else str(found)


def edit(connection: sqlite3.Connection, entity: str, local_id: str, field: str) -> Edit | None:
    """Return what is known of a field's change, settled or not."""
    row = connection.execute(EDIT_SQL, (entity, local_id, field)).fetchone()
    return None if row is None else _edit(row)


def pending(connection: sqlite3.Connection) -> tuple[Edit, ...]:
    """Return every change that is not settled."""
    return tuple(_edit(row) for row in connection.execute(PENDING_SQL))


def latest(connection: sqlite3.Connection) -> tuple[Edit, ...]:
    """Return the fields changed last at one go of which nothing was sent."""
    return tuple(_edit(row) for row in connection.execute(LATEST_SQL))


def owner(connection: sqlite3.Connection, entity: str, local_id: str) -> tuple[str, str] | None:
    """Return whose a record is and what it is called, or nothing if there is none."""
    row = connection.execute(ACCOUNT_OF[entity], (local_id,)).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


def contracts(connection: sqlite3.Connection, account_id: str) -> tuple[tuple[str, str], ...]:
    """Return id and name of an account's contracts in force."""
    rows = connection.execute(
        "SELECT id, coalesce(product, 'contract') FROM subscriptions"
        " WHERE account_id = ? AND state = 'active' AND status = 'active'"
        " ORDER BY term_end IS NULL, term_end, id",
        (account_id,),
    )
    return tuple((str(row[0]), str(row[1])) for row in rows)


def place(
    connection: sqlite3.Connection, entity: str, local_id: str
) -> tuple[str, str, str] | None:
    """Return connection, remote type and remote id of a record, or nothing if no CRM has it.

    A contract is a deal of its own, or is told by its company's fields.
    """
    asked = [("deal" if entity == "subscription" else entity, local_id)]
    if entity == "subscription" and local_id.endswith("-subscription"):
        asked.append(("account", local_id.removesuffix("-subscription")))
    for kind, identity in asked:
        row = connection.execute(LINK_SQL, (kind, identity)).fetchone()
        if row is not None:
            return str(row[0]), str(row[1]), str(row[2])
    return None


def unsent(connection: sqlite3.Connection, key: str, entity: str, local_id: str) -> Unsent | None:
    """Return the change of a record's fields that more fields can still join."""
    row = connection.execute(UNSENT_SQL, (key, entity, local_id)).fetchone()
    if row is None:
        return None
    return Unsent(row[0], json.loads(row[1]).get("fields", {}), json.loads(row[2]))


def open_conflicts(connection: sqlite3.Connection) -> tuple[Conflict, ...]:
    """Return what waits for the user's word, the oldest first."""
    return tuple(_conflict(row) for row in connection.execute(OPEN_SQL))


def conflict(connection: sqlite3.Connection, conflict_id: str) -> Conflict | None:
    """Return one conflict, settled or not."""
    row = connection.execute(CONFLICT_SQL, (conflict_id,)).fetchone()
    return None if row is None else _conflict(row)


def conflict_about(
    connection: sqlite3.Connection, entity: str, local_id: str, field: str
) -> Conflict | None:
    """Return the open conflict about a field."""
    row = connection.execute(OPEN_ABOUT_SQL, (entity, local_id, field)).fetchone()
    return None if row is None else _conflict(row)


def texts_of(connection: sqlite3.Connection, touch_ids: Iterable[str]) -> dict[str, str | None]:
    """Return the text of touches of ours that count."""
    rows = connection.execute(
        "SELECT id, text FROM touchpoints WHERE withdrawn_at IS NULL"
        " AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(touch_ids)),),
    )
    return dict(rows.fetchall())


def heads(connection: sqlite3.Connection, touch_id: str) -> tuple[Head, ...]:
    """Return what brings a touch of ours to each CRM."""
    return tuple(
        Head(
            op_id, key, kind_there, kind, state, remote_id, json.loads(payload), summary, bool(new)
        )
        for op_id, key, kind_there, kind, state, remote_id, payload, summary, new in (
            connection.execute(HEADS_SQL, (touch_id,))
        )
    )


def _edit(row: tuple[Any, ...]) -> Edit:
    entity, local_id, field, base, local, op_id, edited_at, settled_at = row
    return Edit(
        entity,
        local_id,
        field,
        base,
        local,
        op_id,
        instant(edited_at),
        decode_instant(settled_at),
    )


def _conflict(row: tuple[Any, ...]) -> Conflict:
    key, connection, entity, local_id, field, base, local, remote, found, settled, how = row
    return Conflict(
        key,
        connection,
        entity,
        local_id,
        field,
        base,
        local,
        remote,
        instant(found),
        decode_instant(settled),
        how,
    )
