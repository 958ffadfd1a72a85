"""Scores as people read them: in points with one decimal, in parts that add up."""

from collections.abc import Sequence
from itertools import zip_longest


def tenths(parts: Sequence[int]) -> tuple[list[str], str]:
    """Return parts of a score (1/10,000 point) with one decimal, and their total.

    The parts shown add up to the total shown: what rounding leaves over goes to the parts with
    the largest remainders.
    """
    total = _tenth(sum(parts))
    return _shared_out(parts, total), _decimal(total)


def gaps(first: Sequence[int], second: Sequence[int]) -> tuple[list[str], str]:
    """Return by how much the parts of one score differ from another's, and both as a whole.

    As `tenths`: the gaps shown add up to the difference of the two totals that are shown.
    """
    total = _tenth(sum(first)) - _tenth(sum(second))
    parts = [one - other for one, other in zip_longest(first, second, fillvalue=0)]
    return _shared_out(parts, total), _decimal(total)


def _tenth(score: int) -> int:
    return (score + 500) // 1_000


def _decimal(tenth: int) -> str:
    sign = "−" if tenth < 0 else ""
    return f"{sign}{abs(tenth) // 10}.{abs(tenth) % 10}"


def _shared_out(parts: Sequence[int], total: int) -> list[str]:
    floors = [part // 1_000 for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(parts[i] % 1_000), i))
    for index in by_remainder[: total - sum(floors)]:
        floors[index] += 1
    return [_decimal(part) for part in floors]
