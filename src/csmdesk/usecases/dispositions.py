"""Done, snooze, dismiss, undo, and the accepted plan of a day (agenda model §4, §5).

What decides and what writes is imported by the functions: Today reads the plan of its day here.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from csmdesk.domain.agenda.assess import Assessment, assess
from csmdesk.domain.agenda.hiding import not_undone
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.decisions import Disposition, PlanEntry
from csmdesk.errors import NothingToUndo, UnknownAccount
from csmdesk.store.queries import plan_changes
from csmdesk.store.queries.agenda.reading import read_facts
from csmdesk.store.queries.dispositions import latest_action, planned_on, said
from csmdesk.usecases.agenda import look, read_moment, today
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    import sqlite3

    from csmdesk.domain.agenda.decide import Decided
    from csmdesk.domain.agenda.view import Agenda, Item
    from csmdesk.store.queries.plan_changes import PlanChange

Decide = Callable[[Assessment, Moment], "Decided"]


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took back: the action, its account and its causes."""

    account_id: str
    account: str
    action: str
    types: tuple[str, ...]


def done(
    workspace: Workspace,
    account_id: str,
    *,
    types: Collection[str] = (),
    reason: str | None = None,
    now: datetime | None = None,
) -> "Decided":
    """Mark an account's visible causes, or those of some types, as done.

    Promises and tasks are closed, meetings and reviews count as prepared.

    Raises:
        UnknownAccount: it is none of mine.
        InputError: nothing of the kind shows.
    """
    from csmdesk.domain.agenda import decide

    return _act(
        workspace, account_id, lambda one, moment: decide.done(one, moment, types, reason), now
    )


def snooze(
    workspace: Workspace,
    account_id: str,
    until: date,
    *,
    types: Collection[str] = (),
    reason: str | None = None,
    now: datetime | None = None,
) -> "Decided":
    """Let an account's visible causes sleep until a day; each as long as it may at most.

    Raises:
        UnknownAccount: it is none of mine.
        InputError: no cause may sleep; nothing was changed.
    """
    from csmdesk.domain.agenda import decide

    return _act(
        workspace,
        account_id,
        lambda one, moment: decide.snooze(one, moment, until, types, reason),
        now,
    )


def dismiss(
    workspace: Workspace,
    account_id: str,
    *,
    reason: str | None,
    types: Collection[str] = (),
    now: datetime | None = None,
) -> "Decided":
    """Dismiss an account's visible causes for their episode.

    Raises:
        UnknownAccount: it is none of mine.
        InputError: without a reason, or no cause may be dismissed; nothing was changed.
    """
    from csmdesk.domain.agenda import decide

    return _act(
        workspace, account_id, lambda one, moment: decide.dismiss(one, moment, reason, types), now
    )


def undo(workspace: Workspace, now: datetime | None = None, only: Collection[str] = ()) -> Undone:
    """Take back the latest done, snooze or dismiss, whole: the state before is there again.

    Args:
        workspace: where it was made.
        now: the instant, by default now.
        only: ids of the records of one action, to take back that one although it may not be the
            latest.

    Raises:
        NothingToUndo: there is nothing to take back, or it was taken back before.
    """
    from csmdesk.store.commands import dispositions as commands
    from csmdesk.store.queries.touch import account_name

    instant = now if now is not None else workspace.now()
    with workspace.store.writing() as connection:
        if only:
            latest = [one for one in not_undone(said(connection, instant)) if one.id in only]
        else:
            latest = latest_action(connection, instant)
        if not latest:
            raise NothingToUndo(
                "It was taken back before." if only else "There is nothing to undo."
            )
        commands.take_back(connection, latest, instant)
        follow_shared(connection, latest, instant)
        account_id = latest[0].account_id
        name = account_name(connection, account_id) or account_id
    return Undone(
        account_id,
        name,
        latest[0].action,
        tuple(dict.fromkeys(one.type for one in latest)),
    )


