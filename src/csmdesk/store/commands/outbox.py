"""Putting effects into the outbox. What becomes of them there is the business of syncing."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from csmdesk.domain.touchpoints import Effect
from csmdesk.store.commands.queueing import queue
from csmdesk.store.database import raw_connection


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
    session.flush()
    queue(
        raw_connection(session),
        effects,
        entity=entity,
        local_id=local_id,
        account_id=account_id,
        now=now,
    )
