"""Which accounts left the lists with a sync, in words: nobody should find out by missing them."""

from collections.abc import Mapping, Sequence
from typing import Final

_NAMED: Final = 3

_WHY: Final[Mapping[str, tuple[str, str]]] = {
    "archived": ("was archived in the CRM", "were archived in the CRM"),
    "gone": ("was deleted in the CRM for good", "were deleted in the CRM for good"),
    "elsewhere": ("is no longer yours in the CRM", "are no longer yours in the CRM"),
    "no_access": ("is out of your sight in the CRM", "are out of your sight in the CRM"),
}


def departures(left: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a sentence for each way in which accounts left: how many, and the first names.

    Args:
        left: names by why: archived, gone, elsewhere or no_access.
    """
    return [_sentence(why, sorted(left[why])) for why in _WHY if left.get(why)]


def _sentence(why: str, names: Sequence[str]) -> str:
    one, several = _WHY[why]
    if len(names) == 1:
        return (
            f"{names[0]} {one}. It left your lists; what you wrote about it is kept:"
            " `csmdesk accounts --gone`."
        )
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    shown += f" and {more:,} more" if more > 0 else ""
    return (
        f"{len(names):,} accounts {several}: {shown}. They left your lists; what you wrote about"
        " them is kept: `csmdesk accounts --gone`."
    )
