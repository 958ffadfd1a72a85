"""What the open book says about itself."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

BOOK_INFO_SQL = "SELECT timezone, base_currency, me, settings FROM book_info WHERE id = 1"


@dataclass(frozen=True, slots=True)
class BookInfo:
    """The scalar keys of the book; `settings` are its overrides of the configuration."""

    timezone: str | None = None
    base_currency: str = "USD"
    me: str | None = None
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


def book_info(connection: sqlite3.Connection) -> BookInfo:
    """Return the book's own keys; those of an empty book if nothing was ever imported."""
    row = connection.execute(BOOK_INFO_SQL).fetchone()
    if row is None:
        return BookInfo()
    return BookInfo(
        row[0], row[1], row[2], MappingProxyType(json.loads(row[3], parse_float=Decimal))
    )
