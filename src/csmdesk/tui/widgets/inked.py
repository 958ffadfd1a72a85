"""How a line in voices becomes a strip of the screen, for every widget that draws lines."""

from functools import lru_cache
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from csmdesk.tui.ink import Line

INK: Final[frozenset[str]] = frozenset(
    {
        "ink--strong",
        "ink--muted",
        "ink--accent",
        "ink--red",
        "ink--yellow",
        "ink--green",
        "ink--rule",
        "ink--key",
        "ink--here",
        "ink--cursor",
    }
)
"""The component classes a drawing widget declares; their colours stand in the style sheet."""


@lru_cache(512)
def _over(base: Style, voice: Style) -> Style:
    """Return the voice on the ground of `base`: its colour and weight, never its background."""
    return base + Style(
        color=voice.color,
        bold=voice.bold,
        italic=voice.italic,
        underline=voice.underline,
    )


def voice_style(widget: Widget, voice: str, ground: Style) -> Style:
    """Return the style of a voice on a ground."""
    if voice == "plain":
        return ground
    return _over(ground, widget.get_component_rich_style(f"ink--{voice}", partial=True))


def draw(widget: Widget, line: Line, width: int, ground: Style) -> Strip:
    """Return a line as a strip of exactly `width` cells."""
    segments = [Segment(piece.text, voice_style(widget, piece.voice, ground)) for piece in line]
    return Strip(segments).adjust_cell_length(width, ground)
