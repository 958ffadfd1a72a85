"""What a log line was read as, for the lines under the input. Pure."""

from collections.abc import Sequence

from rich.cells import cell_len

from csmdesk.domain.touch.describe import Part
from csmdesk.tui.ink import Line, Piece, Voice, line, wrap_line
from csmdesk.tui.shortening import LEAST, quote_shortened, widest

_VOICES: dict[str, Voice] = {
    "type": "strong",
    "new people": "yellow",
    "cadence": "muted",
    "warning": "yellow",
    "problem": "red",
}
_WIDE = 100
_ROWS, _NARROW_ROWS = 2, 3

HINT = line(
    Piece(" "),
    Piece("enter", "key"), Piece(" save  ", "muted"),
    Piece("tab", "key"), Piece(" form  ", "muted"),
    Piece("esc", "key"), Piece(" keep draft ", "muted"),
)  # fmt: skip
"""The keys of the log bar, for the bottom line."""


def reading_lines(parts: Sequence[Part], width: int, *, empty: bool) -> list[Line]:
    """Return the reading in two lines, in three under 100 columns, and what is wrong with it.

    Where there is not room enough the quoted words lose their middle: first the text, then the
    steps. Types, names, lengths and dates are never cut. A problem stands on a line of its own
    before the reading, for it is what has to change; each warning on one after it.

    Args:
        parts: the reading in words.
        width: the room in cells.
        empty: whether nothing was typed yet: then an example teaches.
    """
    if empty:
        text = "for example: c Ana, Raj 25m + renewal is fine > send plan fri"
        return _rows(line(Piece(text, "muted")), width)
    said = [part for part in parts if part.kind not in ("problem", "warning")]
    return [
        *_alone(parts, "problem", width),
        *_fitted(said, width),
        *_alone(parts, "warning", width),
    ]


def _alone(parts: Sequence[Part], kind: str, width: int) -> list[Line]:
    own = [part for part in parts if part.kind == kind]
    return [row for part in own for row in _rows((Piece(part.text, _VOICES[kind]),), width)]


def _fitted(parts: Sequence[Part], width: int) -> list[Line]:
    most = _ROWS if width >= _WIDE else _NARROW_ROWS

    def rows(text: int, step: int) -> list[Line]:
        room = {"text": text, "step": step}
        pieces: list[Piece] = []
        for index, part in enumerate(parts):
            if index:
                pieces.append(Piece(" · ", "muted"))
            words = quote_shortened(part.text, room[part.kind]) if part.kind in room else part.text
            pieces.append(Piece(words, _VOICES.get(part.kind, "plain")))
        return _rows(tuple(pieces), width)

    longest = max((cell_len(part.text) for part in parts), default=LEAST)
    whole = rows(longest, longest)
    if len(whole) <= most:
        return whole
    text = widest(longest, lambda room: len(rows(room, longest)) <= most)
    if text is not None:
        return rows(text, longest)
    step = widest(longest, lambda room: len(rows(LEAST, room)) <= most)
    return rows(LEAST, step if step is not None else LEAST)


def _rows(line_: Line, width: int) -> list[Line]:
    return [(Piece(" "), *row) for row in wrap_line(line_, max(width - 2, 1))]
