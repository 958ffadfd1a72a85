"""How a line in voices becomes a strip of the screen, for every widget that draws lines."""

from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from rich.style import Style
from textual._styles_cache import StylesCache
from textual.strip import Strip
from textual.widget import Widget

from csmdesk.tui.ink import Line

if TYPE_CHECKING:
    from csmdesk.tui.inks import Inks
    from csmdesk.tui.shared import Shared


def inks(widget: Widget) -> "Inks":
    """Return the colours in force."""
    return cast("Shared", widget.app).inks


def draw(widget: Widget, line: Line, width: int, ground: Style) -> Strip:
    """Return a line as a strip of exactly `width` cells."""
    on = inks(widget).on
    segments = [Segment(piece.text, on(ground, piece.voice)) for piece in line]
    return Strip(segments).adjust_cell_length(width, ground)


def forget_what_is_gone() -> None:
    """Let go of what was drawn of widgets that are no longer there.

    Textual keeps every line it drew of the last thousand widgets: a cache of colours is keyed by
    what each widget has drawn, because a method in it was meant to be one of the class.
    """
    StylesCache.get_inner_outer.cache_clear()
