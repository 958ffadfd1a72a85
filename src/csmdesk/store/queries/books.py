"""Reading a whole book, or chosen rows of it, back into the records it was made of."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin

from csmdesk.domain import records
from csmdesk.store.encoding import (
    decode_bool,
    decode_date,
    decode_decimal,
    decode_instant,
    decode_list,
)

_NOTES = "t LEFT JOIN account_notes AS n ON n.account_id = t.id"
_CRM_STATE = "CASE WHEN t.state IN ('archived', 'gone', 'no_access') THEN t.state END"
_TOUCHES = """(
SELECT id, account_id, type, at, minutes, two_way, direction, user_id, outcome, sentiment, text,
       meeting_id, CASE WHEN withdrawn_at IS NULL THEN 'active' ELSE 'gone' END AS state
FROM touchpoints
UNION ALL
SELECT id, account_id, type, at, minutes, two_way, direction, user_id, outcome, sentiment, text,
       meeting_id, CASE state WHEN 'no_access' THEN 'active' ELSE state END AS state
FROM activities) AS t"""

# Every list of the book: its record, where its rows stand (as `t`), and the columns that are not
# simply the field of the same name. `?1` is a JSON array of keys or NULL for all, `?2` is whether
# only what is in sight is wanted.
_SOURCES: Mapping[str, tuple[Any, str, Mapping[str, str]]] = {
    "users": (records.User, "users AS t", {}),
    "accounts": (
        records.Account,
        f"accounts AS {_NOTES}",
        {
            "tags": "coalesce(n.tags, '[]')",
            "notes": "n.notes",
            "crm_state": _CRM_STATE,
        },
    ),
    "subscriptions": (
        records.Subscription,
        "subscriptions AS t LEFT JOIN renewal_judgements AS n ON n.subscription_id = t.id",
        {name: f"n.{name}" for name in ("notice_received_on", "forecast", "likelihood")},
    ),
    "opportunities": (records.Opportunity, "opportunities AS t", {}),
    "contacts": (
        records.Contact,
        "contacts AS t LEFT JOIN stakeholders AS n ON n.contact_id = t.id",
        {"roles": "coalesce(n.roles, '[]')", "crm_state": _CRM_STATE}
        | {
            name: f"n.{name}"
            for name in (
                *("primary_role", "influence", "interest", "sentiment", "sentiment_on"),
                *("status", "left_on", "reports_to_id", "counterpart_id"),
            )
        },
    ),
    "touchpoints": (
        records.Touchpoint,
        _TOUCHES,
        {},
    ),
    "meetings": (
        records.Meeting,
        "meetings AS t LEFT JOIN meeting_preps AS n ON n.meeting_id = t.id",
        {"prep": "coalesce(n.prep, 'none')"},
    ),
    "tickets": (records.Ticket, "tickets AS t", {}),
    "measurements": (records.Measurement, "measurements AS t", {}),
    "health": (records.HealthRecord, "book_health AS t", {}),
    "pulses": (records.Pulse, "pulses AS t", {}),
    "health_overrides": (records.HealthOverride, "health_overrides AS t", {}),
    "surveys": (records.Survey, "surveys AS t", {}),
    "plans": (records.Plan, "plans AS t", {}),
    "tasks": (
        records.Task,
        "tasks AS t LEFT JOIN task_completions AS n ON n.task_id = t.id",
        {"done_on": "coalesce(n.done_on, t.done_on)"},
    ),
    "dispositions": (records.Disposition, "dispositions AS t", {}),
    "planned_days": (records.PlannedDay, "planned_days AS t", {}),
    "rates": (records.Rate, "rates AS t", {}),
}
_BY_ACCOUNT = frozenset({"measurements", "health", "pulses", "health_overrides", "planned_days"})
_STATELESS = _BY_ACCOUNT | {"plans", "dispositions", "rates"}

# The lists inside rows: field, record, table, the column that names the row they belong to.
_NESTED: Mapping[str, tuple[tuple[str, Any, str, str], ...]] = {
    "subscriptions": (
        ("ramp", records.RampStep, "ramp_steps", "subscription_id"),
        ("breaks", records.ContractBreak, "contract_breaks", "subscription_id"),
    ),
    "touchpoints": (("next_steps", records.NextStep, "next_steps", "touchpoint_id"),),
    "plans": (("objectives", records.Objective, "objectives", "plan_id"),),
    "objectives": (
        ("criteria", records.Criterion, "criteria", "objective_id"),
        ("milestones", records.Milestone, "milestones", "objective_id"),
    ),
    "milestones": (
        ("moves", records.MilestoneMove, "milestone_moves", "milestone_id"),
        ("evidence", records.Evidence, "evidence", "milestone_id"),
        ("tasks", records.PlanTask, "plan_tasks", "milestone_id"),
    ),
}
_ATTENDEES = {
    "touchpoints": "SELECT touchpoint_id, contact_id FROM book_attendees"
    " ORDER BY touchpoint_id, position",
    "meetings": "SELECT meeting_id, contact_id FROM meeting_attendees"
    " ORDER BY meeting_id, position",
}
_ID_TABLES = {
    "users": ("users",),
    "accounts": ("accounts",),
    "subscriptions": ("subscriptions",),
    "opportunities": ("opportunities",),
    "contacts": ("contacts",),
    "touchpoints": ("touchpoints", "activities"),
    "meetings": ("meetings",),
    "tickets": ("tickets",),
    "surveys": ("surveys",),
    "plans": ("plans",),
    "tasks": ("tasks",),
    "dispositions": ("dispositions",),
}

Decode = Callable[[Any], Any]


def rows_of(
    connection: sqlite3.Connection,
    name: str,
    *,
    keys: Collection[str] | None = None,
    in_sight: bool = False,
) -> list[Any]:
    """Return the records of one list of the book.

    Args:
        connection: one that sees a snapshot.
        name: the list's key in the document.
        keys: only rows of these ids, or of these accounts where rows have no id; `None` is all.
        in_sight: leave out what is archived, merged, gone, withdrawn or out of sight.
    """
    record, _, _ = _SOURCES[name]
    chosen = None if keys is None else json.dumps(sorted(keys), ensure_ascii=False)
    children: dict[str, Mapping[str, tuple[Any, ...]]] = {}
    if name in _ATTENDEES:
        children["attendee_ids"] = _grouped(connection.execute(_ATTENDEES[name]))
    children |= _children(connection, name)
    return list(_records(connection.execute(statement(name), (chosen, in_sight)), record, children))


@cache
def statement(name: str) -> str:
    """Return the query that reads one list."""
    record, source, special = _SOURCES[name]
    columns = ", ".join(
        f"{special.get(field, f't.{_quoted(field)}')} AS {_quoted(field)}"
        for field in _columns(record)
    )
    key = "account_id" if name in _BY_ACCOUNT else "currency" if name == "rates" else "id"
    chosen = f"(?1 IS NULL OR t.{key} IN (SELECT value FROM json_each(?1)))"  # noqa: S608 # own names
    seen = "(NOT ?2 OR t.state = 'active')" if name not in _STATELESS else "(?2 IN (0, 1))"
    return f"SELECT {columns} FROM {source} WHERE {chosen} AND {seen}"  # noqa: S608 # own names


def kept_rows(connection: sqlite3.Connection) -> dict[str, list[Any]]:
    """Return what is out of sight and still has to be exported, by the book's lists.

    That are accounts which the CRM no longer shows and about which something was written here, and
    of their people and contracts, also out of sight, those that it hangs on; and people of accounts
    in sight whom the CRM no longer shows and about whom something was written.
    """
    accounts = [row[0] for row in connection.execute(KEPT_ACCOUNTS_SQL)]
    wanted = json.dumps(accounts, ensure_ascii=False)
    found = {"accounts": rows_of(connection, "accounts", keys=accounts)}
    for name, query in KEPT_SQL.items():
        ids = [row[0] for row in connection.execute(query, (wanted,))]
        found[name] = rows_of(connection, name, keys=ids)
    return found


KEPT_ACCOUNTS_SQL = """\
SELECT a.id FROM accounts AS a
WHERE a.state IN ('archived', 'gone', 'no_access') AND a.id IN (
  SELECT account_id FROM account_notes
  UNION ALL SELECT account_id FROM touchpoints WHERE withdrawn_at IS NULL
  UNION ALL SELECT account_id FROM next_steps
  UNION ALL SELECT account_id FROM pulses
  UNION ALL SELECT account_id FROM health_overrides
  UNION ALL SELECT account_id FROM plans
  UNION ALL SELECT account_id FROM dispositions
  UNION ALL SELECT c.account_id FROM contacts AS c JOIN stakeholders AS s ON s.contact_id = c.id
  UNION ALL SELECT s.account_id FROM subscriptions AS s
    JOIN renewal_judgements AS j ON j.subscription_id = s.id)
