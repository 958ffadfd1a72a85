"""Sharing next steps and milestones with the CRM, from a screen that is about one account."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from csmdesk.tui import share_rows
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.undo import Question, Undoable

if TYPE_CHECKING:
    from csmdesk.tui.picking import Entry
    from csmdesk.usecases.sharing import Shared, Step
    from csmdesk.usecases.touchpoints import Logged
    from csmdesk.usecases.workspace import Workspace


class Shares(Frame):
    """A screen with `t`. It has to say which account it is about."""

    def account(self) -> str | None:
        """Return the account the screen is about."""
        raise NotImplementedError

    def do_share(self) -> None:
        """List the account's open next steps and milestones, to share one or to take it back."""
        account_id = self.account()
        if account_id is None:
            self.complain("There is no account under the cursor.")
            return
        workspace, now = self.bench.workspace, self.bench.now()

        def read() -> "tuple[Step, ...]":
            from csmdesk.usecases import sharing

            return sharing.steps(workspace, account_id, now)

        self.run_job("share-read", read, lambda found: self._offer(account_id, found))

    def _offer(self, account_id: str, found: "Sequence[Step]") -> None:
        from csmdesk.tui.dialogs.pick import Pick

        if not found:
            self.complain("There is no open next step and no open milestone to share.")
            return
        today = self.bench.today()
        steps = {step.id: step for step in found}
        entries = [share_rows.entry(step, today) for step in found]

        def picked(entry: "Entry | None") -> None:
            if entry is not None:
                self._turn(account_id, steps[entry.key])

        self.bench.push_screen(Pick("enter shares it, or takes it back", entries, room=36), picked)

    def _turn(self, account_id: str, step: "Step") -> None:
        if not step.standing:
            share_steps(self, account_id, (step.id,))
        elif step.standing in ("sent", "done"):
            self.confirm(
                f"Archive the task “{share_rows.shortened(step.text)}” in the CRM?",
                "archive it there; the step stays here",
                lambda: self._unshare(account_id, step),
            )
        else:
            self._unshare(account_id, step)

    def _unshare(self, account_id: str, step: "Step") -> None:
        workspace, now = self.bench.workspace, self.bench.now()

        def work() -> "Shared":
            from csmdesk.usecases import sharing

            return sharing.unshare(workspace, account_id, [step.id], now)

        def done(made: "Shared") -> None:
            words = share_rows.unshared_words(made)
            self.say(f"{words} u undoes.")
            self.bench.can_undo(Undoable(words, lambda: _share_again(workspace, account_id, step)))
            self.bench.book_changed(own=True)
            self.bench.sync.nudge()

        self.run_job("share", work, done)


def share_steps(screen: Frame, account_id: str, ids: Sequence[str]) -> None:
    """Share steps in a thread and tell on the screen what came of it."""
    workspace, now = screen.bench.workspace, screen.bench.now()

    def work() -> "Shared":
        from csmdesk.usecases import sharing

        return sharing.share(workspace, account_id, ids, now)

    def done(made: "Shared") -> None:
        words = share_rows.shared_words(made, screen.bench.today())
        screen.say(f"{words} u undoes.")
        shared = [step.id for step in made.steps]
        screen.bench.can_undo(Undoable(words, lambda: _take_back(workspace, account_id, shared)))
        screen.bench.book_changed(own=True)
        screen.bench.sync.nudge()

    screen.run_job("share", work, done)


def offer(screen: Frame, logged: "Logged") -> None:
    """Ask whether to share the next steps of a touch just logged, if the user wants that."""
    wanted = screen.bench.workspace.config.sync.share_next_steps == "ask"
    ids = logged.shareable
    if not wanted or not ids:
        return
    steps = [step.text for step in logged.touch.next_steps if step.id in ids]
    one = len(steps) == 1
    what = f"“{share_rows.shortened(steps[0])}”" if one else f"{len(steps)} next steps"
    screen.confirm(
        f"Share {what} with the CRM as {'a task' if one else 'tasks'}?",
        "share",
        lambda: share_steps(screen, logged.touch.account_id, ids),
    )


def _take_back(workspace: "Workspace", account_id: str, ids: Sequence[str]) -> str | Question:
    from csmdesk.usecases import sharing

    def unshare() -> str:
        made = sharing.unshare(workspace, account_id, ids, workspace.now())
        return share_rows.unshared_words(made)

    found = sharing.steps(workspace, account_id, workspace.now())
    there = [step for step in found if step.id in ids and step.standing in ("sent", "done")]
    if not there:
        return unshare()
    what = f"“{share_rows.shortened(there[0].text)}”" if len(there) == 1 else f"{len(there)} tasks"
    return Question(f"Archive {what} in the CRM too?", "archive in the CRM", unshare)


def _share_again(workspace: "Workspace", account_id: str, step: "Step") -> str:
    from csmdesk.usecases import sharing

    sharing.share(workspace, account_id, [step.id], workspace.now())
    return f"“{share_rows.shortened(step.text)}” is shared again."
