"""Letting a next step or a milestone out to the CRM as a task, and taking it back.

Nothing leaves unasked: a step is shared by the user's own act, or by a setting of theirs. From then
on it is followed on both sides (`sync/shared.py`).
"""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import uuid4

from csmdesk.domain.agenda.words import day
from csmdesk.domain.names import fold
from csmdesk.domain.records import Side
from csmdesk.domain.sharing import (
    YES,
    Audience,
    Shareable,
    SharedKind,
    due_of,
    effects_of_sharing,
    values_of,
)
from csmdesk.domain.touch.describe import TYPE_NAMES
from csmdesk.domain.touchpoints import removal_of
from csmdesk.errors import AmbiguousName, InputError
from csmdesk.store.commands import outbox_states
from csmdesk.store.queries import sharing as queries
from csmdesk.store.queries import touch as touch_queries
from csmdesk.store.queries.sharing import Share, StepRow, shareable
from csmdesk.usecases.delivering import delivery
from csmdesk.usecases.log_lines import known_account, workdays_of
from csmdesk.usecases.workspace import Workspace

NewId = Callable[[], str]
Standing = Literal["", "queued", "uncertain", "failed", "conflict", "sent", "done"]
"""Where a step stands at the CRM: not shared, on its way, in need of a look, there, done there."""

_TYPES: dict[str, str] = {str(kind): name for kind, name in TYPE_NAMES.items()}
_SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A next step or milestone that is, or could be, shared.

    Attributes:
        key: the shortest beginning of the id that tells it from the account's others.
        source: where it comes from, in words.
        closed: nothing is left to do about it here.
    """

    kind: SharedKind
    id: str
    key: str
    text: str
    side: Side
    due_on: date | None
    source: str
    standing: Standing
    closed: bool = False

    def document(self) -> dict[str, object]:
        """Return what `csmdesk share --json` prints of it."""
        return {
            "kind": self.kind,
            "id": self.id,
            "text": self.text,
            "side": self.side,
            "due_on": self.due_on.isoformat() if self.due_on is not None else None,
            "standing": self.standing or "not shared",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What sharing, or taking back, came to.

    Attributes:
        steps: those that were shared or taken back.
        op_ids: operations queued.
        due: the day of the tasks of steps that have none of their own.
        stays: how many tasks stay in the CRM because we did not make them: the user named them.
    """

    account: str
    steps: tuple[Step, ...]
    op_ids: tuple[str, ...]
    due: date | None = None
    stays: int = 0


def new_uuid() -> str:
    """Return a random UUID as text."""
    return str(uuid4())


def steps(workspace: Workspace, account_id: str, now: datetime) -> tuple[Step, ...]:
    """Return what is open or shared of an account, by due date.

    Raises:
        UnknownAccount: no account in sight has the id.
    """
    with workspace.store.reading() as connection:
        known_account(connection, account_id)
        return _steps(connection, workspace, account_id, now)


def standings(connection: sqlite3.Connection, account_id: str) -> dict[str, Standing]:
    """Return where each shared step of an account stands at the CRM, by its id."""
    return {
        local_id: _standing(done, states)
        for local_id, (done, states) in queries.states_of(connection, account_id).items()
    }


def shared_milestones(
    connection: sqlite3.Connection, workspace: Workspace, account_id: str, now: datetime
) -> tuple[Step, ...]:
    """Return the milestones of an account that are shared."""
    found = _steps(connection, workspace, account_id, now)
    return tuple(step for step in found if step.kind == "milestone" and step.standing)


def chosen(found: Sequence[Step], wanted: Sequence[str]) -> tuple[Step, ...]:
    """Return the steps that were named: by id, by the beginning of one, or by words of theirs.

    Raises:
        InputError: nothing fits.
        AmbiguousName: several fit.
    """
    return tuple(dict.fromkeys(_one(found, each) for each in wanted))


