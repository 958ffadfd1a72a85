"""Moving a touch, and the operations that bring it to a CRM, to another account; and back."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

OPERATIONS_SQL: Final = """\
SELECT op_id, connection, entity, local_id, kind, object_type, state, payload, payload_sha256,
       summary, account_id, depends_on, not_before, sent_at, last_error_class, last_error, done_at
FROM outbox
WHERE entity = 'touchpoint' AND local_id = :touch
   OR entity = 'next_step'
      AND local_id IN (SELECT id FROM next_steps WHERE touchpoint_id = :touch)
ORDER BY seq"""
PUT_BACK_SQL: Final = """\
UPDATE outbox SET state = ?, payload = ?, payload_sha256 = ?, summary = ?, account_id = ?,
  not_before = ?, last_error_class = ?, last_error = ?, done_at = ?
WHERE op_id = ? AND sent_at IS ? AND state IN ('pending', 'failed', 'cancelled')"""
_PARTS: Final = ("next_steps", "new_contacts")
_NOT_ARRIVED: Final = ("refused", "not_sent")


@dataclass(frozen=True, slots=True)
class Standing:
    """An operation about a touch or one of its next steps, as it stands."""

    op_id: str
    connection: str
    entity: str
    local_id: str
    kind: str
    object_type: str
    state: str
    written: str
    sha256: str
    summary: str
    account_id: str | None
    depends_on: str | None
    not_before: str | None
    sent_at: str | None
    error_class: str | None
    error: str | None
    done_at: str | None

    @property
    def payload(self) -> Mapping[str, Any]:
        """What it says."""
        found = json.loads(self.written)
        return found if isinstance(found, dict) else {}

    @property
    def open(self) -> bool:
        """Whether something is still to come of it."""
        return self.state not in ("done", "cancelled")

    @property
    def untouched(self) -> bool:
        """Whether nothing of it can have arrived: never sent, or surely refused."""
        waits = self.state in ("pending", "failed")
        return waits and (self.sent_at is None or self.error_class in _NOT_ARRIVED)


def operations(connection: sqlite3.Connection, touchpoint_id: str) -> tuple[Standing, ...]:
    """Return the operations about a touch and its shared next steps, in their order."""
    rows = connection.execute(OPERATIONS_SQL, {"touch": touchpoint_id})
    return tuple(Standing(*row) for row in rows)


def move_touch(
    connection: sqlite3.Connection, touchpoint_id: str, account_id: str, meeting_id: str | None
) -> None:
    """Let a touch of ours, with all that hangs on it, belong to another account.

    Args:
        connection: inside a writing transaction.
        touchpoint_id: the touch.
        account_id: whose it is from now on.
        meeting_id: the meeting of that account it is the record of, if any.
    """
    connection.execute(
        "UPDATE touchpoints SET account_id = ?, meeting_id = ? WHERE id = ?",
        (account_id, meeting_id, touchpoint_id),
    )
    for table in _PARTS:
        connection.execute(
            f"UPDATE {table} SET account_id = ? WHERE touchpoint_id = ?",  # noqa: S608 - own names
            (account_id, touchpoint_id),
        )
    connection.execute(
        "UPDATE shares SET account_id = ? WHERE entity = 'next_step'"
        " AND local_id IN (SELECT id FROM next_steps WHERE touchpoint_id = ?)",
        (account_id, touchpoint_id),
    )


def assign(connection: sqlite3.Connection, op_ids: Iterable[str], account_id: str) -> None:
    """Note whose operations are from now on."""
    connection.executemany(
        "UPDATE outbox SET account_id = ? WHERE op_id = ?",
        [(account_id, op_id) for op_id in op_ids],
    )


def put_back(connection: sqlite3.Connection, before: Iterable[Standing]) -> bool:
    """Let operations stand as they stood; false if one was sent since, after which undo all."""
    for each in before:
        found = connection.execute(
            PUT_BACK_SQL,
            (
                *(each.state, each.written, each.sha256, each.summary, each.account_id),
                *(each.not_before, each.error_class, each.error, each.done_at),
                *(each.op_id, each.sent_at),
            ),
        )
        if not found.rowcount:
            return False
    return True
