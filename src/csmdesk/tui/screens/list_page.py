"""A page that is one line of heading over one list: what is new, what is hidden."""

from collections.abc import Iterable

from textual import on
from textual.widget import Widget

from csmdesk.tui.ink import EMPTY, Line, line, rule, wrap
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.tui.widgets.virtual_list import Rows, VirtualList


class ListPage(Frame):
    """Adds the heading, the list, and what is said where the list is empty."""

    def __init__(self) -> None:
        super().__init__()
        self.head = OneLine(self.heading, rule)
        self.list = VirtualList(empty=self._empty, id="list")

    def heading(self, width: int) -> Line:
        """Return what the list is, and how much. Pages implement it."""
        raise NotImplementedError

    def nothing(self) -> str:
        """Return what to say where nothing is listed; empty while it is being read."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        """Return the heading over the list."""
        yield self.head
        yield self.list

    def on_mount(self) -> None:
        """Give the list the keys."""
        self.set_focus(self.list)

    def show_rows(self, rows: Rows) -> None:
        """List rows, and say anew what they are."""
        self.list.set_rows(rows)
        self.head.refresh()
        self.list.refresh()

    def _empty(self, width: int) -> list[Line]:
        text = self.nothing()
        if not text:
            return []
        return [EMPTY, *(line("  ", row) for row in wrap(text, max(width - 4, 10)))]

    def do_open(self) -> None:
        """Do what opening the row under the cursor means. Pages implement it."""
        raise NotImplementedError

    @on(VirtualList.Opened)
    def _opened(self, message: VirtualList.Opened) -> None:
        message.stop()
        self.do_open()
