"""Attaching what was written about an account that left the CRM to another account.

The touch moves with its next steps, and what is to be sent of it moves along. Nothing is sent that
could be there already: a touch whose first sending is in doubt is not moved.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from csmdesk.domain.sharing import payload_of, task_summary
from csmdesk.domain.touchpoints import Effect, effects_of, link_of, summary_of, title_of
from csmdesk.errors import InputError
from csmdesk.store.queries import sharing as share_queries
from csmdesk.store.queries import touch as queries
from csmdesk.store.queries.earlier import whole_touch
from csmdesk.store.queries.touch import StoredTouch
from csmdesk.usecases import outbox
from csmdesk.usecases.log_lines import known_account
from csmdesk.usecases.outbox import Item
from csmdesk.usecases.sharing import told
from csmdesk.usecases.touchpoints import NewId, new_uuid, ties
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.store.commands.attaching import Standing


@dataclass(frozen=True, slots=True)
class Attached:
    """A touch that was moved to another account.

    Attributes:
        account: the name of the account it belongs to now.
        words: what it is about.
        op_ids: the operations queued for it.
        was_at: the account it belonged to.
        was_of: the meeting it was the record of, if any.
        before: the operations as they stood, to be put back.
        told: how what is in the CRM already was told, by operation.
    """

    touchpoint_id: str
    account_id: str
    account: str
    words: str
    op_ids: tuple[str, ...]
    was_at: str
    was_of: str | None
    before: "tuple[Standing, ...]"
    told: tuple[tuple[str, str], ...]


def attach(
    workspace: Workspace, op_id: str, account_id: str, now: datetime, *, new_id: NewId = new_uuid
) -> Attached:
    """Let the touch that an operation is about belong to another account, and be sent as such.

    What the CRM has of it already is linked to the other company; what it does not have is made
    there. Its next steps move along.

    Args:
        workspace: where.
        op_id: an operation about the touch or one of its next steps.
        account_id: the account it is to belong to.
        now: the instant.
        new_id: makes ids; for tests.

    Raises:
        InputError: the operation is about something else, is settled or may have arrived, or the
            other account is not in the CRM.
        UnknownAccount: no account in sight has the id.
    """
    item = outbox.get(workspace, op_id)
    reason = outbox.why_not(item, "attach")
    if reason:
        raise InputError(reason, "Nothing was changed.")
    with workspace.store.writing() as connection:
        return _Move(connection, workspace, item, account_id, now, new_id).made()


def detach(workspace: Workspace, attached: Attached, now: datetime) -> None:
    """Take the attaching back, as long as nothing was sent of it.

    Raises:
        InputError: it was sent in the meantime.
    """
    from csmdesk.store.commands import attaching as commands
    from csmdesk.store.commands import edits

    with workspace.store.writing() as connection:
        standing = commands.operations(connection, attached.touchpoint_id)
        queued = [each for each in standing if each.op_id in attached.op_ids]
        unsent = all(each.sent_at is None for each in queued)
        if not unsent or not commands.put_back(connection, attached.before):
            raise InputError(
                "It was sent in the meantime.", f"It stays with {attached.account}; x gives it up."
            )
        for op_id, summary in attached.told:
            edits.summarise(connection, op_id, summary)
        for each in queued:
            edits.drop_operation(connection, each.op_id, now)
        commands.move_touch(connection, attached.touchpoint_id, attached.was_at, attached.was_of)


class _Move:
    """One touch on its way to another account, inside its transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        workspace: Workspace,
        item: Item,
        account_id: str,
        now: datetime,
        new_id: NewId,
    ) -> None:
        from csmdesk.store.commands import attaching as commands

        self._connection = connection
        self._workspace = workspace
        self._account_id = account_id
        self._now = now
        self._new_id = new_id
        self._touch = _touch_of(connection, item)
        self._account = known_account(connection, account_id)
        self._operations = commands.operations(connection, self._touch.id)
        self._summary = item.summary
        self._queued: list[str] = []

    def made(self) -> Attached:
        """Move the touch and what is to be sent of it."""
        from csmdesk.store.commands import attaching as commands

        moving = self._insist_movable()
        commands.move_touch(self._connection, self._touch.id, self._account_id, None)
        commands.assign(self._connection, [each.op_id for each in moving], self._account_id)
        for each in moving:
            if each.kind == "create":
                self._create(each)
        for each in moving:
            if each.kind == "update" and "fields" not in each.payload:
                self._instead_of_meeting(each)
        there = [each for each in self._operations if each.state == "done"]
        made = [each for each in there if each.kind == "create"]
        for each in made:
            self._tell_anew(each)
            self._link(each)
        return Attached(
            self._touch.id,
            self._account_id,
            self._account,
            self._summary,
            tuple(self._queued),
            self._touch.account_id,
            self._touch.meeting_id,
            moving,
            tuple((each.op_id, each.summary) for each in made),
        )

    def _insist_movable(self) -> "tuple[Standing, ...]":
        """Return the operations that are not settled; insist that nothing can get there twice."""
        still = set(queries.connections_of(self._connection, self._touch.account_id))
        held = set(queries.connections_of(self._connection, self._account_id))
        live = tuple(each for each in self._operations if each.open)
        if self._account_id == self._touch.account_id:
            raise InputError(f"It is with {self._account} already.", "Nothing was changed.")
        if not {each.connection for each in live} <= held:
            raise InputError(
                f"{self._account} is not in the CRM, so nothing can be linked to it there.",
                "Choose an account that is.",
            )
        for each in live:
            makes = each.kind == "create" or (
                each.kind == "update" and "fields" not in each.payload
            )
            if each.state in ("sending", "uncertain") or (makes and not _surely_not_there(each)):
                raise InputError(outbox.IN_DOUBT, "Nothing was changed.")
        for each in self._operations:
            if each.state != "done":
                continue
            if each.kind == "create" and each.connection in still:
                raise InputError(
                    "It is in the CRM already, at an account that is still there.",
                    "Change it there.",
                )
            if each.kind == "update" and "fields" not in each.payload:
                raise InputError("It is in the notes of a meeting of the CRM.", "Change it there.")
        return live

    def _create(self, each: "Standing") -> None:
        """Let a creation of which nothing arrived say whose it is now, and link to that."""
        from csmdesk.store.commands import outbox_states

        if each.entity == "touchpoint":
            title = title_of(self._touch.type, self._account)
            payload: dict[str, object] = {**each.payload, "title": title}
            summary = summary_of(title, self._touch.text)
        else:
            row = share_queries.step(self._connection, "next_step", each.local_id)
            shares = share_queries.active(self._connection, each.connection, (each.local_id,))
            if row is None or not shares:
                return
            today = self._now.astimezone(self._workspace.zone).date()
            values = shares[0].base
            payload = payload_of(told(self._connection, self._workspace, row, today), values)
            summary = task_summary(self._account, values.title)
        outbox_states.rewrite(self._connection, each.op_id, payload, summary=summary)
        self._link(each)

    def _tell_anew(self, made: "Standing") -> None:
        """Say in the outbox whose it is now; what the CRM calls it stays as it was sent."""
        from csmdesk.store.commands import edits

        words = task_summary(self._account, str(made.payload.get("title") or ""))
        if made.entity == "touchpoint":
            words = summary_of(title_of(self._touch.type, self._account), self._touch.text)
        edits.summarise(self._connection, made.op_id, words)

    def _link(self, made: "Standing") -> None:
        """Link what a creation makes, or has made, to the other company."""
        from csmdesk.store.commands import edits

        for each in self._operations:
            stale = each.payload.get("to_type") == "company" or each.state == "failed"
            if each.kind == "associate" and each.depends_on == made.op_id and each.open and stale:
                edits.drop_operation(self._connection, each.op_id, self._now)
        words = (
            title_of(self._touch.type, self._account)
            if made.entity == "touchpoint"
            else task_summary(self._account)
        )
        effect = link_of(
            made.connection,
            made.object_type,
            words,
            ("company", self._account_id),
            made.op_id,
            self._new_id(),
        )
        self._queue((effect,), made.entity, made.local_id)

    def _instead_of_meeting(self, each: "Standing") -> None:
        """Make a record of its own of what was to be the notes of a meeting."""
        from csmdesk.store.commands import edits

        edits.drop_operation(self._connection, each.op_id, self._now)
        touch = whole_touch(self._connection, self._touch.id)
        if touch is None:
            return
        mine = [tie for tie in ties(self._connection, touch) if tie.connection == each.connection]
        effects = effects_of(touch, self._account, mine, self._new_id)
        self._queue(effects, "touchpoint", self._touch.id)

    def _queue(self, effects: Sequence[Effect], entity: str, local_id: str) -> None:
        from csmdesk.store.commands.outbox import enqueue

        enqueue(
            self._connection,
            effects,
            entity=entity,
            local_id=local_id,
            account_id=self._account_id,
            now=self._now,
        )
        self._queued += (effect.op_id for effect in effects)


def _touch_of(connection: sqlite3.Connection, item: Item) -> StoredTouch:
    """Return the touch of ours that an operation is about."""
    found: str | None = item.local_id
    if item.entity == "next_step":
        row = share_queries.step(connection, "next_step", item.local_id)
        found = None if row is None else row.parent
    touch = None if found is None else queries.touch(connection, found)
    if touch is None or touch.withdrawn:
        raise InputError(
            "It does not come from a touch of yours.", "Write it anew with the other account."
        )
    return touch


def _surely_not_there(each: "Standing") -> bool:
    """Return whether nothing of it can be there; a record that is gone took no change either."""
    return each.untouched or (
        each.kind == "update"
        and each.state in ("pending", "failed")
        and each.error_class == "missing"
    )
