"""How often an account is to be touched, and what counts as a touch (agenda model §3.1, §3.5)."""

from collections.abc import Mapping

from csmdesk.domain.vocabulary import Colour, Outcome, Segment, TouchType

MET_TYPES = frozenset({"call", "meeting", "onsite", "training", "qbr", "ebr"})
"""Touches that reset the cadence unless nobody answered."""
WRITTEN_TYPES = frozenset({"email", "slack"})
"""Touches that reset it only as a real exchange."""
REVIEW_TYPES = frozenset({"qbr", "ebr"})
"""Touches that are business reviews."""
MISSED = frozenset({"no_show", "left_message"})
"""Outcomes of a touch at which nobody was met."""
CUSTOMER_MEETINGS = frozenset({"meeting", "call", "qbr", "ebr", "training"})
"""Kinds of calendar entries that are held with the customer."""


def is_customer_touch(type_: TouchType, two_way: bool | None, outcome: Outcome | None) -> bool:
    """Tell whether a touch resets the cadence (rule R17)."""
    if outcome in MISSED:
        return False
    if type_ in MET_TYPES:
        return two_way is not False
    return type_ in WRITTEN_TYPES and two_way is True


def cadence_days(
    segment: Segment,
    colour: Colour | None,
    *,
    onboarding: bool,
    renewing: bool,
    by_segment: Mapping[str, int],
    by_colour: Mapping[str, int],
    in_onboarding: int,
    in_renewal: int,
) -> int | None:
    """Return the days allowed between two touches: the shortest of segment, colour and stage.

    None for tech touch, whatever its colour. An unknown colour adds nothing; an open renewal
    (`renewing`) shortens the cadence of high and mid touch only.
    """
    if segment == "tech":
        return None
    days = by_segment[segment]
    if colour is not None and by_colour[colour] < days:
        days = by_colour[colour]
    if onboarding and in_onboarding < days:
        days = in_onboarding
    if renewing and segment in ("high", "mid") and in_renewal < days:
        days = in_renewal
    return days
