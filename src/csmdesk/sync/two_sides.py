"""Fields that both sides changed: what a sent change and a pulled record mean for them.

A change waits in the outbox with the value it began from. When the record comes by in a pull, or
when it is compared right before sending, each field is decided by itself: take theirs, send ours,
nothing to send any more, or a conflict. In a conflict nothing is sent for that field, the other
fields go, and both values stay until the user has said which it is.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from csmdesk.crm.base import ACTIVITY_TYPES, Connector, Edited, Page
from csmdesk.domain.sharing import SHARED_KINDS
from csmdesk.domain.two_sided.fields import FIELDS
from csmdesk.domain.two_sided.merge import three_way
from csmdesk.domain.two_sided.normal import same
from csmdesk.domain.two_sided.words import change_words
from csmdesk.store.commands import edits as commands
from csmdesk.store.queries import edits as queries
from csmdesk.store.queries import outbox as outbox_queries
from csmdesk.store.queries import sync as sync_queries
from csmdesk.store.queries.edits import Edit
from csmdesk.store.queries.outbox import OutboxItem
from csmdesk.sync import judgements
from csmdesk.sync.decide import Actions, Link
from csmdesk.sync.settle import kept_otherwise
from csmdesk.sync.shared import agree_sent

_OF_COMPANY: Final = "-subscription"
"""Ends the id of a contract that its company's own fields tell."""

_OWN_FIELD: Final = {"notes": "text"}
"""What we noted of a meeting of the calendar is the text of the touch that is its record."""

About = tuple[str, str, str]


def settle_sent(
    connection: sqlite3.Connection, item: OutboxItem, outcome: Edited, now: datetime
) -> None:
    """Write what a sent change of fields came to, field by field.

    Args:
        connection: in the transaction that settles the operation.
        item: the operation.
        outcome: what the connector found and did.
        now: when.
    """
    if item.entity in SHARED_KINDS:
        if not outcome.refused:
            agree_sent(connection, item, _filled(outcome.now), _filled(outcome.against), now)
        return
    for field, remote in outcome.now.items():
        about = (item.entity, item.local_id, _OWN_FIELD.get(field, field))
        known = queries.edit(connection, *about)
        if known is None or known.settled_at is not None:
            continue
        if known.op_id == item.op_id:
            commands.settle_edit(connection, about, base=remote, local=known.local, now=now)
        else:
            # It was changed once more meanwhile: that change begins from what is there now.
            commands.rebase(connection, about, remote)
            if known.op_id is not None:
                commands.rebase_operation(connection, known.op_id, field, remote)
    for field, remote in outcome.against.items():
        about = (item.entity, item.local_id, _OWN_FIELD.get(field, field))
        known = queries.edit(connection, *about)
        if known is None or known.settled_at is not None or known.op_id != item.op_id:
            continue
        # What a pull noted since is theirs already: both sides began from what was sent.
        known = replace(known, base=(item.base or {}).get(field, known.base))
        _put_aside(connection, item, field, known, remote, now, alone=not outcome.now)
    if outcome.refused:
        _part(connection, item, outcome, now)
    elif outcome.against and outcome.now:
        fields = item.payload.get("fields", {})
        _retell(connection, item, item.op_id, {n: v for n, v in fields.items() if n in outcome.now})


def _part(connection: sqlite3.Connection, item: OutboxItem, outcome: Edited, now: datetime) -> None:
    """Leave an operation the fields that were refused; what arrived gets one that is done.

    What both sides changed has left it before.
    """
    fields: Mapping[str, str | None] = item.payload.get("fields", {})
    base = item.base or {}
    kept = {name: value for name, value in fields.items() if name in outcome.refused}
    there = {name: value for name, value in fields.items() if name in outcome.now}
    if there:
        done = str(uuid4())
        began = {name: value for name, value in base.items() if name in there}
        told = kept_otherwise(outcome)
        commands.note_arrived(connection, item.op_id, done, there, began, told, now)
        _retell(connection, item, done, there)
        for field in there:
            about = (item.entity, item.local_id, _OWN_FIELD.get(field, field))
            known = queries.edit(connection, *about)
            if known is not None and known.op_id == item.op_id:
                commands.carry(connection, about, done)
    if len(kept) < len(fields):
        began = {name: value for name, value in base.items() if name in kept}
        commands.keep_refused(connection, item.op_id, kept, began)
        _retell(connection, item, item.op_id, kept)
    for field in kept:
        about = (item.entity, item.local_id, _OWN_FIELD.get(field, field))
        known = queries.edit(connection, *about)
        if known is None or known.settled_at is not None or known.op_id in (None, item.op_id):
            continue
        # What was typed since began from a value that never arrived.
        commands.rebase_operation(connection, known.op_id, field, base.get(field))


def _filled(fields: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value is not None}


