"""Changes of a day's plan that can be taken back. Plain SQL."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from csmdesk.domain.decisions import PlanEntry
from csmdesk.store.encoding import instant, instant_text

_COLUMNS: Final = 'seq, "on", action, account_id, at, before'
LATEST_SQL: Final = (
    f'SELECT {_COLUMNS} FROM plan_changes WHERE "on" = ? AND at <= ?'  # noqa: S608 - own names
    " ORDER BY seq DESC LIMIT 1"
)
ONE_SQL: Final = f"SELECT {_COLUMNS} FROM plan_changes WHERE seq = ?"  # noqa: S608 - own names
LATER_SQL: Final = 'SELECT 1 FROM plan_changes WHERE "on" = ? AND seq > ?'


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A change of a day's plan.

    Attributes:
        seq: counts the changes; tells it from every other one.
        action: `plan`, `unplan` or `replan`.
        account_id: whom it put in or took out; nobody if the day was planned anew.
        before: the day's entries before it.
    """

    seq: int
    on: date
    action: str
    account_id: str | None
    at: datetime
    before: tuple[PlanEntry, ...]


def latest(connection: sqlite3.Connection, day: date, now: datetime) -> PlanChange | None:
    """Return the latest change of a day's plan up to an instant, if there is one."""
    row = connection.execute(LATEST_SQL, (day.isoformat(), instant_text(now))).fetchone()
    return None if row is None else _change(row)


def one(connection: sqlite3.Connection, seq: int) -> PlanChange | None:
    """Return a change, if it is there still."""
    row = connection.execute(ONE_SQL, (seq,)).fetchone()
    return None if row is None else _change(row)


def changed_since(connection: sqlite3.Connection, change: PlanChange) -> bool:
    """Tell whether the plan of that day was changed after a change."""
    asked = (change.on.isoformat(), change.seq)
    return connection.execute(LATER_SQL, asked).fetchone() is not None


def _change(row: tuple[Any, ...]) -> PlanChange:
    seq, on, action, account_id, at, before = row
    day = date.fromisoformat(on)
    entries = tuple(PlanEntry(on=day, **entry) for entry in json.loads(before))
    return PlanChange(seq, day, action, account_id, instant(at), entries)
