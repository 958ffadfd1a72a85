"""How something fares on its way to the CRM and there, in a word or a sentence."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Literal

Delivery = Literal["", "queued", "uncertain", "failed", "conflict", "sent"]
"""How a touch fares on its way to the CRM; empty where nothing is to be sent."""


def delivery(states: Sequence[str]) -> Delivery:
    """Return how a chain of operations fares: the state that most needs a look."""
    if not states:
        return ""
    for state in ("conflict", "failed", "uncertain"):
        if state in states:
            return state
    return "sent" if all(state == "done" for state in states) else "queued"


def deleted_there(state: str, since: datetime, zone: tzinfo) -> str:
    """Return that a record was in the CRM and left it. A sentence that begins after "it".

    Args:
        state: archived or gone.
        since: when that was found.
        zone: the user's.
    """
    how = "archived there" if state == "archived" else "deleted there for good"
    return f"was in the CRM; it was {how} (known since {since.astimezone(zone):%-d %b %Y})"
