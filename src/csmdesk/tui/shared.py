"""What the screens share: the workspace, the status line, undo, drafts, whoever reads again."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakSet

from textual import on
from textual.app import App

from csmdesk.tui import jobs
from csmdesk.tui.background import Background
from csmdesk.tui.chrome import SyncView
from csmdesk.tui.inks import Inks, inks_of
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.undo import Gone, Question, Undoable, UndoStack, earlier_question, taken_words
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.tui.drafting import DraftKeeper
    from csmdesk.tui.offers import Offer


class Said(NamedTuple):
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
        self._undoable = UndoStack()
        self._undoing = 0
        self._offer: Offer | None = None

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
        """Let the screen read: the first frame is on its way to the terminal."""
        self.painted = True
        screen = self.screen
        if isinstance(screen, Frame):
            screen.read_first()

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

    def hush(self) -> None:
        """Forget what one screen said, as another is about to be seen; an offered draft stays."""
        if self._offer is None:
            self.said = Said()

    def turn_to(self, page: Frame) -> None:
        """Open a page over the present screen."""
        self.hush()
        self.push_screen(page)

    def turn_back(self) -> None:
        """Leave the present page for the screen it was opened from."""
        self.hush()
        self.pop_screen()

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
        """Have the screens that depend on the clock read again: at once if seen, else when seen."""
        for stack in self._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, Frame):
                    screen.minute_passed()

    @on(jobs.Delivered)
    def take_delivery(self, message: jobs.Delivered) -> None:
        """Run what a job of the app delivers."""
        message.deliver()

    # --- writing -------------------------------------------------------------------------

    def run_quietly(self, group: str, work: Callable[[], object]) -> None:
        """Do work in a thread whose result nobody waits for; what goes wrong is told."""
        jobs.start(self, group, work, _nothing, self.complain)

    def can_undo(self, action: Undoable) -> None:
        """Remember an action that can be taken back."""
        self._undoable.add(action)

    def do_undo(self) -> None:
        """Take the latest action back; before the first of this session, ask."""
        stack = self._undoable
        if not len(stack):
            self._ask_for_earlier()
            return
        place, action = stack.take()

        def answered(answer: str | Question | Gone) -> None:
            if isinstance(answer, Question):
                # It stays to be taken back unless the user agrees.
                stack.put_back(place, action)
                self._put(answer, lambda: agreed(answer))
            else:
                self._taken_back(answer)

        def agreed(question: Question) -> None:
            stack.drop(action)
            self._take_back(question.agreed, answered, failed)

        def failed(words: str) -> None:
            stack.put_back(place, action)
            self.complain(words)

        self._take_back(action.take_back, answered, failed)

    def _ask_for_earlier(self) -> None:
        """Name what was done before the start, and ask."""
        workspace, today, begun = self.workspace, self.today(), self._undoable.begun

        def find() -> Question:
            from csmdesk.usecases import undoing

            found = undoing.latest(workspace)

            def agreed() -> str:
                undoing.undo_agreed(workspace, found)
                return taken_words(found, today, workspace.zone)

            return earlier_question(found, today, workspace.zone, agreed, begun=begun)

        def ask(found: str | Question | Gone) -> None:
            if isinstance(found, Question):
                self._put(
                    found,
                    lambda: self._take_back(found.agreed, self._taken_back, self.complain),
                )
            else:
                self._taken_back(found)

        self._take_back(find, ask, self.complain)

    def _take_back(
        self,
        work: Callable[[], str | Question],
        done: Callable[[str | Question | Gone], None],
        failed: Callable[[str], None],
    ) -> None:
        def attempt() -> str | Question | Gone:
            from csmdesk.errors import NothingToUndo

            try:
                return work()
            except NothingToUndo as error:
                return Gone(error.line)

        # A group of its own: a second `u` does not drop what the first one came to.
        self._undoing += 1
        jobs.start(self, f"undo-{self._undoing}", attempt, done, failed)

    def _taken_back(self, answer: str | Question | Gone) -> None:
        if isinstance(answer, Gone):
            self.complain(answer.words)
        elif isinstance(answer, str):
            self.book_changed(own=True)
            self.sync.nudge()
            self.say(answer)

    def _put(self, question: Question, agreed: Callable[[], None]) -> None:
        screen = self.screen
        if isinstance(screen, Frame):
            screen.confirm(
                question.text, question.yes, agreed, dropped=lambda: self.say("Nothing was undone.")
            )

    # --- drafts --------------------------------------------------------------------------

    def offer_draft(self) -> None:
        """Look for a log line that was never saved, and offer it: the next `l` goes on with it."""
        workspace = self.workspace

        def kept() -> "Offer | None":
            from csmdesk.tui import offers
            from csmdesk.usecases import drafts

            return offers.newest(drafts.unsaved(workspace))

        def offer(found: "Offer | None") -> None:
            if found is not None:
                self._offer = found
                self.say(found.words)

        jobs.start(self, "kept", kept, offer, _nothing)

    def take_offer(self) -> str | None:
        """Return the account whose draft was offered just before, once."""
        offer, self._offer = self._offer, None
        return None if offer is None else offer.record

    def choose(self, chosen: str | None, turn: Callable[[], None]) -> None:
        """Turn to where another account is in sight; an offered draft waits for its own from then.

        Args:
            chosen: the account, if it is a single one.
            turn: shows it.
        """
        offer, self._offer = self._offer, None
        turn()
        self._offer = offer
        self.lapse_offer(chosen)

    def lapse_offer(self, chosen: str | None = None) -> None:
        """Let no key go on with the offered draft any more, since an account was chosen; say so.

        Args:
            chosen: the account, if it is known; its own draft is the one that it goes on with.
        """
        offer, self._offer = self._offer, None
        if offer is not None and offer.record != chosen:
            self.say(offer.kept)


def _nothing(_result: object) -> None:
    """Do nothing with what a job came to."""
