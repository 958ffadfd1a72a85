"""Exact numbers: integers where possible, fractions elsewhere, floats nowhere (agenda model §3)."""

from decimal import Decimal
from fractions import Fraction

Exact = int | Fraction
"""A rational number; whole ones are plain integers, which are several times faster."""


def exact(value: Decimal | int | str) -> Exact:
    """Return the number a decimal means, exactly as written.

    Raises:
        ValueError: the text is not a finite decimal number.
    """
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        if value.isdecimal() and value.isascii():
            return int(value)
        number = Fraction(value)
    else:
        if not value.is_finite():
            raise ValueError(f"{value} is not a finite number")
        number = Fraction(value)
    return number.numerator if number.denominator == 1 else number


def size(number: Exact) -> Exact:
    """Return a number without its sign."""
    return number if number >= 0 else -number


def plain(number: Exact) -> str:
    """Return a number as a decimal string without exponent or trailing zeros.

    Exact if the decimal expansion ends, as that of every product of decimals does; otherwise
    half up to 12 places.
    """
    if isinstance(number, int):
        return str(number)
    bottom, places = number.denominator, 0
    while bottom % 10 == 0:
        bottom, places = bottom // 10, places + 1
    while bottom % 2 == 0:
        bottom, places = bottom // 2, places + 1
    while bottom % 5 == 0:
        bottom, places = bottom // 5, places + 1
    if bottom != 1:
        places = 12
    scaled = half_up(number.numerator * 10**places, number.denominator)
    digits = str(abs(scaled)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".") if places else digits
    return f"-{text}" if scaled < 0 else text


def half_up(top: Exact, bottom: Exact = 1) -> int:
    """Return `floor(top / bottom + 1/2)`; `bottom` must be positive (agenda model §3)."""
    return int((2 * top + bottom) // (2 * bottom))
