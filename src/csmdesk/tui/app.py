"""The workbench: one app, its modes, and what they share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from csmdesk.tui import background, jobs
from csmdesk.tui.bindings import bindings_elsewhere
from csmdesk.tui.chrome import SyncView
from csmdesk.tui.commands import named, problems, where
from csmdesk.tui.filters import AsciiFilter, OutsideFilter
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.theme import DEFAULT_THEME, THEMES
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Said:
    """The words of the status line."""

    text: str = ""
    trouble: bool = False


def _today() -> Screen[None]:
    from csmdesk.tui.screens.today import Today

    return Today()


def _accounts() -> Screen[None]:
    from csmdesk.tui.screens.accounts import Accounts

    return Accounts()


def _outbox() -> Screen[None]:
    from csmdesk.tui.screens.outbox import Outbox

    return Outbox()


class WorkbenchApp(App[int]):
    """The workbench on a workspace.

    Args:
        workspace: the store, the clock, the settings and the way to the CRM.
        notice: a sentence for the status line at the start.
    """

    TITLE = "csmdesk"
    CSS_PATH = "style.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings_elsewhere()
    MODES = {"today": _today, "accounts": _accounts, "outbox": _outbox}  # noqa: RUF012
    DEFAULT_MODE = "today"

    def __init__(self, workspace: Workspace, *, notice: str = "") -> None:
        super().__init__()
        self.animation_level = "none"
        self.workspace = workspace
        self.sync_view = SyncView()
        self.said = Said(notice)
        self.progress = ""
        self.keys = dict(workspace.config.keys)
        self.sync = background.Sync(self)
        for theme in THEMES:
            self.register_theme(theme)
        wanted = workspace.config.display.theme
        self.theme = wanted if wanted in self.available_themes else DEFAULT_THEME
        self._last_lines: list[LineFilter] = [OutsideFilter()]
        if workspace.config.display.ascii:
            self._last_lines.append(AsciiFilter())
        if self.keys:
            self.set_keymap(self.keys)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters of the theme and of NO_COLOR, and ours as the last."""
        return [*super().get_line_filters(), *self._last_lines]

    def on_mount(self) -> None:
        """Start what goes on in the background, after the first paint."""
        wrong = problems(self.keys)
        if wrong:
            self.say(wrong[0], trouble=True)
        self.call_after_refresh(self.sync.begin)

    # --- time ----------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the instant."""
        return self.workspace.now()

    def today(self) -> date:
        """Return the day in the user's zone."""
        return self.now().astimezone(self.workspace.zone).date()

    # --- what is shared by the screens ---------------------------------------------------

    def say(self, text: str, *, trouble: bool = False) -> None:
        """Tell in the status line what happened, or what went wrong."""
        self.said = Said(text, trouble)
        self.refresh_chrome()

    def refresh_chrome(self) -> None:
        """Draw the lines around the screen anew."""
        screen = self.screen
        if isinstance(screen, Frame):
            screen.refresh_chrome()

    def book_changed(self) -> None:
        """Have every screen read again: at once if it is seen, else when it will be."""
        for stack in self._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, Frame):
                    screen.outdated()

    @on(jobs.Delivered)
    def take_delivery(self, message: jobs.Delivered) -> None:
        """Run what a job of the app delivers."""
        message.deliver()

    # --- commands ------------------------------------------------------------------------

    def run_named(self, name: str) -> None:
        """Do a command by its name, from wherever it was chosen."""
        screen = self.screen
        if isinstance(screen, Frame) and screen.PLACE in named(name).places:
            screen.action_command(name)
        else:
            self.action_elsewhere(name)

    def action_elsewhere(self, name: str) -> None:
        """Say where a key works that does nothing here."""
        command = named(name)
        self.say(f"{command.label.capitalize()} works in {where(command)}.", trouble=True)

    def do_mode_today(self) -> None:
        """Go to Today."""
        self.switch_mode("today")

    def do_mode_accounts(self) -> None:
        """Go to Accounts."""
        self.switch_mode("accounts")

    def do_mode_outbox(self) -> None:
        """Go to the Outbox."""
        self.switch_mode("outbox")

    def open_account(self, account_id: str) -> None:
        """Open the page of an account over the present screen."""
        from csmdesk.tui.screens.account import AccountPage

        self.push_screen(AccountPage(account_id))

    def do_help(self) -> None:
        """Show the keys that work here."""
        from csmdesk.tui.screens.help import Help

        screen = self.screen
        self.push_screen(Help(screen.PLACE if isinstance(screen, Frame) else "today"))

    def do_sync(self) -> None:
        """Sync with the CRM now."""
        self.sync.start(asked=True)

    def stop_sync(self) -> None:
        """Stop a running sync after the page it is at."""
        self.sync.stop()

    def do_quit(self) -> None:
        """Leave."""
        self.exit(0)


def run(workspace: Workspace, *, notice: str = "") -> int:
    """Run the workbench on a workspace; return the exit code."""
    app = WorkbenchApp(workspace, notice=notice)
    result = app.run(mouse=workspace.config.display.mouse)
    return result if result is not None else app.return_code or 0


FirstSteps = Callable[[], Workspace]
