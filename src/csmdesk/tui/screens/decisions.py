"""Done, snooze, dismiss, plan: what Today can be told about an account."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from csmdesk.tui import format as fmt
from csmdesk.tui.screens.log_flow import Logs
from csmdesk.tui.undo import Undoable, shown_again

if TYPE_CHECKING:
    from csmdesk.domain.agenda.assess import Assessment
    from csmdesk.domain.agenda.decide import Decided
    from csmdesk.domain.agenda.moment import Moment
    from csmdesk.tui.widgets.ask_bar import Preview
    from csmdesk.usecases.day_plan import Accepted, Planned
    from csmdesk.usecases.workspace import Workspace

_VERBS = {"done": "Done", "snooze": "Snoozed", "dismiss": "Dismissed"}


class Decisions(Logs):
    """A screen on which an account can be done with for now."""

    def judged(self) -> "tuple[Assessment, Moment] | None":
        """Return what is thought of the account under the cursor, and the moment it is for."""
        raise NotImplementedError

    def _subject(self) -> "tuple[Assessment, Moment] | None":
        day = self.shown_day()
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

        def done(planned: "Planned") -> None:
            words = f"{name} is {'in' if into else 'out of'} today's plan"
            words += ", though it cannot wait." if planned.pressing and not into else "."
            again = f"{name} is {'out of' if into else 'back in'} today's plan."
            self._planned(words, planned.change, again)
            self.touched(account_id)
            self.bench.book_changed(own=True)

        self.run_job("decide", lambda: _plan(workspace, account_id, into=into), done)

    def _planned(self, words: str, change: int, again: str) -> None:
        """Tell what the plan is now; it can be taken back, which is told with `again`."""
        workspace = self.bench.workspace
        self.say(f"{words} u undoes.")
        self.bench.can_undo(Undoable(words, lambda: _restore(workspace, change, again)))

    def do_replan(self) -> None:
        """Plan the day anew and accept it."""
        day = self.shown_day()
        if day is not None:
            self._subject()
            return
        workspace = self.bench.workspace

        def work() -> "Accepted":
            from csmdesk.usecases import day_plan

            return day_plan.accept(workspace)

        def done(accepted: "Accepted") -> None:
            words = f"Planned anew: {fmt.counted(len(accepted.planned), 'account')} for today"
            words += f"{_kept(accepted)}."
            again = "Today's plan is what it was before you planned anew."
            self._planned(words, accepted.change, again)
            self.bench.book_changed(own=True)

        self.run_job("decide", work, done)


def _kept(accepted: "Accepted") -> str:
    """Return what of the user's own a new plan left alone: "; 2 put in by you stay so"."""
    own = [entry for entry in accepted.entries if entry.own]
    taken, out = sum(not entry.removed for entry in own), sum(entry.removed for entry in own)
    parts = [f"{taken} put in"] * bool(taken) + [f"{out} taken out"] * bool(out)
    return f"; {' and '.join(parts)} by you stay so" if parts else ""


def _restore(workspace: "Workspace", change: int, words: str) -> str:
    from csmdesk.usecases import day_plan

    day_plan.take_back(workspace, change)
    return words


def _plan(workspace: "Workspace", account_id: str, *, into: bool) -> "Planned":
    from csmdesk.usecases import day_plan

    if into:
        return day_plan.plan(workspace, account_id)
    return day_plan.unplan(workspace, account_id)


def _all_stay(decided: "Decided") -> bool:
    """Tell whether what was said hides nothing: the line stays as it is."""
    return all(cause.stays for cause in decided.causes)


def _undo(workspace: "Workspace", ids: tuple[str, ...]) -> str:
    from csmdesk.usecases import dispositions

    undone = dispositions.undo(workspace, only=ids)
    return shown_again(undone.account, undone.action, undone.types)
