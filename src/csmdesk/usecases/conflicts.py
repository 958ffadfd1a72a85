"""What both sides changed: seeing the two values side by side, and saying which it is.

Both values stay until the user has said so, and are kept after that. A record of ours that is at
the CRM twice is settled here too.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from csmdesk.domain.sharing import SHARED_KINDS
from csmdesk.domain.touchpoints import Effect
from csmdesk.domain.two_sided.fields import FIELDS
from csmdesk.domain.two_sided.merge import Merged, merge_prose
from csmdesk.domain.two_sided.normal import Kind, same
from csmdesk.errors import InputError
from csmdesk.store.encoding import decode_instant, encode_instant
from csmdesk.store.queries import edits as queries
from csmdesk.store.queries.outbox import OutboxItem
from csmdesk.store.queries.outbox import item as operation
from csmdesk.store.queries.touch import account_name
from csmdesk.text import clean_text
from csmdesk.usecases import shared_conflicts
from csmdesk.usecases.touchpoints import NewId, new_uuid
from csmdesk.usecases.workspace import Workspace

How = Literal["ours", "theirs", "merge", "archive", "keep"]
"""How a conflict can end. `archive` and `keep` are for what is at the CRM twice."""

TWICE: Final = "duplicate"

_CHANGED_SQL: Final = """\
SELECT modified_at FROM remote_links WHERE connection = ? AND object_type = ? AND remote_id = ?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A field with two values, or a record that is at the CRM twice.

    Attributes:
        key: names it on the command line: the beginning of its operation's id.
        record: what the record is called.
        words: what the field is called.
        base: the value both sides began from; for a record that is there twice, nothing.
        ours: our value; the id of the record that is kept.
        theirs: the CRM's value; the id of the other record.
        typed_at: when ours was typed.
        changed_at: when the CRM's record was changed last, as far as known.
        merged: both texts in one, offered for prose only.
    """

    id: str
    key: str
    account_id: str | None
    account: str
    record: str
    entity: str
    local_id: str
    field: str
    words: str
    kind: Kind
    base: str | None
    ours: str | None
    theirs: str | None
    found_at: datetime
    typed_at: datetime | None
    changed_at: datetime | None
    merged: Merged | None

    @property
    def twice(self) -> bool:
        """Whether it is a record that is at the CRM twice."""
        return self.field == TWICE

    @property
    def about(self) -> str:
        """What it is about, for a sentence: "the title of Ana Silva", "the call of 2026-03-09"."""
        if self.twice:
            return f"the {self.record}"
        whose = "" if self.record == self.account else f" of {self.record}"
        return f"the {self.words}{whose}"

    @property
    def sentence(self) -> str:
        """What is the matter: "both sides changed the title of Ana Silva"."""
        if self.twice:
            return f"{self.about} is in the CRM twice"
        return f"both sides changed {self.about}"

    @property
    def choices(self) -> tuple[How, ...]:
        """How it can end."""
        if self.twice:
            return ("archive", "keep")
        return ("ours", "theirs", "merge") if self.merged is not None else ("ours", "theirs")

    def document(self) -> dict[str, object]:
        """Return what `csmdesk outbox conflicts --json` prints of it."""
        return {
            "key": self.key,
            "account_id": self.account_id,
            "record": self.record,
            "entity": self.entity,
            "id": self.local_id,
            "field": self.field,
            "base": self.base,
            "ours": self.ours,
            "theirs": self.theirs,
            "found_at": encode_instant(self.found_at),
            "choices": list(self.choices),
        }


def conflicts(workspace: Workspace, account_id: str | None = None) -> tuple[Conflict, ...]:
    """Return what waits for the user's word, the oldest first; of one account if it is given."""
    with workspace.store.reading() as connection:
        found = [_seen(connection, each) for each in queries.open_conflicts(connection)]
    return tuple(each for each in found if account_id in (None, each.account_id))


def find(workspace: Workspace, text: str) -> Conflict:
    """Return the open conflict whose id or operation begins like this.

    Raises:
        InputError: none does, or several do.
    """
    found = [
        each
        for each in conflicts(workspace)
        if text and (each.key.startswith(text) or text.startswith(each.key) or each.id == text)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"Several conflicts begin with {text!r}.", "Give more of the id.")
    raise InputError(f"There is no conflict {text!r}.", "See `csmdesk outbox conflicts`.")


