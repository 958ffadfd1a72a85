"""Today as rows of a list: the plan, the cut line, what falls below it, notes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from rich.cells import cell_len

from csmdesk.domain.agenda.view import Agenda, Item, total_arr
from csmdesk.domain.exact import Exact
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import (
    Line,
    Piece,
    fit,
    fit_line,
    line,
    pad,
    pad_left,
    width_of,
    wrap,
    wrap_line,
)

WHY_LINES = 2
"""The most lines the reasons of one account take in the list."""


class Columns(NamedTuple):
    """The widths of the columns; 0 is left out. Rank: the amount is the first to go."""

    mark: int
    rank: int
    name: int
    arr: int
    why: int


TAIL = 5
"""Width of the minutes at the right end."""
NAME = 24
"""The most cells a name takes."""


def columns(width: int, longest: int, most: int = 99, money: int = 0) -> Columns:
    """Return the columns for a width in cells, the longest name and amount, the highest rank."""
    mark, rank = 3, max(len(str(most)), 2)
    arr = max(money, 6) + 2 if width >= 50 else 0
    name = min(max(longest, 7), max(width // 4, 10), NAME)
    why = max(width - mark - rank - 3 - name - 1 - arr - TAIL, 6)
    return Columns(mark, rank, name, arr, why)


def heading(width: int, longest: int, most: int = 99, money: int = 0) -> Line:
    """Return the muted line above the list."""
    cols = columns(width, longest, most, money)
    text = (
        " " * cols.mark
        + pad_left("#", cols.rank)
        + "   "
        + pad("Account", cols.name)
        + " "
        + (pad_left("ARR", cols.arr - 2) + "  " if cols.arr else "")
        + pad("Why", cols.why)
        + pad_left("min", TAIL - 1)
        + " "
    )
    return line(Piece(text, "muted"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: an account of the list, or a line nobody stands on.

    `line` is that line, `shorter` ways to say it in less room, the longest first. `indent`: it
    goes on below itself, so far to the right.
    """

    item: Item | None = None
    planned: bool = False
    line: Line = ()
    shorter: tuple[Line, ...] = ()
    indent: int | None = None

    def told(self, width: int) -> list[Line]:
        """Return the lines where nobody stands on them: the longest way to say it that has room."""
        if self.indent is not None:
            rows = wrap_line(self.line, max(width - self.indent, 10))
            return [(Piece(" " * self.indent), *row) for row in rows]
        ways = (self.line, *self.shorter)
        fits = next((way for way in ways if width_of(way) <= width), ways[-1])
        return [fit_line(_stretched(fits, width), width)]


@dataclass(frozen=True, slots=True)
class TodayRows:
    """The rows of Today, for the virtual list."""

    entries: tuple[Entry, ...]
    left: int
    longest: int
    most: int = 99
    money: int = 0
    _places: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.entries)

    def columns(self, width: int) -> Columns:
        """Return the columns of these rows."""
        return columns(width, self.longest, self.most, self.money)

    def key(self, index: int) -> str | None:
        """Return the account of a row, if it is one."""
        item = self.entries[index].item
        return None if item is None else item.account_id

    def find(self, key: str) -> int | None:
        """Return where an account stands."""
        return self._places.get(key)

    def heights(self, width: int) -> Sequence[int]:
        """Return how many lines each row takes."""
        cols = self.columns(width)
        return [
            len(entry.told(width)) if entry.item is None else len(_why(entry, cols))
            for entry in self.entries
        ]

    def lines(self, index: int, width: int, *, here: bool) -> Sequence[Line]:
        """Return the lines of a row."""
        entry = self.entries[index]
        if entry.item is None:
            return entry.told(width)
        return _item_lines(entry, self.columns(width), here=here)


