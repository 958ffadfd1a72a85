"""Changing fields and texts from the page of an account."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from csmdesk.tui import conflict_rows
from csmdesk.tui.ink import Piece, fit, line
from csmdesk.tui.picking import Entry
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.undo import Undoable
from csmdesk.tui.widgets.ask_bar import Preview

if TYPE_CHECKING:
    from csmdesk.usecases.edit_writing import Edit
    from csmdesk.usecases.editing import Editable
    from csmdesk.usecases.timeline import Event
    from csmdesk.usecases.workspace import Workspace

HEALTH = "health"


class Edits(Frame):
    """A screen with `e` for the fields of an account and of what belongs to it."""

    def do_set_health(self) -> None:
        """Set the account's colour; screens with its health do."""
        raise NotImplementedError

    def pick_field(self, account_id: str) -> None:
        """Ask which field of the account, its contracts and its people to change."""
        workspace = self.bench.workspace

        def read() -> "list[Editable]":
            from csmdesk.usecases import edit_targets, editing

            return [
                each
                for target in edit_targets.targets(workspace, account_id)
                for each in editing.editable(workspace, target.entity, target.local_id)
            ]

        def pick(found: "list[Editable]") -> None:
            from csmdesk.tui.dialogs.pick import Pick

            by_key = {f"{each.entity}:{each.local_id}:{each.field.name}": each for each in found}
            entries = [
                Entry(
                    key,
                    each.field.words,
                    f"{each.name}: {conflict_rows.spelled(each.field.kind, each.value)}",
                    "" if each.goes or each.why_not else "here",
                    lambda: None,
                )
                for key, each in by_key.items()
            ]
            colour = Entry(HEALTH, "health colour", "set it against the score", "", lambda: None)

            def picked(entry: Entry | None) -> None:
                if entry is None:
                    return
                if entry.key == HEALTH:
                    self.do_set_health()
                else:
                    self._ask_for(by_key[entry.key])

            self.bench.push_screen(Pick("which field: title ana, forecast…", [*entries, colour]),
                                   picked)  # fmt: skip

        self.run_job("edit-fields", read, pick)

    def _ask_for(self, one: "Editable") -> None:
        if one.why_not:
            self.complain(one.why_not)
            return
        value = one.value or ""
        if one.field.kind == "flag":
            value = "yes" if one.value == "true" else "no"
        elif one.field.choices:
            value = value.replace("_", " ")
        label = f"{one.field.words} of {fit(one.name, 24)}"
        self.ask(
            label[:1].upper() + label[1:],
            value,
            lambda text: preview(one, text),
            lambda text: self.change(
                one.entity, one.local_id, {one.field.name: text}, {one.field.name: one.value}
            ),
        )

    def edit_text(self, event: "Event") -> None:
        """Open the text of a touch, if it can be changed."""
        workspace = self.bench.workspace

        def read() -> "tuple[Editable, ...]":
            from csmdesk.usecases import editing

            return editing.editable(workspace, "touchpoint", event.id)

        def written(text: str | None) -> None:
            if text is not None:
                self.change("touchpoint", event.id, {"text": text}, {"text": event.text})

        def opened(found: "tuple[Editable, ...]") -> None:
            from csmdesk.tui.dialogs.text_form import TextForm

            if not found or found[0].why_not:
                self.complain(found[0].why_not if found else "This touch is not there any more.")
                return
            title = f"What you noted on {event.at:%d %b}"
            self.bench.push_screen(
                TextForm(workspace, event.id, title, found[0].value or ""), written
            )

        self.run_job("edit-text", read, opened)

    def change(
        self,
        entity: str,
        local_id: str,
        typed: Mapping[str, str],
        seen: Mapping[str, str | None],
    ) -> None:
        """Change fields in a thread, and tell."""
        workspace, now = self.bench.workspace, self.bench.now()

        def work() -> "Edit":
            from csmdesk.tui.dialogs.text_form import PLACE
            from csmdesk.usecases import drafts, editing

            made = editing.change(workspace, entity, local_id, typed, now, seen=seen)
            if entity == "touchpoint":
                drafts.drop_draft(workspace, PLACE, local_id)
            return made

        self.run_job("edit-save", work, self._changed)

    def _changed(self, made: "Edit") -> None:
        if not made.changes:
            self.say("Nothing to change: it says so already.")
            return
        words = changed_words(made)
        self.say(f"{words} u undoes.")
        workspace = self.bench.workspace
        self.bench.can_undo(Undoable(words, lambda: _take_back(workspace, made)))
        self.bench.book_changed(own=True)
        if made.op_ids:
            self.bench.sync.nudge()


def preview(one: "Editable", text: str) -> Preview:
    """Return what an answer would do to a field."""
    from csmdesk.domain.two_sided.fields import typed_value

    try:
        value = typed_value(one.field, text)
    except ValueError as error:
        return Preview(line(Piece(str(error), "yellow")), ok=False)
    before, after = (conflict_rows.spelled(one.field.kind, v) for v in (one.value, value))
    where = "also in the CRM" if one.goes else "kept here"
    if value == one.value:
        return Preview(line(Piece(f"{after}, as it is", "muted")))
    return Preview(line(f"{before} → {after}", Piece(f" · {where}", "muted")))


def changed_words(made: "Edit") -> str:
    """Return what was changed: "Title of Ana Silva is CTO. Queued for the CRM."."""
    from csmdesk.domain.two_sided.fields import FIELDS

    first = made.changes[0]
    field = FIELDS[first.entity, first.field]
    if field.kind == "prose":
        text = "What you noted is changed."
    else:
        after = conflict_rows.spelled(field.kind, first.after)
        text = f"{first.words[:1].upper()}{first.words[1:]} of {made.name} is {after}."
    return f"{text} Queued for the CRM." if made.op_ids else text


def _take_back(workspace: "Workspace", made: "Edit") -> str:
    from csmdesk.usecases import editing

    editing.take_back(workspace, made, workspace.now())
    names = " and ".join(each.words for each in made.changes)
    return f"The {names} of {made.name} is what it was before."
