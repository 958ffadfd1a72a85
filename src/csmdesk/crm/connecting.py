"""What connecting to a CRM asks and answers: whose it is, what it can do, who owns what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from csmdesk.crm.words import Ref, Scope, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a connection was found able to do when it was made.

    Attributes:
        tiers: how doubt is settled, per activity type.
        readable: object types that answered; the others are left out of a pull.
        can_create_keys: whether the token may create the unique property that makes tier A.
        keys: when that property was made, per type of tier A: it tells it from a later one of the
            same name, which knows nothing of what was sent before.
        lost: types whose property was there and is not any more; they are of tier B meanwhile.
    """

    tiers: Mapping[str, Tier] = field(default_factory=dict)
    readable: tuple[str, ...] = ()
    can_create_keys: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()


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
class MappedProperty:
    """How the property that a field is mapped to stands at the CRM.

    Attributes:
        object_type: of which records, in our word.
        holder: the same in the CRM's word, as the field map has it.
        name: the property.
        kind: what it holds, in the CRM's word; `None` if there is no such property.
        read_only: it can be read only.
        takes: the kinds that the field can be read from.
    """

    object_type: str
    holder: str
    field: str
    name: str
    kind: str | None
    read_only: bool = False
    takes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What connecting needs to know about a CRM."""

    owners: tuple[Owner, ...]
    choices: tuple[FieldChoice, ...]
    capabilities: Capabilities
    mapped: tuple[MappedProperty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record at the CRM that could be the same as one that was imported."""

    ref: Ref
    name: str
    domain: str | None = None
    email: str | None = None
    company: str | None = None
