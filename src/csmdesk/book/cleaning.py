"""Cleaning the free text of a book at the border, whatever record it stands in.

Ids and other keys are refused by the models if they hold anything that cleaning would change;
words out of a list need no cleaning.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, get_args, get_origin

from csmdesk.book.contents import KEYS, Contents
from csmdesk.text import clean_text

_LONG: Mapping[str, frozenset[str]] = {
    "Account": frozenset({"notes"}),
    "Touchpoint": frozenset({"text"}),
    "HealthRecord": frozenset({"cause"}),
    "Pulse": frozenset({"note"}),
    "HealthOverride": frozenset({"reason"}),
    "Survey": frozenset({"comment"}),
    "Milestone": frozenset({"blocked_reason", "dropped_reason"}),
    "Evidence": frozenset({"text"}),
    "Disposition": frozenset({"reason"}),
}
"""Texts of several lines; every other text is one line."""

_EXACT = frozenset({"id", "currency", "metric", "type", "subject", "episode", "undoes"})


def cleaned(contents: Contents) -> Contents:
    """Return the contents with every free text cleaned."""
    changes: dict[str, Any] = {name: tuple(map(_record, contents.rows(name))) for name in KEYS}
    changes["settings"] = {key: _setting(value) for key, value in contents.settings.items()}
    return replace(contents, **changes)


def _record(record: Any) -> Any:
    changes: dict[str, Any] = {}
    for name, one_line in _texts(record.__class__):
        value = getattr(record, name)
        if isinstance(value, str):
            clean: Any = clean_text(value, one_line=one_line)
        elif isinstance(value, tuple):
            clean = tuple(_part(one) for one in value)
        else:
            continue
        if clean != value:
            changes[name] = clean
    return replace(record, **changes) if changes else record


def _part(value: Any) -> Any:
    return clean_text(value, one_line=True) if isinstance(value, str) else _record(value)


@cache
def _texts(kind: Any) -> tuple[tuple[str, bool], ...]:
    """The fields of a record class that hold free text or rows, and whether text is one line."""
    long = _LONG.get(kind.__name__, frozenset())
    return tuple(
        (field.name, field.name not in long)
        for field in fields(kind)
        if _free(kind.__name__, field.name, field.type)
    )


def _free(kind: str, name: str, hint: Any) -> bool:
    if name.endswith(("_id", "_ids")) or (name in _EXACT and (kind, name) != ("Ticket", "subject")):
        return False
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return inner is str or is_dataclass(inner)
    return hint is str or str in get_args(hint)


def _setting(value: object) -> object:
    match value:
        case str():
            return clean_text(value)
        case list():
            return [_setting(one) for one in value]
        case dict():
            return {key: _setting(one) for key, one in value.items()}
    return value
