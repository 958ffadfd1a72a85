"""What holds for the whole book: its calendar, its rates, whose it is."""

import sqlite3
from datetime import date

from csmdesk.domain.exact import exact
from csmdesk.domain.money import Rates
from csmdesk.store.queries.agenda.statements import HOLIDAYS_SQL, RATES_SQL, USERS_SQL


def holidays(connection: sqlite3.Connection) -> list[date]:
    """Return the days of the book that are not worked."""
    return [date.fromisoformat(text) for (text,) in connection.execute(HOLIDAYS_SQL)]


def rates(connection: sqlite3.Connection, base: str, today: date) -> Rates:
    """Return the rates that hold on a day: of each currency the latest dated by then."""
    rows = connection.execute(RATES_SQL, {"today": today.isoformat()})
    return Rates(base, {currency: exact(rate) for currency, _, rate in rows})


def owner(connection: sqlite3.Connection, me: str | None) -> str | None:
    """Return the id of the user whose book this is: as it says, else the only user, else nobody."""
    if me is not None:
        return me
    users = connection.execute(USERS_SQL).fetchall()
    return str(users[0][0]) if len(users) == 1 else None
