"""What a CRM is to us: the contract every connector fulfils. Nothing of any vendor is in here.

A connector does four things: it says whose CRM it is talking to (`identity`, `discover`), it
reads (`pull`), it writes (`send`) and it finds out what became of a write nobody answered
(`look_up`). It maps in both directions and keeps no state of its own between calls: cursors,
links between local and remote ids and the outbox belong to the store.

Object types are neutral words: `owner company contact deal ticket task call meeting email note
feedback`. Local ids of pulled records follow from what cannot change (`local_id`).

Payloads of operations are neutral too (`Operation.payload`, JSON):

* `create` of a call, meeting, email or note:
  `{type, at, minutes?, direction?, outcome?, title?, text?}`, words and encodings of the book
  format;
* `create` of a task: `{title, text?, due_on?, priority?, done?}`;
* `update` of a meeting the CRM holds: the same keys as its creation;
* `update` of any other record: `{fields: {field: value}}`;
* `associate`: `{to_type, to_id}`, a neutral type and a local id;
* `delete`: `{}`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from csmdesk.domain.records import (
    Account,
    Contact,
    HealthRecord,
    Measurement,
    Meeting,
    Opportunity,
    Subscription,
    Survey,
    Task,
    Ticket,
    Touchpoint,
    User,
)
from csmdesk.secrets import Secret

ObjectType = Literal[
    "owner",
    "company",
    "contact",
    "deal",
    "ticket",
    "task",
    "call",
    "meeting",
    "email",
    "note",
    "feedback",
]
ACTIVITY_TYPES: tuple[ObjectType, ...] = ("call", "meeting", "email", "note", "task")
"""What can be created at the CRM."""

Tier = Literal["A", "B", "C"]
"""How doubt about a creation is settled: A unique key, B marker in the text, C ask the user."""

Scope = Literal["mine", "all"]
OperationKind = Literal["create", "update", "delete", "associate"]

FIELDS = (
    "csm",
    "arr",
    "currency",
    "renewal_date",
    "auto_renew",
    "notice_days",
    "term_months",
    "start_on",
    "segment",
    "health",
    "forecast",
    "likelihood",
    "seats_purchased",
    "seats_active",
    "active_users",
)
"""What differs from portal to portal, so that a property must be chosen for each."""

MirrorRecord = (
    User
    | Account
    | Subscription
    | Opportunity
    | Contact
    | Touchpoint
    | Meeting
    | Ticket
    | Measurement
    | HealthRecord
    | Survey
    | Task
)
"""What a remote record can turn into. A company may give several (account, usage, health)."""

Stop = Callable[[], bool]
"""Asked between requests; true ends the work as soon as it is safe."""


def local_id(connection: str, object_type: str, remote_id: str) -> str:
    """Return the id of a pulled record, the same on every machine.

    Args:
        connection: the connection's key, for example `hubspot:123456`.
        object_type: one of `ObjectType`.
        remote_id: the CRM's id.
    """
    return f"{connection.replace(':', '-')}-{object_type}-{remote_id}"


@dataclass(frozen=True, slots=True)
class Ref:
    """A record at the CRM."""

    object_type: str
    remote_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a connection was found able to do when it was made.

    Attributes:
        tiers: how doubt is settled, per activity type.
        readable: object types that answered; the others are left out of a pull.
        can_create_keys: whether the token may create the unique property that makes tier A.
    """

    tiers: Mapping[str, Tier] = field(default_factory=dict)
    readable: tuple[str, ...] = ()
    can_create_keys: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """A connection as the store keeps it; a connector is opened with these and a token.

    Attributes:
        key: `hubspot:<portalId>`; empty while a connection is being made.
        fields: the property per object type and field, for example
            `{"companies": {"csm": "customer_success_owner"}}`.
    """

    key: str
    crm: str
    base_url: str
    owner_remote_id: str | None = None
    owner_email: str | None = None
    scope: Scope = "mine"
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    capabilities: Capabilities = field(default_factory=Capabilities)
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A user of the CRM who can own records."""

    remote_id: str
    name: str
    email: str | None
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose CRM the token opens. `key` names the connection; `zone` rules its daily limits."""

    key: str
    portal_id: str
    name: str
    kind: str | None = None
    zone: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChoice:
    """A property that could hold a field: `chosen` is the guess, `others` the runners-up."""

    field: str
    holder: str
    chosen: str | None
    label: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What connecting needs to know about a CRM."""

    owners: tuple[Owner, ...]
    choices: tuple[FieldChoice, ...]
    capabilities: Capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record at the CRM that could be the same as one that was imported."""

    ref: Ref
    name: str
    domain: str | None = None
    email: str | None = None
    company: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far one walk has come. Opaque to everybody but the connector that made it.

    Attributes:
        object_type: what is walked; may carry a suffix for a special pass (`company+archived`).
        query_hash: changes when the question changes, so that new fields are read again.
        high_water: latest modification seen, never later than the CRM's own clock said.
        last_id: the last id at that instant, or in an id-ordered walk.
        page_token: where the CRM said the next page is.
        window_start: when the running walk began, by the CRM's clock.
        state: `walking` while a walk is under way, `settled` when it reached its end.
    """

    object_type: str
    query_hash: str
    high_water: datetime | None = None
    last_id: str | None = None
    page_token: str | None = None
    page_no: int = 0
    window_start: datetime | None = None
    state: Literal["walking", "settled"] = "walking"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteRecord:
    """One record as the CRM holds it, read and mapped.

    Attributes:
        rows: what it is here; ids are those of `local_id`, references too. Empty when it says
            nothing to us (an archived record, an activity of another kind).
        account_refs: remote ids of the companies it could hang on, the likeliest first. Empty for
            owners and companies.
        via_contacts: remote ids of contacts whose account serves when no company fits.
        absorbed: remote ids of the same type that were merged into it.
        asked_id: the id it was asked for, if the CRM answered with another (a merge).
        key: our operation's id, if the record carries one: it is our own push.
        fingerprint: changes when anything we keep changes.
        raw: the record as sent, JSON.
    """

    object_type: ObjectType
    remote_id: str
    modified_at: datetime | None
    rows: tuple[MirrorRecord, ...]
    fingerprint: str
    raw: str
    account_refs: tuple[str, ...] = ()
    via_contacts: tuple[str, ...] = ()
    absorbed: tuple[str, ...] = ()
    asked_id: str | None = None
    key: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A record that could not be read."""

    object_type: str
    remote_id: str
    raw: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is written in one transaction: records, and the cursor that stands behind them.

    Attributes:
        cursor: `None` when more pages belong to the same step; a crash then repeats the step.
        seen_ids: set by a sweep: ids that exist (and are in scope), to find those that do not.
        sweep_done: the sweep of this type is complete; absence now means something.
        whole: companies whose records have all been read with this page.
        unchanged: how many more were seen that are held already.
        refused: why the token may not read this type; empty if it may.
    """

    object_type: str
    records: tuple[RemoteRecord, ...] = ()
    malformed: tuple[Malformed, ...] = ()
    cursor: Cursor | None = None
    seen_ids: tuple[str, ...] = ()
    sweep_done: bool = False
    whole: tuple[str, ...] = ()
    unchanged: int = 0
    refused: str = ""


class Known(Protocol):
    """What the store already has of a connection; asked by a pull to save requests."""

    def whole_companies(self) -> frozenset[str]:
        """Return the remote ids of companies whose records have all been read once."""
        ...

    def current(self, object_type: str, seen: Mapping[str, datetime]) -> frozenset[str]:
        """Return which of these ids are held with that very modification date."""
        ...

    def ids(self, object_type: str) -> frozenset[str]:
        """Return the remote ids held as active."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """What to pull.

    Attributes:
        cursors: those of earlier pulls.
        archived: whether to read what was archived.
        sweep: whether to compare the lists of ids, to find what left without a trace.
    """

    cursors: tuple[Cursor, ...]
    known: Known
    archived: bool = True
    sweep: bool = False
    stop: Stop = lambda: False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One effect to have at the CRM, with every id resolved.

    Attributes:
        op_id: the key or marker that tells this effect from any other.
        remote_id: the record to update, delete or link from; `None` for a creation.
        target: the other end of an association.
        around: the records a creation will be linked to; a look-up reads what hangs on them.
        owner_remote_id: who did it.
        tier: how doubt is settled.
        sent_at: when it was first sent.
    """

    op_id: str
    kind: OperationKind
    object_type: str
    payload: Mapping[str, object]
    remote_id: str | None = None
    target: Ref | None = None
    around: tuple[Ref, ...] = ()
    owner_remote_id: str | None = None
    tier: Tier = "C"
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The CRM has it. `existed`: it was there before this request."""

    remote_id: str | None
    existed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Proved not to have left: name resolution, connection, TLS."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The CRM asks to wait. `seconds` is `None` when it did not say how long."""

    why: str
    seconds: float | None = None
    daily: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAccess:
    """The token is refused: for everything, or (`object_type`) for one type."""

    why: str
    object_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The CRM will never take it like this. `maybe_ours`: a duplicate that could be this one."""

    why: str
    status: int
    maybe_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The record written to is not there under that id."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """It may have arrived: no answer, half an answer, or one that is not the CRM's."""

    why: str


