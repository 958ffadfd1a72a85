"""Putting effects into the outbox. What becomes of them there is the business of syncing."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from csmdesk.domain.touchpoints import Effect
from csmdesk.store.encoding import encode_json, instant_text, sha256

QUEUE_SQL: Final = (
    "INSERT INTO outbox (op_id, connection, entity, local_id, account_id, remote_id, object_type,"
    " kind, summary, payload, payload_sha256, depends_on, created_at, base, state,"
    " attempts, lookups) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 0, 0)"
)


def enqueue(
    connection: sqlite3.Connection,
    effects: Iterable[Effect],
    *,
    entity: str,
    local_id: str,
    account_id: str | None,
    now: datetime,
) -> None:
    """Queue effects in their order, inside the transaction that writes what they are about.

    Args:
        connection: one that is in a writing transaction.
        effects: each one after what it depends on.
        entity: the kind of record the effects are about, for example `touchpoint`.
        local_id: its id.
        account_id: whose it is.
        now: when it was asked for.
    """
    for effect in effects:
        payload = encode_json(effect.payload)
        connection.execute(
            QUEUE_SQL,
            (
                *(effect.op_id, effect.connection, entity, local_id, account_id),
                *(effect.remote_id, effect.object_type, effect.kind, effect.summary),
                *(payload, sha256(payload), effect.depends_on, instant_text(now)),
                None if effect.base is None else encode_json(effect.base),
            ),
        )
