"""A widget of one line: the chrome around the lists."""

from collections.abc import Callable
from typing import ClassVar

from textual.strip import Strip
from textual.widget import Widget

from csmdesk.tui.ink import EMPTY, Line
from csmdesk.tui.widgets.inked import INK, draw


class OneLine(Widget, can_focus=False):
    """Draws the line that a function makes for its width."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(INK)

    def __init__(
        self,
        make: Callable[[int], Line] | None = None,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._make = make

    def show(self, make: Callable[[int], Line]) -> None:
        """Draw what `make` returns for a width from now on."""
        self._make = make
        self.refresh()

    def line(self, width: int) -> Line:
        """Return what is to be seen at a width."""
        return self._make(width) if self._make is not None else EMPTY

    def render_line(self, y: int) -> Strip:
        """Return the one line."""
        width = self.size.width
        ground = self.rich_style
        return draw(self, self.line(width) if y == 0 else EMPTY, width, ground)
