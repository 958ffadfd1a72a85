"""What was refused because a record left the CRM: said in words, and tried again when it is back.

A CRM refuses such a thing in its own sentence. So the records that a fresh refusal is about are
looked at once, and what left is known here from then on, not only after the next sweep.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from csmdesk.crm.base import Ref
from csmdesk.store.commands.outbox_states import retry
from csmdesk.store.database import Store
from csmdesk.store.queries import outbox as queries
from csmdesk.store.queries.sync import person_name

_FAILED_SQL = """\
SELECT op_id, kind, object_type, local_id, payload, remote_id, depends_on, last_error FROM outbox
WHERE connection = ? AND kind IN ('associate', 'update') AND state = 'failed'"""

_HELD_BY: Final = {"company": "account", "contact": "person"}
"""What a record is to the user."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """A link or a change that was refused.

    Attributes:
        target: the record it needs: the other end of a link, or what is to be changed.
        made: the record that is to be linked, if the CRM has it.
        words: what is said if the target left, as this and as earlier versions say it.
        error: what is said now.
    """

    op_id: str
    target: Ref
    made: Ref | None
    words: tuple[str, ...]
    error: str | None


def left(object_type: str, to_type: str, remote_id: str | None, name: str = "") -> str:
    """Return that a record cannot be linked to what left, where it is itself, and what to do.

    Args:
        object_type: of the record.
        to_type: of what left.
        remote_id: the record's, if the CRM has it.
        name: of the person who left, if it is known.
    """
    there = f" The {object_type} itself is in the CRM, without that link." if remote_id else ""
    who = name or f"The {to_type}"
    whom = "that person" if name else "it"
    told = f"{who} is no longer in the CRM, so the {object_type} cannot be linked to {whom}."
    if to_type == "company":
        return f"{told}{there} Attach it to another account, or cancel this."
    return f"{told}{there} Cancel this; nothing else is lost by it."


def _unchangeable(object_type: str, name: str) -> str:
    who = name or f"The {_HELD_BY.get(object_type, object_type)}"
    return f"{who} is no longer in the CRM, so this cannot be changed there. Cancel this."


def failed(store: Store, key: str) -> frozenset[str]:
    """Return the links and changes that are refused at present."""
    with store.reading() as connection:
        return frozenset(row[0] for row in connection.execute(_FAILED_SQL, (key,)))


def doubtful(store: Store, key: str, op_ids: Collection[str]) -> list[Ref]:
    """Return the records that some refused links and changes need and that are believed there."""
    with store.reading() as connection:
        found = {
            ref: None
            for each in _all(connection, key)
            if each.op_id in op_ids
            for ref in (each.target, each.made)
            if ref is not None and queries.is_live(connection, key, ref.object_type, ref.remote_id)
        }
    return list(found)


def explain(store: Store, key: str) -> None:
    """Write at each refused link and change whose record left what became of it.

    Where the record is back, it is tried again.
    """
    told: list[tuple[str, str]] = []
    back: list[str] = []
    with store.reading() as connection:
        for each in _all(connection, key):
            target = each.target
            if queries.is_live(connection, key, target.object_type, target.remote_id):
                if each.error in each.words:
                    back.append(each.op_id)
            elif each.error != each.words[0]:
                told.append((each.words[0], each.op_id))
    if not told and not back:
        return
    with store.writing() as connection:
        connection.executemany(
            "UPDATE outbox SET last_error = ? WHERE op_id = ? AND state = 'failed'", told
        )
        for op_id in back:
            retry(connection, op_id)


def _all(connection: sqlite3.Connection, key: str) -> Iterator[_Failed]:
    for row in connection.execute(_FAILED_SQL, (key,)).fetchall():
        op_id, kind, object_type, local_id, written, remote, made_by, error = row
        try:
            payload = json.loads(written)
            if kind == "associate":
                to_type, to_id = str(payload["to_type"]), str(payload["to_id"])
            else:
                to_type, to_id = object_type, local_id
        except (ValueError, KeyError, TypeError):
            continue  # damaged, which is said elsewhere
        target = queries.remote_id_of(connection, key, to_type, to_id)
        if target is None:
            continue
        name = person_name(connection, to_id) if to_type == "contact" else ""
        if kind == "update":
            words: tuple[str, ...] = (_unchangeable(object_type, name),)
            yield _Failed(op_id, Ref(to_type, target), None, words, error)
            continue
        made = queries.created_id(connection, made_by) if made_by is not None else remote
        own = None if made is None else Ref(object_type, made)
        words = (left(object_type, to_type, made, name), left(object_type, to_type, made))
        yield _Failed(op_id, Ref(to_type, target), own, words, error)
