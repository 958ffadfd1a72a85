"""What a HubSpot record is here. Pure: a dictionary in, records out, every text cleaned.

Each function takes the record's properties and the portal, and gives the rows it stands for.
Links to other records are given as remote ids in the order HubSpot prefers them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from csmdesk.crm.base import Malformed, MirrorRecord, RemoteRecord
from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.activities import (
    Links,
    Mapped,
    map_call,
    map_email,
    map_meeting,
    map_note,
    map_task,
)
from csmdesk.crm.hubspot.companies import map_company, points_of, scores_of
from csmdesk.crm.hubspot.contracts import currency_of, subscription
from csmdesk.crm.hubspot.guesses import DEALS
from csmdesk.crm.hubspot.names import PLURALS, modified_property
from csmdesk.crm.hubspot.portal import Portal
from csmdesk.crm.hubspot.rows import contact_row
from csmdesk.crm.hubspot.shapes import usable_id
from csmdesk.crm.pages import KINDS, NO_ID, Series
from csmdesk.crm.safe_json import dump_raw
from csmdesk.domain.records import (
    Opportunity,
    Severity,
    Survey,
    Ticket,
    User,
)
from csmdesk.domain.spelling import SpelledRecords
from csmdesk.text import clean_text

_RAW_LIMIT: Final = 1024 * 1024

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
        modified_at=values.instant_spelled(raw, "updatedAt"),
        rows=(user,),
        fingerprint=values.fingerprint(text),
        told={},
        archived=raw.get("archived") is True,
    )


def map_record(
    kind: str,
    raw: Mapping[str, Any],
    links: Links,
    portal: Portal,
    salt: str = "",
    told: Sequence[str] = (),
) -> RemoteRecord | Malformed:
    """Return a record read and mapped, or the reason why it cannot be.

    Args:
        kind: our word for the type.
        raw: the record as sent.
        links: what it is associated with.
        portal: whose it is.
        salt: changes the fingerprint of every record when the meaning of fields changes.
        told: the properties that two-sided fields are kept in.
    """
    remote = usable_id(raw)
    properties = raw.get("properties")
    archived = raw.get("archived") is True
    text = dump_raw(raw)
    if remote is None:
        return _malformed(kind, NO_ID + values.fingerprint(text)[:16], text, "it has no usable id")
    if not isinstance(properties, dict):
        return _malformed(kind, remote, text, "it has no properties")
    if properties.get("hs_object_id") not in (None, remote, raw.get("id")):
        return _malformed(kind, remote, text, "it carries the id of another record")
    if len(text) > _RAW_LIMIT:
        return _malformed(kind, remote, text[:4096], "it is larger than 1 MiB")
    points: Series = ()
    scores: Series = ()
    if archived:
        rows: Sequence[MirrorRecord] = ()
        key = None
    else:
        try:
            rows, key = _MAPPERS[kind](remote, raw, properties, links, portal)
            if kind == "company":
                points = points_of(raw, properties, portal)
                scores = scores_of(raw, properties, portal)
        except (ValueError, ArithmeticError) as error:
            return _malformed(kind, remote, text, clean_text(str(error), one_line=True, limit=200))
    companies = tuple(links.get("company", ()))
    contacts = tuple(links.get("contact", ()))
    if kind == "contact" and not companies:
        companies = values.ids(properties, "associatedcompanyid")
    modified_at = values.instant_spelled(properties, modified_property(kind))
    return RemoteRecord(  # by place: a first pull makes a hundred thousand
        kind,  # type: ignore[arg-type]  # a key of _MAPPERS is an ObjectType
        remote,
        modified_at or values.instant_spelled(raw, "updatedAt"),
        rows,
        values.fingerprint(text, salt, ",".join(companies), ",".join(contacts)),
        {name: properties[name] for name in told if name in properties},
        () if kind == "company" else companies,
        () if kind in ("company", "contact") else contacts,
        absorbed=_absorbed(properties, remote),
        key=key,
        archived=archived,
        points=points,
        scores=scores,
    )


def _absorbed(properties: Mapping[str, Any], remote: str) -> tuple[str, ...]:
    found = values.ids(properties, "hs_merged_object_ids")
    return tuple(each for each in found if each != remote) if found else ()


def _contact(
    remote: str, _raw: Mapping[str, Any], properties: Mapping[str, Any], _: Links, portal: Portal
) -> Mapped:
    first = values.line(properties, "firstname")
    last = values.line(properties, "lastname")
    email = values.line(properties, "email")
    contact = contact_row(
        portal.local("contact", remote),
        name=" ".join(part for part in (first, last) if part) or email or f"Contact {remote}",
        title=values.line(properties, "jobtitle"),
        email=email,
        phone=values.line(properties, "phone") or values.line(properties, "mobilephone"),
    )
    return SpelledRecords((contact,), KINDS), None


def _deal(
    remote: str, _raw: Mapping[str, Any], properties: Mapping[str, Any], _: Links, portal: Portal
) -> Mapped:
    pipeline = values.text(properties, "pipeline")
    label, state = portal.deal_stages.get(values.text(properties, "dealstage"), ("", "open"))
    local = portal.local("deal", remote)
    currency = currency_of(properties, portal.property_of(DEALS, "currency"))
    if pipeline in portal.renewal_pipelines:
        return (
            subscription(
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
    "company": map_company,
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


def _malformed(kind: str, remote: str, raw: bytes, reason: str) -> Malformed:
    text = raw.decode("utf-8", "replace")
    return Malformed(object_type=kind, remote_id=remote, raw=text, reason=reason)
