"""Texts that are no longer what was written.

A flipped bit in a text passes every check of SQLite's; the sums kept beside authored texts, drafts
and what is to be sent tell it, before it is taken for the truth.
"""

import sqlite3
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

TOUCHES_SQL: Final = (
    "SELECT id, CAST(text AS BLOB), text_sha256 FROM touchpoints WHERE text IS NOT NULL"
)
DRAFTS_SQL: Final = "SELECT place || ' ' || record, CAST(body AS BLOB), body_sha256 FROM drafts"
OUTBOX_SQL: Final = "SELECT op_id, CAST(payload AS BLOB), payload_sha256 FROM outbox"

_SUMMED: Final = (
    ("touchpoint", TOUCHES_SQL),
    ("draft", DRAFTS_SQL),
    ("outbox operation", OUTBOX_SQL),
)


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A text that does not fit its sum: what it belongs to, by kind and id."""

    kind: str
    id: str


def spoiled(connection: sqlite3.Connection) -> tuple[Spoiled, ...]:
    """Return every text with a sum that it does not have."""
    return tuple(
        Spoiled(kind, id_)
        for kind, statement in _SUMMED
        for id_, text, written in connection.execute(statement)
        if written is not None and sha256(text).hexdigest() != written
    )
