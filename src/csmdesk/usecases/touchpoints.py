"""Logging a touch: reading the line, saving it, changing one's mind.

Saving is one transaction: the touch, its next steps, the mood of those present, the names nobody
has yet, and what is to be sent to the CRM are all there afterwards, or none of them is.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Literal
from uuid import uuid4

from csmdesk.domain.records import Touchpoint
from csmdesk.domain.touch.reading import Reading
from csmdesk.domain.touchpoints import (
    MEETING_KINDS,
    Entry,
    NewPerson,
    Tie,
    effects_of,
    observations_of,
    removal_of,
    touch_of,
)
from csmdesk.errors import InputError, NothingToUndo
from csmdesk.store.queries import book_info
from csmdesk.store.queries import touch as queries
from csmdesk.store.queries.touch import StoredTouch
from csmdesk.text import clean_text
from csmdesk.usecases.absent import followed
from csmdesk.usecases.drafts import LOG_BAR
from csmdesk.usecases.log_lines import known_account, line_reader, refuse_problems
from csmdesk.usecases.workspace import Workspace

NewId = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Trace:
    """What tells a touch from the others, and whether it may have left.

    Attributes:
        crm: the kind of CRM that has it or may have it: "hubspot"; None if it never left.
        tasks: how many of its next steps are tasks there, or may be.
        linked: how many records there it was linked with that we did not make: they stay.
        made: how many there we made, or may have.
    """

    touchpoint_id: str
    account_id: str
    account: str
    type: str
    at: datetime
    text: str
    crm: str | None
    tasks: int = 0
    linked: int = 0
    made: int = 0


def new_uuid() -> str:
    """Return a random UUID as text."""
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Logged:
    """What was saved.

    Attributes:
        touch: the touchpoint.
        account: the account's name.
        new_names: people nobody knew yet.
        observed_ids: contacts whose sentiment this touch changed.
        op_ids: operations waiting to be sent, in their order.
        resets_cadence: whether it counts as a customer touch.
        warnings: what may have been meant otherwise.
        shareable: our next steps that could be shared with the CRM and are not.
        was: the account it was written on, which is part of this one now; else empty.
    """

    touch: Touchpoint
    account: str
    new_names: tuple[str, ...]
    observed_ids: tuple[str, ...]
    op_ids: tuple[str, ...]
    resets_cadence: bool
    warnings: tuple[str, ...]
    shareable: tuple[str, ...] = ()
    was: str = ""

    def document(self) -> dict[str, object]:
        """Return what `csmdesk log --json` prints."""
        touch = self.touch
        return {
            "touchpoint_id": touch.id,
            "account_id": touch.account_id,
            "type": touch.type,
            "at": _spelled(touch.at),
            "minutes": touch.minutes,
            "attendee_ids": list(touch.attendee_ids),
            "outcome": touch.outcome,
            "sentiment": touch.sentiment,
            "text": touch.text,
            "next_steps": [
                {"id": step.id, "text": step.text, "side": step.side}
                | ({"due_on": step.due_on.isoformat()} if step.due_on is not None else {})
                for step in touch.next_steps
            ],
            "outbox": list(self.op_ids),
        }


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a touch back came to.

    Attributes:
        touchpoint_id: which touch.
        account_id: whose.
        result: `removed`: it never left and is gone. `ask`: it is at the CRM, nothing was done
            yet; call again with `sent_too`. `withdrawn`: it counts no more here, and its removal
            there is queued.
        op_ids: the removals queued.
        stays: how many records stay there because we did not make them: the user named them.
    """

    touchpoint_id: str
    account_id: str
    result: Literal["removed", "ask", "withdrawn"]
    op_ids: tuple[str, ...] = ()
    stays: int = 0


def log(
    workspace: Workspace,
    account_id: str,
    line: str,
    now: datetime,
    *,
    started_at: datetime | None = None,
    new_id: NewId = new_uuid,
) -> Logged:
    """Read a line and save it, or refuse it.

    Args:
        workspace: where to save.
        account_id: whose touch it is.
        line: the log line.
        now: the instant of logging.
        started_at: when the call began, if a timer runs.
        new_id: makes ids; for tests.

    Raises:
        UnknownAccount: no account in sight has the id.
        AmbiguousName: a name fits several people.
        InputError: the line cannot be saved; the message says why.
    """
    read = line_reader(workspace, account_id).read(line, now, started_at)
    return save(workspace, account_id, read, now, new_id=new_id)


