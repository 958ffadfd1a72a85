"""The zone is resolved once, at the first start on a store, and is the book's from then on."""

import sqlite3

REMEMBER_ZONE_SQL = (
    "INSERT INTO book_info (id, timezone, base_currency, settings) VALUES (1, ?, 'USD', '{}')"
    " ON CONFLICT (id) DO UPDATE SET timezone = coalesce(book_info.timezone, excluded.timezone)"
)


def remember_zone(connection: sqlite3.Connection, name: str) -> None:
    """Store the name of the user's zone unless the book has one already.

    Args:
        connection: one that is in a writing transaction.
        name: of the zone, as IANA has it.
    """
    connection.execute(REMEMBER_ZONE_SQL, (name,))
