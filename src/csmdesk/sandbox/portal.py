"""The part of a book that a CRM holds, as a real portal would hold it. Pure.

Renewals are deals in a renewal pipeline, everything else that is sold stands in a second one; ARR,
health, CSM, notice and usage are custom properties of the company, with their history; touches are
engagements; answers to surveys are feedback submissions; users are owners.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from dateutil.relativedelta import relativedelta

from csmdesk.book.contents import Contents
from csmdesk.domain.records import Account, Contact, Opportunity, Subscription, Survey, Ticket
from csmdesk.sandbox.portal_activities import add_activities
from csmdesk.sandbox.portal_parts import (
    Portal,
    count_text,
    day_text,
    kind_of,
    make_record,
    midnight,
    noon,
    plain,
    split_name,
)
from csmdesk.sandbox.portal_schema import (
    RENEWAL_LOST,
    RENEWAL_OPEN,
    RENEWAL_PIPELINE,
    SALES_PIPELINE,
    USAGE_METRICS,
    custom_pipelines,
    custom_properties,
    stage_id,
)
from csmdesk.sandbox.records import Version
from csmdesk.sandbox.remote_ids import RemoteIds
from csmdesk.sandbox.schema import EPOCH
from csmdesk.sandbox.values import iso

PORTAL_ID = 48151623
"""The account of the demo."""

PRIORITIES = {"low": "LOW", "normal": "MEDIUM", "high": "HIGH", "critical": "URGENT"}
TICKET_STAGES = {"open": "1", "waiting_on_customer": "2", "closed": "4"}


def portal_of(contents: Contents, now: datetime, portal_id: int = PORTAL_ID) -> Portal:
    """The portal for a book. What lies after `now` has not been written yet.

    Raises ValueError if two rows would share a remote id.
    """
    ids = RemoteIds(contents, portal_id)
    now = now.astimezone(ZoneInfo(contents.timezone or "UTC"))
    base = contents.base_currency or "USD"
    currencies = [base, *(row.currency for row in contents.accounts if row.currency)]
    currencies += [row.currency for row in contents.subscriptions if row.currency]
    currencies += [row.currency for row in contents.opportunities if row.currency]
    industries = sorted({row.industry for row in contents.accounts if row.industry})
    portal = Portal(
        portal_id=portal_id,
        time_zone=contents.timezone or "UTC",
        currency=base,
        properties=custom_properties(tuple(currencies), tuple(industries)),
        pipelines=custom_pipelines([(row.status, row.stage) for row in contents.opportunities]),
    )
    for user in contents.users:
        portal.owners.append(_owner(user.name, user.email, ids.users[user.id][1]))
    _add_companies(portal, contents, ids, now)
    for contact in contents.contacts:
        _add_contact(portal, contact, ids)
    names = {account.id: account.name for account in contents.accounts}
    for subscription in contents.subscriptions:
        _add_renewal(portal, subscription, names.get(subscription.account_id, ""), ids)
    for opportunity in contents.opportunities:
        _add_opportunity(portal, opportunity, ids)
    for ticket in contents.tickets:
        _add_ticket(portal, ticket, ids, now)
    for survey in contents.surveys:
        if survey.id in ids.surveys:
            _add_survey(portal, survey, ids)
    add_activities(portal, contents, ids, now)
    return portal


def _owner(name: str, email: str | None, remote: str) -> dict[str, Any]:
    first, last = split_name(name)
    return {
        "id": remote,
        "email": email or f"owner-{remote}@example.invalid",
        "type": "PERSON",
        "firstName": first,
        "lastName": last,
        "userId": int(remote) % 100_000_000,
        "userIdIncludingInactive": int(remote) % 100_000_000,
        "createdAt": EPOCH,
        "updatedAt": EPOCH,
        "archived": False,
    }


def _series(points: Iterable[tuple[date, Decimal]], now: datetime) -> tuple[Version, ...]:
    """Versions of a daily value, newest first; days to come in the zone of `now` are left out."""
    return tuple(
        (plain(value), noon(day, now), "INTEGRATION")
        for day, value in sorted(points, reverse=True)
        if day <= now.date()
    )


def effective_end(contract: Subscription) -> date | None:
    """The last covered day: as written, else by the term; None if there is none."""
    if contract.evergreen:
        return None
    if contract.term_end is not None:
        return contract.term_end
    if contract.term_months is not None:
        return contract.start_on + relativedelta(months=contract.term_months) - timedelta(days=1)
    return None


def _add_companies(portal: Portal, contents: Contents, ids: RemoteIds, now: datetime) -> None:
    series: dict[str, dict[str, list[tuple[date, Decimal]]]] = {}
    for point in contents.measurements:
        if point.metric in USAGE_METRICS:
            metrics = series.setdefault(point.account_id, {})
            metrics.setdefault(point.metric, []).append((point.on, point.value))
    for score in contents.health:
        if score.source == "crm":
            metrics = series.setdefault(score.account_id, {})
            metrics.setdefault("health_score", []).append((score.on, score.score))
    contracts: dict[str, list[Subscription]] = {}
    for contract in contents.subscriptions:
        if contract.status == "active":
            contracts.setdefault(contract.account_id, []).append(contract)
    for account in contents.accounts:
        _add_company(
            portal,
            account,
            contracts.get(account.id, ()),
            {
                name: versions
                for name, points in series.get(account.id, {}).items()
                if (versions := _series(points, now))
            },
            ids,
        )


def _add_company(
    portal: Portal,
    account: Account,
    contracts: Sequence[Subscription],
    history: dict[str, tuple[Version, ...]],
    ids: RemoteIds,
) -> None:
    kind = kind_of("companies")
    remote = ids.accounts[account.id][1]
    owner = ids.users[account.owner_id][1] if account.owner_id in ids.users else None
    parent = ids.accounts[account.parent_id][1] if account.parent_id in ids.accounts else None
    values: dict[str, str | None] = {
        "name": account.name,
        "domain": account.domain,
        "industry": account.industry,
        "lifecyclestage": "customer",
        "hubspot_owner_id": owner,
        "customer_success_manager": owner,
        "customer_segment": account.segment,
        "contract_currency": account.currency,
        "customer_since": day_text(account.start_on),
        "csm_assigned_on": day_text(account.assigned_on),
        "hs_parent_company_id": parent,
        **_contract_values(contracts),
        **{name: versions[0][0] for name, versions in history.items()},
    }
    created = midnight(account.start_on) if account.start_on else EPOCH
    latest = max((versions[0][1] for versions in history.values()), default=created)
    portal.records.append((kind.key, make_record(kind, remote, values, created, latest, history)))


def _contract_values(contracts: Sequence[Subscription]) -> dict[str, str | None]:
    """The company's summary of its running contracts: the sum, and the terms of the first due."""
    if not contracts:
        return {}
    amounts = [contract.arr for contract in contracts if contract.arr is not None]
    one_currency = len({contract.currency for contract in contracts}) == 1
    ends = [(end, contract) for contract in contracts if (end := effective_end(contract))]
    values: dict[str, str | None] = {}
    if amounts and len(amounts) == len(contracts) and one_currency:
        values["arr"] = plain(sum(amounts, Decimal(0)))
    if ends:
        end, first = min(ends, key=lambda pair: (pair[0], pair[1].id))
        values["renewal_date"] = end.isoformat()
        values["auto_renew"] = "true" if first.auto_renew else "false"
        values["notice_days"] = count_text(first.notice_days)
        values["notice_months"] = count_text(first.notice_months)
        values["term_months"] = count_text(first.term_months)
    return values


