"""The few facts beside an agenda line, and the day's meetings: what Today shows, and no more."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from csmdesk.domain.health import pick_series
from csmdesk.domain.vocabulary import HealthSource
from csmdesk.store.encoding import instant, instant_text
from csmdesk.store.queries import accounts as account_queries
from csmdesk.store.queries import timeline as timeline_queries
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
