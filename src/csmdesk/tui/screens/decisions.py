"""Done, snooze, dismiss, plan: what Today can be told about an account."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Literal

from csmdesk.tui import format as fmt
from csmdesk.tui.screens.log_flow import Logs
from csmdesk.tui.undo import Undoable, shown_again

if TYPE_CHECKING:
    from csmdesk.domain.agenda.assess import Assessment
    from csmdesk.domain.agenda.decide import Decided
    from csmdesk.domain.agenda.moment import Moment
    from csmdesk.domain.decisions import PlanEntry
    from csmdesk.tui.widgets.ask_bar import Preview
    from csmdesk.usecases.dispositions import Accepted
    from csmdesk.usecases.workspace import Workspace

    PlanBefore = tuple[date, tuple[PlanEntry, ...]]

_VERBS = {"done": "Done", "snooze": "Snoozed", "dismiss": "Dismissed"}


class Decisions(Logs):
    """A screen on which an account can be done with for now."""

    def judged(self) -> "tuple[Assessment, Moment] | None":
        """Return what is thought of the account under the cursor, and the moment it is for."""
        raise NotImplementedError

    def replaying(self) -> date | None:
        """Return the day that is looked at, if it is not now: then nothing may be decided."""
        return None

    def _subject(self) -> "tuple[Assessment, Moment] | None":
        day = self.replaying()
        if day is not None:
            self.complain(
                f"This is {fmt.day_name(day, self.bench.today())}, not now: only look. esc returns."
            )
            return None
        judged = self.judged()
        if judged is None:
            self.complain("There is no account under the cursor.")
        return judged

    def do_done(self) -> None:
        """Mark causes as done."""
        self._mark("Done with", "done")

    def do_dismiss(self) -> None:
        """Say that causes do not apply."""
        self._mark("Dismiss", "dismiss")

    def _mark(self, verb: str, action: 'Literal["done", "dismiss"]') -> None:
        """Ask which causes and why, and say that they are done or do not apply."""
        from csmdesk.tui import deciding
        from csmdesk.usecases import dispositions

        subject = self._subject()
        if subject is None:
            return
        one, moment = subject
        workspace = self.bench.workspace
        act: Callable[..., Decided] = getattr(dispositions, action)
        preview = {"done": deciding.done_preview, "dismiss": deciding.dismiss_preview}[action]

        def answer(text: str) -> None:
            chosen = deciding.read_choice(text, one)
            self._decide(
                one,
                lambda: act(workspace, one.facts.id, types=chosen.types, reason=chosen.reason),
            )

        self._ask(verb, one, "", lambda text: preview(text, one, moment), answer)

    def do_snooze(self) -> None:
        """Let causes sleep until a day."""
        from csmdesk.tui import deciding
        from csmdesk.usecases import dispositions

        subject = self._subject()
        if subject is None:
            return
        one, moment = subject
        workspace = self.bench.workspace

        def answer(text: str) -> None:
            read = deciding.read_snooze(text, moment)
            if read.until is not None:
                until = read.until
                self._decide(
                    one,
                    lambda: dispositions.snooze(workspace, one.facts.id, until, reason=read.reason),
                )

        self._ask(
            "Snooze", one, "+1w", lambda text: deciding.snooze_preview(text, one, moment), answer
        )

    def _ask(
        self,
        verb: str,
        one: "Assessment",
        value: str,
        preview: "Callable[[str], Preview]",
        answer: Callable[[str], None],
    ) -> None:
        from csmdesk.tui.ink import fit

        self.bench.load_writer()
        self.ask(f"{verb} {fit(one.facts.name, 24)}", value, preview, answer)

    def _decide(self, one: "Assessment", work: "Callable[[], Decided]") -> None:
        name = one.facts.name

        def done(decided: "Decided") -> None:
            from csmdesk.tui.deciding import decided_words

            words = decided_words(decided, self.bench.today())
            verb = "Noted for" if _all_stay(decided) else _VERBS[decided.action]
            between = " " if decided.action == "snooze" else ": "
            self.say(f"{verb} {name}{between}{words}. u undoes.")
            workspace = self.bench.workspace
            self.touched(decided.account_id)
            self.bench.can_undo(Undoable(f"{verb} {name}", lambda: _undo(workspace, decided.ids)))
            self.bench.book_changed(own=True)
            if any(cause.signal.type == "promise" for cause in decided.causes):
                # It may be shared with the CRM, which then hears of it soon.
                self.bench.sync.nudge()

        self.run_job("decide", work, done)

    # --- the plan ------------------------------------------------------------------------

    def do_plan(self) -> None:
        """Take the account into today's plan."""
        self._plan(into=True)

    def do_unplan(self) -> None:
        """Take the account out of today's plan."""
        self._plan(into=False)

    def _plan(self, *, into: bool) -> None:
        subject = self._subject()
        if subject is None:
            return
        one, _ = subject
        workspace, account_id, name = self.bench.workspace, one.facts.id, one.facts.name

        def work() -> "PlanBefore":
            before = _plan_before(workspace)
            _plan(workspace, account_id, into=into)
            return before

        def done(before: "PlanBefore") -> None:
            words = f"{name} is {'in' if into else 'out of'} today's plan"
            pressing = not into and (one.must or one.place.tier == 0)
            words += ", though it cannot wait." if pressing else "."
            self.say(f"{words} u undoes.")
            again = f"{name} is {'out of' if into else 'back in'} today's plan."
            self.bench.can_undo(Undoable(words, lambda: _restore(workspace, before, again)))
            self.touched(account_id)
            self.bench.book_changed(own=True)

        self.run_job("decide", work, done)

    def do_replan(self) -> None:
        """Plan the day anew and accept it."""
        day = self.replaying()
        if day is not None:
            self._subject()
            return
        workspace = self.bench.workspace

        def work() -> "tuple[PlanBefore, Accepted]":
            from csmdesk.usecases import dispositions

            before = _plan_before(workspace)
            return before, dispositions.accept_plan(workspace)

        def done(came_to: "tuple[PlanBefore, Accepted]") -> None:
            before, accepted = came_to
            words = f"Planned anew: {fmt.counted(len(accepted.planned), 'account')} for today"
            words += f"{_kept(accepted)}."
            self.say(f"{words} u undoes.")
            again = "Today's plan is what it was before you planned anew."
            self.bench.can_undo(Undoable(words, lambda: _restore(workspace, before, again)))
            self.bench.book_changed(own=True)

        self.run_job("decide", work, done)


