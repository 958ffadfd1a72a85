"""Accounts: everything in the book that is mine, to sort, filter and open."""

from collections.abc import Iterable

from textual import on
from textual.containers import Vertical
from textual.widget import Widget

from csmdesk.errors import InputError
from csmdesk.tui import account_rows, commands
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import EMPTY, Line, Piece, line, plain_text, rule, wrap
from csmdesk.tui.screens.listing import Listing
from csmdesk.tui.screens.log_flow import Logs
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.tui.widgets.virtual_list import VirtualList
from csmdesk.usecases import accounts
from csmdesk.usecases.accounts import AccountLine, Table


class Accounts(Listing, Logs):
    """The table of accounts."""

    PLACE = commands.ACCOUNTS
    MODE = "accounts"
    BINDINGS = bindings_of(PLACE)
    FILTER_HINT = accounts.FILTER_HELP

    def __init__(self) -> None:
        super().__init__()
        self._table: Table | None = None
        self._shown: tuple[AccountLine, ...] = ()
        self._order = "name"
        self._reverse = False
        self._summary = OneLine(self._summary_line, rule, id="summary")
        self._columns = OneLine(self._heading, id="columns")
        self.list = VirtualList(empty=self._empty_lines, id="list")

    def body(self) -> Iterable[Widget]:
        """Return the summary over the table."""
        yield self._summary
        yield Vertical(self._columns, self.list, id="body")

    def load(self) -> None:
        """Read the accounts in a thread."""
        workspace, now = self.bench.workspace, self.bench.now()
        self.run_job("accounts", lambda: accounts.table(workspace, now), self._show)

    def _show(self, table: Table) -> None:
        self._table = table
        self.filtered()

    def filtered(self) -> None:
        """Show the accounts that fit the filter, in the order chosen."""
        table = self._table
        if table is None:
            return
        try:
            fitting = accounts.filtered(table.lines, self.needle)
        except InputError as error:
            # A term half typed is no mistake yet: the rows stay, and what it takes is said.
            self.complain(error.line)
            return
        if self.bench.said.trouble:
            self.say("")
        self._shown = accounts.ordered(fitting, self._order, reverse=self._reverse)
        self.list.set_rows(account_rows.rows(self._shown, table.currency, table.today))
        self._summary.refresh()
        self._columns.refresh()

    def _summary_line(self, width: int) -> Line:
        table = self._table
        if table is None:
            return line(Piece(" reading the book", "muted"))
        return account_rows.summary(
            self._shown, len(table.lines), table.currency, self.needle, width
        )

    def _heading(self, width: int) -> Line:
        if not self._shown:
            return EMPTY
        rows = self.list.rows
        longest = rows.longest if isinstance(rows, account_rows.AccountRows) else 0
        room = self.list.scrollable_content_region.width or width
        return account_rows.heading(room, longest, self._order, reverse=self._reverse)

    def _empty_lines(self, width: int) -> list[Line]:
        if self._table is None:
            return []
        text = (
            f"No account fits “{self.needle}”. esc shows all of them again; a filter looks like:"
            f" {accounts.FILTER_HELP}"
            if self.needle
            else "No accounts yet. S syncs with the CRM; csmdesk import FILE takes a book."
        )
        return [EMPTY, *(line("  ", row) for row in wrap(text, max(width - 4, 10)))]

    # --- commands ------------------------------------------------------------------------

    def account(self) -> str | None:
        """Return the account under the cursor."""
        return self.list.cursor_key

    @on(VirtualList.Opened)
    def _opened(self, message: VirtualList.Opened) -> None:
        message.stop()
        self.do_open()

    def do_open(self) -> None:
        """Open the account's page."""
        key = self.list.cursor_key
        if key is None:
            self.complain("There is no account under the cursor.")
        else:
            self.bench.open_account(key)

    def copied(self) -> str | None:
        """Return the row under the cursor."""
        rows, index = self.list.rows, self.list.cursor_index
        if not isinstance(rows, account_rows.AccountRows) or index < 0:
            return None
        return plain_text(rows.lines(index, 120, here=False)[0]).strip()

    def do_sort(self) -> None:
        """Sort by the next column."""
        orders = list(accounts.ORDERS)
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self._reverse = False
        self.filtered()
        self.say(f"Sorted by {self._order}. v turns the order round.")

    def do_reverse(self) -> None:
        """Turn the order round."""
        self._reverse = not self._reverse
        self.filtered()
