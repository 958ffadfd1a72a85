"""Saying how it ends when both sides changed something, from a screen that shows both."""

from typing import TYPE_CHECKING, ClassVar

from csmdesk.tui.background import SETTLED_AFTER
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.undo import Undoable

if TYPE_CHECKING:
    from csmdesk.usecases.conflicts import Conflict, How
    from csmdesk.usecases.workspace import Workspace

_ENDINGS: "dict[How, str]" = {
    "ours": "Ours is queued for the CRM.",
    "theirs": "Theirs stands.",
    "merge": "Both in one is queued for the CRM.",
    "archive": "The second record is archived at the next sync.",
    "keep": "Both records stay.",
}


_WAYS: "dict[str, tuple[How, ...]]" = {
    "take_ours": ("ours",),
    "take_theirs": ("theirs",),
    "take_both": ("merge", "keep"),
}
"""How a conflict can end by a command."""


class Settles(Frame):
    """A screen with one key for each way a conflict can end."""

    AGREED: ClassVar[str] = "Both sides agree on what is under the cursor."
    """What is said when there is nothing to settle."""

    def conflict(self) -> "Conflict | None":
        """Return the conflict under the cursor."""
        raise NotImplementedError

    def works(self, name: str) -> bool:
        """Return whether the conflict under the cursor can end in the way of a command."""
        ways = _WAYS.get(name)
        if ways is None:
            return super().works(name)
        both = self.conflict()
        return both is not None and any(way in both.choices for way in ways)

    def do_take_ours(self) -> None:
        """Send ours."""
        self._settle("ours")

    def do_take_theirs(self) -> None:
        """Take theirs."""
        self._settle("theirs")

    def do_take_both(self) -> None:
        """Send both texts in one, or keep both records."""
        both = self.conflict()
        self._settle("keep" if both is not None and both.twice else "merge")

    def _settle(self, how: "How") -> None:
        both = self.conflict()
        if both is None:
            self.complain(self.AGREED)
        elif how in both.choices:
            self.settle(both, how)
        elif both.twice:
            self.complain("It is in the CRM twice: x archives the second one, = keeps both.")
        else:
            self.complain(f"Two values of the {both.words} cannot be one: > ours, < theirs.")

    def _drop_ours(self, both: "Conflict") -> None:
        if not both.twice:
            self.confirm(
                f"Not send ours? The CRM's {both.words} stands.",
                "take theirs",
                lambda: self.settle(both, "theirs"),
            )
            return
        self.confirm(
            f"Archive record {both.theirs} in the CRM? Record {both.ours} stays.",
            "archive it",
            lambda: self.settle(both, "archive"),
        )

    def write_merged(self, both: "Conflict") -> None:
        """Let the user write what a conflict of texts ends with, beginning from both in one."""
        from csmdesk.tui.dialogs.text_form import TextForm

        if both.merged is None:
            self._settle("merge")
            return

        def written(text: str | None) -> None:
            if text is not None:
                self.settle(both, "merge", text)

        title = f"{both.record} with {both.account}"
        self.bench.push_screen(
            TextForm(self.bench.workspace, both.id, title, both.merged.text), written
        )

    def settle(self, both: "Conflict", how: "How", text: str | None = None) -> None:
        """Settle a conflict in a thread, and tell."""
        workspace = self.bench.workspace

        def work() -> "Conflict":
            from csmdesk.tui.dialogs.text_form import PLACE
            from csmdesk.usecases import conflicts, drafts

            settled = conflicts.settle(workspace, both.id, how, workspace.now(), text=text)
            drafts.drop_draft(workspace, PLACE, both.id)
            return settled

        def done(settled: "Conflict") -> None:
            what = settled.about.removeprefix("the ")
            until = "" if how in ("theirs", "keep") else " until it is sent"
            self.say(f"Settled: {what}. {_ENDINGS[how]} u undoes{until}.")
            self.bench.can_undo(
                Undoable(f"The {what} waits again.", lambda: _reopen(workspace, settled))
            )
            self.bench.book_changed(own=True)
            self.bench.sync.nudge(SETTLED_AFTER)

        self.run_job("settle", work, done)


def _reopen(workspace: "Workspace", both: "Conflict") -> str:
    from csmdesk.usecases import conflicts

    conflicts.reopen(workspace, both, workspace.now())
    return f"T{both.about[1:]} waits for your word again."