def latest_at(workspace: Workspace, now: datetime | None = None) -> datetime | None:
    """Return when the action was made that `undo` would take back; None if there is none."""
    with workspace.store.reading() as connection:
        latest = latest_action(connection, now if now is not None else workspace.now())
    return latest[0].at if latest else None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A day's plan as it was accepted: its entries, the accounts in it that are listed.

    `change` takes it back.
    """

    entries: tuple[PlanEntry, ...]
    planned: tuple[str, ...]
    change: int


@dataclass(frozen=True, slots=True)
class Planned:
    """An account that was put into today's plan, or taken out of it.

    Attributes:
        change: what takes it back.
        pressing: the account is one that cannot wait.
    """

    change: int
    pressing: bool


def plan(workspace: Workspace, account_id: str, now: datetime | None = None) -> Planned:
    """Put an account into today's plan; the first change of a day accepts the plan as it stands.

    Raises:
        UnknownAccount: it is none of mine; nothing was changed.
    """
    return _plan(workspace, account_id, now, removed=False)


def unplan(workspace: Workspace, account_id: str, now: datetime | None = None) -> Planned:
    """Take an account out of today's plan; as `plan`."""
    return _plan(workspace, account_id, now, removed=True)


def hold_plan(workspace: Workspace, day: date, accounts: Collection[str]) -> None:
    """Accept a day's plan as it was shown, unless one was accepted before.

    Without it, an account that is dealt with would make room for another one, and the day would
    never end (agenda model §4: the plan is not refilled until one asks for it).
    """
    from csmdesk.store.commands import day_plan as plans

    with workspace.store.writing() as connection:
        if not planned_on(connection, day):
            plans.accept_plan(connection, day, accounts, accounts)


def accept_plan(workspace: Workspace, now: datetime | None = None) -> Accepted:
    """Plan the day anew around the user's own + and -, and record it as accepted.

    What was planned before, is listed still and does not fit any more leaves the plan; what is off
    the list was dealt with and stays recorded.
    """
    from csmdesk.domain.agenda.day import Own
    from csmdesk.domain.agenda.rank import compose
    from csmdesk.store.commands import day_plan as plans

    seen = look(workspace, now)
    day = seen.moment.today
    with workspace.store.writing() as connection:
        before = planned_on(connection, day)
        own = [entry for entry in before if entry.own]
        agenda = compose(
            seen.assessed,
            seen.busy,
            seen.moment,
            Own(
                frozenset(entry.account_id for entry in own if not entry.removed),
                frozenset(entry.account_id for entry in own if entry.removed),
            ),
        )
        planned = tuple(item.account_id for item in agenda.items if item.planned)
        plans.accept_plan(connection, day, planned, [item.account_id for item in agenda.items])
        change = plans.keep_change(connection, day, before, "replan", None, seen.moment.now)
        return Accepted(planned_on(connection, day), planned, change)


def latest_change(workspace: Workspace, now: datetime) -> "tuple[PlanChange, str] | None":
    """Return the latest change of today's plan with the name of its account; none of earlier days.

    The name is empty if the day was planned anew.
    """
    from csmdesk.store.queries.touch import account_name

    day = now.astimezone(workspace.zone).date()
    with workspace.store.reading() as connection:
        found = plan_changes.latest(connection, day, now)
        if found is None:
            return None
        id_ = found.account_id
        return found, "" if id_ is None else account_name(connection, id_) or id_


def take_plan_back(workspace: Workspace, change: int) -> "PlanChange":
    """Let a day's plan be exactly what it was before a change of it.

    Raises:
        NothingToUndo: it was taken back before, or the plan was changed again since.
    """
    from csmdesk.store.commands import day_plan as plans

    with workspace.store.writing() as connection:
        found = plan_changes.one(connection, change)
        if found is None:
            raise NothingToUndo("That change of the plan cannot be taken back any more.")
        if plan_changes.changed_since(connection, found):
            raise NothingToUndo(
                "The plan was changed again since, outside of this window.",
                "csmdesk undo takes the latest change back.",
            )
        plans.replace_plan(connection, found.on, found.before)
        plans.forget_change(connection, found.seq)
    return found


