"""Logging from any screen that knows an account: the bar, its draft, saving, taking back."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from textual.events import MouseDown

from csmdesk.tui import format as fmt
from csmdesk.tui.commands import TODAY
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.undo import Question, Undoable, touch_question
from csmdesk.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from csmdesk.domain.touch.reading import Reading
    from csmdesk.tui.widgets.log_bar import LogBar
    from csmdesk.usecases.log_lines import LineReader
    from csmdesk.usecases.touchpoints import Logged
    from csmdesk.usecases.workspace import Workspace


_CHOOSING = frozenset(
    {
        *("down", "up", "top", "bottom", "half_down", "half_up", "page_down", "page_up"),
        *("filter", "earlier", "later", "pick_day", "open", "why"),
    }
)
"""What chooses an account: an offered draft of another one waits from then on."""


class Opening(NamedTuple):
    """What a log bar opens with. `notes`: the form has more, typed before."""

    reader: "LineReader"
    body: str
    started_at: datetime | None
    kept: bool
    notes: bool = False


class Left(NamedTuple):
    """A draft about an account that nothing can be written to any more."""

    record: str
    name: str
    text: str


class Logs(Frame):
    """A screen with `l` and `c`. It has to say which account they are about."""

    def account(self) -> str | None:
        """Return the account under the cursor."""
        raise NotImplementedError

    def touched(self, account_id: str) -> None:
        """Note which account the user changed, before the screens read again."""

    def action_command(self, name: str) -> None:
        """Do a command; one that chooses an account ends what was offered for another."""
        if name in _CHOOSING:
            self.bench.lapse_offer()
        super().action_command(name)

    def on_mouse_down(self, event: MouseDown) -> None:
        """End what was offered for another account: a click on a row chooses one."""
        widget, _ = self.get_widget_at(event.screen_x, event.screen_y)
        if isinstance(widget, VirtualList):
            self.bench.lapse_offer()

    def do_log(self) -> None:
        """Open the log bar."""
        self._open_bar(call=False)

    def do_call(self) -> None:
        """Open the log bar with a running timer."""
        self._open_bar(call=True)

    def do_crm(self) -> None:
        """Open the account in the CRM, after showing the host that is opened."""
        account_id = self.account()
        if account_id is None:
            self.complain("There is no account under the cursor.")
            return
        workspace = self.bench.workspace

        def read() -> str | None:
            from csmdesk.usecases import accounts

            return accounts.address(workspace, account_id)

        self.run_job("crm", read, self._open_address)

    def _open_address(self, found: str | None) -> None:
        from csmdesk.tui.addresses import host_of, safe_address

        address = safe_address(found) if found else None
        if address is None:
            self.complain(
                "Its address is not a plain https one, so it is not opened."
                if found
                else "The CRM's address of this account is not known."
            )
            return
        self.confirm(
            f"Open {host_of(address)} in the browser?",
            "open it",
            lambda: self.app.open_url(address),
        )

    def _open_bar(self, *, call: bool) -> None:
        account_id = self.bench.take_offer() if self.PLACE == TODAY else None
        if account_id is None:
            account_id = self.account()
            self.bench.lapse_offer(account_id)
        if account_id is None:
            self.complain("There is no account under the cursor: move to one, then press l.")
            return
        self._open_for(account_id, call=call)

    def _open_for(self, account_id: str, *, call: bool) -> None:
        workspace, now = self.bench.workspace, self.bench.now()

        def opened(found: Opening | Left) -> None:
            if isinstance(found, Left):
                self._give_draft(found)
            else:
                self._mount_bar(found)

        self.run_job("log-open", lambda: _prepare(workspace, account_id, now, call=call), opened)

    def _give_draft(self, left: Left) -> None:
        """Let another account have a draft whose own is not there any more, and go on with it."""
        from csmdesk.tui.dialogs.pick import Pick
        from csmdesk.tui.picking import Entry

        workspace = self.bench.workspace

        def entries() -> list[Entry]:
            from csmdesk.usecases import finding

            return [
                Entry(each.id, each.name, "gets the draft", "", lambda: None)
                for each in finding.accounts(workspace)
            ]

        def give(account_id: str) -> str:
            from csmdesk.usecases import drafts

            drafts.give_to(workspace, left.record, account_id)
            return account_id

        def picked(entry: Entry | None) -> None:
            if entry is None:
                self.say("The draft is kept where it is.")
                return
            self.run_job(
                "log-give",
                lambda: give(entry.key),
                lambda account_id: self._open_for(account_id, call=False),
            )

        whose = f"{left.name} is no longer in the CRM" if left.name else "Its account is not here"
        text = f": “{left.text}”" if left.text else "."
        self.say(f"{whose}. The draft can go to another account{text}")
        self.bench.push_screen(Pick("the account that gets the draft", [], entries), picked)

    def _mount_bar(self, opening: Opening) -> None:
        from csmdesk.tui.widgets.log_bar import LogBar

        self.open_bar(
            LogBar(
                self.bench.workspace,
                opening.reader,
                line=opening.body,
                started_at=opening.started_at,
                failed=self.complain,
            )
        )
        told = []
        if opening.reader.was:
            told.append(f"{opening.reader.was} is part of {opening.reader.account} now.")
        if opening.kept:
            told.append("Your draft is back. enter saves it, esc keeps it for later.")
        if opening.notes:
            told.append("Its form has more: tab shows it.")
        if told:
            self.say(" ".join(told))

    # --- what the bar sends --------------------------------------------------------------

    def on_log_bar_kept(self, message: "LogBar.Kept") -> None:
        """Keep the draft and go back to the list."""
        message.stop()
        bar = message.bar
        if bar.text.strip() or bar.started_at is not None:
            self.run_job("log-keep", bar.keeper.flush, lambda _done: None)
            self.say(f"Draft for {bar.reader.account} kept. l goes on with it.")
        else:
            self.run_job("log-keep", bar.keeper.flush, lambda _done: None)
        self.close_bar()

    def on_log_bar_given(self, message: "LogBar.Given") -> None:
        """Save what was understood: first the screen, then the disk."""
        message.stop()
        bar, read = message.bar, message.read
        if read.problems:
            # The reading line says it in red already; the keys stay where the line is.
            self.complain(f"Not saved yet: {read.problems[0].message}")
            return
        self.save_reading(bar, read)
        self.close_bar()

    def save_reading(self, bar: "LogBar", read: "Reading") -> None:
        """Save a reading in a thread; if that fails, the bar comes back with what was typed."""
        workspace, now = self.bench.workspace, self.bench.now()
        reader, text, started_at, keeper = bar.reader, bar.text, bar.started_at, bar.keeper
        self.say(f"Saving the {read.type} with {reader.account}…")

        def save() -> "Logged":
            from csmdesk.usecases import touchpoints

            keeper.close()
            try:
                return touchpoints.save(workspace, reader.account_id, read, now)
            except BaseException:
                keeper.reopen()
                raise

        def failed(words: str) -> None:
            self.complain(words)
            keeper.note(text, started_at)
            self._mount_bar(Opening(reader, text, started_at, kept=False))

        self.run_job("log-save", save, self._saved, failed)

    def _saved(self, logged: "Logged") -> None:
        self.say(f"{logged_words(logged)} u undoes.")
        workspace = self.bench.workspace
        self.bench.can_undo(
            Undoable(
                f"Took back the {logged.touch.type} with {logged.account}.",
                lambda: _take_back(workspace, logged),
            )
        )
        self.touched(logged.touch.account_id)
        self.bench.book_changed(own=True)
        if logged.op_ids:
            self.bench.sync.nudge()
        if logged.shareable:
            from csmdesk.tui.screens.sharing import offer

            offer(self, logged)

    def on_log_bar_form_asked(self, message: "LogBar.FormAsked") -> None:
        """Open the whole form over the bar."""
        message.stop()
        from csmdesk.tui.dialogs.log_form import LogForm

        bar = message.bar

        def finished(read: "Reading | None") -> None:
            if read is None:
                bar.input.focus()
            else:
                self.save_reading(bar, read)
                self.close_bar()

        self.bench.push_screen(LogForm(self.bench.workspace, bar), finished)


def _prepare(
    workspace: "Workspace", account_id: str, now: datetime, *, call: bool
) -> Opening | Left:
    from csmdesk.usecases import drafts, log_lines

    away = drafts.without_account(workspace, account_id)
    if away is not None:
        return Left(account_id, *away)
    reader = log_lines.line_reader(workspace, account_id)
    draft, form = drafts.taken_up(workspace, reader.account_id)
    started_at, notes = now if call else None, form is not None
    if draft is None:
        return Opening(reader, "", started_at, kept=False, notes=notes)
    return Opening(reader, draft.body, draft.started_at or started_at, kept=True, notes=notes)


def logged_words(logged: "Logged") -> str:
    """Return what was saved: "Logged call with Ana Silva, 25 min. Queued for the CRM."."""
    from csmdesk.domain.touch.describe import TYPE_NAMES

    touch = logged.touch
    parts = [f"Logged {TYPE_NAMES[touch.type]} with {logged.account}"]
    if touch.minutes is not None:
        parts.append(fmt.duration(touch.minutes))
    steps = len(touch.next_steps)
    if steps:
        parts.append(fmt.counted(steps, "next step"))
    if logged.new_names:
        parts.append(f"new: {', '.join(logged.new_names)}")
    text = ", ".join(parts) + "."
    if logged.was:
        text = f"{logged.was} is part of {logged.account} now: it went there. {text}"
    if logged.op_ids:
        text += " Queued for the CRM."
    if logged.warnings:
        text += f" {logged.warnings[0]}"
    return text


def _take_back(workspace: "Workspace", logged: "Logged") -> "str | Question":
    from csmdesk.usecases import touchpoints

    touch_id, account = logged.touch.id, logged.account
    if touchpoints.undo_log(workspace, touch_id, workspace.now()).result != "ask":
        return f"Took back the {logged.touch.type} with {account}: it never left."

    def agreed() -> str:
        undone = touchpoints.undo_log(workspace, touch_id, workspace.now(), sent_too=True)
        words = f"Took back the {logged.touch.type} with {account}"
        if undone.stays and not undone.op_ids:
            return f"{words}; what you linked it with stays in the CRM."
        return f"{words}; the CRM is told at the next sync."

    today = workspace.now().astimezone(workspace.zone).date()
    return touch_question(touchpoints.trace(workspace, touch_id), today, workspace.zone, agreed)
