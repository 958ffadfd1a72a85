"""A question above the status line: one input, and under it, whole, what the answer would do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Click
from textual.message import Message
from textual.widgets import Input

from csmdesk.tui.chrome import Chunk, command_at_end, flat
from csmdesk.tui.ink import Line, Piece, beside, line, wrap_line
from csmdesk.tui.widgets.few_lines import FewLines
from csmdesk.tui.widgets.line_input import LineInput
from csmdesk.tui.widgets.one_line import OneLine

READING_LINES = 4
"""The most lines an answer's reading takes; what a user typed into it may be of any length."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an answer would do. `ok` is whether it can be given as it is."""

    line: Line
    ok: bool = True


class AskBar(Vertical):
    """Asks for one line.

    Args:
        label: the question, a few words.
        value: the text to begin with.
        preview: says at every key what the text would do.
        answer: called with the text when `enter` is pressed and the preview is ok.
        secret: whether the text is hidden.
    """

    DEFAULT_CSS = """
    AskBar { height: auto; width: 1fr; border-top: solid $primary; background: $background; }
    AskBar > Horizontal { height: 1; }
    AskBar Input { width: 1fr; background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "drop", show=False, priority=True),
        Binding("tab,shift+tab", "stay", show=False, priority=True),
    ]

    class Over(Message):
        """The question was answered or dropped."""

    def __init__(
        self,
        label: str,
        value: str,
        preview: Callable[[str], Preview],
        answer: Callable[[str], None],
        *,
        secret: bool = False,
    ) -> None:
        super().__init__()
        self._label = label
        self._preview = preview
        self._answer = answer
        self.input = LineInput(value, compact=True, select_on_focus=True, password=secret)
        self._now = preview(value)
        self._sign = OneLine(
            lambda _width: line(" ", Piece(label, "strong"), Piece(" ▸ ", "key")), classes="sign"
        )
        self._reading = FewLines(self._reading_lines, classes="reading")

    def compose(self) -> ComposeResult:
        """Yield the question, the input and the preview."""
        yield Horizontal(self._sign, self.input)
        yield self._reading

    def on_mount(self) -> None:
        """Take the keys."""
        self._sign.styles.width = cell_len(self._label) + 4
        self.input.focus()

    def _hint(self) -> list[Chunk]:
        enter = Chunk(line(Piece("enter", "key"), Piece(" yes  ", "muted")), "answer")
        drop = Chunk(line(Piece("esc", "key"), Piece(" never mind ", "muted")), "drop")
        return [enter, drop] if self._now.ok else [drop]

    def _reading_lines(self, width: int) -> list[Line]:
        rows = wrap_line(self._now.line, max(width - 2, 10), READING_LINES)
        return beside([(Piece(" "), *row) for row in rows], flat(self._hint()), width)

    def on_click(self, event: Click) -> None:
        """Do what the hint under the mouse says."""
        at = self._reading.region
        if event.screen_y != at.bottom - 1:
            return
        command = command_at_end(self._hint(), event.screen_x - at.x, at.width)
        if command == "answer":
            self._give(self.input.value)
        elif command == "drop":
            self.action_drop()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._now = self._preview(event.value)
        self._reading.make_anew()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._give(event.value)

    def _give(self, value: str) -> None:
        if self._now.ok:
            self.post_message(self.Over())
            self._answer(value)

    def action_drop(self) -> None:
        """Leave without an answer."""
        self.post_message(self.Over())

    def action_stay(self) -> None:
        """There is nothing else to go to."""
