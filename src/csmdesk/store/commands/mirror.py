"""Writing what a CRM says: rows of the mirror, in bulk, each the same however often it comes.

The statements are plain SQL for `executemany`: a first pull writes a hundred thousand rows. They
run inside the caller's transaction, which bars them from everything the user wrote.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

from csmdesk.domain.records import (
    Account,
    Contact,
    Meeting,
    Opportunity,
    Subscription,
    Survey,
    Task,
    Ticket,
    Touchpoint,
    User,
)
from csmdesk.domain.spelling import places
from csmdesk.store.commands.field_columns import columns_of

Values = tuple[str | int | None, ...]


class Placed(NamedTuple):
    """A record with the ids it has here. A tuple, because a first pull makes a hundred thousand.

    Attributes:
        kind: the name of its class, one of the mirror's.
        values: its fields, spelled out; its own ids are those of the connection.
        id: its local id.
        account_id: the account it hangs on; empty for users and accounts.
        fresh: nothing of it is in the store yet.
        people: local ids of the attendees, or of who answered.
    """

    kind: str
    values: Sequence[Any]
    id: str
    account_id: str
    fresh: bool = True
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """How records of one kind are written.

    Attributes:
        columns: those after `id`, `source` and `state`.
        pick: a whole row, from a record's id, source, state and account and its own values.
    """

    name: str
    columns: tuple[str, ...]
    pick: Callable[[Sequence[Any]], Values]


def _own(kind: type, name: str, *columns: str) -> _Table:
    """Return the table of a kind that hangs on no account."""
    return _Table(name, columns, itemgetter(0, 1, 2, *_behind(kind, columns)))


def _hanging(kind: type, name: str, *columns: str) -> _Table:
    """Return the table of a kind whose records hang on an account."""
    picked = itemgetter(0, 1, 2, 3, *_behind(kind, columns))
    return _Table(name, ("account_id", *columns), picked)


def _behind(kind: type, columns: Sequence[str]) -> list[int]:
    """Return the places of fields behind the id, the source, the state and the account."""
    return [4 + place for place in places(kind, columns)]


def _picking(kind: type, columns: Sequence[str]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    return itemgetter(*places(kind, columns))


_TABLES: Final[dict[type, _Table]] = {
    User: _own(User, "users", "name", "email"),
    Account: _own(
        Account,
        "accounts",
        "name",
        "domain",
        "industry",
        "parent_id",
        "owner_id",
        "segment",
        "assigned_on",
        "start_on",
        "currency",
        "crm_url",
    ),
    Subscription: _hanging(
        Subscription,
        "subscriptions",
        "product",
        "arr",
        "currency",
        "start_on",
        "term_months",
        "term_end",
        "auto_renew",
        "notice_days",
        "notice_months",
        "evergreen",
        "status",
        "ended_on",
    ),
    Opportunity: _hanging(
        Opportunity,
        "opportunities",
        "name",
        "kind",
        "amount",
        "currency",
        "stage",
        "close_on",
        "status",
    ),
    Contact: _hanging(Contact, "contacts", "name", "title", "email", "phone"),
    Touchpoint: _hanging(
        Touchpoint,
        "activities",
        "type",
        "at",
        "minutes",
        "two_way",
        "direction",
        "user_id",
        "outcome",
        "sentiment",
        "text",
        "meeting_id",
    ),
    Meeting: _hanging(Meeting, "meetings", "kind", "start", "end", "title", "status"),
    Ticket: _hanging(Ticket, "tickets", "subject", "severity", "status", "opened_at", "closed_at"),
    Survey: _hanging(Survey, "surveys", "contact_id", "kind", "score", "at", "comment"),
    Task: _hanging(Task, "tasks", "title", "due_on", "priority", "effort_minutes", "done_on"),
}

TABLE_OF: Final[Mapping[type, str]] = {kind: table.name for kind, table in _TABLES.items()}

MEASUREMENT_SQL: Final = (
    'INSERT INTO measurements (account_id, metric, "on", source, value) VALUES (?, ?, ?, ?, ?)'
    ' ON CONFLICT (account_id, metric, "on") DO UPDATE'
    " SET source = excluded.source, value = excluded.value WHERE value <> excluded.value"
)
HEALTH_SQL: Final = (
    "INSERT INTO health_records"
    ' (account_id, "on", source, score, higher_is_better, components, cause)'
    " VALUES (?, ?, ?, ?, 1, '[]', NULL)"
    ' ON CONFLICT (account_id, "on") DO UPDATE SET source = excluded.source,'
    " score = excluded.score, higher_is_better = excluded.higher_is_better,"
    " components = excluded.components, cause = excluded.cause"
)


def _upsert(table: _Table, kept: Collection[str] = ()) -> str:
    names = ("id", "source", "state", *table.columns)
    quoted = [f'"{name}"' for name in names]
    marks = ", ".join("?" for _ in names)
    changed = [name for name in quoted[1:] if name.strip('"') not in kept]
    changes = ", ".join(f"{name} = excluded.{name}" for name in changed)
    return (
        f"INSERT INTO {table.name} ({', '.join(quoted)}) VALUES ({marks})"  # noqa: S608
        f" ON CONFLICT (id) DO UPDATE SET {changes}"
    )


@lru_cache(maxsize=128)
def _upsert_keeping(kind: type, kept: frozenset[str]) -> str:
    """Return the statement that leaves the columns of some fields as they are."""
    columns = columns_of(kind, kept)
    return _upsert(_TABLES[kind], columns) if columns else UPSERTS[kind]


UPSERTS: Final[Mapping[type, str]] = {kind: _upsert(table) for kind, table in _TABLES.items()}
_LISTS: Final[dict[type, tuple[str, str]]] = {
    Touchpoint: ("activity_attendees", "activity_id"),
    Meeting: ("meeting_attendees", "meeting_id"),
}


def write_rows(
    connection: sqlite3.Connection,
    source: str,
    rows: Iterable[Placed],
    kept: frozenset[str] = frozenset(),
) -> None:
    """Write records as they are now, in an order in which every reference holds.

    Args:
        connection: inside a writing transaction.
        source: key of the connection they came from.
        rows: records with their local ids.
        kept: fields of which the records say nothing: what is held of them stays.
    """
    by_kind: dict[str, list[Placed]] = {}
    for placed in rows:
        by_kind.setdefault(placed.kind, []).append(placed)
    for kind, table in _TABLES.items():
        found = by_kind.get(kind.__name__)
        if not found:
            continue
        pick = table.pick
        connection.executemany(
            _upsert_keeping(kind, kept) if kept else UPSERTS[kind],
            [
                pick((local, source, "active", account or None, *values))
                for _, values, local, account, _, _ in found
            ],
        )
        if kind in _LISTS:
            _write_people(connection, *_LISTS[kind], found)
        elif kind is Subscription:
            _write_terms(connection, found, kept)


def mark(connection: sqlite3.Connection, table: str, ids: Sequence[str], state: str) -> int:
    """Set how records fare at their source; return how many that changed.

    Args:
        connection: inside a writing transaction.
        table: a table of the mirror with a `state`.
        ids: local ids.
        state: active, archived, merged, gone or no_access.
    """
    if table not in TABLE_OF.values():
        raise ValueError(f"{table} is no table of the mirror")
    statement = f"UPDATE {table} SET state = ? WHERE id = ? AND state <> ?"  # noqa: S608
    before = connection.total_changes
    connection.executemany(statement, [(state, each, state) for each in ids])
    return connection.total_changes - before


def _write_people(
    connection: sqlite3.Connection, table: str, column: str, found: Sequence[Placed]
) -> None:
    known = [(placed.id,) for placed in found if not placed.fresh]
    if known:
        connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", known)  # noqa: S608
    people = [
        (local, position, person)
        for _, _, local, _, _, present in found
        if present
        for position, person in enumerate(present)
    ]
    if people:
        connection.executemany(
            f"INSERT OR REPLACE INTO {table} ({column}, position, contact_id)"  # noqa: S608
            " VALUES (?, ?, ?)",
            people,
        )


_TERMS: Final = _picking(Subscription, ("ramp", "breaks"))


def _write_terms(
    connection: sqlite3.Connection, found: Sequence[Placed], kept: frozenset[str]
) -> None:
    known = [(placed.id,) for placed in found if not placed.fresh]
    if "ramp" not in kept:
        connection.executemany("DELETE FROM ramp_steps WHERE subscription_id = ?", known)
    if "breaks" not in kept:
        connection.executemany("DELETE FROM contract_breaks WHERE subscription_id = ?", known)
    ramps: list[Values] = []
    breaks: list[Values] = []
    for placed in found:
        steps, ends = _TERMS(placed.values)
        ramps += [(placed.id, position, *step) for position, step in enumerate(steps)]
        breaks += [(placed.id, position, *each) for position, each in enumerate(ends)]
    connection.executemany(
        "INSERT OR REPLACE INTO ramp_steps (subscription_id, position, from_on, arr)"
        " VALUES (?, ?, ?, ?)",
        ramps,
    )
    connection.executemany(
        'INSERT OR REPLACE INTO contract_breaks (subscription_id, position, "on", kind)'
        " VALUES (?, ?, ?, ?)",
        breaks,
    )


def write_series(
    connection: sqlite3.Connection,
    points: Iterable[tuple[str, ...]],
    scores: Iterable[tuple[str, ...]],
) -> None:
    """Write what was measured of accounts, and their health.

    Args:
        connection: inside a writing transaction.
        points: account, metric, day, key of the connection it came from, and number.
        scores: account, day, key of the connection and number; higher is better.
    """
    connection.executemany(MEASUREMENT_SQL, points)
    connection.executemany(HEALTH_SQL, scores)