def _kept(accepted: "Accepted") -> str:
    """Return what of the user's own a new plan left alone: "; 2 put in by you stay so"."""
    own = [entry for entry in accepted.entries if entry.own]
    taken, out = sum(not entry.removed for entry in own), sum(entry.removed for entry in own)
    parts = [f"{taken} put in"] * bool(taken) + [f"{out} taken out"] * bool(out)
    return f"; {' and '.join(parts)} by you stay so" if parts else ""


def _plan_before(workspace: "Workspace") -> "PlanBefore":
    from csmdesk.usecases import dispositions

    day = workspace.now().astimezone(workspace.zone).date()
    return day, dispositions.planned(workspace, day)


def _restore(workspace: "Workspace", before: "PlanBefore", words: str) -> str:
    from csmdesk.usecases import dispositions

    dispositions.restore_plan(workspace, *before)
    return words


def _plan(workspace: "Workspace", account_id: str, *, into: bool) -> None:
    from csmdesk.usecases import dispositions

    if into:
        dispositions.plan(workspace, account_id)
    else:
        dispositions.unplan(workspace, account_id)


def _all_stay(decided: "Decided") -> bool:
    """Tell whether what was said hides nothing: the line stays as it is."""
    return all(cause.stays for cause in decided.causes)


def _undo(workspace: "Workspace", ids: tuple[str, ...]) -> str:
    from csmdesk.usecases import dispositions

    undone = dispositions.undo(workspace, only=ids)
    return shown_again(undone.account, undone.action, undone.types)
