"""The kinds of values a book's document is written in, with their JSON Schema.

A JSON document is read with every fraction kept as it was written (`Written`), so that `0.1` means
the decimal 0.1; money goes further and must be an integer or a string.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from csmdesk.book.row import expected
from csmdesk.text import clean_text

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_DECIMAL = re.compile(r"-?\d{1,30}(\.\d{1,20})?", re.ASCII)
_LARGEST = Decimal(10) ** 30
_MOST_PLACES = 20
_LONGEST_ID = 255
_LARGEST_INTEGER = 1_000_000_000
_EXACT_INTEGER = 2**53


class Written(Decimal):
    """A JSON number with a fraction or an exponent, exactly as it stood in the file."""


def _id(text: str) -> str:
    if clean_text(text, one_line=True) != text:
        raise expected("an id without control or invisible characters")
    return text


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise expected("a date that exists, as YYYY-MM-DD") from None
        if day.year == 1:
            raise expected("a date after the year 1, or none where it is not known")
        return day
    raise expected("a date as YYYY-MM-DD")


def _instant(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise expected("an instant with its offset, such as 2026-03-09T09:30:00+01:00")
    day, clock, fraction, offset = match.groups()
    micros = (fraction or "0")[:6].ljust(6, "0")
    shift = "+00:00" if offset in "Zz" else offset
    try:
        instant = datetime.fromisoformat(f"{day}T{clock}.{micros}{shift}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise expected("an instant that exists") from None
    # Every zone has a local day for those between, and a century of days around it.
    if not 1000 <= instant.year <= 9000:
        raise expected("an instant between the years 1000 and 9000")
    return instant


def _bounded(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or number.copy_abs() >= _LARGEST or exponent < -_MOST_PLACES:
        raise expected("a number of at most 30 digits, with at most 20 after the point")
    return Decimal(number)


def _number(value: object) -> Decimal:
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return _bounded(Decimal(value))
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    raise expected('a number or a decimal string such as "12.5"')


def _money(value: object) -> Decimal:
    if isinstance(value, Written) and value != value.to_integral_value():
        raise expected('money as an integer or a decimal string such as "45000.50"')
    try:
        return _number(value)
    except PydanticCustomError:
        raise expected('money as an integer or a decimal string such as "45000.50"') from None


def _integer(value: object) -> int:
    number = value
    if isinstance(value, Written) and abs(value) <= _LARGEST_INTEGER and value == int(value):
        number = int(value)  # JSON Schema takes 5.0 for an integer
    if not isinstance(number, int) or isinstance(number, bool):
        raise expected("an integer")
    if abs(number) > _LARGEST_INTEGER:
        raise expected("a smaller integer")
    return number


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # an unknown zone is a KeyError
        raise expected("an IANA time zone such as Europe/Berlin") from None
    return name


def _setting(value: object, depth: int = 0) -> object:
    if depth > 8:
        raise expected("a value nested less deeply")
    match value:
        case bool() | str():
            return value
        case int() | Decimal():
            number = _bounded(Decimal(value))
            return value if isinstance(value, int) and abs(value) <= _EXACT_INTEGER else number
        case list() | tuple():
            return [_setting(one, depth + 1) for one in value]
        case dict():
            return {key: _setting(one, depth + 1) for key, one in value.items()}
    raise expected("a JSON value")


def _once(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def _in_order(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


def _between(least: int, most: int | None = None) -> AfterValidator:
    what = f"{least} or more" if most is None else f"a number from {least} to {most}"

    def check(value: Any) -> Any:
        if value < least or (most is not None and value > most):
            raise expected(what)
        return value

    return AfterValidator(check)


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


Id = Annotated[
    str,
    Strict(),
    Field(min_length=1, max_length=_LONGEST_ID),
    AfterValidator(_id),
]
Text = Annotated[str, Strict()]
Version = Annotated[Literal[1], BeforeValidator(_integer)]
Flag = Annotated[bool, Strict()]
Currency = Annotated[str, Strict(), Field(pattern="^[A-Z]{3}$")]
Zone = Annotated[str, Strict(), AfterValidator(_zone)]
Day = Annotated[
    date,
    PlainValidator(_date),
    _schema(type="string", format="date", pattern=r"^\d{4}-\d{2}-\d{2}$"),
]
Instant = Annotated[
    datetime,
    PlainValidator(_instant),
    _schema(
        type="string",
        format="date-time",
        pattern=r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$",
    ),
]
Number = Annotated[
    Decimal,
    PlainValidator(_number),
    _schema(anyOf=[{"type": "number"}, {"type": "string", "pattern": rf"^{_DECIMAL.pattern}$"}]),
]
Money = Annotated[
    Decimal,
    PlainValidator(_money),
    _schema(anyOf=[{"type": "integer"}, {"type": "string", "pattern": rf"^{_DECIMAL.pattern}$"}]),
]
Score = Annotated[
    Decimal,
    PlainValidator(_number),
    _between(0, 100),
    _schema(
        anyOf=[
            {"type": "number", "minimum": 0, "maximum": 100},
            {"type": "string", "pattern": rf"^{_DECIMAL.pattern}$"},
        ]
    ),
]
_WHOLE = PlainValidator(_integer)
Count = Annotated[int, _WHOLE, _between(0), _schema(type="integer", minimum=0)]
Months = Annotated[int, _WHOLE, _between(1, 1200), _schema(type="integer", minimum=1, maximum=1200)]
Percent = Annotated[int, _WHOLE, _between(0, 100), _schema(type="integer", minimum=0, maximum=100)]
OneToFive = Annotated[int, _WHOLE, _between(1, 5), _schema(type="integer", minimum=1, maximum=5)]
ZeroToTen = Annotated[int, _WHOLE, _between(0, 10), _schema(type="integer", minimum=0, maximum=10)]
Mood = Annotated[int, _WHOLE, _between(-2, 2), _schema(type="integer", minimum=-2, maximum=2)]
Tone = Annotated[int, _WHOLE, _between(-1, 1), _schema(type="integer", minimum=-1, maximum=1)]
Ids = Annotated[tuple[Id, ...], AfterValidator(_once)]
Days = Annotated[tuple[Day, ...], AfterValidator(_in_order)]
Setting = Annotated[Any, PlainValidator(_setting), _schema()]
SettingKey = Annotated[str, Strict(), Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]
