"""What is done, snoozed or dismissed, and showing it again."""

from collections.abc import Iterable

from textual import on
from textual.widget import Widget

from csmdesk.tui import commands, news_rows
from csmdesk.tui import format as fmt
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import EMPTY, Line, Piece, line, rule, wrap
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.undo import shown_again
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.tui.widgets.virtual_list import VirtualList
from csmdesk.usecases import waking
from csmdesk.usecases.waking import Asleep


class Hidden(Frame):
    """The list of what sleeps."""

    PLACE = commands.HIDDEN
    BINDINGS = bindings_of(PLACE)

    def __init__(self) -> None:
        super().__init__()
        self._causes: tuple[Asleep, ...] | None = None
        self._head = OneLine(self._heading, rule)
        self._list = VirtualList(empty=self._empty, id="list")

    def body(self) -> Iterable[Widget]:
        """Return the heading over the list."""
        yield self._head
        yield self._list

    def on_mount(self) -> None:
        """Give the list the keys."""
        self.set_focus(self._list)

    def load(self) -> None:
        """Read what sleeps, in a thread."""
        workspace, now = self.bench.workspace, self.bench.now()
        self.run_job("hidden", lambda: waking.asleep(workspace, now), self._show)

    def _show(self, causes: tuple[Asleep, ...]) -> None:
        self._causes = causes
        self._list.set_rows(news_rows.asleep_rows(causes, self.bench.today()))
        self._head.refresh()
        self._list.refresh()

    def _heading(self, width: int) -> Line:  # noqa: ARG002 - fits anywhere
        if self._causes is None:
            return line(Piece(" reading what sleeps", "muted"))
        count = fmt.counted(len(self._causes), "reason")
        return line(
            " ", Piece(f"{count} hidden", "strong"), Piece("  enter shows it again", "muted")
        )

    def _empty(self, width: int) -> list[Line]:
        if self._causes is None:
            return []
        text = "Nothing is hidden. On Today z snoozes, d marks as done, x dismisses."
        return [EMPTY, *(line("  ", row) for row in wrap(text, max(width - 4, 10)))]

    @on(VirtualList.Opened)
    def _opened(self, message: VirtualList.Opened) -> None:
        message.stop()
        self.do_open()

    def do_open(self) -> None:
        """Show the cause under the cursor again."""
        rows, index = self._list.rows, self._list.cursor_index
        if not isinstance(rows, news_rows.AsleepRows) or not 0 <= index < len(rows.causes):
            self.complain("There is nothing under the cursor.")
            return
        cause = rows.causes[index]
        workspace = self.bench.workspace

        def done(_done: None) -> None:
            self.say(shown_again(cause.account, (cause.type,)))
            self.bench.book_changed(own=True)

        self.bench.load_writer()
        self.run_job("wake", lambda: waking.wake(workspace, cause), done)
