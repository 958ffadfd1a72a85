"""Writing the rows of an imported book: whole rows by key, their nested lists included.

Everything goes through `executemany`: a book has tens of
thousands of rows, and the transaction is the caller's.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from csmdesk.domain.records import HealthComponent, Milestone, Objective, Plan, Subscription
from csmdesk.store.commands.bulk import Values, delete_by, portions, upsert
from csmdesk.store.encoding import decimal_text, encode, encode_json, instant_text, row_of, sha256

Placed = list[tuple[Any, Values]]
"""Nested rows with the columns that say whose they are and where they stand."""

Written = Callable[[int], None]
"""Told after each portion how many rows of the list are written."""

_JUDGED: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "accounts": ("account_notes", "account_id", ("tags", "notes")),
    "subscriptions": (
        "renewal_judgements",
        "subscription_id",
        ("forecast", "likelihood", "notice_received_on"),
    ),
    "contacts": (
        "stakeholders",
        "contact_id",
        (
            *("roles", "primary_role", "influence", "interest", "sentiment", "sentiment_on"),
            *("status", "left_on", "reports_to_id", "counterpart_id"),
        ),
    ),
    "meetings": ("meeting_preps", "meeting_id", ("prep",)),
}
"""What only the CSM knows of a row: the table beside the mirror, its key, the fields."""

AUTHORED: Mapping[str, tuple[str, ...]] = {
    **{name: judged for name, (_, _, judged) in _JUDGED.items()},
    "touchpoints": ("next_steps",),
    "tasks": ("done_on",),
}
"""The fields an import may set on a row whose mirror belongs to a connection."""

_ID = ("id",)
_MIRROR = {"source": "book", "state": "active"}
_KEYS = {
    "measurements": ("account_id", "metric", "on"),
    "pulses": ("account_id", "on"),
    "health_overrides": ("account_id", "set_on"),
    "planned_days": ("on", "account_id"),
    "rates": ("currency", "on"),
}


def write_rows(
    connection: sqlite3.Connection,
    name: str,
    rows: Sequence[Any],
    *,
    owned: Set[tuple[str, ...]],
    now: datetime,
    written: Written,
) -> None:
    """Write records of one list; a row that is there is replaced, its nested lists included.

    Args:
        connection: one in a writing transaction.
        name: the list's key in the document.
        rows: the records.
        owned: keys of rows whose mirror fields belong to a connection and stay as they are.
        now: when touches that are new here were made known to the store.
        written: called after each portion.
    """
    done = 0
    write = _WRITERS.get(name, _write_plain)
    for portion in portions(rows):
        write(connection, name, portion, owned, now)
        done += len(portion)
        written(done)


def write_frame(
    connection: sqlite3.Connection,
    *,
    timezone: str | None,
    base_currency: str | None,
    me: str | None,
    settings: Mapping[str, object] | None,
    holidays: Sequence[date] | None,
) -> None:
    """Write the keys that belong to the book as a whole; `None` leaves one as it is."""
    connection.execute(FRAME_SQL)
    given: Values = {"timezone": timezone, "base_currency": base_currency, "me": me}
    given["settings"] = None if settings is None else _settings_text(settings)
    for column, value in given.items():
        if value is not None:
            connection.execute(
                f"UPDATE book_info SET {column} = ? WHERE id = 1",  # noqa: S608 # own names
                (value,),
            )
    if holidays is not None:
        connection.execute("DELETE FROM holidays")
        upsert(connection, "holidays", [{"on": day.isoformat()} for day in holidays], ("on",))


def _settings_text(settings: Mapping[str, object]) -> str:
    """Settings as JSON in which a fraction stays a number, exactly as it was written."""
    return orjson.dumps(dict(settings), _number, orjson.OPT_SORT_KEYS).decode()


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(decimal_text(value))
    raise TypeError(type(value).__name__)


FRAME_SQL = (
    "INSERT INTO book_info (id, base_currency, settings) VALUES (1, 'USD', '{}')"
    " ON CONFLICT (id) DO NOTHING"
)


def _write_mirror(
    connection: sqlite3.Connection,
    name: str,
    rows: Sequence[Any],
    owned: Set[tuple[str, ...]],
    _now: datetime,
) -> None:
    """Rows of a mirror table, with the CSM's judgement in the table beside it."""
    table, key, judged = _JUDGED.get(name, ("", "", ()))
    ours = [row for row in rows if (row.id,) not in owned]
    aside = (*judged, *(field for field in ("ramp", "breaks", "attendee_ids") if _has(rows, field)))
    if name in ("accounts", "contacts"):
        values = [
            row_of(row, *aside, "crm_state", source="book", state=row.crm_state or "active")
            for row in ours
        ]
    else:
        values = [row_of(row, *aside, **_MIRROR) for row in ours]
    upsert(connection, name, values, _ID)
    if judged:
        _replace_judgements(connection, table, key, judged, rows)
    if name == "subscriptions":
        _replace_steps(connection, ours)
    if name == "meetings":
        _replace_attendees(connection, "meeting_attendees", "meeting_id", ours)