def rows(
    agenda: Agenda, planned: frozenset[str], needle: str = "", *, nothing: str = ""
) -> TodayRows:
    """Return the rows of an agenda.

    Args:
        agenda: the ranked list.
        planned: ids of the accounts in today's plan.
        needle: what the user filters by; casefolded parts of the name, all of which must be there.
        nothing: what to say where nothing is due but there are notes.
    """
    words = needle.casefold().split()
    items = [item for item in agenda.items if _fits(item, words)]
    above = [item for item in items if item.account_id in planned]
    below = [item for item in items if item.account_id not in planned]
    entries = [Entry(item, planned=True) for item in above]
    if items:
        longest, *shorter = _cut_lines(agenda, planned, items)
        entries.append(Entry(line=longest, shorter=tuple(shorter)))
    entries += [Entry(item) for item in below]
    if nothing and not items and not words:
        entries += [Entry(), Entry(line=line(nothing), indent=2)]
    if agenda.notes and not words:
        entries += [Entry(), Entry(line=line(Piece("   Left out on purpose", "muted")))]
        entries += [
            Entry(line=line(fit(note.account, NAME), Piece(f"  {note.text}", "muted")), indent=3)
            for note in agenda.notes
        ]
    if agenda.starving and not words:
        who = fmt.counted(agenda.starving, "account")
        text = f"{who} waited twice as long as agreed, or longer"
        entries += [Entry(), Entry(line=line(Piece(text, "muted")), indent=3)]
    planned_minutes = _planned_minutes(agenda, planned)
    result = TodayRows(
        tuple(entries),
        agenda.capacity.capacity_minutes - planned_minutes,
        max((cell_len(item.account) for item in items), default=0),
        max((item.rank for item in items), default=0),
        max((cell_len(amount(item, item.currency)) for item in items), default=0),
    )
    for index, entry in enumerate(entries):
        if entry.item is not None:
            result._places[entry.item.account_id] = index
    return result


def _planned_minutes(agenda: Agenda, planned: frozenset[str]) -> int:
    return sum(item.effort for item in agenda.items if item.account_id in planned)


