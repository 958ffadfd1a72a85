"""The one list of the workbench: any number of rows, drawn only where they are seen."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import ClassVar, Protocol

from rich.style import Style
from textual.binding import BindingType
from textual.events import Click, MouseDown
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from csmdesk.tui.ink import EMPTY, Line
from csmdesk.tui.widgets.inked import draw, inks


class Rows(Protocol):
    """Where a list has its rows from. All rows have one line unless `heights` says otherwise."""

    def __len__(self) -> int:
        """Return how many rows there are."""
        ...

    def key(self, index: int) -> str | None:
        """Return what identifies a row; `None` for one the cursor passes over."""
        ...

    def lines(self, index: int, width: int, *, here: bool) -> Sequence[Line]:
        """Return the lines of a row; `here` is whether the cursor is on it."""
        ...

    def heights(self, width: int) -> Sequence[int] | None:
        """Return the number of lines of each row, or `None` if every row has one."""
        ...

    def find(self, key: str) -> int | None:
        """Return where the row of a key stands."""
        ...


@dataclass(frozen=True, slots=True)
class NoRows:
    """An empty list."""

    def __len__(self) -> int:
        return 0

    def key(self, index: int) -> str | None:  # noqa: ARG002
        """Return nothing: there are no rows."""
        return None

    def lines(self, index: int, width: int, *, here: bool) -> Sequence[Line]:  # noqa: ARG002
        """Return nothing: there are no rows."""
        return ()

    def heights(self, width: int) -> Sequence[int] | None:  # noqa: ARG002
        """Return nothing: there are no rows."""
        return None

    def find(self, key: str) -> int | None:  # noqa: ARG002
        """Return nothing: there are no rows."""
        return None


class VirtualList(ScrollView, can_focus=True, inherit_bindings=False):
    """A list with a cursor that stays on its row whatever happens around it.

    Args:
        rows: what to list at first.
        empty: makes what is said where there are no rows.
    """

    DEFAULT_CSS = """
    VirtualList { width: 1fr; height: 1fr; overflow-x: hidden; }
    VirtualList { scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        list: "VirtualList"
        key: str | None

        @property
        def control(self) -> "VirtualList":
            """The list that sent it."""
            return self.list

    @dataclass
    class Opened(Message):
        """The row under the mouse was clicked twice, or once where the cursor was already."""

        list: "VirtualList"
        key: str

        @property
        def control(self) -> "VirtualList":
            """The list that sent it."""
            return self.list

    def __init__(
        self,
        rows: Rows | None = None,
        *,
        empty: Callable[[int], Sequence[Line]] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._empty = empty
        self._rows: Rows = rows or NoRows()
        self._cursor = -1
        self._starts: list[int] | None = None
        self._made_for = -1
        self._strips: dict[tuple[int, bool], list[Strip]] = {}
        self._clicked_here = False
        self._height = 0
        self._pushed: tuple[int, int, int] | None = None
        """Height and top line before a bar took room, and the top line that took it to."""
        self.set_rows(self._rows)

    # --- rows and cursor -----------------------------------------------------------------

    @property
    def rows(self) -> Rows:
        """What is listed."""
        return self._rows

    @property
    def cursor_key(self) -> str | None:
        """What the cursor is on."""
        return self._rows.key(self._cursor) if 0 <= self._cursor < len(self._rows) else None

    @property
    def cursor_index(self) -> int:
        """Where the cursor is; −1 in an empty list."""
        return self._cursor

    def set_rows(self, rows: Rows, *, cursor: str | None = None) -> None:
        """List other rows; the cursor stays on its key, or else where it was.

        A list that shows its beginning goes on showing it while the cursor is in sight there.

        Args:
            rows: what to list from now on.
            cursor: a key to go to instead, if it is listed.
        """
        wanted = self.cursor_key
        if cursor is not None and rows.find(cursor) is not None:
            wanted = cursor
        offset = self._screen_line_of_cursor()
        self._rows = rows
        found = rows.find(wanted) if wanted is not None else None
        self._cursor = found if found is not None else self._near(self._cursor)
        self._forget()
        if self.is_mounted:
            self._measure()
            self._keep_screen_line(offset)
            self.refresh()
        if self.is_mounted and self.cursor_key != wanted:
            self.post_message(self.Moved(self, self.cursor_key))

    def _near(self, index: int) -> int:
        size = len(self._rows)
        if size == 0:
            return -1
        index = min(max(index, 0), size - 1)
        for candidate in chain(range(index, size), range(index - 1, -1, -1)):
            if self._rows.key(candidate) is not None:
                return candidate
        return -1

    def _selectable(self, start: int, step: int) -> Iterator[int]:
        index = start + step
        while 0 <= index < len(self._rows):
            if self._rows.key(index) is not None:
                yield index
            index += step

    def move(self, rows: int) -> None:
        """Move the cursor by some rows, stopping at the ends.

        On the last row it goes on through what stands below: lines that nobody stands on.
        """
        step = 1 if rows > 0 else -1
        target = self._cursor
        if step > 0 and self._is_last():
            self.scroll_relative(y=rows, animate=False)
            return
        for count, index in enumerate(self._selectable(self._cursor, step), 1):
            target = index
            if count == abs(rows):
                break
        self._go(target)

    def move_to(self, row: int) -> None:
        """Move the cursor to a row; −1 is the last, and once more the end of what is below it."""
        if row < 0 and self._is_last():
            self.scroll_end(animate=False)
            return
        self._go(self._near(len(self._rows) - 1 if row < 0 else row))

    def move_to_key(self, key: str) -> bool:
        """Move the cursor to the row of a key; tell whether there is one."""
        found = self._rows.find(key)
        if found is None:
            return False
        self._go(found)
        return True

    def _is_last(self) -> bool:
        """Tell whether the cursor is on the last row that one can stand on."""
        return self._cursor >= 0 and next(self._selectable(self._cursor, 1), None) is None

    def page_rows(self) -> int:
        """Return how many rows a page has."""
        height = max(self.size.height - 1, 1)
        if self._starts is None:
            return height
        top = self._row_at(self.scroll_offset.y)
        return max(self._row_at(self.scroll_offset.y + height) - top, 1)

    def _go(self, index: int) -> None:
        if index == self._cursor:
            self._show_cursor()
            return
        before, self._cursor = self._cursor, index
        for row in (before, index):
            if row >= 0:
                start, height = self._place(row)
                self.refresh(Region(0, start - self.scroll_offset.y, self.size.width, height))
        self._show_cursor()
        self.post_message(self.Moved(self, self.cursor_key))

    # --- where rows are ------------------------------------------------------------------

    def _forget(self) -> None:
        self._strips.clear()
        self._made_for = -1
        self._starts = None

    def _measure(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        if width <= 0 or width == self._made_for:
            return
        self._made_for = width
        self._strips.clear()
        heights = self._rows.heights(width)
        self._starts = None if heights is None else [0, *accumulate(heights)]
        total = len(self._rows) if self._starts is None else self._starts[-1]
        self.virtual_size = Size(width, total)

    def _place(self, row: int) -> tuple[int, int]:
        if self._starts is None or row + 1 >= len(self._starts):
            return row, 1
        return self._starts[row], self._starts[row + 1] - self._starts[row]

    def _row_at(self, line: int) -> int:
        if self._starts is None:
            return line
        return bisect_right(self._starts, line) - 1

    def _screen_line_of_cursor(self) -> int:
        if self._cursor < 0:
            return 0
        start, _ = self._place(self._cursor)
        return start - int(self.scroll_y)

    def _keep_screen_line(self, offset: int) -> None:
        if self._cursor < 0:
            return
        start, height = self._place(self._cursor)
        offset = min(max(offset, 0), max(self.size.height - 1, 0))
        if self.scroll_offset.y == 0 and start + height <= self.size.height:
            return
        if start - self.scroll_offset.y != offset:
            self.scroll_to(y=max(start - offset, 0), animate=False)
        self._show_cursor()

    def _show_cursor(self) -> None:
        if self._cursor < 0:
            return
        start, height = self._place(self._cursor)
        top, room = self.scroll_offset.y, max(self.size.height, 1)
        # Headings above the first row come into sight with it.
        if next(self._selectable(self._cursor, -1), None) is None:
            start, height = 0, start + height
        # Lines below the last row do too, as far as there is room.
        below = self.virtual_size.height - start
        if self._is_last() and below <= room:
            height = below
        if start < top or height > room:
            self.scroll_to(y=start, animate=False)
        elif start + height > top + room:
            self.scroll_to(y=start + height - room, animate=False)

    # --- drawing -------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Measure the rows once the width is known."""
        self._measure()

    def on_resize(self) -> None:
        """Measure again for another width and keep the cursor in sight.

        What had to scroll while a bar took room scrolls back when the bar goes.
        """
        self._measure()
        height, top = self.size.height, self.scroll_offset.y
        if height < self._height and self._pushed is None:
            self._pushed = self._height, top, top
        self._height = height
        if self._pushed is None:
            self._show_cursor()
            return
        full, before, pushed_to = self._pushed
        if height >= full:
            self._pushed = None
            if top == pushed_to != before:
                self.scroll_to(y=before, animate=False)
            self._show_cursor()
        else:
            self._show_cursor()
            self._pushed = full, before, self.scroll_offset.y

    def notify_style_update(self) -> None:
        """Forget strips drawn in other colours."""
        self._strips.clear()
        super().notify_style_update()

    def _ground(self, *, here: bool) -> Style:
        return inks(self).cursor if here else inks(self).ground

    def render_line(self, y: int) -> Strip:
        """Return one line of what is in sight."""
        line = y + self.scroll_offset.y
        row = self._row_at(line)
        width = self.size.width
        if not 0 <= row < len(self._rows):
            return draw(self, self._in_place_of_rows(line, width), width, inks(self).ground)
        here = row == self._cursor
        strips = self._strips.get((row, here))
        if strips is None:
            if len(self._strips) > 120:
                self._strips.clear()
            ground = self._ground(here=here)
            strips = [
                draw(self, each, width, ground)
                for each in self._rows.lines(row, self._made_for, here=here)
            ]
            self._strips[row, here] = strips
        offset = line - self._place(row)[0]
        return (
            strips[offset] if offset < len(strips) else draw(self, EMPTY, width, inks(self).ground)
        )

    def _in_place_of_rows(self, line: int, width: int) -> Line:
        if len(self._rows) or self._empty is None:
            return EMPTY
        lines = self._empty(width)
        return lines[line] if line < len(lines) else EMPTY

    # --- mouse ---------------------------------------------------------------------------

    def on_mouse_down(self, event: MouseDown) -> None:
        """Go to the row under the mouse."""
        row = self._row_at(event.y + self.scroll_offset.y)
        self._clicked_here = row == self._cursor
        if 0 <= row < len(self._rows) and self._rows.key(row) is not None:
            self._go(row)

    def on_click(self, event: Click) -> None:
        """Open the row under the mouse if the cursor was there already."""
        row = self._row_at(event.y + self.scroll_offset.y)
        key = self._rows.key(row) if 0 <= row < len(self._rows) else None
        if key is not None and row == self._cursor and (self._clicked_here or event.chain > 1):
            self.post_message(self.Opened(self, key))
