"""What HubSpot calls things: object types, their ids and keys, and the association types."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """One object type of the CRM.

    `key` is the plural used in paths and association lists, `one` the singular used in association
    type names, `modified` the cursor property (fact sheet §6), `scope` the stem of the scopes that
    guard it, `unique` the built-in property that tells records apart, if there is one (§12).
    """

    key: str
    one: str
    type_id: str
    scope: str
    modified: str = "hs_lastmodifieddate"
    created: str = "hs_createdate"
    defaults: tuple[str, ...] = ()
    unique: str | None = None
    read_only: bool = False
    merges: bool = False


_ACTIVITY = "crm.objects.contacts"

OBJECT_TYPES: tuple[ObjectType, ...] = (
    ObjectType(
        key="contacts",
        one="contact",
        type_id="0-1",
        scope="crm.objects.contacts",
        modified="lastmodifieddate",
        created="createdate",
        defaults=(
            "firstname",
            "lastname",
            "email",
            "lastmodifieddate",
            "hs_object_id",
            "createdate",
        ),
        unique="email",
        merges=True,
    ),
    ObjectType(
        key="companies",
        one="company",
        type_id="0-2",
        scope="crm.objects.companies",
        created="createdate",
        defaults=("name", "domain", "createdate", "hs_lastmodifieddate", "hs_object_id"),
        merges=True,
    ),
    ObjectType(
        key="deals",
        one="deal",
        type_id="0-3",
        scope="crm.objects.deals",
        created="createdate",
        defaults=(
            "dealname",
            "amount",
            "closedate",
            "pipeline",
            "dealstage",
            "createdate",
            "hs_lastmodifieddate",
            "hs_object_id",
        ),
        merges=True,
    ),
    ObjectType(
        key="tickets",
        one="ticket",
        type_id="0-5",
        scope="tickets",
        created="createdate",
        defaults=(
            "subject",
            "content",
            "hs_pipeline",
            "hs_pipeline_stage",
            "hs_ticket_priority",
            "createdate",
            "hs_lastmodifieddate",
            "hs_object_id",
        ),
        merges=True,
    ),
    ObjectType(key="notes", one="note", type_id="0-46", scope=_ACTIVITY),
    ObjectType(key="meetings", one="meeting_event", type_id="0-47", scope=_ACTIVITY),
    ObjectType(key="calls", one="call", type_id="0-48", scope=_ACTIVITY),
    ObjectType(key="emails", one="email", type_id="0-49", scope=_ACTIVITY),
    ObjectType(key="tasks", one="task", type_id="0-27", scope=_ACTIVITY),
    ObjectType(
        key="feedback_submissions",
        one="feedback_submission",
        type_id="0-19",
        scope="crm.objects.feedback_submissions",
        read_only=True,
    ),
)

ACTIVITY_KEYS = ("calls", "notes", "meetings", "tasks", "emails")

_ALIASES: dict[str, ObjectType] = {}
for _kind in OBJECT_TYPES:
    for _alias in (_kind.key, _kind.one, _kind.type_id):
        _ALIASES[_alias] = _kind
_ALIASES["meeting"] = _ALIASES["meetings"]


def object_type(name: str) -> ObjectType | None:
    """The type of that plural, singular or type id, in any case; None if there is none."""
    return _ALIASES.get(name.lower())


@dataclass(frozen=True, slots=True)
class LinkType:
    """One kind of association in one direction. `label` is None for the plain one."""

    category: str
    type_id: int
    label: str | None = None


# From the fact sheet §9: (from, to) -> the plain type, then the labelled ones.
_PLAIN: dict[tuple[str, str], int] = {
    ("contacts", "companies"): 279,
    ("companies", "contacts"): 280,
    ("contacts", "deals"): 4,
    ("deals", "contacts"): 3,
    ("contacts", "tickets"): 15,
    ("tickets", "contacts"): 16,
    ("companies", "deals"): 342,
    ("deals", "companies"): 341,
    ("companies", "tickets"): 340,
    ("tickets", "companies"): 339,
    ("deals", "tickets"): 27,
    ("tickets", "deals"): 28,
    ("contacts", "feedback_submissions"): 97,
    ("feedback_submissions", "contacts"): 98,
    ("tickets", "feedback_submissions"): 99,
    ("feedback_submissions", "tickets"): 100,
    ("calls", "meetings"): 399,
    ("companies", "companies"): 450,
    ("contacts", "contacts"): 449,
}
_TARGETS = ("companies", "contacts", "deals", "tickets")
_ACTIVITY_IDS = {
    "calls": (182, 194, 206, 220),
    "emails": (186, 198, 210, 224),
    "meetings": (188, 200, 212, 226),
    "notes": (190, 202, 214, 228),
    "tasks": (192, 204, 216, 230),
}
for _activity, _ids in _ACTIVITY_IDS.items():
    for _target, _number in zip(_TARGETS, _ids, strict=True):
        _PLAIN[_activity, _target] = _number
        _PLAIN[_target, _activity] = _number - 1  # the reverse of an engagement id is one lower

_LABELLED: dict[tuple[str, str], tuple[tuple[int, str], ...]] = {
    ("contacts", "companies"): ((1, "Primary"),),
    ("companies", "contacts"): ((2, "Primary"),),
    ("deals", "companies"): ((5, "Primary"),),
    ("companies", "deals"): ((6, "Primary"),),
    ("companies", "tickets"): ((25, "Primary"),),
    ("tickets", "companies"): ((26, "Primary"),),
    ("companies", "companies"): ((13, "Child Company"), (14, "Parent Company")),
}
_INVERSE = {1: 2, 2: 1, 5: 6, 6: 5, 25: 26, 26: 25, 13: 14, 14: 13}

_PLAIN_TYPES = {pair: LinkType("HUBSPOT_DEFINED", number) for pair, number in _PLAIN.items()}
_LABELLED_TYPES = {
    pair: tuple(LinkType("HUBSPOT_DEFINED", number, label) for number, label in entries)
    for pair, entries in _LABELLED.items()
}


def plain_link(from_key: str, to_key: str) -> LinkType | None:
    """The unlabelled association between two types, or None if they cannot be linked."""
    return _PLAIN_TYPES.get((from_key, to_key))


def labelled_links(from_key: str, to_key: str) -> tuple[LinkType, ...]:
    """The built-in labelled associations between two types."""
    return _LABELLED_TYPES.get((from_key, to_key), ())


def inverse_id(type_id: int) -> int | None:
    """The built-in label seen from the other side, by its type id."""
    return _INVERSE.get(type_id)


def linked_keys(from_key: str) -> tuple[str, ...]:
    """The types that records of this type can be linked to."""
    return tuple(to for origin, to in _PLAIN_TYPES if origin == from_key)


def link_name(from_type: ObjectType, to_type: ObjectType, link: LinkType) -> str:
    """How record bodies name a link: `company_to_contact`, plus a suffix for the plain kind."""
    stem = f"{from_type.one}_to_{to_type.one}"
    if link.label is not None or not labelled_links(from_type.key, to_type.key):
        return stem
    return f"{stem}_unlabeled"
