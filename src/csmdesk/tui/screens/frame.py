"""What every screen has: the line of modes, the body, the status line, the keys that work here."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.events import ScreenResume
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from csmdesk.text import clean_text
from csmdesk.tui import chrome, jobs
from csmdesk.tui.commands import PLACES, named
from csmdesk.tui.ink import EMPTY, Line, Piece, line
from csmdesk.tui.widgets.few_lines import FewLines
from csmdesk.tui.widgets.hot_line import HotLine
from csmdesk.tui.widgets.inked import forget_what_is_gone
from csmdesk.tui.widgets.sheet import Sheet
from csmdesk.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from csmdesk.tui.app import WorkbenchApp
    from csmdesk.tui.widgets.ask_bar import Preview

Result = TypeVar("Result")


class Frame(Screen[None]):
    """A screen of the workbench. A command `x` is its method `do_x`."""

    PLACE: ClassVar[str]
    MODE: ClassVar[str] = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal")]  # noqa: RUF012 - Textual's type

    def __init__(self) -> None:
        super().__init__()
        self._stale = True
        self._aged = False
        self._drawn = False
        self._bar: Widget | None = None
        self._focus_before: Widget | None = None
        self._top = HotLine(self._top_chunks, id="top")
        self._status = FewLines(self._status_lines, id="status")
        self._keys = HotLine(self._key_chunks, id="keys")

    @property
    def bench(self) -> "WorkbenchApp":
        """The app, by its own type."""
        return cast("WorkbenchApp", self.app)

    # --- layout --------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the chrome around the body."""
        yield self._top
        yield from self.body()
        yield self._status
        yield self._keys

    def _compositor_refresh(self) -> None:
        """Draw what changed: not while the app drops whatever is drawn, as it does at its start.

        Textual would draw the first frame, drop it, draw it again, and once more after that.
        """
        if self.app._batch_count:
            return
        super()._compositor_refresh()
        if not self._drawn:
            # That was the whole screen, and whoever asked for the whole screen before has it now.
            self._drawn = True
            self._repaint_required = False

    def body(self) -> Iterable[Widget]:
        """Return what stands between the top line and the status line."""
        raise NotImplementedError

    def mode(self) -> str:
        """Return the mode this screen belongs to."""
        return self.MODE or self.bench.current_mode

    def shown_day(self) -> date | None:
        """Return the day the screen shows, if it is not today."""
        return None

    def _top_chunks(self, width: int) -> list[chrome.Chunk]:
        bench = self.bench
        if self.MODE == "first":
            return [chrome.Chunk(line(Piece(" csmdesk", "here")))]
        return chrome.top_chunks(
            self.mode(),
            bench.sync_view,
            bench.now(),
            bench.today(),
            width,
            shown_day=self.shown_day(),
        )

    def _status_lines(self, width: int) -> list[Line]:
        said = self.bench.said
        return chrome.status_lines(
            said.text, trouble=said.trouble, progress=self.bench.progress, width=width
        )

    def _key_chunks(self, width: int) -> list[chrome.Chunk]:
        if self._bar is not None:
            # Letters are text now: the line shows the keys that act in the bar, if it does not.
            own: Line = getattr(self._bar, "KEYS", EMPTY)
            return [chrome.Chunk(own)] if own else []
        return chrome.key_chunks(self.PLACE, width, self.bench.keys, self.works)

    def works(self, name: str) -> bool:  # noqa: ARG002 - screens with rows of several kinds ask
        """Return whether a command can do something to what is under the cursor."""
        return True

    def refresh_chrome(self) -> None:
        """Draw the lines around the body anew."""
        self._status.make_anew()
        for widget in (self._top, self._keys):
            widget.refresh()

    # --- data ----------------------------------------------------------------------------

    def load(self) -> None:
        """Start reading what the screen shows. Screens with data override this."""

    def run_job(
        self,
        group: str,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Do work in a thread and hand its result to the screen; see `jobs.start`."""
        jobs.start(self, group, work, done, failed or self.complain)

    @on(jobs.Delivered)
    def take_delivery(self, message: jobs.Delivered) -> None:
        """Run what a job delivers, unless the screen is on its way out."""
        message.stop()
        if self.is_attached:
            message.deliver()
            self.bench.first_delivery()

    def expect_change(self) -> None:
        """The user is about to change what is shown. Screens that tell of changes override it."""

    def time_passed(self) -> None:
        """A minute is over. Screens that depend on the time of day read again."""

    def minute_passed(self) -> None:
        """Note that time passed: read what depends on it now, or when the screen is next seen."""
        if self._in_sight():
            self.time_passed()
        else:
            self._aged = True

    def _in_sight(self) -> bool:
        """Tell whether no page lies over this one; Textual counts the one below as current too."""
        pages = [screen for screen in self.bench.screen_stack if isinstance(screen, Frame)]
        return bool(pages) and pages[-1] is self

    def outdated(self) -> None:
        """Note that the book changed: read again now, or when the screen is next seen."""
        if self._in_sight():
            self._stale = False
            self.load()
        else:
            self._stale = True

    @on(ScreenResume)
    def read_if_stale(self) -> None:
        """Read what changed while the screen was out of sight."""
        # What reads takes its share of the interpreter: the very first frame is painted before.
        if not self.bench.painted:
            return
        forget_what_is_gone()
        self.read_first()
        self.refresh_chrome()

    def read_first(self) -> None:
        """Read what the screen has not read yet, or not since a minute or more."""
        stale, aged = self._stale, self._aged
        self._stale = self._aged = False
        if stale:
            self.load()
        elif aged:
            self.time_passed()

    # --- bars above the status line ------------------------------------------------------

    @property
    def bar(self) -> Widget | None:
        """The bar that is open: log, filter or a question; one at a time."""
        return self._bar

    def open_bar(self, bar: Widget) -> None:
        """Open a bar above the status line; one that is open already goes."""
        if self._bar is None:
            self._focus_before = self.focused
        else:
            self._bar.remove()
        self._bar = bar
        self.mount(bar, before=self._status)
        self._keys.refresh()

    def close_bar(self) -> None:
        """Close the bar and give the keys back to what had them."""
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.remove()
            self.call_after_refresh(forget_what_is_gone)
        self._keys.refresh()
        self.set_focus(self._focus_before)

    def ask(
        self,
        label: str,
        value: str,
        preview: "Callable[[str], Preview]",
        answer: Callable[[str], None],
    ) -> None:
        """Ask for one line; see `AskBar`."""
        from csmdesk.tui.widgets.ask_bar import AskBar

        self.open_bar(AskBar(label, value, preview, answer))

    def confirm(
        self,
        question: str,
        yes: str,
        agreed: Callable[[], None],
        *,
        dropped: Callable[[], None] | None = None,
    ) -> None:
        """Ask for a yes; see `ConfirmBar`."""
        from csmdesk.tui.widgets.confirm_bar import ConfirmBar

        self.open_bar(ConfirmBar(question, yes, agreed, dropped))

    def on_ask_bar_over(self, message: Message) -> None:
        """Close the question."""
        message.stop()
        self.close_bar()

    # --- what happened -------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Tell in the status line what happened."""
        self.bench.say(text)

    def complain(self, text: str) -> None:
        """Tell in the status line what went wrong and what to do."""
        self.bench.say(text, trouble=True)

    # --- commands ------------------------------------------------------------------------

    def action_command(self, name: str) -> None:
        """Do a command that works here."""
        action = getattr(self, f"do_{name}", None) or getattr(self.bench, f"do_{name}", None)
        if action is None:
            self.complain(f"{named(name).words} It does not work in {PLACES[self.PLACE]}.")
            return
        action()

    @on(HotLine.Chosen)
    def run_chosen(self, message: HotLine.Chosen) -> None:
        """Do the command that was clicked."""
        message.stop()
        self.chosen(message.command)

    def chosen(self, name: str) -> None:
        """Do what was clicked."""
        self.bench.run_named(name)

    def moving(self) -> VirtualList | Sheet | None:
        """Return what the moving keys move."""
        focused = self.focused
        return focused if isinstance(focused, VirtualList | Sheet) else None

    def do_down(self) -> None:
        """Move down."""
        self._move(lambda pane: pane.move(1))

    def do_up(self) -> None:
        """Move up."""
        self._move(lambda pane: pane.move(-1))

    def do_top(self) -> None:
        """Go to the first line."""
        self._move(lambda pane: pane.move_to(0))

    def do_bottom(self) -> None:
        """Go to the last line."""
        self._move(lambda pane: pane.move_to(-1))

    def do_half_down(self) -> None:
        """Move half a page down."""
        self._move(lambda pane: pane.move(max(pane.page_rows() // 2, 1)))

    def do_half_up(self) -> None:
        """Move half a page up."""
        self._move(lambda pane: pane.move(-max(pane.page_rows() // 2, 1)))

    def do_page_down(self) -> None:
        """Move a page down."""
        self._move(lambda pane: pane.move(pane.page_rows()))

    def do_page_up(self) -> None:
        """Move a page up."""
        self._move(lambda pane: pane.move(-pane.page_rows()))

    def _move(self, how: Callable[[VirtualList | Sheet], None]) -> None:
        pane = self.moving()
        if pane is not None:
            how(pane)

    def do_next_pane(self) -> None:
        """Go to the next pane."""
        self.focus_next()

    def do_previous_pane(self) -> None:
        """Go to the pane before."""
        self.focus_previous()

    def copied(self) -> str | None:
        """Return what `y` copies; None if there is nothing. Screens with rows override it."""
        return None

    def do_copy(self) -> None:
        """Copy what is under the cursor to the clipboard, cleaned."""
        text = self.copied()
        if not text:
            self.complain("There is nothing to copy here.")
            return
        self.app.copy_to_clipboard(clean_text(text))
        self.say("Copied. (Some terminals keep programs from the clipboard.)")

    def do_back(self) -> None:
        """Leave the screen; on the first of a mode stop a running sync."""
        if len(self.bench.screen_stack) > 1:
            self.bench.turn_back()
        else:
            self.bench.stop_sync()