def share(
    workspace: Workspace,
    account_id: str,
    ids: Collection[str],
    now: datetime,
    *,
    new_id: NewId = new_uuid,
) -> Shared:
    """Share steps of an account with every CRM it is linked to; what is shared stays as it is.

    A step that was just taken back and whose task is still there keeps that task.

    Raises:
        UnknownAccount: no account in sight has the id.
        InputError: the account is in no CRM, or a step is closed or not of this account.
    """
    with workspace.store.writing() as connection:
        account = known_account(connection, account_id)
        found = {each.id: each for each in queries.steps_of(connection, account_id)}
        missing = [each for each in ids if each not in found]
        if missing:
            raise InputError(
                "This step is done, or not there any more.", f"See `csmdesk share {account_id}`."
            )
        if not touch_queries.connections_of(connection, account_id):
            raise InputError(
                f"{account} is in no CRM, so there is nowhere to share with.",
                "Connect one: csmdesk connect hubspot.",
            )
        rows = [found[each] for each in ids]
        op_ids, due = share_in(connection, workspace, rows, now, new_id)
        shown = _steps(connection, workspace, account_id, now)
    return Shared(
        account=account,
        steps=tuple(each for each in shown if each.id in ids),
        op_ids=op_ids,
        due=due,
    )


def unshare(
    workspace: Workspace,
    account_id: str,
    ids: Collection[str],
    now: datetime,
    *,
    new_id: NewId = new_uuid,
) -> Shared:
    """Take steps back: a task that was not sent is given up, one that was is archived there.

    The steps themselves stay. A task that the user named and we did not make stays too.

    Raises:
        UnknownAccount: no account in sight has the id.
        InputError: a step is not shared, or its task is on its way at this moment.
    """
    with workspace.store.writing() as connection:
        account = known_account(connection, account_id)
        shares = [each for each in queries.active(connection, ids=ids) if each.ended_as is None]
        unknown = set(ids) - {each.local_id for each in shares}
        if unknown:
            raise InputError("This step is not shared.", f"See `csmdesk share {account_id}`.")
        before = _steps(connection, workspace, account_id, now)
        op_ids: list[str] = []
        stays = 0
        for each in shares:
            if _give_back(connection, each):
                stays += 1
            op_ids += _take_back(connection, each, account, now, new_id)
    return Shared(
        account=account,
        steps=tuple(each for each in before if each.id in ids),
        op_ids=tuple(op_ids),
        stays=stays,
    )


def share_in(
    connection: sqlite3.Connection,
    workspace: Workspace,
    rows: Sequence[StepRow],
    now: datetime,
    new_id: NewId = new_uuid,
) -> tuple[tuple[str, ...], date | None]:
    """Share steps inside a transaction; return the operations, and the day of those without one."""
    from csmdesk.store.commands import sharing as commands
    from csmdesk.sync.shared import follow

    today = now.astimezone(workspace.zone).date()
    op_ids: list[str] = []
    given: date | None = None
    for row in rows:
        step = told(connection, workspace, row, today)
        people = step.contact_ids
        for key in touch_queries.connections_of(connection, row.account_id):
            before = [
                each
                for each in queries.shares_of(connection, row.kind, row.id)
                if each.connection == key
            ]
            if before and (before[0].ended_as is None or _kept(connection, before[0], now)):
                continue
            due = due_of(row.due_on, today, workdays_of(connection, workspace))
            given = due if row.due_on is None else given
            values = values_of(step, due.isoformat())
            audience = Audience(
                connection=key,
                contact_ids=touch_queries.linked_contacts(connection, key, people),
            )
            effects = effects_of_sharing(step, values, audience, new_id)
            commands.share(connection, row.kind, row.id, row.account_id, values, effects, now)
            op_ids += (effect.op_id for effect in effects)
    follow(connection, now, ids=[row.id for row in rows], new_id=new_id)
    return tuple(op_ids), given


def told(
    connection: sqlite3.Connection, workspace: Workspace, row: StepRow, today: date
) -> Shareable:
    """Return a stored step as its task tells it: where it comes from, whom it concerns."""
    return shareable(row, _source(row, workspace, today), _people(connection, row))


def _kept(connection: sqlite3.Connection, share: Share, now: datetime) -> bool:
    """Go on with the task a step had, if it is still there; tell whether that was possible."""
    from csmdesk.store.commands import sharing as commands

    removals = [each for each in queries.operations(connection, share) if each.kind == "delete"]
    left = any(each.state in ("done", "sending", "uncertain") for each in removals)
    if share.created != "done" or left or share.link in ("archived", "gone"):
        return False
    for each in removals:
        outbox_states.cancel(connection, each.op_id, now)
    commands.revive(connection, share)
    return True


