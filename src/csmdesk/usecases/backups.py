"""The day's backup of the store, and going back to one."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from csmdesk.store import backup, restoring
from csmdesk.usecases.workspace import Workspace


def back_up_daily(workspace: Workspace, now: datetime) -> Path | None:
    """Make today's backup unless there is one; returns it if it was made.

    Seven daily and four weekly ones are kept beside the store. Takes about a fifth of a second
    for 60 MB; call it in a thread.

    Raises:
        StoreUnusable: the store is damaged, or there is no room.
    """
    return backup.back_up_daily(workspace.store.path, now.astimezone(workspace.zone).date())


KINDS = {
    "daily": "daily",
    "weekly": "weekly",
    "migration": "before an update",
    "replaced": "replaced by a backup",
}
"""What a user calls the kinds of backups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A backup as a user sees it: `number` chooses it, until another one is made."""

    number: int
    name: str
    kind: str
    made_at: datetime
    size: int

    def document(self) -> dict[str, object]:
        """Return the backup for machines."""
        return {
            "number": self.number,
            "name": self.name,
            "kind": self.kind,
            "made_at": self.made_at.isoformat().replace("+00:00", "Z"),
            "size": self.size,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """What a restore did.

    Attributes:
        name: of the backup.
        made_at: when the backup was made.
        aside: where the file went that was there before; `None` if there was none.
        doubtful: how many operations are looked up in the CRM before they are sent.
    """

    name: str
    made_at: datetime
    aside: Path | None
    doubtful: int

    def document(self) -> dict[str, object]:
        """Return the report for machines."""
        return {
            "restored": self.name,
            "made_at": self.made_at.isoformat().replace("+00:00", "Z"),
            "kept": None if self.aside is None else str(self.aside),
            "doubtful": self.doubtful,
        }


def listed(path: Path) -> tuple[Listed, ...]:
    """Return what the store in a file can go back to, the newest first.

    The store itself is not opened: it may be damaged or gone.
    """
    return tuple(
        Listed(
            number=number,
            name=each.path.name,
            kind=KINDS[each.kind],
            made_at=each.made_at,
            size=each.size,
        )
        for number, each in enumerate(restoring.restorable(path), start=1)
    )


def restore(path: Path, wanted: str, now: datetime) -> RestoreReport:
    """Put a backup in the place of the store in a file; the present file is kept beside it.

    Args:
        path: the store; not opened.
        wanted: a number of the list, a name, or the path of a file.
        now: when.

    Raises:
        UsageError: there is no such backup.
        StoreBusy: the store is open somewhere.
        StoreError: the backup cannot be used, or there is no room.
    """
    done = restoring.restore(path, restoring.chosen(path, wanted), now)
    return RestoreReport(
        name=done.backup.path.name,
        made_at=done.backup.made_at,
        aside=done.aside,
        doubtful=done.doubtful,
    )
