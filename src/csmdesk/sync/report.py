"""What a sync did, as it goes and in the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from csmdesk.crm.base import Edited

Phase = Literal["looking up", "sending", "pulling", "checking"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync has come: what it is doing, with which type, how many so far."""

    phase: Phase
    object_type: str
    count: int


Tell = Callable[[Progress], None]
"""Called now and then, from the thread that syncs."""


@dataclass(slots=True)
class Counted:
    """Records of one type that a pull met."""

    seen: int = 0
    changed: int = 0
    gone: int = 0


@dataclass(slots=True)
class Pushed:
    """What became of operations. `already_there`: found at the CRM, not sent again."""

    sent: int = 0
    already_there: int = 0
    uncertain: int = 0
    failed: int = 0
    waiting: int = 0
    sent_chains: set[str] = field(default_factory=set)
    """What a user counts as sent: a call is one, whatever is linked to it or follows from it."""
    found_chains: set[str] = field(default_factory=set)
    """Likewise what was there already."""
    windows: list[float] = field(default_factory=list)
    """Seconds between comparing fields with the CRM's and its answer, one per change sent."""
    _heads: dict[str, str] = field(default_factory=dict)

    def note_done(self, op_id: str, depends_on: str | None, *, existed: bool) -> None:
        """Count an operation that is done, and the chain it belongs to."""
        head = op_id if depends_on is None else self._heads.get(depends_on, depends_on)
        self._heads[op_id] = head
        if existed:
            self.already_there += 1
            self.found_chains.add(head)
        else:
            self.sent += 1
            self.sent_chains.add(head)

    def note_edited(self, op_id: str, depends_on: str | None, outcome: Edited) -> None:
        """Count a change of fields that was compared, and what arrived beside something refused."""
        if outcome.now or outcome.against:
            self.windows.append(outcome.window)
        if outcome.refused and outcome.now:
            self.note_done(op_id, depends_on, existed=not outcome.written)


@dataclass(slots=True)
class Tally:
    """Everything a sync counts while it runs."""

    pulled: dict[str, Counted] = field(default_factory=dict)
    pushed: Pushed = field(default_factory=Pushed)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    """What the user should know, though it kept nothing from being done."""
    missing: dict[str, str] = field(default_factory=dict)
    """By type, that so many of its records are missing that the user has to say what that means."""
    left: dict[str, list[str]] = field(default_factory=dict)
    """Local ids of the accounts that left the lists, by why: archived, gone, elsewhere, ..."""
    rests: tuple[str, datetime] | None = None
    """One of the problems: that the CRM asks to wait, and until when nothing is asked of it."""
    must_wait: bool = False
    unreachable: bool = False
    """The CRM could not be reached, or failed to answer: nothing more was asked of it."""
    needs_user: bool = False

    def of(self, object_type: str) -> Counted:
        """Return the count of a type."""
        return self.pulled.setdefault(object_type, Counted())
