"""From the bytes of a file to a book, or to everything that is wrong with it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from csmdesk.book.consistency import (
    BookClock,
    Faults,
    Holders,
    Known,
    against_clock,
    duplicates,
    faulty_settings,
    missing_references,
    no_faults,
    nothing_held,
    nothing_known,
    taken_ids,
)
from csmdesk.book.models import Book
from csmdesk.book.problems import Problem, Step, of_model
from csmdesk.book.values import Written
from csmdesk.errors import BookInvalid

Place = Callable[[tuple[Step, ...]], str]

MOST_PROBLEMS = 200
"""How many problems are told; the rest is counted."""

_BOM = b"\xef\xbb\xbf"
_LONGEST_NUMBER = 400
_SHOWN_DIGITS = 40


class _Repeated(dict[str, Any]):
    """An object in which a key stood more than once."""

    names: tuple[str, ...] = ()


class _Unreadable:
    """A number that JSON knows not or that no machine should work with; no model takes it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text[:_SHOWN_DIGITS]


def read_book(
    data: bytes,
    *,
    known: Known = nothing_known,
    holders: Holders = nothing_held,
    clock: BookClock | None = None,
    faults: Faults = no_faults,
) -> Book:
    """Return the book a file holds.

    Args:
        data: the file.
        known: which ids exist outside the file, so that references to them are good.
        holders: which rows outside the file hold nested ids, so that none is taken twice.
        clock: when the book is judged; without one nothing is checked against the time.
        faults: which settings cannot be taken.

    Raises:
        BookInvalid: with all problems, one line each (at most `MOST_PROBLEMS`, then a count).
    """
    raw, repeated = _parse(data)
    if not isinstance(raw, dict):
        raise invalid([Problem((), raw, "a JSON object")])
    problems = list(_repetitions(raw)) if repeated else []
    return check_book(
        raw, known=known, holders=holders, clock=clock, faults=faults, problems=problems
    )


def check_book(
    raw: dict[str, Any],
    *,
    known: Known = nothing_known,
    holders: Holders = nothing_held,
    clock: BookClock | None = None,
    faults: Faults = no_faults,
    problems: Iterable[Problem] = (),
    place: Place = Problem.path_text,
) -> Book:
    """Return the book that JSON values without nulls stand for.

    Args:
        raw: the document.
        known, holders, clock, faults: as for `read_book`.
        problems: what is known to be wrong already.
        place: how a path is told.

    Raises:
        BookInvalid: with all problems.
    """
    problems = list(problems)
    book: Book | None = None
    try:
        book = Book.model_validate(raw)
    except ValidationError as error:
        problems.extend(of_model(error, Book))
    problems.extend(faulty_settings(raw, faults))
    problems.extend(duplicates(raw))
    problems.extend(taken_ids(raw, holders))
    problems.extend(missing_references(raw, known))
    if clock is not None:
        problems.extend(against_clock(raw, clock.now, clock.today(_zone(raw.get("timezone")))))
    if problems or book is None:
        raise invalid(problems, place)
    return book


def invalid(problems: list[Problem], place: Place = Problem.path_text) -> BookInvalid:
    """Return the error that tells these problems."""
    lines = [problem.line(place) for problem in problems[:MOST_PROBLEMS]]
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"… and {len(problems) - MOST_PROBLEMS} more")
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return BookInvalid(
        f"The book has {count}; nothing was imported.",
        tuple(lines),
        hint="Mend the file and import it again.",
    )


def _parse(data: bytes) -> tuple[Any, list[_Repeated]]:
    """The JSON value without its nulls, and the objects in which a key stood twice."""
    if data.startswith(_BOM):
        raise invalid([Problem((), "byte order mark", "UTF-8 without a byte order mark")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise invalid(
            [Problem((), f"byte 0x{data[error.start]:02x} in line {line}", "UTF-8 text")]
        ) from None
    repeated: list[_Repeated] = []

    def gather(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            found = _Repeated(found)
            counts = Counter(key for key, _ in pairs)
            found.names = tuple(key for key, count in counts.items() if count > 1)
            repeated.append(found)
        for key in [key for key, value in found.items() if value is None]:
            del found[key]
        return found

    try:
        raw = json.loads(
            text,
            object_pairs_hook=gather,
            parse_float=_fraction,
            parse_int=_integer,
            parse_constant=_Unreadable,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        near = text[error.pos : error.pos + 20]
        raise invalid([Problem((where,), near, f"valid JSON ({error.msg})")]) from None
    except RecursionError:
        raise invalid([Problem((), "brackets", "fewer levels of nesting")]) from None
    return raw, repeated


def _fraction(text: str) -> object:
    try:
        return Written(text)
    except InvalidOperation:
        return _Unreadable(text)


def _integer(text: str) -> object:
    return int(text) if len(text) <= _LONGEST_NUMBER else _Unreadable(text)


def _repetitions(value: object, path: tuple[Step, ...] = ()) -> Iterator[Problem]:
    if isinstance(value, _Repeated):
        for name in value.names:
            yield Problem((*path, name), "given more than once", "each key once")
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _repetitions(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _repetitions(one, (*path, index))


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) else None
    except (ValueError, OSError, KeyError):
        return None
