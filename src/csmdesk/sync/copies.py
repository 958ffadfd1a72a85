"""A store that is a copy of another: it is read into, and nothing is sent from it unasked.

A copy is a store whose latest sync was of another file, with something left to send: one restored
from a backup, or brought from another machine. The other file may have sent it, or may be about to.
Two syncs by a timetable are no confirmation; only the user's word is.
"""

from typing import Final, Literal

from csmdesk.store.database import Store
from csmdesk.store.queries import outbox as outbox_queries
from csmdesk.store.queries.sync import A_COPY, last_place

HELD: Final = (
    "This store is a copy, restored from a backup or brought from another machine: nothing is sent"
    " from it, for the other one may have sent it."
)
"""Why a sync only reads."""

LET_GO: Final = (
    "If the other one is not used any more: csmdesk sync --confirm-copy, or S in the workbench."
)
"""What the user has to say before anything is sent."""


def copied(store: Store, key: str, place: str) -> Literal["", "known", "anew"]:
    """Return whether a store is a copy with something left to send.

    Args:
        store: the store.
        key: the connection.
        place: which file it is, on which machine.

    Returns:
        `anew` if that is found now, `known` if it was found before and the user has not said yet
        what to do; empty if it is none.
    """
    with store.reading() as connection:
        last = last_place(connection, key)
        if last in (None, place) or not outbox_queries.left(connection, key):
            return ""
    return "known" if last == A_COPY else "anew"
