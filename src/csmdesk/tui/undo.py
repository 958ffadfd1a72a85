"""What can be taken back: the actions of this session, the latest first."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undoable:
    """An action that can be taken back.

    Args:
        words: what was done, as the status line says it: "Snoozed Acme".
        take_back: does it, in a thread; returns what to tell, or a question to ask first.
    """

    words: str
    take_back: Callable[[], "str | Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """Something the user has to agree to before it is done."""

    text: str
    yes: str
    agreed: Callable[[], str]
