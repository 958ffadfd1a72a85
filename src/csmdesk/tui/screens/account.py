"""The page of one account: its header, the brief, the timeline and its health."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from textual import on
from textual.widget import Widget

from csmdesk.errors import UnknownAccount
from csmdesk.tui import brief_page, commands, conflict_rows, health_tab, timeline_rows
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.chrome import Chunk
from csmdesk.tui.ink import EMPTY, Line, Piece, line, plain_text, wrap
from csmdesk.tui.screens.field_edits import Edits
from csmdesk.tui.screens.health_setting import SetsHealth
from csmdesk.tui.screens.listing import Listing
from csmdesk.tui.screens.log_flow import Logs
from csmdesk.tui.screens.settling import Settles
from csmdesk.tui.screens.sharing import Shares
from csmdesk.tui.widgets.hot_line import HotLine
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.tui.widgets.sheet import Sheet
from csmdesk.tui.widgets.virtual_list import VirtualList
from csmdesk.usecases import brief, conflicts, finding, health_page, timeline
from csmdesk.usecases.brief import Brief
from csmdesk.usecases.conflicts import Conflict, How
from csmdesk.usecases.finding import FoundAccount
from csmdesk.usecases.health_page import HealthPage
from csmdesk.usecases.timeline import Event
from csmdesk.usecases.workspace import Workspace

TABS = ("Brief", "Timeline", "Health")
BRIEF, TIMELINE, HEALTH = range(3)


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows; `health` is None for an account that is not mine.

    `merged`: the account it was opened for, where that is part of the one shown now.
    """

    brief: Brief
    events: tuple[Event, ...]
    health: HealthPage | None
    conflicts: tuple[Conflict, ...]
    merged: FoundAccount | None