def settle(
    workspace: Workspace,
    conflict_id: str,
    how: How,
    now: datetime,
    *,
    text: str | None = None,
    new_id: NewId = new_uuid,
) -> Conflict:
    """Say which value it is; ours and a merged text are sent at the next sync.

    Args:
        workspace: where.
        conflict_id: the conflict.
        how: `ours`, `theirs`, `merge` (texts only); `archive` the other record or `keep` both.
        now: when.
        text: the merged text; by default both texts in one.
        new_id: makes ids; for tests.

    Raises:
        InputError: there is no such conflict any more, or it cannot end like that.
    """
    from csmdesk.store.commands import edits as commands

    with workspace.store.writing() as connection:
        stored = queries.conflict(connection, conflict_id)
        if stored is None or stored.settled_at is not None:
            raise InputError("This is settled already.", "Nothing was changed.")
        found = _seen(connection, stored)
        if how not in found.choices:
            raise InputError(f"This cannot end as {how!r}.", f"Choose: {', '.join(found.choices)}.")
        if found.twice:
            if how == "archive":
                _archive(connection, stored, found, now, new_id)
        elif found.entity in SHARED_KINDS:
            commands.settle_conflict(connection, conflict_id, how, now)
            shared_conflicts.settle(connection, stored, now, new_id, theirs=how == "theirs")
        elif how == "theirs":
            _take(connection, found, now)
        else:
            value = found.ours
            if how == "merge":
                merged = found.merged.text if found.merged is not None else ""
                value = clean_text(text if text is not None else merged).strip() or None
            if same(found.kind, value, found.theirs):
                _take(connection, found, now)
            else:
                _send(connection, stored.connection, found, value, now, new_id)
        commands.settle_conflict(connection, conflict_id, how, now)
    return found


def reopen(workspace: Workspace, conflict: Conflict, now: datetime) -> None:
    """Take the settling of a conflict back, as long as nothing was sent of it.

    Raises:
        InputError: it has been sent.
    """
    from csmdesk.store.commands import edits as commands

    about = (conflict.entity, conflict.local_id, conflict.field)
    with workspace.store.writing() as connection:
        if conflict.twice:
            held = connection.execute(
                "SELECT op_id, sent_at FROM outbox WHERE kind = 'delete' AND remote_id = ?"
                " AND state <> 'cancelled'",
                (conflict.theirs,),
            ).fetchone()
            if held is not None and held[1] is not None:
                raise InputError("The other record has been archived already.")
            if held is not None:
                commands.drop_operation(connection, held[0], now)
        elif conflict.entity in SHARED_KINDS:
            commands.open_again(connection, conflict.id)
            shared_conflicts.reopen(connection, conflict, now, new_uuid)
        else:
            known = queries.edit(connection, *about)
            item = (
                None if known is None or known.op_id is None else operation(connection, known.op_id)
            )
            if item is None or not _still_here(item):
                raise InputError(
                    f"The {conflict.words} was sent in the meantime.", "Edit it again to change it."
                )
            named = next(iter(item.payload.get("fields", {})), conflict.field)
            commands.hold_operation(connection, item.op_id, item.error or "")
            commands.write_fields(
                connection,
                item.op_id,
                {"fields": {named: conflict.ours}},
                {named: conflict.base},
            )
            commands.put_value(connection, *about, conflict.ours)
            commands.note_edit(
                connection,
                about,
                base=conflict.base,
                local=conflict.ours,
                op_id=item.op_id,
                now=conflict.typed_at or now,
            )
        commands.open_again(connection, conflict.id)


_NOT_CARRIED_OUT: Final = ("not_sent", "limit", "daily_limit", "no_access", "mapping", "refused")
"""Answers, or none, after which a change that waits is not at the CRM."""


def _still_here(item: OutboxItem) -> bool:
    """Return whether nothing of a change has arrived, though it may have been tried."""
    if item.sent_at is None or item.state in ("cancelled", "conflict"):
        return True
    return item.state in ("pending", "failed") and item.error_class in _NOT_CARRIED_OUT


def give_up(
    connection: sqlite3.Connection, op_id: str, fields: tuple[str, ...], now: datetime
) -> None:
    """Let the CRM's values stand that an operation would have changed.

    What is the user's own, a touch's text or a judgement, stays here as it was typed.
    """
    from csmdesk.store.commands import edits as commands

    item = operation(connection, op_id)
    if item is None:
        return
    for named in fields:
        about = (item.entity, item.local_id, "text" if named == "notes" else named)
        known = queries.edit(connection, *about)
        if known is None or known.op_id != op_id or known.settled_at is not None:
            continue
        open_one = queries.conflict_about(connection, *about)
        theirs = known.base if open_one is None else open_one.remote
        local = known.local if FIELDS[about[0], about[2]].ours else theirs
        commands.put_value(connection, *about, local)
        commands.settle_edit(connection, about, base=theirs, local=local, now=now)
        if open_one is not None:
            commands.settle_conflict(connection, open_one.id, "theirs", now)