def _retell(
    connection: sqlite3.Connection, item: OutboxItem, op_id: str, fields: Mapping[str, str | None]
) -> None:
    """Let an operation be told by the fields it changes, now that others have left it."""
    owner = queries.owner(connection, item.entity, item.local_id)
    if owner is not None:
        words = change_words(item.entity, owner[1], fields)
        commands.summarise(connection, op_id, words)


def _put_aside(
    connection: sqlite3.Connection,
    item: OutboxItem,
    field: str,
    known: Edit,
    remote: str | None,
    now: datetime,
    *,
    alone: bool,
) -> None:
    """Keep both values of a field, and the operation that would send ours, until it is settled."""
    fields = item.payload.get("fields", {})
    if alone and len(fields) == 1:
        commands.hold_operation(connection, item.op_id, judgements.BOTH_CHANGED)
    else:
        aside = str(uuid4())
        commands.split_operation(
            connection,
            item.op_id,
            aside,
            {field: known.local},
            {field: known.base},
            judgements.BOTH_CHANGED,
            now,
        )
        commands.carry(connection, (known.entity, known.local_id, known.field), aside)
        _retell(connection, item, aside, {field: known.local})
    _note(connection, item.connection, known, remote, now)


def _note(
    connection: sqlite3.Connection, key: str, known: Edit, remote: str | None, now: datetime
) -> None:
    about = (known.entity, known.local_id, known.field)
    found = queries.conflict_about(connection, *about)
    if found is not None:
        commands.update_conflict(connection, found.id, remote)
    else:
        values = (known.base, known.local, remote)
        commands.note_conflict(connection, str(uuid4()), key, about, values, now)


