"""Reading JSON that somebody else wrote, without being hurt by it.

The fast decoder already refuses NaN, infinities and absurd depth. What it refuses because of one
bad character in one record is read again by the patient one, so that a single record can be set
aside and the others kept.
"""

import json
from typing import Any, NoReturn

import orjson

from csmdesk.errors import UnexpectedReply

_INT_DIGITS = 19
_DEPTH = 64


def safe_json(body: bytes) -> Any:
    """Return the decoded document.

    Raises:
        UnexpectedReply: not JSON, too deep, or holding numbers nobody can keep.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _patient(body)


def dump_raw(value: Any) -> bytes:
    """Return a decoded value as JSON text that any store can keep, in UTF-8."""
    try:
        return orjson.dumps(value)
    except TypeError:  # lone surrogates, or integers beyond 64 bits
        return json.dumps(value, ensure_ascii=True).encode()


def _patient(body: bytes) -> Any:
    try:
        text = body.decode("utf-8", "replace")
        if _depth(text) > _DEPTH:
            raise UnexpectedReply("The CRM answered with JSON nested too deeply.")
        return json.loads(text, parse_constant=_refuse, parse_int=_bounded, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise UnexpectedReply(
            "The CRM's answer is not readable JSON.",
            "It may be down, or something between here and there answered in its place.",
        ) from error


def _depth(text: str) -> int:
    depth = deepest = 0
    inside = escaped = False
    for char in text:
        if inside:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                inside = False
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > _DEPTH:
                return deepest
        elif char in "]}":
            depth -= 1
    return deepest


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _bounded(digits: str) -> int | str:
    return int(digits) if len(digits) < _INT_DIGITS else digits


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number beyond all bounds")
    return value
