"""Exchange rates of the book: which there are, which are missing, and giving one."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from csmdesk.domain.records import Rate
from csmdesk.errors import InputError
from csmdesk.store.queries import rates as queries
from csmdesk.store.queries.agenda.frame import owner
from csmdesk.store.queries.book_info import book_info
from csmdesk.usecases.workspace import Workspace

_CODE: Final = re.compile(r"[A-Z]{3}")
_LARGEST: Final = Decimal(10) ** 9
_FINEST: Final = -12
"""Most decimal places of a rate, as a power of ten."""


@dataclass(frozen=True, slots=True)
class RateLine:
    """One currency: its rate of today, `None` if there is none, and how many accounts use it.

    `rate` is what one unit is worth in the base currency, since `on`.
    """

    currency: str
    rate: Decimal | None
    on: date | None
    accounts: int

    @property
    def missing(self) -> bool:
        """Whether amounts are in it and nothing says what they are worth."""
        return self.rate is None and self.accounts > 0


@dataclass(frozen=True, slots=True)
class RateTable:
    """The currencies of the book beside its base currency, by code.

    `unrated` counts the accounts with amounts in a currency without a rate.
    """

    base: str
    lines: tuple[RateLine, ...]
    unrated: int

    @property
    def missing(self) -> tuple[RateLine, ...]:
        """The currencies without a rate that amounts are in."""
        return tuple(line for line in self.lines if line.missing)

    def document(self) -> dict[str, Any]:
        """Return the table as JSON values."""
        return {
            "base_currency": self.base,
            "rates": [
                {
                    "currency": line.currency,
                    "rate": None if line.rate is None else f"{line.rate:f}",
                    "on": None if line.on is None else line.on.isoformat(),
                    "accounts": line.accounts,
                    "missing": line.missing,
                }
                for line in self.lines
            ],
        }


@dataclass(frozen=True, slots=True)
class RateSet:
    """A rate that was given. `before` is the one of the same day that it replaced."""

    base: str
    rate: Rate
    before: Decimal | None

    @property
    def changed(self) -> bool:
        """Whether the book now says something else than before."""
        return self.before != self.rate.rate

    def document(self) -> dict[str, Any]:
        """Return what was written as JSON values."""
        return {
            "base_currency": self.base,
            "currency": self.rate.currency,
            "rate": f"{self.rate.rate:f}",
            "on": self.rate.on.isoformat(),
            "changed": self.changed,
        }


def table(workspace: Workspace, now: datetime | None = None) -> RateTable:
    """Return the rates that hold on the day of an instant, by default today, and what is missing.

    Raises:
        StoreError: the store cannot serve.
    """
    today = _today(workspace, now)
    with workspace.store.reading() as connection:
        info = book_info(connection)
        base, me = info.base_currency, owner(connection, info.me)
        used = queries.used_currencies(connection, base, me)
        rows = queries.rates(connection)
    latest: dict[str, queries.RateRow] = {}
    for row in rows:
        if row.on <= today:
            latest.setdefault(row.currency, row)
    return RateTable(
        base,
        tuple(
            RateLine(
                code,
                Decimal(found.rate) if (found := latest.get(code)) is not None else None,
                found.on if found is not None else None,
                len(used.get(code, ())),
            )
            for code in sorted({*used, *latest})
        ),
        len(frozenset[str]().union(*(ids for code, ids in used.items() if code not in latest))),
    )


def set_rate(
    workspace: Workspace,
    currency: str,
    rate: Decimal,
    *,
    on: date | None = None,
    now: datetime | None = None,
) -> RateSet:
    """Write what one unit of a currency is worth in the base currency from a day on.

    The same rate given twice changes nothing; another of the same day replaces it.

    Args:
        workspace: where.
        currency: an ISO code, in capitals or not.
        rate: above 0.
        on: the day it holds from; by default today.
        now: the instant that "today" is of; by default now.

    Raises:
        InputError: it is no currency code, or the base currency; the rate is no usable number.
        StoreError: the store cannot be written.
    """
    from csmdesk.store.commands.rates import write_rate

    code = currency.strip().upper()
    if not _CODE.fullmatch(code):
        raise InputError(f"{currency!r} is no currency code.", "Three letters, for example GBP.")
    if not rate.is_finite() or not 0 < rate < _LARGEST or _places(rate) < _FINEST:
        raise InputError("A rate is a number above 0.", "For example 1.27.")
    given = Rate(currency=code, on=on if on is not None else _today(workspace, now), rate=rate)
    with workspace.store.writing() as connection:
        base = book_info(connection).base_currency
        if code == base:
            raise InputError(f"{code} is the book's base currency.", "It needs no rate.")
        known = {(row.currency, row.on): Decimal(row.rate) for row in queries.rates(connection)}
        before = known.get((code, given.on))
        if before != rate:
            write_rate(connection, given)
    return RateSet(base, given, before)


def advice(found: RateTable) -> str:
    """Return in a sentence which rates are missing and how to give them; empty if none is."""
    lines = found.missing
    if not lines:
        return ""
    one = found.unrated == 1
    accounts = "1 account is" if one else f"{found.unrated:,} accounts are"
    codes = ", ".join(line.currency for line in lines)
    return (
        f"{accounts} in {codes}, without a rate: {'its' if one else 'their'} money does not count"
        f" yet. Say what 1 {lines[0].currency} is in {found.base}:"
        f" csmdesk rates set {lines[0].currency} RATE"
    )


def _places(rate: Decimal) -> int:
    exponent = rate.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _today(workspace: Workspace, now: datetime | None) -> date:
    instant = now if now is not None else workspace.now()
    return instant.astimezone(workspace.zone).date()
