"""What one needs to know of an account before a call: one page, as small frozen views."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from csmdesk.domain.agenda.assess import Assessment
from csmdesk.store.encoding import instant, instant_text
from csmdesk.store.queries import accounts as account_queries
from csmdesk.store.queries import timeline as timeline_queries
from csmdesk.store.queries.accounts import AccountRow, OpportunityRow, PlanRow, TaskRow
from csmdesk.store.queries.timeline import MeetingRow, StepRow, TicketRow, TouchRow
from csmdesk.usecases import agenda, drafts, sharing
from csmdesk.usecases.absent import refusal
from csmdesk.usecases.changed_here import ChangedHere, changed_here
from csmdesk.usecases.finding import departed_accounts, left_words
from csmdesk.usecases.glance import Glance, glance
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the customer: roles, how they feel, when they were last met."""

    name: str
    title: str | None
    roles: tuple[str, ...]
    sentiment: int | None
    left: bool
    left_on: date | None
    met_on: date | None
    influence: int | None


@dataclass(frozen=True, slots=True)
class Use:
    """A measure now and about two months ago, with its newest day."""

    metric: str
    now: Decimal
    before: Decimal | None
    on: date


@dataclass(frozen=True, slots=True)
class Brief:
    """One page to read before a call. `one` is what the agenda thinks; None if not mine.

    `standings` tells of each shared step where it stands at the CRM, `milestones` are those shared.
    """

    account: AccountRow
    today: date
    currency: str
    one: Assessment | None
    glance: Glance
    synced_at: datetime | None
    people: tuple[Person, ...]
    touches: tuple[TouchRow, ...]
    steps: tuple[StepRow, ...]
    tasks: tuple[TaskRow, ...]
    tickets: tuple[TicketRow, ...]
    meetings: tuple[MeetingRow, ...]
    plans: tuple[PlanRow, ...]
    opportunities: tuple[OpportunityRow, ...]
    uses: tuple[Use, ...]
    standings: dict[str, str]
    milestones: tuple[sharing.Step, ...]
    changed: tuple[ChangedHere, ...] = ()
    """Fields whose value here is not the CRM's yet, or is not taken there."""
    left: str | None = None
    """That the CRM no longer shows it, since when and why."""
    draft: str | None = None
    """What was typed about it and not saved, where nothing can be saved here any more."""


TOUCHES_SHOWN = 4
USES = ("active_users", "seats_active", "seats_purchased")


def brief(workspace: Workspace, account_id: str, now: datetime) -> Brief:
    """Return everything the brief of an account shows, as of an instant.

    Raises:
        UnknownAccount: it is not there, or not any more.
    """
    look = agenda.look(workspace, now, [account_id])
    today = look.moment.today
    at = instant_text(now)
    zone = workspace.zone
    with workspace.store.reading() as connection:
        account = account_queries.account(connection, account_id)
        if account is None:
            raise refusal(connection, account_id)
        contacts = account_queries.contacts(connection, account_id)
        met = account_queries.met(connection, account_id, at)
        touches = timeline_queries.touches(connection, account_id, at, TOUCHES_SHOWN)
        steps = timeline_queries.steps(connection, account_id)
        tasks = account_queries.tasks(connection, account_id)
        tickets = timeline_queries.tickets(connection, account_id, at)
        meetings = timeline_queries.meetings_ahead(connection, account_id, at)
        plans = account_queries.plans(connection, account_id, today.isoformat())
        opportunities = account_queries.opportunities(connection, account_id)
        since = (today - timedelta(days=75)).isoformat()
        measured = account_queries.measurements(connection, account_id, since, today.isoformat())
        standings = sharing.standings(connection, account_id)
        shared = sharing.shared_milestones(connection, workspace, account_id, now)
        changed = changed_here(connection, account_id)
    departed = departed_accounts(workspace)
    left = next((each for each in departed if each.id == account_id), None)
    away = None if left is None else drafts.without_account(workspace, account_id)
    return Brief(
        account=account,
        today=today,
        currency=look.moment.rates.base,
        one=look.account(account_id),
        glance=glance(workspace, account_id, now),
        synced_at=None if account.synced_at is None else instant(account.synced_at),
        people=tuple(
            Person(
                one.name,
                one.title,
                tuple(
                    dict.fromkeys((*((one.primary_role,) if one.primary_role else ()), *one.roles))
                ),
                one.sentiment,
                one.status == "left",
                one.left_on,
                instant(met[one.id]).astimezone(zone).date() if one.id in met else None,
                one.influence,
            )
            for one in contacts
        ),
        touches=tuple(row._replace(at=row.at.astimezone(zone)) for row in touches),
        steps=tuple(step for step in steps if step.done_on is None),
        tasks=tasks,
        tickets=tuple(ticket for ticket in tickets if ticket.status != "closed"),
        meetings=tuple(
            row._replace(start=row.start.astimezone(zone), end=row.end.astimezone(zone))
            for row in meetings
        ),
        plans=plans,
        opportunities=opportunities,
        uses=tuple(use for metric in USES if (use := _use(metric, measured.get(metric), today))),
        standings={step_id: str(each) for step_id, each in standings.items()},
        milestones=shared,
        changed=changed,
        left=None if left is None else left_words(workspace, left),
        draft=None if away is None else away[1],
    )


def _use(metric: str, values: tuple[tuple[date, str], ...] | None, today: date) -> Use | None:
    if not values:
        return None
    then = today - timedelta(days=60)
    earlier = [Decimal(value) for on, value in values if on <= then]
    on, newest = values[-1]
    return Use(metric, Decimal(newest), earlier[-1] if earlier else None, on)
