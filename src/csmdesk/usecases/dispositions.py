"""Done, snooze, dismiss and undo (agenda model §5).

What decides and what writes is imported by the functions: Today reads the plan of its day here.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from csmdesk.domain.agenda.assess import Assessment, assess
from csmdesk.domain.agenda.hiding import not_undone
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.decisions import Disposition
from csmdesk.errors import NothingToUndo
from csmdesk.store.queries.agenda.reading import read_facts
from csmdesk.store.queries.dispositions import latest_action, said
from csmdesk.usecases.absent import refusal
from csmdesk.usecases.agenda import read_moment
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    import sqlite3

    from csmdesk.domain.agenda.decide import Decided

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
        one, moment = assessed(connection, workspace, account_id, now)
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


def assessed(
    connection: "sqlite3.Connection", workspace: Workspace, account_id: str, now: datetime | None
) -> tuple[Assessment, Moment]:
    """Return how an account stands at an instant, by default now.

    Raises:
        UnknownAccount: it is none of mine.
    """
    moment, me = read_moment(connection, workspace, now)
    facts = read_facts(connection, me, moment, [account_id])
    if not facts:
        raise refusal(connection, account_id)
    return assess(facts[0], moment), moment
