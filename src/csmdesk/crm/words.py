"""The words csmdesk and a connector share: types of records, their ids, what can be asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

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

Fare = Literal["yes", "elsewhere", "archived", "gone", "no_access", "unknown"]
"""How a record fares: there, there but somebody else's, in the recycle bin, deleted for good, not
to be read with this token, or nobody can tell at present."""

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

FieldSets = Mapping[str, frozenset[str]]
"""Some fields per holder of the field map."""

Stop = Callable[[], bool]
"""Asked between requests; true ends the work as soon as it is safe."""


def local_id(connection: str, object_type: str, remote_id: str) -> str:
    """Return the id of a pulled record, the same on every machine.

    Args:
        connection: the connection's key, for example `hubspot:123456`.
        object_type: one of `ObjectType`.
        remote_id: the CRM's id.
    """
    return f"{_plain(connection)}-{object_type}-{remote_id}"


@lru_cache(maxsize=16)
def _plain(connection: str) -> str:
    return connection.replace(":", "-")


@dataclass(frozen=True, slots=True)
class Ref:
    """A record at the CRM."""

    object_type: str
    remote_id: str
