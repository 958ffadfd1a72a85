"""Days of the sample book, counted from its anchor."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from csmdesk.book.sample import ANCHOR

ZONE = ZoneInfo("Europe/Berlin")
HOLIDAYS = (-439, -438, -432, -325, -322, -312, -284, -157, -74, -73, -67, 25, 28, 53, 66, 77)
"""Good Friday, Christmas and their like, around the anchor."""

T = TypeVar("T")


def day(offset: int) -> date:
    """The day `offset` days after the anchor."""
    return ANCHOR + timedelta(days=offset)


def text(offset: int) -> str:
    """The same as text."""
    return day(offset).isoformat()


def back_to_work(offset: int) -> int:
    """The working day on or before an offset; the anchor is a Monday."""
    while offset % 7 > 4 or offset in HOLIDAYS:
        offset -= 1
    return offset


def on_to_work(offset: int) -> int:
    """The working day on or after an offset."""
    while offset % 7 > 4 or offset in HOLIDAYS:
        offset += 1
    return offset


def instant(offset: int, hour: int, minute: int = 0) -> str:
    """The instant of a local time on a day."""
    local = datetime.combine(day(offset), time(hour, minute), ZONE)
    return local.astimezone(UTC).isoformat().replace("+00:00", "Z")


def pick(dice: Random, choices: tuple[T, ...] | list[T]) -> T:
    """One of the choices; stays the same in every version of Python."""
    return choices[int(dice.random() * len(choices))]


def between(dice: Random, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(dice.random() * (high - low + 1))


class Diary:
    """Hands out times of a day so that nobody is in two conversations at once."""

    def __init__(self) -> None:
        self._taken: set[tuple[int, int]] = set()

    def slot(self, offset: int, dice: Random, user: str) -> tuple[int, int]:
        """Return a free hour and minute between 08:30 and 16:45 for this user."""
        base = hash_of(user) * 100_000
        for _ in range(200):
            quarter = between(dice, 34, 67)
            if (base + offset, quarter) not in self._taken:
                break
        self._taken.update({(base + offset, quarter), (base + offset, quarter + 1)})
        return divmod(quarter * 15, 60)


def hash_of(name: str) -> int:
    """A small number that is the same in every run."""
    return sum(name.encode()) % 97
