"""The full breakdown of an agenda line."""

from csmdesk.domain.agenda.view import Agenda, Item
from csmdesk.tui import commands
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import Line, Piece, line
from csmdesk.tui.screens.page import Page
from csmdesk.tui.why_page import why_page


class Why(Page):
    """How the score of one account is made, and why it stands above the next."""

    PLACE = commands.WHY
    BINDINGS = bindings_of(PLACE)

    def __init__(self, agenda: Agenda, item: Item, after: Item | None) -> None:
        super().__init__()
        self._agenda, self._item, self._after = agenda, item, after

    def heading(self, width: int) -> Line:  # noqa: ARG002 - fits anywhere
        """Return what the page is about."""
        return line(" Why  ", Piece(self._item.account, "strong"))

    def lines(self, width: int) -> list[Line]:
        """Return the breakdown."""
        body = why_page(self._item, self._after, self._agenda, max(width - 2, 20))
        return [(Piece(" "), *row) for row in body]

    def account(self) -> str:
        """Return the account the commands of this page are about."""
        return self._item.account_id
