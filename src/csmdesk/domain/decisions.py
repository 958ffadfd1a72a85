"""What the user decided about the agenda: the two records that the agenda itself reads and writes.

They stand apart from the other records because the agenda, which is to be seen at once, needs them.
"""

from dataclasses import dataclass
from datetime import date, datetime

from csmdesk.domain.vocabulary import DispositionAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """What the user said to one cause on the agenda; append-only, an undo names what it undoes."""

    id: str
    account_id: str
    type: str
    subject: str
    episode: str
    action: DispositionAction
    points: int
    score: int
    at: datetime
    until: date | None = None
    reason: str | None = None
    undoes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDay:
    """An account in the accepted plan of a day; `removed` if the user took it out."""

    on: date
    account_id: str
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry(PlannedDay):
    """An entry of a day's plan as the store keeps it.

    `own`: the user put the account in or took it out, so that planning anew leaves it alone. A
    book does not say that: of an imported entry only what was taken out counts as the user's own.
    """

    own: bool = False
