"""What is expected of a renewal, where the CRM has a place for it: theirs, ours, or both.

Forecast and likelihood are the user's own, so no pull writes them by the way. What the CRM's side
changed is taken where ours is as it was; where both differ the user says which it is.
"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import uuid4

from csmdesk.domain.touchpoints import Effect
from csmdesk.domain.two_sided.fields import FIELDS, typed_value
from csmdesk.domain.two_sided.merge import three_way
from csmdesk.domain.two_sided.normal import same
from csmdesk.store.commands import edits as commands
from csmdesk.store.commands.outbox import enqueue
from csmdesk.store.queries import edits as queries

BOTH_CHANGED: Final = "The CRM's side changed it too. Say which it is."
FIELDS_JUDGED: Final = ("forecast", "likelihood")

_ENTITY: Final = "subscription"


def is_news(
    connection: sqlite3.Connection, contract: str | None, field: str, remote: str | None
) -> bool:
    """Return whether the CRM's value of a judgement is another than is known here.

    Args:
        connection: where to look.
        contract: the contract; nothing while it is not known yet.
        field: forecast or likelihood.
        remote: the CRM's value.
    """
    if contract is None:
        return remote is not None
    known = queries.edit(connection, _ENTITY, contract, field)
    if known is None:
        here = queries.value(connection, _ENTITY, contract, field)
        return remote is not None and not same(FIELDS[_ENTITY, field].kind, remote, here)
    return not same(FIELDS[_ENTITY, field].kind, remote, known.base)


def weigh(
    connection: sqlite3.Connection,
    contract: str,
    said: Mapping[str, str | None],
    now: datetime,
) -> None:
    """Take, leave or ask about what a record says of a renewal, in the transaction of its page."""
    found = connection.execute("SELECT 1 FROM subscriptions WHERE id = ?", (contract,)).fetchone()
    if found is None:
        return
    for field in FIELDS_JUDGED:
        if field in said and is_news(connection, contract, field, said[field]):
            _weigh(connection, (_ENTITY, contract, field), said[field], now)


def _weigh(
    connection: sqlite3.Connection,
    about: tuple[str, str, str],
    remote: str | None,
    now: datetime,
) -> None:
    field = FIELDS[about[0], about[2]]
    known = queries.edit(connection, *about)
    kept_here = known is not None and known.op_id is None and known.base != known.local
    if (known is not None and known.settled_at is None) or (kept_here and remote is None):
        return
    try:
        theirs = typed_value(field, remote or "")
    except ValueError:
        # A word of the portal's own says nothing to us.
        return
    local = queries.value(connection, *about)
    base = known.base if known is not None else None
    step = three_way(field.kind, base, local, theirs).step
    if step == "conflict":
        _ask(connection, about, (base, local, theirs), now)
        return
    if step == "take":
        commands.put_value(connection, *about, theirs)
        local = theirs
    commands.note_edit(
        connection, about, base=theirs, local=local, op_id=None, now=now, settled=True
    )


def _ask(
    connection: sqlite3.Connection,
    about: tuple[str, str, str],
    values: tuple[str | None, str | None, str | None],
    now: datetime,
) -> None:
    place = queries.place(connection, about[0], about[1])
    owner = queries.owner(connection, about[0], about[1])
    if place is None or owner is None or queries.conflict_about(connection, *about) is not None:
        return
    base, local, _ = values
    op_id = str(uuid4())
    summary = (
        f"{owner[1]}: {FIELDS[about[0], about[2]].words} {(local or 'empty').replace('_', ' ')}"
    )
    effect = Effect(
        op_id=op_id,
        connection=place[0],
        kind="update",
        object_type=place[1],
        summary=summary,
        payload={"fields": {about[2]: local}},
        remote_id=place[2],
        base={about[2]: base},
    )
    enqueue(
        connection,
        (effect,),
        entity=about[0],
        local_id=about[1],
        account_id=owner[0],
        now=now,
    )
    commands.hold_operation(connection, op_id, BOTH_CHANGED)
    commands.note_edit(connection, about, base=base, local=local, op_id=op_id, now=now)
    commands.note_conflict(connection, str(uuid4()), place[0], about, values, now)
