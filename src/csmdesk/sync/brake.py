"""The brake of a sweep: so many missing records look like a lost permission, not like deletion."""

from typing import Final

from csmdesk.errors import SyncRefused

_MOST_GONE: Final = 50
_SMALL: Final = 5


def brake(kind: str, *, missing: int, known: int, seen: int) -> SyncRefused | None:
    """Return why nothing may be changed; `None` if so few are missing that they can be looked at.

    Args:
        kind: the type of record.
        missing: how many a complete list no longer shows, without what is expected to be off it.
        known: how many are held as active.
        seen: how many the list shows.
    """
    share = missing * 10 > known and missing > _SMALL
    emptied = not seen and known > 1 and missing > 0
    if missing <= _MOST_GONE and not share and not emptied:
        return None
    return SyncRefused(
        f"{missing} of {known} records of type {kind} are no longer in the CRM's"
        " lists. Nothing was changed.",
        "If the token lost a permission, give it back; if they are really gone, run"
        " `csmdesk sync --accept-missing`.",
    )
