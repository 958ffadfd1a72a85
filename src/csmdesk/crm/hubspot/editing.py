"""Changing fields of a record that others change too: read, compare, write only what is ours.

HubSpot has no precondition. Between the reading and the writing lies a moment in which somebody
could change the very field; how long it was is told with the outcome.
"""

import time
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from csmdesk.crm.base import Edited, Missing, Operation, Outcome, Refused
from csmdesk.crm.hubspot.api import HubSpotApi, Raw
from csmdesk.crm.hubspot.shapes import usable_id
from csmdesk.crm.hubspot.two_sided import Place, places, read_value, spelled
from csmdesk.domain.two_sided.merge import three_way
from csmdesk.domain.two_sided.normal import same
from csmdesk.errors import Rejected, UnexpectedReply
from csmdesk.text import clean_text


class Editor:
    """Sends changes of fields to one portal.

    Args:
        api: the way to the portal.
        fields: property per plural type and field.
        zone: gives the portal's zone.
        monotonic: seconds, to say how long the moment between reading and writing was.
    """

    def __init__(
        self,
        api: HubSpotApi,
        fields: Mapping[str, Mapping[str, str]],
        zone: Callable[[], tzinfo],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._fields = fields
        self._zone = zone
        self._monotonic = monotonic
        self._definitions: dict[str, Mapping[str, Mapping[str, Any]]] = {}

    def edit(self, operation: Operation) -> Outcome:
        """Compare the record's fields with what the edit began from, and write ours.

        Raises:
            CsmdeskError: the portal did not answer, or the record is not there.
        """
        kind, remote = operation.object_type, operation.remote_id
        if remote is None:
            return Missing(why="The record is not known at HubSpot.")
        wanted = _wanted(operation)
        kept = places(kind, self._fields, self._zone())
        refused: dict[str, str] = {}
        lost = [field for field in wanted if field not in kept]
        for field in lost:
            refused[field] = f"No property of the portal is mapped to {_said(lost)}."
            del wanted[field]
        if not wanted:
            return Refused(why=refused[lost[0]], status=0)
        names = tuple(dict.fromkeys(name for field in wanted for name in kept[field].names))
        known = self._known(kind) if any(not kept[field].fixed for field in wanted) else {}
        told = self._api.read(kind, remote, names)
        read_at = self._monotonic()
        remote = usable_id(told)
        if remote is None:
            raise UnexpectedReply("HubSpot answered with a record that has no usable id.")
        held = _properties(told)
        gone = [field for field in wanted if self._is_gone(kind, kept[field], held)]
        for field in gone:
            refused[field] = f"HubSpot has no property for {_said(gone)} any more."
            del wanted[field]
        if not wanted:
            return Refused(why=refused[gone[0]], status=400)
        base = operation.base or {}
        now: dict[str, str | None] = {}
        against: dict[str, str | None] = {}
        ours: dict[str, str | None] = {}
        for field, value in wanted.items():
            theirs = read_value(kept[field], held, known)
            verdict = three_way(kept[field].kind, base.get(field), value, theirs)
            if verdict.step == "conflict":
                against[field] = theirs
            elif verdict.step == "push":
                ours[field] = verdict.value
            else:
                now[field] = theirs
        answered, untaken = self._write(kind, remote, ours, kept, held, known)
        refused |= {field: _why(error) for field, error in untaken.items()}
        written = tuple(field for field in ours if field not in untaken)
        for field in written:
            now[field] = read_value(kept[field], answered, known)
        return Edited(
            remote_id=remote,
            now=now,
            against=against,
            refused=refused,
            rewritten=tuple(
                field for field in written if not same(kept[field].kind, ours[field], now[field])
            ),
            written=written,
            window=self._monotonic() - read_at if ours else 0.0,
        )

    def _write(
        self,
        kind: str,
        remote: str,
        ours: Mapping[str, str | None],
        kept: Mapping[str, Place],
        held: Mapping[str, Any],
        known: Mapping[str, Mapping[str, Any]],
    ) -> tuple[Mapping[str, Any], dict[str, Rejected | ValueError]]:
        """Write fields, so that a bad value holds up no good one.

        Returns:
            the record's properties as HubSpot holds them afterwards, and what it did not take.
        """
        changes: dict[str, tuple[str, str]] = {}
        untaken: dict[str, Rejected | ValueError] = {}
        for field, value in ours.items():
            try:
                changes[field] = spelled(kept[field], field, value, held, known)
            except ValueError as error:
                untaken[field] = error
        answered = self._put(kind, remote, changes, untaken) if changes else {}
        written = [field for field in ours if field not in untaken]
        if not written:
            return held, untaken
        names = tuple(dict.fromkeys(name for field in written for name in kept[field].names))
        if any(name not in answered for name in names):
            answered = _properties(self._api.read(kind, remote, names))
        return answered, untaken

    def _put(
        self,
        kind: str,
        remote: str,
        changes: Mapping[str, tuple[str, str]],
        untaken: dict[str, Rejected | ValueError],
    ) -> Mapping[str, Any]:
        """Write properties at one go, or one after the other if HubSpot refuses one of them.

        Returns:
            the properties of HubSpot's answer; none if they were written one after the other.
        """
        try:
            return _properties(self._api.update(kind, remote, dict(changes.values())))
        except Rejected as error:
            if error.status == 404:
                # It is the record that is not there.
                raise
            if len(changes) == 1:
                untaken |= dict.fromkeys(changes, error)
                return {}
        for field, change in changes.items():
            self._put(kind, remote, {field: change}, untaken)
        return {}

    def _is_gone(self, kind: str, place: Place, held: Mapping[str, Any]) -> bool:
        """Whether a record does not mention what was asked for because there is no such property.

        One without a value comes as null: that it is empty would be news, that it is gone is none.
        """
        return not any(name in held for name in place.names) and not any(
            name in self._known(kind) for name in place.names
        )

    def _known(self, kind: str) -> Mapping[str, Mapping[str, Any]]:
        if kind not in self._definitions:
            listed = self._api.properties(kind)
            self._definitions[kind] = {str(each.get("name")): each for each in listed}
        return self._definitions[kind]


def _wanted(operation: Operation) -> dict[str, str | None]:
    fields = operation.payload.get("fields")
    found: dict[str, str | None] = {}
    for field, value in fields.items() if isinstance(fields, Mapping) else ():
        found[str(field)] = value if isinstance(value, str) else None
    return found


def _said(fields: list[str]) -> str:
    return " and ".join(field.replace("_", " ") for field in fields)


def _why(error: Rejected | ValueError) -> str:
    if isinstance(error, Rejected):
        return error.line
    return clean_text(str(error), one_line=True, limit=300)


def _properties(told: Raw) -> Mapping[str, Any]:
    found = told.get("properties")
    if not isinstance(found, Mapping):
        raise UnexpectedReply("HubSpot's answer is not a record.")
    return found