def _add_contact(portal: Portal, contact: Contact, ids: RemoteIds) -> None:
    kind = kind_of("contacts")
    remote = ids.contacts[contact.id][1]
    first, last = split_name(contact.name)
    values: dict[str, str | None] = {
        "firstname": first,
        "lastname": last,
        "email": contact.email,
        "phone": contact.phone,
        "jobtitle": contact.title,
    }
    portal.records.append((kind.key, make_record(kind, remote, values, EPOCH)))
    if contact.account_id in ids.accounts:
        company = int(ids.accounts[contact.account_id][1])
        portal.links.append((kind.key, int(remote), "companies", company, True))


def _add_renewal(portal: Portal, contract: Subscription, name: str, ids: RemoteIds) -> None:
    kind = kind_of("deals")
    remote = ids.subscriptions[contract.id][1]
    end = effective_end(contract)
    ended = contract.status == "ended"
    closes = contract.ended_on if ended else end
    values: dict[str, str | None] = {
        "dealname": f"{name} - {contract.product or 'subscription'}".strip(),
        "dealtype": "existingbusiness",
        "pipeline": RENEWAL_PIPELINE,
        "dealstage": RENEWAL_LOST if ended else RENEWAL_OPEN,
        "hs_is_closed": "true" if ended else "false",
        "amount": None if contract.arr is None else plain(contract.arr),
        "deal_currency_code": contract.currency,
        "closedate": midnight(closes) if closes else None,
        "contract_product": contract.product,
        "contract_start": contract.start_on.isoformat(),
        "contract_end": day_text(contract.term_end),
        "contract_term_months": count_text(contract.term_months),
        "auto_renew": "true" if contract.auto_renew else "false",
        "notice_days": count_text(contract.notice_days),
        "notice_months": count_text(contract.notice_months),
        "evergreen": "true" if contract.evergreen else "false",
        "contract_status": contract.status,
        "ended_on": day_text(contract.ended_on),
    }
    if contract.ramp:
        steps = [{"from_on": step.from_on, "arr": plain(step.arr)} for step in contract.ramp]
        values["contract_ramp"] = orjson.dumps(steps).decode()
    if contract.breaks:
        marks = [{"on": mark.on, "kind": mark.kind} for mark in contract.breaks]
        values["contract_breaks"] = orjson.dumps(marks).decode()
    portal.records.append((kind.key, make_record(kind, remote, values, EPOCH)))
    _link_company(portal, kind.key, remote, contract.account_id, ids)


