"""What changed in the book since the user last looked."""

from datetime import timedelta
from typing import Final

from csmdesk.tui import commands, news_rows
from csmdesk.tui import format as fmt
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import Line, Piece, line
from csmdesk.tui.screens.list_page import ListPage
from csmdesk.usecases import news

MOST_WEEKS: Final = 52
"""How many weeks one can look further back than the last look."""


class NewsPage(ListPage):
    """The list of changes; leaving it says that they were seen."""

    PLACE = commands.NEWS
    BINDINGS = bindings_of(PLACE)

    def __init__(self) -> None:
        super().__init__()
        self._news: news.News | None = None
        self._seen: news.Seen | None = None
        self._weeks = 0
        """How many weeks further back than the last look is shown."""

    def load(self) -> None:
        """Read what changed, in a thread."""
        workspace, now, weeks = self.bench.workspace, self.bench.now(), self._weeks
        before = self._seen

        def read() -> tuple[news.Seen, news.News]:
            seen = before if before is not None else news.last_look(workspace, now)
            since = seen.until - timedelta(weeks=weeks)
            return seen, news.news(workspace, since, now, frozenset() if weeks else seen.told)

        self.run_job("news", read, self._show)

    def _show(self, read: tuple[news.Seen, news.News]) -> None:
        self._seen, found = read
        self._news = found
        self.show_rows(news_rows.news_rows(found.items, self.bench.today()))

    def heading(self, width: int) -> Line:  # noqa: ARG002 - fits anywhere
        """Return how much changed, and since when."""
        found = self._news
        if found is None:
            return line(Piece(" reading what is new", "muted"))
        count = fmt.counted(len(found.items), "change")
        if self._since_last_look():
            return line(
                " ",
                Piece(f"{count} since you last looked", "strong"),
                Piece(f"  {self._since(found)}", "muted"),
            )
        return line(" ", Piece(f"{count} since {self._since(found)}", "strong"))

    def _since_last_look(self) -> bool:
        return self._seen is not None and not self._seen.never and not self._weeks

    def _since(self, found: news.News) -> str:
        since = found.since.astimezone(self.bench.workspace.zone)
        return f"{fmt.day_name(since.date(), self.bench.today())} {since:%H:%M}"

    def nothing(self) -> str:
        """Return what to say where nothing changed."""
        found = self._news
        if found is None:
            return ""
        return (
            f"Nothing changed since {self._since(found)}."
            " [ looks a week further back, S syncs with the CRM, esc goes back."
        )

    def do_further(self) -> None:
        """Look a week further back."""
        if self._weeks == MOST_WEEKS:
            self.complain("This is as far back as it looks.")
            return
        self._weeks += 1
        self.load()

    def do_nearer(self) -> None:
        """Look a week less far back."""
        if not self._weeks:
            self.complain("Nothing newer is left out: this is everything since you last looked.")
            return
        self._weeks -= 1
        self.load()

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
            self.bench.run_quietly("seen", lambda: news.mark_seen(workspace, found))
        super().do_back()
