"""Writing an exchange rate."""

import sqlite3

from csmdesk.domain.records import Rate
from csmdesk.store.commands.bulk import upsert
from csmdesk.store.encoding import row_of


def write_rate(connection: sqlite3.Connection, rate: Rate) -> None:
    """Write what a currency is worth from a day on; one of the same day is replaced.

    Args:
        connection: one that is in a writing transaction.
        rate: the rate.
    """
    upsert(connection, "rates", [row_of(rate)], ("currency", "on"))
