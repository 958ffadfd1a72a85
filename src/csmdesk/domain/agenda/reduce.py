"""Records of a book -> facts of its accounts, in plain Python.

The witness: simple and obviously right. The product reads the same facts from the store by a
handful of queries, which must agree with what is here.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from csmdesk.domain.agenda.facts import (
    Answer,
    Appointment,
    Busy,
    Case,
    Chore,
    Facts,
    Goal,
    Person,
    Rescue,
    Step,
    Touch,
    Word,
    rescue_end,
)
from csmdesk.domain.agenda.hiding import effective
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.people import THREAD_DAYS, special_roles
from csmdesk.domain.cadence import (
    CUSTOMER_MEETINGS,
    MET_TYPES,
    REVIEW_TYPES,
    is_customer_touch,
)
from csmdesk.domain.exact import Exact, exact
from csmdesk.domain.health import Health, Override, Reading, reduce_health
from csmdesk.domain.money import known_sum
from csmdesk.domain.records import (
    Account,
    Contact,
    Disposition,
    HealthOverride,
    HealthRecord,
    Measurement,
    Meeting,
    Opportunity,
    Plan,
    PlannedDay,
    Rate,
    Role,
    Subscription,
    Survey,
    Task,
    Ticket,
    Touchpoint,
    User,
)
from csmdesk.domain.renewal import Contract
from csmdesk.domain.usage import WINDOW, Mean, Usage, mean, utilisation

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)

OPEN_MILESTONE = frozenset({"todo", "doing", "blocked"})
RESCUE_TEMPLATE = "red-rescue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The records of a book that the agenda reads."""

    base_currency: str = "USD"
    me: str | None = None
    holidays: tuple[date, ...] = ()
    users: tuple[User, ...] = ()
    accounts: tuple[Account, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    contacts: tuple[Contact, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    health: tuple[HealthRecord, ...] = ()
    health_overrides: tuple[HealthOverride, ...] = ()
    surveys: tuple[Survey, ...] = ()
    plans: tuple[Plan, ...] = ()
    tasks: tuple[Task, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    planned_days: tuple[PlannedDay, ...] = ()
    rates: tuple[Rate, ...] = ()

    @property
    def mine(self) -> list[Account]:
        """The accounts whose owner is me or nobody; all of them if nobody says who I am."""
        me = self.me or (self.users[0].id if len(self.users) == 1 else None)
        return [one for one in self.accounts if me is None or one.owner_id in (None, me)]


def reduce_ledger(ledger: Ledger, moment: Moment) -> list[Facts]:
    """Return the facts of my accounts, by id."""
    now, today = moment.now, moment.today
    subscriptions = _group(ledger.subscriptions, lambda one: one.account_id)
    opportunities = _group(ledger.opportunities, lambda one: one.account_id)
    contacts = _group(ledger.contacts, lambda one: one.account_id)
    touches = [one for one in ledger.touchpoints if one.at <= now]
    touched = _group(touches, lambda one: one.account_id)
    met = _last_met(touches, moment)
    named = {one.meeting_id for one in touches if one.meeting_id is not None}
    meetings = _group(ledger.meetings, lambda one: one.account_id)
    tickets = _group(ledger.tickets, lambda one: one.account_id)
    measurements = _group(ledger.measurements, lambda one: one.account_id)
    scores = _group(ledger.health, lambda one: one.account_id)
    overrides = _group(ledger.health_overrides, lambda one: one.account_id)
    surveys = _group(ledger.surveys, lambda one: one.account_id)
    plans = _group(ledger.plans, lambda one: one.account_id)
    tasks = _group(ledger.tasks, lambda one: one.account_id)
    said = effective(one for one in ledger.dispositions if one.at <= now)
    words = _group(said, lambda one: one.account_id)
    days = _group(ledger.planned_days, lambda one: one.account_id)
    people = {one.id: one for one in ledger.contacts}

    found = []
    for account in sorted(ledger.mine, key=lambda one: one.id):
        own = subscriptions[account.id]
        active = [one for one in own if one.status == "active"]
        here = touched[account.id]
        last = _last(here, moment)
        slept = tuple(_word(one, moment) for one in words[account.id])
        plan = plans[account.id]
        planned = [one.on for one in days[account.id] if one.on < today and not one.removed]
        found.append(
            Facts(
                id=account.id,
                name=account.name,
                segment=account.segment,
                assigned_on=account.assigned_on,
                start_on=account.start_on or min((one.start_on for one in own), default=None),
                had_contracts=bool(own),
                contracts=_sorted(
                    Contract.of(one, today, moment.rates, account.currency) for one in active
                ),
                converted=any(
                    (one.currency or account.currency or moment.rates.base) != moment.rates.base
                    for one in active
                ),
                expansion=_expansion(account, opportunities[account.id], moment),
                contacts=len(contacts[account.id]),
                threads=sum(
                    _is_active(one) and one.id in met and (today - met[one.id]).days <= THREAD_DAYS
                    for one in contacts[account.id]
                ),
                people=_sorted(
                    person
                    for one in contacts[account.id]
                    if (person := _person(one, met.get(one.id), moment)) is not None
                ),
                last_touch=last,
                last_review=_last([one for one in here if one.type in REVIEW_TYPES], moment),
                steps=_sorted(
                    Step(step.id, step.text, step.side, step.due_on)
                    for one in here
                    for step in one.next_steps
                    if step.done_on is None
                    and step.due_on is not None
                    and moment.days_to(step.due_on) <= 1
                ),
                chores=_sorted(
                    Chore(one.id, one.title, one.due_on, one.priority == "high", one.effort_minutes)
                    for one in tasks[account.id]
                    if one.done_on is None
                    and one.due_on is not None
                    and moment.days_to(one.due_on) <= 1
                ),
                appointments=_sorted(
                    Appointment(
                        one.id, one.kind, one.title, one.start, one.end, one.status, one.prep
                    )
                    for one in meetings[account.id]
                    if one.kind in CUSTOMER_MEETINGS
                    and (
                        (one.status == "planned" and one.end > now)
                        or (
                            one.status in ("planned", "held")
                            and one.end <= now
                            and moment.day_of(one.end) >= moment.recaps_from
                            and one.id not in named
                            and not _logged(one, here, moment)
                        )
                    )
                ),
                cases=_sorted(
                    Case(one.id, one.subject, one.severity, one.opened_at)
                    for one in tickets[account.id]
                    if one.status == "open"
                    and one.severity in ("critical", "high")
                    and one.opened_at <= now
                ),
                answers=_sorted(
                    _answer(one, people.get(one.contact_id or ""), moment)
                    for one in surveys[account.id]
                    if one.kind == "nps"
                    and one.score <= 6
                    and one.at <= now
                    and (today - moment.day_of(one.at)).days <= 14
                    and not (last is not None and last.at > one.at)
                ),
                goals=_goals(plan, moment),
                first_value_planned=any(_first_values(plan)),
                first_value_done="done" in _first_values(plan),
                rescues=_rescues(plan, moment),
                health=_health(scores[account.id], {word.day for word in slept}, moment),
                overrides=_sorted(
                    Override(one.set_on, one.color, one.expires_on, one.reason)
                    for one in overrides[account.id]
                    if one.set_on <= today
                ),
                usage=_usage(measurements[account.id], moment),
                words=slept,
                planned_on=max(planned, default=None),
            )
        )
    return found


def reduce_busy(ledger: Ledger, moment: Moment) -> list[Busy]:
    """Return the time taken on the moment's day: meetings of any kind that were not called off."""
    start, end = moment.start_of(moment.today), moment.start_of(moment.ago(-1))
    return sorted(
        Busy(one.start, one.end)
        for one in ledger.meetings
        if one.status not in ("canceled", "no_show") and one.end > start and one.start < end
    )


def _group(rows: Iterable[Row], key: Callable[[Row], Key]) -> defaultdict[Key, list[Row]]:
    groups: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row[0]))  # type: ignore[index] # named tuples all


def _is_active(contact: Contact) -> bool:
    return contact.status in (None, "active")


def _last_met(touches: Iterable[Touchpoint], moment: Moment) -> dict[str, date]:
    latest: dict[str, datetime] = {}
    for one in touches:
        if is_customer_touch(one.type, one.two_way, one.outcome):
            for person in one.attendee_ids:
                latest[person] = max(one.at, latest.get(person, one.at))
    return {person: moment.day_of(at) for person, at in latest.items()}


def _last(touches: Iterable[Touchpoint], moment: Moment) -> Touch | None:
    met = [
        (one.at, one.id) for one in touches if is_customer_touch(one.type, one.two_way, one.outcome)
    ]
    if not met:
        return None
    at, id_ = max(met)
    return Touch(at, id_, moment.day_of(at))


def _expansion(account: Account, rows: Iterable[Opportunity], moment: Moment) -> Exact | None:
    return known_sum(
        moment.rates.convert(
            None if one.amount is None else exact(one.amount), one.currency or account.currency
        )
        for one in rows
        if one.kind == "expansion" and one.status == "open"
    )


def _person(contact: Contact, met: date | None, moment: Moment) -> Person | None:
    roles: frozenset[Role] = frozenset(contact.roles)
    if contact.primary_role is not None:
        roles |= {contact.primary_role}
    active, left = _is_active(contact), contact.status == "left"
    critic = (
        contact.sentiment is not None
        and contact.sentiment <= -1
        and contact.influence is not None
        and contact.influence >= 3
    )
    special = not special_roles(moment).isdisjoint(roles)
    if not ((active and (special or critic)) or (left and "champion" in roles)):
        return None
    return Person(
        contact.id,
        contact.name,
        roles,
        active,
        left,
        contact.left_on,
        contact.influence,
        contact.sentiment,
        contact.sentiment_on,
        met,
    )


def _logged(meeting: Meeting, touches: Iterable[Touchpoint], moment: Moment) -> bool:
    ended = moment.day_of(meeting.end)
    return any(
        one.meeting_id is None
        and one.type in MET_TYPES
        and one.at >= meeting.start
        and moment.day_of(one.at) <= ended
        for one in touches
    )


def _answer(survey: Survey, who: Contact | None, moment: Moment) -> Answer:
    return Answer(
        survey.id,
        survey.score,
        moment.day_of(survey.at),
        who.name if who is not None else None,
        who.influence if who is not None else None,
    )


def _goals(plans: Iterable[Plan], moment: Moment) -> tuple[Goal, ...]:
    return _sorted(
        Goal(one.id, one.title, one.due_on, one.side, one.is_first_value)
        for plan in plans
        if plan.status == "active"
        for objective in plan.objectives
        for one in objective.milestones
        if one.status in OPEN_MILESTONE and moment.days_to(one.due_on) <= 14
    )


def _first_values(plans: Iterable[Plan]) -> set[str]:
    return {
        one.status
        for plan in plans
        if plan.status != "draft"
        for objective in plan.objectives
        for one in objective.milestones
        if one.is_first_value
    }


def _rescues(plans: Iterable[Plan], moment: Moment) -> tuple[Rescue, ...]:
    return _sorted(
        Rescue(
            plan.id,
            plan.due_on or rescue_end(plan.start_on),
            any(
                one.status in OPEN_MILESTONE and one.due_on < moment.today
                for objective in plan.objectives
                for one in objective.milestones
            ),
        )
        for plan in plans
        if plan.status == "active" and plan.template == RESCUE_TEMPLATE
    )


def _health(rows: Iterable[HealthRecord], days: set[date], moment: Moment) -> Health | None:
    series: dict[str, dict[date, Exact]] = {"crm": {}, "computed": {}}
    for one in rows:
        if one.on <= moment.today:
            score = exact(one.score)
            score = score if one.higher_is_better else 100 - score
            known = series[one.source]
            known[one.on] = min(score, known.get(one.on, score))
    crm, computed = (_readings(series[name]) for name in ("crm", "computed"))
    return reduce_health(crm, computed, moment.today, moment.config.scale, days)


def _readings(by_day: dict[date, Exact]) -> list[Reading]:
    return sorted(by_day.items())


def _usage(rows: list[Measurement], moment: Moment) -> Usage | None:
    today = moment.today
    known = [one for one in rows if one.on <= today]

    def window(metric: str, until: date) -> Mean | None:
        return mean(
            exact(one.value)
            for one in known
            if one.metric == metric and until - WINDOW < one.on <= until
        )

    seats_on = max((one.on for one in known if one.metric == "seats_purchased"), default=None)
    seats = min(
        (
            exact(one.value)
            for one in known
            if one.metric == "seats_purchased" and one.on == seats_on
        ),
        default=None,
    )
    seen_on = max((one.on for one in known if one.metric == "active_users"), default=None)
    if seen_on is None and seats_on is None:
        return None
    now, before = window("active_users", today), window("active_users", today - WINDOW)
    return Usage(
        window("active_users", moment.ago(moment.config.usage_days)),
        now,
        utilisation(
            seats,
            (window("seats_active", today), window("seats_active", today - WINDOW)),
            (now, before),
        ),
        seen_on,
    )


def _word(one: Disposition, moment: Moment) -> Word:
    return Word(
        one.type,
        one.subject,
        one.episode,
        one.action,
        moment.day_of(one.at),
        one.at,
        one.points,
        one.until,
        one.reason,
    )
