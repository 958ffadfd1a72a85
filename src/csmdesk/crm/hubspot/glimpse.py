"""One activity at HubSpot in few words: to be shown before it is taken for something of ours."""

from collections.abc import Mapping
from typing import Any, Final

from csmdesk.crm.base import Glimpse, Ref
from csmdesk.crm.bodies import split_marker, text_of
from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.api import HubSpotApi
from csmdesk.crm.hubspot.names import KEY_PROPERTY, MARKER
from csmdesk.crm.hubspot.outgoing import BODY

_TITLES: Final[Mapping[str, str]] = {
    "call": "hs_call_title",
    "meeting": "hs_meeting_title",
    "email": "hs_email_subject",
    "task": "hs_task_subject",
}
_TITLE_LENGTH: Final = 200


def read_glimpse(api: HubSpotApi, ref: Ref) -> Glimpse:
    """Read what an activity is, whose, and what it belongs to.

    Raises:
        CrmError: it cannot be read.
    """
    kind, body = ref.object_type, BODY[ref.object_type]
    titled = _TITLES.get(kind, body)
    times = ("hs_meeting_start_time", "hs_timestamp") if kind == "meeting" else ("hs_timestamp",)
    told = api.read(kind, ref.remote_id, (titled, body, *times, "hubspot_owner_id", KEY_PROPERTY))
    found = told.get("properties")
    properties: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    text, marked = split_marker(text_of(values.text(properties, body)), MARKER)
    title = values.line(properties, titled) if titled != body else None
    companies = api.links(kind, "company", (ref.remote_id,)).get(ref.remote_id, [])
    at = [when for name in times if (when := values.instant(properties, name)) is not None]
    return Glimpse(
        title=(title or text.strip().partition("\n")[0])[:_TITLE_LENGTH],
        at=at[0] if at else None,
        owner_remote_id=values.line(properties, "hubspot_owner_id"),
        companies=tuple(companies),
        key=values.line(properties, KEY_PROPERTY) or marked,
    )
