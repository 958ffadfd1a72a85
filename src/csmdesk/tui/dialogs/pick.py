"""Picking one of many: commands, accounts, colours."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from csmdesk.tui import jobs
from csmdesk.tui.ink import Line, Piece, line
from csmdesk.tui.picking import NAME_WIDTH, Entry, PickRows, matching, prepared
from csmdesk.tui.widgets.line_input import LineInput
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.tui.widgets.virtual_list import VirtualList


class Pick(ModalScreen[Entry | None]):
    """An input over a list of what fits it; gives back what was picked.

    Args:
        hint: what can be typed.
        entries: what is there from the start.
        more: reads further entries in a thread, for example the accounts.
        room: how many cells a name may take.
    """

    DEFAULT_CSS = """
    Pick { align: center top; background: $background 60%; }
    Pick #pick { width: 84; max-width: 100%; height: 70%; margin-top: 2; }
    Pick #pick { border: solid $primary; background: $background; }
    Pick Input { background: $background; width: 1fr; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "leave", show=False, priority=True),
        Binding("down,ctrl+n,ctrl+j", "move(1)", show=False, priority=True),
        Binding("up,ctrl+k", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]

    def __init__(
        self,
        hint: str,
        entries: Sequence[Entry],
        more: Callable[[], Sequence[Entry]] | None = None,
        room: int = NAME_WIDTH,
    ) -> None:
        super().__init__()
        self._entries = prepared(entries)
        self._more = more
        self._room = room
        self._input = LineInput(placeholder=hint, compact=True)
        self._list = VirtualList(id="picks")
        self._list.can_focus = False
        self._none = OneLine(lambda _width: line(Piece("  nothing fits", "muted")))
        self._over = False

    def compose(self) -> ComposeResult:
        """Yield the input over the list."""
        with Vertical(id="pick"):
            yield self._input
            yield OneLine(self._rule)
            yield self._list
            yield self._none

    def on_mount(self) -> None:
        """Take the keys; read what else can be picked."""
        self._input.focus()
        self._show()
        if self._more is not None:
            jobs.start(self, "pick", self._more, self._add, lambda _words: None)

    @staticmethod
    def _rule(width: int) -> Line:
        return line(Piece("─" * width, "rule"))

    @on(jobs.Delivered)
    def _take_delivery(self, message: jobs.Delivered) -> None:
        message.stop()
        message.deliver()

    def _add(self, entries: Sequence[Entry]) -> None:
        self._entries = (*self._entries, *prepared(entries))
        self._show()

    def _show(self) -> None:
        fitting = matching(self._entries, self._input.value)
        self._list.display = bool(fitting)
        self._none.display = not fitting
        self._list.set_rows(
            PickRows(fitting, self._room), cursor=fitting[0].key if fitting else None
        )

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._pick()

    @on(VirtualList.Opened)
    def _opened(self, message: VirtualList.Opened) -> None:
        message.stop()
        self._pick()

    def _pick(self) -> None:
        rows = self._list.rows
        index = self._list.cursor_index
        if isinstance(rows, PickRows) and 0 <= index < len(rows.entries):
            self._leave(rows.entries[index])

    def _leave(self, entry: Entry | None) -> None:
        # A second key may arrive before the screen is gone.
        if not self._over:
            self._over = True
            self.dismiss(entry)

    def action_move(self, by: int) -> None:
        """Move in the list while typing."""
        self._list.move(by)

    def action_leave(self) -> None:
        """Pick nothing."""
        self._leave(None)
