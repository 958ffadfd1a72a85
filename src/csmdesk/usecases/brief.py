"""What one needs to know of an account at a glance, and of the day: small frozen views."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.health import pick_series
from csmdesk.domain.records import HealthSource
from csmdesk.errors import UnknownAccount
from csmdesk.store.encoding import instant, instant_text
from csmdesk.store.queries import accounts as account_queries
from csmdesk.store.queries import timeline as timeline_queries
from csmdesk.store.queries.accounts import AccountRow, OpportunityRow, PlanRow, TaskRow
from csmdesk.store.queries.timeline import MeetingRow, StepRow, TicketRow, TouchRow
from csmdesk.usecases import agenda
from csmdesk.usecases.workspace import Workspace

WEEKS_SHOWN = 8
STALE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Score:
    """A health score 0-100 of one day; higher is better."""

    on: date
    value: Decimal
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class LastTouch:
    """The newest touch of an account, internal notes aside."""

    type: str
    at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Glance:
    """The few facts beside an agenda line.

    `weekly` are scores at the ends of the last eight weeks, oldest first; None where none was
    known. `score` is the newest of the series that counts, `source` whose series that is.
    """

    account_id: str
    weekly: tuple[Decimal | None, ...]
    score: Score | None
    source: HealthSource | None
    last_touch: LastTouch | None


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting of a day, in the user's zone. `account` is None for time of one's own."""

    id: str
    kind: str
    start: datetime
    end: datetime
    title: str
    prep: str
    account_id: str | None
    account: str | None

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int((self.end - self.start) / timedelta(minutes=1))


def glance(workspace: Workspace, account_id: str, now: datetime) -> Glance:
    """Return the few facts beside an agenda line, as of an instant."""
    today = now.astimezone(workspace.zone).date()
    with workspace.store.reading() as connection:
        rows = timeline_queries.health(connection, account_id, today.isoformat())
        touch = account_queries.last_touch(connection, account_id, instant_text(now))
    source, scores = series_that_counts(rows, today)
    return Glance(
        account_id=account_id,
        weekly=weekly(scores, today, WEEKS_SHOWN),
        score=scores[-1] if scores else None,
        source=source,
        last_touch=None
        if touch is None
        else LastTouch(touch.type, instant(touch.at).astimezone(workspace.zone), touch.text),
    )


def day(workspace: Workspace, on: date) -> tuple[Appointment, ...]:
    """Return the meetings of a day in the user's zone, in order."""
    start = datetime.combine(on, time(), workspace.zone)
    end = datetime.combine(on + timedelta(days=1), time(), workspace.zone)
    with workspace.store.reading() as connection:
        rows = account_queries.meetings_of_day(connection, instant_text(start), instant_text(end))
    return tuple(
        Appointment(
            row.id,
            row.kind,
            instant(row.start).astimezone(workspace.zone),
            instant(row.end).astimezone(workspace.zone),
            row.title,
            row.prep,
            row.account_id,
            row.account,
        )
        for row in rows
    )


def series_that_counts(
    rows: tuple[timeline_queries.HealthRow, ...], today: date
) -> tuple[HealthSource | None, tuple[Score, ...]]:
    """Return the scores that count (agenda model §3.1), oldest first, with their source.

    The CRM's if fresh, else our own if fresh, else the longer known of the two with no source:
    what is stale is still shown, with its age.
    """
    series: dict[str, dict[date, Score]] = {"crm": {}, "computed": {}}
    for row in rows:
        value = Decimal(row.score)
        score = Score(row.on, value if row.higher_is_better else 100 - value, row.cause)
        known = series[row.source].get(row.on)
        if known is None or score.value < known.value:
            series[row.source][row.on] = score
    crm, computed = (tuple(series[name].values()) for name in ("crm", "computed"))
    source, _ = pick_series(
        [(one.on, 0) for one in crm], [(one.on, 0) for one in computed], today, STALE_DAYS
    )
    if source == "crm":
        return source, crm
    if source == "computed":
        return source, computed
    return None, max(crm, computed, key=lambda scores: scores[-1].on if scores else date.min)


def weekly(scores: tuple[Score, ...], today: date, weeks: int) -> tuple[Decimal | None, ...]:
    """Return the score known at the end of each of the last weeks, oldest first."""
    result: list[Decimal | None] = []
    position = 0
    latest: Decimal | None = None
    for back in range(weeks - 1, -1, -1):
        end = today - timedelta(days=7 * back)
        while position < len(scores) and scores[position].on <= end:
            latest = scores[position].value
            position += 1
        result.append(latest)
    return tuple(result)


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
    """One page to read before a call. `one` is what the agenda thinks; None if not mine."""

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
            raise UnknownAccount(
                "This account is not in the book any more.", "It may be archived in the CRM."
            )
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
    )


def _use(metric: str, values: tuple[tuple[date, str], ...] | None, today: date) -> Use | None:
    if not values:
        return None
    then = today - timedelta(days=60)
    earlier = [Decimal(value) for on, value in values if on <= then]
    on, newest = values[-1]
    return Use(metric, Decimal(newest), earlier[-1] if earlier else None, on)
