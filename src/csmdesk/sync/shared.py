"""Following shared steps: what changed here is queued for their tasks, what changed there is taken.

A step and its task are compared with what both sides last agreed on, field by field. That makes it
safe to follow at any time and as often as one likes: after a change here, before anything is sent,
after a pull. A kill in between costs nothing; the next time finds the same difference.
"""

import sqlite3
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from csmdesk.domain.sharing import (
    NO,
    TASK_FIELDS,
    YES,
    TaskValues,
    change_of,
    change_summary,
    is_cut,
    said_of,
    text_of,
    title_of,
    values_of,
)
from csmdesk.domain.two_sided.fields import FIELDS
from csmdesk.domain.two_sided.merge import three_way
from csmdesk.domain.two_sided.normal import same
from csmdesk.store.commands import outbox_states
from csmdesk.store.commands import sharing as commands
from csmdesk.store.commands.outbox import enqueue
from csmdesk.store.queries import sharing as queries
from csmdesk.store.queries.outbox import OutboxItem
from csmdesk.store.queries.sharing import Share, ShareOperation, StepRow, shareable

NewId = Callable[[], str]


@dataclass(slots=True)
class Followed:
    """What following came to: changes queued, changes taken, fields changed on both sides."""

    queued: int = 0
    taken: int = 0
    conflicts: int = 0


@dataclass(slots=True)
class _Case:
    """One share while it is being followed."""

    share: Share
    row: StepRow
    base: TaskValues
    held: dict[str, str]
    agreed_seq: int
    ours: TaskValues
    theirs: TaskValues
    done_there: date | None
    open: ShareOperation | None = None
    to_send: dict[str, str] = field(default_factory=dict)


def new_uuid() -> str:
    """Return a random UUID as text."""
    return str(uuid.uuid4())


def follow(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    key: str | None = None,
    ids: Collection[str] | None = None,
    new_id: NewId = new_uuid,
) -> Followed:
    """Bring shared steps and their tasks together, as far as can be done here.

    Args:
        connection: inside a writing transaction, of which everything becomes a part.
        now: the instant.
        key: of this connection only.
        ids: these steps only.
        new_id: makes ids of operations.
    """
    followed = Followed()
    for share in queries.active(connection, key, ids):
        _follow(connection, share, now, new_id, followed)
    return followed


def _follow(
    connection: sqlite3.Connection, share: Share, now: datetime, new_id: NewId, followed: Followed
) -> None:
    row = queries.step(connection, share.entity, share.local_id)
    if share.ended_as is not None:
        if row is None:
            return
        commands.revive(connection, share)
        commands.note_change(connection, share, "task", "deleted", "back", now)
    operations = queries.operations(connection, share)
    created = operations[0]
    if created.state == "cancelled":
        commands.end(connection, share, "cancelled", now)
        return
    if created.state != "done" or share.remote_id is None:
        _follow_unsent(connection, share, row, created, now)
        return
    case = _case(share, row, operations)
    _fold(connection, case, operations)
    if share.link in ("archived", "gone"):
        _let_go(connection, case.open, now)
        commands.end(connection, share, "deleted_there", now)
        commands.note_change(connection, share, "task", None, "deleted", now)
        followed.taken += 1
        return
    if row is None:
        _let_go(connection, case.open, now)
        commands.end(connection, share, "step_gone", now)
        return
    for name in TASK_FIELDS:
        _compare(connection, case, name, now, new_id, followed)
    _queue(connection, case, now, new_id, followed)
    commands.agree(connection, share, case.base, case.held, case.agreed_seq)


def _follow_unsent(
    connection: sqlite3.Connection,
    share: Share,
    row: StepRow | None,
    created: ShareOperation,
    now: datetime,
) -> None:
    """Let a task that was not made yet say what the step says by now."""
    if not created.unsent:
        return
    if row is None:
        outbox_states.cancel(connection, created.op_id, now)
        commands.end(connection, share, "step_gone", now)
        return
    ours = values_of(shareable(row), share.base.due_on)
    if ours == share.base:
        return
    payload = said_of(created.payload.get("text", ""), ours)
    if outbox_states.rewrite(connection, created.op_id, payload):
        commands.agree(connection, share, ours, share.held, share.agreed_seq)


