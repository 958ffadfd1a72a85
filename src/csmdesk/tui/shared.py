"""What the screens share: the workspace, the status line, undo, drafts, whoever reads again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from weakref import WeakSet

from textual import on
from textual.app import App

from csmdesk.tui import jobs
from csmdesk.tui.background import Background
from csmdesk.tui.chrome import SyncView
from csmdesk.tui.inks import Inks, inks_of
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.undo import Question, Undoable
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.tui.drafting import DraftKeeper


@dataclass(frozen=True, slots=True)
class Said:
    """The words of the status line."""

    text: str = ""
    trouble: bool = False


class Shared(App[int]):
    """The part of the workbench that screens talk to.

    Args:
        workspace: the store, the clock, the settings and the way to the CRM.
        notice: a sentence for the status line at the start.
    """

    def __init__(self, workspace: Workspace, *, notice: str = "") -> None:
        super().__init__()
        self.workspace = workspace
        self.painted = False
        self._begun = False
        self._inks: tuple[str, Inks] | None = None
        self.keys = dict(workspace.config.keys)
        self.typing: WeakSet[DraftKeeper] = WeakSet()
        self.sync_view = SyncView()
        self.said = Said(notice)
        self.progress = ""
        self.sync = Background(self)
        self._writer_loads = False
        self._undoable: list[Undoable] = []
        self._offer: str | None = None

    @property
    def inks(self) -> Inks:
        """The colours of the voices in the theme that is on."""
        if self._inks is None or self._inks[0] != self.theme:
            made = inks_of(
                self.theme_variables,
                ansi=self.current_theme.ansi,
                without_colour=self.no_color,
            )
            self._inks = (self.theme, made)
        return self._inks[1]

    # --- time ----------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the instant."""
        return self.workspace.now()

    def today(self) -> date:
        """Return the day in the user's zone."""
        return self.now().astimezone(self.workspace.zone).date()

    # --- the first frame -----------------------------------------------------------------

    def on_ready(self) -> None:
        """Let the screen read, once the first frame is on the terminal."""
        self.call_after_refresh(self._read_first)

    def _read_first(self) -> None:
        self.painted = True
        screen = self.screen
        if isinstance(screen, Frame):
            screen.read_if_stale()

    def first_delivery(self) -> None:
        """Begin what goes on in the background, once the screen has its first rows."""
        if not self._begun:
            self._begun = True
            self.call_after_refresh(self.begin)

    def begin(self) -> None:
        """Start what goes on in the background. The app says what that is."""
        raise NotImplementedError

    # --- the status line -----------------------------------------------------------------

    def say(self, text: str, *, trouble: bool = False) -> None:
        """Tell in the status line what happened, or what went wrong."""
        self.said = Said(text, trouble)
        self.refresh_chrome()

    def mention(self, text: str, *, trouble: bool = False) -> None:
        """Tell what happened without the user's doing, unless a draft is being offered."""
        if self._offer is None:
            self.say(text, trouble=trouble)

    def complain(self, text: str) -> None:
        """Tell in the status line what went wrong and what to do."""
        self.say(text, trouble=True)

    def refresh_chrome(self) -> None:
        """Draw the lines around the screen anew."""
        # A job may deliver while the last screen is on its way out.
        screen = self.screen_stack[-1] if self._screen_stack_is_there() else None
        if isinstance(screen, Frame):
            screen.refresh_chrome()

    def _screen_stack_is_there(self) -> bool:
        return bool(self._screen_stacks.get(self.current_mode))

    # --- who reads again -----------------------------------------------------------------

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

    @on(jobs.Delivered)
    def take_delivery(self, message: jobs.Delivered) -> None:
        """Run what a job of the app delivers."""
        message.deliver()

    # --- writing -------------------------------------------------------------------------

    def load_writer(self) -> None:
        """Load what writes, in a thread, so that the first save is as fast as the others."""
        if not self._writer_loads:
            self._writer_loads = True
            store = self.workspace.store
            jobs.start(self, "writer", store.load_writer, _nothing, _nothing)

    def run_quietly(self, group: str, work: Callable[[], object]) -> None:
        """Do work in a thread whose result nobody waits for; what goes wrong is told."""
        jobs.start(self, group, work, _nothing, self.complain)

    def can_undo(self, action: Undoable) -> None:
        """Remember an action that can be taken back."""
        self._undoable.append(action)

    def do_undo(self) -> None:
        """Take the latest action back; before the first of this session, ask."""
        if self._undoable:
            self._take_back(self._undoable.pop().take_back)
            return
        workspace = self.workspace

        def earlier() -> str:
            from csmdesk.usecases import undoing

            taken = undoing.undo_latest(workspace, sent_too=True)
            return f"Took back the latest {taken.action}."

        self._put(
            Question(
                "Nothing was done since the start. Take back what was before?",
                "take it back",
                earlier,
            )
        )

    def _take_back(self, work: Callable[[], str | Question]) -> None:
        def done(answer: str | Question) -> None:
            if isinstance(answer, Question):
                self._put(answer)
            else:
                self.book_changed(own=True)
                self.sync.nudge()
                self.say(answer)

        self.load_writer()
        jobs.start(self, "undo", work, done, self.complain)

    def _put(self, question: Question) -> None:
        screen = self.screen
        if isinstance(screen, Frame):
            screen.confirm(question.text, question.yes, lambda: self._take_back(question.agreed))

    # --- drafts --------------------------------------------------------------------------

    def offer_draft(self) -> None:
        """Look for a log line that was never saved, and offer it: the next `l` goes on with it."""
        workspace = self.workspace

        def kept() -> tuple[str, str, str] | None:
            from csmdesk.usecases import drafts, finding

            found = [draft for draft in drafts.drafts(workspace) if draft.place == drafts.LOG_BAR]
            names = {one.id: one.name for one in finding.accounts(workspace)} if found else {}
            for draft in found:
                if draft.record in names:
                    return draft.record, names[draft.record], draft.body
            return None

        def offer(draft: tuple[str, str, str] | None) -> None:
            if draft is not None:
                record, name, body = draft
                text = f"“{body}”" if body else "a running call"
                self._offer = record
                self.say(f"Not saved yet, for {name}: {text}  l goes on with it.")

        jobs.start(self, "kept", kept, offer, _nothing)

    def take_offer(self) -> str | None:
        """Return the account whose draft was offered just before, once."""
        offer, self._offer = self._offer, None
        return offer


def _nothing(_result: object) -> None:
    """Do nothing with what a job came to."""
