"""Money in the base currency of a book, exact and unrounded (agenda model §3.1)."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from csmdesk.domain.exact import Exact, exact

if TYPE_CHECKING:
    from csmdesk.domain.records import Rate


class Rates:
    """What one unit of each currency is worth in the base currency on one day.

    Args:
        base: ISO code of the base currency.
        latest: the rate of each other currency, the latest dated on or before the day.
    """

    __slots__ = ("_latest", "base")

    def __init__(self, base: str, latest: Mapping[str, Exact]) -> None:
        self.base = base
        self._latest = dict(latest)

    def __eq__(self, other: object) -> bool:
        """Tell whether other rates convert alike."""
        if not isinstance(other, Rates):
            return NotImplemented
        return (self.base, self._latest) == (other.base, other._latest)

    def __hash__(self) -> int:
        """Return a number that equal rates share."""
        return hash((self.base, frozenset(self._latest.items())))

    @classmethod
    def on(cls, day: date, base: str, rates: "Iterable[Rate]") -> "Rates":
        """Take from a dated table the rates that hold on a day."""
        newest: dict[str, Rate] = {}
        for rate in rates:
            known = newest.get(rate.currency)
            if rate.on <= day and (known is None or known.on < rate.on):
                newest[rate.currency] = rate
        return cls(base, {code: exact(rate.rate) for code, rate in newest.items()})

    def convert(self, amount: Exact | None, currency: str | None) -> Exact | None:
        """Return an amount in the base currency; None if it or its rate is unknown.

        `currency` None means the base currency.
        """
        if amount is None or currency is None or currency == self.base:
            return amount
        rate = self._latest.get(currency)
        return None if rate is None else amount * rate


def known_sum(amounts: Iterable[Exact | None]) -> Exact | None:
    """Return the sum of the known amounts; None if none is known."""
    total: Exact | None = None
    for amount in amounts:
        if amount is not None:
            total = amount if total is None else total + amount
    return total


def amount_in_force(
    arr: Decimal | None, ramp: Iterable[tuple[date, Decimal]], day: date
) -> Decimal | None:
    """Return the yearly amount of a contract on a day: the latest ramp step begun, else `arr`.

    Domain rules §2.6.7: in a contract priced in steps, ARR is the current year's amount.
    """
    best: date | None = None
    amount = arr
    for start, value in ramp:
        if start <= day and (best is None or best <= start):
            best, amount = start, value
    return amount
