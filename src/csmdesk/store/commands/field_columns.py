"""Which columns of the mirror a mapped field fills."""

from collections.abc import Collection, Mapping
from typing import Final

from csmdesk.domain.records import Account, Opportunity, Subscription, Task, Touchpoint

_COLUMNS_OF: Final[Mapping[str, tuple[tuple[type, str], ...]]] = {
    "csm": ((Account, "owner_id"),),
    "segment": ((Account, "segment"),),
    "assigned_on": ((Account, "assigned_on"),),
    "currency": ((Account, "currency"), (Subscription, "currency"), (Opportunity, "currency")),
    "start_on": ((Account, "start_on"), (Subscription, "start_on")),
    "arr": ((Subscription, "arr"),),
    "renewal_date": ((Subscription, "term_end"),),
    "term_end": ((Subscription, "term_end"),),
    "auto_renew": ((Subscription, "auto_renew"),),
    "notice_days": ((Subscription, "notice_days"),),
    "notice_months": ((Subscription, "notice_months"),),
    "term_months": ((Subscription, "term_months"),),
    "evergreen": ((Subscription, "evergreen"),),
    "product": ((Subscription, "product"),),
    "ended_on": ((Subscription, "ended_on"), (Subscription, "status")),
    "kind": ((Opportunity, "kind"),),
    "touch_type": ((Touchpoint, "type"),),
    "touch_outcome": ((Touchpoint, "outcome"),),
    "touch_sentiment": ((Touchpoint, "sentiment"),),
    "touch_two_way": ((Touchpoint, "two_way"),),
    "touch_minutes": ((Touchpoint, "minutes"),),
    "effort_minutes": ((Task, "effort_minutes"),),
}
"""The columns that a mapped field fills. Usage and health are series, of which nothing goes."""


def columns_of(kind: type, fields: Collection[str]) -> frozenset[str]:
    """Return the columns that fields fill in the table of a kind of record."""
    return frozenset(
        column for field in fields for owner, column in _COLUMNS_OF.get(field, ()) if owner is kind
    )
