"""The workbench: one app, its modes, its beginning and its end."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from csmdesk.tui.bindings import bindings_elsewhere
from csmdesk.tui.collecting import collect_from_now_on
from csmdesk.tui.commands import problems
from csmdesk.tui.filters import AsciiFilter, OutsideFilter
from csmdesk.tui.global_commands import GlobalCommands
from csmdesk.tui.leaving import mind_the_terminal
from csmdesk.tui.theme import DEFAULT_THEME, THEMES
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.tui.doors import Doors


def _today() -> Screen[None]:
    from csmdesk.tui.screens.today import Today

    return Today()


def _accounts() -> Screen[None]:
    from csmdesk.tui.screens.accounts import Accounts

    return Accounts()


def _outbox() -> Screen[None]:
    from csmdesk.tui.screens.outbox import Outbox

    return Outbox()


COLLECT_AFTER = 2.0
"""Seconds from the start to the first search for garbage, when everything is painted."""


class WorkbenchApp(GlobalCommands):
    """The workbench on a workspace.

    Args:
        workspace: the store, the clock, the settings and the way to the CRM.
        notice: a sentence for the status line at the start.
    """

    TITLE = "csmdesk"
    CSS_PATH = "style.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings_elsewhere()
    MODES = {"today": _today, "accounts": _accounts, "outbox": _outbox}  # noqa: RUF012 - Textual's
    DEFAULT_MODE = "today"

    def __init__(self, workspace: Workspace, *, notice: str = "") -> None:
        super().__init__(workspace, notice=notice)
        self.crash: Exception | None = None
        self.animation_level = "none"
        self._closes: list[Callable[[], None]] = []
        for theme in THEMES:
            self.register_theme(theme)
        wanted = workspace.config.display.theme
        chosen = wanted if wanted in self.available_themes else DEFAULT_THEME
        # Put on without its watcher, and known to the style sheet before it is first read.
        self.set_reactive(WorkbenchApp.theme, chosen)
        self.stylesheet.set_variables(self.get_css_variables())
        self._last_lines: list[LineFilter] = [OutsideFilter()]
        if workspace.config.display.ascii:
            self._last_lines.append(AsciiFilter())
        if self.keys:
            self.set_keymap(self.keys)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters of the theme and of NO_COLOR, and ours as the last."""
        return [*super().get_line_filters(), *self._last_lines]

    def refresh_css(self, animate: bool = True) -> None:
        """Read the style sheet again: not before the first frame, for which it was just read."""
        if self.painted:
            super().refresh_css(animate=animate)

    def on_mount(self) -> None:
        """Start what goes on in the background, after the first paint."""
        wrong = problems(self.keys)
        if wrong:
            self.complain(wrong[0])
        self.set_timer(COLLECT_AFTER, collect_from_now_on)

    def begin(self) -> None:
        """Start watching, syncing and offering drafts: after the agenda is painted."""
        self.sync.begin()
        self.offer_draft()

    def use(
        self, workspace: Workspace, *, notice: str = "", close: Callable[[], None] | None = None
    ) -> None:
        """Work on a workspace from now on, beginning with Today.

        Args:
            workspace: what was opened.
            notice: a sentence for the status line.
            close: called when the workbench ends.
        """
        self.workspace = workspace
        if close is not None:
            self._closes.append(close)
        self.switch_mode("today")
        self.say(notice)
        WorkbenchApp.begin(self)

    def on_unmount(self) -> None:
        """End what goes on in the background."""
        self.sync.leave()

    def keep_typed(self) -> None:
        """Save every text that is being typed, in the calling thread."""
        for keeper in tuple(self.typing):
            keeper.flush()

    def close_all(self) -> None:
        """Close what was opened from here."""
        while self._closes:
            self._closes.pop()()

    def _handle_exception(self, error: Exception) -> None:
        """End with the error kept for whoever started the workbench: no traceback, no values."""
        self._return_code = 1
        self.crash = self.crash or error
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


class FirstRunApp(WorkbenchApp):
    """The workbench that begins with its first screen.

    Args:
        workspace: the user's own, still empty.
        doors: the ways in.
    """

    DEFAULT_MODE = "first"

    def __init__(self, workspace: Workspace, doors: "Doors") -> None:
        super().__init__(workspace)
        self._doors = doors
        self.add_mode("first", self._first)

    def _first(self) -> Screen[None]:
        from csmdesk.tui.screens.first import First

        return First(self._doors)

    def begin(self) -> None:
        """Wait until a way in was chosen."""


def run(workspace: Workspace, *, notice: str = "", doors: "Doors | None" = None) -> int:
    """Run the workbench and return the exit code.

    Args:
        workspace: what to work on; with doors, the user's own, still empty.
        notice: a sentence for the status line at the start.
        doors: the ways in; with them the workbench begins with its first screen.

    Raises:
        Exception: whatever brought the workbench down, after the terminal is itself again.
    """
    app = WorkbenchApp(workspace, notice=notice) if doors is None else FirstRunApp(workspace, doors)
    mind_the_terminal(app.keep_typed, app.exit)
    try:
        result = app.run(mouse=workspace.config.display.mouse)
    finally:
        app.close_all()
    if app.crash is not None:
        raise app.crash
    return result if result is not None else app.return_code or 0
