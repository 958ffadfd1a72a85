"""Fields of an account's records that were changed here and are not the same in the CRM yet."""

import sqlite3
from dataclasses import dataclass

from csmdesk.domain.two_sided.fields import FIELDS
from csmdesk.domain.two_sided.normal import Kind
from csmdesk.store.queries import edits
from csmdesk.store.queries.outbox import item
from csmdesk.usecases.delivering import Delivery, delivery


@dataclass(frozen=True, slots=True)
class ChangedHere:
    """A field with our value, which the CRM does not have.

    Attributes:
        record: whose field it is: the account, a person or a contract.
        words: what a colleague calls the field.
        kind: what its values are, to spell them.
        ours: the value shown here.
        theirs: what the CRM had when that was last known.
        delivery: how ours fares on its way: queued, uncertain or failed.
    """

    record: str
    words: str
    kind: Kind
    ours: str | None
    theirs: str | None
    delivery: Delivery


def changed_here(connection: sqlite3.Connection, account_id: str) -> tuple[ChangedHere, ...]:
    """Return the changed fields of an account, its people and its contracts, in a fixed order.

    What stays here because the CRM has no place for it is not among them: nothing is on its way.
    Nor is what both sides changed, which is a conflict and told as one.
    """
    found: list[ChangedHere] = []
    for each in edits.pending(connection):
        field = FIELDS.get((each.entity, each.field))
        if field is None or each.entity == "touchpoint" or each.op_id is None:
            continue
        owner = edits.owner(connection, each.entity, each.local_id)
        operation = item(connection, each.op_id)
        if owner is None or owner[0] != account_id or operation is None:
            continue
        state = delivery((operation.state,))
        if state not in ("sent", "conflict"):
            found.append(
                ChangedHere(owner[1], field.words, field.kind, each.local, each.base, state)
            )
    return tuple(sorted(found, key=lambda each: (each.record, each.words)))
