"""Proposing which imported records are the same as the CRM's. Proposed, never done unasked."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from csmdesk.crm.base import Candidate, Connector, Ref
from csmdesk.domain.names import fold
from csmdesk.store.queries import linking as queries
from csmdesk.usecases.workspace import Workspace

Why = Literal["address", "domain", "name", "e-mail"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An imported record and the CRM's record that it seems to be."""

    entity: Literal["account", "contact", "user"]
    local_id: str
    local_name: str
    remote: Ref
    remote_name: str
    why: Why


def proposals(workspace: Workspace, connector: Connector, key: str) -> tuple[Proposal, ...]:
    """Return pairs that fit in one way only: by address, else domain, else name; people by e-mail.

    Raises:
        CrmError: the CRM could not be read.
    """
    with workspace.store.reading() as connection:
        accounts = queries.imported_accounts(connection, key)
        contacts = queries.imported_contacts(connection)
        taken = queries.taken(connection, key, "company")
        taken_people = queries.taken(connection, key, "contact")
    if not accounts:
        return ()
    companies = [each for each in connector.companies() if each.ref.remote_id not in taken]
    found = _companies(accounts, companies)
    account_of = {each.remote.remote_id: each.local_id for each in found}
    people = [
        each
        for each in connector.contacts_of(list(account_of))
        if each.ref.remote_id not in taken_people and each.company in account_of and each.email
    ]
    by_email = {(each.account_id, each.email.lower()): each for each in contacts}
    for person in people:
        match = by_email.get((account_of[person.company or ""], (person.email or "").lower()))
        if match is not None:
            found.append(
                Proposal("contact", match.id, match.name, person.ref, person.name, "e-mail")
            )
    return tuple(found)


def _companies(
    accounts: Sequence[queries.ImportedAccount], companies: Sequence[Candidate]
) -> list[Proposal]:
    found: list[Proposal] = []
    left = list(accounts)
    free = list(companies)
    ways: tuple[
        tuple[
            Why,
            Callable[[queries.ImportedAccount], str | None],
            Callable[[Candidate], str | None],
        ],
        ...,
    ] = (
        ("address", lambda a: _last_part(a.crm_url), lambda c: c.ref.remote_id),
        ("domain", lambda a: (a.domain or "").lower() or None, lambda c: (c.domain or "").lower()),
        ("name", lambda a: fold(a.name), lambda c: fold(c.name)),
    )
    for why, ours, theirs in ways:
        mine = _unique(left, ours)
        there = _unique(free, theirs)
        for sign, account in mine.items():
            company = there.get(sign)
            if company is None:
                continue
            found.append(
                Proposal("account", account.id, account.name, company.ref, company.name, why)
            )
            left.remove(account)
            free.remove(company)
    return found


def _unique(entries: Iterable[T], sign: Callable[[T], str | None]) -> dict[str, T]:
    signed = [(sign(each), each) for each in entries]
    counted = Counter(found for found, _ in signed if found)
    return {found: each for found, each in signed if found and counted[found] == 1}


def _last_part(address: str | None) -> str | None:
    return None if address is None else address.rstrip("/").rpartition("/")[2] or None
