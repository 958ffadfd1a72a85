"""The line in which a list is filtered as one types."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from csmdesk.text import clean_text
from csmdesk.tui.ink import Line, Piece, line
from csmdesk.tui.widgets.one_line import OneLine


class Sign(OneLine):
    """The sign before the input."""

    ON_PANEL = True


class FilterBar(Horizontal):
    """`/` and what is typed after it; `enter` keeps the filter, `esc` drops it."""

    DEFAULT_CSS = """
    FilterBar { height: 1; width: 1fr; background: $panel; }
    FilterBar > OneLine { width: 3; background: $panel; }
    FilterBar > Input { width: 1fr; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "drop", show=False),
        Binding("down,up,tab", "leave", show=False),
    ]

    @dataclass
    class Changed(Message):
        """Another text to filter by."""

        text: str

    @dataclass
    class Left(Message):
        """The user went back to the list; `kept` is whether the filter stays."""

        kept: bool

    def __init__(self, text: str = "", *, hint: str = "") -> None:
        super().__init__()
        self.input = Input(text, placeholder=hint, compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """Yield the sign and the input."""
        yield Sign(self._sign)
        yield self.input

    def on_mount(self) -> None:
        """Take the keys."""
        self.input.focus()

    @staticmethod
    def _sign(_width: int) -> Line:
        return line(Piece(" / ", "key"))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(clean_text(event.value, one_line=True)))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Left(kept=True))

    def action_leave(self) -> None:
        """Go to the list, keep the filter."""
        self.post_message(self.Left(kept=True))

    def action_drop(self) -> None:
        """Drop the filter."""
        self.post_message(self.Left(kept=False))
