"""What changed in the book since the user last looked."""

from collections.abc import Iterable

from textual import on
from textual.widget import Widget

from csmdesk.tui import commands, news_rows
from csmdesk.tui import format as fmt
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import EMPTY, Line, Piece, line, rule, wrap
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.tui.widgets.virtual_list import VirtualList
from csmdesk.usecases import news


class NewsPage(Frame):
    """The list of changes; leaving it says that they were seen."""

    PLACE = commands.NEWS
    BINDINGS = bindings_of(PLACE)

    def __init__(self) -> None:
        super().__init__()
        self._news: news.News | None = None
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
        """Read what changed, in a thread."""
        workspace, now = self.bench.workspace, self.bench.now()
        before = self._news

        def read() -> news.News:
            since = before.since if before is not None else news.last_look(workspace, now)
            return news.news(workspace, since, now)

        self.run_job("news", read, self._show)

    def _show(self, found: news.News) -> None:
        self._news = found
        self._list.set_rows(news_rows.news_rows(found.items, self.bench.today()))
        self._head.refresh()
        self._list.refresh()

    def _heading(self, width: int) -> Line:  # noqa: ARG002 - fits anywhere
        found = self._news
        if found is None:
            return line(Piece(" reading what is new", "muted"))
        since = found.since.astimezone(self.bench.workspace.zone)
        when = f"{fmt.day_name(since.date(), self.bench.today())} {since:%H:%M}"
        return line(
            " ",
            Piece(f"{fmt.counted(len(found.items), 'change')} since you last looked", "strong"),
            Piece(f"  {when}", "muted"),
        )

    def _empty(self, width: int) -> list[Line]:
        if self._news is None:
            return []
        text = "Nothing changed. S syncs with the CRM; esc goes back."
        return [EMPTY, *(line("  ", row) for row in wrap(text, max(width - 4, 10)))]

    @on(VirtualList.Opened)
    def _opened(self, message: VirtualList.Opened) -> None:
        message.stop()
        self.do_open()

    def do_open(self) -> None:
        """Open the account it is about."""
        rows, index = self._list.rows, self._list.cursor_index
        if isinstance(rows, news_rows.NewsRows) and 0 <= index < len(rows.items):
            self.bench.open_account(rows.items[index].account_id)

    def do_back(self) -> None:
        """Note that this was seen, and go back."""
        found = self._news
        if found is not None:
            workspace = self.bench.workspace
            self.bench.run_quietly("seen", lambda: news.mark_seen(workspace, found.until))
        super().do_back()
