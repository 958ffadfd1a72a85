"""Writing what a CRM says: rows of the mirror, in bulk, each the same however often it comes.

The statements are plain SQL for `executemany`: a first pull writes a hundred thousand rows. They
run inside the caller's transaction, which bars them from everything the user wrote.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from csmdesk.domain.records import (
    Account,
    Contact,
    HealthRecord,
    Measurement,
    Meeting,
    Opportunity,
    Subscription,
    Survey,
    Task,
    Ticket,
    Touchpoint,
    User,
)
from csmdesk.store.commands.field_columns import columns_of
from csmdesk.store.encoding import (
    decimal_text,
    encode_bool,
    encode_date,
    encode_decimal,
    encode_instant,
    encode_json,
    instant_text,
)

Values = tuple[str | int | None, ...]


class Placed(NamedTuple):
    """A record with the ids it has here. A tuple, because a first pull makes a hundred thousand.

    Attributes:
        record: one of the mirror's kinds; its own ids are those of the connection.
        id: its local id.
        account_id: the account it hangs on; empty for users and accounts.
        fresh: nothing of it is in the store yet.
        people: local ids of the attendees.
    """

    record: Any
    id: str
    account_id: str
    fresh: bool = True
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """How records of one kind are written: columns and values after `id`, `source`, `state`."""

    name: str
    columns: tuple[str, ...]
    values: Callable[[Placed], Values]


def _user(placed: Placed) -> Values:
    row: User = placed.record
    return (row.name, row.email)


def _account(placed: Placed) -> Values:
    row: Account = placed.record
    return (
        row.name,
        row.domain,
        row.industry,
        row.parent_id,
        row.owner_id,
        row.segment,
        encode_date(row.assigned_on),
        encode_date(row.start_on),
        row.currency,
        row.crm_url,
    )


def _subscription(placed: Placed) -> Values:
    row: Subscription = placed.record
    return (
        placed.account_id,
        row.product,
        encode_decimal(row.arr),
        row.currency,
        encode_date(row.start_on),
        row.term_months,
        encode_date(row.term_end),
        int(row.auto_renew),
        row.notice_days,
        row.notice_months,
        int(row.evergreen),
        row.status,
        encode_date(row.ended_on),
    )


def _opportunity(placed: Placed) -> Values:
    row: Opportunity = placed.record
    return (
        placed.account_id,
        row.name,
        row.kind,
        encode_decimal(row.amount),
        row.currency,
        row.stage,
        encode_date(row.close_on),
        row.status,
    )


def _contact(placed: Placed) -> Values:
    row: Contact = placed.record
    return (placed.account_id, row.name, row.title, row.email, row.phone)


def _activity(placed: Placed) -> Values:
    row: Touchpoint = placed.record
    return (
        placed.account_id,
        row.type,
        instant_text(row.at),
        row.minutes,
        encode_bool(row.two_way),
        row.direction,
        row.user_id,
        row.outcome,
        row.sentiment,
        row.text,
        row.meeting_id,
    )


def _meeting(placed: Placed) -> Values:
    row: Meeting = placed.record
    return (
        placed.account_id or None,
        row.kind,
        instant_text(row.start),
        instant_text(row.end),
        row.title,
        row.status,
    )


def _ticket(placed: Placed) -> Values:
    row: Ticket = placed.record
    return (
        placed.account_id,
        row.subject,
        row.severity,
        row.status,
        instant_text(row.opened_at),
        encode_instant(row.closed_at),
    )


def _survey(placed: Placed) -> Values:
    row: Survey = placed.record
    return (
        placed.account_id,
        placed.people[0] if placed.people else row.contact_id,
        row.kind,
        row.score,
        instant_text(row.at),
        row.comment,
    )


def _task(placed: Placed) -> Values:
    row: Task = placed.record
    return (
        placed.account_id,
        row.title,
        encode_date(row.due_on),
        row.priority,
        row.effort_minutes,
        encode_date(row.done_on),
    )


_TABLES: Final[dict[type, _Table]] = {
    User: _Table("users", ("name", "email"), _user),
    Account: _Table(
        "accounts",
        (
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
        _account,
    ),
    Subscription: _Table(
        "subscriptions",
        (
            "account_id",
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
        _subscription,
    ),
    Opportunity: _Table(
        "opportunities",
        ("account_id", "name", "kind", "amount", "currency", "stage", "close_on", "status"),
        _opportunity,
    ),
    Contact: _Table("contacts", ("account_id", "name", "title", "email", "phone"), _contact),
    Touchpoint: _Table(
        "activities",
        (
            "account_id",
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
        _activity,
    ),
    Meeting: _Table(
        "meetings", ("account_id", "kind", "start", "end", "title", "status"), _meeting
    ),
    Ticket: _Table(
        "tickets",
        ("account_id", "subject", "severity", "status", "opened_at", "closed_at"),
        _ticket,
    ),
    Survey: _Table(
        "surveys", ("account_id", "contact_id", "kind", "score", "at", "comment"), _survey
    ),
    Task: _Table(
        "tasks",
        ("account_id", "title", "due_on", "priority", "effort_minutes", "done_on"),
        _task,
    ),
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
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
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
    by_kind: dict[type, list[Placed]] = {}
    for placed in rows:
        by_kind.setdefault(type(placed.record), []).append(placed)
    for kind, table in _TABLES.items():
        found = by_kind.get(kind)
        if not found:
            continue
        values = table.values
        connection.executemany(
            _upsert_keeping(kind, kept) if kept else UPSERTS[kind],
            [(placed.id, source, "active", *values(placed)) for placed in found],
        )
        if kind in _LISTS:
            _write_people(connection, *_LISTS[kind], found)
        elif kind is Subscription:
            _write_terms(connection, found, kept)
    _write_series(connection, source, by_kind)


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
        (placed.id, position, person)
        for placed in found
        for position, person in enumerate(placed.people)
    ]
    if people:
        connection.executemany(
            f"INSERT OR REPLACE INTO {table} ({column}, position, contact_id)"  # noqa: S608
            " VALUES (?, ?, ?)",
            people,
        )


def _write_terms(
    connection: sqlite3.Connection, found: Sequence[Placed], kept: frozenset[str]
) -> None:
    known = [(placed.id,) for placed in found if not placed.fresh]
    if "ramp" not in kept:
        connection.executemany("DELETE FROM ramp_steps WHERE subscription_id = ?", known)
    if "breaks" not in kept:
        connection.executemany("DELETE FROM contract_breaks WHERE subscription_id = ?", known)
    connection.executemany(
        "INSERT OR REPLACE INTO ramp_steps (subscription_id, position, from_on, arr)"
        " VALUES (?, ?, ?, ?)",
        [
            (placed.id, position, encode_date(step.from_on), decimal_text(step.arr))
            for placed in found
            for position, step in enumerate(placed.record.ramp)
        ],
    )
    connection.executemany(
        'INSERT OR REPLACE INTO contract_breaks (subscription_id, position, "on", kind)'
        " VALUES (?, ?, ?, ?)",
        [
            (placed.id, position, encode_date(each.on), each.kind)
            for placed in found
            for position, each in enumerate(placed.record.breaks)
        ],
    )


def _write_series(
    connection: sqlite3.Connection, source: str, by_kind: Mapping[type, Sequence[Placed]]
) -> None:
    points = by_kind.get(Measurement, ())
    connection.executemany(
        MEASUREMENT_SQL,
        [
            (
                placed.account_id,
                placed.record.metric,
                encode_date(placed.record.on),
                source,
                decimal_text(placed.record.value),
            )
            for placed in points
        ],
    )
    connection.executemany(
        HEALTH_SQL,
        [
            (
                placed.account_id,
                encode_date(placed.record.on),
                source,
                decimal_text(placed.record.score),
                int(placed.record.higher_is_better),
                encode_json(
                    [
                        {
                            "name": part.name,
                            "weight": part.weight,
                            "freshness": part.freshness,
                            "value": part.value,
                        }
                        for part in placed.record.components
                    ]
                ),
                placed.record.cause,
            )
            for placed in by_kind.get(HealthRecord, ())
        ],
    )
