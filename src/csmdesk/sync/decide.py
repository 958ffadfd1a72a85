"""What a page from the CRM means for the store, and what an answer means for an operation. Pure.

Nothing here reads or writes anything: what is known comes in, what is to be done goes out.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from csmdesk.crm.base import Malformed, Page, RemoteRecord, local_id
from csmdesk.domain.records import Account, Meeting, Survey, Task, Touchpoint
from csmdesk.domain.sharing import SHARED_KINDS
from csmdesk.domain.spelling import Spelled, all_spelled, places
from csmdesk.store.commands.mirror import Placed
from csmdesk.store.commands.sharing import TaskThere

MALFORMED_LIMIT: Final = 5
"""One malformed record in so many is an outage, not bad data."""

ENTITIES: Final[Mapping[str, str]] = {
    "owner": "user",
    "company": "account",
    "contact": "contact",
    "deal": "deal",
    "ticket": "ticket",
    "task": "task",
    "call": "activity",
    "meeting": "meeting",
    "email": "activity",
    "note": "activity",
    "feedback": "survey",
}
"""What a remote type is here, in the words of `remote_links.entity`."""

MIRROR_TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "owner": ("users",),
    "company": ("accounts", "subscriptions"),
    "contact": ("contacts",),
    "deal": ("subscriptions", "opportunities"),
    "ticket": ("tickets",),
    "task": ("tasks",),
    "call": ("activities",),
    "meeting": ("meetings", "activities"),
    "email": ("activities",),
    "note": ("activities",),
    "feedback": ("surveys",),
}
"""The tables in which a remote record may have a row."""


class Link(NamedTuple):
    """What is known of a remote record."""

    local_id: str
    entity: str
    fingerprint: str | None
    state: str
    origin: str
    alias_of: str | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """A creation of ours that a record carries the key of.

    `linked`: it was settled with another record, that the user named and we did not make.
    """

    local_id: str
    remote_id: str | None
    state: str
    entity: str = "touchpoint"
    linked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """What the store knows that bears on a page.

    Attributes:
        connection: the connection's key.
        links: by remote id, of the page's type.
        accounts: local id by remote id of the company.
        aside: remote ids of companies that are out of sight: nothing is read in of them.
        contacts: account by remote id of the contact, of those that records of the page lead to.
        linked_contacts: local id by remote id of contacts that have another id here than their own.
        users: local id by remote id of owners that have another id here than their own.
        own: creations of ours by key.
        touched_meetings: meetings that a touch logged here is the record of.
        calendar: meetings that are in the calendar already.
    """

    connection: str
    links: Mapping[str, Link] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    aside: Set[str] = frozenset()
    contacts: Mapping[str, str] = field(default_factory=dict)
    linked_contacts: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Own] = field(default_factory=dict)
    touched_meetings: frozenset[str] = frozenset()
    calendar: frozenset[str] = frozenset()


class NewLink(NamedTuple):
    """What is known of a remote record from now on."""

    remote: RemoteRecord
    link: Link


@dataclass(frozen=True, slots=True)
class Merge:
    """A record that was absorbed by another."""

    object_type: str
    absorbed: str
    survivor: str
    old_id: str
    new_id: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """An operation of ours that is at the CRM: its record came back."""

    op_id: str
    remote_id: str


@dataclass(frozen=True, slots=True)
class Twice:
    """A creation of ours that is at the CRM twice."""

    op_id: str
    local_id: str
    kept: str
    other: str
    entity: str = "touchpoint"


@dataclass(slots=True)
class Actions:
    """What a page comes to."""

    rows: list[Placed] = field(default_factory=list)
    points: list[tuple[str, ...]] = field(default_factory=list)
    scores: list[tuple[str, ...]] = field(default_factory=list)
    links: list[NewLink] = field(default_factory=list)
    hidden: list[tuple[str, str, str]] = field(default_factory=list)
    buried: list[tuple[str, str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    twice: list[Twice] = field(default_factory=list)
    shared: list[TaskThere] = field(default_factory=list)
    malformed: tuple[Malformed, ...] = ()
    seen: int = 0
    changed: int = 0
    gone: int = 0


def too_malformed(page: Page) -> bool:
    """Return whether so much of a page is unreadable that it is an outage."""
    total = len(page.records) + len(page.malformed) + page.unchanged
    return len(page.malformed) * MALFORMED_LIMIT > max(total, MALFORMED_LIMIT)


def decide_page(page: Page, local: Local) -> Actions:
    """Return what to do about a page: write, hide, merge, recognise, or nothing."""
    actions = Actions(malformed=page.malformed)
    actions.seen = len(page.records) + len(page.malformed) + page.unchanged
    for remote in page.records:
        _decide(remote, local, actions)
    return actions


def _decide(remote: RemoteRecord, local: Local, actions: Actions) -> None:
    known = local.links.get(remote.remote_id)
    if remote.archived:
        if known is not None:
            _absorb(remote, local, actions)
        else:
            _archive_absorbed(remote, local, actions)
        _archive(remote, known, actions)
        return
    if remote.absorbed or remote.asked_id is not None:
        _absorb(remote, local, actions)
    if known is not None and known.fingerprint == remote.fingerprint and known.state == "active":
        return
    own = local.own.get(remote.key) if remote.key is not None else None
    if own is not None and remote.key is not None:
        _recognise(remote, remote.key, own, known, actions)
        return
    if known is not None and known.origin == "push":
        actions.links.append(_linked(remote, known._replace(state="active")))
        _note_shared(remote, known.entity, actions)
        return
    account = _account_of(remote, local)
    if account is None:
        if known is not None and known.state == "active":
            _set_aside(remote, known, actions)
        return
    here = known.local_id if known is not None else _own_id(remote, local)
    rows = _chosen(all_spelled(remote.rows), here, local)
    whole = here if remote.object_type == "company" else account
    fresh = known is None
    for kind, values in rows:
        named, people = _REFERRING[kind](values, local) if kind in _REFERRING else (values, ())
        identity = f"{here}-subscription" if whole is here and kind == "Subscription" else here
        actions.rows.append(Placed(kind, named, identity, whole, fresh, people))
    if remote.points or remote.scores:
        source = local.connection
        actions.points += [(here, metric, on, source, value) for metric, on, value in remote.points]
        actions.scores += [(here, on, source, score) for on, score in remote.scores]
    if known is not None:
        _hide_others(remote, rows, here, actions)
    entity = ENTITIES[remote.object_type]
    actions.links.append(NewLink(remote, Link(here, entity, remote.fingerprint, "active", "pull")))
    actions.changed += 1


def _archive(remote: RemoteRecord, known: Link | None, actions: Actions) -> None:
    if known is None or known.state != "active":
        return
    if known.origin != "push":
        for table in MIRROR_TABLES[remote.object_type]:
            actions.hidden.append((table, known.local_id, "archived"))
    actions.links.append(_linked(remote, known._replace(state="archived")))
    actions.gone += 1


def _set_aside(remote: RemoteRecord, known: Link, actions: Actions) -> None:
    """Hide what hangs on no account in sight any more; it is back when it hangs on one again."""
    for table in MIRROR_TABLES[remote.object_type]:
        actions.hidden.append((table, known.local_id, "no_access"))
    actions.links.append(_linked(remote, known._replace(state="no_access")))
    actions.gone += 1


def _archive_absorbed(remote: RemoteRecord, local: Local, actions: Actions) -> None:
    """Hide what a record absorbed that was archived before it was ever seen here.

    What hangs on them stays with them, and follows should the survivor come back.
    """
    for other in remote.absorbed:
        link = local.links.get(other)
        if link is None or link.alias_of is not None or link.state != "active":
            continue
        for table in MIRROR_TABLES[remote.object_type]:
            actions.hidden.append((table, link.local_id, "archived"))
        actions.buried.append((remote.object_type, other))
        actions.gone += 1


def _absorb(remote: RemoteRecord, local: Local, actions: Actions) -> None:
    """Point what hangs on an absorbed record at the one that absorbed it."""
    absorbed = remote.absorbed
    if remote.asked_id is not None and remote.asked_id != remote.remote_id:
        absorbed = (*absorbed, remote.asked_id)
    for other in absorbed:
        link = local.links.get(other)
        if link is None or link.alias_of is not None:
            continue
        known = local.links.get(remote.remote_id)
        here = known.local_id if known is not None else _own_id(remote, local)
        actions.merges.append(
            Merge(remote.object_type, other, remote.remote_id, link.local_id, here)
        )


def _recognise(
    remote: RemoteRecord, key: str, own: Own, known: Link | None, actions: Actions
) -> None:
    """Take a record that carries our key for what it is: our own push, never a second touch."""
    if own.remote_id is not None and own.remote_id != remote.remote_id:
        kept, other = own.remote_id, remote.remote_id
        if not own.linked:
            kept, other = sorted((kept, other), key=lambda each: (len(each), each))
        actions.twice.append(Twice(key, own.local_id, kept, other, own.entity))
    elif own.state != "done":
        actions.arrived.append(Arrived(key, remote.remote_id))
    entity, here = own.entity, own.local_id
    if known is not None and (known.origin == "push" or entity not in SHARED_KINDS):
        entity, here = known.entity, known.local_id
    elif known is not None:
        # It came in as a task of its own before its key was known to be ours.
        actions.hidden.append(("tasks", known.local_id, "gone"))
    actions.links.append(_linked(remote, Link(here, entity, None, "active", "push")))
    _note_shared(remote, entity, actions)


def _note_shared(remote: RemoteRecord, entity: str, actions: Actions) -> None:
    """Note how the task of a shared step stands; what follows for the step is decided later."""
    if entity not in SHARED_KINDS:
        return
    actions.shared += [
        TaskThere(remote.remote_id, row.title, row.due_on, row.done_on)
        for row in remote.rows
        if isinstance(row, Task)
    ]


def account_in_sight(
    companies: Sequence[str], accounts: Mapping[str, str], aside: Set[str]
) -> str | None:
    """Return the account of the first company that is known and in sight; `None` if none is.

    Args:
        companies: remote ids.
        accounts: local id by remote id of the company.
        aside: remote ids of companies that are out of sight.
    """
    for company in companies:
        account = accounts.get(company)
        if account is not None and company not in aside:
            return account
    return None


def _account_of(remote: RemoteRecord, local: Local) -> str | None:
    """Return the account a record hangs on; `None` when it is out of sight."""
    if remote.object_type in ("owner", "company"):
        return ""
    account = account_in_sight(remote.account_refs, local.accounts, local.aside)
    if account is not None:
        return account
    for contact in remote.via_contacts:
        account = local.contacts.get(contact)
        if account is not None:
            return account
    return None


def _chosen(rows: Sequence[Spelled], here: str, local: Local) -> Sequence[Spelled]:
    """Return the rows to write of those that were offered.

    A meeting that took place comes as calendar entry and as touch. A touch logged here that is its
    record makes the second superfluous; one that never was in the calendar needs no entry.
    """
    if len(rows) < 2 or rows[0][0] != "Meeting":
        return rows
    meeting, touch = rows[0], rows[1]
    if here in local.touched_meetings:
        return (meeting,)
    if here in local.calendar:
        return (meeting, touch)
    values = list(touch[1])
    values[_MEETING_OF_TOUCH] = None
    return ((touch[0], values),)


def _hide_others(
    remote: RemoteRecord, rows: Sequence[Spelled], here: str, actions: Actions
) -> None:
    """Hide what the record was before it turned into something else."""
    tables = MIRROR_TABLES[remote.object_type]
    if len(tables) < 2 or remote.object_type == "company":
        return
    written = {_TABLE[kind] for kind, _ in rows}
    for table in tables:
        if table not in written:
            actions.hidden.append((table, here, "gone"))


_TABLE: Final = {
    "Subscription": "subscriptions",
    "Opportunity": "opportunities",
    "Meeting": "meetings",
    "Touchpoint": "activities",
}
"""Where the kinds are kept that a record of two faces can turn into."""

# What refers to other records: its references become those of linked records.

Referring = tuple[Sequence[Any], tuple[str, ...]]
"""Values with the references they have here, and the people."""

_PARENT, _OWNER = places(Account, ("parent_id", "owner_id"))
_PEOPLE, _USER, _MEETING_OF_TOUCH = places(Touchpoint, ("attendee_ids", "user_id", "meeting_id"))
(_INVITED,) = places(Meeting, ("attendee_ids",))
(_WHO,) = places(Survey, ("contact_id",))


def _account_here(values: Sequence[Any], local: Local) -> Referring:
    parent, owner = values[_PARENT], values[_OWNER]
    if parent is not None:
        parent = local.accounts.get(_remote(parent), parent)
    if owner is not None and local.users:
        owner = local.users.get(_remote(owner), owner)
    if parent == values[_PARENT] and owner == values[_OWNER]:
        return values, ()
    found = list(values)
    found[_PARENT], found[_OWNER] = parent, owner
    return found, ()


def _touch_here(values: Sequence[Any], local: Local) -> Referring:
    people = _people_here(values[_PEOPLE], local)
    user = values[_USER]
    if user is None or not local.users or _remote(user) not in local.users:
        return values, people
    found = list(values)
    found[_USER] = local.users[_remote(user)]
    return found, people


def _meeting_here(values: Sequence[Any], local: Local) -> Referring:
    return values, _people_here(values[_INVITED], local)


def _survey_here(values: Sequence[Any], local: Local) -> Referring:
    who = values[_WHO]
    if who is None:
        return values, ()
    found = list(values)
    found[_WHO] = _contact_here(who, local)
    return found, ()


_REFERRING: Final = {
    "Account": _account_here,
    "Touchpoint": _touch_here,
    "Meeting": _meeting_here,
    "Survey": _survey_here,
}


def _remote(written: str) -> str:
    """Return the remote id in a local id made from it."""
    return written.rpartition("-")[2]


def _people_here(written: Sequence[str], local: Local) -> tuple[str, ...]:
    if not local.linked_contacts:
        return tuple(written) if len(written) < 2 else tuple(dict.fromkeys(written))
    return tuple(dict.fromkeys(_contact_here(each, local) for each in written))


def _contact_here(written: str, local: Local) -> str:
    return local.linked_contacts.get(_remote(written), written)


def _own_id(remote: RemoteRecord, local: Local) -> str:
    return local_id(local.connection, remote.object_type, remote.remote_id)


def _linked(remote: RemoteRecord, link: Link) -> NewLink:
    return NewLink(remote, link._replace(fingerprint=remote.fingerprint))
