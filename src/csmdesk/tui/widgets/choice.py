"""One of a few words on one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message

from csmdesk.tui.ink import Line, Piece
from csmdesk.tui.widgets.one_line import OneLine


class Choice(OneLine, can_focus=True):
    """Words to choose from with the arrow keys or the mouse.

    Args:
        words: what is chosen from.
        chosen: the place of the word chosen at first.
    """

    DEFAULT_CSS = "Choice { width: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", show=False),
        Binding("right,l,space", "step(1)", show=False),
    ]

    @dataclass
    class Changed(Message):
        """Another word was chosen."""

        choice: "Choice"
        index: int

        @property
        def control(self) -> "Choice":
            """The choice that sent it."""
            return self.choice

    def __init__(self, words: Sequence[str], chosen: int = 0, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = words
        self.index = chosen

    def _fitting(self, width: int) -> tuple[int, int]:
        """Return from which word on they are shown, and the cells around each of them.

        Where all do not fit, they stand closer; then the first ones go, so that the chosen word is
        always seen whole.
        """
        sizes = [len(word) for word in self._words]
        for around in (2, 1):
            if sum(sizes) + around * len(sizes) <= width:
                return 0, around
        first = 0
        while (
            first < self.index and sum(size + 1 for size in sizes[first : self.index + 1]) > width
        ):
            first += 1
        return first, 1

    def line(self, width: int) -> Line:
        """Return the words; the chosen one stands out by weight and sign as well."""
        first, around = self._fitting(width)
        pieces: list[Piece] = []
        for index, word in enumerate(self._words[first:], first):
            here = index == self.index
            pieces.append(Piece("▸" if here and self.has_focus else " ", "key"))
            pieces.append(Piece(word, "here" if here else "muted"))
            pieces.append(Piece(" " * (around - 1)))
        return tuple(pieces)

    def on_focus(self) -> None:
        """Show where one is."""
        self.refresh()

    def on_blur(self) -> None:
        """Show where one is not."""
        self.refresh()

    def action_step(self, by: int) -> None:
        """Choose the next or the one before."""
        self._choose((self.index + by) % len(self._words))

    def on_click(self, event: Click) -> None:
        """Choose the word under the mouse."""
        x = event.x
        first, around = self._fitting(self.size.width)
        for index, word in enumerate(self._words[first:], first):
            if x < len(word) + around:
                self._choose(index)
                return
            x -= len(word) + around

    def _choose(self, index: int) -> None:
        if index != self.index:
            self.index = index
            self.refresh()
            self.post_message(self.Changed(self, index))
