"""Writing a text of several lines: what a touch says, or what a conflict of texts ends with."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea

from csmdesk.tui import editor, jobs
from csmdesk.tui.drafting import DraftKeeper
from csmdesk.tui.ink import Line, Piece, line, wrap_line
from csmdesk.tui.widgets.few_lines import FewLines
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.usecases import drafts
from csmdesk.usecases.workspace import Workspace

PLACE = drafts.TEXT_FORM
"""The place of the form's draft; its record is the touch or conflict."""

_KEYS = line(
    " ",
    Piece("^s", "key"), Piece(" save   ", "muted"),
    Piece("^e", "key"), Piece(" in your editor   ", "muted"),
    Piece("esc", "key"), Piece(" keep it as a draft", "muted"),
)  # fmt: skip


class TextForm(ModalScreen[str | None]):
    """Asks for a text; gives it back, or nothing.

    Args:
        workspace: where the draft is kept.
        record: what the text is about.
        title: the words above it.
        text: what is there to begin with.
    """

    DEFAULT_CSS = """
    TextForm { align: center middle; background: $background 60%; }
    TextForm #form { width: 92; max-width: 100%; height: 18; max-height: 100%; }
    TextForm #form { border: solid $primary; background: $background; }
    TextForm TextArea { height: 1fr; background: $background; border: none; padding: 0 1; }
    TextForm TextArea:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("ctrl+e", "editor", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(self, workspace: Workspace, record: str, title: str, text: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._record = record
        self._title = title
        self._first = text
        self._area = TextArea(text, id="text", compact=True)
        self._trouble = ""
        self._told = FewLines(self._told_lines)
        self._keeper = DraftKeeper(self, workspace, PLACE, record, self._complain)

    def compose(self) -> ComposeResult:
        """Yield the title over the text."""
        with Vertical(id="form"):
            yield OneLine(lambda _width: line(" ", Piece(self._title, "strong")))
            yield OneLine(lambda width: line(Piece("─" * width, "rule")))
            yield self._area
            yield self._told
            yield OneLine(lambda _width: _KEYS)

    def on_mount(self) -> None:
        """Take the keys; bring back what was kept."""
        self._area.focus()
        self._area.move_cursor(self._area.document.end)
        workspace, record = self._workspace, self._record
        jobs.start(
            self,
            "text-draft",
            lambda: drafts.draft(workspace, PLACE, record),
            lambda draft: self._fill(draft.body) if draft is not None else None,
            self._complain,
        )

    def _fill(self, text: str) -> None:
        if self._area.text == self._first:
            self._area.text = text
            self._area.move_cursor(self._area.document.end)
            self._complain("Your draft is back.")

    @on(jobs.Delivered)
    def _take_delivery(self, message: jobs.Delivered) -> None:
        message.stop()
        message.deliver()

    def _complain(self, text: str) -> None:
        self._trouble = text
        self._told.make_anew()

    def _told_lines(self, width: int) -> list[Line]:
        return wrap_line(line(" ", Piece(self._trouble, "yellow")), width) if self._trouble else []

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        text = self._area.text
        self._keeper.note("" if text == self._first else text)

    def action_save(self) -> None:
        """Give the text back to be saved; its draft stays until that has been done."""
        self._keeper.flush()
        self.dismiss(self._area.text)

    def action_leave(self) -> None:
        """Leave; what was typed is kept as a draft."""
        self._keeper.flush()
        self.dismiss(None)

    def action_editor(self) -> None:
        """Write it in the user's editor."""
        editor.edit_area(self.app, self._area, self._complain)
