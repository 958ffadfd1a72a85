"""The canonical form of a book: the same contents are always the same bytes.

UTF-8, two-space indent, keys sorted, absent keys left out, top lists sorted by id or natural key,
nested lists in their own order, instants in UTC with `Z`, decimals as strings without exponent
and trailing zeros (book format, "Rules").
"""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import orjson

from csmdesk.book.contents import KEYS, SCALARS, Contents
from csmdesk.domain.spelling import decimal_text

_STYLE = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


def write(contents: Contents) -> bytes:
    """Return the book's document in canonical form."""
    return orjson.dumps(document(contents), _number, _STYLE)


def document(contents: Contents) -> dict[str, object]:
    """Return the book's document as JSON values, lists sorted and absent keys left out."""
    found: dict[str, object] = {"format": "csmdesk-book", "version": 1}
    for name in SCALARS:
        if (value := getattr(contents, name)) is not None:
            found[name] = value
    if contents.settings:
        found["settings"] = dict(contents.settings)
    if contents.holidays:
        found["holidays"] = [day.isoformat() for day in sorted(contents.holidays)]
    for name, key in KEYS.items():
        if rows := contents.rows(name):
            ordered = sorted(rows, key=lambda row: tuple(getattr(row, part) for part in key))
            found[name] = [plain(row) for row in ordered]
    return found


def plain(record: Any) -> dict[str, object]:
    """Return a record as JSON values; what has its default value is left out."""
    found: dict[str, object] = {}
    for name, default in _shape(record.__class__):
        value = getattr(record, name)
        if value is not None and value != default:
            found[name] = _plain(value)
    return found


def instant_text(instant: datetime) -> str:
    """Return the instant in UTC with `Z`, with as many places of a second as it needs."""
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


@cache
def _shape(kind: type[Any]) -> tuple[tuple[str, object], ...]:
    """Field names of a record class, with the default that need not be written."""
    return tuple((one.name, one.default) for one in fields(kind))


def _plain(value: object) -> object:
    match value:
        case bool() | int() | str():
            return value
        case Decimal():
            return decimal_text(value)
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
    return plain(value)


def _number(value: object) -> orjson.Fragment:
    """A fraction in the settings stays a JSON number."""
    if isinstance(value, Decimal):
        return orjson.Fragment(decimal_text(value))
    raise TypeError(type(value).__name__)
