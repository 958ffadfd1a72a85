"""Changing a field that both sides may change: of an account, a contract, a person, a touch.

The row shows the new value at once. Where a CRM has the record, the same transaction notes what it
held and queues one change per record; where it has no place for the field, what is the user's own
judgement stays here and everything else is refused.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from csmdesk.domain.two_sided.fields import FIELDS, TwoSided, fields_of
from csmdesk.errors import InputError, NothingToUndo
from csmdesk.store.queries import edits as queries
from csmdesk.store.queries.outbox import item as operation
from csmdesk.usecases.edit_rules import goes, why_not
from csmdesk.usecases.edit_writing import Changed, Edit, Editor
from csmdesk.usecases.log_lines import known_account
from csmdesk.usecases.touchpoints import NewId, new_uuid
from csmdesk.usecases.workspace import Workspace

_WHERE = {
    "account": "account",
    "contact": "person",
    "subscription": "contract",
    "touchpoint": "touch",
}


@dataclass(frozen=True, slots=True)
class Editable:
    """A field that can be changed.

    Attributes:
        value: what it is, in the encodings of the book format.
        why_not: why it cannot be changed; empty if it can.
        goes: the change is sent to a CRM.
    """

    entity: str
    local_id: str
    name: str
    field: TwoSided
    value: str | None
    why_not: str
    goes: bool


def change(
    workspace: Workspace,
    entity: str,
    local_id: str,
    typed: Mapping[str, str],
    now: datetime,
    *,
    seen: Mapping[str, str | None] | None = None,
    new_id: NewId = new_uuid,
) -> Edit:
    """Change fields of one record.

    Args:
        workspace: where.
        entity: `account`, `contact`, `subscription` or `touchpoint`.
        local_id: the record.
        typed: what was typed, by field; an empty text empties the field.
        now: the instant.
        seen: the values the user saw when the edit began, where they may be old by now.
        new_id: makes ids; for tests.

    Raises:
        InputError: no such record or field, a value it cannot have, a field the CRM has no place
            for, or one that waits for the user to say which side is right.
        UnknownAccount: its account is not in the CRM any more.
    """
    with workspace.store.writing() as connection:
        return change_in(connection, entity, local_id, typed, now, seen or {}, new_id)


def change_in(
    connection: sqlite3.Connection,
    entity: str,
    local_id: str,
    typed: Mapping[str, str],
    now: datetime,
    seen: Mapping[str, str | None],
    new_id: NewId,
) -> Edit:
    """Change fields of one record inside a transaction; see `change`."""
    owner = queries.owner(connection, entity, local_id)
    if owner is None:
        raise InputError(f"There is no such {_WHERE.get(entity, entity)}.")
    if entity != "touchpoint":
        # What was logged stays the user's own; all else is the CRM's, which has let it go.
        known_account(connection, owner[0])
    editor = Editor(connection, entity, local_id, owner, now, new_id)
    for name, text in typed.items():
        editor.change(_field(entity, name), text, seen)
    return editor.done()


def take_back(workspace: Workspace, edit: Edit, now: datetime, *, new_id: NewId = new_uuid) -> None:
    """Take an edit back exactly, as long as nothing of it was sent.

    Raises:
        NothingToUndo: it has been sent, waits for the user's word, or was changed since.
    """

    with workspace.store.writing() as connection:
        for each in edit.changes:
            known = queries.edit(connection, each.entity, each.local_id, each.field)
            shown = queries.value(connection, each.entity, each.local_id, each.field)
            if known is None or shown != each.after or known.local != each.after:
                raise NothingToUndo(f"The {each.words} was changed since.", "e changes it again.")
            item = None if known.op_id is None else operation(connection, known.op_id)
            if item is not None and item.state == "conflict":
                raise NothingToUndo(
                    f"Both sides changed the {each.words}, so it waits for your word.",
                    "In Outbox < takes the CRM's and > sends yours.",
                )
            if item is not None and (
                item.sent_at is not None or item.state not in ("pending", "failed")
            ):
                raise NothingToUndo(
                    f"The {each.words} has been sent already.", "e changes it again."
                )
        for each in edit.changes:
            owner = queries.owner(connection, each.entity, each.local_id)
            editor = Editor(connection, each.entity, each.local_id, owner or ("", ""), now, new_id)
            editor.put(FIELDS[each.entity, each.field], each.before, {})


def latest(workspace: Workspace) -> tuple[Edit, datetime] | None:
    """Return the edit made last of which nothing was sent, and when; nothing if there is none."""
    with workspace.store.reading() as connection:
        found = queries.latest(connection)
        if not found:
            return None
        first = found[0]
        owner = queries.owner(connection, first.entity, first.local_id)
    changes = tuple(
        Changed(
            each.entity,
            each.local_id,
            each.field,
            FIELDS[each.entity, each.field].words,
            each.base,
            each.local,
        )
        for each in found
        if (each.entity, each.field) in FIELDS
    )
    if owner is None or not changes:
        return None
    op_ids = tuple(dict.fromkeys(each.op_id for each in found if each.op_id is not None))
    return Edit(owner[0], owner[1], changes, op_ids), first.edited_at


def editable(workspace: Workspace, entity: str, local_id: str) -> tuple[Editable, ...]:
    """Return the fields of a record with their values, and which of them can be changed."""
    with workspace.store.reading() as connection:
        owner = queries.owner(connection, entity, local_id)
        if owner is None:
            return ()
        place = queries.place(connection, entity, local_id)
        return tuple(
            Editable(
                entity,
                local_id,
                owner[1],
                field,
                queries.value(connection, entity, local_id, field.name),
                why_not(connection, field, local_id, place),
                goes(connection, field, place),
            )
            for field in fields_of(entity)
        )


def _field(entity: str, name: str) -> TwoSided:
    field = FIELDS.get((entity, name.replace("-", "_")))
    if field is None:
        known = ", ".join(each.name.replace("_", "-") for each in fields_of(entity))
        raise InputError(
            f"A {_WHERE.get(entity, entity)} has no field {name!r} that can be changed.",
            f"Fields: {known}.",
        )
    return field