class TwoSides:
    """What a pull means for fields that were changed here, and for our touches changed there.

    Args:
        connector: reads a record's fields.
        key: the connection.
        judged: whether the CRM has a place for what we expect of a renewal.
    """

    def __init__(self, connector: Connector, key: str, *, judged: bool = False) -> None:
        self._connector = connector
        self._key = key
        self._judged = judged

    def concerned(self, connection: sqlite3.Connection, pages: Sequence[Page]) -> bool:
        """Return whether any record of these pages bears on what the user wrote.

        Nothing is looked at but the keys of records as long as nothing waits: a first pull brings
        a hundred thousand of them.
        """
        waiting = {(each.entity, each.local_id) for each in queries.pending(connection)}
        for page in pages:
            if waiting:
                ids = [record.remote_id for record in page.records]
                links = sync_queries.links(connection, self._key, page.object_type, ids)
                for link in links.values():
                    if waiting.intersection(_records(link.entity, link.local_id)):
                        return True
            if self._touches_changed(connection, page):
                return True
            if self._judged and self._tells_judgements(connection, page):
                return True
        return False

    def _tells_judgements(self, connection: sqlite3.Connection, page: Page) -> bool:
        if page.object_type not in ("company", "deal"):
            return False
        links = sync_queries.links(
            connection, self._key, page.object_type, [each.remote_id for each in page.records]
        )
        for record in page.records:
            if record.archived:
                continue
            link = links.get(record.remote_id)
            here = link.local_id if link is not None else None
            said = self._connector.fields_of(page.object_type, record.told)
            contract = (
                here if page.object_type == "deal" or here is None else f"{here}{_OF_COMPANY}"
            )
            for field in judgements.FIELDS_JUDGED:
                if field in said and judgements.is_news(connection, contract, field, said[field]):
                    return True
        return False

    def _touches_changed(self, connection: sqlite3.Connection, page: Page) -> bool:
        if page.object_type not in ACTIVITY_TYPES or not page.records:
            return False
        keys = {record.key for record in page.records if record.key is not None}
        own = sync_queries.own_operations(connection, keys)
        made = {key: each.local_id for key, each in own.items()}
        # One may have lost its key since: with the property, or with the last line of its text.
        keyless = [record.remote_id for record in page.records if record.key not in made]
        links = sync_queries.links(connection, self._key, page.object_type, keyless)
        known = {
            remote: each.local_id
            for remote, each in links.items()
            if each.origin == "push" and each.entity == "touchpoint"
        }
        texts = queries.texts_of(connection, [*made.values(), *known.values()])
        for record in page.records:
            here = made.get(record.key or "") or known.get(record.remote_id, "")
            if here not in texts or record.archived:
                continue
            said = self._connector.fields_of(page.object_type, record.told)
            if "text" in said and not same("prose", said["text"], texts[here]):
                return True
        return False

    def meet(
        self, connection: sqlite3.Connection, page: Page, actions: Actions, now: datetime
    ) -> None:
        """Decide every field that a page of a pull bears on; in the page's transaction."""
        waiting: dict[tuple[str, str], list[Edit]] = {}
        for each in queries.pending(connection):
            waiting.setdefault((each.entity, each.local_id), []).append(each)
        for new in actions.links:
            if new.remote.archived or new.link.state != "active":
                continue
            records = _records(new.link.entity, new.link.local_id)
            found = [each for record in records for each in waiting.get(record, ())]
            own = new.link.entity == "touchpoint"
            judged = self._judged and new.link.entity in ("account", "deal")
            if not found and not own and not judged:
                continue
            said = self._connector.fields_of(page.object_type, new.remote.told)
            for known in found:
                if known.field in said:
                    self._decide(connection, known, said[known.field], now)
            if own and not found and "text" in said:
                self._take_text(connection, new.link, said["text"], now)
            if judged:
                judgements.weigh(connection, records[-1][1], said, now)

    def _decide(
        self, connection: sqlite3.Connection, known: Edit, remote: str | None, now: datetime
    ) -> None:
        about = (known.entity, known.local_id, known.field)
        field = FIELDS[known.entity, known.field]
        if not field.ours:
            # The page has just written theirs; what is shown stays ours.
            commands.put_value(connection, *about, known.local)
        found = queries.conflict_about(connection, *about)
        item = None if known.op_id is None else outbox_queries.item(connection, known.op_id)
        if found is not None:
            commands.update_conflict(connection, found.id, remote)
            if same(field.kind, known.local, remote):
                commands.settle_conflict(connection, found.id, "agreed", now)
                commands.settle_edit(connection, about, base=remote, local=known.local, now=now)
                if item is not None:
                    commands.drop_operation(connection, item.op_id, now)
            return
        if item is None or item.sent_at is not None or item.state != "pending":
            # It may be there already: it is compared before anything is sent again, with what the
            # operation began from. What the CRM holds by now is noted for when it is given up.
            commands.rebase(connection, about, remote)
            return
        step = three_way(field.kind, known.base, known.local, remote).step
        if step == "conflict":
            self._collide(connection, item, known, remote, now)
        elif step != "push":
            commands.settle_edit(connection, about, base=remote, local=known.local, now=now)
            self._leave_out(connection, item, known.field, now)

    def _collide(
        self,
        connection: sqlite3.Connection,
        item: OutboxItem,
        known: Edit,
        remote: str | None,
        now: datetime,
    ) -> None:
        fields = dict(item.payload.get("fields", {}))
        named = next((each for each in fields if _OWN_FIELD.get(each, each) == known.field), None)
        if named is None:
            return
        _put_aside(connection, item, named, known, remote, now, alone=len(fields) == 1)
        if len(fields) > 1:
            self._leave_out(connection, item, known.field, now)

    @staticmethod
    def _leave_out(
        connection: sqlite3.Connection, item: OutboxItem, field: str, now: datetime
    ) -> None:
        """Take a field out of an operation of which nothing was sent."""
        fresh = outbox_queries.item(connection, item.op_id)
        if fresh is None:
            return
        fields = fresh.payload.get("fields", {})
        kept = {
            name: value for name, value in fields.items() if _OWN_FIELD.get(name, name) != field
        }
        base: Mapping[str, str | None] = fresh.base or {}
        if kept:
            left = {name: value for name, value in base.items() if name in kept}
            commands.write_fields(connection, item.op_id, {"fields": kept}, left)
            _retell(connection, item, item.op_id, kept)
        else:
            commands.finish_operation(connection, item.op_id, now)

    def _take_text(
        self, connection: sqlite3.Connection, link: Link, remote: str | None, now: datetime
    ) -> None:
        """Take the text of a touch of ours that was changed at the CRM; ours is kept beside it."""
        about = ("touchpoint", link.local_id, "text")
        if outbox_queries.is_linked(connection, self._key, link.local_id):
            return  # the record was another's: it never said what we wrote
        texts = queries.texts_of(connection, (link.local_id,))
        if link.local_id not in texts:
            return
        local = texts[link.local_id]
        known = queries.edit(connection, *about)
        base = local if known is None else known.base
        if same("prose", remote, base) or same("prose", remote, local):
            return
        if queries.conflict_about(connection, *about) is not None:
            return
        commands.put_value(connection, *about, remote)
        commands.note_edit(
            connection, about, base=remote, local=remote, op_id=None, now=now, settled=True
        )
        taken = str(uuid4())
        commands.note_conflict(connection, taken, self._key, about, (base, local, remote), now)
        commands.settle_conflict(connection, taken, "theirs", now)


def _records(entity: str, local_id: str) -> tuple[tuple[str, str], ...]:
    """Return the records here whose fields a remote record tells."""
    if entity == "account":
        return (("account", local_id), ("subscription", f"{local_id}{_OF_COMPANY}"))
    if entity == "deal":
        return (("subscription", local_id),)
    return ((entity, local_id),)
