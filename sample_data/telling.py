"""How a chapter of an account is told: touch by touch, with its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One touch. `steps` are (side, words, due day, done day or `None`)."""

    day: int
    at: tuple[int, int]
    kind: str
    minutes: int
    who: tuple[str, ...]
    text: str
    steps: tuple[tuple[str, str, int | None, int | None], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What the generator takes over for one account.

    Args:
        since: the day from which only the chapter speaks.
        people: changes to people by part.
        health: (day, score) knots; between them the score moves in a straight line.
        users: (day, active users) knots, likewise.
    """

    since: int
    said: tuple[Said, ...]
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    health: tuple[tuple[int, int], ...] = ()
    users: tuple[tuple[int, int], ...] = ()
    pulses: tuple[tuple[int, str, str], ...] = ()
