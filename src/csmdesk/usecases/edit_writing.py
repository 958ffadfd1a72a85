"""Writing one edit of a record: the row, what is known of the change, and what is to be sent.

Changes of a record that were not sent yet become one operation; what was sent once is never
rewritten, a later edit waits behind it.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from csmdesk.domain.touchpoints import Effect, summary_of
from csmdesk.domain.two_sided.fields import FIELDS, TwoSided, typed_value
from csmdesk.domain.two_sided.normal import same
from csmdesk.domain.two_sided.words import change_words
from csmdesk.errors import InputError
from csmdesk.store.queries import edits as queries
from csmdesk.store.queries.outbox import item as operation
from csmdesk.text import clean_text
from csmdesk.usecases.edit_rules import goes, why_not
from csmdesk.usecases.touchpoints import NewId


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that was changed, and from what to what."""

    entity: str
    local_id: str
    field: str
    words: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """What one edit changed.

    Attributes:
        account_id: whose record it is.
        name: what the record is called.
        changes: the fields; those that had the value already are left out.
        op_ids: the operations that bring it to the CRM; empty if it stays here.
    """

    account_id: str
    name: str
    changes: tuple[Changed, ...]
    op_ids: tuple[str, ...]

    def document(self) -> dict[str, object]:
        """Return what `csmdesk edit --json` prints."""
        return {
            "account_id": self.account_id,
            "changes": [
                {
                    "entity": each.entity,
                    "id": each.local_id,
                    "field": each.field,
                    "before": each.before,
                    "after": each.after,
                }
                for each in self.changes
            ],
            "outbox": list(self.op_ids),
        }


