"""The full breakdown of an agenda line."""

from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.agenda.view import Agenda, Item
from csmdesk.tui import commands
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import Line, Piece, line, plain_text
from csmdesk.tui.screens.log_flow import Logs
from csmdesk.tui.screens.page import Page
from csmdesk.tui.why_page import why_page


class Why(Page, Logs):
    """How the score of one account is made, and why it stands above the next."""

    PLACE = commands.WHY
    BINDINGS = bindings_of(PLACE)

    def __init__(
        self,
        agenda: Agenda,
        item: Item,
        after: Item | None,
        config: AgendaConfig,
        replayed: str = "",
    ) -> None:
        super().__init__()
        self._agenda, self._item, self._after, self._config = agenda, item, after, config
        self._replayed = replayed

    def heading(self, width: int) -> Line:  # noqa: ARG002 - fits anywhere
        """Return what the page is about."""
        name = Piece(self._item.account, "strong")
        if self._replayed:
            return line(" Why  ", Piece(f"as of {self._replayed}, not now  ", "yellow"), name)
        return line(" Why  ", name)

    def lines(self, width: int) -> list[Line]:
        """Return the breakdown."""
        body = why_page(self._item, self._after, self._agenda, self._config, max(width - 2, 20))
        return [(Piece(" "), *row) for row in body]

    def account(self) -> str:
        """Return the account the commands of this page are about."""
        return self._item.account_id

    def copied(self) -> str | None:
        """Return the breakdown."""
        return "\n".join(map(plain_text, self.lines(100)))

    def do_done(self) -> None:
        """Go back and mark causes as done."""
        self._back_and("done")

    def do_snooze(self) -> None:
        """Go back and let causes sleep."""
        self._back_and("snooze")

    def do_dismiss(self) -> None:
        """Go back and say that causes do not apply."""
        self._back_and("dismiss")

    def _back_and(self, command: str) -> None:
        bench = self.bench
        bench.turn_back()
        bench.call_later(bench.run_named, command)