def save(
    workspace: Workspace,
    account_id: str,
    read: Reading,
    now: datetime,
    *,
    new_id: NewId = new_uuid,
) -> Logged:
    """Save a line that was read, or a form laid out as one, and forget its draft.

    What was written on an account that was merged meanwhile belongs to the one it is part of now.

    Raises:
        UnknownAccount: no account in sight has the id.
        AmbiguousName: a name fits several people.
        InputError: the reading has problems, or lies in the future.
    """
    refuse_problems(read, now)
    from csmdesk.store.commands.drafts import drop_draft
    from csmdesk.store.commands.touchpoints import log_touch

    with workspace.store.writing() as connection:
        present, was = followed(connection, account_id)
        logged, entry = _entry(workspace, connection, present, read, now, new_id(), new_id)
        observed = log_touch(connection, entry, now)
        drop_draft(connection, LOG_BAR, account_id)
        logged = replace(logged, observed_ids=observed, was=was)
        return _shared(connection, workspace, logged, now, new_id)


def amend(
    workspace: Workspace,
    touchpoint_id: str,
    read: Reading,
    now: datetime,
    *,
    new_id: NewId = new_uuid,
) -> Logged:
    """Replace a touch that has not left yet by another reading, keeping its id.

    Raises:
        InputError: it was sent already or is on its way, or the reading cannot be saved.
    """
    refuse_problems(read, now)
    from csmdesk.store.commands.touchpoints import log_touch, remove_touch

    with workspace.store.writing() as connection:
        touch = _own_touch(connection, touchpoint_id)
        if _sent(queries.operations(connection, touchpoint_id)):
            raise InputError(
                "This touch has been sent already.", "Take it back with undo and log it anew."
            )
        remove_touch(connection, touchpoint_id, now)
        logged, entry = _entry(
            workspace, connection, touch.account_id, read, now, touchpoint_id, new_id
        )
        observed = log_touch(connection, entry, now)
        return _shared(connection, workspace, replace(logged, observed_ids=observed), now, new_id)


def undo_log(
    workspace: Workspace,
    touchpoint_id: str,
    now: datetime,
    *,
    sent_too: bool = False,
    new_id: NewId = new_uuid,
) -> Undone:
    """Take a touch back.

    One that never left is deleted and what was to be sent is cancelled. One that the CRM has is
    only withdrawn, and removed there, once the user has been asked (`sent_too`). A record there
    that it was linked with and that we did not make is never removed.

    Raises:
        InputError: there is no such touch of ours, or it is on its way at this moment.
    """
    from csmdesk.crm.words import local_id
    from csmdesk.store.commands.outbox_states import give_back
    from csmdesk.store.commands.touchpoints import remove_touch, withdraw_touch

    with workspace.store.writing() as connection:
        touch = _own_touch(connection, touchpoint_id)
        operations = queries.operations(connection, touchpoint_id)
        if not _sent(operations):
            remove_touch(connection, touchpoint_id, now)
            return Undone(touchpoint_id, touch.account_id, "removed")
        if not sent_too:
            return Undone(touchpoint_id, touch.account_id, "ask")
        if any(op.state in ("sending", "uncertain") for op in operations):
            raise InputError(
                "This touch is on its way to the CRM.",
                "Sync until it has arrived, then take it back.",
            )
        there = [
            (op, op.remote_id)
            for op in operations
            if op.kind == "create" and op.state == "done" and op.remote_id is not None
        ]
        removals = tuple(
            removal_of(op.connection, op.object_type, op.summary, remote_id, new_id())
            for op, remote_id in there
            if not op.linked
        )
        withdraw_touch(connection, touchpoint_id, removals, now)
        stays = [(op, remote_id) for op, remote_id in there if op.linked]
        for op, remote_id in stays:
            here = local_id(op.connection, op.object_type, remote_id)
            give_back(connection, op.connection, op.object_type, remote_id, here)
    return Undone(
        touchpoint_id,
        touch.account_id,
        "withdrawn",
        tuple(effect.op_id for effect in removals),
        len(stays),
    )


def latest_logged(workspace: Workspace) -> tuple[str, datetime] | None:
    """Return the touch that was logged last and when, for `undo`; nothing if there is none."""
    with workspace.store.reading() as connection:
        return queries.latest_logged(connection)


