"""What is wrong with a book, said so that a person can find and mend it: path, value, expected."""

import difflib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from csmdesk.text import clean_text

Step = str | int

_VALUE_LIMIT = 60
ABSENT = object()
"""The value of a problem about something that is not there."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Args:
        path: keys and indexes from the document's top.
        value: what stands there, or `ABSENT`.
        expected: what should, as the rest of a sentence that begins "expected".
    """

    path: tuple[Step, ...]
    value: object
    expected: str

    @staticmethod
    def path_text(path: tuple[Step, ...]) -> str:
        """Return the path as `accounts[3].segment`."""
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        return clean_text(text.removeprefix("."), one_line=True, limit=200) or "(document)"

    def line(self, place: Callable[[tuple[Step, ...]], str]) -> str:
        """Return the problem as one line: path, value, what was expected."""
        return f"{place(self.path)}: {_shown(self.value)}: expected {self.expected}"


def of_model(error: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    """Turn what the models refused into problems."""
    for one in error.errors(include_url=False):
        location = tuple(step for step in one["loc"] if step != "[key]")
        value = ABSENT if one["type"] == "missing" else one.get("input")
        yield Problem(location, value, _expected(one, model, location))


def _expected(error: Any, model: type[BaseModel], path: tuple[Step, ...]) -> str:
    context = error.get("ctx") or {}
    match error["type"]:
        case "expected":
            return str(context["what"])
        case "missing":
            return "a value"
        case "extra_forbidden":
            near = difflib.get_close_matches(str(path[-1]), _keys(model, path[:-1]), n=1)
            return f"no such key; did you mean {near[0]}?" if near else "no such key"
        case "literal_error":
            return str(context["expected"]).replace("'", "")
        case "string_type" | "string_unicode":
            return "a string"
        case "string_too_short":
            return "a string that is not empty"
        case "string_too_long":
            return f"at most {context['max_length']} characters"
        case "string_pattern_mismatch" if path[0] == "settings":
            return "a key such as agenda.focus_share"
        case "string_pattern_mismatch":
            return "an ISO 4217 code such as USD"
        case "bool_type":
            return "true or false"
        case "tuple_type":
            return "a list"
        case "model_type" | "dict_type":
            return "an object"
    return str(error["msg"])


def _keys(model: type[BaseModel], path: tuple[Step, ...]) -> list[str]:
    """The keys an object at this path may have."""
    kind: Any = model
    for step in path:
        if isinstance(step, str):
            arguments = getattr(kind.model_fields[step].annotation, "__args__", ())
            kind = next((one for one in arguments if hasattr(one, "model_fields")), None)
            if kind is None:
                return []
    return list(kind.model_fields)


def _shown(value: object) -> str:
    if value is ABSENT:
        return "absent"
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    if isinstance(value, str):
        text = json.dumps(value[: _VALUE_LIMIT + 1], ensure_ascii=False)
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int) and value.bit_length() > 200:
        text = "a very large number"
    else:
        text = str(value)
    return clean_text(text, one_line=True, limit=_VALUE_LIMIT)
