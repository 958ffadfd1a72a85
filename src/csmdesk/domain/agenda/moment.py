"""The instant an agenda is made for, with what every rule needs to know about it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.agenda.curves import curve
from csmdesk.domain.exact import Exact
from csmdesk.domain.money import Rates
from csmdesk.domain.vocabulary import Segment
from csmdesk.domain.workdays import Workdays


@dataclass(frozen=True, slots=True)
class Moment:
    """As-of instant, its date in the user's zone, the calendar, the rates and the parameters.

    `next_day` is the next working day; `recaps_from` the first day whose recaps are asked for.
    """

    now: datetime
    zone: tzinfo
    workdays: Workdays
    rates: Rates
    config: AgendaConfig = field(default_factory=AgendaConfig)
    today: date = field(init=False)
    next_day: date = field(init=False)
    recaps_from: date = field(init=False)
    _values: dict[Exact | None, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive the day from the instant."""
        today = self.now.astimezone(self.zone).date()
        object.__setattr__(self, "now", self.now.astimezone(UTC))
        object.__setattr__(self, "today", today)
        object.__setattr__(self, "next_day", self.workdays.next(today))
        object.__setattr__(self, "recaps_from", self.workdays.back(today, 10))
        object.__setattr__(self, "_values", {None: self.config.unknown_value})

    def like(self, other: "Moment") -> bool:
        """Tell whether another instant is of the same day, calendar, rates and parameters."""
        return (self.today, self.zone, self.workdays, self.rates, self.config) == (
            other.today,
            other.zone,
            other.workdays,
            other.rates,
            other.config,
        )

    def day_of(self, instant: datetime) -> date:
        """Return the local day of an instant."""
        return instant.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """Return the first instant of a local day; from it on an instant is of that day or later.

        A midnight that daylight saving skips begins where it would have been.
        """
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)

    def days_to(self, day: date) -> int:
        """Return the days until a day: `d`, negative if it is past (agenda model §3.1)."""
        return (day - self.today).days

    def ago(self, days: int) -> date:
        """Return the day some days before today."""
        return self.today - timedelta(days=days)

    def value(self, stake: Exact | None) -> int:
        """Return the weight of a stake in percent: `V` of agenda model §3.2."""
        value = self._values.get(stake)
        if value is None:
            value = self._values[stake] = curve(self.config.value_knots, stake or 0)
        return value

    def segment(self, own: Segment | None, arr: Exact | None) -> Segment:
        """Return an account's touch model: its own, else by ARR, else mid."""
        if own is not None:
            return own
        if arr is None:
            return "mid"
        low, mid, high = self.config.segment_borders
        if arr < low:
            return "tech"
        if arr < mid:
            return "low"
        return "mid" if arr < high else "high"
