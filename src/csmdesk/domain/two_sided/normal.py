"""One spelling per value, so that what a server rewrote is not taken for a change.

Values of two-sided fields are text in the encodings of the book format, `None` when empty. A
server trims, decomposes, lowers the case of an address or counts milliseconds; none of that is an
edit. HTML bodies are turned into text by the connector before they come here.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from csmdesk.domain.exact import exact, plain

Kind = Literal[
    "line", "prose", "domain", "email", "phone", "number", "day", "instant", "flag", "choice", "set"
]
"""How values of a field are compared. `prose` is text of several lines; `set` has no order."""

SET_SEPARATOR: Final = ";"

_SPACES: Final = re.compile(r"\s+")
_INNER: Final = re.compile(r"[^\S\n]+")
_GAP: Final = re.compile(r"\n{3,}")
_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]*://")
_PHONE_NOISE: Final = re.compile(r"[\s().\-/]+")
_TRUE: Final = frozenset({"true", "yes", "y", "1", "on", "completed"})
_LONGEST_NUMBER: Final = 40
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def normal(kind: Kind, value: str | None) -> str | None:
    """Return the spelling of a value in which equal values are equal; empty is `None`.

    A value that is not of its kind (a word in a number field) is compared as a line.

    Args:
        kind: the kind of the field.
        value: a value from either side.
    """
    written = unicodedata.normalize("NFC", value or "")
    return _NORMALS[kind](written)


def same(kind: Kind, one: str | None, other: str | None) -> bool:
    """Return whether two values mean the same."""
    return one == other or normal(kind, one) == normal(kind, other)


def members(value: str | None) -> frozenset[str]:
    """Return the members of a set as written, `a;b;c`."""
    parts = (part.strip() for part in (value or "").split(SET_SEPARATOR))
    return frozenset(part for part in parts if part)


def _line(value: str) -> str | None:
    return _SPACES.sub(" ", value).strip() or None


def _prose(value: str) -> str | None:
    lines = (_INNER.sub(" ", line).strip() for line in value.replace("\r\n", "\n").split("\n"))
    return _GAP.sub("\n\n", "\n".join(lines)).strip() or None


def _domain(value: str) -> str | None:
    bare = _SCHEME.sub("", value.strip().lower()).removeprefix("www.")
    return _line(bare.rstrip("/"))


def _email(value: str) -> str | None:
    return _line(value.lower())


def _phone(value: str) -> str | None:
    return _PHONE_NOISE.sub("", value).lower() or None


def _number(value: str) -> str | None:
    bare = value.strip()
    if len(bare) > _LONGEST_NUMBER:
        return _line(value)
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return _line(value)
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER:
        return _line(value)
    return plain(exact(number))


def _moment(value: str) -> datetime | None:
    bare = value.strip()
    try:
        if bare.lstrip("-").isdecimal() and len(bare) > len("20260309"):
            return _EPOCH + timedelta(milliseconds=int(bare))
        found = datetime.fromisoformat(bare)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(value: str) -> str | None:
    bare = value.strip()
    try:
        return date.fromisoformat(bare).isoformat()
    except ValueError:
        found = _moment(bare)
    return found.date().isoformat() if found is not None else _line(value)


def _instant(value: str) -> str | None:
    found = _moment(value)
    if found is None:
        return _line(value)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _flag(value: str) -> str:
    # Unset is no: neither side tells the two apart.
    return "true" if value.strip().lower() in _TRUE else "false"


def _choice(value: str) -> str | None:
    return _line(value.lower())


def _set(value: str) -> str | None:
    return SET_SEPARATOR.join(sorted(members(value))) or None


_NORMALS: Final[Mapping[Kind, Callable[[str], str | None]]] = {
    "line": _line,
    "prose": _prose,
    "domain": _domain,
    "email": _email,
    "phone": _phone,
    "number": _number,
    "day": _day,
    "instant": _instant,
    "flag": _flag,
    "choice": _choice,
    "set": _set,
}
