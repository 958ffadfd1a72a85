"""The unique property by which a creation is known again: whether it is there, and since when."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from csmdesk.crm.base import Tier
from csmdesk.crm.hubspot.api import HubSpotApi, Raw
from csmdesk.crm.hubspot.names import ENGAGEMENTS, KEY_PROPERTY
from csmdesk.errors import Rejected

_DEFINITION: Final[dict[str, Any]] = {
    "name": KEY_PROPERTY,
    "label": "csmdesk key",
    "description": "Written by csmdesk so that nothing is logged twice.",
    "type": "string",
    "fieldType": "text",
    "hasUniqueValue": True,
}


def key_made(properties: Sequence[Mapping[str, Any]]) -> str | None:
    """Return when the unique property was made, of all the properties of a type; or nothing.

    One that was deleted and made anew has the same name, and none of the old values.
    """
    for each in properties:
        if (
            each.get("name") == KEY_PROPERTY
            and each.get("hasUniqueValue") is True
            and not each.get("archived")
        ):
            return str(each.get("createdAt") or "")
    return None


def read_key(api: HubSpotApi, kind: str) -> str | None:
    """Read when the unique property of a type was made; nothing if it is not there.

    Raises:
        CrmError: the portal did not say.
    """
    try:
        told = api.property_of(kind, KEY_PROPERTY)
    except Rejected as error:
        if error.status == 404:
            return None
        raise
    return key_made([told])


def create_key(api: HubSpotApi, kind: str, properties: Sequence[Mapping[str, Any]]) -> None:
    """Create the unique property of a type. One that is there already is as good.

    Raises:
        AuthRejected: the token may not.
        CrmError: the portal refused or did not answer.
    """
    try:
        api.create_property(kind, {**_DEFINITION, "groupName": _group_of(properties)})
    except Rejected as error:
        if error.status != 409:
            raise


def tiers_of(known: Mapping[str, Sequence[Raw]]) -> tuple[dict[str, Tier], dict[str, str]]:
    """Return the tier of each activity type, and when the properties of tier A were made."""
    found = {kind: key_made(known[kind]) for kind in ENGAGEMENTS}
    keys = {kind: made for kind, made in found.items() if made is not None}
    return {kind: "A" if kind in keys else "B" for kind in ENGAGEMENTS}, keys


def _group_of(properties: Sequence[Mapping[str, Any]]) -> str:
    for each in properties:
        group = each.get("groupName")
        if isinstance(group, str) and group:
            return group
    return "engagement"