def _write_tasks(
    connection: sqlite3.Connection,
    name: str,
    rows: Sequence[Any],
    owned: Set[tuple[str, ...]],
    now: datetime,
) -> None:
    """A task of a connection keeps its fields; that it was done here is a row of its own."""
    _write_mirror(connection, name, rows, owned, now)
    delete_by(connection, "task_completions", "task_id", [row.id for row in rows])
    ticked = [
        {"task_id": row.id, "done_on": encode(row.done_on)}
        for row in rows
        if (row.id,) in owned and row.done_on is not None
    ]
    upsert(connection, "task_completions", ticked, ("task_id",))


def _write_touchpoints(
    connection: sqlite3.Connection,
    _name: str,
    rows: Sequence[Any],
    owned: Set[tuple[str, ...]],
    now: datetime,
) -> None:
    """Touches are the user's own, unless a connection told of them; next steps always are."""
    ours = [row for row in rows if (row.id,) not in owned]
    made = {"origin": "imported", "created_at": instant_text(now), "withdrawn_at": None}
    upsert(
        connection,
        "touchpoints",
        [
            row_of(row, "attendee_ids", "next_steps", text_sha256=sha256(row.text), **made)
            for row in ours
        ],
        _ID,
        keep=("origin", "created_at"),
    )
    _replace_attendees(connection, "touchpoint_attendees", "touchpoint_id", ours)
    steps = [
        row_of(step, touchpoint_id=row.id, account_id=row.account_id, position=position)
        for row in rows
        for position, step in enumerate(row.next_steps)
    ]
    delete_by(connection, "next_steps", "touchpoint_id", [row.id for row in rows])
    upsert(connection, "next_steps", steps, _ID)


def _write_measurements(
    connection: sqlite3.Connection,
    name: str,
    rows: Sequence[Any],
    owned: Set[tuple[str, ...]],
    _now: datetime,
) -> None:
    ours = [
        row_of(row, source="book")
        for row in rows
        if (row.account_id, row.metric, row.on.isoformat()) not in owned
    ]
    upsert(connection, name, ours, _KEYS[name])


def _write_health(
    connection: sqlite3.Connection,
    _name: str,
    rows: Sequence[Any],
    owned: Set[tuple[str, ...]],
    _now: datetime,
) -> None:
    """Scores of a CRM are mirror; scores that were computed are our own."""
    told: list[Values] = []
    computed: list[Values] = []
    for row in rows:
        parts = encode_json([_component(part) for part in row.components])
        values = row_of(row, "source", "components", components=parts)
        if row.source == "computed":
            computed.append(values)
        elif (row.account_id, "crm", row.on.isoformat()) not in owned:
            told.append({**values, "source": "book"})
    upsert(connection, "health_records", told, ("account_id", "on"))
    upsert(connection, "health_scores", computed, ("account_id", "on"))


def _write_plans(
    connection: sqlite3.Connection,
    name: str,
    rows: Sequence[Plan],
    _owned: Set[tuple[str, ...]],
    _now: datetime,
) -> None:
    _clear_plans(connection, [plan.id for plan in rows])
    upsert(connection, name, [row_of(plan, "objectives") for plan in rows], _ID)
    objectives: Placed = [
        (one, {"plan_id": plan.id, "position": place})
        for plan in rows
        for place, one in enumerate(plan.objectives)
    ]
    _insert_nested(connection, "objectives", objectives, _ID, "criteria", "milestones")
    _insert_nested(connection, "criteria", _below(objectives, "criteria", "objective_id"), _ID)
    milestones = _below(objectives, "milestones", "objective_id")
    _insert_nested(connection, "milestones", milestones, _ID, "moves", "evidence", "tasks")
    place = ("milestone_id", "position")
    for table, field, key in (
        ("milestone_moves", "moves", place),
        ("evidence", "evidence", place),
        ("plan_tasks", "tasks", _ID),
    ):
        _insert_nested(connection, table, _below(milestones, field, "milestone_id"), key)


def _write_plain(
    connection: sqlite3.Connection,
    name: str,
    rows: Sequence[Any],
    _owned: Set[tuple[str, ...]],
    _now: datetime,
) -> None:
    upsert(connection, name, [row_of(row) for row in rows], _KEYS.get(name, _ID))


