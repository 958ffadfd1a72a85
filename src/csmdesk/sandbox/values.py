"""Property values: checked on the way in, always strings on the way out (fact sheet §11)."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from csmdesk.sandbox.schema import Property

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_LONGEST = 65_536
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadValueError(Exception):
    """A value the CRM refuses.

    Args:
        code: HubSpot's word for the reason, for example `INVALID_OPTION`.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def iso(instant: datetime) -> str:
    """An instant as the API writes it: UTC, milliseconds, `Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{instant.microsecond // 1000:03d}Z"
    )


def read_instant(text: str) -> datetime:
    """The instant of an ISO-8601 text or of epoch milliseconds. Raises ValueError."""
    if text.lstrip("-").isdigit():
        try:
            return _EPOCH + timedelta(milliseconds=int(text))
        except OverflowError as overflow:
            raise ValueError(text) from overflow
    value = datetime.fromisoformat(text)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def epoch_ms(text: str) -> int:
    """Milliseconds since 1970 of a stored date or datetime value. Raises ValueError."""
    return (read_instant(text) - _EPOCH) // timedelta(milliseconds=1)


def _number(text: str, name: str) -> str:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BadValueError(f"{text} was not a valid number.", "INVALID_LONG") from None
    if not value.is_finite() or "_" in text:
        raise BadValueError(f"{name}: {text} was not a valid number.", "INVALID_LONG")
    return text.strip()


def _date(text: str) -> str:
    try:
        if text.lstrip("-").isdigit():
            instant = read_instant(text)
            if instant.time() != instant.min.time():
                raise BadValueError(f"{text} is not midnight UTC.", "INVALID_DATE")
            return instant.date().isoformat()
        return date.fromisoformat(text[:10] if "T00:00:00" in text else text).isoformat()
    except ValueError:
        raise BadValueError(f"{text} was not a valid date.", "INVALID_DATE") from None


def _option(definition: Property, text: str) -> str:
    allowed = {option["value"] for option in definition["options"]}
    many = definition["fieldType"] == "checkbox"
    for part in text.split(";") if many else [text]:
        if part and part not in allowed:
            raise BadValueError(
                f"{part} was not one of the allowed options: {sorted(allowed)[:20]}",
                "INVALID_OPTION",
            )
    return text


def clean_value(definition: Property, value: Any, owners: frozenset[str]) -> str | None:
    """The text under which a value is stored; None clears the property.

    Raises BadValueError if the property does not take that value. Outside text is kept as it is:
    the CRM holds whatever people typed into it.
    """
    name = definition["name"]
    if value is None or value == "":
        return None
    text = _as_text(name, value)
    if definition.get("referencedObjectType") == "OWNER":
        if text not in owners:
            raise BadValueError(f"{text} is not the id of an owner.", "INVALID_OWNER_ID")
        return text
    match definition["type"]:
        case "number":
            return _number(text, name)
        case "date":
            return _date(text)
        case "datetime":
            try:
                return iso(read_instant(text))
            except ValueError:
                raise BadValueError(f"{text} was not a valid instant.", "INVALID_DATE") from None
        case "bool":
            if text.lower() not in {"true", "false"}:
                raise BadValueError(f"{text} was not one of true, false.", "INVALID_BOOLEAN")
            return text.lower()
        case "enumeration":
            return _option(definition, text)
    if name == "email":
        if not _EMAIL.match(text):
            raise BadValueError(f"Email address {text} is invalid", "INVALID_EMAIL")
        return text.lower()
    return text


def _as_text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if not isinstance(value, str):
        raise BadValueError(f"{name} takes a text, not {json.dumps(value)[:60]}.", "INVALID_STRING")
    if len(value) > _LONGEST:
        message = f"{name} is longer than {_LONGEST} characters."
        raise BadValueError(message, "PROPERTY_VALUE_TOO_LONG")
    return value
