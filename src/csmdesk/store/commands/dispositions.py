"""Writing what the user said to causes of the agenda, what that closes, and taking it back.

Dispositions are append-only: an undo is a row of its own that names what it undoes.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, delete, func, select

from csmdesk.domain.decisions import Disposition, PlanEntry
from csmdesk.store.encoding import instant_text, row_of
from csmdesk.store.tables.authored import (
    DispositionRow,
    MeetingPrepRow,
    NextStepRow,
    PlanChangeRow,
    PlannedDayRow,
    TaskCompletionRow,
)
from csmdesk.store.tables.mirror import AccountRow, TaskRow


def new_ids(session: Session, now: datetime, count: int) -> list[str]:
    """Return ids for the dispositions of one action.

    Those of a later action sort after those of an earlier one, even at the same instant; what
    stands before the full stop is the action.
    """
    stem = f"D-{instant_text(now)}-"
    taken = session.exec(
        select(func.count()).where(col(DispositionRow.id).startswith(stem, autoescape=True))
    ).one()
    return [f"{stem}{taken + 1:04}.{number:02}" for number in range(1, count + 1)]


def record(session: Session, dispositions: Iterable[Disposition]) -> None:
    """Write dispositions; what a done closes is closed by `close`."""
    for one in dispositions:
        session.add(DispositionRow(**row_of(one)))
    session.flush()


def take_back(session: Session, made: Sequence[Disposition], now: datetime) -> None:
    """Record that dispositions are undone, and open again what they closed."""
    ids = new_ids(session, now, len(made))
    record(
        session,
        [
            replace(one, id=id_, action="undo", until=None, reason=None, at=now, undoes=one.id)
            for id_, one in zip(ids, made, strict=True)
        ],
    )
    for one in made:
        reopen(session, one.id)


def close(session: Session, disposition_id: str, today: date) -> None:
    """Close the object of a done: a promise or task is done today, a meeting is prepared."""
    row = session.get_one(DispositionRow, disposition_id)
    if row.type == "promise":
        step = session.get(NextStepRow, row.subject)
        if step is not None and step.done_on is None:
            step.done_on = today.isoformat()
    elif row.type == "task":
        task = session.get(TaskRow, row.subject)
        if task is not None and session.get(TaskCompletionRow, row.subject) is None:
            session.add(TaskCompletionRow(task_id=task.id, done_on=today.isoformat()))
    elif row.type in ("meeting", "review"):
        prep = session.get(MeetingPrepRow, row.subject)
        if prep is None:
            row.before = "none"
            session.add(MeetingPrepRow(meeting_id=row.subject, prep="ready"))
        else:
            row.before = prep.prep
            prep.prep = "ready"
    session.flush()


def reopen(session: Session, disposition_id: str) -> None:
    """Put the object of a done back to what it was before."""
    row = session.get_one(DispositionRow, disposition_id)
    if row.action != "done":
        return
    if row.type == "promise":
        step = session.get(NextStepRow, row.subject)
        if step is not None:
            step.done_on = None
    elif row.type == "task":
        completion = session.get(TaskCompletionRow, row.subject)
        if completion is not None:
            session.delete(completion)
    elif row.type in ("meeting", "review"):
        prep = session.get(MeetingPrepRow, row.subject)
        if prep is not None:
            if row.before in (None, "none"):
                session.delete(prep)
            else:
                prep.prep = row.before or "none"
    session.flush()


def plan_account(session: Session, entry: PlanEntry) -> None:
    """Put an account into a day's accepted plan, or take it out."""
    session.merge(PlannedDayRow(**row_of(entry)))
    session.flush()


def accept_plan(
    session: Session, on: date, planned: Collection[str], listed: Collection[str]
) -> None:
    """Record a day's plan anew; what the user put in or took out stays as it is.

    Args:
        session: a writing one.
        on: the day.
        planned: ids of the accounts in the plan.
        listed: ids of all accounts on the agenda. One that is not there any more was dealt with;
            it stays recorded as planned.
    """
    known = {
        row.account_id: row
        for row in session.exec(
            select(PlannedDayRow).where(col(PlannedDayRow.on) == on.isoformat())
        )
    }
    for account_id, row in known.items():
        if account_id in listed and account_id not in planned and not (row.own or row.removed):
            session.delete(row)
    for account_id in planned:
        if account_id not in known:
            entry = PlanEntry(on=on, account_id=account_id)
            session.add(PlannedDayRow(**row_of(entry)))
    session.flush()


def replace_plan(session: Session, on: date, entries: Iterable[PlanEntry]) -> None:
    """Let a day have these entries of an accepted plan and no others."""
    session.exec(delete(PlannedDayRow).where(col(PlannedDayRow.on) == on.isoformat()))
    for entry in entries:
        session.add(PlannedDayRow(**row_of(entry)))
    session.flush()


def keep_change(
    session: Session,
    on: date,
    before: Iterable[PlanEntry],
    action: str,
    account_id: str | None,
    at: datetime,
) -> int:
    """Keep what a day's plan was before a change, and return the number of the change.

    Changes of earlier days go: they are not taken back any more.
    """
    session.exec(delete(PlanChangeRow).where(col(PlanChangeRow.on) < on.isoformat()))
    entries = [
        {"account_id": entry.account_id, "removed": entry.removed, "own": entry.own}
        for entry in before
    ]
    row = PlanChangeRow(
        on=on.isoformat(),
        action=action,
        account_id=account_id,
        at=instant_text(at),
        before=json.dumps(entries),
    )
    session.add(row)
    session.flush()
    return row.seq or 0  # the flush has given it one


def forget_change(session: Session, seq: int) -> None:
    """Forget a change of a day's plan, because it was taken back."""
    session.exec(delete(PlanChangeRow).where(col(PlanChangeRow.seq) == seq))
    session.flush()


def account_name(session: Session, account_id: str) -> str:
    """Return an account's name, for telling what happened; its id if it is gone."""
    row = session.get(AccountRow, account_id)
    return row.name if row is not None else account_id
