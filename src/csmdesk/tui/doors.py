"""What the first screen can open, given to the workbench by whoever wires it.

The workbench knows use cases only; starting an embedded CRM or keeping a token is not for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from csmdesk.usecases.setup import ConnectReport
from csmdesk.usecases.workspace import Workspace


class Asks(Protocol):
    """How a door asks while it opens; called from its thread, answers come from the screen."""

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """Return the place of the chosen option, or `None` to give up."""
        ...

    def confirm(self, question: str, *, default: bool) -> bool:
        """Return the answer to a yes-or-no question."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """Another workspace to work on from now on.

    Args:
        workspace: what was opened.
        notice: a sentence for the status line.
        close: called when the workbench ends.
    """

    workspace: Workspace
    notice: str
    close: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways in. Each is called in a thread of its own.

    Args:
        demo: makes or opens the demo; told what to say meanwhile.
        connect: ties the workspace to HubSpot by a token, and keeps the token if it can.
    """

    demo: Callable[[Callable[[str], None]], Opened]
    connect: Callable[[Workspace, str, Asks], ConnectReport]
