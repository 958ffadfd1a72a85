"""Putting effects into the outbox. What becomes of them there is the business of syncing."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from csmdesk.domain.touchpoints import Effect
from csmdesk.store.encoding import encode_json, instant_text, sha256
from csmdesk.store.tables.machinery import OutboxRow


def enqueue(
    session: Session,
    effects: Iterable[Effect],
    *,
    entity: str,
    local_id: str,
    account_id: str | None,
    now: datetime,
) -> None:
    """Queue effects in their order, inside the transaction that writes what they are about.

    Args:
        session: an open writing session.
        effects: each one after what it depends on.
        entity: the kind of record the effects are about, for example `touchpoint`.
        local_id: its id.
        account_id: whose it is.
        now: when it was asked for.
    """
    for effect in effects:
        payload = encode_json(effect.payload)
        session.add(
            OutboxRow(
                op_id=effect.op_id,
                connection=effect.connection,
                entity=entity,
                local_id=local_id,
                account_id=account_id,
                remote_id=effect.remote_id,
                object_type=effect.object_type,
                kind=effect.kind,
                summary=effect.summary,
                payload=payload,
                payload_sha256=sha256(payload),
                base=None if effect.base is None else encode_json(effect.base),
                depends_on=effect.depends_on,
                created_at=instant_text(now),
            )
        )
        session.flush()
