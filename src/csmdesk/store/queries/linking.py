"""Imported records that could be linked with a CRM's. Plain SQL."""

import sqlite3
from dataclasses import dataclass

IMPORTED_ACCOUNTS_SQL = """\
SELECT a.id, a.name, a.domain, a.crm_url FROM accounts AS a
WHERE a.source = 'book' AND a.state = 'active'
  AND NOT EXISTS (SELECT 1 FROM remote_links AS l
                  WHERE l.connection = ? AND l.entity = 'account' AND l.local_id = a.id)
ORDER BY a.id"""
IMPORTED_CONTACTS_SQL = """\
SELECT c.id, c.name, c.email, c.account_id FROM contacts AS c
WHERE c.source = 'book' AND c.state = 'active' AND c.email IS NOT NULL
ORDER BY c.id"""
IMPORTED_USERS_SQL = "SELECT id, email FROM users WHERE source = 'book' AND email IS NOT NULL"
TAKEN_SQL = "SELECT remote_id FROM remote_links WHERE connection = ? AND object_type = ?"


@dataclass(frozen=True, slots=True)
class ImportedAccount:
    """An account that came from a book."""

    id: str
    name: str
    domain: str | None
    crm_url: str | None


@dataclass(frozen=True, slots=True)
class ImportedContact:
    """A contact that came from a book."""

    id: str
    name: str
    email: str
    account_id: str


def imported_accounts(connection: sqlite3.Connection, key: str) -> tuple[ImportedAccount, ...]:
    """Return imported accounts that no record of the connection is linked to."""
    return tuple(ImportedAccount(*row) for row in connection.execute(IMPORTED_ACCOUNTS_SQL, (key,)))


def imported_contacts(connection: sqlite3.Connection) -> tuple[ImportedContact, ...]:
    """Return imported contacts that have an e-mail address."""
    return tuple(ImportedContact(*row) for row in connection.execute(IMPORTED_CONTACTS_SQL))


def imported_users(connection: sqlite3.Connection) -> dict[str, str]:
    """Return imported users by their e-mail address in lower case."""
    return {str(row[1]).lower(): str(row[0]) for row in connection.execute(IMPORTED_USERS_SQL)}


def taken(connection: sqlite3.Connection, key: str, object_type: str) -> frozenset[str]:
    """Return the remote ids of a type that are linked already."""
    return frozenset(row[0] for row in connection.execute(TAKEN_SQL, (key, object_type)))
