"""The JSON Schema of the book, draft 2020-12, made from the models that validate it."""

from typing import Any

import orjson

from csmdesk.book.models import Book

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the schema as JSON values.

    It says what a schema can: shapes, ranges, required keys. Unique ids, references and what
    depends on the day are checked on import.
    """
    found = Book.model_json_schema()
    for definition in (found, *found["$defs"].values()):
        _tidy(definition)
    found["description"] = Book.__doc__
    return {"$schema": _DIALECT, **found, "title": "csmdesk book"}


def schema_bytes() -> bytes:
    """Return the schema as it is published: UTF-8, indented, keys in a fixed order."""
    style = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(schema(), option=style)


def _tidy(definition: dict[str, Any]) -> None:
    """Drop made-up titles and defaults; let every optional key be null, which means absent."""
    required = definition.get("required", ())
    for name, shape in definition.get("properties", {}).items():
        shape.pop("title", None)
        if shape.get("default") in (None, [], ()):
            shape.pop("default", None)
        if name not in required and not _takes_null(shape):
            outer = {key: shape.pop(key) for key in ("description", "default") if key in shape}
            definition["properties"][name] = {**outer, "anyOf": [shape, {"type": "null"}]}


def _takes_null(shape: dict[str, Any]) -> bool:
    return {"type": "null"} in shape.get("anyOf", ())
