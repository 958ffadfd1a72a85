"""What changed in the book since the user last looked."""

from csmdesk.tui import commands, news_rows
from csmdesk.tui import format as fmt
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import Line, Piece, line
from csmdesk.tui.screens.list_page import ListPage
from csmdesk.usecases import news


class NewsPage(ListPage):
    """The list of changes; leaving it says that they were seen."""

    PLACE = commands.NEWS
    BINDINGS = bindings_of(PLACE)

    def __init__(self) -> None:
        super().__init__()
        self._news: news.News | None = None

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
        self.show_rows(news_rows.news_rows(found.items, self.bench.today()))

    def heading(self, width: int) -> Line:  # noqa: ARG002 - fits anywhere
        """Return how much changed, and since when."""
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

    def nothing(self) -> str:
        """Return what to say where nothing changed."""
        if self._news is None:
            return ""
        return "Nothing changed. S syncs with the CRM; esc goes back."

    def do_open(self) -> None:
        """Open the account it is about."""
        rows, index = self.list.rows, self.list.cursor_index
        if isinstance(rows, news_rows.NewsRows) and 0 <= index < len(rows.items):
            self.bench.open_account(rows.items[index].account_id)

    def do_back(self) -> None:
        """Note that this was seen, and go back."""
        found = self._news
        if found is not None:
            workspace = self.bench.workspace
            self.bench.run_quietly("seen", lambda: news.mark_seen(workspace, found.until))
        super().do_back()
