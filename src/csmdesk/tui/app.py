"""The workbench: one app, its modes, and what they share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from csmdesk.tui import jobs
from csmdesk.tui.background import Background
from csmdesk.tui.bindings import bindings_elsewhere
from csmdesk.tui.chrome import SyncView
from csmdesk.tui.commands import named, problems, where
from csmdesk.tui.filters import AsciiFilter, OutsideFilter
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.theme import DEFAULT_THEME, THEMES
from csmdesk.tui.undo import Question, Undoable
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.tui.picking import Entry

BACKUP_AFTER = 20.0
"""Seconds from the start to the day's backup: long after the first paint, before much is typed."""


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
        self.sync = Background(self)
        for theme in THEMES:
            self.register_theme(theme)
        wanted = workspace.config.display.theme
        self.theme = wanted if wanted in self.available_themes else DEFAULT_THEME
        self._writer_loads = False
        self._undoable: list[Undoable] = []
        self._offer: str | None = None
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
        self.set_timer(BACKUP_AFTER, self._back_up)

    def _back_up(self) -> None:
        """Make the day's backup, in a thread."""

        def work() -> object:
            from csmdesk.usecases.backups import back_up_daily

            return back_up_daily(self.workspace, self.now())

        jobs.start(self, "backup", work, lambda _made: None, self.complain)

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

    def book_changed(self, *, own: bool = False) -> None:
        """Have every screen read again: at once if it is seen, else when it will be.

        Args:
            own: whether the user did it here, so that nobody needs to tell them.
        """
        for stack in self._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, Frame):
                    if own:
                        screen.expect_change()
                    screen.outdated()

    def time_passed(self) -> None:
        """Have the screens that depend on the clock read again."""
        screen = self.screen
        if isinstance(screen, Frame):
            screen.time_passed()

    def load_writer(self) -> None:
        """Load what writes, in a thread, so that the first save is as fast as the others."""
        if not self._writer_loads:
            self._writer_loads = True
            store = self.workspace.store
            jobs.start(self, "writer", store.load_writer, lambda _done: None, lambda _words: None)

    # --- undo and drafts -----------------------------------------------------------------

    def can_undo(self, action: Undoable) -> None:
        """Remember an action that can be taken back."""
        self._undoable.append(action)

    def do_undo(self) -> None:
        """Take the latest action back."""
        if self._undoable:
            self._take_back(self._undoable.pop().take_back)
            return
        workspace = self.workspace

        def earlier() -> str:
            from csmdesk.usecases import undoing

            taken = undoing.undo_latest(workspace, sent_too=True)
            return f"Took back the latest {taken.action}."

        self._put(Question("Nothing was done since the start. Take back what was before?",
                           "take the latest back", earlier))  # fmt: skip

    def _take_back(self, work: Callable[[], str | Question]) -> None:
        def done(answer: str | Question) -> None:
            if isinstance(answer, Question):
                self._put(answer)
            else:
                self.book_changed(own=True)
                self.say(answer)

        jobs.start(self, "undo", work, done, self.complain)

    def _put(self, question: Question) -> None:
        screen = self.screen
        if isinstance(screen, Frame):
            screen.confirm(question.text, question.yes, lambda: self._take_back(question.agreed))

    def complain(self, text: str) -> None:
        """Tell in the status line what went wrong and what to do."""
        self.say(text, trouble=True)

    def offer_draft(self, account_id: str, words: str) -> None:
        """Offer a draft that was kept: the next `l` goes on with it."""
        self._offer = account_id
        self.say(words)

    def take_offer(self) -> str | None:
        """Return the account whose draft was offered just before, once."""
        offer, self._offer = self._offer, None
        return offer

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

    def do_palette(self) -> None:
        """Find any command or account by name."""
        from csmdesk.tui.palette import account_entries, command_entries

        screen = self.screen
        place = screen.PLACE if isinstance(screen, Frame) else "today"
        self._pick(
            "a command or an account",
            command_entries(self, place),
            lambda: account_entries(self),
        )

    def do_theme(self) -> None:
        """Choose the colours."""
        from csmdesk.tui.palette import theme_entries

        self._pick("a theme", theme_entries(self), None)

    def _pick(
        self, hint: str, entries: "list[Entry]", more: "Callable[[], list[Entry]] | None"
    ) -> None:
        from csmdesk.tui.dialogs.pick import Pick

        def picked(entry: "Entry | None") -> None:
            if entry is not None:
                entry.run()

        self.push_screen(Pick(hint, entries, more), picked)

    def do_sync(self) -> None:
        """Sync with the CRM now."""
        self.sync.start(asked=True)

    def stop_sync(self) -> None:
        """Stop a running sync after the page it is at."""
        self.sync.stop()

    def do_quit(self) -> None:
        """Leave."""
        self.exit(0)

    def on_unmount(self) -> None:
        """End what goes on in the background."""
        self.sync.leave()


def run(workspace: Workspace, *, notice: str = "") -> int:
    """Run the workbench on a workspace; return the exit code."""
    app = WorkbenchApp(workspace, notice=notice)
    result = app.run(mouse=workspace.config.display.mouse)
    return result if result is not None else app.return_code or 0


FirstSteps = Callable[[], Workspace]
