"""Following a merge at the CRM: everything that hung on the absorbed record hangs on the survivor.

Every table that refers to the record is found from the schema itself, so that a new table cannot
be forgotten. Where both records have a row under the same key, the survivor's stays and the other
one stays where it is, hidden but not lost; notes and tags are joined instead.
"""

import json
import sqlite3
from typing import Final

from csmdesk.store.commands.edits import repoint
from csmdesk.store.encoding import encode_list

_TARGETS: Final = {
    "company": "accounts",
    "contact": "contacts",
    "deal": "subscriptions",
    "ticket": "tickets",
}
_LOOSE: Final = {
    # References that are plain text on purpose: the record may be out of sight.
    "company": (("accounts", "parent_id"), ("outbox", "account_id")),
    "contact": (
        ("activity_attendees", "contact_id"),
        ("meeting_attendees", "contact_id"),
        ("touchpoint_attendees", "contact_id"),
        ("surveys", "contact_id"),
        ("stakeholders", "reports_to_id"),
        ("plans", "owner_them_id"),
        ("milestones", "person_id"),
    ),
}
_SUBJECTS: Final = {"deal": ("subscription", "opportunity"), "ticket": ("ticket",)}
_EDITED: Final = {"company": "account", "contact": "contact", "deal": "subscription"}
_STATED: Final = {
    "company": ("accounts",),
    "contact": ("contacts",),
    "deal": ("subscriptions", "opportunities"),
    "ticket": ("tickets",),
}


def merge(
    connection: sqlite3.Connection,
    key: str,
    object_type: str,
    absorbed: str,
    survivor: str,
    old_id: str,
    new_id: str,
) -> None:
    """Repoint everything at the survivor and keep the old id as an alias, in one transaction.

    Args:
        connection: inside a writing transaction; the survivor's row is there already.
        key: the connection.
        object_type: company, contact, deal or ticket.
        absorbed: remote id of the record that is no more.
        survivor: remote id of the one that absorbed it.
        old_id: local id of the absorbed.
        new_id: local id of the survivor.
    """
    connection.execute(
        "UPDATE remote_links SET alias_of = ?, local_id = ?, state = 'merged'"
        " WHERE connection = ? AND object_type = ? AND remote_id = ?",
        (survivor, new_id, key, object_type, absorbed),
    )
    if old_id == new_id:
        return
    target = _TARGETS.get(object_type)
    if target == "accounts":
        _join_notes(connection, old_id, new_id)
    if target is not None and _has(connection, target, new_id):
        for table, column in _references(connection, target):
            _repoint(connection, table, column, old_id, new_id)
    for table, column in _LOOSE.get(object_type, ()):
        _repoint(connection, table, column, old_id, new_id)
    if object_type in _EDITED:
        repoint(connection, _EDITED[object_type], old_id, new_id)
    for subject in _SUBJECTS.get(object_type, ()):
        _repoint(
            connection, "dispositions", "subject", f"{subject}:{old_id}", f"{subject}:{new_id}"
        )
    for table in _STATED.get(object_type, ()):
        connection.execute(
            f"UPDATE {table} SET state = 'merged' WHERE id = ?",  # noqa: S608 - own names
            (old_id,),
        )


def _references(connection: sqlite3.Connection, target: str) -> list[tuple[str, str]]:
    tables = [
        row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    ]
    return [
        (table, row[3])
        for table in tables
        for row in connection.execute("SELECT * FROM pragma_foreign_key_list(?)", (table,))
        if row[2] == target
    ]


def _repoint(connection: sqlite3.Connection, table: str, column: str, old: str, new: str) -> None:
    connection.execute(
        f'UPDATE OR IGNORE {table} SET "{column}" = ? WHERE "{column}" = ?',  # noqa: S608 - own names
        (new, old),
    )


def _has(connection: sqlite3.Connection, table: str, identity: str) -> bool:
    found = connection.execute(
        f"SELECT 1 FROM {table} WHERE id = ?",  # noqa: S608 - own names
        (identity,),
    ).fetchone()
    return found is not None


def _join_notes(connection: sqlite3.Connection, old_id: str, new_id: str) -> None:
    select = "SELECT tags, notes FROM account_notes WHERE account_id = ?"
    old = connection.execute(select, (old_id,)).fetchone()
    new = connection.execute(select, (new_id,)).fetchone()
    if old is None or new is None:
        return
    tags = list(dict.fromkeys((*json.loads(new[0]), *json.loads(old[0]))))
    parts = [part for part in (new[1], old[1]) if part]
    notes = "\n\n".join(dict.fromkeys(parts)) or None
    connection.execute(
        "UPDATE account_notes SET tags = ?, notes = ? WHERE account_id = ?",
        (encode_list(tags), notes, new_id),
    )
