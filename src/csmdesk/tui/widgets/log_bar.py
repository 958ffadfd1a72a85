"""The log bar: one line to say what happened, and under it what was understood."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from csmdesk.domain.touch.describe import describe
from csmdesk.domain.touch.reading import Reading
from csmdesk.tui import format as fmt
from csmdesk.tui.drafting import DraftKeeper
from csmdesk.tui.ink import EMPTY, Line, Piece, fit_middle, line, pad_left
from csmdesk.tui.reading_line import HINT, reading_lines
from csmdesk.tui.widgets.few_lines import FewLines
from csmdesk.tui.widgets.line_input import LineInput
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.usecases.drafts import LOG_BAR
from csmdesk.usecases.log_lines import LineReader
from csmdesk.usecases.workspace import Workspace

_NAME_SHARE = 40
"""Per cent of the width that the account's name may take."""
_NAME_LEAST = 24


class LogBar(Vertical):
    """Asks for one line on an account.

    Args:
        workspace: where drafts are kept.
        reader: reads lines on the account.
        line: the text to begin with.
        started_at: when the call began, if a timer runs.
        failed: told if a draft cannot be kept.
    """

    DEFAULT_CSS = """
    LogBar { height: auto; width: 1fr; border-top: solid $primary; background: $background; }
    LogBar > Horizontal { height: 1; }
    LogBar Input { width: 1fr; background: $background; }
    LogBar .timer { width: 9; }
    """
    KEYS: ClassVar[Line] = HINT
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "keep", show=False, priority=True),
        Binding("tab", "form", show=False, priority=True),
        Binding("ctrl+u", "clear", show=False, priority=True),
    ]

    @dataclass
    class Given(Message):
        """A line to save."""

        bar: "LogBar"
        read: Reading

    @dataclass
    class Kept(Message):
        """The user left; what was typed is kept as a draft."""

        bar: "LogBar"

    @dataclass
    class FormAsked(Message):
        """The user wants the whole form."""

        bar: "LogBar"

    def __init__(
        self,
        workspace: Workspace,
        reader: LineReader,
        *,
        line: str = "",
        started_at: datetime | None = None,
        failed: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.reader = reader
        self.started_at = started_at
        self._workspace = workspace
        self.keeper = DraftKeeper(self, workspace, LOG_BAR, reader.account_id, failed)
        self.input = LineInput(line, compact=True, select_on_focus=False)
        self._sign = OneLine(self._sign_line, classes="sign")
        self._timer = OneLine(self._timer_line, classes="timer")
        self._reading = FewLines(self._reading_lines, classes="reading")
        self.read = self._read_now()

    def compose(self) -> ComposeResult:
        """Yield the account, the input and the timer over the reading."""
        yield Horizontal(self._sign, self.input, self._timer)
        yield self._reading

    def on_mount(self) -> None:
        """Take the keys; count the call."""
        self._fit_sign()
        self._timer.display = self.started_at is not None
        self.input.focus()
        self.input.cursor_position = len(self.input.value)
        if self.started_at is not None:
            self.set_interval(1.0, self._tick)
            self.keeper.note(self.input.value, self.started_at)

    def on_resize(self) -> None:
        """Give the account's name its share of the new width."""
        self._fit_sign()

    def _fit_sign(self) -> None:
        self._sign.styles.width = cell_len(self._shown_name()) + 4

    def _shown_name(self) -> str:
        """Return the account's name; a long one keeps its end, which tells namesakes apart."""
        room = max((self.size.width or self.app.size.width) * _NAME_SHARE // 100, _NAME_LEAST)
        return fit_middle(self.reader.account, room)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.input.value

    def _read_now(self) -> Reading:
        return self.reader.read(self.input.value, self._workspace.now(), self.started_at)

    def _tick(self) -> None:
        self.read = self._read_now()
        self._timer.refresh()
        self._reading.make_anew()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.read = self._read_now()
        self._reading.make_anew()
        self.keeper.note(event.value, self.started_at)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.read = self._read_now()
        self.post_message(self.Given(self, self.read))

    def action_keep(self) -> None:
        """Leave; the draft stays."""
        self.post_message(self.Kept(self))

    def action_form(self) -> None:
        """Ask for the form."""
        self.post_message(self.FormAsked(self))

    def action_clear(self) -> None:
        """Begin anew."""
        self.input.value = ""

    def _sign_line(self, _width: int) -> Line:
        return line(" ", Piece(self._shown_name(), "strong"), Piece(" ▸ ", "key"))

    def _timer_line(self, width: int) -> Line:
        if self.started_at is None:
            return EMPTY
        seconds = int((self._workspace.now() - self.started_at).total_seconds())
        return line(Piece(pad_left(fmt.running_time(seconds), width - 1), "accent"))

    def _reading_lines(self, width: int) -> list[Line]:
        parts = describe(self.read, self._workspace.now(), self._workspace.zone)
        untouched = not self.input.value.strip()
        if untouched and self.started_at is None:
            parts = ()
        elif untouched:
            parts = tuple(part for part in parts if part.kind not in ("problem", "warning"))
        return reading_lines(parts, width, empty=untouched and self.started_at is None)