def _fits(item: Item, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = f"{item.account} {item.line}".casefold()
    return all(word in text for word in words)


def _cut_lines(agenda: Agenda, planned: frozenset[str], shown: Sequence[Item]) -> list[Line]:
    """Return the cut line, and shorter ways to say it: the money below it is never cut.

    Args:
        agenda: the whole list; how full the day is does not depend on a filter.
        planned: ids of the accounts in today's plan.
        shown: the accounts that fit the filter; the others are not "below".
    """
    below = [item for item in shown if item.account_id not in planned]
    count, money = fmt.counted(len(below), "account"), _money_below(below, agenda.currency)
    room, tight = _room_words(agenda, planned)
    under = [f"below: {count}{money}", f"below: {len(below)}{money}"] if below else [""]
    ways = [(words, rest) for words in (room, tight) for rest in under]
    return [
        (
            Piece("── ", "rule"),
            *words,
            *((Piece(f" · {rest}", "muted"),) if rest else ()),
            Piece(" ", "rule"),
        )
        for words, rest in dict.fromkeys(ways)
    ]


def _money_below(below: Sequence[Item], currency: str) -> str:
    total = total_arr(below)
    if total is None:
        return ""
    converted = any(item.converted for item in below)
    return f", {fmt.money(decimal(total), currency, converted=converted)}"


def _room_words(agenda: Agenda, planned: frozenset[str]) -> tuple[Line, Line]:
    """Return how full the day is, at length and in few words."""
    capacity = agenda.capacity.capacity_minutes
    minutes = _planned_minutes(agenda, planned)
    if capacity == 0:
        had = f"{agenda.capacity.none_left}, {fmt.duration(minutes)} planned"
        whole = line(Piece(had if minutes else agenda.capacity.none_left, "muted"))
        return whole, whole
    over = fmt.duration(minutes - capacity)
    if minutes <= capacity:
        whole = line(Piece(plan_words(minutes, capacity), "muted"))
        return whole, whole
    return (
        line(
            Piece(plan_words(minutes, capacity), "muted"),
            Piece(f" · overbooked by {over}", "yellow"),
        ),
        line(Piece(f"{fmt.duration(minutes)} planned, ", "muted"), Piece(f"{over} over", "yellow")),
    )


def plan_words(minutes: int, capacity: int) -> str:
    """Return how full the plan is: "3 h 15 of 3 h 15 planned"."""
    return f"{fmt.duration(minutes)} of {fmt.duration(capacity)} planned"


def decimal(amount: Exact) -> Decimal:
    """Return an exact amount as a decimal, for showing only."""
    if isinstance(amount, Fraction):
        return Decimal(amount.numerator) / Decimal(amount.denominator)
    return Decimal(amount)


_MONEY = 7
"""Width of money in a column, without a code's space."""


def own_money(unrated: Mapping[str, Exact]) -> str:
    """Return amounts without a rate for a column: the first one, and a plus if there are more."""
    [(currency, own), *more] = unrated.items()
    text = fmt.money(decimal(own), currency) + (" +" if more else "")
    # Money is never cut: where a code stands for the sign, the space is what can be spared.
    return text if len(text) <= _MONEY else text.replace(" ", "")


def amount(item: Item, currency: str) -> str:
    """Return an item's ARR for a list: in its own currency where it has no rate."""
    if item.arr is None and item.no_rate:
        return own_money(item.one.standing.unrated)
    arr = None if item.arr is None else decimal(item.arr)
    return fmt.money(arr, currency, converted=item.converted)


def _stretched(pieces: Line, width: int) -> Line:
    if pieces and pieces[-1].voice == "rule":
        used = sum(len(piece.text) for piece in pieces)
        return (*pieces, Piece("─" * max(width - used, 0), "rule"))
    return pieces


def _facts(entry: Entry, cols: Columns) -> list[str]:
    """Return the facts of a row: dates of the renewal first, unless the reason would be cut."""
    item = entry.item
    if item is None:
        return []
    facts = item.why
    if len(wrap(", ".join(facts), _why_width(entry, cols))) <= WHY_LINES:
        return facts
    return item.why_by_weight


def _why(entry: Entry, cols: Columns) -> list[str]:
    return wrap(", ".join(_facts(entry, cols)), _why_width(entry, cols), WHY_LINES)


def _tail(entry: Entry) -> str:
    item = entry.item
    if item is None:
        return ""
    if not entry.planned:
        return f"needs {item.effort} "
    return f"turn {item.effort} " if item.rotation else pad_left(f"{item.effort} ", TAIL)


def _why_width(entry: Entry, cols: Columns) -> int:
    return max(cols.why + TAIL - max(len(_tail(entry)), TAIL) - 1, 5)


def _why_lines(entry: Entry, cols: Columns) -> list[Line]:
    facts = _facts(entry, cols)
    pieces: list[Piece] = []
    for index, fact in enumerate(facts):
        if index:
            pieces.append(Piece(", ", "muted"))
        voice = "plain" if index == 0 or entry.planned else "muted"
        pieces.append(Piece(fact, voice))  # type: ignore[arg-type]  # one of two voices
    return wrap_line(tuple(pieces), _why_width(entry, cols), WHY_LINES)


def _item_lines(entry: Entry, cols: Columns, *, here: bool) -> list[Line]:
    item = entry.item
    if item is None:
        return []
    urgent = item.tier == 0
    mark = Piece("‼ ", "red") if urgent else Piece("! ", "strong") if item.must else Piece("  ")
    weight = "plain" if entry.planned else "muted"
    name_voice = "strong" if here or entry.planned else "plain"
    name = Piece(pad(item.account, cols.name), name_voice)  # type: ignore[arg-type]  # as above
    first: list[Piece] = [
        Piece("▌" if here else " ", "accent"),
        mark,
        Piece(pad_left(str(item.rank), cols.rank), "muted"),
        Piece(" "),
        fmt.health_sign(item.colour),
        Piece(" "),
        name,
        Piece(" "),
    ]
    if cols.arr:
        shown = amount(item, item.currency)
        first.append(Piece(pad_left(shown, cols.arr - 2) + "  ", weight))  # type: ignore[arg-type]
    why = _why_lines(entry, cols)
    tail = Piece(_tail(entry), weight)  # type: ignore[arg-type]
    indent = width_of(first)
    room = cols.why + TAIL - len(tail.text)
    lines: list[Line] = [(*first, *_padded(why[0] if why else (), room), tail)]
    for more in why[1:]:
        bar = Piece("▌" if here else " ", "accent")
        lines.append((bar, Piece(" " * (indent - 1)), *more))
    return lines


def _padded(pieces: Line, width: int) -> Line:
    used = width_of(pieces)
    return (*pieces, Piece(" " * max(width - used, 0)))