class AccountPage(Listing, Logs, SetsHealth, Edits, Shares, Settles):
    """One account."""

    PLACE = commands.ACCOUNT
    BINDINGS = bindings_of(PLACE)
    FILTER_HINT = "call, ticket, a name, any word"
    AGREED = "Both sides agree on everything of this account."

    def __init__(self, account_id: str) -> None:
        super().__init__()
        self._account_id = account_id
        self._view: View | None = None
        self._tab = 0
        self._unfolded: frozenset[str] = frozenset()
        self._first = OneLine(lambda width: self._header(0, width), id="who")
        self._second = OneLine(lambda width: self._header(1, width), id="stands")
        self._tabs = HotLine(self._tab_chunks, id="tabs")
        self._sheet = Sheet(self._brief_lines, id="brief")
        self._health_sheet = Sheet(self._health_lines, id="health")

    def body(self) -> Iterable[Widget]:
        """Return the header, the tabs and what they show."""
        yield self._first
        yield self._second
        yield self._tabs
        yield self._sheet
        yield self.list
        yield self._health_sheet

    def on_mount(self) -> None:
        """Show the brief first."""
        self._show_tab(BRIEF)

    def load(self) -> None:
        """Read the account in a thread."""
        workspace, now, asked = self.bench.workspace, self.bench.now(), self._account_id

        def read() -> View:
            found = finding.present(workspace, asked)
            account_id = asked if found is None else found.id
            return View(
                brief.brief(workspace, account_id, now),
                timeline.timeline(workspace, account_id, now),
                _health(workspace, account_id, now),
                conflicts.conflicts(workspace, account_id),
                found,
            )

        self.run_job("account", read, self._show)

    def _show(self, view: View) -> None:
        self._view = view
        if view.merged is not None:
            old, new = view.merged.was, view.merged.name
            self._account_id = view.merged.id
            told = f"{old} is part of {new} now: they were merged in the CRM."
            self.say(f"{told} This is the page of {new}.")
        self._sheet.show(self._brief_lines)
        self._health_sheet.show(self._health_lines)
        self.filtered()
        for widget in (self._first, self._second, self._tabs, self._keys):
            widget.refresh()

    def filtered(self) -> None:
        """Show the events that fit the filter."""
        if self._view is not None:
            self.list.set_rows(
                timeline_rows.rows(
                    self._view.events, self._view.brief.today, self.needle, self._unfolded
                )
            )
            self._tabs.refresh()

    def account(self) -> str | None:
        """Return the account of the page."""
        return self._account_id

    def conflict(self) -> Conflict | None:
        """Return the conflict shown side by side, above the brief."""
        return None if self._view is None else conflict_rows.asked_here(self._view.conflicts)

    def settle(self, both: Conflict, how: How, text: str | None = None) -> None:
        """Settle what is in sight; from another tab show it first."""
        if self._tab == BRIEF:
            super().settle(both, how, text)
            return
        self._show_tab(BRIEF)
        self.complain(f"Both sides changed the {both.words}: > sends ours, < takes theirs.")

    def health(self) -> HealthPage | None:
        """Return the account's health unfolded."""
        return self._view.health if self._view is not None else None

    # --- what is drawn -------------------------------------------------------------------

    def _header(self, index: int, width: int) -> Line:
        if self._view is None:
            return line(Piece(" reading the account", "muted")) if index == 0 else EMPTY
        return brief_page.header(self._view.brief, self.bench.now(), width)[index]

    def _tab_chunks(self, width: int) -> list[Chunk]:
        chunks: list[Chunk] = [Chunk((Piece("─", "rule"),))]
        used = 1
        for index, name in enumerate(TABS):
            here = index == self._tab
            text = f" {name} "
            chunks.append(
                Chunk(line(Piece(text, "here" if here else "muted"), Piece("─", "rule")), name)
            )
            used += len(text) + 1
        note = ""
        if self._tab == TIMELINE and self.needle:
            note = f" / {self.needle}: {len(self.list.rows)} "
        chunks.append(Chunk((Piece("─" * max(width - used - len(note), 0), "rule"),)))
        chunks.append(Chunk((Piece(note, "key"),)))
        return chunks

    def _brief_lines(self, width: int) -> list[Line]:
        if self._view is None:
            return []
        bench = self.bench
        lines = conflict_rows.on_account(
            self._view.conflicts, bench.today(), bench.workspace.zone, min(width, 110)
        )
        lines += brief_page.page(self._view.brief, min(width, 110))
        return lines or [EMPTY, *(line(" ", row) for row in wrap("Nothing is known yet.", width))]

    def _health_lines(self, width: int) -> list[Line]:
        if self._view is None:
            return []
        page = self._view.health
        if page is None:
            left = self._view.brief.left is not None
            why = "No longer in the CRM" if left else "Not an account of yours"
            return [EMPTY, line(f"  {why}: its health is not followed here.")]
        return health_tab.health_tab(page, min(width, 110))

    # --- commands ------------------------------------------------------------------------

    def chosen(self, name: str) -> None:
        """Show the tab that was clicked, or do the command."""
        if name in TABS:
            self._show_tab(TABS.index(name))
        else:
            super().chosen(name)

    def _show_tab(self, index: int) -> None:
        self._tab = index
        panes = (self._sheet, self.list, self._health_sheet)
        for place, pane in enumerate(panes):
            pane.display = place == index
        self.set_focus(panes[index])
        self._tabs.refresh()

    def do_next_pane(self) -> None:
        """Go to the next tab."""
        self._show_tab((self._tab + 1) % len(TABS))

    def do_previous_pane(self) -> None:
        """Go to the tab before."""
        self._show_tab((self._tab - 1) % len(TABS))

    def do_filter(self) -> None:
        """Filter the timeline."""
        self._show_tab(TIMELINE)
        super().do_filter()

    def copied(self) -> str | None:
        """Return the brief, or the event under the cursor."""
        if self._view is None:
            return None
        if self._tab == BRIEF:
            return "\n".join(map(plain_text, brief_page.page(self._view.brief, 100)))
        if self._tab == HEALTH:
            return "\n".join(map(plain_text, self._health_lines(100)))
        event = self._event()
        if event is None:
            return None
        return f"{event.at:%Y-%m-%d} {event.kind}: {event.text or event.what}"

    def do_open(self) -> None:
        """Unfold or fold the event under the cursor; from the brief go to the timeline."""
        if self._tab != TIMELINE:
            self._show_tab(TIMELINE)
            return
        key = self.list.cursor_key
        if key is not None:
            self._unfolded = self._unfolded ^ {key}
            self.filtered()

    def do_edit(self) -> None:
        """Change a field, the text of the touch under the cursor, or the account's colour."""
        if self._tab == HEALTH:
            self.do_set_health()
        elif self._tab == BRIEF:
            self.pick_field(self._account_id)
        else:
            event = self._event()
            if event is None or not event.ours:
                self.complain(
                    "Only what you logged yourself is changed here; o opens the account in the CRM."
                )
            else:
                self.edit_text(event)

    def _event(self) -> Event | None:
        rows, index = self.list.rows, self.list.cursor_index
        if not isinstance(rows, timeline_rows.TimelineRows) or index < 0:
            return None
        return rows.events[index]

    def do_set_health(self) -> None:
        """Set the colour against the score, with the health in sight."""
        self._show_tab(HEALTH)
        super().do_set_health()

    @on(VirtualList.Opened)
    def _opened(self, message: VirtualList.Opened) -> None:
        message.stop()
        self.do_open()


def _health(workspace: Workspace, account_id: str, now: datetime) -> HealthPage | None:
    try:
        return health_page.health_page(workspace, account_id, now)
    except UnknownAccount:
        return None  # somebody else's account: the brief tells
