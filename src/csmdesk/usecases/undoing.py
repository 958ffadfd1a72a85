"""Taking back the latest thing that can be taken back, whatever it was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from csmdesk.errors import InputError, NothingToUndo
from csmdesk.store.queries import touch as touch_queries
from csmdesk.store.queries.dispositions import latest_action
from csmdesk.usecases import day_plan, dispositions, editing, touchpoints
from csmdesk.usecases.edit_writing import Edit
from csmdesk.usecases.touchpoints import Trace
from csmdesk.usecases.workspace import Workspace

PLAN_CHANGES: Final = frozenset({"plan", "unplan", "replan"})
"""The actions that change today's plan."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back: `log`, `edit`, the action of a disposition and on which causes, or the
    action of a change of today's plan.

    For an edit `types` are the fields. `account_id` is None where the day was planned anew.
    `withdrawn`: the CRM is told of it. `stays`: records there that it was linked with stay.
    """

    account_id: str | None
    action: str
    types: tuple[str, ...] = ()
    withdrawn: bool = False
    stays: int = 0

    def document(self) -> dict[str, object]:
        """Return what `csmdesk undo --json` prints."""
        return {
            "account_id": self.account_id,
            "action": self.action,
            "types": list(self.types),
            "withdrawn": self.withdrawn,
        } | ({"stays": self.stays} if self.stays else {})


@dataclass(frozen=True, slots=True)
class Said:
    """A done, snooze or dismissal: on which causes of whom, and when.

    Attributes:
        key: tells it from every other one.
    """

    key: str
    account_id: str
    account: str
    action: str
    types: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Edited:
    """An edit of which nothing was sent: whose, of what, and when."""

    edit: Edit
    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Replanned:
    """A change of today's plan: which, of whom, and when.

    Attributes:
        change: tells it from every other one.
        action: `plan`, `unplan` or `replan`.
        account_id: None, and `account` empty, if the day was planned anew.
    """

    change: int
    action: str
    account_id: str | None
    account: str
    at: datetime

    @property
    def told(self) -> str:
        """What was done, in words: "Acme was taken out of today's plan"."""
        return plan_words(self.action, self.account)


def plan_words(action: str, account: str) -> str:
    """Return in words what a change of today's plan was."""
    if action == "replan":
        return "today was planned anew"
    return f"{account} was {'put into' if action == 'plan' else 'taken out of'} today's plan"


Found = Replanned | Trace | Said | Edited
"""What can be taken back."""


def latest(workspace: Workspace, now: datetime | None = None) -> Found:
    """Return what `undo_latest` would take back, to be named in a question.

    Raises:
        NothingToUndo: there is nothing.
    """
    instant = now if now is not None else workspace.now()
    logged = touchpoints.latest_logged(workspace)
    with workspace.store.reading() as connection:
        said = latest_action(connection, instant)
        name = touch_queries.account_name(connection, said[0].account_id) if said else None
    # Of several at one instant the first of these is the latest.
    found: list[tuple[datetime, Found | str]] = []
    planned = day_plan.latest_change(workspace, instant)
    if planned is not None:
        change, whose = planned
        replanned = Replanned(change.seq, change.action, change.account_id, whose, change.at)
        found.append((change.at, replanned))
    edited = _edited(workspace)
    if edited is not None:
        found.append((edited.at, edited))
    if logged is not None:
        found.append((logged[1], logged[0]))
    if said:
        first, at = said[0], said[-1].at
        types = tuple(dict.fromkeys(one.type for one in said))
        account = name or first.account_id
        found.append((at, Said(first.id, first.account_id, account, first.action, types, at)))
    if not found:
        raise NothingToUndo("There is nothing to undo.")
    _, last = max(found, key=lambda each: each[0])
    return touchpoints.trace(workspace, last) if isinstance(last, str) else last


def _edited(workspace: Workspace) -> Edited | None:
    """Return the latest edit of which nothing was sent."""
    found = editing.latest(workspace)
    if found is None:
        return None
    edit, at = found
    with workspace.store.reading() as connection:
        name = touch_queries.account_name(connection, edit.account_id)
    return Edited(edit, name or edit.account_id, at)


def undo_agreed(workspace: Workspace, agreed: Found, now: datetime | None = None) -> TakenBack:
    """Take back what the user was shown, and nothing else.

    Raises:
        InputError: something else is the latest by now, or the touch has been sent since.
    """
    instant = now if now is not None else workspace.now()
    if latest(workspace, instant) != agreed:
        raise InputError("Something has changed since the question.", "u asks again.")
    return undo_latest(workspace, instant, sent_too=isinstance(agreed, Trace) and bool(agreed.crm))


def undo_latest(
    workspace: Workspace, now: datetime | None = None, *, sent_too: bool = False
) -> TakenBack:
    """Take back the latest touch, edit, done, snooze, dismissal or change of today's plan.

    Args:
        workspace: where it was made.
        now: the instant; by default now.
        sent_too: whether a touch that the CRM has may be withdrawn there as well.

    Raises:
        InputError: there is nothing to take back, or the touch was sent and `sent_too` is not set.
    """
    instant = now if now is not None else workspace.now()
    found = latest(workspace, instant)
    match found:
        case Replanned():
            day_plan.take_back(workspace, found.change)
            return TakenBack(found.account_id, found.action)
        case Edited():
            editing.take_back(workspace, found.edit, instant)
            words = tuple(each.words for each in found.edit.changes)
            return TakenBack(found.edit.account_id, "edit", words)
        case Trace():
            undone = touchpoints.undo_log(
                workspace, found.touchpoint_id, instant, sent_too=sent_too
            )
            if undone.result == "ask":
                raise InputError(
                    "The latest action is a touch that the CRM has already.",
                    "To withdraw it there too: csmdesk undo --sent-too",
                )
            return TakenBack(
                undone.account_id, "log", withdrawn=bool(undone.op_ids), stays=undone.stays
            )
        case Said():
            taken = dispositions.undo(workspace, instant)
            return TakenBack(taken.account_id, taken.action, taken.types)
