"""The brake of a sweep: so many missing records look like a lost permission, not like deletion."""

from typing import Final

from csmdesk.errors import SyncRefused

_MOST_GONE: Final = 50
_SMALL: Final = 5


def emptied(kind: str, *, missing: int, known: int, seen: int) -> SyncRefused | None:
    """Return why nothing may be changed when a list that held records shows none at all.

    Args:
        kind: the type of record.
        missing: how many a complete list no longer shows, without what is expected to be off it.
        known: how many are held as active.
        seen: how many the list shows.
    """
    return _refused(kind, missing, known) if not seen and known > 1 and missing > 0 else None


def brake(kind: str, *, missing: int, known: int) -> SyncRefused | None:
    """Return why nothing may be changed; `None` if so few are missing that it is believed.

    Args:
        kind: the type of record.
        missing: how many the CRM does not show when it is asked for each. What is there and only
            off the list, as what is somebody else's by now, is not missing.
        known: how many are held as active.
    """
    share = missing * 10 > known and missing > _SMALL
    return _refused(kind, missing, known) if share or missing > _MOST_GONE else None


def _refused(kind: str, missing: int, known: int) -> SyncRefused:
    return SyncRefused(
        f"{missing} of {known} records of type {kind} are no longer in the CRM's"
        " lists. Nothing was changed.",
        "If the token lost a permission, give it back; if they are really gone, run"
        " `csmdesk sync --accept-missing`.",
    )
