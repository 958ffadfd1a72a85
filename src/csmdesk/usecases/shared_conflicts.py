"""Settling what both sides changed of a step that is shared as a task, and taking that back."""

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING

from csmdesk.errors import InputError
from csmdesk.store.queries.edits import Conflict as Stored
from csmdesk.store.queries.sharing import active, operations

if TYPE_CHECKING:
    from csmdesk.usecases.conflicts import Conflict
    from csmdesk.usecases.touchpoints import NewId


def settle(
    connection: sqlite3.Connection,
    stored: Stored,
    now: datetime,
    new_id: "NewId",
    *,
    theirs: bool,
) -> None:
    """Let a step and its task both have one of the two values, once the conflict is settled."""
    from csmdesk.sync.shared import decide_field

    about = (stored.entity, stored.local_id, stored.field)
    remote = stored.remote or ""
    value = remote if theirs else None
    decide_field(connection, about, stored.connection, remote, value, now, new_id)


def reopen(
    connection: sqlite3.Connection, conflict: "Conflict", now: datetime, new_id: "NewId"
) -> None:
    """Let a step have its own value again, and its task what both began from.

    Raises:
        InputError: the value has been sent.
    """
    from csmdesk.sync.shared import decide_field

    about = (conflict.entity, conflict.local_id, conflict.field)
    for share in active(connection, ids=[conflict.local_id]):
        later = [
            each
            for each in operations(connection, share)
            if each.kind == "update" and each.seq > share.agreed_seq
        ]
        sent = share.base.of(conflict.field) != conflict.theirs
        if sent or any(not each.unsent for each in later if each.state != "cancelled"):
            raise InputError(f"The {conflict.words} has been sent already.")
        base = conflict.base or ""
        decide_field(connection, about, share.connection, base, conflict.ours, now, new_id)
