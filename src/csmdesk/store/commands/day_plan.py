"""Writing the accepted plan of a day, and what it was before each change of it."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Final

from csmdesk.domain.decisions import PlanEntry
from csmdesk.store.commands.bulk import insert, upsert
from csmdesk.store.encoding import instant_text, row_of

ON_DAY_SQL: Final = 'SELECT account_id, own OR removed FROM planned_days WHERE "on" = ?'
LEAVE_DAY_SQL: Final = 'DELETE FROM planned_days WHERE "on" = ? AND account_id = ?'
CLEAR_DAY_SQL: Final = 'DELETE FROM planned_days WHERE "on" = ?'
FORGET_EARLIER_SQL: Final = 'DELETE FROM plan_changes WHERE "on" < ?'
KEEP_CHANGE_SQL: Final = (
    'INSERT INTO plan_changes ("on", action, account_id, at, "before") VALUES (?, ?, ?, ?, ?)'
    " RETURNING seq"
)
FORGET_CHANGE_SQL: Final = "DELETE FROM plan_changes WHERE seq = ?"


def plan_account(connection: sqlite3.Connection, entry: PlanEntry) -> None:
    """Put an account into a day's accepted plan, or take it out."""
    upsert(connection, "planned_days", [row_of(entry)], ("on", "account_id"))


def accept_plan(
    connection: sqlite3.Connection, on: date, planned: Collection[str], listed: Collection[str]
) -> None:
    """Record a day's plan anew; what the user put in or took out stays as it is.

    Args:
        connection: one that is in a writing transaction.
        on: the day.
        planned: ids of the accounts in the plan.
        listed: ids of all accounts on the agenda. One that is not there any more was dealt with;
            it stays recorded as planned.
    """
    day = on.isoformat()
    known = dict(connection.execute(ON_DAY_SQL, (day,)).fetchall())
    left = [
        (day, account_id)
        for account_id, own in known.items()
        if account_id in listed and account_id not in planned and not own
    ]
    connection.executemany(LEAVE_DAY_SQL, left)
    entries = [
        row_of(PlanEntry(on=on, account_id=account_id))
        for account_id in planned
        if account_id not in known
    ]
    insert(connection, "planned_days", entries)


def replace_plan(connection: sqlite3.Connection, on: date, entries: Iterable[PlanEntry]) -> None:
    """Let a day have these entries of an accepted plan and no others."""
    connection.execute(CLEAR_DAY_SQL, (on.isoformat(),))
    insert(connection, "planned_days", [row_of(entry) for entry in entries])


def keep_change(
    connection: sqlite3.Connection,
    on: date,
    before: Iterable[PlanEntry],
    action: str,
    account_id: str | None,
    at: datetime,
) -> int:
    """Keep what a day's plan was before a change, and return the number of the change.

    Changes of earlier days go: they are not taken back any more.
    """
    day = on.isoformat()
    connection.execute(FORGET_EARLIER_SQL, (day,))
    entries = [
        {"account_id": entry.account_id, "removed": entry.removed, "own": entry.own}
        for entry in before
    ]
    change = (day, action, account_id, instant_text(at), json.dumps(entries))
    return int(connection.execute(KEEP_CHANGE_SQL, change).fetchone()[0])


def forget_change(connection: sqlite3.Connection, seq: int) -> None:
    """Forget a change of a day's plan, because it was taken back."""
    connection.execute(FORGET_CHANGE_SQL, (seq,))
