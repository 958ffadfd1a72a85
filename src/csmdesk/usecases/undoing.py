"""Taking back the latest thing that can be taken back, whatever it was."""

from dataclasses import dataclass
from datetime import datetime

from csmdesk.errors import InputError, NothingToUndo
from csmdesk.store.queries import touch as touch_queries
from csmdesk.store.queries.dispositions import latest_action
from csmdesk.usecases import dispositions, touchpoints
from csmdesk.usecases.touchpoints import Trace
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back: `log`, or the action of a disposition, and on which causes."""

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


def latest(workspace: Workspace, now: datetime | None = None) -> Trace | Said:
    """Return what `undo_latest` would take back, to be named in a question.

    Raises:
        NothingToUndo: there is nothing.
    """
    instant = now if now is not None else workspace.now()
    logged = touchpoints.latest_logged(workspace)
    with workspace.store.reading() as connection:
        said = latest_action(connection, instant)
        name = touch_queries.account_name(connection, said[0].account_id) if said else None
    if logged is not None and (not said or logged[1] >= said[-1].at):
        return touchpoints.trace(workspace, logged[0])
    if not said:
        raise NothingToUndo("There is nothing to undo.")
    first = said[0]
    types = tuple(dict.fromkeys(one.type for one in said))
    return Said(
        first.id, first.account_id, name or first.account_id, first.action, types, said[-1].at
    )


def undo_agreed(
    workspace: Workspace, agreed: Trace | Said, now: datetime | None = None
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
    """Take back the latest touch, done, snooze or dismissal.

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
