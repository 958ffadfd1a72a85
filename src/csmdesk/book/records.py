"""Between the book's models and the domain's records, by field name."""

from collections.abc import Callable
from functools import cache
from typing import Any

from csmdesk.book.canonical import document
from csmdesk.book.contents import KEYS, SCALARS, Contents
from csmdesk.book.models import Book
from csmdesk.book.row import Row
from csmdesk.domain import records

_WHOLE = ("settings", "holidays")


def contents_of(book: Book) -> Contents:
    """Return what the book says as domain records."""
    values: dict[str, Any] = {name: getattr(book, name) for name in (*SCALARS, *_WHOLE)}
    values |= {name: tuple(map(record_of, getattr(book, name))) for name in KEYS}
    return Contents(**values)


def book_of(contents: Contents) -> Book:
    """Return the book that says this.

    Raises:
        pydantic.ValidationError: if the records break a rule of the book format.
    """
    return Book.model_validate(document(contents))


def record_of(row: Row) -> Any:
    """Return the domain record of one row, its nested lists included."""
    values = dict(row.__dict__)
    record, nested = _target(type(row))
    for name in nested:
        values[name] = tuple(map(record_of, values[name]))
    return record(**values)


@cache
def _target(model: type[Row]) -> tuple[Callable[..., Any], tuple[str, ...]]:
    """The record class of a model, and the fields that hold lists of further rows."""
    nested = tuple(
        name
        for name, field in model.model_fields.items()
        if any(
            isinstance(one, type) and issubclass(one, Row)
            for one in getattr(field.annotation, "__args__", ())
        )
    )
    return getattr(records, model.__name__), nested
