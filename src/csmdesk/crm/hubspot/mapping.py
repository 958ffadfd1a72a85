"""What a HubSpot record is here. Pure: a dictionary in, records out, every text cleaned.

Each function takes the record's properties and the portal, and gives the rows it stands for.
Links to other records are given as remote ids in the order HubSpot prefers them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from csmdesk.crm.base import Malformed, MirrorRecord, RemoteRecord
from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.activities import map_call, map_email, map_meeting, map_note, map_task
from csmdesk.crm.hubspot.guesses import COMPANIES, DEALS, HISTORY_FIELDS
from csmdesk.crm.hubspot.names import PLURALS, modified_property
from csmdesk.crm.hubspot.portal import Portal
from csmdesk.crm.safe_json import dump_raw
from csmdesk.domain.records import (
    Account,
    Contact,
    ContractBreak,
    HealthRecord,
    Measurement,
    Opportunity,
    RampStep,
    Segment,
    Severity,
    Subscription,
    Survey,
    Ticket,
    User,
)
from csmdesk.text import clean_text

Links = Mapping[str, Sequence[str]]
"""Associated remote ids per our word for a type, the main one first."""

_RAW_LIMIT: Final = 1024 * 1024

_SEGMENTS: Final[tuple[tuple[Segment, tuple[str, ...]], ...]] = (
    ("tech", ("tech", "digital", "scaled", "pooled", "self", "long")),
    ("high", ("high", "enterprise", "strategic", "platinum", "gold", "1", "a", "key")),
    ("mid", ("mid", "medium", "midmarket", "silver", "2", "b", "growth")),
    ("low", ("low", "small", "smb", "bronze", "3", "c")),
)
_SEVERITIES: Final[dict[str, Severity]] = {
    "URGENT": "critical",
    "CRITICAL": "critical",
    "HIGH": "high",
    "MEDIUM": "normal",
    "LOW": "low",
}


def map_owner(raw: Mapping[str, Any], portal: Portal) -> RemoteRecord:
    """Return a user."""
    remote = str(raw.get("id") or "")
    name = " ".join(
        part for part in (values.line(raw, "firstName"), values.line(raw, "lastName")) if part
    )
    email = values.line(raw, "email")
    user = User(id=portal.local("owner", remote), name=name or email or remote, email=email)
    text = dump_raw(raw)
    return RemoteRecord(
        object_type="owner",
        remote_id=remote,
        modified_at=values.instant(raw, "updatedAt"),
        rows=(user,),
        fingerprint=values.fingerprint(text),
        raw=text,
        archived=raw.get("archived") is True,
    )


def map_record(
    kind: str, raw: Mapping[str, Any], links: Links, portal: Portal, salt: str = ""
) -> RemoteRecord | Malformed:
    """Return a record read and mapped, or the reason why it cannot be.

    Args:
        kind: our word for the type.
        raw: the record as sent.
        links: what it is associated with.
        portal: whose it is.
        salt: changes the fingerprint of every record when the meaning of fields changes.
    """
    remote = raw.get("id")
    properties = raw.get("properties")
    archived = raw.get("archived") is True
    if isinstance(remote, int) and not isinstance(remote, bool):
        remote = str(remote)
    text = dump_raw(raw)
    if not isinstance(remote, str) or not remote.isascii() or not remote.isprintable():
        return _malformed(kind, str(remote)[:64] or "?", text, "it has no usable id")
    if not isinstance(properties, dict):
        return _malformed(kind, remote, text, "it has no properties")
    if properties.get("hs_object_id") not in (None, remote, raw.get("id")):
        return _malformed(kind, remote, text, "it carries the id of another record")
    if len(text) > _RAW_LIMIT:
        return _malformed(kind, remote, text[:4096], "it is larger than 1 MiB")
    if archived:
        rows: tuple[MirrorRecord, ...] = ()
        key = None
    else:
        try:
            rows, key = _MAPPERS[kind](remote, raw, properties, links, portal)
        except (ValueError, ArithmeticError) as error:
            return _malformed(kind, remote, text, clean_text(str(error), one_line=True, limit=200))
    companies = tuple(links.get("company", ()))
    contacts = tuple(links.get("contact", ()))
    if kind == "contact" and not companies:
        companies = values.ids(properties, "associatedcompanyid")
    return RemoteRecord(
        object_type=kind,  # type: ignore[arg-type]  # a key of _MAPPERS is an ObjectType
        remote_id=remote,
        modified_at=values.instant(properties, modified_property(kind))
        or values.parse_instant(str(raw.get("updatedAt") or "")),
        rows=rows,
        fingerprint=values.fingerprint(text, salt, ",".join(companies), ",".join(contacts)),
        raw=text,
        account_refs=() if kind == "company" else companies,
        via_contacts=() if kind in ("company", "contact") else contacts,
        absorbed=_absorbed(properties, remote),
        key=key,
        archived=archived,
    )


def _absorbed(properties: Mapping[str, Any], remote: str) -> tuple[str, ...]:
    found = values.ids(properties, "hs_merged_object_ids")
    return tuple(each for each in found if each != remote) if found else ()


Mapped = tuple[tuple[MirrorRecord, ...], str | None]


def _company(
    remote: str, raw: Mapping[str, Any], properties: Mapping[str, Any], _: Links, portal: Portal
) -> Mapped:
    def mapped(name: str) -> str | None:
        return portal.property_of(COMPANIES, name)

    local = portal.local("company", remote)
    owner = values.line(properties, mapped("csm")) or values.line(properties, "hubspot_owner_id")
    parent = values.line(properties, "hs_parent_company_id")
    domain = values.line(properties, "domain")
    currency = _currency(properties, mapped("currency"))
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
    rows: list[MirrorRecord] = [account]
    if not portal.renewal_pipelines:
        rows += _company_subscription(remote, properties, portal, currency)
    for metric in HISTORY_FIELDS:
        rows += [
            Measurement(account_id=local, metric=metric, on=on, value=value)
            for on, value in _series(raw, properties, mapped(metric))
        ]
    rows += [
        HealthRecord(account_id=local, on=on, score=score, source="crm")
        for on, score in _series(raw, properties, mapped("health"))
        if 0 <= score <= 100
    ]
    return tuple(rows), None


def _company_subscription(
    remote: str, properties: Mapping[str, Any], portal: Portal, currency: str | None
) -> list[MirrorRecord]:
    """Return the one subscription that a company's own fields describe, if they describe one."""
    arr = values.number(properties, portal.property_of(COMPANIES, "arr"))
    ends = values.day(properties, portal.property_of(COMPANIES, "renewal_date"))
    if arr is None and ends is None:
        return []
    return [
        _subscription(
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


def _subscription(
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


def _contact(
    remote: str, _raw: Mapping[str, Any], properties: Mapping[str, Any], _: Links, portal: Portal
) -> Mapped:
    first = values.line(properties, "firstname")
    last = values.line(properties, "lastname")
    email = values.line(properties, "email")
    contact = Contact(
        id=portal.local("contact", remote),
        account_id="",
        name=" ".join(part for part in (first, last) if part) or email or f"Contact {remote}",
        title=values.line(properties, "jobtitle"),
        email=email,
        phone=values.line(properties, "phone") or values.line(properties, "mobilephone"),
    )
    return (contact,), None


def _deal(
    remote: str, _raw: Mapping[str, Any], properties: Mapping[str, Any], _: Links, portal: Portal
) -> Mapped:
    pipeline = values.text(properties, "pipeline")
    label, state = portal.deal_stages.get(values.text(properties, "dealstage"), ("", "open"))
    local = portal.local("deal", remote)
    currency = _currency(properties, portal.property_of(DEALS, "currency"))
    if pipeline in portal.renewal_pipelines:
        return (
            _subscription(
                local,
                "",
                properties,
                portal,
                DEALS,
                arr=values.number(properties, portal.property_of(DEALS, "arr"))
                or values.number(properties, "amount"),
                currency=currency,
                term_end=values.day(
                    properties, portal.property_of(DEALS, "renewal_date"), portal.zone
                )
                or values.day(properties, "closedate", portal.zone),
                lost=state == "lost",
            ),
        ), None
    return (
        Opportunity(
            id=local,
            account_id="",
            name=values.line(properties, "dealname") or f"Deal {remote}",
            kind=_deal_kind(properties, portal),
            status=state,
            amount=values.number(properties, "amount"),
            currency=currency,
            stage=label or None,
            close_on=values.day(properties, "closedate", portal.zone),
        ),
    ), None


def _deal_kind(properties: Mapping[str, Any], portal: Portal) -> Any:
    written = values.text(properties, portal.property_of(DEALS, "kind")).lower()
    if written in ("expansion", "renewal", "new"):
        return written
    kind = values.text(properties, "dealtype").lower()
    if "renew" in kind:
        return "renewal"
    return "new" if kind == "newbusiness" else "expansion"


def _ticket(
    remote: str, _raw: Mapping[str, Any], properties: Mapping[str, Any], _: Links, portal: Portal
) -> Mapped:
    opened = values.instant(properties, "createdate")
    if opened is None:
        raise ValueError("a ticket without the date it was opened")
    state = portal.ticket_stages.get(values.text(properties, "hs_pipeline_stage"), ("", "open"))[1]
    closed = values.instant(properties, "closed_date")
    ticket = Ticket(
        id=portal.local("ticket", remote),
        account_id="",
        subject=values.line(properties, "subject") or f"Ticket {remote}",
        severity=_SEVERITIES.get(values.text(properties, "hs_ticket_priority").upper(), "normal"),
        status=state,
        opened_at=opened,
        closed_at=closed if state == "closed" else None,
    )
    return (ticket,), None


def _feedback(
    remote: str,
    _raw: Mapping[str, Any],
    properties: Mapping[str, Any],
    links: Links,
    portal: Portal,
) -> Mapped:
    kind = values.text(properties, "hs_survey_type").strip().lower()
    score = values.whole(properties, "hs_value", 10)
    at = values.instant(properties, "hs_submission_timestamp")
    if kind not in ("nps", "csat") or score is None or at is None:
        return (), None
    if kind == "csat" and not 1 <= score <= 5:
        return (), None
    contacts = links.get("contact", ())
    survey = Survey(
        id=portal.local("feedback", remote),
        account_id="",
        contact_id=portal.local("contact", contacts[0]) if contacts else None,
        kind="nps" if kind == "nps" else "csat",
        score=score,
        at=at,
        comment=clean_text(values.text(properties, "hs_content")).strip() or None,
    )
    return (survey,), None


_Mapper = Callable[[str, Mapping[str, Any], Mapping[str, Any], Links, Portal], Mapped]
_MAPPERS: Final[dict[str, _Mapper]] = {
    "company": _company,
    "contact": _contact,
    "deal": _deal,
    "ticket": _ticket,
    "feedback": _feedback,
    "call": map_call,
    "meeting": map_meeting,
    "email": map_email,
    "note": map_note,
    "task": map_task,
}
assert set(_MAPPERS) == set(PLURALS)  # noqa: S101 - both tables are in this package


def segment_of(value: str) -> Segment | None:
    """Return the touch model that an option's value means, if its words say so."""
    words = value.lower().replace("_", " ").replace("-", " ").replace("/", " ").split()
    for segment, signs in _SEGMENTS:
        if any(word in signs for word in words):
            return segment
    return None


def _series(
    raw: Mapping[str, Any], properties: Mapping[str, Any], name: str | None
) -> list[tuple[date, Decimal]]:
    """Return one value a day, the day's last, from a property's history or its present value."""
    if name is None:
        return []
    histories = raw.get("propertiesWithHistory")
    history = histories.get(name) if isinstance(histories, dict) else None
    found: dict[date, tuple[datetime, Decimal]] = {}
    for entry in history if isinstance(history, list) else ():
        if not isinstance(entry, dict):
            continue
        at = values.parse_instant(values.text(entry, "timestamp"))
        value = values.parse_number(values.text(entry, "value"))
        if at is None or value is None:
            continue
        kept = found.get(at.date())
        if kept is None or at >= kept[0]:
            found[at.date()] = (at, value)
    if not found:
        value = values.number(properties, name)
        at = values.instant(properties, "hs_lastmodifieddate")
        if value is not None and at is not None:
            found[at.astimezone(UTC).date()] = (at, value)
    return [(on, value) for on, (_, value) in sorted(found.items())]


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


def _currency(properties: Mapping[str, Any], name: str | None) -> str | None:
    code = values.text(properties, name).strip().upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else None


def _malformed(kind: str, remote: str, raw: str, reason: str) -> Malformed:
    return Malformed(object_type=kind, remote_id=remote, raw=raw, reason=reason)
