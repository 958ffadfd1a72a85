"""One record of the CRM, as it is held in memory and stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

Version = tuple[str | None, str, str]
"""A former or present value of a property: value, when (ISO), source type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record at one moment; a change makes a new one.

    `history` holds, newest first, the versions of the properties that changed since creation or
    were given with a past; any other property has one version, of `created`. `merged_into` is the
    id of the survivor if the record was merged away.
    """

    id: int
    properties: dict[str, str]
    created: str
    updated: str
    archived_at: str | None = None
    history: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    merged_into: int | None = None

    def versions(self, name: str) -> tuple[Version, ...]:
        """Every version of a property, newest first."""
        if name in self.history:
            return self.history[name]
        value = self.properties.get(name)
        return ((value, self.created, "API"),) if value is not None else ()

    def to_json(self) -> bytes:
        """The stored form."""
        document: dict[str, Any] = {
            "p": self.properties,
            "c": self.created,
            "u": self.updated,
        }
        if self.archived_at is not None:
            document["a"] = self.archived_at
        if self.history:
            document["h"] = self.history
        if self.merged_into is not None:
            document["m"] = self.merged_into
        return orjson.dumps(document)


def from_json(record_id: int, stored: bytes) -> Record:
    """The record of a stored form."""
    document = orjson.loads(stored)
    history = {
        name: tuple((value, at, source) for value, at, source in versions)
        for name, versions in document.get("h", {}).items()
    }
    return Record(
        id=record_id,
        properties=document["p"],
        created=document["c"],
        updated=document["u"],
        archived_at=document.get("a"),
        history=history,
        merged_into=document.get("m"),
    )
