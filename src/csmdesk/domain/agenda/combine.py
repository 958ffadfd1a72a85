"""From signals to a score: families, reasons, effort (agenda model §3.6)."""

from collections.abc import Sequence
from typing import NamedTuple

from csmdesk.domain.agenda.signals import FAMILY, Signal, rank_key

POINT = 10_000
"""What a score counts in: 1/10,000 point."""


class Reason(NamedTuple):
    """A signal that counts for the score, its weight, and how many of its type stand behind."""

    signal: Signal
    weight: int
    more: int

    @property
    def contribution(self) -> int:
        """What it adds to the score, in 1/10,000 point."""
        return self.weight * self.signal.score


class Combined(NamedTuple):
    """The score of an account and what it is made of."""

    score: int
    reasons: tuple[Reason, ...]
    effort: int


def combine(visible: Sequence[Signal], weights: Sequence[int]) -> Combined:
    """Add up the three best families of an account's visible signals.

    Of several hits of one type the highest score represents, then of a family the best type.
    """
    if len(visible) == 1:
        only, weight = visible[0], weights[0]
        return Combined(weight * only.score, (Reason(only, weight, 0),), only.effort)
    reasons: list[Reason] = []
    families: set[str] = set()
    score = effort = 0
    for signal in sorted(visible, key=rank_key):
        family = FAMILY[signal.type]
        if family in families:
            continue
        families.add(family)
        weight = weights[len(reasons)]
        reasons.append(Reason(signal, weight, _more(signal, visible)))
        score += weight * signal.score
        if signal.effort > effort:
            effort = signal.effort
        if len(reasons) == len(weights):
            break
    for signal in visible:
        if signal.tier0 and signal.effort > effort:
            effort = signal.effort
    return Combined(score, tuple(reasons), effort)


def _more(signal: Signal, visible: Sequence[Signal]) -> int:
    kind, count = signal.type, -1
    for other in visible:
        if other.type == kind:
            count += 1
    return count
