"""The accepted plan of a day: who is put in and taken out, planned anew, taken back (model §4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from csmdesk.domain.decisions import PlanEntry
from csmdesk.errors import NothingToUndo
from csmdesk.store.queries import plan_changes
from csmdesk.store.queries.dispositions import planned_on
from csmdesk.usecases.agenda import look, today
from csmdesk.usecases.dispositions import assessed
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.domain.agenda.view import Agenda, Item
    from csmdesk.store.queries.plan_changes import PlanChange


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


def hold(workspace: Workspace, day: date, accounts: Collection[str]) -> None:
    """Accept a day's plan as it was shown, unless one was accepted before.

    Without it, an account that is dealt with would make room for another one, and the day would
    never end (agenda model §4: the plan is not refilled until one asks for it).
    """
    from csmdesk.store.commands import day_plan as plans

    with workspace.store.writing() as connection:
        if not planned_on(connection, day):
            plans.accept_plan(connection, day, accounts, accounts)


def accept(workspace: Workspace, now: datetime | None = None) -> Accepted:
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


def take_back(workspace: Workspace, change: int) -> "PlanChange":
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


def _plan(workspace: Workspace, account_id: str, now: datetime | None, *, removed: bool) -> Planned:
    from csmdesk.store.commands import day_plan as plans

    day = (now if now is not None else workspace.now()).astimezone(workspace.zone).date()
    accepted = planned(workspace, day)
    stands = [] if accepted else [item.account_id for item in _model_plan(workspace, now)]
    with workspace.store.writing() as connection:
        one, moment = assessed(connection, workspace, account_id, now)
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
