"""Every row of the book that hangs on one account."""

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from csmdesk.store.queries.books import rows_of

IDS_SQL: Final[Mapping[str, str]] = {
    "subscriptions": "SELECT id FROM subscriptions WHERE account_id = ?",
    "opportunities": "SELECT id FROM opportunities WHERE account_id = ?",
    "contacts": "SELECT id FROM contacts WHERE account_id = ?",
    "touchpoints": "SELECT id FROM book_touchpoints WHERE account_id = ?",
    "meetings": "SELECT id FROM meetings WHERE account_id = ?",
    "tickets": "SELECT id FROM tickets WHERE account_id = ?",
    "surveys": "SELECT id FROM surveys WHERE account_id = ?",
    "plans": "SELECT id FROM plans WHERE account_id = ?",
    "tasks": "SELECT id FROM tasks WHERE account_id = ?",
    "dispositions": "SELECT id FROM dispositions WHERE account_id = ?",
}
BY_ACCOUNT: Final = ("measurements", "health", "pulses", "health_overrides", "planned_days")
OPERATIONS_SQL: Final = """\
SELECT op_id, local_id, object_type, kind, state, summary FROM outbox
WHERE account_id = ? AND state NOT IN ('done', 'cancelled') ORDER BY seq"""


def account_rows(connection: sqlite3.Connection, account_id: str) -> dict[str, list[Any]]:
    """Return what is in sight of one account, by the book's lists; the account's own row first."""
    found = {"accounts": rows_of(connection, "accounts", keys=[account_id], in_sight=True)}
    if not found["accounts"]:
        # What the CRM no longer shows can still be looked at; what was merged is another one now.
        kept = rows_of(connection, "accounts", keys=[account_id])
        found["accounts"] = [row for row in kept if row.crm_state is not None]
    for name, query in IDS_SQL.items():
        ids = [row[0] for row in connection.execute(query, (account_id,))]
        found[name] = rows_of(connection, name, keys=ids, in_sight=True) if ids else []
    for name in BY_ACCOUNT:
        found[name] = rows_of(connection, name, keys=[account_id], in_sight=True)
    return found


def waiting_operations(connection: sqlite3.Connection, account_id: str) -> list[dict[str, Any]]:
    """Return what still has to reach the CRM for an account, in its order."""
    names = ("op_id", "local_id", "object_type", "kind", "state", "summary")
    return [
        dict(zip(names, row, strict=True))
        for row in connection.execute(OPERATIONS_SQL, (account_id,))
    ]
