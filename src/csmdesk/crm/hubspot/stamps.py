"""When a record was last changed, as HubSpot sends it. Pure."""

from collections.abc import Sequence
from datetime import datetime

from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.api import Raw
from csmdesk.crm.hubspot.names import modified_property


def latest(
    known: datetime | None, results: Sequence[Raw], kind: str, limit: datetime | None
) -> datetime | None:
    """Return the latest modification seen; what lies in the CRM's future moves nothing.

    Args:
        known: the latest seen before.
        results: records.
        kind: our word for their type.
        limit: what time it is at the CRM. Where it did not say, nothing moves: this machine's clock
            may be wrong, and what is skipped because of it would never be read.
    """
    if limit is None:
        return known
    found = known
    for raw in results:
        at = modified(raw, kind)
        if at is not None and at <= limit and (found is None or at > found):
            found = at
    return found


def all_ids(raw: Raw) -> set[str]:
    """Return the id of a record and those of the records it absorbed."""
    properties = raw.get("properties")
    absorbed = (
        values.ids(properties, "hs_merged_object_ids") if isinstance(properties, dict) else ()
    )
    return {str(raw.get("id")), *absorbed}


def modified(raw: Raw, kind: str) -> datetime | None:
    """Return when a record was last changed, if it says so."""
    properties = raw.get("properties")
    if not isinstance(properties, dict):
        return None
    return values.instant(properties, modified_property(kind))


def modified_ms(raw: Raw, kind: str) -> int | None:
    """Return when a record was last changed, in milliseconds since 1970."""
    at = modified(raw, kind)
    return None if at is None else milliseconds(at)


def milliseconds(at: datetime) -> int:
    """Return an instant in milliseconds since 1970."""
    return int(at.timestamp() * 1000)
