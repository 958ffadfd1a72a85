"""The CRM's admin changes a property that a field is mapped to: that mapping pauses, alone.

Looked at once a day, and at every sync while something is paused, so that it resumes by itself.
What was last known of a paused field stays in the store; what would be sent of it waits.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from csmdesk.crm.base import ConnectionSettings, Connector, FieldSets, MappedProperty
from csmdesk.domain.two_sided.fields import FIELDS
from csmdesk.errors import AuthRejected, CrmError
from csmdesk.store.commands import edits
from csmdesk.store.commands import mapped as commands
from csmdesk.store.database import Store
from csmdesk.store.queries import mapped as queries
from csmdesk.store.queries.edits import pending as pending_edits
from csmdesk.store.queries.mapped import MappedField
from csmdesk.store.queries.outbox import OutboxItem
from csmdesk.sync.resting import UNREAD, UNWRITTEN, in_use, sentence

CHECK_EVERY: Final = timedelta(hours=24)
"""How often the properties are looked at while all is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Which mappings rest.

    Attributes:
        unread: fields that are not read, per holder.
        unwritten: fields that are not written, per holder.
        held: why, per type of record: by field, also by the name under which a user edits it.
        returned: what is well again and must be read anew.
        notices: one sentence for each that rests, with what to do.
    """

    unread: FieldSets = field(default_factory=dict)
    unwritten: FieldSets = field(default_factory=dict)
    held: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    returned: tuple[MappedField, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def needs_user(self) -> bool:
        """Whether something cannot be read any more."""
        return bool(self.unread)


def judged(before: MappedField | None, now: MappedProperty, at: datetime) -> MappedField:
    """Return how a field stands, given how it stood and what its property is like now.

    The first look at a property says what it is like when all is well.
    """
    fresh = before is None or before.property != now.name
    kind = None if before is None or fresh else before.kind
    read_only = now.read_only if before is None or fresh or kind is None else before.read_only
    was = "good" if before is None or fresh else before.state
    if now.kind is None:
        state = "vanished"
    elif kind is not None and now.kind != kind and now.kind not in now.takes:
        state = "retyped"
    elif was in UNREAD or was == "returned":
        state = "returned"
    elif now.read_only and not read_only:
        state = "read_only"
    else:
        state = "good"
    return MappedField(
        holder=now.holder,
        field=now.field,
        object_type=now.object_type,
        property=now.name,
        kind=now.kind if kind is None or state == "good" else kind,
        read_only=read_only,
        state=state,
        since=at if before is None or fresh or before.state != state else before.since,
        checked_at=at,
    )


def agreed(
    before: Sequence[MappedField], mapped: Sequence[MappedProperty], at: datetime
) -> tuple[MappedField, ...]:
    """Return how fields stand once the user has agreed to their properties as they are now.

    What rested with the same property is to be read anew; another property is read by itself.
    """
    resting = {
        (each.holder, each.field, each.property)
        for each in before
        if each.state in UNREAD or each.state == "returned"
    }
    fields = (judged(None, each, at) for each in mapped)
    return tuple(
        replace(each, state="returned")
        if each.state == "good" and (each.holder, each.field, each.property) in resting
        else each
        for each in fields
    )


def due(fields: Sequence[MappedField], now: datetime) -> tuple[str, ...] | None:
    """Return the holders to look at: none of them (`None`), some, or all (empty)."""
    if not fields or any(not timedelta() <= now - each.checked_at < CHECK_EVERY for each in fields):
        return ()
    resting = {each.holder for each in fields if each.state in UNWRITTEN}
    return tuple(sorted(resting)) or None


def drift_of(fields: Sequence[MappedField], settings: ConnectionSettings) -> Drift:
    """Return what rests, of the fields that are mapped at present."""
    present = in_use(fields, settings.fields)
    held: dict[str, dict[str, str]] = {}
    for each in present:
        if each.state in UNWRITTEN:
            words = sentence(each, settings.crm)
            names = {
                each.field,
                *(one.name for one in FIELDS.values() if each.field in one.kept_in),
            }
            held.setdefault(each.object_type, {}).update(dict.fromkeys(names, words))
    return Drift(
        unread=_sets(present, UNREAD),
        unwritten=_sets(present, UNWRITTEN),
        held=held,
        returned=tuple(each for each in present if each.state == "returned"),
        notices=tuple(sentence(each, settings.crm) for each in present if each.state in UNWRITTEN),
    )


class DriftWatch:
    """Looks at the mapped properties of one connection.

    Args:
        store: where it is noted how they stand.
        connector: the way to the CRM; told what to leave out.
        settings: the connection.
        now: the clock.
    """

    def __init__(
        self,
        store: Store,
        connector: Connector,
        settings: ConnectionSettings,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._connector = connector
        self._settings = settings
        self._now = now
        self.drift = Drift()

    def look(self, holders: Sequence[str] | None = None) -> bool:
        """Look if it is time, or at these holders at once; return whether something rests anew.

        A CRM that does not answer leaves everything as it was: what follows will say so.

        Raises:
            AuthRejected: the token is refused.
        """
        with self._store.reading() as connection:
            stored = queries.mapped_fields(connection, self._settings.key)
        wanted = due(stored, self._now()) if holders is None else tuple(holders)
        if wanted is not None:
            stored = self._look_at(stored, wanted)
        before = self.drift
        self.drift = drift_of(stored, self._settings)
        if self.drift != before:
            self._connector.leave_out(self.drift.unread, self.drift.unwritten)
        return any(
            fields - before.unwritten.get(holder, frozenset())
            for holder, fields in self.drift.unwritten.items()
        )

    def resting(self, object_type: str) -> frozenset[str]:
        """Return the fields of a type of record that rest."""
        return frozenset(self.drift.held.get(object_type, ()))

    def resting_in(self, item: OutboxItem) -> Mapping[str, str]:
        """Return the fields that an operation changes and that rest, with the reason."""
        fields = item.payload.get("fields") if item.kind == "update" else None
        if not isinstance(fields, Mapping):
            return {}
        resting = self.drift.held.get(item.object_type, {})
        return {name: resting[name] for name in fields if name in resting}

    def look_at_type(self, object_type: str) -> bool:
        """Look at the fields of a type of record at once; return whether something rests anew."""
        with self._store.reading() as connection:
            stored = queries.mapped_fields(connection, self._settings.key)
        holders = {each.holder for each in stored if each.object_type == object_type}
        return bool(holders) and self.look(sorted(holders))

    def settled(self) -> None:
        """Note that what came back has been read anew."""
        if not self.drift.returned:
            return
        good = [replace(each, state="good", since=self._now()) for each in self.drift.returned]
        with self._store.writing() as connection:
            commands.write_mapped(connection, self._settings.key, good)
        self.drift = replace(self.drift, returned=())

    def _look_at(
        self, stored: tuple[MappedField, ...], holders: tuple[str, ...]
    ) -> tuple[MappedField, ...]:
        try:
            states = self._connector.mapped(holders)
        except AuthRejected:
            raise
        except CrmError:
            return stored
        known = {(each.holder, each.field): each for each in stored}
        now = self._now()
        found = {
            (each.holder, each.field): judged(known.get((each.holder, each.field)), each, now)
            for each in states
        }
        with self._store.writing() as connection:
            commands.write_mapped(connection, self._settings.key, found.values())
        return tuple((known | found).values())


def hold(
    connection: sqlite3.Connection,
    item: OutboxItem,
    resting: Mapping[str, str],
    why: str,
    now: datetime,
) -> None:
    """Let the fields of an operation that rest wait in one of their own, so that the others go.

    Args:
        connection: in a writing transaction.
        item: the operation, a change of fields.
        resting: the fields that rest.
        why: told to the user.
        now: when.
    """
    fields: Mapping[str, str | None] = item.payload["fields"]
    base: Mapping[str, str | None] = item.base or {}
    waiting = {name: value for name, value in fields.items() if name in resting}
    op_id = item.op_id
    if len(waiting) < len(fields):
        commands.call_back(connection, item.op_id)
        op_id = str(uuid4())
        left = {name: value for name, value in base.items() if name in waiting}
        edits.split_operation(connection, item.op_id, op_id, waiting, left, why, now)
        for each in pending_edits(connection):
            if each.op_id == item.op_id and each.field in waiting:
                edits.carry(connection, (each.entity, each.local_id, each.field), op_id)
        going = {name: value for name, value in fields.items() if name not in waiting}
        kept = {name: value for name, value in base.items() if name in going}
        edits.write_fields(connection, item.op_id, {"fields": going}, kept)
    commands.hold(connection, op_id, why)


def _sets(fields: Sequence[MappedField], states: frozenset[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for each in fields:
        if each.state in states:
            found.setdefault(each.holder, set()).add(each.field)
    return {holder: frozenset(names) for holder, names in found.items()}
