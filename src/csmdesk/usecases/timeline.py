"""What happened with an account, newest first: touches, tickets, surveys, moves of its health."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from csmdesk.domain.exact import Exact, exact, plain, size
from csmdesk.domain.health import Scale
from csmdesk.store.encoding import instant_text
from csmdesk.store.queries import timeline as queries
from csmdesk.store.queries.timeline import HealthRow, MeetingRow, SurveyRow, TicketRow, TouchRow
from csmdesk.usecases.agenda import read_moment
from csmdesk.usecases.delivering import Delivery, deleted_there, delivery
from csmdesk.usecases.glance import Score, series_that_counts
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Step:
    """A next step: whose, until when, whether it is done."""

    side: str
    text: str
    due_on: date | None
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, or is to come.

    `kind` is a touch's type, or `ticket`, `survey`, `health`, `ahead` (a planned meeting). `at`
    is in the user's zone. `what` is its first line, `text` all of it. `left` says that it was in
    the CRM and left it.
    """

    id: str
    kind: str
    at: datetime
    what: str
    text: str | None = None
    who: tuple[str, ...] = ()
    by: str | None = None
    minutes: int | None = None
    outcome: str | None = None
    direction: str | None = None
    sentiment: int | None = None
    steps: tuple[Step, ...] = ()
    delivery: Delivery = ""
    ours: bool = False
    colour: str | None = None
    left: str = ""


def timeline(workspace: Workspace, account_id: str, now: datetime) -> tuple[Event, ...]:
    """Return the events of an account as of an instant; what is to come stands first."""
    today = now.astimezone(workspace.zone).date()
    at = instant_text(now)
    with workspace.store.reading() as connection:
        touches = queries.touches(connection, account_id, at)
        tickets = queries.tickets(connection, account_id, at)
        surveys = queries.surveys(connection, account_id, at)
        meetings = queries.meetings_ahead(connection, account_id, at)
        health = queries.health(connection, account_id, today.isoformat())
        scale = read_moment(connection, workspace, now)[0].config.scale
    past = [
        *(_touch(row, workspace.zone) for row in touches),
        *(event for row in tickets for event in _ticket(row)),
        *(_survey(row) for row in surveys),
        *_moves(health, today, workspace, scale),
    ]
    zone = workspace.zone
    past = [_local(event, event.at.astimezone(zone)) for event in past]
    ahead = [_local(event, event.at.astimezone(zone)) for event in map(_meeting, meetings)]
    past.sort(key=lambda event: (event.at, event.id), reverse=True)
    ahead.sort(key=lambda event: (event.at, event.id), reverse=True)
    return (*ahead, *past)


def _local(event: Event, at: datetime) -> Event:
    from dataclasses import replace

    return replace(event, at=at)


def _touch(row: TouchRow, zone: tzinfo) -> Event:
    first = " ".join((row.text or "").split())
    return Event(
        id=row.id,
        kind=row.type,
        at=row.at,
        what=first,
        text=row.text,
        who=row.people,
        by=row.user,
        minutes=row.minutes,
        outcome=row.outcome,
        direction="both" if row.two_way and row.type in ("email", "slack") else row.direction,
        sentiment=row.sentiment,
        steps=tuple(Step(s.side, s.text, s.due_on, s.done_on) for s in row.steps),
        delivery=delivery(row.states),
        ours=row.origin == "authored",
        left="" if row.left is None else deleted_there(*row.left, zone),
    )


def _ticket(row: TicketRow) -> list[Event]:
    state = {"waiting_on_customer": "waiting for them"}.get(row.status, row.status)
    opened = Event(
        id=f"{row.id}-opened",
        kind="ticket",
        at=row.opened_at,
        what=f"{row.severity} ticket opened ({state}): {row.subject}",
    )
    if row.closed_at is None:
        return [opened]
    closed = Event(
        id=f"{row.id}-closed",
        kind="ticket",
        at=row.closed_at,
        what=f"{row.severity} ticket closed: {row.subject}",
    )
    return [opened, closed]


def _survey(row: SurveyRow) -> Event:
    name = row.kind.upper()
    who = (row.who,) if row.who else ()
    text = f" “{' '.join(row.comment.split())}”" if row.comment else ""
    return Event(
        id=row.id,
        kind="survey",
        at=row.at,
        what=f"{name} {row.score}{text}",
        text=row.comment,
        who=who,
    )


def _meeting(row: MeetingRow) -> Event:
    prepared = {"none": "not prepared", "started": "preparation started", "ready": "prepared"}
    return Event(
        id=row.id,
        kind="ahead",
        at=row.start,
        what=f"{row.title} ({prepared.get(row.prep, row.prep)})",
        minutes=int((row.end - row.start).total_seconds() // 60),
    )


BIG_MOVE = 10
"""Points within a week from which a move of the score is an event of its own."""


def _moves(
    rows: tuple[HealthRow, ...], today: date, workspace: Workspace, scale: Scale
) -> list[Event]:
    _, scores = series_that_counts(rows, today)
    return [
        Event(
            id=f"health-{score.on}",
            kind="health",
            at=datetime.combine(score.on, time(), workspace.zone),
            what=words,
            colour=colour,
        )
        for score, words, colour in moves(scores, scale)
    ]


def moves(scores: Sequence[Score], scale: Scale) -> list[tuple[Score, str, str]]:
    """Return the scores at which the colour changed or which moved by ten points or more."""
    found: list[tuple[Score, str, str]] = []
    before: Score | None = None
    for score in scores:
        if before is not None:
            now, then = exact(score.value), exact(before.value)
            if (words := move_words(then, now, scale)) is not None:
                if score.cause:
                    words += f": {score.cause}"
                found.append((score, words, scale.colour(now)))
        before = score
    return found


def move_words(before: Exact, after: Exact, scale: Scale) -> str | None:
    """Return a move of the score that is an event, "health 80 → 49.6 red"; None if it is none."""
    colour = scale.colour(after)
    if colour == scale.colour(before) and size(after - before) < BIG_MOVE:
        return None
    return f"health {plain(scale.told(before))} → {plain(scale.told(after))} {colour}"