def _take(connection: sqlite3.Connection, found: Conflict, now: datetime) -> None:
    from csmdesk.store.commands import edits as commands

    about = (found.entity, found.local_id, found.field)
    known = queries.edit(connection, *about)
    commands.put_value(connection, *about, found.theirs)
    commands.settle_edit(connection, about, base=found.theirs, local=found.theirs, now=now)
    if known is not None and known.op_id is not None:
        commands.drop_operation(connection, known.op_id, now)


def _send(
    connection: sqlite3.Connection,
    key: str,
    found: Conflict,
    value: str | None,
    now: datetime,
    new_id: NewId,
) -> None:
    """Let our value go, from what the CRM has now."""
    from csmdesk.store.commands import edits as commands

    about = (found.entity, found.local_id, found.field)
    known = queries.edit(connection, *about)
    item = None if known is None or known.op_id is None else operation(connection, known.op_id)
    if item is None:
        raise InputError("What was to be sent is not there any more.", "Take theirs, edit again.")
    named = next(iter(item.payload.get("fields", {})), found.field)
    op_id = item.op_id
    if not commands.release_operation(connection, op_id, {named: value}, {named: found.theirs}):
        # What was sent once is never rewritten.
        commands.drop_operation(connection, op_id, now)
        op_id = new_id()
        effect = Effect(
            op_id=op_id,
            connection=key,
            kind="update",
            object_type=item.object_type,
            summary=item.summary,
            payload={"fields": {named: value}},
            base={named: found.theirs},
            remote_id=item.remote_id,
        )
        _queue(connection, found, effect, now)
    commands.put_value(connection, *about, value)
    commands.note_edit(connection, about, base=found.theirs, local=value, op_id=op_id, now=now)


def _archive(
    connection: sqlite3.Connection,
    stored: queries.Conflict,
    found: Conflict,
    now: datetime,
    new_id: NewId,
) -> None:
    made = operation(connection, stored.base or "")
    if made is None:
        raise InputError("What was sent twice is not known any more.", "Archive it in the CRM.")
    effect = Effect(
        op_id=new_id(),
        connection=stored.connection,
        kind="delete",
        object_type=made.object_type,
        summary=f"Archive the second one: {made.summary}",
        remote_id=stored.remote,
    )
    _queue(connection, found, effect, now)


def _queue(connection: sqlite3.Connection, found: Conflict, effect: Effect, now: datetime) -> None:
    """Queue what a conflict ends with."""
    from csmdesk.store.commands.outbox import enqueue

    enqueue(
        connection,
        (effect,),
        entity=found.entity,
        local_id=found.local_id,
        account_id=found.account_id,
        now=now,
    )


def _seen(connection: sqlite3.Connection, stored: queries.Conflict) -> Conflict:
    owner = queries.owner(connection, stored.entity, stored.local_id)
    account_id, record = owner if owner is not None else (None, stored.local_id)
    account = (account_name(connection, account_id) if account_id else None) or record
    kind = "task" if stored.entity in SHARED_KINDS else stored.entity
    field = FIELDS.get((kind, stored.field))
    known = queries.edit(connection, stored.entity, stored.local_id, stored.field)
    op_id = stored.base if stored.field == TWICE else known.op_id if known is not None else None
    prose = field is not None and field.kind == "prose"
    return Conflict(
        id=stored.id,
        key=(op_id or stored.id)[:8],
        account_id=account_id,
        account=account,
        record=record,
        entity=stored.entity,
        local_id=stored.local_id,
        field=stored.field,
        words="second record" if field is None else field.words,
        kind="line" if field is None else field.kind,
        base=None if stored.field == TWICE else stored.base,
        ours=stored.local,
        theirs=stored.remote,
        found_at=stored.found_at,
        typed_at=known.edited_at if known is not None else None,
        changed_at=_changed_at(connection, stored),
        merged=merge_prose(stored.base, stored.local, stored.remote) if prose else None,
    )


def _changed_at(connection: sqlite3.Connection, stored: queries.Conflict) -> datetime | None:
    place = queries.place(connection, stored.entity, stored.local_id)
    if place is None:
        return None
    row = connection.execute(_CHANGED_SQL, place).fetchone()
    return None if row is None else decode_instant(row[0])
