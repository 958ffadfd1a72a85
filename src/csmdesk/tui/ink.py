"""Lines of text in a few voices: what every widget of the workbench draws.

A line is a tuple of pieces, a piece is plain text and the name of its voice. Text from outside
stays text: nothing here parses markup, so a record can neither style the screen nor act on it.
Widths are terminal cells, never characters.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from rich.cells import cell_len, set_cell_size

Voice = Literal[
    "plain", "strong", "muted", "accent", "red", "yellow", "green", "rule", "key", "here"
]
"""The voices: three of weight (strong, plain, muted), one accent, three of state, and chrome."""


class Piece(NamedTuple):
    """Text in one voice."""

    text: str
    voice: Voice = "plain"


Line: TypeAlias = tuple[Piece, ...]

EMPTY: Line = ()

_UNIT = re.compile(
    r"(?<=\d) (?=(?:d|h|min|%|points?|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b|%)"
    r"|(?<=\d d) (?=late\b|ago\b)|(?<=\bin) (?=\d+ d\b)"
    r"|(?<=\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)) (?=\d)"
    r"|(?<=\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)) (?=\d{4}\b)"
)
_GLUE = "\u00a0"


def line(*pieces: Piece | str) -> Line:
    """Return a line of the pieces; a bare string is plain."""
    return tuple(p if isinstance(p, Piece) else Piece(p) for p in pieces)


def rule(width: int) -> Line:
    """Return one thin line across."""
    return (Piece("─" * width, "rule"),)


def plain_text(line_: Iterable[Piece]) -> str:
    """Return the words of a line without its voices."""
    return "".join(piece.text for piece in line_)


def width_of(line_: Iterable[Piece]) -> int:
    """Return the width of a line in cells."""
    return sum(cell_len(piece.text) for piece in line_)


def fit(text: str, width: int) -> str:
    """Return text no wider than `width` cells, cut with "…" where it was longer."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"


def fit_middle(text: str, width: int) -> str:
    """Return text no wider than `width` cells; where it was longer its middle became "…"."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    head = set_cell_size(text, width // 2).rstrip()
    tail = text
    while tail and cell_len(head) + 1 + cell_len(tail) > width:
        tail = tail[1:]
    return f"{head}…{tail.lstrip()}"


def pad(text: str, width: int) -> str:
    """Return text of exactly `width` cells, cut or filled on the right."""
    fitted = fit(text, width)
    return fitted + " " * (width - cell_len(fitted))


def pad_left(text: str, width: int) -> str:
    """Return text of exactly `width` cells, filled on the left: for numbers."""
    fitted = fit(text, width)
    return " " * (width - cell_len(fitted)) + fitted


def fit_line(line_: Line, width: int) -> Line:
    """Return a line no wider than `width` cells, cut with "…" where it was longer."""
    if width_of(line_) <= width:
        return line_
    kept: list[Piece] = []
    room = width
    for index, piece in enumerate(line_):
        size = cell_len(piece.text)
        more = any(rest.text for rest in line_[index + 1 :])
        if size < room or (size == room and not more):
            kept.append(piece)
            room -= size
            continue
        cut = fit(piece.text, room) if size > room else fit(piece.text + "  ", room)
        kept.append(Piece(cut, piece.voice))
        break
    return tuple(kept)


def spread(left: Line, right: Line, width: int) -> Line:
    """Return one line with `left` at the left and `right` at the right end.

    The right part is kept whole; the left part is cut where both do not fit.
    """
    room = width - width_of(right)
    if room < 1:
        return fit_line(right, width)
    fitted = fit_line(left, room - 1 if right else room)
    gap = " " * (room - width_of(fitted))
    return (*fitted, Piece(gap), *right)


def beside(rows: Sequence[Line], hint: Line, width: int) -> list[Line]:
    """Return the rows with a hint at the right end of the last, or below it where room ends."""
    *others, last = rows or (EMPTY,)
    if width_of(last) + width_of(hint) + 1 <= width:
        return [*others, spread(last, hint, width)]
    return [*others, last, spread(EMPTY, hint, width)]


def wrap(text: str, width: int, most: int | None = None) -> list[str]:
    """Return the text in lines of at most `width` cells, broken between words.

    A number stays with its unit, a day with its month and year; where the last line is too long,
    it ends behind a whole one of these.

    Args:
        text: may hold line ends, which are kept.
        width: at least 1.
        most: the most lines; what is left over is shown by "…".
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        glued = _UNIT.sub(_GLUE, paragraph.expandtabs(4))
        lines.extend(_wrap_paragraph(glued, max(width, 1)))
        if most is not None and len(lines) > most:
            break
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], _cut_behind_word(lines[most - 1], width)]
    return [row.replace(_GLUE, " ") for row in lines]


def _cut_behind_word(row: str, width: int) -> str:
    """Return a line with "…" behind its last whole word that leaves room for it."""
    while cell_len(row) >= width and " " in row:
        row = row[: row.rindex(" ")]
    return set_cell_size(row, min(cell_len(row), width - 1)).rstrip(" ,;") + "…"


def _words(text: str, width: int) -> Iterator[str]:
    """Yield what stays together, as long as it has room on a line of its own."""
    for word in text.split(" "):
        yield from word.split(_GLUE) if _GLUE in word and cell_len(word) > width else (word,)


def _wrap_paragraph(text: str, width: int) -> list[str]:
    lines: list[str] = []
    current, room = "", width
    for word in _words(text, width):
        size = cell_len(word)
        gap = 1 if current else 0
        if size + gap <= room:
            current += " " * gap + word
            room -= size + gap
            continue
        if current:
            lines.append(current)
        rest = word
        while size > width:
            # A word longer than the line is the only thing that is cut inside.
            head = set_cell_size(rest, width).rstrip(" ") or rest[0]
            lines.append(head)
            rest = rest[len(head) :]
            size = cell_len(rest)
        current, room = rest, width - size
    lines.append(current)
    return lines


def wrap_line(line_: Line, width: int, most: int | None = None) -> list[Line]:
    """Return a line of many voices broken between words, as `wrap` does for plain text."""
    whole = plain_text(line_)
    rows = wrap(whole, width, most)
    voices = [piece.voice for piece in line_ for _ in piece.text]
    result: list[Line] = []
    position = 0
    for row in rows:
        body = row[:-1] if row.endswith("…") and not whole.startswith(row, position) else row
        found = whole.find(body, position) if body else position
        start = found if found >= 0 else position
        pieces: list[Piece] = []
        for offset, char in enumerate(row):
            index = min(start + offset, len(voices) - 1)
            voice: Voice = voices[index] if voices else "plain"
            if pieces and pieces[-1].voice == voice:
                pieces[-1] = Piece(pieces[-1].text + char, voice)
            else:
                pieces.append(Piece(char, voice))
        position = start + len(body)
        result.append(tuple(pieces))
    return result


def joined(parts: Sequence[Line], between: str = "  ") -> Line:
    """Return the lines in a row with a gap between those that are not empty."""
    pieces: list[Piece] = []
    for part in parts:
        if not part:
            continue
        if pieces:
            pieces.append(Piece(between))
        pieces.extend(part)
    return tuple(pieces)
