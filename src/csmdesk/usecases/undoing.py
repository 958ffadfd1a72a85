"""Taking back the latest thing that can be taken back, whatever it was."""

from dataclasses import dataclass
from datetime import datetime

from csmdesk.errors import InputError, NothingToUndo
from csmdesk.store.queries import touch as touch_queries
from csmdesk.store.queries.dispositions import latest_action
from csmdesk.usecases import dispositions, editing, touchpoints
from csmdesk.usecases.edit_writing import Edit
from csmdesk.usecases.touchpoints import Trace
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back: `log`, `edit`, or the action of a disposition, and on which causes.

    For an edit `types` are the fields.
    """

    account_id: str
    action: str
    types: tuple[str, ...] = ()
    withdrawn: bool = False

    def document(self) -> dict[str, object]:
        """Return what `csmdesk undo --json` prints."""
        return {
            "account_id": self.account_id,
            "action": self.action,
            "types": list(self.types),
            "withdrawn": self.withdrawn,
        }


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


def latest(workspace: Workspace, now: datetime | None = None) -> Trace | Said | Edited:
    """Return what `undo_latest` would take back, to be named in a question.

    Raises:
        NothingToUndo: there is nothing.
    """
    instant = now if now is not None else workspace.now()
    logged = touchpoints.latest_logged(workspace)
    with workspace.store.reading() as connection:
        said = latest_action(connection, instant)
        name = touch_queries.account_name(connection, said[0].account_id) if said else None
    edited = _edited_last(workspace, logged, said[-1].at if said else None)
    if edited is not None:
        return edited
    if logged is not None and (not said or logged[1] >= said[-1].at):
        return touchpoints.trace(workspace, logged[0])
    if not said:
        raise NothingToUndo("There is nothing to undo.")
    first = said[0]
    types = tuple(dict.fromkeys(one.type for one in said))
    return Said(
        first.id, first.account_id, name or first.account_id, first.action, types, said[-1].at
    )


def _edited_last(
    workspace: Workspace, logged: tuple[str, datetime] | None, said_at: datetime | None
) -> Edited | None:
    """Return the latest edit if nothing else was done after it."""
    found = editing.latest(workspace)
    if found is None:
        return None
    edit, at = found
    if (logged is not None and logged[1] > at) or (said_at is not None and said_at > at):
        return None
    with workspace.store.reading() as connection:
        name = touch_queries.account_name(connection, edit.account_id)
    return Edited(edit, name or edit.account_id, at)


def undo_agreed(
    workspace: Workspace, agreed: Trace | Said | Edited, now: datetime | None = None
) -> TakenBack:
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
    """Take back the latest touch, edit, done, snooze or dismissal.

    Args:
        workspace: where it was made.
        now: the instant; by default now.
        sent_too: whether a touch that the CRM has may be withdrawn there as well.

    Raises:
        InputError: there is nothing to take back, or the touch was sent and `sent_too` is not set.
    """
    instant = now if now is not None else workspace.now()
    logged = touchpoints.latest_logged(workspace)
    with workspace.store.reading() as connection:
        said = latest_action(connection, instant)
    edited = _edited_last(workspace, logged, said[-1].at if said else None)
    if edited is not None:
        editing.take_back(workspace, edited.edit, instant)
        words = tuple(each.words for each in edited.edit.changes)
        return TakenBack(edited.edit.account_id, "edit", words)
    if logged is not None and (not said or logged[1] >= said[-1].at):
        undone = touchpoints.undo_log(workspace, logged[0], instant, sent_too=sent_too)
        if undone.result == "ask":
            raise InputError(
                "The latest action is a touch that the CRM has already.",
                "To withdraw it there too: csmdesk undo --sent-too",
            )
        return TakenBack(undone.account_id, "log", withdrawn=undone.result == "withdrawn")
    taken = dispositions.undo(workspace, instant)
    return TakenBack(taken.account_id, taken.action, taken.types)
