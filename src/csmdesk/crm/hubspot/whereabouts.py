"""How records fare that a list no longer shows: read directly, a hundred at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.api import BATCH_LIMIT, HubSpotApi, Stopped, chunks
from csmdesk.crm.hubspot.shapes import RawPage
from csmdesk.crm.words import Fare
from csmdesk.errors import AuthRejected, CrmError


def fares(
    api: HubSpotApi, kind: str, ids: Sequence[str], whose: tuple[str, str] | None
) -> dict[str, Fare]:
    """Return how each record fares.

    Args:
        api: the way to the portal.
        kind: their type.
        ids: theirs.
        whose: the property that says whose a record is, and the value that means me; `None` where
            everybody's are looked at.
    """
    found: dict[str, Fare] = {}
    for piece in chunks(ids, BATCH_LIMIT):
        try:
            found |= _of(api, kind, piece, whose)
        except AuthRejected as error:
            # A scope that is missing says so; a token that is refused says nothing of a record.
            found |= dict.fromkeys(piece, "no_access" if error.scope_only else "unknown")
        except (CrmError, Stopped):
            found |= dict.fromkeys(piece, "unknown")
    return found


def _of(
    api: HubSpotApi, kind: str, ids: Sequence[str], whose: tuple[str, str] | None
) -> dict[str, Fare]:
    asked = ("hs_object_id",) if whose is None else ("hs_object_id", whose[0])
    page = api.batch_read(kind, ids, asked)
    shown = {str(raw.get("id")): raw for raw in page.results}
    found: dict[str, Fare] = {}
    for each in ids:
        raw = shown.get(each)
        if raw is not None:
            found[each] = "elsewhere" if _is_anothers(raw, whose) else "yes"
        elif each not in page.absent:
            found[each] = "yes"  # it was absorbed: the answer shows its survivor
    missing = [each for each in ids if each not in found]
    if missing:
        found |= _in_the_bin(api, kind, missing)
    return found


def _in_the_bin(api: HubSpotApi, kind: str, ids: Sequence[str]) -> dict[str, Fare]:
    try:
        page: RawPage = api.batch_read(kind, ids, ("hs_object_id",), archived=True)
    except (CrmError, Stopped):
        return dict.fromkeys(ids, "unknown")
    return {each: "gone" if each in page.absent else "archived" for each in ids}


def _is_anothers(raw: Mapping[str, Any], whose: tuple[str, str] | None) -> bool:
    properties = raw.get("properties")
    if whose is None or not isinstance(properties, Mapping) or whose[0] not in properties:
        return False
    return values.text(properties, whose[0]) != whose[1]
