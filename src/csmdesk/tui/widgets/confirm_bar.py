"""A yes-or-no question above the status line."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.strip import Strip

from csmdesk.tui.chrome import Chunk, command_at_end, flat
from csmdesk.tui.ink import EMPTY, Line, Piece, beside, line, wrap
from csmdesk.tui.widgets.ask_bar import AskBar
from csmdesk.tui.widgets.inked import draw, inks
from csmdesk.tui.widgets.one_line import OneLine


class ConfirmBar(OneLine, can_focus=True):
    """Asks; `y` or `enter` agrees, anything else does not.

    Args:
        question: what is asked.
        yes: what agreeing does, a few words.
        agreed: called if the user agrees.
        dropped: called if not.
    """

    ON_PANEL = True
    DEFAULT_CSS = "ConfirmBar { height: auto; background: $panel; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "agree", show=False, priority=True),
        Binding("n,escape,q", "drop", show=False, priority=True),
    ]

    def __init__(
        self,
        question: str,
        yes: str,
        agreed: Callable[[], None],
        dropped: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._agreed = agreed
        self._dropped = dropped

    def on_mount(self) -> None:
        """Take the keys."""
        self.focus()

    def lines(self, width: int) -> list[Line]:
        """Return the question, whole, and its keys: beside it, or below where room ends."""
        rows = [line(" ", Piece(row, "strong")) for row in wrap(self._question, max(width - 2, 10))]
        return beside(rows, flat(self._keys()), width)

    def _keys(self) -> list[Chunk]:
        return [
            Chunk(line(Piece("y", "key"), Piece(f" {self._yes}  ", "muted")), "agree"),
            Chunk(line(Piece("n", "key"), Piece(" no ", "muted")), "drop"),
        ]

    def on_click(self, event: Click) -> None:
        """Do what the key under the mouse says."""
        width = self.size.width
        if event.y != len(self.lines(width)) - 1:
            return
        command = command_at_end(self._keys(), event.x, width)
        if command == "agree":
            self.action_agree()
        elif command == "drop":
            self.action_drop()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - the base class gives them
        """Return how many lines that takes."""
        return len(self.lines(width))

    def render_line(self, y: int) -> Strip:
        """Return one of the lines."""
        width = self.size.width
        lines = self.lines(width)
        return draw(self, lines[y] if y < len(lines) else EMPTY, width, inks(self).panel)

    def action_agree(self) -> None:
        """Agree."""
        self.post_message(AskBar.Over())
        self._agreed()

    def action_drop(self) -> None:
        """Do not."""
        self.post_message(AskBar.Over())
        if self._dropped is not None:
            self._dropped()
