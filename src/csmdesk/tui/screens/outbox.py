"""Outbox: what is on its way to the CRM, what became of it, and mending it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from csmdesk.tui import commands, conflict_rows, outbox_rows
from csmdesk.tui import format as fmt
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import EMPTY, Line, Piece, fit_line, line, plain_text, rule, wrap
from csmdesk.tui.outbox_rows import Chain, OutboxRows, Settled
from csmdesk.tui.screens.listing import Listing
from csmdesk.tui.screens.mending import Mends
from csmdesk.tui.screens.outbox_file import Exports
from csmdesk.tui.widgets.few_lines import FewLines
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.tui.widgets.sheet import Sheet
from csmdesk.tui.widgets.virtual_list import VirtualList
from csmdesk.usecases import conflicts, outbox, syncing
from csmdesk.usecases.conflicts import Conflict
from csmdesk.usecases.outbox import Item
from csmdesk.usecases.syncing import SyncStatus
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class View:
    """What the outbox shows."""

    items: tuple[Item, ...]
    conflicts: tuple[Conflict, ...]
    status: SyncStatus


SETTLED = ("done", "cancelled")
RECENT = timedelta(days=1)
"""How long what was sent is still listed, below what waits."""


def _items(workspace: Workspace) -> tuple[Item, ...]:
    """Return what is not settled, and what was settled lately."""
    since = workspace.now() - RECENT
    return tuple(
        item
        for item in outbox.items(workspace, everything=True)
        if item.state not in SETTLED or item.created_at >= since
    )


class Outbox(Listing, Mends, Exports):
    """The list of what is not settled, beside one item in full."""

    PLACE = commands.OUTBOX
    MODE = "outbox"
    BINDINGS = bindings_of(PLACE)
    FILTER_HINT = "part of a name or a state"

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None
        self._unfolded = False
        self._goes_to: tuple[str, ...] = ()
        """Operations and lines, of which the cursor goes to the first that waits after reading."""
        self._summary = OneLine(self._summary_line, rule, id="summary")
        self._columns = OneLine(self._heading, id="columns")
        self.list = VirtualList(empty=self._empty_lines, id="list")
        self._side = Sheet(self._detail_lines, id="side")
        self._reason = FewLines(self._reason_lines, id="reason")

    def body(self) -> Iterable[Widget]:
        """Return the summary over the list and the item."""
        yield self._summary
        main = Vertical(self._columns, self.list, self._reason, id="main")
        yield Horizontal(main, self._side, id="body")

    def load(self) -> None:
        """Read the outbox in a thread."""
        workspace = self.bench.workspace
        self.run_job(
            "outbox",
            lambda: View(
                _items(workspace), conflicts.conflicts(workspace), syncing.status(workspace)
            ),
            self._show,
        )

    def _show(self, view: View) -> None:
        self._view = view
        self.filtered()

    def filtered(self) -> None:
        """Show the items that fit the filter."""
        if self._view is None:
            return
        bench = self.bench
        view, zone = self._view, bench.workspace.zone
        rows = outbox_rows.rows(
            view.items,
            view.conflicts,
            bench.today(),
            zone,
            self.needle,
            unfolded=self._unfolded,
        )
        self.list.set_rows(rows, cursor=self._gone_to(rows))
        # A class, not the style of the panel itself: on a narrow screen it stays folded.
        self.set_class(not len(rows), "-empty")
        if not len(rows) and self.has_class("-side"):
            self.remove_class("-side")
            self.set_focus(self.list)
        self._side.show(self._detail_lines)
        self._tell_reason()
        self._summary.refresh()
        self._columns.refresh()
        self._keys.refresh()

    def nothing_here(self) -> str:
        """Return what is said where no operation is under the cursor."""
        if isinstance(self._under_cursor(), Settled):
            return "These are settled: enter shows them one by one."
        return super().nothing_here()

    def go_on_at(self, op_id: str) -> None:
        """Be on an operation once the list is read again, or at its place if it waits no more."""
        rows, here = self.list.rows, self.list.cursor_index
        beside = (*range(here + 1, len(rows)), *range(here - 1, -1, -1))
        keys = (rows.key(index) for index in beside)
        self._goes_to = (op_id, *(key for key in keys if key is not None))

    def _gone_to(self, rows: OutboxRows) -> str | None:
        """Return the line to be on after something was done to an operation; nothing stays."""
        wanted, self._goes_to = self._goes_to, ()
        if not wanted or not len(rows):
            return None
        for each in wanted:
            place = rows.find(each)
            place = rows.find_operation(each) if place is None else place
            if place is not None and rows.waits(place):
                return rows.key(place)
        return rows.key(min(max(self.list.cursor_index, 0), len(rows) - 1))

    def chain(self) -> Chain | None:
        """Return the chain under the cursor."""
        found = self._under_cursor()
        return found if isinstance(found, Chain) else None

    def conflict(self) -> Conflict | None:
        """Return the conflict under the cursor."""
        found = self._under_cursor()
        return found if isinstance(found, Conflict) else None

    def _under_cursor(self) -> outbox_rows.Entry | None:
        rows = self.list.rows
        return rows.at(self.list.cursor_index) if isinstance(rows, OutboxRows) else None

    @on(VirtualList.Moved)
    def _cursor_moved(self, message: VirtualList.Moved) -> None:
        message.stop()
        self._side.show(self._detail_lines, top=True)
        self._tell_reason()
        self._keys.refresh()

    # --- what is drawn -------------------------------------------------------------------

    def _summary_line(self, width: int) -> Line:
        return fit_line(self._summed_up(), width)

    def _summed_up(self) -> Line:
        view = self._view
        if view is None:
            return line(Piece(" reading the outbox", "muted"))
        status = view.status
        if status.connection is None:
            return line(" ", Piece("No CRM is connected", "strong"))
        name = status.portal or status.connection
        states = [chain.state for chain in outbox_rows.chains(view.items)]
        failed = states.count("failed")
        count = sum(state not in (*SETTLED, "conflict", "failed") for state in states)
        both = len(view.conflicts)
        if not count and not both and not failed:
            return line(" ", Piece("Nothing is waiting", "strong"), Piece(f"  {name}", "muted"))
        pieces = [Piece(" ")]
        if both:
            waits = "waits" if both == 1 else "wait"
            pieces.append(Piece(f"{both} {waits} for your word", "strong"))
        if failed:
            pieces.append(Piece("  " if both else ""))
            pieces.append(Piece(f"{failed} {'needs' if failed == 1 else 'need'} you", "strong"))
        if count:
            pieces.append(Piece("  " if both or failed else ""))
            pieces.append(Piece(fmt.counted(count, "item"), "strong"))
            pieces.append(Piece(f" waiting for {name}", "plain"))
        if status.paused_reason or status.held:
            pieces.append(
                Piece(f"  {status.paused_reason or 'not sent from this copy: S'}", "yellow")
            )
        return tuple(pieces)

    def _heading(self, width: int) -> Line:  # noqa: ARG002 - fits anywhere
        return outbox_rows.heading() if len(self.list.rows) else EMPTY

    def _empty_lines(self, width: int) -> list[Line]:
        view = self._view
        if view is None:
            return []
        if view.status.connection is None:
            text = (
                "What you log stays in your own store. To send it to HubSpot as well, leave with q"
                " and run: csmdesk connect hubspot"
            )
        elif self.needle:
            text = f"Nothing here fits “{self.needle}”. esc shows everything again."
        else:
            text = (
                "Everything you logged is in the CRM. What you log next appears here until it"
                " has arrived; S sends at once."
            )
        return [EMPTY, *(line("  ", row) for row in wrap(text, max(width - 4, 10)))]

    def _detail_lines(self, width: int) -> list[Line]:
        bench = self.bench
        both = self.conflict()
        if both is not None:
            lines = conflict_rows.detail(both, bench.today(), bench.workspace.zone, width)
            return [fit_line(each, width) for each in lines]
        chain = self.chain()
        if chain is None:
            if not isinstance(self._under_cursor(), Settled):
                return []
            return outbox_rows.about_settled(width)
        lines = outbox_rows.detail(chain, bench.now(), bench.today(), bench.workspace.zone, width)
        return [fit_line(each, width) for each in lines]

    def _reason_lines(self, width: int) -> list[Line]:
        found = self._under_cursor()
        if found is None or isinstance(found, Settled):
            return []
        return outbox_rows.reason(found, width)

    def _tell_reason(self) -> None:
        """Below the list of a narrow screen, which hides the panel, say why something waits."""
        self.set_class(bool(self._reason_lines(self.size.width)), "-told")
        self._reason.make_anew()

    def waiting(self) -> int:
        """Return how many items are not settled; what both sides changed is one of them."""
        view = self._view
        if view is None:
            return 0
        return len(view.conflicts) + sum(
            item.state not in (*SETTLED, "conflict") for item in view.items
        )

    def works(self, name: str) -> bool:
        """Return whether a command can do anything here."""
        return self.waiting() > 0 if name == "export" else super().works(name)

    # --- commands ------------------------------------------------------------------------

    def do_open(self) -> None:
        """Look at the item in full, or unfold what is settled."""
        if isinstance(self._under_cursor(), Settled):
            self._unfolded = not self._unfolded
            self.filtered()
        else:
            self.do_next_pane()

    @on(VirtualList.Opened)
    def _opened(self, message: VirtualList.Opened) -> None:
        message.stop()
        self.do_open()

    def do_next_pane(self) -> None:
        """Go to the item in full; on a narrow screen it takes the place of the list."""
        if self.has_class("-empty"):
            self.complain("There is nothing to show beside the list.")
        elif self.has_class("-narrow"):
            self.toggle_class("-side")
            self.set_focus(self._side if self.has_class("-side") else self.list)
        else:
            self.set_focus(self.list if self.focused is self._side else self._side)

    do_previous_pane = do_next_pane

    def do_back(self) -> None:
        """Fold the item first."""
        if self.has_class("-side") or self.focused is self._side:
            self.do_next_pane()
        else:
            super().do_back()

    def copied(self) -> str | None:
        """Return the item under the cursor."""
        found = self._under_cursor()
        if found is None or isinstance(found, Settled):
            return None
        return "\n".join(map(plain_text, self._detail_lines(100)))

    def is_latest(self, item: Item) -> bool:
        """Tell whether a touch is the one logged last, which `u` comes to first."""
        view = self._view
        made = [one for one in view.items if one.kind == "create"] if view is not None else []
        newest = max(made, key=lambda one: one.created_at, default=None)
        return newest is not None and newest.local_id == item.local_id
