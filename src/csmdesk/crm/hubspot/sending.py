"""Writing to HubSpot, and finding out what became of a write that nobody answered.

Nothing here repeats a write. Each failure becomes an outcome that says whether the request may
have arrived; what follows from it is decided elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from csmdesk.crm.base import (
    Absent,
    CannotTell,
    Done,
    Doubt,
    Found,
    Impossible,
    Later,
    Lookup,
    Missing,
    NoAccess,
    NotSent,
    Operation,
    Outcome,
    Ref,
    Refused,
    Several,
)
from csmdesk.crm.bodies import split_marker, text_of
from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.api import BATCH_LIMIT, HubSpotApi, Raw, chunks
from csmdesk.crm.hubspot.editing import Editor
from csmdesk.crm.hubspot.keys import read_key
from csmdesk.crm.hubspot.names import KEY_PROPERTY, MARKER
from csmdesk.crm.hubspot.outgoing import BODY, link_types, properties_of
from csmdesk.errors import (
    AuthRejected,
    CsmdeskError,
    RateLimited,
    Rejected,
    UnexpectedReply,
    Unreachable,
)
from csmdesk.text import clean_text

_TROUBLE: Final = frozenset({"SERVER_ERROR", "INTERNAL_ERROR", "RATE_LIMITS"})
"""Categories of errors that say nothing about what was sent."""

KEY_GONE: Final = (
    f"the property {KEY_PROPERTY} that it is known again by was deleted in HubSpot since."
)
"""Why a creation cannot be looked for by its key."""


class Sender:
    """Sends operations to one portal and looks them up.

    Args:
        api: the way to the portal.
        fields: property per plural type and field.
        zone: gives the portal's zone.
    """

    def __init__(
        self,
        api: HubSpotApi,
        fields: Mapping[str, Mapping[str, str]],
        zone: Callable[[], tzinfo],
    ) -> None:
        self._api = api
        self._fields = fields
        self._editor = Editor(api, fields, zone)

    def send(self, operations: Sequence[Operation]) -> tuple[Outcome, ...]:
        """Send operations of one kind and type; one outcome each."""
        if not operations:
            return ()
        first = operations[0]
        if first.kind == "create" and first.tier == "A":
            found: list[Outcome] = []
            for start in range(0, len(operations), BATCH_LIMIT):
                found += self._upsert(operations[start : start + BATCH_LIMIT])
            return tuple(found)
        if first.kind == "associate" and len(operations) > 1:
            return self._link_all(operations)
        return tuple(self._one(operation) for operation in operations)

    def look_up(self, operation: Operation) -> Lookup:
        """Find out whether an operation arrived."""
        try:
            if operation.kind != "create":
                # Changing to the same values, linking and archiving again do no harm.
                return Absent(final=True)
            if operation.tier == "A":
                return self._by_key(operation)
            return self._by_either(operation)
        except AuthRejected as error:
            return NoAccess(
                why=error.line, object_type=operation.object_type if error.scope_only else None
            )
        except RateLimited as error:
            return CannotTell(why=error.line, seconds=error.retry_after)
        except CsmdeskError as error:
            return CannotTell(why=error.line)

    def _one(self, operation: Operation) -> Outcome:
        try:
            return self._write(operation)
        except ValueError as error:
            return Refused(why=clean_text(str(error), one_line=True, limit=300), status=0)
        except CsmdeskError as error:
            return _outcome(error, operation)

    def _write(self, operation: Operation) -> Outcome:
        kind, remote = operation.object_type, operation.remote_id
        if operation.kind == "update" and "fields" in operation.payload:
            return self._editor.edit(operation)
        if operation.kind == "create":
            return self._create(operation)
        if remote is None:
            return Missing(why="The record it belongs to is not known at HubSpot.")
        if operation.kind == "update":
            told = self._api.update(kind, remote, properties_of(operation, self._fields))
            return Done(remote_id=_id(told) or remote)
        if operation.kind == "delete":
            self._api.archive(kind, remote)
            return Done(remote_id=remote)
        target = operation.target
        if target is None:
            return Missing(why="The other end of the link is not known at HubSpot.")
        self._api.link(kind, remote, target.object_type, target.remote_id)
        return Done(remote_id=remote)

    def _create(self, operation: Operation) -> Outcome:
        """Create a record with its links, but never lose it over a link that cannot be.

        One end that was archived meanwhile makes HubSpot refuse the whole record. Nothing was made
        then, so it goes again without that end; the link itself has an operation of its own.
        """
        kind, around = operation.object_type, operation.around
        properties = properties_of(operation, self._fields)
        try:
            return _created(self._api.create(kind, properties, _links(kind, around)))
        except Rejected as error:
            there = [ref for ref in around if not self._is_gone(ref)]
            if error.status not in (400, 404) or len(there) == len(around):
                raise
            return _created(self._api.create(kind, properties, _links(kind, there)))

    def _is_gone(self, ref: Ref) -> bool:
        try:
            self._api.read(ref.object_type, ref.remote_id, ("hs_object_id",))
        except Rejected as error:
            return error.status == 404
        except CsmdeskError:
            pass
        return False

    def _link_all(self, operations: Sequence[Operation]) -> tuple[Outcome, ...]:
        """Link many at once; what the answer does not confirm is linked one by one."""
        groups: dict[str, list[Operation]] = {}
        for operation in operations:
            if operation.remote_id is not None and operation.target is not None:
                groups.setdefault(operation.target.object_type, []).append(operation)
        outcomes: dict[str, Outcome] = {}
        for to, group in groups.items():
            pairs = [_ends(operation) for operation in group]
            try:
                told = self._api.link_all(group[0].object_type, to, list(dict.fromkeys(pairs)))
            except Rejected:
                continue
            except CsmdeskError as error:
                outcomes |= {each.op_id: _outcome(error, each) for each in group}
                continue
            linked = _linked(told)
            outcomes |= {
                each.op_id: Done(remote_id=each.remote_id)
                for each, pair in zip(group, pairs, strict=True)
                if pair in linked
            }
        return tuple(outcomes.get(each.op_id) or self._one(each) for each in operations)

    def _upsert(self, operations: Sequence[Operation]) -> list[Outcome]:
        inputs: list[tuple[str, dict[str, str]]] = []
        bad: dict[str, Outcome] = {}
        for operation in operations:
            try:
                inputs.append((operation.op_id, properties_of(operation, self._fields)))
            except ValueError as error:
                bad[operation.op_id] = Refused(
                    why=clean_text(str(error), one_line=True, limit=300), status=0
                )
        settled: dict[str, Outcome] = {}
        if inputs:
            try:
                told = self._api.upsert(operations[0].object_type, KEY_PROPERTY, inputs)
            except Rejected as error:
                if len(inputs) > 1 and not self._is_keyless(operations[0].object_type):
                    # One bad record fails a batch: find it by sending each alone.
                    return [
                        bad[operation.op_id]
                        if operation.op_id in bad
                        else self._upsert([operation])[0]
                        for operation in operations
                    ]
                settled = {key: _outcome(error, operations[0]) for key, _ in inputs}
            except CsmdeskError as error:
                settled = {key: _outcome(error, operations[0]) for key, _ in inputs}
            else:
                settled = _settled(told, [key for key, _ in inputs])
        refused = {key for key, each in settled.items() if isinstance(each, Refused)}
        if refused and self._is_keyless(operations[0].object_type):
            gone = Refused(why=KEY_GONE, status=400, keyless=True)
            settled |= dict.fromkeys(refused, gone)
        return [
            bad.get(operation.op_id)
            or settled.get(operation.op_id)
            or Doubt(why="HubSpot's answer did not mention it.")
            for operation in operations
        ]

    def _is_keyless(self, kind: str) -> bool:
        """Whether the unique property of a type is gone for sure."""
        try:
            return read_key(self._api, kind) is None
        except CsmdeskError:
            return False

    def _by_key(self, operation: Operation) -> Lookup:
        """Read by the unique property: what it does not find is not there.

        That is so only if it is the very property the operation was sent with.
        """
        try:
            return self._keyed(operation)
        except Rejected as error:
            if read_key(self._api, operation.object_type) != (operation.key_made or ""):
                return Impossible(why=KEY_GONE)
            if error.status == 404:
                return Absent(final=True)
            return CannotTell(why=error.line)

    def _keyed(self, operation: Operation) -> Found | CannotTell:
        told = self._api.read(
            operation.object_type, operation.op_id, (KEY_PROPERTY,), id_property=KEY_PROPERTY
        )
        properties = told.get("properties")
        remote = _id(told)
        if remote is None or not isinstance(properties, Mapping):
            return CannotTell(why="HubSpot's answer is not a record.")
        if values.text(properties, KEY_PROPERTY) != operation.op_id:
            return CannotTell(why="HubSpot answered with another record.")
        return Found(remote_id=remote)

    def _by_either(self, operation: Operation) -> Lookup:
        """Look for the marker it was sent with.

        Another copy of the store may have sent it since, by the unique property where there is one
        by now. Where nobody knows how it was sent, a property that is not there may be the way.
        """
        found = self._by_marker(operation)
        if not isinstance(found, Absent | Impossible):
            return found
        try:
            return self._keyed(operation)
        except Rejected:
            unsure = operation.tier is None and self._is_keyless(operation.object_type)
            return Impossible(why=KEY_GONE) if unsure else found

    def _by_marker(self, operation: Operation) -> Lookup:
        """Read what hangs on the same records; never the search index, which lags."""
        if not operation.around:
            return Impossible(why="It hangs on nothing that could be read.")
        kind, body = operation.object_type, BODY[operation.object_type]
        candidates: dict[str, None] = {}
        for ref in operation.around:
            for ids in self._api.links(ref.object_type, kind, (ref.remote_id,)).values():
                candidates.update(dict.fromkeys(ids))
        found: list[str] = []
        for chunk in chunks(list(candidates), BATCH_LIMIT):
            page = self._api.batch_read(kind, chunk, (body, "hs_timestamp", "hs_createdate"))
            seen = set()
            for raw in page.results:
                remote = _id(raw)
                seen.add(remote)
                properties = raw.get("properties")
                if remote is None or not isinstance(properties, Mapping):
                    continue
                _, key = split_marker(text_of(values.text(properties, body)), MARKER)
                if key == operation.op_id:
                    found.append(remote)
        if len(found) > 1:
            return Several(remote_ids=tuple(sorted(found, key=int)))
        return Found(remote_id=found[0]) if found else Absent()


def _links(kind: str, refs: Sequence[Ref]) -> list[dict[str, Any]]:
    return [
        {"to": {"id": ref.remote_id}, "types": link_types(kind, ref.object_type)} for ref in refs
    ]


def _created(told: Raw) -> Outcome:
    remote = _id(told)
    if remote is None:
        return Doubt(why="HubSpot answered without the new record's id.")
    return Done(remote_id=remote)


def _ends(operation: Operation) -> tuple[str, str]:
    target = operation.target
    return operation.remote_id or "", target.remote_id if target is not None else ""


def _linked(told: Raw) -> frozenset[tuple[str, str]]:
    """Return the pairs that an answer confirms, in both directions."""
    found: set[tuple[str, str]] = set()
    results = told.get("results")
    for entry in results if isinstance(results, list) else ():
        if not isinstance(entry, Mapping):
            continue
        one, other = entry.get("from"), entry.get("to")
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            pair = (str(one.get("id")), str(other.get("id")))
            found |= {pair, pair[::-1]}
    return frozenset(found)


def _settled(told: Raw, keys: Sequence[str]) -> dict[str, Outcome]:
    """Return what a batch's answer says of each input, by key; silence is doubt."""
    settled: dict[str, Outcome] = {}
    results = told.get("results")
    for raw in results if isinstance(results, list) else ():
        if not isinstance(raw, Mapping):
            continue
        properties = raw.get("properties")
        key = values.text(properties, KEY_PROPERTY) if isinstance(properties, Mapping) else ""
        trace = raw.get("objectWriteTraceId")
        if not key and isinstance(trace, str):
            key = trace
        remote = _id(raw)
        if remote is None:
            continue
        if not key and len(keys) == 1:
            key = keys[0]
        if key in keys and key not in settled:
            settled[key] = Done(remote_id=remote, existed=raw.get("new") is False)
    errors = told.get("errors")
    for entry in errors if isinstance(errors, list) else ():
        if not isinstance(entry, Mapping):
            continue
        context = entry.get("context")
        named: Any = context.get("objectWriteTraceId") if isinstance(context, Mapping) else None
        why = clean_text(str(entry.get("message") or "refused"), one_line=True, limit=300)
        for key in named if isinstance(named, list) else [named]:
            if isinstance(key, str) and key in keys and key not in settled:
                if entry.get("category") in _TROUBLE:
                    settled[key] = Doubt(why=f"HubSpot had trouble with it: {why}")
                    continue
                settled[key] = Refused(why=f"HubSpot refused it: {why}", status=400)
    return settled


def _outcome(error: CsmdeskError, operation: Operation) -> Outcome:
    """Return what a failure of a write means for the operation."""
    if isinstance(error, Unreachable):
        return Doubt(why=error.line) if error.sent else NotSent(why=error.line)
    if isinstance(error, UnexpectedReply):
        return Doubt(why=error.line)
    if isinstance(error, RateLimited):
        return Later(why=error.line, seconds=error.retry_after, daily=error.daily)
    if isinstance(error, AuthRejected):
        return NoAccess(
            why=error.line, object_type=operation.object_type if error.scope_only else None
        )
    if isinstance(error, Rejected):
        if error.status == 404 and operation.kind != "create":
            if operation.kind == "delete":
                return Done(remote_id=operation.remote_id, existed=True)
            return Missing(why=error.line)
        return Refused(why=error.line, status=error.status, maybe_ours=error.status == 409)
    return NotSent(why=error.line)


def _id(raw: Mapping[str, Any]) -> str | None:
    remote = raw.get("id")
    if isinstance(remote, int) and not isinstance(remote, bool):
        remote = str(remote)
    return remote if isinstance(remote, str) and remote.isdigit() else None
