"""Tying the store to a CRM, and noting how that tie fares."""

import sqlite3
from datetime import datetime, timedelta
from typing import Final

from csmdesk.store.encoding import encode_instant, encode_json, instant_text

LEASE: Final = timedelta(seconds=120)
"""How long somebody who syncs is believed to be alive without saying so."""

SAVE_SQL: Final = (
    "INSERT INTO connections (key, crm, base_url, portal_name, owner_email, owner_remote_id, scope,"
    " field_map, capabilities, token_place, time_zone, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (key) DO UPDATE SET base_url = excluded.base_url,"
    " portal_name = excluded.portal_name, owner_email = excluded.owner_email,"
    " owner_remote_id = excluded.owner_remote_id, scope = excluded.scope,"
    " field_map = excluded.field_map, capabilities = excluded.capabilities,"
    " token_place = excluded.token_place, time_zone = excluded.time_zone,"
    " paused_reason = NULL, paused_until = NULL"
)
TAKE_SQL: Final = (
    "INSERT INTO leases (connection, owner, until) VALUES (?, ?, ?)"
    " ON CONFLICT (connection) DO UPDATE SET owner = excluded.owner, until = excluded.until"
)


def save_connection(
    connection: sqlite3.Connection,
    *,
    key: str,
    crm: str,
    base_url: str,
    portal_name: str,
    owner_email: str | None,
    owner_remote_id: str | None,
    scope: str,
    field_map: object,
    capabilities: object,
    token_place: str,
    time_zone: str | None,
    now: datetime,
) -> None:
    """Tie the store to a CRM, or note what has changed about the tie. A pause ends."""
    connection.execute(
        SAVE_SQL,
        (
            key,
            crm,
            base_url,
            portal_name,
            owner_email,
            owner_remote_id,
            scope,
            encode_json(field_map),
            encode_json(capabilities),
            token_place,
            time_zone,
            instant_text(now),
        ),
    )


def set_base_url(connection: sqlite3.Connection, key: str, base_url: str) -> None:
    """Note under which address the same CRM answers now."""
    connection.execute("UPDATE connections SET base_url = ? WHERE key = ?", (base_url, key))


def set_capabilities(connection: sqlite3.Connection, key: str, capabilities: object) -> None:
    """Note what the connection has been found able to do."""
    connection.execute(
        "UPDATE connections SET capabilities = ? WHERE key = ?", (encode_json(capabilities), key)
    )


def pause(connection: sqlite3.Connection, key: str, reason: str, until: datetime | None) -> None:
    """Let a connection rest: until an instant, or until the user does something."""
    connection.execute(
        "UPDATE connections SET paused_reason = ?, paused_until = ? WHERE key = ?",
        (reason, encode_instant(until), key),
    )


def resume(connection: sqlite3.Connection, key: str) -> None:
    """End a pause."""
    connection.execute(
        "UPDATE connections SET paused_reason = NULL, paused_until = NULL WHERE key = ?", (key,)
    )


def synced(connection: sqlite3.Connection, key: str, now: datetime) -> None:
    """Note that everything was pulled."""
    connection.execute(
        "UPDATE connections SET last_synced_at = ?, paused_reason = NULL, paused_until = NULL"
        " WHERE key = ?",
        (instant_text(now), key),
    )


def take_lease(connection: sqlite3.Connection, key: str, owner: str, now: datetime) -> None:
    """Say that this process syncs a connection."""
    connection.execute(TAKE_SQL, (key, owner, instant_text(now + LEASE)))


def drop_lease(connection: sqlite3.Connection, key: str, owner: str) -> None:
    """Say that this process no longer does."""
    connection.execute("DELETE FROM leases WHERE connection = ? AND owner = ?", (key, owner))


def set_me(connection: sqlite3.Connection, user_id: str) -> None:
    """Note whose book this is."""
    connection.execute(
        "INSERT INTO book_info (id, base_currency, me, settings) VALUES (1, 'USD', ?, '{}')"
        " ON CONFLICT (id) DO UPDATE SET me = excluded.me",
        (user_id,),
    )


def set_currency(connection: sqlite3.Connection, currency: str) -> None:
    """Note the base currency, if nothing is written yet that would be read in another."""
    connection.execute(
        "UPDATE book_info SET base_currency = ? WHERE id = 1 AND base_currency = 'USD'"
        " AND NOT EXISTS (SELECT 1 FROM subscriptions) AND NOT EXISTS (SELECT 1 FROM rates)",
        (currency,),
    )