def _give_back(connection: sqlite3.Connection, share: Share) -> bool:
    """Let a task that the user named, and we did not make, be what it was; return if it is one."""
    from csmdesk.crm.words import local_id

    if not queries.operations(connection, share)[0].linked or share.remote_id is None:
        return False
    here = local_id(share.connection, "task", share.remote_id)
    outbox_states.give_back(connection, share.connection, "task", share.remote_id, here)
    return True


def _take_back(
    connection: sqlite3.Connection, share: Share, account: str, now: datetime, new_id: NewId
) -> tuple[str, ...]:
    from csmdesk.store.commands import sharing as commands
    from csmdesk.store.commands.outbox import enqueue

    operations = queries.operations(connection, share)
    if any(each.state in ("sending", "uncertain") for each in operations):
        raise InputError(
            "The task is on its way to the CRM.", "Sync until it has arrived, then take it back."
        )
    removal: tuple[str, ...] = ()
    for each in operations:
        if each.state not in ("done", "cancelled"):
            outbox_states.cancel(connection, each.op_id, now)
    made = operations[0].state == "done" and not operations[0].linked
    if made and share.remote_id is not None:
        effect = removal_of(
            share.connection,
            "task",
            f"Task for {account}: {share.base.title}",
            share.remote_id,
            new_id(),
        )
        enqueue(
            connection,
            (effect,),
            entity=share.entity,
            local_id=share.local_id,
            account_id=share.account_id,
            now=now,
        )
        removal = (effect.op_id,)
    commands.end(connection, share, "unshared", now)
    return removal


def _steps(
    connection: sqlite3.Connection, workspace: Workspace, account_id: str, now: datetime
) -> tuple[Step, ...]:
    today = now.astimezone(workspace.zone).date()
    rows = queries.steps_of(connection, account_id)
    standing = standings(connection, account_id)
    ids = [row.id for row in rows]
    return tuple(
        Step(
            kind=row.kind,
            id=row.id,
            key=_short(row.id, ids),
            text=row.text,
            side=row.side,
            due_on=row.due_on,
            source=_source(row, workspace, today),
            standing=standing.get(row.id, ""),
            closed=shareable(row).closed,
        )
        for row in rows
    )


def _standing(done: str, states: tuple[str, ...]) -> Standing:
    found = delivery(states)
    return "done" if found == "sent" and done == YES else found


def _source(row: StepRow, workspace: Workspace, today: date) -> str:
    if row.kind == "milestone":
        return f"the plan “{row.source}”"
    if row.at is None or row.source is None:
        return "a talk"
    on = row.at.astimezone(workspace.zone).date()
    return f"the {_TYPES.get(row.source, row.source)} of {day(on, today)}"


def _people(connection: sqlite3.Connection, row: StepRow) -> tuple[str, ...]:
    """Return whom of the customer a step concerns: who promised it, or is named by the plan."""
    if row.side != "them":
        return ()
    if row.kind == "milestone":
        return (row.person_id,) if row.person_id is not None else ()
    return queries.people_at(connection, row.id)


def _short(identity: str, ids: Sequence[str]) -> str:
    for length in range(_SHORTEST, len(identity)):
        if sum(each.startswith(identity[:length]) for each in ids) == 1:
            return identity[:length]
    return identity


def _one(found: Sequence[Step], wanted: str) -> Step:
    for each in found:
        if each.id == wanted:
            return each
    words = fold(wanted)
    named = len(wanted) >= _SHORTEST
    fitting = [each for each in found if named and each.id.startswith(wanted)] or [
        each for each in found if words and words in fold(each.text)
    ]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = tuple(f"{each.key} ({each.text})" for each in fitting)
        raise AmbiguousName(
            f"“{wanted}” fits several steps.", names, "Give the id or more of its words."
        )
    raise InputError(
        f"No open step or milestone is called “{wanted}”.", "Without a name they are listed."
    )