def _case(share: Share, row: StepRow | None, operations: tuple[ShareOperation, ...]) -> _Case:
    base = share.base
    theirs, done_there = base, None
    if share.there is not None:
        done_there = share.there.done_on
        theirs = TaskValues(
            title=share.there.title,
            due_on=share.there.due_on,
            done=YES if done_there is not None else NO,
        )
    ours = values_of(shareable(row), base.due_on) if row is not None else base
    waiting = [
        each
        for each in operations
        if each.kind == "update" and each.state not in ("done", "cancelled")
    ]
    return _Case(
        share=share,
        row=row if row is not None else _NOTHING,
        base=base,
        held=dict(share.held),
        agreed_seq=share.agreed_seq,
        ours=ours,
        theirs=theirs,
        done_there=done_there,
        open=waiting[-1] if waiting else None,
    )


_NOTHING = StepRow("next_step", "", "", "", "", "us", None, None, None, None, None, "", None)


def _fold(
    connection: sqlite3.Connection, case: _Case, operations: tuple[ShareOperation, ...]
) -> None:
    """Take what arrived into what both sides agree on, and what the user cancelled as held."""
    for each in operations:
        if each.kind != "update" or each.seq <= case.agreed_seq:
            continue
        if each.state not in ("done", "cancelled"):
            break
        case.agreed_seq = each.seq
        fields = {name: str(value) for name, value in each.payload.get("fields", {}).items()}
        if each.state == "cancelled":
            case.held |= fields
            continue
        case.base = replace(case.base, **fields)
        for name in fields:
            case.held.pop(name, None)
        case.theirs = replace(case.theirs, **fields)
        if case.theirs.done == NO:
            case.done_there = None
        elif case.done_there is None:
            case.done_there = case.row.done_on or date.fromisoformat(case.base.due_on)
        _write_theirs(connection, case)
    case.ours = values_of(shareable(case.row), case.base.due_on) if case.row.id else case.base


def _write_theirs(connection: sqlite3.Connection, case: _Case) -> None:
    """Let the mirror show what is there, until a pull brings the task itself."""
    remote_id = case.share.remote_id
    if remote_id is None:
        return
    due = date.fromisoformat(case.theirs.due_on)
    there = commands.TaskThere(remote_id, case.theirs.title, due, case.done_there)
    commands.write_there(connection, case.share.connection, [there])


def _compare(
    connection: sqlite3.Connection,
    case: _Case,
    name: str,
    now: datetime,
    new_id: NewId,
    followed: Followed,
) -> None:
    """Decide about one field, and take theirs where only they changed it."""
    share = case.share
    kind = FIELDS["task", name].kind
    base, ours, theirs = case.base.of(name), case.ours.of(name), case.theirs.of(name)
    if name in queries.conflicts(connection, share):
        if same(kind, ours, theirs):
            commands.settle_same(connection, share, name, now)
            case.base = replace(case.base, **{name: theirs})
        return
    verdict = three_way(kind, base, ours, theirs)
    step = verdict.step
    if step == "take" and name == "title" and is_cut(case.row.text, case.row.side):
        # Their title would replace a text of which it can only have shown the beginning.
        step = "conflict"
    match step:
        case "push" if case.held.get(name) != ours:
            case.to_send[name] = ours
        case "take":
            _take(connection, case, name, theirs, now)
            commands.note_change(connection, share, name, base, theirs, now)
            case.base = replace(case.base, **{name: theirs})
            case.held.pop(name, None)
            followed.taken += 1
        case "same":
            case.base = replace(case.base, **{name: theirs})
        case "conflict":
            commands.note_conflict(connection, new_id(), share, name, (base, ours, theirs), now)
            followed.conflicts += 1