def _add_opportunity(portal: Portal, opportunity: Opportunity, ids: RemoteIds) -> None:
    kind = kind_of("deals")
    remote = ids.opportunities[opportunity.id][1]
    values: dict[str, str | None] = {
        "dealname": opportunity.name,
        "dealtype": "newbusiness" if opportunity.kind == "new" else "existingbusiness",
        "opportunity_kind": opportunity.kind,
        "pipeline": SALES_PIPELINE,
        "dealstage": stage_id(opportunity.status, opportunity.stage),
        "hs_is_closed": "false" if opportunity.status == "open" else "true",
        "hs_is_closed_won": "true" if opportunity.status == "won" else "false",
        "amount": None if opportunity.amount is None else plain(opportunity.amount),
        "deal_currency_code": opportunity.currency,
        "closedate": midnight(opportunity.close_on) if opportunity.close_on else None,
    }
    portal.records.append((kind.key, make_record(kind, remote, values, EPOCH)))
    _link_company(portal, kind.key, remote, opportunity.account_id, ids)


def _add_ticket(portal: Portal, ticket: Ticket, ids: RemoteIds, now: datetime) -> None:
    kind = kind_of("tickets")
    remote = ids.tickets[ticket.id][1]
    opened = iso(ticket.opened_at)
    closed = iso(ticket.closed_at) if ticket.closed_at else None
    values: dict[str, str | None] = {
        "subject": ticket.subject,
        "hs_pipeline": "0",
        "hs_pipeline_stage": TICKET_STAGES[ticket.status],
        "hs_ticket_priority": PRIORITIES[ticket.severity],
        "closed_date": closed,
    }
    changed = min(closed or opened, iso(now))
    portal.records.append((kind.key, make_record(kind, remote, values, opened, changed)))
    _link_company(portal, kind.key, remote, ticket.account_id, ids)


def _add_survey(portal: Portal, survey: Survey, ids: RemoteIds) -> None:
    kind = kind_of("feedback_submissions")
    remote = ids.surveys[survey.id][1]
    values: dict[str, str | None] = {
        "hs_survey_type": survey.kind.upper(),
        "hs_survey_channel": "EMAIL",
        "hs_survey_name": "Relationship NPS" if survey.kind == "nps" else "Support CSAT",
        "hs_value": str(survey.score),
        "hs_content": survey.comment,
        "hs_submission_timestamp": iso(survey.at),
    }
    portal.records.append((kind.key, make_record(kind, remote, values, iso(survey.at))))
    if survey.contact_id in ids.contacts:
        contact = int(ids.contacts[survey.contact_id][1])
        portal.links.append((kind.key, int(remote), "contacts", contact, False))


def _link_company(portal: Portal, key: str, remote: str, account_id: str, ids: RemoteIds) -> None:
    if account_id in ids.accounts:
        company = int(ids.accounts[account_id][1])
        portal.links.append((key, int(remote), "companies", company, True))
