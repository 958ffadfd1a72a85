"""The finished agenda: one frozen view that every front end draws.

Words are made when they are asked for, so that thousands of accounts rank without writing
thousands of sentences.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from csmdesk.domain.agenda import words
from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.agenda.combine import Reason
from csmdesk.domain.agenda.hiding import Hidden
from csmdesk.domain.agenda.signals import Signal, rank_key
from csmdesk.domain.exact import Exact, half_up
from csmdesk.domain.vocabulary import Colour, Segment


@dataclass(frozen=True, slots=True)
class Item:
    """One account on the list.

    `rank` counts from 1. `score` is in 1/10,000 point. `tier` 0: a renewal must be acted on by
    the next working day. `effort` is in minutes, as it counts in the plan.
    """

    rank: int
    one: Assessment
    tier: int
    must: bool
    planned: bool
    rotation: bool
    effort: int
    today: date
    currency: str

    @property
    def account_id(self) -> str:
        """The account's id."""
        return self.one.facts.id

    @property
    def account(self) -> str:
        """The account's name."""
        return self.one.facts.name

    @property
    def arr(self) -> Exact | None:
        """The account's ARR in the base currency."""
        return self.one.standing.arr

    @property
    def converted(self) -> bool:
        """Whether that ARR was converted from another currency."""
        return self.one.facts.converted

    @property
    def money(self) -> str:
        """The account's ARR for a list: in its own currency where no rate leads to the base."""
        return words.arr(self.one, self.currency)

    @property
    def no_rate(self) -> str:
        """Why the ARR is not in the base currency, if it is a rate that is missing; else empty."""
        unrated = self.one.standing.unrated
        return words.no_rate(unrated) if unrated else ""

    @property
    def segment(self) -> Segment:
        """The account's touch model."""
        return self.one.standing.segment

    @property
    def colour(self) -> Colour | None:
        """The account's colour; None is unknown."""
        return self.one.standing.colour

    @property
    def score(self) -> int:
        """The score in 1/10,000 point."""
        return self.one.combined.score

    @property
    def points(self) -> int:
        """The score as it is shown: in whole points."""
        return half_up(self.score, 10_000)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """At most three reasons of different families; their contributions make the score."""
        return self.one.combined.reasons

    @property
    def context(self) -> list[Signal]:
        """Every other visible signal, the strongest first."""
        chosen = {reason.signal.cause for reason in self.reasons}
        return sorted(
            (signal for signal in self.one.visible if signal.cause not in chosen), key=rank_key
        )

    @property
    def hidden(self) -> list[Hidden]:
        """What sleeps on this account, by type and subject."""
        return sorted(self.one.hidden, key=lambda item: (item.signal.type, item.signal.subject))

    @property
    def act_by(self) -> date | None:
        """The last working day to act: of the tier 0 renewals, else of the visible ones."""
        days = [s.act_by for s in self.one.visible if s.act_by and (s.tier0 or self.tier)]
        return min(days, default=None)

    @property
    def deadline(self) -> str:
        """By when a line of tier 0 has to be acted on, as a sentence; empty for the rest."""
        return words.deadline(self.act_by, self.today) if self.tier == 0 else ""

    @property
    def hard_date(self) -> date | None:
        """The earliest date that cannot be moved."""
        return min((s.hard_date for s in self.one.visible if s.hard_date), default=None)

    @property
    def largest_stake(self) -> Exact | None:
        """The largest amount at stake, in the base currency, that any visible signal names."""
        return max((s.stake for s in self.one.visible if s.stake is not None), default=None)

    @property
    def line(self) -> str:
        """The item in one line: ARR, renewal dates, reasons."""
        return words.line(self.one, self.currency, self.today)

    @property
    def why(self) -> list[str]:
        """The facts of the line, one by one, without the ARR."""
        return words.why(self.one, self.today)

    @property
    def why_by_weight(self) -> list[str]:
        """The same facts, the strongest reason first: for where there is no room for all."""
        return words.why_by_weight(self.one, self.today)

    @property
    def next_action(self) -> str:
        """What to do."""
        return words.next_action(self.one)

    def fact(self, of: Signal | Reason) -> str:
        """Return the words of one of its signals or reasons."""
        if isinstance(of, Reason):
            return words.reason(of, self.today)
        return words.fact(of, self.today)


def total_arr(items: Iterable[Item]) -> Exact | None:
    """Return the ARR of some accounts together, as far as it is known; None if none is."""
    known = [item.arr for item in items if item.arr is not None]
    return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is deliberately not in the list."""

    account_id: str
    account: str
    text: str


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much of the day is free, how much of that is for the plan, and how much is planned.

    `day_off`: a weekend or a holiday, so that there is nothing to be free of.
    """

    free_minutes: int
    capacity_minutes: int
    planned_minutes: int
    day_off: bool = False

    @property
    def overbooked_minutes(self) -> int:
        """By how much the plan exceeds the capacity."""
        return max(0, self.planned_minutes - self.capacity_minutes)

    @property
    def none_left(self) -> str:
        """Why there is no time for a plan, in words; empty if there is some."""
        if self.capacity_minutes:
            return ""
        return "a day off" if self.day_off else "no free time left"

    @property
    def left_minutes(self) -> int:
        """What is left for more; negative if overbooked."""
        return self.capacity_minutes - self.planned_minutes


@dataclass(frozen=True, slots=True)
class Agenda:
    """The ranked list of a moment, its plan and its notes."""

    as_of: datetime
    today: date
    zone: tzinfo
    currency: str
    capacity: Capacity
    items: tuple[Item, ...]
    notes: tuple[Note, ...]
    starving: int
    """Accounts whose check-in is overdue by the starving ratio or more."""
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note where each account stands: every move of the cursor asks for one."""
        places = {item.account_id: place for place, item in enumerate(self.items)}
        object.__setattr__(self, "_places", places)

    def item(self, account_id: str) -> Item | None:
        """Return an account's item, if it is listed."""
        place = self._places.get(account_id)
        return None if place is None else self.items[place]

    @property
    def below(self) -> tuple[Item, ...]:
        """The items below the cut."""
        return tuple(item for item in self.items if not item.planned)
