"""Records spelled out: their fields as text, integers and nothing, in the order of the class.

This is how the store holds values and how they travel between processes. A date is `YYYY-MM-DD`;
an instant is UTC with six digits, `YYYY-MM-DDTHH:MM:SS.ffffffZ`, so that the order of the text is
the order of time; a decimal has no exponent and no trailing zeros; a truth value is 0 or 1; a list
stays a tuple, of texts or of the spelled values of its records.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints, overload

Value = Any
"""Text, an integer, nothing, or a tuple of such."""

Spelled = tuple[str, Sequence[Value]]
"""The name of a record's class and its values."""


_WITH_FRACTION: Final = len("2026-01-01T00:00:00.000001+00:00")


def instant_text(value: datetime) -> str:
    """Return an aware instant as UTC text of fixed width.

    Raises:
        ValueError: the instant has no zone, so nobody could say when it was.
    """
    if value.tzinfo is None:
        raise ValueError("an instant needs a zone")
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    text = utc.isoformat()
    return f"{text[:26]}Z" if len(text) == _WITH_FRACTION else f"{text[:19]}.000000Z"


def instant(text: str) -> datetime:
    """Return the instant that `instant_text` wrote, aware and in UTC."""
    return datetime.fromisoformat(text[:26]).replace(tzinfo=UTC)


def decimal_text(value: Decimal | int) -> str:
    """Return a number as canonical text: no exponent, no trailing zeros, no negative zero.

    Raises:
        ValueError: the number is infinite or not a number.
    """
    plain = str(value)
    if plain.isdigit():
        return plain
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("a spelled number must be finite")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def spelled(record: Any) -> Spelled:
    """Return a record of `csmdesk.domain.records` spelled out."""
    kind = record.__class__
    plan = _plan(kind)
    values = list(plan.read(record))
    for place, spell, _ in plan.special:
        value = values[place]
        if value is not None:
            values[place] = spell(value)
    return kind.__name__, values


def read(kind: type[Any], values: Sequence[Value]) -> Any:
    """Return the record of a class that `spelled` spelled out."""
    plan = _plan(kind)
    found = list(values)
    for place, _, parse in plan.special:
        value = found[place]
        if value is not None:
            found[place] = parse(value)
    return kind(**dict(zip(plan.names, found, strict=True)))


def places(kind: type[object], names: Iterable[str]) -> tuple[int, ...]:
    """Return at which places of its values a class has these fields."""
    known = _plan(kind).names
    return tuple(known.index(name) for name in names)


class SpelledRecords(Sequence[Any]):
    """Records that are spelled out, read when somebody looks at one.

    Args:
        rows: what `spelled` returned, one each.
        kinds: their classes by name.
    """

    __slots__ = ("_kinds", "rows")

    def __init__(self, rows: Sequence[Spelled], kinds: dict[str, type[Any]]) -> None:
        self.rows = rows
        self._kinds = kinds

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return tuple(self)[index]
        name, values = self.rows[index]
        return read(self._kinds[name], values)


def all_spelled(records: Sequence[Any]) -> Sequence[Spelled]:
    """Return records spelled out; those that are so already are not spelled again."""
    if isinstance(records, SpelledRecords):
        return records.rows
    return [spelled(record) for record in records]


class _Plan(NamedTuple):
    """How the fields of a class are read, and those that are not plain values already."""

    names: tuple[str, ...]
    read: Callable[[Any], Sequence[Value]]
    special: tuple[tuple[int, Callable[[Any], Value], Callable[[Value], Any]], ...]


_SPECIAL: Final[dict[Any, tuple[Callable[[Any], Value], Callable[[Value], Any]]]] = {
    datetime: (instant_text, instant),
    date: (date.isoformat, date.fromisoformat),
    Decimal: (decimal_text, Decimal),
    bool: (int, bool),
}


_plans: Final[dict[Any, _Plan]] = {}


def _plan(kind: Any) -> _Plan:
    if kind not in _plans:
        _plans[kind] = _planned(kind)
    return _plans[kind]


def _planned(kind: Any) -> _Plan:
    hints = get_type_hints(kind)
    names = tuple(hints)
    special = []
    for place, name in enumerate(names):
        way = _way(hints[name])
        if way is not None:
            special.append((place, *way))
    return _Plan(names, attrgetter(*names), tuple(special))


def _way(hint: Any) -> tuple[Callable[[Any], Value], Callable[[Value], Any]] | None:
    """Return how a field of a type is spelled and read; `None` where it is plain already."""
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not NoneType)
    if get_origin(hint) is not tuple:
        return _SPECIAL.get(hint)
    (inside, *_) = get_args(hint)
    if not hasattr(inside, "__dataclass_fields__"):
        return None
    return (
        lambda records: tuple(spelled(record)[1] for record in records),
        lambda rows: tuple(read(inside, row) for row in rows),
    )
