"""Puts the records of a book straight into a store's tables, without the product's importer."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.builders import World

from csmdesk.domain.records import Plan, Touchpoint
from csmdesk.store.database import Store, open_store
from csmdesk.store.encoding import encode, row_of

FILLED = {"source": "book", "state": "active", "origin": "logged", "own": 0}
"""What every row has that a record does not say."""

Rows = list[dict[str, Any]]

MIRROR = ("users", "opportunities", "tickets", "surveys")
STAKEHOLDER = (
    *("roles", "primary_role", "influence", "interest", "sentiment", "sentiment_on", "status"),
    *("left_on", "reports_to_id", "counterpart_id"),
)
JUDGEMENT = ("forecast", "likelihood", "notice_received_on")


def stored(path: Path, world: World) -> Store:
    """Return a new store that holds a world."""
    store = open_store(path)
    keep(store, world)
    return store


def keep(store: Store, world: World) -> None:
    """Write everything a world holds; rows that are there already are replaced."""
    _write(store, tables_of(world))


def keep_rows(store: Store, book: Mapping[str, Any]) -> None:
    """Write the rows of a partial book into a store that has others."""
    tables = tables_of(World(book))
    del tables["book_info"]
    _write(store, tables)


def _write(store: Store, tables: Mapping[str, Rows]) -> None:
    with store.writing() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        for table, rows in tables.items():
            known = {column[1] for column in connection.execute(f"PRAGMA table_info({table})")}
            filled = {name: value for name, value in FILLED.items() if name in known}
            for bare in rows:
                row = filled | bare
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join("?" for _ in row)
                connection.execute(
                    f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
                    tuple(row.values()),
                )


def tables_of(world: World) -> dict[str, Rows]:
    """Return the rows of every table."""
    lists = {name: list(rows.values()) for name, rows in world.lists.items()}
    tables: dict[str, Rows] = {
        "book_info": [
            {
                "id": 1,
                "timezone": str(world.zone),
                "base_currency": world.base_currency,
                "me": world.me,
                "settings": json.dumps(world.settings),
            }
        ],
        "holidays": [{"on": day.isoformat()} for day in world.holidays],
        "rates": [row_of(row) for row in lists["rates"]],
    }
    for name in MIRROR:
        tables[name] = [row_of(row) for row in lists[name]]
    tables["accounts"] = [row_of(row, "tags", "notes", "crm_state") for row in lists["accounts"]]
    tables["subscriptions"] = [
        row_of(row, "ramp", "breaks", *JUDGEMENT) for row in lists["subscriptions"]
    ]
    tables["ramp_steps"] = [
        row_of(step, subscription_id=row.id, position=place)
        for row in lists["subscriptions"]
        for place, step in enumerate(row.ramp)
    ]
    tables["renewal_judgements"] = [
        {"subscription_id": row.id, **{name: encode(getattr(row, name)) for name in JUDGEMENT}}
        for row in lists["subscriptions"]
    ]
    tables["contacts"] = [row_of(row, *STAKEHOLDER, "crm_state") for row in lists["contacts"]]
    tables["stakeholders"] = [
        {"contact_id": row.id, **{name: encode(getattr(row, name)) for name in STAKEHOLDER}}
        for row in lists["contacts"]
    ]
    tables["meetings"] = [row_of(row, "attendee_ids", "prep") for row in lists["meetings"]]
    tables["meeting_preps"] = [
        {"meeting_id": row.id, "prep": row.prep} for row in lists["meetings"] if row.prep != "none"
    ]
    tables["tasks"] = [row_of(row) for row in lists["tasks"]]
    tables["measurements"] = [row_of(row) for row in lists["measurements"]]
    for table, source in (("health_records", "crm"), ("health_scores", "computed")):
        tables[table] = [
            row_of(row, "source", "components", components="[]")
            for row in lists["health"]
            if row.source == source
        ]
    tables["health_overrides"] = [row_of(row) for row in lists["health_overrides"]]
    tables["dispositions"] = [row_of(row) for row in lists["dispositions"]]
    tables["planned_days"] = [row_of(row) for row in lists["planned_days"]]
    _touches(tables, lists["touchpoints"])
    _plans(tables, lists["plans"])
    return tables


def _touches(tables: dict[str, Rows], touches: list[Touchpoint]) -> None:
    # Every other one as the CRM would tell it, so that both halves of the view are read.
    for number, touch in enumerate(touches):
        mirrored = number % 2 == 1
        bare = row_of(touch, "attendee_ids", "next_steps")
        table, people, name = (
            ("activities", "activity_attendees", "activity_id")
            if mirrored
            else ("touchpoints", "touchpoint_attendees", "touchpoint_id")
        )
        tables.setdefault(table, []).append(bare if mirrored else bare | {"created_at": bare["at"]})
        tables.setdefault(people, []).extend(
            {name: touch.id, "position": place, "contact_id": person}
            for place, person in enumerate(touch.attendee_ids)
        )
        tables.setdefault("next_steps", []).extend(
            row_of(step, touchpoint_id=touch.id, account_id=touch.account_id, position=place)
            for place, step in enumerate(touch.next_steps)
        )


def _plans(tables: dict[str, Rows], plans: list[Plan]) -> None:
    for name in ("plans", "objectives", "milestones", "milestone_moves"):
        tables[name] = []
    for plan in plans:
        tables["plans"].append(row_of(plan, "objectives"))
        for place, objective in enumerate(plan.objectives):
            tables["objectives"].append(
                row_of(objective, "criteria", "milestones", plan_id=plan.id, position=place)
            )
            tables["milestones"] += [
                row_of(
                    one, "moves", "evidence", "tasks", objective_id=objective.id, position=number
                )
                for number, one in enumerate(objective.milestones)
            ]
            tables["milestone_moves"] += [
                row_of(move, milestone_id=one.id, position=number)
                for one in objective.milestones
                for number, move in enumerate(one.moves)
            ]
