"""A widget of one line, or of a few that belong together: the chrome around the lists."""

from collections.abc import Callable
from typing import ClassVar

from textual.strip import Strip
from textual.widget import Widget

from csmdesk.tui.ink import EMPTY, Line
from csmdesk.tui.widgets.inked import draw, inks

MakeLine = Callable[[int], Line]


class OneLine(Widget, can_focus=False):
    """Draws the line that a function makes for its width.

    Args:
        make: makes the line.
        more: make further lines under it.
    """

    ON_PANEL: ClassVar[bool] = False
    """Whether the line stands on a bar and not on the page."""

    DEFAULT_CSS = "OneLine { height: 1; width: 1fr; }"

    def __init__(
        self,
        make: MakeLine | None = None,
        *more: MakeLine,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._make = make
        self._more = more
        if more:
            self.styles.height = 1 + len(more)

    def line(self, width: int) -> Line:
        """Return what is to be seen at a width."""
        return self._make(width) if self._make is not None else EMPTY

    def render_line(self, y: int) -> Strip:
        """Return one of the lines."""
        width = self.size.width
        line = EMPTY
        if y == 0:
            line = self.line(width)
        elif y <= len(self._more):
            line = self._more[y - 1](width)
        ground = inks(self).panel if self.ON_PANEL else inks(self).ground
        return draw(self, line, width, ground)
