"""What a CRM is to us: the contract every connector fulfils. Nothing of any vendor is in here.

A connector does four things: it says whose CRM it is talking to (`identity`, `discover`), it
reads (`pull`), it writes (`send`) and it finds out what became of a write nobody answered
(`look_up`). It maps in both directions and keeps no state of its own between calls: cursors,
links between local and remote ids and the outbox belong to the store.

Object types are neutral words: `owner company contact deal ticket task call meeting email note
feedback`. Local ids of pulled records follow from what cannot change (`local_id`).

The values that go in and out stand beside it and can be had from here too: `connecting` for
making a connection, `pages` for what is read, `effects` for what is written, `words` for the rest.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

from csmdesk.crm.connecting import (
    Candidate,
    Capabilities,
    ConnectionSettings,
    Discovery,
    FieldChoice,
    Identity,
    MappedProperty,
    Owner,
)
from csmdesk.crm.effects import (
    Absent,
    CannotTell,
    Done,
    Doubt,
    Edited,
    Found,
    Glimpse,
    Impossible,
    Later,
    Lookup,
    Missing,
    NoAccess,
    NotSent,
    Operation,
    Outcome,
    Refused,
    Several,
)
from csmdesk.crm.pages import (
    NO_ID,
    Cursor,
    Known,
    Malformed,
    MirrorRecord,
    Page,
    PullRequest,
    RemoteRecord,
)
from csmdesk.crm.words import (
    ACTIVITY_TYPES,
    FIELDS,
    Fare,
    FieldSets,
    ObjectType,
    OperationKind,
    Ref,
    Scope,
    Stop,
    Tier,
    local_id,
)
from csmdesk.secrets import Secret

__all__ = [
    "ACTIVITY_TYPES",
    "FIELDS",
    "NO_ID",
    "Absent",
    "Candidate",
    "CannotTell",
    "Capabilities",
    "ConnectionSettings",
    "Connector",
    "Cursor",
    "Dial",
    "Discovery",
    "Done",
    "Doubt",
    "Edited",
    "Fare",
    "FieldChoice",
    "FieldSets",
    "Found",
    "Glimpse",
    "Identity",
    "Impossible",
    "Known",
    "Later",
    "Lookup",
    "Malformed",
    "MappedProperty",
    "MirrorRecord",
    "Missing",
    "NoAccess",
    "NotSent",
    "ObjectType",
    "Operation",
    "OperationKind",
    "Outcome",
    "Owner",
    "Page",
    "PullRequest",
    "Ref",
    "Refused",
    "RemoteRecord",
    "Scope",
    "Several",
    "Stop",
    "Tier",
    "TokenSource",
    "local_id",
]


class Connector(Protocol):
    """One CRM, opened with a token. Safe to use from several threads.

    `identity`, `discover`, `count_mine` and `pull` raise the types under `CrmError`; `send` and
    `look_up` never raise them, they answer.
    """

    @property
    def requests(self) -> int:
        """How many HTTP requests have been made."""
        ...

    @property
    def heard(self) -> Sequence[tuple[float, datetime]]:
        """What time it was at the CRM, and by this machine's `monotonic`, at its latest answers."""
        ...

    def identity(self) -> Identity:
        """Return whose CRM this is."""
        ...

    def discover(self, maps: Mapping[str, str] | None = None) -> Discovery:
        """Read owners, properties and abilities; `maps` replaces guesses by field.

        Raises UsageError for a field or property that does not exist.
        """
        ...

    def count_mine(self) -> int:
        """Return how many companies belong to the owner of the settings."""
        ...

    def companies(self) -> Iterator[Candidate]:
        """Yield the companies in scope, by name and domain, to be linked with imported ones."""
        ...

    def contacts_of(self, companies: Sequence[str]) -> Iterator[Candidate]:
        """Yield the contacts of companies, by name and e-mail."""
        ...

    def create_keys(self) -> Capabilities:
        """Create the unique properties that make tier A, and return what is possible now."""
        ...

    def keys_made(self, types: Collection[str]) -> Mapping[str, str]:
        """Return when the unique property of each of these activity types was made, if it is there.

        Raises CrmError unless it is known of every one whether it is.
        """
        ...

    def mapped(self, holders: Collection[str] = ()) -> tuple[MappedProperty, ...]:
        """Read how the mapped properties stand; of these holders only, if any are named.

        What the token may not see is left out.
        """
        ...

    def leave_out(self, unread: FieldSets, unwritten: FieldSets) -> None:
        """Neither read nor write these fields from now on: their properties are not what they were.

        What a page brings has no say about fields that are not read (`Page.kept`).
        """
        ...

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """Yield what is new, in an order in which every page can be written as it comes."""
        ...

    def read(self, refs: Sequence[Ref]) -> tuple[Page, ...]:
        """Read these very records; what is gone is left out."""
        ...

    def exists(self, ref: Ref) -> Literal["yes", "archived", "gone", "no_access", "unknown"]:
        """Say how a record that a list no longer shows fares."""
        ...

    def glimpse(self, ref: Ref) -> Glimpse:
        """Read what a record of an activity type is, for a person to know it by.

        Raises CrmError if it cannot be read.
        """
        ...

    def fares(self, object_type: str, remote_ids: Sequence[str]) -> Mapping[str, Fare]:
        """Say how records of one type fare that a list no longer shows."""
        ...

    def send(self, operations: Sequence[Operation]) -> tuple[Outcome, ...]:
        """Send operations of one kind and type; one outcome each, in their order."""
        ...

    def look_up(self, operation: Operation) -> Lookup:
        """Find out whether an operation arrived."""
        ...

    def fields_of(self, object_type: str, told: Mapping[str, Any]) -> Mapping[str, str | None]:
        """Return what a record says of the fields that both sides may change (its `told`).

        Values are in the encodings of the book format. Asks nobody.
        """
        ...

    def url(self, ref: Ref) -> str | None:
        """Return the address of a record in the CRM's own pages."""
        ...

    def close(self) -> None:
        """Let the network go."""
        ...


TokenSource = Callable[[], Secret]
"""Gives the token when a request needs it. Raises SecretError if there is none."""

Dial = Callable[[ConnectionSettings, TokenSource], Connector]
"""Open a connector with settings and a token."""
