"""Links that failed because their target left the CRM: said in words once a pull has found it out.

A push comes before the pull, so that a refused link brings the CRM's own sentence first.
"""

import json

from csmdesk.store.database import Store
from csmdesk.store.queries import outbox as queries

_FAILED_SQL = """\
SELECT op_id, object_type, payload, depends_on, last_error FROM outbox
WHERE connection = ? AND kind = 'associate' AND state = 'failed'"""


def left(object_type: str, to_type: str, remote_id: str | None) -> str:
    """Return that a record cannot be linked to what left, where it is itself, and what to do."""
    there = f" The {object_type} itself is in the CRM, without that link." if remote_id else ""
    told = f"The {to_type} is no longer in the CRM, so the {object_type} cannot be linked to it."
    if to_type == "company":
        return f"{told}{there} Attach it to another account, or cancel this."
    return f"{told}{there} Cancel this."


def explain(store: Store, key: str) -> None:
    """Write at each failed link whose target is known to have left what became of it."""
    told: list[tuple[str, str]] = []
    with store.reading() as connection:
        for op_id, object_type, written, made_by, error in connection.execute(_FAILED_SQL, (key,)):
            try:
                payload = json.loads(written)
                to_type, to_id = str(payload["to_type"]), str(payload["to_id"])
            except (ValueError, KeyError, TypeError):
                continue  # damaged, which is said elsewhere
            target = queries.remote_id_of(connection, key, to_type, to_id)
            if target is None or queries.is_live(connection, key, to_type, target):
                continue
            made = queries.created_id(connection, made_by) if made_by is not None else None
            words = left(object_type, to_type, made)
            if words != error:
                told.append((words, op_id))
    if told:
        with store.writing() as connection:
            connection.executemany(
                "UPDATE outbox SET last_error = ? WHERE op_id = ? AND state = 'failed'", told
            )
