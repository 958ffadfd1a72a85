"""What the store knows of a connection, where a pull needs it: asked by threads, or for a page."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from csmdesk.crm.base import Page, local_id
from csmdesk.store.database import Store
from csmdesk.store.queries import sync as queries
from csmdesk.store.queries.connections import quarantined
from csmdesk.sync.decide import Link, Local, Own, account_in_sight


class StoreKnown:
    """What the store has of a connection, asked by a running pull from its own threads."""

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key

    def whole_companies(self) -> frozenset[str]:
        """Return the remote ids of companies whose records have all been read once."""
        with self._store.reading() as connection:
            return queries.whole_companies(connection, self._key)

    def current(self, object_type: str, seen: Mapping[str, datetime]) -> frozenset[str]:
        """Return which of these ids are held with that very modification date."""
        with self._store.reading() as connection:
            return queries.current(connection, self._key, object_type, seen)

    def ids(self, object_type: str) -> frozenset[str]:
        """Return the remote ids held as active."""
        with self._store.reading() as connection:
            return queries.active_ids(connection, self._key, object_type)


@dataclass(frozen=True, slots=True)
class Linked:
    """Which records here the CRM's are, where every page needs it.

    Attributes:
        accounts: local id by remote id of the company.
        contacts: local id by remote id of contacts that have another id here than their own.
        users: the same of owners.
        aside: remote ids of companies that are out of sight.
        quarantined: whether anything is set aside that a page may cure.
    """

    accounts: dict[str, str]
    contacts: dict[str, str]
    users: dict[str, str]
    aside: set[str]
    quarantined: bool


def linked_before(connection: sqlite3.Connection, key: str) -> Linked:
    """Return what earlier pulls linked."""
    own = local_id(key, "contact", "")
    return Linked(
        accounts=queries.account_links(connection, key),
        contacts=queries.linked_contacts(connection, key, own),
        users={
            remote: local
            for remote, local in queries.user_links(connection, key).items()
            if local != local_id(key, "owner", remote)
        },
        aside=set(queries.out_of_sight(connection, key, "company")),
        quarantined=quarantined(connection, key) > 0,
    )


def local_of(connection: sqlite3.Connection, key: str, page: Page, linked: Linked) -> Local:
    """Return what the store knows that bears on a page.

    Args:
        connection: in the transaction that writes the page.
        key: the connection to the CRM.
        page: what came.
        linked: what earlier pages linked.
    """
    remote_ids = {record.remote_id for record in page.records}
    for record in page.records:
        if record.absorbed or record.asked_id is not None:
            remote_ids.update(record.absorbed, (record.asked_id or record.remote_id,))
    links = {
        remote: Link(
            found.local_id,
            found.entity,
            found.fingerprint,
            found.state,
            found.origin,
            found.alias_of,
        )
        for remote, found in (
            queries.links(connection, key, page.object_type, remote_ids) if remote_ids else {}
        ).items()
    }
    marks = {record.key for record in page.records if record.key is not None}
    own = queries.own_operations(connection, marks)
    meetings: set[str] = set()
    if page.object_type == "meeting":
        meetings = {
            links[record.remote_id].local_id
            if record.remote_id in links
            else local_id(key, "meeting", record.remote_id)
            for record in page.records
        }
    return Local(
        connection=key,
        links=links,
        accounts=linked.accounts,
        aside=linked.aside,
        contacts=_accounts_of_contacts(connection, key, page, linked),
        linked_contacts=linked.contacts,
        users=linked.users,
        own={
            mark: Own(each.local_id, each.remote_id, each.state, each.entity, each.linked)
            for mark, each in own.items()
        },
        touched_meetings=queries.touched_meetings(connection, meetings),
        calendar=queries.known_meetings(connection, meetings),
    )


def _accounts_of_contacts(
    connection: sqlite3.Connection, key: str, page: Page, linked: Linked
) -> dict[str, str]:
    """Return the accounts that records of a page hang on by their contacts alone."""
    wanted = {
        contact
        for record in page.records
        if record.via_contacts
        and account_in_sight(record.account_refs, linked.accounts, linked.aside) is None
        for contact in record.via_contacts
    }
    if not wanted:
        return {}
    return queries.accounts_of_contacts(connection, key, wanted)
