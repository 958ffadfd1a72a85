"""What HubSpot says of contracts: the fields of a company or of a renewal deal. Pure."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.portal import Portal
from csmdesk.domain.records import ContractBreak, RampStep, Subscription


def subscription(
    local: str,
    account: str,
    properties: Mapping[str, Any],
    portal: Portal,
    holder: str,
    *,
    arr: Decimal | None,
    currency: str | None,
    term_end: date | None,
    lost: bool,
) -> Subscription:
    """Return what the fields of a company or of a deal say of a contract.

    Args:
        local: its local id.
        account: that of its account; empty while nobody knows.
        properties: of the company or deal.
        portal: whose it is.
        holder: the plural type that has the fields.
        arr: the yearly amount.
        currency: of the amount.
        term_end: the last day, where no field of its own says it.
        lost: whether it was not renewed.
    """

    def mapped(name: str) -> str | None:
        return portal.property_of(holder, name)

    months = values.whole(properties, mapped("term_months"), 1200)
    start = values.day(properties, mapped("start_on")) or values.day(
        properties, "createdate", portal.zone
    )
    ended = values.day(properties, mapped("ended_on"))
    if lost:
        ended, term_end = ended or term_end, None
    notice_months = values.whole(properties, mapped("notice_months"), 120)
    evergreen = values.flag(properties, mapped("evergreen")) or False
    return Subscription(
        id=local,
        account_id=account,
        product=values.line(properties, mapped("product")),
        arr=arr,
        currency=currency,
        start_on=start or term_end or date(1970, 1, 1),
        term_months=months or None,
        term_end=None if evergreen else values.day(properties, mapped("term_end")) or term_end,
        auto_renew=values.flag(properties, mapped("auto_renew")) or False,
        notice_days=None
        if notice_months
        else values.whole(properties, mapped("notice_days"), 3660),
        notice_months=notice_months or None,
        evergreen=evergreen,
        status="ended" if ended is not None else "active",
        ended_on=ended,
        ramp=_ramp(values.text(properties, mapped("ramp"))),
        breaks=_breaks(values.text(properties, mapped("breaks"))),
    )


def currency_of(properties: Mapping[str, Any], name: str | None) -> str | None:
    """Return a currency's code of three letters, or nothing."""
    code = values.text(properties, name).strip().upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else None


def _ramp(text: str) -> tuple[RampStep, ...]:
    steps = []
    for entry in _entries(text):
        on, arr = values.day(entry, "from_on"), values.number(entry, "arr")
        if on is not None and arr is not None:
            steps.append(RampStep(from_on=on, arr=arr))
    return tuple(steps)


def _breaks(text: str) -> tuple[ContractBreak, ...]:
    found = []
    for entry in _entries(text):
        on, kind = values.day(entry, "on"), values.line(entry, "kind")
        if on is not None and kind is not None:
            found.append(ContractBreak(on=on, kind=kind))
    return tuple(found)


def _entries(text: str) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON list kept in a text property; nothing if it is none."""
    if not text.startswith("[") or len(text) > 65_536:
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [entry for entry in found if isinstance(entry, Mapping)]
