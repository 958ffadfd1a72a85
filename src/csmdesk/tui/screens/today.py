"""Today: whom to contact, why, and where the day ends.

What ranks and draws the agenda is imported by the job that reads it: the frame is shown first.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from csmdesk.tui import commands
from csmdesk.tui import format as fmt
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import EMPTY, Line, Piece, line, wrap
from csmdesk.tui.screens.decisions import Decisions
from csmdesk.tui.screens.other_days import OtherDays
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.tui.widgets.sheet import Sheet
from csmdesk.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from csmdesk.domain.agenda.assess import Assessment
    from csmdesk.domain.agenda.moment import Moment
    from csmdesk.domain.agenda.view import Agenda, Item
    from csmdesk.usecases.agenda import Look
    from csmdesk.usecases.glance import Appointment, Glance


class View(NamedTuple):
    """What Today shows: the agenda, the meetings of the day, the plan as accepted or modelled.

    `whole`: the whole book was read for it, not only what the user changed. `accepted`: the plan
    is one that was accepted, or another day's, which nobody accepts.
    """

    look: "Look"
    whole: bool
    agenda: "Agenda"
    moment: "Moment"
    meetings: "tuple[Appointment, ...]"
    planned: frozenset[str]
    accepted: bool
    taken_out: frozenset[str]


class Today(OtherDays, Decisions):
    """The ranked list with its cut line, and the panel that says why."""

    PLACE = commands.TODAY
    MODE = "today"
    BINDINGS = bindings_of(PLACE)
    FILTER_HINT = "part of a name or of a reason"

    def __init__(self) -> None:
        super().__init__()
        self.view: View | None = None
        self._touched: set[str] = set()
        self._own_change = False
        self._whole_owed = True
        self._hold_owed = False
        """Whether the user did something since the list was read: then its plan is accepted."""
        self._glances: dict[str, Glance] = {}
        self._day = OneLine(self._day_line, self._rule_line, id="day")
        self._columns = OneLine(self._heading, id="columns")
        self._side = Sheet(id="side")
        self.list = VirtualList(empty=self._empty_lines, id="list")

    def body(self) -> Iterable[Widget]:
        """Return the day's line over the list and its panel."""
        yield self._day
        yield Horizontal(Vertical(self._columns, self.list, id="main"), self._side, id="body")

    # --- reading -------------------------------------------------------------------------

    def load(self) -> None:
        """Read the agenda in a thread: what the user changed if it is only that, else all of it."""
        own, self._own_change = self._own_change, False
        self._hold_owed |= own
        if not (own and self._touched):
            self._whole_owed = True
        self._read()

    def _read(self) -> None:
        workspace, at = self.bench.workspace, self.instant()
        replay, touched = self._day_shown is not None, frozenset(self._touched)
        seen = self.view.look if self.view is not None else None
        if replay:
            self._whole_owed = True
        whole = self._whole_owed or seen is None
        hold = self._plan_to_hold()

        def read() -> View:
            from csmdesk.domain.agenda.day import plan_of_day
            from csmdesk.tui import today_panel, today_rows  # noqa: F401  # drawn with right away
            from csmdesk.tui.day_line import day_line  # noqa: F401
            from csmdesk.usecases import agenda as agendas
            from csmdesk.usecases import day_plan, glance

            if hold is not None:
                day_plan.hold(workspace, *hold)
            if whole or seen is None:
                look = agendas.look(workspace, at)
            else:
                look = agendas.refresh(workspace, seen, touched, at)
            agenda = look.agenda
            entries = () if replay else day_plan.planned(workspace, agenda.today)
            return View(
                look,
                whole,
                agenda,
                look.moment,
                glance.day(workspace, agenda.today),
                plan_of_day(agenda, entries),
                replay or bool(entries),
                frozenset(entry.account_id for entry in entries if entry.removed),
            )

        def done(view: View) -> None:
            self._touched -= touched
            self._hold_owed = False
            self._show(view)

        self.run_job("agenda", read, done)

    def _plan_to_hold(self) -> tuple[date, frozenset[str]] | None:
        """Return the plan that the first change of the day accepts as it stands."""
        view = self.view
        if not self._hold_owed or view is None or view.accepted:
            return None
        return (
            (view.agenda.today, view.planned) if view.agenda.today == self.bench.today() else None
        )

    def _show(self, view: View) -> None:
        before, self.view = self.view, view
        was_replay = self._replayed
        # A replay is no look that a later one may start from.
        self._whole_owed = self._day_shown is not None
        self._glances.clear()
        self.filtered()
        self._replayed = self._day_shown is not None
        # Only two looks at the present have anything to tell each other.
        replay = self._replayed or was_replay
        present = not replay and view.agenda.today == self.bench.today()
        if before is not None and not self._expected and present:
            from csmdesk.tui.today_moves import what_moved

            moved = what_moved(before.look, view.look)
            today = view.agenda.today
            if before.agenda.today != today:
                moved = f"It is {fmt.day_name(today, today)} now. {moved}".strip()
            if moved:
                self.say(moved)
        self._expected = False
        for widget in (self._day, self._columns):
            widget.refresh()

    _replayed = False
    """Whether the list that is shown is another day's."""

    def expect_change(self) -> None:
        """Do not report the next change of the list: the user made it."""
        self._expected = self._own_change = True

    def touched(self, account_id: str) -> None:
        """Note which account the user changed: it alone need be read again."""
        self._touched.add(account_id)

    def filtered(self) -> None:
        """Show the rows that fit the filter."""
        view = self.view
        if view is None:
            return
        from csmdesk.tui import today_rows

        nothing = "" if view.agenda.items else self._nothing_due(view)
        rows = today_rows.rows(view.agenda, view.planned, self.needle, nothing=nothing)
        found = self._looked_for
        if found is not None and found[1] == self.list.cursor_key:
            self.list.set_rows(rows, cursor=found[0])
            now = self._day_shown is None
            self._looked_for = None if now else (found[0], self.list.cursor_key)
        else:
            self._looked_for = None
            self.list.set_rows(rows)
        self._show_panel()
        self._read_glance()

    def item(self) -> "Item | None":
        """Return the account under the cursor."""
        key = self.list.cursor_key
        return self.view.agenda.item(key) if self.view is not None and key is not None else None

    def account(self) -> str | None:
        """Return the account under the cursor."""
        return self.list.cursor_key

    def judged(self) -> "tuple[Assessment, Moment] | None":
        """Return what is thought of the account under the cursor."""
        item, view = self.item(), self.view
        return (item.one, view.moment) if item is not None and view is not None else None

    def time_passed(self) -> None:
        """Rank anew: tickets age, meetings end, days turn."""
        if self._day_shown is None:
            self._read()

    # --- the panel -----------------------------------------------------------------------

    @on(VirtualList.Moved)
    def _cursor_moved(self, message: VirtualList.Moved) -> None:
        message.stop()
        self._show_panel(top=True)
        self._read_glance()

    def _show_panel(self, *, top: bool = False) -> None:
        self._side.show(self._panel_lines, top=top)

    def _panel_lines(self, width: int) -> list[Line]:
        item, view = self.item(), self.view
        if item is None or view is None:
            return []
        from csmdesk.tui import today_panel, today_rows

        rows = self.list.rows
        left = rows.left if isinstance(rows, today_rows.TodayRows) else 0
        return today_panel.panel(
            item,
            view.agenda,
            self._glances.get(item.account_id),
            width,
            planned=item.account_id in view.planned,
            left=left,
            taken_out=item.account_id in view.taken_out,
        )

    def _read_glance(self) -> None:
        key = self.list.cursor_key
        if key is None or key in self._glances:
            return
        workspace, at = self.bench.workspace, self.instant()
        from csmdesk.usecases import glance

        self.run_job("glance", lambda: glance.glance(workspace, key, at), self._keep_glance)

    def _keep_glance(self, glance: "Glance") -> None:
        self._glances[glance.account_id] = glance
        if self.list.cursor_key == glance.account_id:
            self._show_panel()

    # --- the lines around the list -------------------------------------------------------

    def _day_line(self, width: int) -> Line:
        view = self.view
        if view is None:
            return line(Piece(" reading the book", "muted"))
        minutes = sum(item.effort for item in view.agenda.items if item.account_id in view.planned)
        from csmdesk.tui.day_line import day_line

        return day_line(view.agenda, view.meetings, minutes, self.instant(), width)

    def _rule_line(self, width: int) -> Line:
        if self._side.display and width >= 100:
            at = self._side.region.x
            return line(Piece("─" * at + "┬" + "─" * max(width - at - 1, 0), "rule"))
        return line(Piece("─" * width, "rule"))

    def _heading(self, width: int) -> Line:
        if self.view is None or not self.view.agenda.items:
            return EMPTY
        from csmdesk.tui import today_rows

        rows = self.list.rows
        room = self.list.scrollable_content_region.width or width
        if not isinstance(rows, today_rows.TodayRows):
            return today_rows.heading(room, 0)
        return today_rows.heading(room, rows.longest, rows.most, rows.money)

    def _empty_lines(self, width: int) -> list[Line]:
        if self.view is None:
            return []
        if self.needle:
            text = f"Nothing on this list has “{self.needle}”. / changes the filter, esc ends it."
            return [EMPTY, *(line("  ", row) for row in wrap(text, max(width - 4, 10)))]
        text = self._nothing_due(self.view)
        return [EMPTY, *(line("  ", row) for row in wrap(text, max(width - 4, 10)))]

    def _nothing_due(self, view: View) -> str:
        from csmdesk.tui.today_empty import nothing_due

        return nothing_due(
            view.look.assessed,
            view.look.moment,
            self.bench.today(),
            connected=self.bench.sync_view.connected,
        )

    # --- commands ------------------------------------------------------------------------

    def do_back(self) -> None:
        """Drop the filter, end a replay, fold the side panel, stop a sync: the first that holds."""
        if self.has_class("-side"):
            self.do_next_pane()
        elif self._day_shown is not None and not self.needle:
            self.look_at(self.bench.today())
        else:
            super().do_back()

    def do_next_pane(self) -> None:
        """Go to the panel; on a narrow screen it takes the place of the list."""
        if self.has_class("-narrow"):
            self.toggle_class("-side")
            self.set_focus(self._side if self.has_class("-side") else self.list)
        else:
            self.set_focus(self.list if self.focused is self._side else self._side)

    do_previous_pane = do_next_pane

    @on(VirtualList.Opened)
    def _opened(self, message: VirtualList.Opened) -> None:
        message.stop()
        self.do_open()

    def do_why(self) -> None:
        """Show how the score under the cursor is made."""
        item, view = self.item(), self.view
        if item is None or view is None:
            self.complain("There is no account under the cursor.")
            return
        from csmdesk.tui.screens.why import Why

        items = view.agenda.items
        after = items[item.rank] if item.rank < len(items) else None
        shown = self._day_shown
        replayed = "" if shown is None else fmt.day_name(shown, self.bench.today())
        self.bench.turn_to(Why(view.agenda, item, after, view.moment.config, replayed))

    def copied(self) -> str | None:
        """Return the line under the cursor."""
        item = self.item()
        return f"{item.account}: {item.line}. Next: {item.next_action}." if item else None

    def do_open(self) -> None:
        """Open the account's page."""
        key = self.list.cursor_key
        if key is None:
            self.complain("There is no account under the cursor.")
        else:
            self.bench.open_account(key)
            if self._day_shown is not None:
                shown = fmt.day_name(self._day_shown, self.bench.today())
                self.say(f"This page is as of now, not {shown}. esc: back to {shown}.")
