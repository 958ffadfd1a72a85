"""Touches logged before there was a connection: sent only when the user says so."""

from csmdesk.domain.touchpoints import effects_of
from csmdesk.store.queries import touch as queries
from csmdesk.store.queries.earlier import earlier_touches
from csmdesk.usecases.touchpoints import NewId, new_uuid, ties
from csmdesk.usecases.workspace import Workspace


def count(workspace: Workspace, key: str) -> int:
    """Return how many touches on accounts a connection holds were never to be sent."""
    with workspace.store.reading() as connection:
        return len(earlier_touches(connection, key))


def send(workspace: Workspace, key: str, *, new_id: NewId = new_uuid) -> int:
    """Queue them for the CRM, all or none; return how many.

    Asking twice queues nothing twice: what is queued once is no longer among them.
    """
    from csmdesk.store.commands.outbox import enqueue

    with workspace.store.writing() as connection:
        touches = earlier_touches(connection, key)
        for touch in touches:
            name = queries.account_name(connection, touch.account_id) or touch.account_id
            mine = [tie for tie in ties(connection, touch) if tie.connection == key]
            enqueue(
                connection,
                effects_of(touch, name, mine, new_id),
                entity="touchpoint",
                local_id=touch.id,
                account_id=touch.account_id,
                now=workspace.now(),
            )
    return len(touches)
