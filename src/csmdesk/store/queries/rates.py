"""Which currencies the book uses, and the rates it has for them."""

import sqlite3
from datetime import date
from typing import NamedTuple

# Active contracts, open chances and nothing else: an amount nobody counts needs no rate.
USED_SQL = """\
SELECT DISTINCT currency, account_id FROM (
  SELECT s.account_id, a.owner_id, coalesce(s.currency, a.currency) AS currency
  FROM book_subscriptions AS s JOIN book_accounts AS a ON a.id = s.account_id
  WHERE s.status = 'active' AND (s.arr IS NOT NULL OR EXISTS (
    SELECT 1 FROM ramp_steps AS r WHERE r.subscription_id = s.id))
  UNION ALL
  SELECT o.account_id, a.owner_id, coalesce(o.currency, a.currency)
  FROM opportunities AS o JOIN book_accounts AS a ON a.id = o.account_id
  WHERE o.state = 'active' AND o.status = 'open' AND o.amount IS NOT NULL
) WHERE currency IS NOT NULL AND currency <> :base
  AND (:me IS NULL OR owner_id IS NULL OR owner_id = :me)"""
RATES_SQL = 'SELECT currency, "on", rate FROM rates ORDER BY currency, "on" DESC'


class RateRow(NamedTuple):
    """What one unit of a currency is worth in the base currency from a day on."""

    currency: str
    on: date
    rate: str


def used_currencies(
    connection: sqlite3.Connection, base: str, me: str | None
) -> dict[str, frozenset[str]]:
    """Return the currencies other than the base that contracts and open chances of mine are in.

    Each with the ids of its accounts. `me` None: all accounts are mine.
    """
    found: dict[str, set[str]] = {}
    for currency, account in connection.execute(USED_SQL, {"base": base, "me": me}):
        found.setdefault(currency, set()).add(account)
    return {currency: frozenset(accounts) for currency, accounts in found.items()}


def rates(connection: sqlite3.Connection) -> tuple[RateRow, ...]:
    """Return all rates of the book, by currency, the newest first."""
    return tuple(
        RateRow(currency, date.fromisoformat(on), rate)
        for currency, on, rate in connection.execute(RATES_SQL)
    )
