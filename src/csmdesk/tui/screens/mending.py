"""Mending what is on its way to the CRM, from the screen that lists it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from csmdesk.domain.names import fold
from csmdesk.errors import NothingToUndo
from csmdesk.tui.ink import Piece, line
from csmdesk.tui.outbox_rows import Chain, meant
from csmdesk.tui.picking import Entry
from csmdesk.tui.screens.settling import Settles
from csmdesk.tui.undo import Undoable
from csmdesk.tui.widgets.ask_bar import Preview
from csmdesk.usecases import mending, outbox, outbox_link
from csmdesk.usecases.mending import Mended
from csmdesk.usecases.outbox import Item
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.usecases.attaching import Attached

_STAYS: Final = "The touch stays in your own store."
_SENT_AGAIN: Final = "It is sent again. S sends now; u undoes until then."
_LOOKED_FOR: Final = "It is looked for now; S syncs, u undoes until then."
_DEEDS: Final[Mapping[str, outbox.Deed]] = {
    "retry": "retry",
    "cancel": "cancel",
    "link": "link",
    "edit": "edit",
    "attach": "attach",
}
"""What a command does to an item."""


class Mends(Settles):
    """A screen with one key for each thing that can be done to what waits or failed."""

    def chain(self) -> Chain | None:
        """Return the chain under the cursor."""
        raise NotImplementedError

    def is_latest(self, item: Item) -> bool:
        """Tell whether a touch is the one logged last, which `u` comes to first."""
        raise NotImplementedError

    def works(self, name: str) -> bool:
        """Return whether a command can do something to what is under the cursor."""
        both, chain = self.conflict(), self.chain()
        if name == "cancel" and both is not None:
            return True
        if name == "edit" and both is not None:
            return both.merged is not None
        deed = _DEEDS.get(name)
        if deed is None:
            return super().works(name)
        return chain is not None and not outbox.why_not(meant(chain, deed), deed)

    def nothing_here(self) -> str:
        """Return what is said where no operation is under the cursor."""
        return "There is nothing under the cursor."

    def go_on_at(self, op_id: str) -> None:
        """Be on an operation once the list is read again, or at its place if it waits no more."""
        raise NotImplementedError

    def _mend(
        self,
        work: Callable[[], Mended],
        words: str,
        *,
        unchanged: str = "",
    ) -> None:
        """Do something to an operation in a thread, tell, and let `u` take that back.

        Args:
            work: does it.
            words: what is told.
            unchanged: what is told where it came to nothing, so that `u` has nothing to take back.
        """
        workspace = self.bench.workspace

        def done(mended: Mended) -> None:
            told = words
            if unchanged and mended.item.state == "cancelled":
                told = "That is what the CRM has, so nothing is sent. u undoes."
            if unchanged and not mended.changed:
                told = unchanged
            else:
                self.bench.can_undo(Undoable(told, lambda: _take_back(workspace, mended)))
            self.say(told)
            self.go_on_at(mended.item.op_id)
            self.bench.book_changed(own=True)
            self.bench.sync.refresh()

        self.run_job("mend", work, done)

    def do_retry(self) -> None:
        """Send it again at the next sync, or look for it if it may be there."""
        chain = self._chosen("retry")
        if chain is not None:
            item = chain.worst
            workspace, op_id = self.bench.workspace, item.op_id
            words = _LOOKED_FOR if item.must_look else _SENT_AGAIN
            if not outbox.needs_word(item):
                self._mend(lambda: mending.retry(workspace, op_id), words)
                return
            self.confirm(
                f"Try again? {outbox.MAYBE_THERE}",
                "try it again",
                lambda: self._mend(lambda: mending.retry(workspace, op_id, again=True), words),
            )

    def do_cancel(self) -> None:
        """Give it up, after a question; archive what is there twice."""
        both = self.conflict()
        if both is not None:
            self._drop_ours(both)
            return
        chain = self._chosen("cancel")
        if chain is None:
            return
        item = meant(chain, "cancel")
        workspace, op_id = self.bench.workspace, item.op_id
        ours = "The CRM's value is shown again." if "fields" in item.payload else _STAYS
        if item.may_be_there:
            ours = f"{outbox.maybe_there(item)} {ours}"
        self.confirm(
            f"Not send this? {ours}",
            "do not send it",
            lambda: self._mend(
                lambda: mending.cancel(workspace, op_id),
                f"It is not sent. {ours} u undoes.",
            ),
        )

    def do_edit(self) -> None:
        """Change the text before it is sent, or write what a conflict ends with."""
        both = self.conflict()
        if both is not None:
            self.write_merged(both)
            return
        chain = self._chosen("edit")
        if chain is None:
            return
        found = outbox.editable(chain.head)
        if len(found) == 1:
            self._edit(chain.head, *found[0])
            return
        from csmdesk.tui.dialogs.pick import Pick

        by_name = {name: (name, words, value) for name, words, value in found}
        entries = [
            Entry(name, words, value or "empty", "", lambda: None) for name, words, value in found
        ]

        def picked(entry: Entry | None) -> None:
            if entry is not None:
                self._edit(chain.head, *by_name[entry.key])

        self.bench.push_screen(Pick("which field", entries), picked)

    def _edit(self, item: Item, name: str, words: str, value: str | None) -> None:
        workspace = self.bench.workspace

        def preview(text: str) -> Preview:
            ok = bool(text.strip())
            return Preview(line(Piece("sent like this" if ok else "empty", "muted")), ok=ok)

        def answer(text: str) -> None:
            self._mend(
                lambda: mending.edit(workspace, item.op_id, text, field=name),
                "Changed. S sends it now; u undoes until then.",
                unchanged="Nothing was changed: it says so already.",
            )

        if "\n" in (value or ""):
            from csmdesk.tui.dialogs.text_form import TextForm

            form = TextForm(workspace, item.op_id, item.summary, value or "")
            self.bench.push_screen(form, lambda text: answer(text) if text is not None else None)
            return
        self.ask(words[:1].upper() + words[1:], value or "", preview, answer)

    def do_link(self) -> None:
        """Settle it with a record the user found in the CRM."""
        chain = self._chosen("link")
        if chain is None:
            return
        op_id = chain.head.op_id

        def preview(text: str) -> Preview:
            number = outbox_link.number_in(text)
            if not number:
                hint = "the number at the end of the record's address in the CRM"
                return Preview(line(Piece(hint, "muted")), ok=False)
            return Preview(line(f"it is record {number}, if it is there; nothing is sent"))

        self.ask("It is the record", "", preview, lambda text: self._link(op_id, text))

    def _link(self, op_id: str, text: str, *, anyway: bool = False) -> None:
        workspace = self.bench.workspace

        def work() -> outbox_link.Linked | outbox_link.Misfit:
            try:
                return outbox_link.link(workspace, op_id, text, anyway=anyway)
            except outbox_link.Misfit as unlike:
                return unlike

        def done(made: outbox_link.Linked | outbox_link.Misfit) -> None:
            if isinstance(made, outbox_link.Misfit):
                self.confirm(
                    f"{made} Link it all the same?",
                    "link it",
                    lambda: self._link(op_id, text, anyway=True),
                )
                return
            self.say(f"Linked with {made.record}. Nothing is sent.")
            words = f"It is linked with {made.record}, which u does not undo."
            self.bench.can_undo(Undoable("Linked", lambda: _stays(words)))
            self.bench.book_changed(own=True)
            self.bench.sync.refresh()

        self.say("Looking for that record in the CRM…")
        self.run_job("mend", work, done)

    def do_attach(self) -> None:
        """Let it belong to another account, which is picked."""
        chain = self._chosen("attach")
        if chain is None:
            return
        workspace, op_id = self.bench.workspace, chain.worst.op_id

        def entries() -> list[Entry]:
            from csmdesk.usecases import finding

            by_name = sorted(finding.accounts(workspace), key=lambda each: fold(each.name))
            return [Entry(each.id, each.name, "", "", lambda: None) for each in by_name]

        def picked(entry: Entry | None) -> None:
            if entry is not None:
                self._give(op_id, entry.key)

        from csmdesk.tui.dialogs.pick import Pick

        self.bench.push_screen(Pick("the account it belongs to", [], entries), picked)

    def _give(self, op_id: str, account_id: str) -> None:
        workspace = self.bench.workspace

        def work() -> "Attached":
            from csmdesk.usecases import attaching

            return attaching.attach(workspace, op_id, account_id, workspace.now())

        def done(moved: "Attached") -> None:
            def take_back() -> str:
                from csmdesk.usecases import attaching

                attaching.detach(workspace, moved, workspace.now())
                return "It is where it was before."

            self.say(
                f"“{moved.words}” is with {moved.account} now. S sends it; u undoes until then."
            )
            self.bench.can_undo(Undoable(f"Attached to {moved.account}", take_back))
            self.bench.book_changed(own=True)
            self.bench.sync.refresh()

        self.run_job("mend", work, done)

    def _chosen(self, deed: outbox.Deed) -> Chain | None:
        """Return what is under the cursor if the deed can be done to it; else say why not."""
        if self.conflict() is not None:
            self.complain("Both sides changed it: > sends ours, < takes theirs.")
            return None
        chain = self.chain()
        if chain is None:
            self.complain(self.nothing_here())
            return None
        item = meant(chain, deed)
        reason = outbox.why_not(item, deed)
        if reason and item.state == "done" and deed != "edit" and self.is_latest(item):
            reason = "Already in the CRM; u takes it back there."
        if reason:
            self.complain(reason)
            return None
        return chain


def _take_back(workspace: Workspace, mended: Mended) -> str:
    item = mending.take_back(workspace, mended)
    return f"Taken back: it {outbox.words_of(item)}."


def _stays(words: str) -> str:
    raise NothingToUndo(words)
