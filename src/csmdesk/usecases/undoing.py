"""Taking back the latest thing that can be taken back, whatever it was."""

from dataclasses import dataclass
from datetime import datetime

from csmdesk.errors import InputError
from csmdesk.store.queries.dispositions import latest_action
from csmdesk.usecases import dispositions, touchpoints
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
