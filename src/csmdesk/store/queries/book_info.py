"""What the open book says about itself."""

import sqlite3
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

BOOK_INFO_SQL = "SELECT timezone, base_currency, me, settings FROM book_info WHERE id = 1"
NOT_EMPTY_SQL = "SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM connections)"


class BookInfo(NamedTuple):
    """The scalar keys of the book; `settings` are its overrides of the configuration."""

    timezone: str | None = None
    base_currency: str = "USD"
    me: str | None = None
    settings: Mapping[str, object] = MappingProxyType({})


def book_info(connection: sqlite3.Connection) -> BookInfo:
    """Return the book's own keys; those of an empty book if nothing was ever imported."""
    row = connection.execute(BOOK_INFO_SQL).fetchone()
    if row is None:
        return BookInfo()
    return BookInfo(row[0], row[1], row[2], MappingProxyType(_settings(row[3])))


def is_empty(connection: sqlite3.Connection) -> bool:
    """Tell whether nothing was ever imported or connected."""
    return not connection.execute(NOT_EMPTY_SQL).fetchone()[0]


def _settings(text: str) -> dict[str, object]:
    """Read the settings a book carries. Most carry none: then nothing need be loaded to read it."""
    if text == "{}":
        return {}
    import json

    settings: dict[str, object] = json.loads(text, parse_float=Decimal)
    return settings
