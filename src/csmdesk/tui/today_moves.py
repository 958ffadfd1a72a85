"""What a new ranking of Today moved, in a few words. Pure."""

from typing import Final

from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.agenda.signals import rank_key
from csmdesk.domain.agenda.view import Item
from csmdesk.usecases.agenda import Look

_DATED: Final = frozenset({"renewal", "meeting", "review", "recap", "qbr", "expansion"})
"""Causes that end by a date or a number rather than by being dealt with."""


def what_moved(before: Look, after: Look, names: int = 2) -> str:
    """Return what a re-ranking changed, in a few words; empty if nothing to speak of.

    New on the list, gone from it, who climbed because more has come together about it, and who
    fell because something about it is over.
    """
    earlier, later = before.agenda, after.agenda
    old = {item.account_id: item for item in earlier.items}
    new = {item.account_id: item for item in later.items}
    seen = {one.facts.id: one for one in after.assessed}
    came = [item for item in later.items if item.account_id not in old]
    gone = [item for item in earlier.items if item.account_id not in new]
    climbed = sorted(
        (item for item in later.items if _climbed(old.get(item.account_id), item)),
        key=lambda item: item.rank - old[item.account_id].rank,
    )
    parts = [
        f"{item.account} is new at {item.rank}: {item.fact(item.reasons[0])}"
        for item in came[:names]
    ]
    if len(came) > names:
        parts.append(f"{len(came) - names} more are new")
    parts += [
        f"{item.account} rose from {old[item.account_id].rank} to {item.rank}:"
        f" {_news_of(old[item.account_id], item)}"
        for item in climbed[:1]
    ]
    fell = sorted(
        (item for item in later.items if _fell(old.get(item.account_id), item)),
        key=lambda item: old[item.account_id].rank - item.rank,
    )
    parts += [
        f"{item.account} fell from {old[item.account_id].rank} to {item.rank}"
        f"{_over(old[item.account_id], item.one)}"
        for item in fell[:1]
    ]
    parts += [
        f"{item.account} is off the list{_over(item, seen.get(item.account_id))}"
        for item in gone[:names]
    ]
    if len(gone) > names:
        parts.append(f"{len(gone) - names} more are off it")
    return ". ".join(parts)


def _climbed(before: Item | None, after: Item) -> bool:
    """Tell whether an account rose by itself, not because others left."""
    if before is None or after.rank >= before.rank:
        return False
    return after.score > before.score or after.tier < before.tier


def _fell(before: Item | None, after: Item) -> bool:
    """Tell whether an account fell by itself, not because others rose."""
    if before is None or after.rank <= before.rank:
        return False
    return after.score < before.score or after.tier > before.tier


def _over(before: Item, after: Assessment | None) -> str:
    """Return the strongest fact that is not there any more, and why; empty if all are.

    What the user put to sleep elsewhere is asleep; a date that passed or was moved is there no
    longer; the rest is resolved by itself (agenda model §8.1 D).
    """
    if after is None:
        return ""
    left = {(signal.type, signal.subject) for signal in after.visible}
    gone = [s for s in before.one.visible if (s.type, s.subject) not in left]
    if not gone:
        return ""
    best = min(gone, key=rank_key)
    if (best.type, best.subject) in {(one.signal.type, one.signal.subject) for one in after.hidden}:
        return f": {before.fact(best)}, asleep"
    if best.type in _DATED:
        return f": no longer {before.fact(best)}"
    return f": {before.fact(best)}, resolved by itself"


def _news_of(before: Item, after: Item) -> str:
    """Return the fact that did most for the rise: a hard deadline, else what adds most more."""
    if after.tier < before.tier:
        return after.fact(min((s for s in after.one.visible if s.tier0), key=rank_key))
    added = {reason.signal.cause: reason.contribution for reason in before.reasons}
    best = max(
        after.reasons,
        key=lambda reason: reason.contribution - added.get(reason.signal.cause, 0),
    )
    return after.fact(best)
