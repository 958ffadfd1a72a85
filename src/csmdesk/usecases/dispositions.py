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
from csmdesk.store.queries.agenda.reading import read_facts
from csmdesk.store.queries.dispositions import latest_action, planned_on, said
from csmdesk.usecases.agenda import look, read_moment
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    import sqlite3

    from csmdesk.domain.agenda.decide import Decided
    from csmdesk.domain.agenda.view import Item

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
    from csmdesk.store.database import raw_connection

    instant = now if now is not None else workspace.now()
    with workspace.store.writing() as session:
        connection = raw_connection(session)
        if only:
            latest = [one for one in not_undone(said(connection, instant)) if one.id in only]
        else:
            latest = latest_action(connection, instant)
        if not latest:
            raise NothingToUndo(
                "It was taken back before." if only else "There is nothing to undo."
            )
        commands.take_back(session, latest, instant)
        follow_shared(connection, latest, instant)
        name = commands.account_name(session, latest[0].account_id)
    return Undone(
        latest[0].account_id,
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
    """A day's plan as it was accepted: its entries, and the accounts in it that are listed."""

    entries: tuple[PlanEntry, ...]
    planned: tuple[str, ...]


def plan(workspace: Workspace, account_id: str, now: datetime | None = None) -> None:
    """Put an account into today's plan; the first change of a day accepts the plan as it stands."""
    _plan(workspace, account_id, now, removed=False)


def unplan(workspace: Workspace, account_id: str, now: datetime | None = None) -> None:
    """Take an account out of today's plan; as `plan`."""
    _plan(workspace, account_id, now, removed=True)


def hold_plan(workspace: Workspace, day: date, accounts: Collection[str]) -> None:
    """Accept a day's plan as it was shown, unless one was accepted before.

    Without it, an account that is dealt with would make room for another one, and the day would
    never end (agenda model §4: the plan is not refilled until one asks for it).
    """
    from csmdesk.store.commands import dispositions as commands
    from csmdesk.store.database import raw_connection

    with workspace.store.writing() as session:
        if not planned_on(raw_connection(session), day):
            commands.accept_plan(session, day, accounts, accounts)


def accept_plan(workspace: Workspace, now: datetime | None = None) -> Accepted:
    """Plan the day anew around the user's own + and -, and record it as accepted.

    What was planned before, is listed still and does not fit any more leaves the plan; what is off
    the list was dealt with and stays recorded.
    """
    from csmdesk.domain.agenda.day import Own
    from csmdesk.domain.agenda.rank import compose
    from csmdesk.store.commands import dispositions as commands
    from csmdesk.store.database import raw_connection

    seen = look(workspace, now)
    day = seen.moment.today
    with workspace.store.writing() as session:
        connection = raw_connection(session)
        own = [entry for entry in planned_on(connection, day) if entry.own]
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
        commands.accept_plan(session, day, planned, [item.account_id for item in agenda.items])
        return Accepted(planned_on(connection, day), planned)


def restore_plan(workspace: Workspace, day: date, entries: Collection[PlanEntry]) -> None:
    """Put a day's accepted plan back to what it was; none at all if there are no entries."""
    from csmdesk.store.commands import dispositions as commands

    with workspace.store.writing() as session:
        commands.replace_plan(session, day, entries)


def planned(workspace: Workspace, day: date) -> tuple[PlanEntry, ...]:
    """Return the entries of a day's accepted plan, those taken out included, by account."""
    with workspace.store.reading() as connection:
        return planned_on(connection, day)


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
    from csmdesk.store.database import raw_connection

    # Looking and writing are one transaction, so that what is hidden is what was seen.
    with workspace.store.writing() as session:
        one, moment = _assessed(raw_connection(session), workspace, account_id, now)
        decided = choose(one, moment)
        ids = commands.new_ids(session, moment.now, len(decided.causes))
        made = decided.dispositions(ids, moment)
        commands.record(session, made)
        if decided.action == "done":
            for id_ in ids:
                commands.close(session, id_, moment.today)
            follow_shared(raw_connection(session), made, moment.now)
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


def _plan(workspace: Workspace, account_id: str, now: datetime | None, *, removed: bool) -> None:
    from csmdesk.store.commands import dispositions as commands
    from csmdesk.store.database import raw_connection

    day = (now if now is not None else workspace.now()).astimezone(workspace.zone).date()
    if not planned(workspace, day):
        hold_plan(workspace, day, [item.account_id for item in _model_plan(workspace, now)])
    with workspace.store.writing() as session:
        _, moment = _assessed(raw_connection(session), workspace, account_id, now)
        commands.plan_account(
            session,
            PlanEntry(on=moment.today, account_id=account_id, removed=removed, own=True),
        )


def _model_plan(workspace: Workspace, now: datetime | None) -> list["Item"]:
    return [item for item in look(workspace, now).agenda.items if item.planned]
