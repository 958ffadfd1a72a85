"""What is new, and what sleeps, as rows of a list. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from csmdesk.domain.agenda.words import put_off
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import Line, Piece, fit_line, line, pad, width_of, wrap_line
from csmdesk.usecases.news import Item
from csmdesk.usecases.waking import Asleep

_WHEN = 17
_KIND = 8
_TEXT_LINES = 2
_WIDE = 60
"""Cells from which what happened has room beside the account's name."""


@dataclass(frozen=True, slots=True)
class NewsRows:
    """What changed, newest first."""

    items: tuple[Item, ...]
    today: date
    _places: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.items)

    def key(self, index: int) -> str | None:
        """Return the id of an item."""
        return self.items[index].id

    def find(self, key: str) -> int | None:
        """Return where an item stands."""
        return self._places.get(key)

    def heights(self, width: int) -> Sequence[int] | None:
        """Return how many lines each row takes."""
        more = 0 if width >= _WIDE else 1
        return [more + len(_told(item, width - _indent(width))) for item in self.items]

    def lines(self, index: int, width: int, *, here: bool) -> Sequence[Line]:
        """Return the lines of an item: when, about whom, what and why, and where it is from."""
        item = self.items[index]
        when = fmt.day_name(item.at.date(), self.today)
        if not item.day_only:
            when += f" {item.at:%H:%M}"
        indent = _indent(width)
        bar = Piece("▌" if here else " ", "accent")
        head = line(
            bar,
            Piece(pad(when, _WHEN), "muted"),
            Piece(pad(item.kind, _KIND), "muted"),
            Piece(pad(item.account, _name(width)), "strong" if here else "plain"),
            Piece("  "),
        )
        under = (bar, Piece(" " * (indent - 1)))
        told = _told(item, width - indent)
        beside, below = (told[0], told[1:]) if width >= _WIDE else ((), told)
        return [
            fit_line(row, width) for row in ((*head, *beside), *((*under, *row) for row in below))
        ]


def _name(width: int) -> int:
    return min(24, max(width // 4, 10))


def _indent(width: int) -> int:
    """Return where what happened begins: behind the day, the kind and the name, or below them."""
    if width < _WIDE:
        return 4
    return 1 + _WHEN + _KIND + _name(width) + 2


def _told(item: Item, width: int) -> list[Line]:
    """Return what happened in at most three lines, its source whole at the end of the last."""
    sign = (fmt.health_sign(item.colour), Piece(" ")) if item.kind == "health" else ()
    rows = wrap_line((*sign, Piece(" ".join(item.text.split()))), max(width, 10), _TEXT_LINES)
    source = Piece(item.source, "muted")
    if width_of(rows[-1]) + 2 + width_of((source,)) <= width:
        return [*rows[:-1], (*rows[-1], Piece("  "), source)]
    return [*rows, (source,)]


def news_rows(items: tuple[Item, ...], today: date) -> NewsRows:
    """Return the rows of what changed."""
    return NewsRows(items, today, {item.id: index for index, item in enumerate(items)})


@dataclass(frozen=True, slots=True)
class AsleepRows:
    """What sleeps, by account."""

    causes: tuple[Asleep, ...]
    today: date
    told: int
    """Width of what was said and until when: the longest of all, because dates are never cut."""
    _places: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.causes)

    def key(self, index: int) -> str | None:
        """Return the key of a cause."""
        return self.causes[index].key

    def find(self, key: str) -> int | None:
        """Return where a cause stands."""
        return self._places.get(key)

    def heights(self, width: int) -> Sequence[int] | None:  # noqa: ARG002 - every row has one line
        """Return nothing: every row has one line."""
        return None

    def lines(self, index: int, width: int, *, here: bool) -> Sequence[Line]:
        """Return the line of a cause."""
        cause = self.causes[index]
        name = min(24, max(width // 4, 10))
        row = line(
            Piece("▌" if here else " ", "accent"),
            Piece(pad(cause.account, name), "strong" if here else "plain"),
            Piece("  "),
            Piece(pad(_put_off(cause, self.today), self.told + 2)),
            Piece(cause.fact, "muted"),
            Piece(f"  “{cause.reason}”" if cause.reason else ""),
        )
        return (fit_line(row, width),)


def asleep_rows(causes: tuple[Asleep, ...], today: date) -> AsleepRows:
    """Return the rows of what sleeps."""
    told = max((len(_put_off(cause, today)) for cause in causes), default=0)
    return AsleepRows(causes, today, told, {cause.key: index for index, cause in enumerate(causes)})


def _put_off(cause: Asleep, today: date) -> str:
    """Return what was said, when, and until when it holds: "snoozed to Mon 30 Mar"."""
    verb = put_off(cause.action)
    if cause.at is not None:
        verb += f" {fmt.day_name(cause.at.date(), today)},"
    until = "for good" if cause.until is None else f"to {fmt.day_name(cause.until, today)}"
    return f"{verb} {until}"
