"""A screen that is one page of lines over the one it was opened from."""

from collections.abc import Iterable

from textual.widget import Widget

from csmdesk.tui.ink import Line, Piece, line, rule
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.tui.widgets.sheet import Sheet


class Page(Frame):
    """A heading and a sheet that scrolls."""

    HEADING = ""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet(self.lines, id="page")

    def body(self) -> Iterable[Widget]:
        """Return the heading over the sheet."""
        yield OneLine(self.heading, rule, id="heading")
        yield self.sheet

    def heading(self, width: int) -> Line:  # noqa: ARG002 - pages that need it use it
        """Return the line above the sheet."""
        return line(" ", Piece(self.HEADING, "strong"))

    def lines(self, width: int) -> list[Line]:
        """Return the lines of the sheet. Pages implement it."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Give the sheet the keys."""
        self.set_focus(self.sheet)

    def redraw(self) -> None:
        """Make the lines anew."""
        self.sheet.show(self.lines)
