"""The whole log form: the line, when it was, what came of it, longer notes."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from csmdesk.domain.touch.describe import OUTCOME_NAMES, describe
from csmdesk.domain.touch.reading import Reading
from csmdesk.tui import editor, jobs
from csmdesk.tui.drafting import DraftKeeper
from csmdesk.tui.form_reading import OUTCOMES, Form, read_form
from csmdesk.tui.ink import Line, Piece, line, pad, wrap_line
from csmdesk.tui.reading_line import reading_lines
from csmdesk.tui.widgets.choice import Choice
from csmdesk.tui.widgets.few_lines import FewLines
from csmdesk.tui.widgets.line_input import LineInput
from csmdesk.tui.widgets.one_line import OneLine
from csmdesk.usecases import drafts
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.tui.widgets.log_bar import LogBar

_LABEL = 11
_KEYS = line(
    " ",
    Piece("^s", "key"), Piece(" save   ", "muted"),
    Piece("tab", "key"), Piece(" next field   ", "muted"),
    Piece("^e", "key"), Piece(" notes in your editor   ", "muted"),
    Piece("esc", "key"), Piece(" back to the line", "muted"),
)  # fmt: skip


class LogForm(ModalScreen[Reading | None]):
    """Asks for everything a touch can have; gives back a reading to save.

    Args:
        workspace: where drafts are kept.
        bar: the log bar it was opened from; what is typed goes back to it.
    """

    DEFAULT_CSS = """
    LogForm { align: center middle; background: $background 60%; }
    LogForm #form { width: 92; max-width: 100%; height: auto; max-height: 100%; }
    LogForm #form { border: solid $primary; background: $background; }
    LogForm .field { height: 1; }
    LogForm .tall { height: 10; }
    LogForm .label { width: 11; }
    LogForm Input { width: 1fr; background: $background; }
    LogForm TextArea { height: 10; width: 1fr; background: $background; border: none; padding: 0; }
    LogForm Input:focus, LogForm TextArea:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("ctrl+e", "editor", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(self, workspace: Workspace, bar: "LogBar") -> None:
        super().__init__()
        self._workspace = workspace
        self._bar = bar
        self._line = LineInput(bar.text, compact=True, select_on_focus=False)
        self._when = LineInput(placeholder="now · yesterday 14:00 · fri 9:30 · 2 mar", compact=True)
        self._outcome = Choice(["as typed", *(OUTCOME_NAMES[one] for one in OUTCOMES)])
        self._notes = TextArea(id="notes", compact=True)
        self._reading = FewLines(self._reading_lines)
        self._trouble = ""
        self._keeper = DraftKeeper(
            self, workspace, drafts.LOG_FORM, bar.reader.account_id, self._complain
        )

    def compose(self) -> ComposeResult:
        """Yield the fields."""
        with Vertical(id="form"):
            yield OneLine(lambda _w: line(" Log with ", Piece(self._bar.reader.account, "strong")))
            yield OneLine(lambda width: line(Piece("─" * width, "rule")))
            yield _field("Line", self._line)
            yield _field("When", self._when)
            yield _field("Outcome", self._outcome)
            yield _field("Notes", self._notes, tall=True)
            yield self._reading
            yield OneLine(lambda _w: _KEYS)

    def on_mount(self) -> None:
        """Take the keys; bring back what was kept."""
        self._when.focus()
        account_id, workspace = self._bar.reader.account_id, self._workspace
        jobs.start(
            self,
            "form-draft",
            lambda: drafts.draft(workspace, drafts.LOG_FORM, account_id),
            lambda draft: self._fill(Form.of_text(draft.body)) if draft is not None else None,
            self._complain,
        )

    def _fill(self, form: Form) -> None:
        self._when.value = form.when
        self._outcome.index = OUTCOMES.index(form.outcome) + 1 if form.outcome else 0
        self._outcome.refresh()
        self._notes.text = form.notes
        self._reading.make_anew()

    @on(jobs.Delivered)
    def _take_delivery(self, message: jobs.Delivered) -> None:
        message.stop()
        message.deliver()

    def _complain(self, text: str) -> None:
        self._trouble = text
        self._reading.make_anew()

    def _form(self) -> Form:
        index = self._outcome.index
        return Form(self._when.value, OUTCOMES[index - 1] if index else None, self._notes.text)

    def _read(self) -> Reading:
        return read_form(
            self._bar.reader,
            self._line.value,
            self._form(),
            self._workspace.now(),
            self._bar.started_at,
        )

    def _reading_lines(self, width: int) -> list[Line]:
        if self._trouble:
            return wrap_line(line(" ", Piece(self._trouble, "yellow")), width)
        parts = describe(self._read(), self._workspace.now(), self._workspace.zone)
        return reading_lines(parts, width, empty=False)

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Choice.Changed)
    def _changed(self, event: Input.Changed | TextArea.Changed | Choice.Changed) -> None:
        event.stop()
        self._trouble = ""
        self._reading.make_anew()
        self._bar.keeper.note(self._line.value, self._bar.started_at)
        form = self._form()
        self._keeper.note("" if form.empty else form.text())

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Give the reading back to be saved."""
        read = self._read()
        if read.problems:
            self._complain(f"Not saved yet: {read.problems[0].message}")
            return
        self._keeper.close()
        workspace, account_id = self._workspace, self._bar.reader.account_id
        jobs.start(
            self.app,
            "form-draft",
            lambda: drafts.drop_draft(workspace, drafts.LOG_FORM, account_id),
            lambda _done: None,
            lambda _words: None,
        )
        self.dismiss(read)

    def action_leave(self) -> None:
        """Go back to the line with what was typed in it."""
        self._bar.input.value = self._line.value
        self._keeper.flush()
        self.dismiss(None)

    def action_editor(self) -> None:
        """Write the notes in the user's editor."""
        editor.edit_area(self.app, self._notes, self._complain)


def _field(label: str, field: Widget, *, tall: bool = False) -> Horizontal:
    return Horizontal(
        OneLine(lambda _w: line(Piece(f" {pad(label, _LABEL - 1)}", "muted")), classes="label"),
        field,
        classes="field tall" if tall else "field",
    )
