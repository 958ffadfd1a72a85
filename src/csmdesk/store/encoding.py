"""How values are written in the store, and read back.

STRICT tables hold text and integers only, spelled as `csmdesk.domain.spelling` says; a list nobody
joins on is a JSON array.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, overload

from csmdesk.domain.spelling import decimal_text as decimal_text
from csmdesk.domain.spelling import instant as instant
from csmdesk.domain.spelling import instant_text as instant_text


def encode_date(value: date | None) -> str | None:
    """Return a day as `YYYY-MM-DD`; nothing stays nothing."""
    return None if value is None else value.isoformat()


def decode_date(text: str | None) -> date | None:
    """Return the day that `encode_date` wrote."""
    return None if text is None else date.fromisoformat(text)


def encode_instant(value: datetime | None) -> str | None:
    """Return an instant as `instant_text` does; nothing stays nothing."""
    return None if value is None else instant_text(value)


def decode_instant(text: str | None) -> datetime | None:
    """Return the instant that `encode_instant` wrote."""
    return None if text is None else instant(text)


def encode_decimal(value: Decimal | int | None) -> str | None:
    """Return a number as `decimal_text` does; nothing stays nothing."""
    return None if value is None else decimal_text(value)


def decode_decimal(text: str | None) -> Decimal | None:
    """Return the number that `encode_decimal` wrote."""
    return None if text is None else Decimal(text)


def encode_bool(value: bool | None) -> int | None:
    """Return a truth value as 0 or 1; nothing stays nothing."""
    return None if value is None else int(value)


def decode_bool(value: int | None) -> bool | None:
    """Return the truth value that `encode_bool` wrote."""
    return None if value is None else value != 0


def encode_list(values: Iterable[str]) -> str:
    """Return plain strings as a JSON array."""
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def decode_list(text: str | None) -> tuple[str, ...]:
    """Return the strings that `encode_list` wrote."""
    return () if text is None or text == "[]" else tuple(json.loads(text))


def encode_json(value: object) -> str:
    """Return a JSON value in one spelling: sorted keys, no spaces; decimals as their text."""
    return json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_spell
    )


def decode_json(text: str) -> Any:
    """Return the value that `encode_json` wrote."""
    return json.loads(text)


@overload
def sha256(text: str) -> str: ...


@overload
def sha256(text: None) -> None: ...


def sha256(text: str | None) -> str | None:
    """Return the SHA-256 of a text in hex, kept beside it so that a flipped letter is noticed."""
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def encode(value: object) -> str | int | None:
    """Return any value of a record as it is stored.

    Strings, integers and nothing stay; dates, instants, decimals and truth values become what
    the functions above write; a tuple of strings becomes a JSON array.

    Raises:
        TypeError: there is no stored form, for example for a tuple of records.
    """
    # A bool is an int and a datetime is a date, so the narrower type is asked for first.
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return encode_list(value)
    raise TypeError(f"{type(value).__name__} has no stored form")


def row_of(record: Any, *leave: str, **more: str | int | None) -> dict[str, Any]:
    """Return the columns of a record of `csmdesk.domain.records`, encoded.

    Args:
        record: a frozen record.
        leave: fields that live in another table, such as lists of records.
        more: columns that the record has no field for, already encoded.
    """
    row: dict[str, Any] = {
        field.name: encode(getattr(record, field.name))
        for field in fields(record)
        if field.name not in leave
    }
    return {**row, **more}


def _spell(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return list(value)
    return encode(value)
