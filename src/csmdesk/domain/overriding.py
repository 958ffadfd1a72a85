"""Setting a health colour against the score: for how long, and how far (domain rules §4.2)."""

from datetime import date, timedelta
from typing import Final

from csmdesk.domain.health import RANK
from csmdesk.domain.records import Colour, HealthOverride
from csmdesk.errors import InputError

LONGEST: Final = 30
"""Days for which an override may hold."""


def override(
    account_id: str,
    colour: Colour,
    reason: str,
    *,
    scored: Colour | None,
    today: date,
    until: date | None = None,
) -> HealthOverride:
    """Return the override a CSM asks for, if it may be.

    Down any number of steps, up one step only: a red score is not called green. Without a fresh
    score there is nothing to count steps from, and any colour may be set.

    Args:
        account_id: whose health it is.
        colour: the colour that shall hold.
        reason: why; it stands beside the colour wherever that is shown.
        scored: the colour of the score that counts, overrides aside; None if none is fresh.
        today: the day it begins.
        until: the last day on which it holds, by default the last one allowed.

    Raises:
        InputError: there is no reason, it would last too long, or it is too far up.
    """
    if not reason.strip():
        raise InputError("A colour set by hand needs a reason.", "Say what the score cannot know.")
    latest = today + timedelta(days=LONGEST)
    until = latest if until is None else until
    if until < today:
        raise InputError(f"{until} is past.", f"Choose a day from {today} to {latest}.")
    if until > latest:
        raise InputError(
            f"A colour set by hand holds for at most {LONGEST} days.",
            f"Choose a day up to {latest}; it can be set again then.",
        )
    if scored is not None and RANK[scored] - RANK[colour] > 1:
        raise InputError(
            f"The score says {scored}: it can be set one step better, not two.",
            "Set yellow, or leave it to the score.",
        )
    return HealthOverride(
        account_id=account_id,
        color=colour,
        reason=reason.strip(),
        set_on=today,
        expires_on=until,
    )
