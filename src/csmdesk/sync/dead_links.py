"""What was refused because a record left the CRM: said in words, and tried again when it is back.

A CRM refuses such a thing in its own sentence. So the records that fresh refusals are about are
looked at, and it is said at once, not only after the next sweep.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from csmdesk.crm.base import Connector, Fare, Ref
from csmdesk.store.commands.outbox_states import retry
from csmdesk.store.database import Store
from csmdesk.store.queries import outbox as queries
from csmdesk.store.queries.sync import person_name

_FAILED_SQL = """\
SELECT op_id, kind, object_type, local_id, payload, remote_id, depends_on, last_error FROM outbox
WHERE connection = ? AND kind IN ('associate', 'update') AND state = 'failed'"""

_AWAY: Final[frozenset[Fare]] = frozenset({"archived", "gone"})
_HELD_BY: Final = {"company": "account", "contact": "person"}
"""What a record is to the user."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """A link or a change that was refused.

    Attributes:
        target: the record it needs: the other end of a link, or what is to be changed.
        words: what is said if the target left, as this and as earlier versions say it.
        error: what is said now.
    """

    op_id: str
    target: Ref
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


def find_out(store: Store, connector: Connector, key: str, op_ids: Collection[str]) -> bool:
    """Say of some fresh refusals at once if the record they need has left.

    The record itself is left to the pull, which knows what else is missing.

    Returns:
        whether something was archived, so that the recycle bins are worth a look.
    """
    with store.reading() as connection:
        fresh = [each for each in _all(connection, key) if each.op_id in op_ids]
    fares = _fares(connector, [each.target for each in fresh])
    _tell(store, [each for each in fresh if fares[each.target] in _AWAY])
    return "archived" in fares.values()


def explain(store: Store, connector: Connector, key: str) -> None:
    """Write at each refused link and change whose record left what became of it.

    Where the record is back, it is tried again: the CRM is asked, unless it is known to have left.
    """
    gone: list[_Failed] = []
    told: list[_Failed] = []
    with store.reading() as connection:
        for each in _all(connection, key):
            if not queries.is_live(connection, key, each.target.object_type, each.target.remote_id):
                gone.append(each)
            elif each.error in each.words:
                told.append(each)
    _tell(store, gone)
    fares = _fares(connector, [each.target for each in told])
    back = [each for each in told if fares[each.target] in ("yes", "elsewhere")]
    if back:
        with store.writing() as connection:
            for each in back:
                retry(connection, each.op_id)


def _fares(connector: Connector, refs: Iterable[Ref]) -> dict[Ref, Fare]:
    by_kind: dict[str, dict[str, None]] = {}
    for ref in refs:
        by_kind.setdefault(ref.object_type, {})[ref.remote_id] = None
    return {
        Ref(kind, remote_id): fare
        for kind, ids in by_kind.items()
        for remote_id, fare in connector.fares(kind, list(ids)).items()
    }


def _tell(store: Store, found: Iterable[_Failed]) -> None:
    told = [(each.words[0], each.op_id) for each in found if each.error != each.words[0]]
    if told:
        with store.writing() as connection:
            connection.executemany(
                "UPDATE outbox SET last_error = ? WHERE op_id = ? AND state = 'failed'", told
            )


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
            yield _Failed(op_id, Ref(to_type, target), words, error)
            continue
        made = queries.created_id(connection, made_by) if made_by is not None else remote
        words = (left(object_type, to_type, made, name), left(object_type, to_type, made))
        yield _Failed(op_id, Ref(to_type, target), words, error)
