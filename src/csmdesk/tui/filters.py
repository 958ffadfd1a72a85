"""The last line before the terminal: what leaves the workbench can drive nothing.

Text is cleaned where it enters the program; this catches what slipped through, whichever widget
it came from, and writes our own signs in ASCII where the user asked for that.
"""

import re
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_DIRECTION: Final = re.compile(
    "[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)

_ASCII: Final = str.maketrans(
    {
        "●": "G", "◐": "Y", "○": "R", "◌": "?", "↑": "^", "↓": "v", "→": ">", "✓": "x",
        "▲": "!", "✗": "X", "≠": "#", "▰": "#", "▱": ".", "▁": "1", "▂": "2", "▃": "3",
        "▄": "4", "▅": "5", "▆": "6", "▇": "7", "█": "8", "─": "-", "│": "|", "├": "|",
        "└": "`", "┬": "+", "┴": "+", "┆": ":", "▌": ">", "▸": ">", "▎": "|", "⟳": "@",
        "·": ".", "–": "-", "−": "-", "…": "~", "≈": "~", "‼": "!", "×": "x", "“": '"',
        "”": '"', "’": "'", "‘": "'", "—": "-", "☎": "C", "★": "*", "◇": "o", "┌": "+",
        "┐": "+", "┘": "+", "┼": "+", "┤": "+", "╭": "+", "╮": "+", "╰": "+", "╯": "+",
        "▔": "-", "▏": "|", "▕": "|", "▊": "|",
    }
)  # fmt: skip


class OutsideFilter(LineFilter):
    """Replaces control characters by `␛` and direction or invisible characters by U+FFFD."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments without anything a terminal would obey."""
        if all(_harmless(segment) for segment in segments):
            return segments
        return [
            segment
            if _harmless(segment)
            else Segment(_DIRECTION.sub("\ufffd", _CONTROL.sub("␛", segment.text)), segment.style)
            for segment in segments
        ]


class AsciiFilter(LineFilter):
    """Writes our own signs as their ASCII twins, cell for cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments with every sign replaced."""
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(segment.text.replace("‼ ", "!!").translate(_ASCII), segment.style)
            for segment in segments
        ]


def _harmless(segment: Segment) -> bool:
    text = segment.text
    if segment.control:
        return True
    return text.isprintable() or not (_CONTROL.search(text) or _DIRECTION.search(text))
