"""Mending what is on its way to the CRM: trying again, changing, giving up; and taking that back.

What was mended is taken back exactly, as long as nothing has happened to it since.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csmdesk.errors import InputError, NothingToUndo
from csmdesk.store.queries import outbox as queries
from csmdesk.text import clean_text
from csmdesk.usecases import editing, outbox
from csmdesk.usecases.conflicts import give_up
from csmdesk.usecases.outbox import MAYBE_THERE, Item, get, insist, needs_word, why_not
from csmdesk.usecases.touchpoints import new_uuid
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.store.commands.position import Position


@dataclass(frozen=True, slots=True)
class Mended:
    """Something that was done to an operation.

    Attributes:
        item: the operation as it stands now, or the one that took its place.
        before: how everything about its record stood before.
        after: how it stood right after.
    """

    item: Item
    before: "Position"
    after: "Position"

    @property
    def changed(self) -> bool:
        """Whether it came to anything."""
        return self.before != self.after


def retry(workspace: Workspace, op_id: str, *, again: bool = False) -> Mended:
    """Let the next sync try an operation at once, on the user's word.

    What is in doubt is looked for now; it is sent again only when it was not found often enough.

    Args:
        workspace: where.
        op_id: the operation.
        again: the user knows that a failed creation may be in the CRM already.

    Raises:
        InputError: there is no such operation, it is settled or on its way, or it may be in the
            CRM and the user has not said that they know.
    """
    from csmdesk.store.commands import outbox_states as commands

    item = get(workspace, op_id)
    if needs_word(item) and not again:
        raise InputError(
            MAYBE_THERE,
            "Look there and link it; or say that it is to be tried again all the same.",
        )

    def step(connection: sqlite3.Connection) -> str:
        try_it = commands.look_again if item.must_look else commands.retry
        insist(item, "retried", changed=try_it(connection, item.op_id))
        return item.op_id

    return _mended(workspace, item, step)


def cancel(workspace: Workspace, op_id: str) -> Mended:
    """Give an operation up, and what depends on it. A touch itself stays.

    Of a changed field the CRM's value is shown again, unless it is the user's own word.

    Raises:
        InputError: there is no such operation, or it is settled or on its way.
    """
    from csmdesk.store.commands import outbox_states as commands

    item, now = get(workspace, op_id), workspace.now()

    def step(connection: sqlite3.Connection) -> str:
        insist(item, "cancelled", changed=commands.cancel(connection, item.op_id, now))
        if "fields" in item.payload:
            give_up(connection, item.op_id, tuple(item.payload["fields"]), now)
        return item.op_id

    return _mended(workspace, item, step)


def edit(workspace: Workspace, op_id: str, text: str, *, field: str | None = None) -> Mended:
    """Change the text of an operation of which nothing can have arrived, here as well.

    Of a changed field it is the value that is changed; what was refused gives way to a new
    operation.

    Args:
        workspace: where.
        op_id: the operation.
        text: the new text or value.
        field: which field, as the book format or a colleague calls it; needed where there are
            several.

    Raises:
        InputError: it was sent already, has no text or no such field, or the value is none.
    """
    from csmdesk.store.commands import outbox_states as commands

    item, now = get(workspace, op_id), workspace.now()
    reason = why_not(item, "edit")
    if reason:
        there = item.state == "done"
        raise InputError(
            reason, "On the command line: csmdesk edit." if there else "Nothing was changed."
        )
    named = _meant(item, field)
    if named in ("text", "notes") and not text.strip():
        raise InputError(
            "An empty text would be sent, and nothing was changed.",
            "To send nothing, cancel it; to take the touch back: csmdesk undo.",
        )

    def step(connection: sqlite3.Connection) -> str:
        if item.entity == "touchpoint" or "fields" in item.payload:
            made = editing.change_in(
                connection, item.entity, item.local_id, {named: text}, now, {}, new_uuid
            )
            kept = item.op_id in made.op_ids or not made.op_ids
            return item.op_id if kept else made.op_ids[-1]
        payload = {**item.payload, "text": clean_text(text).strip()}
        insist(item, "edited", changed=commands.rewrite(connection, item.op_id, payload))
        return item.op_id

    return _mended(workspace, item, step)


def take_back(workspace: Workspace, mended: Mended) -> Item:
    """Let an operation stand as it stood before it was mended, with all that was given up with it.

    Returns:
        the operation, as it stands again.

    Raises:
        NothingToUndo: something has happened to it since; nothing was changed.
    """
    from csmdesk.store.commands.position import put_back

    with workspace.store.writing() as connection:
        if not put_back(connection, mended.before, mended.after, workspace.now()):
            raise NothingToUndo(
                "Something has happened to it since, so that is not taken back.",
                "6 shows how it stands.",
            )
    return get(workspace, mended.item.op_id)


def _mended(workspace: Workspace, item: Item, step: Callable[[sqlite3.Connection], str]) -> Mended:
    """Do a step that returns which operation stands for it now, and note what it changed."""
    from csmdesk.store.commands.position import position

    about = (item.entity, item.local_id)
    with workspace.store.writing() as connection:
        before = position(connection, *about)
        op_id = step(connection)
        after = position(connection, *about)
        now_there = queries.item(connection, op_id)
    return Mended(
        item if now_there is None else outbox.seen(now_there, workspace.zone), before, after
    )


def _meant(item: Item, field: str | None) -> str:
    """Return which field of an operation is meant."""
    found = outbox.editable(item)
    wanted = None if field is None else field.replace("-", "_").casefold()
    fitting = [
        name
        for name, words, _ in found
        if wanted in (None, name, words.replace("-", "_").casefold())
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = [words for _, words, _ in found]
    listed = (
        " and ".join(names[-2:]) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
    )
    raise InputError(
        f"It changes {listed}, so say which.",
        f"csmdesk outbox edit {item.op_id[:8]} VALUE --field {found[0][0].replace('_', '-')}",
    )
