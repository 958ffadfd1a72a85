"""Writing changes of fields and what becomes of them. Each function is one step of a transaction.

The row shows our value from the moment it is typed; `field_edits.base` keeps what the CRM said.
"""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from csmdesk.store.encoding import encode_json, instant_text, sha256
from csmdesk.store.queries.edits import COLUMNS, FLAGS

EDIT_SQL: Final = (
    "INSERT INTO field_edits (entity, local_id, field, base, local, op_id, edited_at, settled_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (entity, local_id, field) DO UPDATE SET base = excluded.base,"
    " local = excluded.local, op_id = excluded.op_id, edited_at = excluded.edited_at,"
    " settled_at = excluded.settled_at"
)
SETTLE_SQL: Final = (
    "UPDATE field_edits SET base = ?, local = ?, settled_at = ?"
    " WHERE entity = ? AND local_id = ? AND field = ?"
)
REBASE_SQL: Final = (
    "UPDATE field_edits SET base = ? WHERE entity = ? AND local_id = ? AND field = ?"
)
CONFLICT_SQL: Final = (
    "INSERT INTO conflicts (id, connection, entity, local_id, field, base, local, remote, found_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
SPLIT_SQL: Final = (
    "INSERT INTO outbox (op_id, connection, entity, local_id, account_id, remote_id, object_type,"
    " kind, summary, payload, payload_sha256, base, state, created_at, last_error_class,"
    " last_error, attempts, lookups)"
    " SELECT ?, connection, entity, local_id, account_id, remote_id, object_type, kind, summary, ?,"
    " ?, ?, 'conflict', ?, 'both_changed', ?, 0, 0 FROM outbox WHERE op_id = ?"
)
ARRIVED_SQL: Final = (
    "INSERT INTO outbox (op_id, connection, entity, local_id, account_id, remote_id, object_type,"
    " kind, summary, payload, payload_sha256, base, state, created_at, sent_at, done_at,"
    " last_error_class, last_error, attempts, lookups)"
    " SELECT ?, connection, entity, local_id, account_id, remote_id, object_type, kind, summary, ?,"
    " ?, ?, 'done', created_at, sent_at, ?, ?, ?, attempts, 0 FROM outbox WHERE op_id = ?"
)

Fields = Mapping[str, str | None]


def put_value(
    connection: sqlite3.Connection, entity: str, local_id: str, field: str, value: str | None
) -> None:
    """Write a field's value where the screens read it.

    Raises:
        KeyError: the field cannot be edited.
    """
    table, key, column = COLUMNS[entity, field]
    stored: str | int | None = value
    if (entity, field) in FLAGS:
        stored = int(value == "true")
    elif column in ("notice_days", "likelihood") and value is not None:
        stored = int(value)
    if table == "renewal_judgements":
        connection.execute(
            "INSERT OR IGNORE INTO renewal_judgements (subscription_id) VALUES (?)", (local_id,)
        )
    connection.execute(
        f'UPDATE {table} SET "{column}" = ? WHERE {key} = ?',  # noqa: S608 - own names
        (stored, local_id),
    )
    if table == "touchpoints":
        connection.execute(
            "UPDATE touchpoints SET text_sha256 = ? WHERE id = ?", (sha256(value), local_id)
        )


def note_edit(
    connection: sqlite3.Connection,
    about: tuple[str, str, str],
    *,
    base: str | None,
    local: str | None,
    op_id: str | None,
    now: datetime,
    settled: bool = False,
) -> None:
    """Note that a field was changed here.

    Args:
        connection: inside a writing transaction.
        about: entity, local id and field.
        base: the CRM's value when the edit began.
        local: ours.
        op_id: the operation that sends it; nothing for what stays here.
        now: when.
        settled: nothing more is to come of it.
    """
    at = instant_text(now)
    connection.execute(EDIT_SQL, (*about, base, local, op_id, at, at if settled else None))


def settle_edit(
    connection: sqlite3.Connection,
    about: tuple[str, str, str],
    *,
    base: str | None,
    local: str | None,
    now: datetime,
) -> None:
    """Note that both sides agree on a field; `base` is what the CRM holds from now on."""
    connection.execute(SETTLE_SQL, (base, local, instant_text(now), *about))


def rebase(connection: sqlite3.Connection, about: tuple[str, str, str], base: str | None) -> None:
    """Note what the CRM holds of a field that was changed once more since it was sent."""
    connection.execute(REBASE_SQL, (base, *about))


def carry(connection: sqlite3.Connection, about: tuple[str, str, str], op_id: str) -> None:
    """Note which operation sends a change from now on."""
    connection.execute(
        "UPDATE field_edits SET op_id = ? WHERE entity = ? AND local_id = ? AND field = ?",
        (op_id, *about),
    )


def forget_edit(connection: sqlite3.Connection, about: tuple[str, str, str]) -> None:
    """Forget a change of a field that was taken back before anything was sent."""
    connection.execute(
        "DELETE FROM field_edits WHERE entity = ? AND local_id = ? AND field = ?", about
    )


def end_edits(connection: sqlite3.Connection, entity: str, local_id: str, now: datetime) -> None:
    """End every change of a record that was taken back, and what waits for the user about it.

    The operations are cancelled by whoever takes the record back.
    """
    at = instant_text(now)
    connection.execute(
        "UPDATE field_edits SET settled_at = ?, base = local"
        " WHERE entity = ? AND local_id = ? AND (settled_at IS NULL OR base IS NOT local)",
        (at, entity, local_id),
    )
    connection.execute(
        "UPDATE conflicts SET settled_at = ?, settled_as = 'withdrawn'"
        " WHERE entity = ? AND local_id = ? AND settled_at IS NULL AND field <> 'duplicate'",
        (at, entity, local_id),
    )


def write_fields(
    connection: sqlite3.Connection, op_id: str, payload: Mapping[str, object], base: Fields
) -> None:
    """Write what an operation changes, as long as nothing of it was sent."""
    written = encode_json(payload)
    connection.execute(
        "UPDATE outbox SET payload = ?, payload_sha256 = ?, base = ?"
        " WHERE op_id = ? AND sent_at IS NULL",
        (written, sha256(written), encode_json(base), op_id),
    )


def summarise(connection: sqlite3.Connection, op_id: str, summary: str) -> None:
    """Write in words what an operation is about."""
    connection.execute("UPDATE outbox SET summary = ? WHERE op_id = ?", (summary, op_id))


def rebase_operation(
    connection: sqlite3.Connection, op_id: str, field: str, base: str | None
) -> None:
    """Write what the CRM holds of a field into an operation that waits to change it again."""
    row = connection.execute("SELECT base FROM outbox WHERE op_id = ?", (op_id,)).fetchone()
    if row is None:
        return
    known = {**json.loads(row[0] or "{}"), field: base}
    connection.execute("UPDATE outbox SET base = ? WHERE op_id = ?", (encode_json(known), op_id))


def drop_operation(connection: sqlite3.Connection, op_id: str, now: datetime) -> None:
    """Cancel an operation of which nothing was sent, or that is in conflict."""
    connection.execute(
        "UPDATE outbox SET state = 'cancelled', done_at = ? WHERE op_id = ?"
        " AND state IN ('pending', 'failed', 'uncertain', 'conflict')",
        (instant_text(now), op_id),
    )


def finish_operation(connection: sqlite3.Connection, op_id: str, now: datetime) -> None:
    """Note that the CRM turned out to have what an unsent operation would have changed."""
    connection.execute(
        "UPDATE outbox SET state = 'done', done_at = ? WHERE op_id = ? AND state = 'pending'",
        (instant_text(now), op_id),
    )


def hold_operation(connection: sqlite3.Connection, op_id: str, error: str) -> None:
    """Put an operation aside because both sides changed what it changes."""
    connection.execute(
        "UPDATE outbox SET state = 'conflict', last_error_class = 'both_changed', last_error = ?"
        " WHERE op_id = ?",
        (error, op_id),
    )


def split_operation(
    connection: sqlite3.Connection,
    op_id: str,
    new_id: str,
    fields: Fields,
    base: Fields,
    error: str,
    now: datetime,
) -> None:
    """Put fields of an operation aside in one of their own, so that the others can go."""
    payload = encode_json({"fields": fields})
    connection.execute(
        SPLIT_SQL,
        (new_id, payload, sha256(payload), encode_json(base), instant_text(now), error, op_id),
    )


def note_arrived(
    connection: sqlite3.Connection,
    op_id: str,
    new_id: str,
    fields: Fields,
    base: Fields,
    rewritten: str | None,
    now: datetime,
) -> None:
    """Note in an operation of their own that fields arrived whose operation was refused others.

    Args:
        connection: inside a writing transaction.
        op_id: the operation that keeps the refused fields.
        new_id: names the one that is done.
        fields: what arrived, as it was sent.
        base: what the CRM held before.
        rewritten: that the CRM keeps another value than was sent, if it does.
        now: when.
    """
    payload = encode_json({"fields": fields})
    error_class = None if rewritten is None else "rewritten"
    values = (payload, sha256(payload), encode_json(base), instant_text(now))
    connection.execute(ARRIVED_SQL, (new_id, *values, error_class, rewritten, op_id))


def keep_refused(connection: sqlite3.Connection, op_id: str, fields: Fields, base: Fields) -> None:
    """Let an operation be about the refused of its fields only; the others have their own by now.

    It was sent, but of what was refused nothing is at the CRM.
    """
    payload = encode_json({"fields": fields})
    connection.execute(
        "UPDATE outbox SET payload = ?, payload_sha256 = ?, base = ?"
        " WHERE op_id = ? AND state IN ('failed', 'pending')",
        (payload, sha256(payload), encode_json(base), op_id),
    )


def release_operation(
    connection: sqlite3.Connection, op_id: str, fields: Fields, base: Fields
) -> bool:
    """Let an operation that was put aside go, with these fields; false if it was sent before."""
    payload = encode_json({"fields": fields})
    found = connection.execute(
        "UPDATE outbox SET state = 'pending', payload = ?, payload_sha256 = ?, base = ?,"
        " not_before = NULL, last_error = NULL, last_error_class = NULL"
        " WHERE op_id = ? AND state = 'conflict' AND sent_at IS NULL",
        (payload, sha256(payload), encode_json(base), op_id),
    )
    return found.rowcount > 0


def note_conflict(
    connection: sqlite3.Connection,
    conflict_id: str,
    key: str,
    about: tuple[str, str, str],
    values: tuple[str | None, str | None, str | None],
    now: datetime,
) -> None:
    """Note that both sides changed a field: the values are base, ours and theirs."""
    connection.execute(CONFLICT_SQL, (conflict_id, key, *about, *values, instant_text(now)))


def update_conflict(connection: sqlite3.Connection, conflict_id: str, remote: str | None) -> None:
    """Note what the CRM holds by now of a field in conflict."""
    connection.execute("UPDATE conflicts SET remote = ? WHERE id = ?", (remote, conflict_id))


def settle_conflict(
    connection: sqlite3.Connection, conflict_id: str, settled_as: str, now: datetime
) -> bool:
    """Note how a conflict ended; false if it had ended before."""
    found = connection.execute(
        "UPDATE conflicts SET settled_at = ?, settled_as = ? WHERE id = ? AND settled_at IS NULL",
        (instant_text(now), settled_as, conflict_id),
    )
    return found.rowcount > 0


def open_again(connection: sqlite3.Connection, conflict_id: str) -> None:
    """Note that a conflict is not settled after all."""
    connection.execute(
        "UPDATE conflicts SET settled_at = NULL, settled_as = NULL WHERE id = ?", (conflict_id,)
    )


def repoint(connection: sqlite3.Connection, entity: str, old_id: str, new_id: str) -> None:
    """Let what was changed of a record that was merged belong to the one that absorbed it.

    Where both were changed in the same field, what was changed of the absorbed stays with it: it
    is compared with the survivor's value when it is sent, and is asked about if they differ.
    """
    both = connection.execute(
        "SELECT 1 FROM field_edits AS o JOIN field_edits AS n USING (entity, field)"
        " WHERE o.entity = ? AND o.local_id = ? AND n.local_id = ? AND o.settled_at IS NULL",
        (entity, old_id, new_id),
    ).fetchone()
    if both is not None:
        return
    for table in ("field_edits", "conflicts"):
        connection.execute(
            f"UPDATE OR IGNORE {table} SET local_id = ?"  # noqa: S608 - own names
            " WHERE entity = ? AND local_id = ?",
            (new_id, entity, old_id),
        )
    connection.execute(
        "UPDATE outbox SET local_id = ? WHERE entity = ? AND local_id = ?"
        " AND kind = 'update' AND base IS NOT NULL AND state NOT IN ('done', 'cancelled')",
        (new_id, entity, old_id),
    )