def _write_planned_days(
    connection: sqlite3.Connection,
    name: str,
    rows: Sequence[Any],
    _owned: Set[tuple[str, ...]],
    _now: datetime,
) -> None:
    """Entries of accepted plans; what the user is known to have put in here stays the user's."""
    values = [row_of(row, own=0) for row in rows]
    upsert(connection, name, values, _KEYS[name], keep=("own",))
    # What the plan was before a change of it says nothing of the plan that came with the book.
    delete_by(connection, "plan_changes", '"on"', sorted({value["on"] for value in values}))


Writer = Callable[[sqlite3.Connection, str, Sequence[Any], Set[tuple[str, ...]], datetime], None]
_WRITERS: Mapping[str, Writer] = {
    **dict.fromkeys(
        (
            *("users", "accounts", "subscriptions", "opportunities", "contacts", "meetings"),
            *("tickets", "surveys"),
        ),
        _write_mirror,
    ),
    "tasks": _write_tasks,
    "touchpoints": _write_touchpoints,
    "measurements": _write_measurements,
    "health": _write_health,
    "plans": _write_plans,
    "planned_days": _write_planned_days,
}


def _replace_judgements(
    connection: sqlite3.Connection,
    table: str,
    key: str,
    judged: tuple[str, ...],
    rows: Sequence[Any],
) -> None:
    """A row without any judgement has no row there."""
    defaults = {field.name: field.default for field in fields(rows[0])}
    kept: list[Values] = []
    empty: list[str] = []
    for row in rows:
        if all(getattr(row, name) == defaults[name] for name in judged):
            empty.append(row.id)
        else:
            kept.append({key: row.id, **{name: encode(getattr(row, name)) for name in judged}})
    delete_by(connection, table, key, empty)
    upsert(connection, table, kept, (key,))


def _replace_steps(connection: sqlite3.Connection, rows: Sequence[Subscription]) -> None:
    for table, field in (("ramp_steps", "ramp"), ("contract_breaks", "breaks")):
        delete_by(connection, table, "subscription_id", [row.id for row in rows])
        _insert_nested(
            connection,
            table,
            [
                (one, {"subscription_id": row.id, "position": place})
                for row in rows
                for place, one in enumerate(getattr(row, field))
            ],
            ("subscription_id", "position"),
        )


def _replace_attendees(
    connection: sqlite3.Connection, table: str, key: str, rows: Sequence[Any]
) -> None:
    delete_by(connection, table, key, [row.id for row in rows])
    people: list[Values] = [
        {key: row.id, "position": position, "contact_id": contact}
        for row in rows
        for position, contact in enumerate(row.attendee_ids)
    ]
    upsert(connection, table, people, (key, "position"))


def _clear_plans(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Remove what hangs on plans, from the leaves up."""
    for statement in CLEAR_PLANS_SQL:
        connection.executemany(statement, [(one,) for one in ids])


_OBJECTIVES = "SELECT id FROM objectives WHERE plan_id = ?"
_MILESTONES = f"SELECT id FROM milestones WHERE objective_id IN ({_OBJECTIVES})"  # noqa: S608 # own names
CLEAR_PLANS_SQL = (
    *(
        f"DELETE FROM {table} WHERE milestone_id IN ({_MILESTONES})"  # noqa: S608 # own names
        for table in ("milestone_moves", "evidence", "plan_tasks")
    ),
    f"DELETE FROM milestones WHERE objective_id IN ({_OBJECTIVES})",  # noqa: S608 # own names
    f"DELETE FROM criteria WHERE objective_id IN ({_OBJECTIVES})",  # noqa: S608 # own names
    "DELETE FROM objectives WHERE plan_id = ?",
)


def _below(parents: Placed, field: str, key: str) -> Placed:
    """The rows of one nested list of all parents, each with its parent and its place."""
    owners: Iterable[Objective | Milestone] = (parent for parent, _ in parents)
    return [
        (one, {key: owner.id, "position": place})
        for owner in owners
        for place, one in enumerate(getattr(owner, field))
    ]


def _insert_nested(
    connection: sqlite3.Connection, table: str, placed: Placed, key: tuple[str, ...], *leave: str
) -> None:
    upsert(connection, table, [row_of(one, *leave, **where) for one, where in placed], key)


def _component(part: HealthComponent) -> Values:
    return {name: value for name, value in row_of(part).items() if value is not None}


def _has(rows: Sequence[Any], field: str) -> bool:
    return bool(rows) and hasattr(rows[0], field)