def _take(
    connection: sqlite3.Connection, case: _Case, name: str, theirs: str, now: datetime
) -> None:
    share, row = case.share, case.row
    if name == "title":
        commands.take_text(connection, share, text_of(theirs, row.side))
    elif name == "due_on":
        commands.take_due(connection, share, theirs, now.date())
    else:
        done_on = (case.done_there or now.date()) if theirs == YES else None
        commands.take_done(connection, share, done_on, row.status)


def decide_field(
    connection: sqlite3.Connection,
    about: tuple[str, str, str],
    key: str,
    base: str,
    value: str | None,
    now: datetime,
    new_id: NewId = new_uuid,
) -> None:
    """Say what a field that both sides changed begins from, and which value the step has.

    Args:
        connection: inside a writing transaction; the conflict is settled, or open, by now.
        about: entity, local id and field.
        key: the connection.
        base: what the task has of it as far as we are concerned.
        value: what the step is to have; nothing leaves it as it is.
        now: the instant.
        new_id: makes ids of operations.
    """
    entity, local_id, name = about
    for share in queries.active(connection, key, (local_id,)):
        row = queries.step(connection, share.entity, share.local_id)
        if share.entity != entity or row is None:
            continue
        if value is not None:
            _take(connection, _case(share, row, ()), name, value, now)
        held = {field: kept for field, kept in share.held.items() if field != name}
        agreed = replace(share.base, **{name: base})
        commands.agree(connection, share, agreed, held, share.agreed_seq)
        follow(connection, now, key=key, ids=(local_id,), new_id=new_id)


def _queue(
    connection: sqlite3.Connection, case: _Case, now: datetime, new_id: NewId, followed: Followed
) -> None:
    """Queue what is to be sent; what waits already says the latest, as long as it may."""
    waiting, account = case.open, case.row.account
    title = title_of(case.row.text, case.row.side)
    if waiting is not None:
        if not waiting.unsent or dict(waiting.payload.get("fields", {})) == case.to_send:
            return
        if not case.to_send:
            _let_go(connection, waiting, now)
            case.agreed_seq = waiting.seq
        elif outbox_states.rewrite(
            connection,
            waiting.op_id,
            {"fields": case.to_send},
            base={name: case.base.of(name) for name in case.to_send},
            summary=change_summary(account, title, case.to_send),
        ):
            followed.queued += 1
        return
    if not case.to_send or case.share.remote_id is None:
        return
    effect = change_of(
        case.share.connection,
        case.share.remote_id,
        account,
        title,
        case.to_send,
        case.base,
        new_id(),
    )
    enqueue(
        connection,
        (effect,),
        entity=case.share.entity,
        local_id=case.share.local_id,
        account_id=case.share.account_id,
        now=now,
    )
    followed.queued += 1


def _let_go(connection: sqlite3.Connection, waiting: ShareOperation | None, now: datetime) -> None:
    if waiting is not None and waiting.unsent:
        outbox_states.cancel(connection, waiting.op_id, now)


def agree_sent(
    connection: sqlite3.Connection,
    item: OutboxItem,
    found: Mapping[str, str],
    against: Mapping[str, str],
    now: datetime,
) -> None:
    """Write what the task of a shared step has since a change of it was sent.

    What both sides changed is found by the next look.

    Args:
        connection: in the transaction that settles the operation.
        item: the operation.
        found: what the task has of the fields that went, or were there already.
        against: what it has of the fields that did not go.
        now: when.
    """
    for share in queries.active(connection, item.connection, (item.local_id,)):
        if share.entity != item.entity or share.remote_id is None:
            continue
        held = {name: value for name, value in share.held.items() if name not in found}
        base = replace(share.base, **found)
        commands.agree(connection, share, base, held, item.seq)
        row = queries.step(connection, share.entity, share.local_id)
        case = _case(share, row, ())
        case.theirs = replace(case.theirs, **found, **against)
        if case.theirs.done == NO:
            case.done_there = None
        elif case.done_there is None:
            case.done_there = case.row.done_on or now.date()
        _write_theirs(connection, case)
