"""What a HubSpot company is here: an account with what its history tells. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.activities import Links, Mapped
from csmdesk.crm.hubspot.contracts import currency_of, subscription
from csmdesk.crm.hubspot.guesses import COMPANIES, HISTORY_FIELDS
from csmdesk.crm.hubspot.portal import Portal
from csmdesk.domain.records import Account, Segment, Subscription

_DAY: Final = len("2026-01-01")
_SEGMENTS: Final[tuple[tuple[Segment, tuple[str, ...]], ...]] = (
    ("tech", ("tech", "digital", "scaled", "pooled", "self", "long")),
    ("high", ("high", "enterprise", "strategic", "platinum", "gold", "1", "a", "key")),
    ("mid", ("mid", "medium", "midmarket", "silver", "2", "b", "growth")),
    ("low", ("low", "small", "smb", "bronze", "3", "c")),
)


def map_company(
    remote: str, _raw: Mapping[str, Any], properties: Mapping[str, Any], _: Links, portal: Portal
) -> Mapped:
    """Return an account, and its contract if its own fields describe one."""

    def mapped(name: str) -> str | None:
        return portal.property_of(COMPANIES, name)

    local = portal.local("company", remote)
    owner = values.line(properties, mapped("csm")) or values.line(properties, "hubspot_owner_id")
    parent = values.line(properties, "hs_parent_company_id")
    domain = values.line(properties, "domain")
    currency = currency_of(properties, mapped("currency"))
    account = Account(
        id=local,
        name=values.line(properties, "name") or domain or f"Company {remote}",
        domain=domain,
        industry=values.line(properties, "industry"),
        parent_id=portal.local("company", parent) if parent and parent != remote else None,
        owner_id=portal.local("owner", owner) if owner else None,
        segment=segment_of(values.text(properties, mapped("segment"))),
        assigned_on=values.day(properties, mapped("assigned_on")),
        start_on=values.day(properties, mapped("start_on")),
        currency=currency,
        crm_url=f"https://{portal.ui_domain}/contacts/{portal.portal_id}/record/0-2/{remote}",
    )
    if portal.renewal_pipelines:
        return (account,), None
    return (account, *_own_subscription(remote, properties, portal, currency)), None


def points_of(
    raw: Mapping[str, Any], properties: Mapping[str, Any], portal: Portal
) -> list[tuple[str, str, str]]:
    """Return what was measured of a company: metric, day and number each."""
    return [
        (metric, on, value)
        for metric in HISTORY_FIELDS
        for on, value in _series(raw, properties, portal.property_of(COMPANIES, metric))
    ]


def scores_of(
    raw: Mapping[str, Any], properties: Mapping[str, Any], portal: Portal
) -> list[tuple[str, str]]:
    """Return the health of a company: day and number each."""
    series = _series(raw, properties, portal.property_of(COMPANIES, "health"))
    return [each for each in series if _is_score(each[1])]


def _own_subscription(
    remote: str, properties: Mapping[str, Any], portal: Portal, currency: str | None
) -> list[Subscription]:
    """Return the one subscription that a company's own fields describe, if they describe one."""
    arr = values.number(properties, portal.property_of(COMPANIES, "arr"))
    ends = values.day(properties, portal.property_of(COMPANIES, "renewal_date"))
    if arr is None and ends is None:
        return []
    return [
        subscription(
            portal.local("company", f"{remote}-subscription"),
            portal.local("company", remote),
            properties,
            portal,
            COMPANIES,
            arr=arr,
            currency=currency,
            term_end=ends,
            lost=False,
        )
    ]


def segment_of(value: str) -> Segment | None:
    """Return the touch model that an option's value means, if its words say so."""
    words = value.lower().replace("_", " ").replace("-", " ").replace("/", " ").split()
    for segment, signs in _SEGMENTS:
        if any(word in signs for word in words):
            return segment
    return None


def _series(
    raw: Mapping[str, Any], properties: Mapping[str, Any], name: str | None
) -> list[tuple[str, str]]:
    """Return one value a day, the day's last, from a property's history or its present value.

    Days and values are spelled out.
    """
    if name is None:
        return []
    histories = raw.get("propertiesWithHistory")
    history = histories.get(name) if isinstance(histories, dict) else None
    found: dict[str, tuple[str, str]] = {}
    for entry in history if isinstance(history, list) else ():
        if not isinstance(entry, dict):
            continue
        at = values.instant_spelled(entry, "timestamp")
        value = values.number_spelled(entry, "value")
        if at is None or value is None:
            continue
        on = at[:_DAY]
        kept = found.get(on)
        if kept is None or at >= kept[0]:
            found[on] = (at, value)
    if not found:
        at = values.instant_spelled(properties, "hs_lastmodifieddate")
        value = values.number_spelled(properties, name)
        return [] if at is None or value is None else [(at[:_DAY], value)]
    return [(on, found[on][1]) for on in sorted(found)]


@lru_cache(maxsize=1024)
def _is_score(spelled: str) -> bool:
    return 0 <= Decimal(spelled) <= 100
