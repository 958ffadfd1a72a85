"""A screen whose body is a list that can be filtered."""

from typing import TYPE_CHECKING

from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from csmdesk.tui.widgets.filter_bar import FilterBar


class Listing(Frame):
    """Adds `/`: a filter line above the status line, kept until `esc`."""

    FILTER_HINT = "part of a name"

    def __init__(self) -> None:
        super().__init__()
        self.needle = ""
        self.list = VirtualList(id="list")

    def on_mount(self) -> None:
        """Give the list the keys."""
        self.set_focus(self.list)

    def filtered(self) -> None:
        """Show the rows that fit `needle`. Screens implement it."""
        raise NotImplementedError

    def do_filter(self) -> None:
        """Open the filter line."""
        from csmdesk.tui.widgets.filter_bar import FilterBar

        self.open_bar(FilterBar(self.needle, hint=self.FILTER_HINT))

    def on_filter_bar_changed(self, message: "FilterBar.Changed") -> None:
        """Show the rows that fit what was typed so far."""
        message.stop()
        if message.text != self.needle:
            self.needle = message.text
            self.filtered()

    def on_filter_bar_left(self, message: "FilterBar.Left") -> None:
        """Close the filter line; keep the filter if that was the key."""
        message.stop()
        self.close_bar()
        if not message.kept:
            self.drop_filter()

    def drop_filter(self) -> bool:
        """Show everything again; tell whether there was a filter."""
        if not self.needle:
            return False
        self.needle = ""
        self.filtered()
        return True

    def do_back(self) -> None:
        """Drop the filter first, then leave."""
        if not self.drop_filter():
            super().do_back()
