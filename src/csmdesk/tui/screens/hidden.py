"""What is done, snoozed or dismissed, and showing it again."""

from csmdesk.tui import commands, news_rows
from csmdesk.tui import format as fmt
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import Line, Piece, line
from csmdesk.tui.screens.list_page import ListPage
from csmdesk.tui.undo import shown_again
from csmdesk.usecases import waking
from csmdesk.usecases.waking import Asleep


class Hidden(ListPage):
    """The list of what sleeps and of what was closed for good."""

    PLACE = commands.HIDDEN
    BINDINGS = bindings_of(PLACE)

    def __init__(self) -> None:
        super().__init__()
        self._causes: tuple[Asleep, ...] | None = None

    def load(self) -> None:
        """Read what sleeps, in a thread."""
        workspace, now = self.bench.workspace, self.bench.now()
        self.run_job("hidden", lambda: waking.asleep(workspace, now), self._show)

    def _show(self, causes: tuple[Asleep, ...]) -> None:
        self._causes = causes
        self.show_rows(news_rows.asleep_rows(causes, self.bench.today()))

    def heading(self, width: int) -> Line:  # noqa: ARG002 - fits anywhere
        """Return how many causes are hidden, and how they are taken back."""
        if self._causes is None:
            return line(Piece(" reading what sleeps", "muted"))
        if not self._causes:
            return line(Piece(" nothing is hidden", "strong"))
        closed = sum(cause.closed for cause in self._causes)
        count = f"{fmt.counted(len(self._causes) - closed, 'reason')} hidden"
        if closed:
            count += f", {closed} done for good"
        return line(" ", Piece(count, "strong"), Piece("  enter takes it back", "muted"))

    def nothing(self) -> str:
        """Return what to say where nothing is hidden."""
        if self._causes is None:
            return ""
        return "Nothing is hidden. On Today z snoozes, d marks as done, x dismisses."

    def do_open(self) -> None:
        """Show the cause under the cursor again; what was closed is open again."""
        rows, index = self.list.rows, self.list.cursor_index
        if not isinstance(rows, news_rows.AsleepRows) or not 0 <= index < len(rows.causes):
            self.complain("There is nothing under the cursor.")
            return
        cause = rows.causes[index]
        workspace = self.bench.workspace

        def done(_done: None) -> None:
            self.say(shown_again(cause.account, cause.action, (cause.type,)))
            self.bench.book_changed(own=True)

        self.run_job("wake", lambda: waking.wake(workspace, cause), done)
