"""A widget as high as what it has to say: the reading of a log line, the status line."""

from collections.abc import Callable, Sequence

from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from csmdesk.tui.ink import EMPTY, Line
from csmdesk.tui.widgets.inked import draw, inks

MakeLines = Callable[[int], Sequence[Line]]


class FewLines(Widget, can_focus=False):
    """Draws the lines that a function makes for its width; at least one.

    Args:
        make: makes the lines.
    """

    DEFAULT_CSS = "FewLines { height: auto; width: 1fr; }"

    def __init__(
        self, make: MakeLines, *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._make = make
        self._made: tuple[int, Sequence[Line]] | None = None

    def lines(self, width: int) -> Sequence[Line]:
        """Return what is to be seen at a width."""
        if self._made is None or self._made[0] != width:
            self._made = width, self._make(width) or (EMPTY,)
        return self._made[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - the base class gives them
        """Return how many lines there are."""
        return len(self.lines(width))

    def make_anew(self) -> None:
        """Make the lines again; the layout changes only with their number."""
        self._made = None
        width = self.size.width
        self.refresh(layout=not width or len(self.lines(width)) != self.size.height)

    def render_line(self, y: int) -> Strip:
        """Return one of the lines."""
        width = self.size.width
        lines = self.lines(width)
        return draw(self, lines[y] if y < len(lines) else EMPTY, width, inks(self).ground)
