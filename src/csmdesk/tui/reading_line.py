"""What a log line was read as, for the line under the input. Pure."""

from collections.abc import Sequence

from csmdesk.domain.touch.describe import Part
from csmdesk.tui.ink import EMPTY, Line, Piece, Voice, fit_line, line, spread, width_of

_VOICES: dict[str, Voice] = {
    "type": "strong",
    "new people": "yellow",
    "cadence": "muted",
    "warning": "yellow",
    "problem": "red",
}

HINT = line(
    Piece("enter", "key"), Piece(" save  ", "muted"),
    Piece("tab", "key"), Piece(" form  ", "muted"),
    Piece("esc", "key"), Piece(" keep draft ", "muted"),
)  # fmt: skip


def reading_line(parts: Sequence[Part], width: int, *, empty: bool, hint: bool = True) -> Line:
    """Return the reading at the left and the keys at the right.

    Args:
        parts: the reading in words.
        width: the room in cells.
        empty: whether nothing was typed yet: then an example teaches.
        hint: whether the keys are shown.
    """
    keys = HINT if hint and width >= 64 else EMPTY
    if empty:
        text = " for example: c Ana, Raj 25m + renewal is fine > send plan fri"
        return spread(line(Piece(text, "muted")), keys, width)
    # A problem stands first: it is what has to change before the line can be saved.
    problems = [part for part in parts if part.kind == "problem"]
    rest = [part for part in parts if part.kind != "problem"]
    pieces: list[Piece] = [Piece(" ")]
    for index, part in enumerate((*problems, *rest)):
        if index:
            pieces.append(Piece(" · ", "muted"))
        pieces.append(Piece(part.text, _VOICES.get(part.kind, "plain")))
    room = width - width_of(keys)
    if width_of(tuple(pieces)) > room > 30 and len(pieces) > 8:
        # The reading outgrew the line: its end, what was typed last, matters more than the keys.
        return fit_line(tuple(pieces), width)
    return spread(tuple(pieces), keys, width)