ORDER BY a.id"""

# `?1` is a JSON array of the accounts; what is in sight is exported anyway.
KEPT_SQL = {
    "contacts": """\
SELECT c.id FROM contacts AS c JOIN accounts AS a ON a.id = c.account_id
WHERE (c.account_id IN (SELECT value FROM json_each(?1)) AND c.state <> 'active'
       OR a.state = 'active' AND c.state IN ('archived', 'gone', 'no_access'))
  AND (c.id IN (SELECT contact_id FROM stakeholders)
       OR c.id IN (SELECT p.contact_id FROM touchpoint_attendees AS p
                   JOIN touchpoints AS t ON t.id = p.touchpoint_id WHERE t.withdrawn_at IS NULL)
       OR c.id IN (SELECT reports_to_id FROM stakeholders WHERE reports_to_id IS NOT NULL))
ORDER BY c.id""",
    "subscriptions": """\
SELECT s.id FROM subscriptions AS s JOIN renewal_judgements AS j ON j.subscription_id = s.id
WHERE s.account_id IN (SELECT value FROM json_each(?1)) AND s.state <> 'active'
ORDER BY s.id""",
}


def holidays(connection: sqlite3.Connection) -> tuple[date, ...]:
    """Return the days nobody works, in order."""
    found = connection.execute('SELECT "on" FROM holidays ORDER BY "on"')
    return tuple(date.fromisoformat(row[0]) for row in found)


def known_ids(connection: sqlite3.Connection, kind: str, ids: Iterable[str]) -> set[str]:
    """Return which of these ids the store has, of one kind, whatever their state."""
    wanted = json.dumps(sorted(ids), ensure_ascii=False)
    found: set[str] = set()
    for table in _ID_TABLES.get(kind, ()):
        query = f"SELECT id FROM {table} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 # own names
        found.update(row[0] for row in connection.execute(query, (wanted,)))
    return found


def owned_elsewhere(connection: sqlite3.Connection, name: str) -> set[tuple[str, ...]]:
    """Return the keys of the rows of a list whose mirror fields belong to a connection."""
    if name not in OWNED_SQL:
        return set()
    return set(connection.execute(OWNED_SQL[name]))


OWNED_SQL = {
    name: f"SELECT id FROM {name} WHERE source <> 'book'"  # noqa: S608 # own names
    for name in (
        *("users", "accounts", "subscriptions", "opportunities", "contacts", "meetings"),
        *("tickets", "surveys", "tasks"),
    )
} | {
    "touchpoints": "SELECT id FROM activities",
    "measurements": "SELECT account_id, metric, \"on\" FROM measurements WHERE source <> 'book'",
    "health": "SELECT account_id, 'crm', \"on\" FROM health_records WHERE source <> 'book'",
}


def parents(connection: sqlite3.Connection, table: str, ids: Iterable[str]) -> dict[str, str]:
    """Return, for nested rows the store has, the id of the top row they belong to.

    Args:
        table: next_steps, objectives, criteria, milestones or plan_tasks.
    """
    wanted = json.dumps(sorted(ids), ensure_ascii=False)
    return dict(connection.execute(PARENT_SQL[table], (wanted,)).fetchall())


PARENT_SQL = {
    "next_steps": "SELECT id, touchpoint_id FROM next_steps"
    " WHERE id IN (SELECT value FROM json_each(?))",
    "objectives": "SELECT id, plan_id FROM objectives WHERE id IN (SELECT value FROM json_each(?))",
    "criteria": "SELECT c.id, o.plan_id FROM criteria AS c JOIN objectives AS o"
    " ON o.id = c.objective_id WHERE c.id IN (SELECT value FROM json_each(?))",
    "milestones": "SELECT m.id, o.plan_id FROM milestones AS m JOIN objectives AS o"
    " ON o.id = m.objective_id WHERE m.id IN (SELECT value FROM json_each(?))",
    "plan_tasks": "SELECT p.id, o.plan_id FROM plan_tasks AS p JOIN milestones AS m"
    " ON m.id = p.milestone_id JOIN objectives AS o ON o.id = m.objective_id"
    " WHERE p.id IN (SELECT value FROM json_each(?))",
}


def _children(
    connection: sqlite3.Connection, name: str
) -> dict[str, Mapping[str, tuple[Any, ...]]]:
    found: dict[str, Mapping[str, tuple[Any, ...]]] = {}
    for field, record, table, owner in _NESTED.get(name, ()):
        columns = ", ".join(_quoted(column) for column in _columns(record))
        query = f"SELECT {columns}, {owner} FROM {table} ORDER BY {owner}, position"  # noqa: S608 # own names
        rows = connection.execute(query).fetchall()
        made = _records(rows, record, _children(connection, table))
        found[field] = _grouped((row[-1], one) for row, one in zip(rows, made, strict=True))
    return found


def _grouped(pairs: Iterable[tuple[str, Any]]) -> Mapping[str, tuple[Any, ...]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for owner, value in pairs:
        groups[owner].append(value)
    return {owner: tuple(values) for owner, values in groups.items()}


def _records(
    rows: Iterable[tuple[Any, ...]],
    record: Any,
    children: Mapping[str, Mapping[str, tuple[Any, ...]]],
) -> Iterable[Any]:
    names = _columns(record)
    decoders = [(place, _decoder(record, name)) for place, name in enumerate(names)]
    needed = [(place, decode) for place, decode in decoders if decode is not None]
    for row in rows:
        values: list[Any] = list(row[: len(names)])
        for place, decode in needed:
            values[place] = decode(values[place])
        given = dict(zip(names, values, strict=True))
        for field, groups in children.items():
            given[field] = groups.get(given["id"], ())
        yield record(**given)


@cache
def _columns(record: Any) -> tuple[str, ...]:
    """The fields of a record that are columns: all but lists of rows and of attendees."""
    return tuple(
        field.name
        for field in fields(record)
        if field.name != "attendee_ids" and not _is_rows(field.type)
    )


def _is_rows(hint: Any) -> bool:
    inner = get_args(hint)
    return get_origin(hint) is tuple and isinstance(inner[0], type) and inner[0] not in _STORED


_STORED = (str, records.HealthComponent)


@cache
def _decoder(record: Any, name: str) -> Decode | None:
    hint = next(field.type for field in fields(record) if field.name == name)
    kinds = {hint, *get_args(hint)}
    if records.HealthComponent in kinds:
        return _components
    for kind, decode in (
        (datetime, decode_instant),
        (date, decode_date),
        (Decimal, decode_decimal),
        (bool, decode_bool),
    ):
        if kind in kinds:
            return decode
    return decode_list if get_origin(hint) is tuple else None


def _components(text: str) -> tuple[records.HealthComponent, ...]:
    return tuple(
        records.HealthComponent(
            name=part["name"],
            weight=Decimal(part["weight"]),
            freshness=Decimal(part["freshness"]),
            value=decode_decimal(part.get("value")),
        )
        for part in json.loads(text)
    )


def _quoted(name: str) -> str:
    return f'"{name}"'