def trace(workspace: Workspace, touchpoint_id: str) -> Trace:
    """Return which touch it is and where it has been, to be named before it is taken back.

    Raises:
        NothingToUndo: there is no such touch of ours any more.
    """
    with workspace.store.reading() as connection:
        touch = _own_touch(connection, touchpoint_id)
        there = [op for op in queries.operations(connection, touchpoint_id) if op.may_be_there]
        # It can be taken back, and so named, where its account is out of sight by now.
        name = queries.account_name(connection, touch.account_id) or touch.account_id
    crm = there[0].connection.partition(":")[0] if there else None
    made = [op for op in there if op.kind == "create" and not op.linked]
    tasks = sum(op.object_type == "task" for op in made)
    return Trace(
        touchpoint_id,
        touch.account_id,
        name,
        touch.type,
        touch.at,
        touch.text or "",
        crm,
        tasks,
        sum(op.linked for op in there),
        len(made),
    )


def _shared(
    connection: sqlite3.Connection,
    workspace: Workspace,
    logged: Logged,
    now: datetime,
    new_id: NewId,
) -> Logged:
    """Share our next steps of a touch, where the user wants that of every one; never internals."""
    touch = logged.touch
    ours = tuple(step.id for step in touch.next_steps if step.side == "us")
    if not ours or touch.type == "internal":
        return logged
    if not queries.connections_of(connection, touch.account_id):
        return logged
    if workspace.config.sync.share_next_steps != "always":
        return replace(logged, shareable=ours)
    from csmdesk.store.queries import sharing as stored
    from csmdesk.usecases.sharing import share_in

    rows = [row for each in ours if (row := stored.step(connection, "next_step", each))]
    op_ids, _ = share_in(connection, workspace, rows, now, new_id)
    return replace(logged, op_ids=(*logged.op_ids, *op_ids))


def _entry(
    workspace: Workspace,
    connection: sqlite3.Connection,
    account_id: str,
    read: Reading,
    now: datetime,
    touch_id: str,
    new_id: NewId,
) -> tuple[Logged, Entry]:
    account = known_account(connection, account_id)
    touch = touch_of(
        read,
        touch_id=touch_id,
        account_id=account_id,
        user_id=book_info.book_info(connection).me,
        meeting_id=_meeting(workspace, connection, account_id, read, now),
        new_id=new_id,
    )
    touch = replace(touch, text=None if touch.text is None else clean_text(touch.text))
    effects = effects_of(touch, account, ties(connection, touch), new_id)
    entry = Entry(
        touch=touch,
        new_people=tuple(NewPerson(new_id(), name) for name in read.new_names),
        observations=observations_of(touch, workspace.zone),
        effects=effects,
    )
    logged = Logged(
        touch,
        account,
        read.new_names,
        (),
        tuple(effect.op_id for effect in effects),
        read.resets_cadence,
        read.warnings,
    )
    return logged, entry


def _meeting(
    workspace: Workspace,
    connection: sqlite3.Connection,
    account_id: str,
    read: Reading,
    now: datetime,
) -> str | None:
    """Return the meeting a reading is the record of, if there is one."""
    kind = MEETING_KINDS.get(read.type)
    if kind is None:
        return None
    today = now.astimezone(workspace.zone).date()
    return queries.meeting_for(
        connection,
        account_id,
        kind,
        read.at,
        datetime.combine(today, time(), workspace.zone),
        today=read.at.astimezone(workspace.zone).date() == today,
    )


def ties(connection: sqlite3.Connection, touch: Touchpoint) -> tuple[Tie, ...]:
    """Return the connections a touch's account is linked to, and what each holds of the rest."""
    return tuple(
        Tie(
            connection=key,
            contact_ids=queries.linked_contacts(connection, key, touch.attendee_ids),
            meeting_remote_id=None
            if touch.meeting_id is None
            else queries.meeting_remote_id(connection, key, touch.meeting_id),
        )
        for key in queries.connections_of(connection, touch.account_id)
    )


def _sent(operations: tuple[queries.Operation, ...]) -> bool:
    """Tell whether anything of a touch is at the CRM or may be."""
    return any(op.may_be_there for op in operations)


def _own_touch(connection: sqlite3.Connection, touchpoint_id: str) -> StoredTouch:
    touch = queries.touch(connection, touchpoint_id)
    if touch is None or touch.withdrawn:
        raise NothingToUndo("There is no such touch any more.", "It may have been taken back.")
    return touch


def _spelled(at: datetime) -> str:
    """Return an instant as the book spells it: UTC, as many places as needed."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"