Outcome = Done | NotSent | Later | NoAccess | Refused | Missing | Doubt
"""What became of one operation that was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The effect is there."""

    remote_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A complete walk did not find it. `final`: sending again can do no harm."""

    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """More than one record could be it; only the user can tell."""

    remote_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotTell:
    """The look-up itself failed; it says nothing."""

    why: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """This effect leaves nothing to look for."""

    why: str


Lookup = Found | Absent | Several | CannotTell | Impossible | NoAccess
"""What a look-up found."""


class Connector(Protocol):
    """One CRM, opened with a token. Safe to use from several threads.

    `identity`, `discover`, `count_mine` and `pull` raise the types under `CrmError`; `send` and
    `look_up` never raise them, they answer.
    """

    @property
    def requests(self) -> int:
        """How many HTTP requests have been made."""
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

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """Yield what is new, in an order in which every page can be written as it comes."""
        ...

    def read(self, refs: Sequence[Ref]) -> tuple[Page, ...]:
        """Read these very records; what is gone is left out."""
        ...

    def exists(self, ref: Ref) -> Literal["yes", "archived", "gone", "no_access", "unknown"]:
        """Say how a record that a list no longer shows fares."""
        ...

    def send(self, operations: Sequence[Operation]) -> tuple[Outcome, ...]:
        """Send operations of one kind and type; one outcome each, in their order."""
        ...

    def look_up(self, operation: Operation) -> Lookup:
        """Find out whether an operation arrived."""
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
