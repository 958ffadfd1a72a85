"""How something fares on its way to the CRM, in one word."""

from collections.abc import Sequence
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
