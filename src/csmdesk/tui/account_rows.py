"""The table of accounts as rows of a list. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from rich.cells import cell_len

from csmdesk.domain.exact import half_up, plain, size
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import Line, Piece, Voice, line, pad, pad_left
from csmdesk.tui.today_rows import decimal, own_money
from csmdesk.usecases.accounts import AccountLine


class Column(NamedTuple):
    """A column: its heading, width, whether numbers stand in it, the order it shows."""

    name: str
    heading: str
    width: int
    right: bool
    order: str
    rank: int


_COLUMNS = (
    Column("arr", "ARR", 7, True, "arr", 2),
    Column("segment", "touch", 5, False, "", 7),
    Column("health", "health", 7, True, "health", 3),
    Column("renewal", "renewal", 11, True, "renewal", 4),
    Column("clock", "clock", 18, False, "renewal", 6),
    Column("silence", "last touch", 10, True, "silence", 5),
    Column("agenda", "today", 5, True, "agenda", 8),
)
"""The columns after the name, left to right; the highest rank is the first to go."""

_EDGE = 4


def columns(width: int, longest: int) -> tuple[int, tuple[Column, ...]]:
    """Return the width of the name and the columns that have room."""
    shown = list(_COLUMNS)
    least = min(max(longest, 7), 18)
    while shown and _EDGE + least + sum(c.width + 2 for c in shown) + 1 > width:
        shown.remove(max(shown, key=lambda column: column.rank))
    room = width - _EDGE - sum(c.width + 2 for c in shown) - 1
    return max(min(room, max(longest, 7), 40), 5), tuple(shown)


def heading(width: int, longest: int, order: str, *, reverse: bool) -> Line:
    """Return the line above the list; the column it is sorted by is marked."""
    name, shown = columns(width, longest)
    arrow = "↑" if reverse else "↓"
    first = "Account" + (f" {arrow}" if order == "name" else "")
    pieces = [
        Piece(" " * _EDGE),
        Piece(pad(first, name), "plain" if order == "name" else "muted"),
    ]
    marked = False
    for column in shown:
        here = column.order == order and not marked
        marked = marked or here
        text = f"{column.heading}{arrow}" if here else column.heading
        fitted = pad_left(text, column.width) if column.right else pad(text, column.width)
        pieces.append(Piece(f"  {fitted}", "plain" if here else "muted"))
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class AccountRows:
    """The accounts in their order, for the virtual list."""

    accounts: Sequence[AccountLine]
    currency: str
    today: date
    longest: int
    _places: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.accounts)

    def key(self, index: int) -> str | None:
        """Return the id of the account of a row."""
        return self.accounts[index].id

    def find(self, key: str) -> int | None:
        """Return where an account stands."""
        return self._places.get(key)

    def heights(self, width: int) -> Sequence[int] | None:  # noqa: ARG002 - every row has one line
        """Return nothing: every row has one line."""
        return None

    def lines(self, index: int, width: int, *, here: bool) -> Sequence[Line]:
        """Return the line of an account."""
        account = self.accounts[index]
        name, shown = columns(width, self.longest)
        voice: Voice = "strong" if here else "muted" if account.former else "plain"
        pieces = [
            Piece("▌" if here else " ", "accent"),
            Piece(" "),
            fmt.health_sign(account.colour),
            Piece(" "),
            Piece(pad(account.name, name), voice),
        ]
        for column in shown:
            text, of = self._cell(account, column.name)
            fitted = pad_left(text, column.width) if column.right else pad(text, column.width)
            pieces.append(Piece(f"  {fitted}", of))
        return (tuple(pieces),)

    def _cell(self, account: AccountLine, column: str) -> tuple[str, Voice]:
        if column == "arr":
            if account.arr is None and account.unrated:
                return own_money(dict(account.unrated)), "plain"
            arr = None if account.arr is None else decimal(account.arr)
            return fmt.money(arr, self.currency, converted=account.converted), "plain"
        if column == "segment":
            return account.segment, "muted"
        if column == "health":
            return _health(account)
        if column == "renewal":
            clock = account.clock
            return (
                (fmt.UNKNOWN, "muted")
                if clock is None
                else (fmt.short_day(clock.term_end, self.today), "plain")
            )
        if column == "clock":
            return clock_words(account)
        if column == "silence":
            return _silence(account)
        return ("" if account.rank is None else f"#{account.rank}"), "muted"


def rows(accounts: Sequence[AccountLine], currency: str, today: date) -> AccountRows:
    """Return the rows of some accounts, in their order."""
    return AccountRows(
        accounts,
        currency,
        today,
        max((cell_len(one.name) for one in accounts), default=0),
        {one.id: index for index, one in enumerate(accounts)},
    )


def _health(account: AccountLine) -> tuple[str, Voice]:
    if account.score is None:
        return fmt.UNKNOWN, "muted"
    move = account.move or 0
    trend = f"{'↑' if move > 0 else '↓'}{half_up(size(move))}" if size(move) >= 5 else ""
    star = "*" if account.overridden else " "
    return f"{plain(account.score)}{star}{trend:<3}", "plain"


def clock_words(account: AccountLine) -> tuple[str, Voice]:
    """Return what counts down: "notice in 4 d", "ends in 34 d", "lapsed 3 d", "renews itself"."""
    clock, days = account.clock, account.days_left
    if clock is None or days is None:
        return ("former customer" if account.former else fmt.UNKNOWN), "muted"
    if clock.locked:
        return "renews itself", "muted"
    urgent = 0 <= days <= 1
    if clock.kind == "notice":
        return f"notice {fmt.days_ahead(days)}", "red" if urgent else "plain"
    if days < 0:
        return f"lapsed {-days} d", "red"
    word = "leaving" if clock.noticed else "ends"
    return f"{word} {fmt.days_ahead(days)}", "red" if urgent else "plain"


def _silence(account: AccountLine) -> tuple[str, Voice]:
    if account.silent_days is None:
        return "never", "muted"
    return (f"{account.silent_days} d" if account.silent_days else "today"), "plain"


def summary(
    shown: Sequence[AccountLine], total: int, currency: str, needle: str, width: int
) -> Line:
    """Return the line above the table: how many, how much, what it is filtered by."""
    known = [decimal(one.arr) for one in shown if one.arr is not None]
    amount = fmt.money(sum(known), currency) if known else fmt.UNKNOWN  # type: ignore[arg-type]
    counted = fmt.counted(len(shown), "account")
    text = f" {counted} of {total:,}" if needle else f" {counted}"
    pieces = [Piece(text, "strong"), Piece(f"  {amount} ARR", "plain")]
    unrated = sum(one.arr is None and bool(one.unrated) for one in shown)
    unknown = len(shown) - len(known) - unrated
    if unrated and width > 50:
        pieces.append(Piece(f", {unrated} without a rate", "muted"))
    if unknown and width > 50:
        pieces.append(Piece(f", unknown for {unknown}", "muted"))
    if needle:
        pieces.append(Piece(f"   / {needle}", "key"))
    return line(*pieces)