def planned(workspace: Workspace, day: date) -> tuple[PlanEntry, ...]:
    """Return the entries of a day's accepted plan, those taken out included, by account."""
    with workspace.store.reading() as connection:
        return planned_on(connection, day)


def accepted_agenda(workspace: Workspace) -> "Agenda":
    """Return the agenda of now with the plan that was accepted for today, if one was.

    Raises:
        ConfigError: the settings of the model do not hold together.
        StoreError: the store cannot serve.
    """
    from csmdesk.domain.agenda.day import as_accepted

    view = today(workspace)
    return as_accepted(view, planned(workspace, view.today))


def document(decided: "Decided") -> dict[str, Any]:
    """Return what done, snooze and dismiss print as JSON (book format).

    A cause that stays although it was marked as done is among the causes, because that is
    recorded, and among those left alone, because nothing is hidden.
    """
    from csmdesk.domain.agenda import decide

    left = [(item.signal, item.why) for item in decided.skipped]
    left += [(cause.signal, decide.STAYS) for cause in decided.causes if cause.stays]
    return {
        "account_id": decided.account_id,
        "action": decided.action,
        "causes": [
            {
                "type": cause.signal.type,
                "subject": cause.signal.subject,
                "episode": cause.signal.episode,
                **({} if cause.until is None else {"until": cause.until.isoformat()}),
                "shortened": cause.shortened,
            }
            for cause in decided.causes
        ],
        "skipped": [
            {"type": signal.type, "subject": signal.subject, "why": why} for signal, why in left
        ],
    }


def _act(workspace: Workspace, account_id: str, choose: Decide, now: datetime | None) -> "Decided":
    from csmdesk.store.commands import dispositions as commands

    # Looking and writing are one transaction, so that what is hidden is what was seen.
    with workspace.store.writing() as connection:
        one, moment = _assessed(connection, workspace, account_id, now)
        decided = choose(one, moment)
        ids = commands.new_ids(connection, moment.now, len(decided.causes))
        made = decided.dispositions(ids, moment)
        commands.record(connection, made)
        if decided.action == "done":
            for id_ in ids:
                commands.close(connection, id_, moment.today)
            follow_shared(connection, made, moment.now)
    return replace(decided, ids=tuple(ids))


def follow_shared(
    connection: "sqlite3.Connection", made: Iterable[Disposition], now: datetime
) -> None:
    """Queue for the CRM what became of promises that are shared with it."""
    from csmdesk.sync.shared import follow

    promises = [one.subject for one in made if one.type == "promise"]
    if promises:
        follow(connection, now, ids=promises)


def _assessed(
    connection: "sqlite3.Connection", workspace: Workspace, account_id: str, now: datetime | None
) -> tuple[Assessment, Moment]:
    moment, me = read_moment(connection, workspace, now)
    facts = read_facts(connection, me, moment, [account_id])
    if not facts:
        raise UnknownAccount(f"No account of yours has the id {account_id!r}.")
    return assess(facts[0], moment), moment


def _plan(workspace: Workspace, account_id: str, now: datetime | None, *, removed: bool) -> Planned:
    from csmdesk.store.commands import day_plan as plans

    day = (now if now is not None else workspace.now()).astimezone(workspace.zone).date()
    accepted = planned(workspace, day)
    stands = [] if accepted else [item.account_id for item in _model_plan(workspace, now)]
    with workspace.store.writing() as connection:
        one, moment = _assessed(connection, workspace, account_id, now)
        before = planned_on(connection, moment.today)
        if not before:
            plans.accept_plan(connection, moment.today, stands, stands)
        plans.plan_account(
            connection,
            PlanEntry(on=moment.today, account_id=account_id, removed=removed, own=True),
        )
        action = "unplan" if removed else "plan"
        change = plans.keep_change(connection, moment.today, before, action, account_id, moment.now)
    return Planned(change, one.must or one.place.tier == 0)


def _model_plan(workspace: Workspace, now: datetime | None) -> list["Item"]:
    return [item for item in look(workspace, now).agenda.items if item.planned]
