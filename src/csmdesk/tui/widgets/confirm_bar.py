"""A yes-or-no question above the status line."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from csmdesk.tui.ink import Line, Piece, line, spread
from csmdesk.tui.widgets.ask_bar import AskBar
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
    DEFAULT_CSS = "ConfirmBar { height: 1; background: $panel; }"
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
        super().__init__(id="confirm")
        self._question = question
        self._yes = yes
        self._agreed = agreed
        self._dropped = dropped

    def on_mount(self) -> None:
        """Take the keys."""
        self.focus()

    def line(self, width: int) -> Line:
        """Return the question with its keys."""
        keys = line(
            Piece("y", "key"), Piece(f" {self._yes}  ", "muted"),
            Piece("n", "key"), Piece(" no ", "muted"),
        )  # fmt: skip
        return spread(line(" ", Piece(self._question, "strong")), keys, width)

    def action_agree(self) -> None:
        """Agree."""
        self.post_message(AskBar.Over())
        self._agreed()

    def action_drop(self) -> None:
        """Do not."""
        self.post_message(AskBar.Over())
        if self._dropped is not None:
            self._dropped()
