"""Finding one of many by typing parts of its name. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from csmdesk.domain.names import fold
from csmdesk.tui.ink import Line, Piece, fit_line, pad, spread, width_of

NAME_WIDTH = 26
"""Cells of a name, unless names are sentences."""

MOST = 200
"""The most entries shown for one text; more of it narrows them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be picked.

    Args:
        key: identifies it.
        name: what it is called.
        words: what it is, muted beside the name.
        mark: a short word at the right end, such as a key.
        run: what picking it does.
        hidden: whether it is only shown once something was typed that fits.
    """

    key: str
    name: str
    words: str
    mark: str
    run: Callable[[], object]
    hidden: bool = False
    folded: str = ""


def prepared(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries with what they are searched by."""
    return tuple(
        Entry(e.key, e.name, e.words, e.mark, e.run, e.hidden, fold(f"{e.name} {e.words}"))
        for e in entries
    )


def matching(entries: Sequence[Entry], text: str) -> tuple[Entry, ...]:
    """Return the entries that hold every word typed; names that begin with it first."""
    typed = fold(text)
    words = typed.split()
    if not words:
        return tuple(entry for entry in entries if not entry.hidden)[:MOST]
    fitting = [entry for entry in entries if all(word in entry.folded for word in words)]
    fitting.sort(key=lambda entry: _rank(fold(entry.name), typed, words))
    return tuple(fitting[:MOST])


def _rank(name: str, typed: str, words: Sequence[str]) -> int:
    if name.startswith(typed):
        return 0
    if all(any(part.startswith(word) for part in name.split()) for word in words):
        return 1
    return 2 if all(word in name for word in words) else 3


@dataclass(frozen=True, slots=True)
class PickRows:
    """Entries as rows of a list; `room` is how wide a name may be."""

    entries: tuple[Entry, ...]
    room: int = NAME_WIDTH
    _places: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.entries)

    def key(self, index: int) -> str | None:
        """Return what identifies an entry."""
        return self.entries[index].key

    def find(self, key: str) -> int | None:
        """Return where an entry stands."""
        for index, entry in enumerate(self.entries):
            if entry.key == key:
                return index
        return None

    def heights(self, width: int) -> Sequence[int] | None:  # noqa: ARG002 - every row has one line
        """Return nothing: every row has one line."""
        return None

    def lines(self, index: int, width: int, *, here: bool) -> Sequence[Line]:
        """Return the line of an entry."""
        entry = self.entries[index]
        bar = Piece("▌ " if here else "  ", "accent")
        share = 3 if self.room <= NAME_WIDTH else 2
        name = Piece(
            pad(entry.name, min(self.room, max(width // share, 10))), "strong" if here else "plain"
        )
        mark = (Piece(entry.mark, "key"), Piece(" "))
        left = (bar, name, Piece(f"  {entry.words}", "muted"))
        return (spread(fit_line(left, width - width_of(mark) - 1), mark, width),)