class Editor:
    """One edit of one record, inside its transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        entity: str,
        local_id: str,
        owner: tuple[str, str],
        now: datetime,
        new_id: NewId,
    ) -> None:
        self._connection = connection
        self._entity = entity
        self._local_id = local_id
        self._account_id, self._name = owner
        self._now = now
        self._new_id = new_id
        self._place = queries.place(connection, entity, local_id)
        self._changes: list[Changed] = []
        self._op_ids: list[str] = []

    def change(self, field: TwoSided, typed: str, seen: Mapping[str, str | None]) -> None:
        """Change a field to what was typed."""
        try:
            value = typed_value(field, clean_text(typed, one_line=field.kind != "prose"))
        except ValueError as error:
            raise InputError(str(error)) from None
        reason = why_not(self._connection, field, self._local_id, self._place)
        if reason:
            raise InputError(reason)
        before = queries.value(self._connection, self._entity, self._local_id, field.name)
        if before == value or (field.kind != "prose" and same(field.kind, before, value)):
            return
        self.put(field, value, seen)
        self._changes.append(
            Changed(self._entity, self._local_id, field.name, field.words, before, value)
        )

    def put(self, field: TwoSided, value: str | None, seen: Mapping[str, str | None]) -> None:
        """Write a value, note it and queue it."""
        from csmdesk.store.commands import edits as commands

        about = (self._entity, self._local_id, field.name)
        known = queries.edit(self._connection, *about)
        before = queries.value(self._connection, *about)
        if self._entity == "touchpoint":
            self._put_text(value, before)
        elif goes(self._connection, field, self._place):
            base = known.base if known is not None and known.settled_at is None else before
            if known is None or known.settled_at is not None:
                base = seen.get(field.name, before)
            self._queue(field.name, field, value, base, before)
        else:
            self._keep(about, value, before, None)
        commands.put_value(self._connection, *about, value)

    def done(self) -> Edit:
        """Return what was changed."""
        return Edit(
            self._account_id,
            self._name,
            tuple(self._changes),
            tuple(dict.fromkeys(self._op_ids)),
        )

    def _keep(
        self, about: tuple[str, str, str], value: str | None, before: str | None, op_id: str | None
    ) -> None:
        """Note a change that needs no word from a CRM; what it was at first can be restored."""
        from csmdesk.store.commands import edits as commands

        known = queries.edit(self._connection, *about)
        base = before
        if known is not None and known.op_id == op_id and known.base != known.local:
            base = known.base
        commands.note_edit(
            self._connection,
            about,
            base=base,
            local=value,
            op_id=op_id,
            now=self._now,
            settled=True,
        )

    def _queue(
        self,
        named: str,
        field: TwoSided,
        value: str | None,
        base: str | None,
        before: str | None,
        *,
        depends_on: str | None = None,
        place: tuple[str, str, str | None] | None = None,
    ) -> None:
        """Let a change join what waits for the record, or queue it anew."""
        from csmdesk.store.commands import edits as commands
        from csmdesk.store.commands.outbox import enqueue

        key, object_type, remote_id = place or self._place or ("", "", None)
        about = (self._entity, self._local_id, field.name)
        known = queries.edit(self._connection, *about)
        waiting = queries.unsent(self._connection, key, self._entity, self._local_id)
        last = (
            None
            if known is None or known.op_id is None
            else operation(self._connection, known.op_id)
        )
        unsettled = last if known is not None and known.settled_at is None else None
        in_flight = (
            unsettled is not None
            and unsettled.state in ("pending", "sending", "uncertain")
            and (waiting is None or unsettled.op_id != waiting.op_id)
        )
        fields = dict(waiting.fields) if waiting is not None else {}
        bases = dict(waiting.base) if waiting is not None else {}
        refused = unsettled if unsettled is not None and unsettled.state == "failed" else None
        if refused is not None:
            # A new attempt takes the place of the one that was refused.
            fields = {**refused.payload.get("fields", {}), **fields}
            bases = {**(refused.base or {}), **bases}
            commands.drop_operation(self._connection, refused.op_id, self._now)
        if same(field.kind, value, base) and not in_flight:
            # Back to what the CRM has: nothing to send.
            fields.pop(named, None)
            bases.pop(named, None)
            commands.forget_edit(self._connection, about)
            if waiting is not None and fields:
                self._rewrite(waiting.op_id, fields, bases)
                return
            if waiting is not None:
                commands.drop_operation(self._connection, waiting.op_id, self._now)
            if not fields:
                return
            waiting = None
        else:
            fields[named] = value
            # Behind a change that is on its way, this one begins from what that one brings.
            bases.setdefault(named, before if in_flight else base)
        if waiting is not None:
            op_id = waiting.op_id
            self._rewrite(op_id, fields, bases)
        else:
            op_id = self._new_id()
            effect = Effect(
                op_id=op_id,
                connection=key,
                kind="update",
                object_type=object_type,
                summary=self._summary(fields),
                payload={"fields": fields},
                base=bases,
                remote_id=remote_id,
                depends_on=depends_on,
            )
            enqueue(
                self._connection,
                (effect,),
                entity=self._entity,
                local_id=self._local_id,
                account_id=self._account_id,
                now=self._now,
            )
        if named in fields:
            commands.note_edit(
                self._connection, about, base=base, local=value, op_id=op_id, now=self._now
            )
        if refused is not None:
            for other in fields:
                commands.carry(self._connection, (*about[:2], other), op_id)
        self._op_ids.append(op_id)

    def _rewrite(
        self, op_id: str, fields: Mapping[str, str | None], bases: Mapping[str, str | None]
    ) -> None:
        from csmdesk.store.commands import edits as commands

        commands.write_fields(self._connection, op_id, {"fields": fields}, bases)
        commands.summarise(self._connection, op_id, self._summary(fields))

    def _summary(self, fields: Mapping[str, str | None]) -> str:
        return change_words(self._entity, self._name, fields)

    def _put_text(self, value: str | None, before: str | None) -> None:
        """Change a touch's text wherever it is or will be at a CRM."""
        from csmdesk.store.commands import edits as commands
        from csmdesk.store.commands import outbox_states

        about = ("touchpoint", self._local_id, "text")
        heads = queries.heads(self._connection, self._local_id)
        if not heads:
            self._keep(about, value, before, None)
        for head in heads:
            if head.untouched:
                payload = {**head.payload, "text": value or ""}
                outbox_states.rewrite(self._connection, head.op_id, payload)
                title = str(head.payload.get("title") or head.summary.partition(":")[0])
                commands.summarise(self._connection, head.op_id, summary_of(title, value))
                self._keep(about, value, before, head.op_id)
                self._op_ids.append(head.op_id)
                continue
            if head.state == "failed":
                raise InputError(
                    "It is not known whether the CRM has this touch.",
                    "Settle that first: csmdesk outbox, or 6.",
                )
            known = queries.edit(self._connection, *about)
            # Of a change that is settled the CRM has what stands here; its base may be older, as
            # of a text that was written anew or attached elsewhere before it left.
            fresh = known is None or known.settled_at or known.op_id in (None, head.op_id)
            self._queue(
                "notes" if head.kind == "update" else "text",
                FIELDS["touchpoint", "text"],
                value,
                before if known is None or fresh else known.base,
                before,
                depends_on=None if head.state == "done" else head.op_id,
                place=(head.connection, head.object_type, head.remote_id),
            )
