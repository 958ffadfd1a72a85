"""A page of lines that scrolls: panels, tabs, help."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from csmdesk.tui.ink import EMPTY, Line
from csmdesk.tui.widgets.inked import draw, inks

MakeLines = Callable[[int], Sequence[Line]]


class Sheet(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows lines made for its width; moving the cursor means scrolling."""

    DEFAULT_CSS = """
    Sheet { width: 1fr; height: 1fr; overflow-x: hidden; }
    Sheet { scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        make: MakeLines | None = None,
        *,
        id: str | None = None,
        classes: str | None = None,
        focusable: bool = True,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.can_focus = focusable
        self._make: MakeLines = make or (lambda _width: ())
        self._lines: Sequence[Line] = ()
        self._made_for = -1

    def show(self, make: MakeLines, *, top: bool = False) -> None:
        """Show other lines; `top` goes back to the first of them."""
        self._make = make
        self._made_for = -1
        self._prepare()
        if top:
            self.scroll_to(0, 0, animate=False)
        self.refresh()

    @property
    def lines(self) -> Sequence[Line]:
        """The lines as they are drawn now."""
        return self._lines

    def _prepare(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        if width <= 0 or width == self._made_for:
            return
        self._made_for = width
        self._lines = self._make(width)
        size, room = Size(width, len(self._lines)), self.size.height
        if max(size.height, self.virtual_size.height) <= room:
            # Nothing to scroll, before or now: the layout of the screen stays as it is.
            self.set_reactive(Sheet.virtual_size, size)
            self.refresh()
        else:
            self.virtual_size = size

    def on_resize(self) -> None:
        """Make the lines anew for another width."""
        self._prepare()

    def move(self, rows: int) -> None:
        """Scroll by some lines."""
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False)

    def move_to(self, row: int) -> None:
        """Scroll to a line; −1 is the last."""
        self.scroll_to(y=row if row >= 0 else self.virtual_size.height, animate=False)

    def page_rows(self) -> int:
        """Return how many lines a page has."""
        return max(self.scrollable_content_region.height - 1, 1)

    def render_line(self, y: int) -> Strip:
        """Return one line of the page."""
        index = y + self.scroll_offset.y
        line = self._lines[index] if 0 <= index < len(self._lines) else EMPTY
        return draw(self, line, self.size.width, inks(self).ground)
