"""From signals to a score: families, reasons, effort (agenda model §3.6)."""

from collections.abc import Sequence
from typing import NamedTuple

from csmdesk.domain.agenda.signals import Signal, rank_key

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
    ordered = visible if len(visible) == 1 else sorted(visible, key=rank_key)
    best: list[Signal] = []
    families: set[str] = set()
    for signal in ordered:
        if signal.family not in families:
            families.add(signal.family)
            best.append(signal)
            if len(best) == len(weights):
                break
    reasons = tuple(
        Reason(signal, weight, _more(signal, visible))
        for signal, weight in zip(best, weights, strict=False)
    )
    effort = max((reason.signal.effort for reason in reasons), default=0)
    for signal in visible:
        if signal.tier0 and signal.effort > effort:
            effort = signal.effort
    return Combined(sum(reason.contribution for reason in reasons), reasons, effort)


def _more(signal: Signal, visible: Sequence[Signal]) -> int:
    if len(visible) == 1:
        return 0
    return sum(1 for other in visible if other.type == signal.type) - 1
