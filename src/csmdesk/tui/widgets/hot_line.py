"""A line whose parts can be clicked: the modes above, the keys below."""

from collections.abc import Callable, Sequence

from textual.events import Click
from textual.message import Message

from csmdesk.tui.chrome import Chunk, command_at, flat
from csmdesk.tui.ink import Line
from csmdesk.tui.widgets.one_line import OneLine

MakeChunks = Callable[[int], Sequence[Chunk]]


class HotLine(OneLine):
    """Draws chunks and sends the command of the one that was clicked."""

    class Chosen(Message):
        """A part of the line was clicked."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self, make: MakeChunks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._chunks = make

    def line(self, width: int) -> Line:
        """Return the chunks as one line."""
        return flat(self._chunks(width))

    def on_click(self, event: Click) -> None:
        """Send the command of the part under the mouse."""
        command = command_at(self._chunks(self.size.width), event.x)
        if command is not None:
            self.post_message(self.Chosen(command))
