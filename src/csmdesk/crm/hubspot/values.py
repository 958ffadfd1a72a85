"""HubSpot's values are strings, whatever they mean. Here they become what they mean.

What cannot be read is `None`: a wrong value in one field does not make a record malformed, and
unset, empty and absent are the same.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from csmdesk.domain.spelling import decimal_text, instant_text
from csmdesk.text import clean_text

_LONGEST_NUMBER = 40
_usual_instant = re.compile(
    r"(?:19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII
).fullmatch
"""How HubSpot itself writes an instant."""

_EARLIEST = 1900
_LATEST = 2200


def text(properties: Mapping[str, Any], name: str | None) -> str:
    """Return a property as sent, or an empty text."""
    value = properties.get(name) if name is not None else None
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def line(properties: Mapping[str, Any], name: str | None) -> str | None:
    """Return a property as one clean line, or `None` if there is nothing in it."""
    value = properties.get(name) if name is not None else None
    if value is None or value == "":
        return None
    written = value if isinstance(value, str) else text(properties, name)
    return clean_text(written, one_line=True).strip() or None


def instant(properties: Mapping[str, Any], name: str | None) -> datetime | None:
    """Return a property as an instant in UTC: ISO 8601 or milliseconds since 1970."""
    value = properties.get(name) if name is not None else None
    if value is None:
        return None
    return parse_instant(value if isinstance(value, str) else text(properties, name))


def instant_spelled(properties: Mapping[str, Any], name: str) -> str | None:
    """Return a property as an instant, spelled out."""
    value = properties.get(name)
    if value is None:
        return None
    if isinstance(value, str) and _usual_instant(value):
        try:
            datetime.fromisoformat(value)
        except ValueError:  # such as the 30th of February
            return None
        return value[:-1] + "000Z"
    at = parse_instant(value if isinstance(value, str) else text(properties, name))
    return None if at is None else instant_text(at)


def parse_instant(value: str) -> datetime | None:
    """Return ISO 8601 text or milliseconds since 1970 as an instant in UTC."""
    if not value or len(value) > _LONGEST_NUMBER:
        return None
    try:
        if value[-1] == "Z":
            moment = datetime.fromisoformat(value)
        elif value.lstrip("-").isdigit():
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(value))
        else:
            moment = datetime.fromisoformat(value)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _EARLIEST <= moment.year <= _LATEST else None


def day(properties: Mapping[str, Any], name: str | None, zone: tzinfo | None = None) -> date | None:
    """Return a property as a calendar date.

    A date property has no zone and is never shifted; midnight in UTC is how HubSpot writes one
    where it has only instants. Any other instant is the day it is in `zone`.
    """
    value = text(properties, name)
    if len(value) == 10:
        try:
            found = date.fromisoformat(value)
        except ValueError:
            return None
        return found if _EARLIEST <= found.year <= _LATEST else None
    moment = parse_instant(value)
    if moment is None:
        return None
    if zone is None or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date()
    return moment.astimezone(zone).date()


def number(properties: Mapping[str, Any], name: str | None) -> Decimal | None:
    """Return a property as the decimal written, or `None` if it is not a finite number."""
    value = properties.get(name) if name is not None else None
    if value is None:
        return None
    return parse_number(value if isinstance(value, str) else text(properties, name))


@lru_cache(maxsize=4096)
def parse_number(value: str) -> Decimal | None:
    """Return text as the decimal written, or `None` if it is not a finite number of sane size."""
    if not value or len(value) > _LONGEST_NUMBER:
        return None
    try:
        found = Decimal(value)  # which overlooks spaces around it
    except InvalidOperation:
        return None
    if not found.is_finite() or found.adjusted() > _LONGEST_NUMBER:
        return None
    return found


def number_spelled(properties: Mapping[str, Any], name: str | None) -> str | None:
    """Return a property as a number, spelled out."""
    value = properties.get(name) if name is not None else None
    if value is None:
        return None
    return _number_text(value if isinstance(value, str) else text(properties, name))


@lru_cache(maxsize=4096)
def _number_text(value: str) -> str | None:
    found = parse_number(value)
    return None if found is None else decimal_text(found)


def whole(properties: Mapping[str, Any], name: str | None, most: int = 10**9) -> int | None:
    """Return a property as an integer between 0 and `most`, or `None`."""
    found = number(properties, name)
    if found is None or found != found.to_integral_value():
        return None
    value = int(found)
    return value if 0 <= value <= most else None


def flag(properties: Mapping[str, Any], name: str | None) -> bool | None:
    """Return a property as a truth value, or `None` if it says neither."""
    value = text(properties, name).strip().lower()
    if not value:
        return None
    if value in ("true", "yes", "y", "1", "on"):
        return True
    if value in ("false", "no", "n", "0", "off"):
        return False
    return None


def ids(properties: Mapping[str, Any], name: str | None) -> tuple[str, ...]:
    """Return a semicolon list of ids."""
    value = text(properties, name)
    if not value:
        return ()
    return tuple(part for part in (piece.strip() for piece in value.split(";")) if part.isdigit())


def fingerprint(raw: bytes, *more: str) -> str:
    """Return a hash of a record and of what was read beside it."""
    beside = "\0".join(("", *more)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(raw + beside, digest_size=16).hexdigest()
