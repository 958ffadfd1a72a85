"""The renewal clock: when a contract ends, until when it can be given notice, what is counted down.

Sources: domain rules §2.6 and agenda model §3.3. Contract dates are calendar dates without zone.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from csmdesk.domain.exact import Exact, exact
from csmdesk.domain.money import Rates, amount_in_force
from csmdesk.domain.vocabulary import Forecast

if TYPE_CHECKING:
    from csmdesk.domain.records import Subscription

ClockKind = Literal["notice", "term"]

_DAY = timedelta(days=1)
_CLOSED = ("closed_won", "churn_confirmed")


class Contract(NamedTuple):
    """What the renewal clock and ARR need of an active subscription.

    `amount` is the yearly amount in force, in the base currency; None is unknown. `unrated` is
    the amount with its own currency where no rate leads from that to the base currency.
    """

    id: str
    start_on: date
    auto_renew: bool
    term_end: date | None = None
    term_months: int | None = None
    notice_days: int | None = None
    notice_months: int | None = None
    notice_received_on: date | None = None
    evergreen: bool = False
    forecast: Forecast | None = None
    amount: Exact | None = None
    unrated: tuple[str, Exact] | None = None

    @classmethod
    def of(cls, sub: "Subscription", today: date, rates: Rates, currency: str | None) -> "Contract":
        """Reduce a subscription; `currency` is its account's, used where it names none."""
        steps = ((step.from_on, step.arr) for step in sub.ramp)
        arr = amount_in_force(sub.arr, steps, today)
        own = None if arr is None else exact(arr)
        code = sub.currency or currency
        amount = rates.convert(own, code)
        return cls(
            id=sub.id,
            start_on=sub.start_on,
            auto_renew=sub.auto_renew,
            term_end=sub.term_end,
            term_months=sub.term_months,
            notice_days=sub.notice_days,
            notice_months=sub.notice_months,
            notice_received_on=sub.notice_received_on,
            evergreen=sub.evergreen,
            forecast=sub.forecast,
            amount=amount,
            unrated=None if amount is not None or own is None or code is None else (code, own),
        )

    @property
    def has_term(self) -> bool:
        """Whether anything says when the term ends."""
        return self.term_end is not None or bool(self.term_months)


class Clock(NamedTuple):
    """Where a contract stands on a day.

    `on` and `kind` are None for a locked contract: it renews itself on `term_end`.
    `deadline` is the last day for notice, for contracts that renew themselves.
    """

    term_end: date
    deadline: date | None
    on: date | None
    kind: ClockKind | None
    noticed: bool

    @property
    def locked(self) -> bool:
        """Whether the notice deadline has passed in silence."""
        return self.on is None


def add_months(day: date, months: int) -> date | None:
    """Return a day some months later, clipped to the month's last day; None beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def term_end(contract: Contract, today: date) -> date | None:
    """Return the last covered day of the term that counts; None without a recorded term.

    A contract that renews itself rolls in whole terms from its original anchor, never chained: the
    first end on or after today counts, or on or after the day notice was received.
    """
    given, months = contract.term_end, contract.term_months
    if given is None and not months:
        return None
    if not contract.auto_renew:
        return given if given is not None else _end(contract.start_on, months or 0)
    noticed = contract.notice_received_on
    floor = noticed if noticed is not None and noticed <= today else today
    if given is not None and given >= floor:
        return given
    step = months or 12
    anchor = contract.start_on if given is None else given + _DAY
    first = 1 if given is None else 0
    # One whole term too early at most, then forward.
    elapsed = (floor.year - anchor.year) * 12 + floor.month - anchor.month
    k = max(first, elapsed // step - 1)
    while True:
        end = _end(anchor, k * step)
        if end is None or end >= floor:
            return end
        k += 1


def notice_deadline(contract: Contract, end: date) -> date:
    """Return the last day on which notice can be given; no notice period means the term end."""
    try:
        if contract.notice_days is not None:
            return end - timedelta(days=contract.notice_days)
        if contract.notice_months is not None:
            start = end + _DAY if end < date.max else end
            return add_months(start, -contract.notice_months) or date.min
    except OverflowError:
        return date.min
    return end


def clock(contract: Contract, today: date) -> Clock | None:
    """Return where an active contract stands; None if nothing of it counts down.

    None before it starts, for evergreen and closed contracts, and without a recorded term.
    """
    if contract.evergreen or contract.forecast in _CLOSED or contract.start_on > today:
        return None
    end = term_end(contract, today)
    if end is None:
        return None
    noticed = contract.notice_received_on is not None and contract.notice_received_on <= today
    if not contract.auto_renew:
        return Clock(end, None, end, "term", noticed)
    deadline = notice_deadline(contract, end)
    if noticed:
        return Clock(end, deadline, end, "term", True)
    if deadline >= today:
        return Clock(end, deadline, deadline, "notice", False)
    return Clock(end, deadline, None, None, False)


def _end(anchor: date, months: int) -> date | None:
    start = add_months(anchor, months)
    return None if start is None or start == date.min else start - _DAY
