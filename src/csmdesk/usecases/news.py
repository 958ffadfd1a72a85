"""What changed in the book since the user last looked, newest first, each with its source."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from csmdesk.domain.agenda.words import day
from csmdesk.domain.exact import exact
from csmdesk.domain.health import Scale
from csmdesk.domain.sharing import YES
from csmdesk.domain.touch.describe import type_name
from csmdesk.store.encoding import instant_text
from csmdesk.store.queries import news as queries
from csmdesk.usecases import drafts
from csmdesk.usecases.agenda import read_moment
from csmdesk.usecases.timeline import move_words
from csmdesk.usecases.workspace import Workspace

SEEN: Final = "seen"
"""Place of the mark that says until when the user has looked; kept like a draft."""

FIRST_LOOK: Final = timedelta(days=7)
"""How far back one looks the first time."""


UNTOLD: Final = "cause not told"
"""What stands for a cause that no record gives."""

_SCORES: Final = {"crm": "score of the CRM", "computed": "own score"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that changed.

    `at` is in the user's zone; `text` says what changed and why, as far as that is known;
    `source` says in plain words where that is from.
    """

    id: str
    account_id: str
    account: str
    kind: str
    at: datetime
    text: str
    source: str
    colour: str | None = None
    day_only: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """Until when the user has looked, and what was told of that very day.

    `told` are ids of changes that are known by their day only: of the day of the last look they
    would show again, because nobody can say at what hour of it they came.
    `never`: this is the first look, so that `until` is just a week ago.
    """

    until: datetime
    told: frozenset[str] = frozenset()
    never: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What changed between two instants; `told`: what was left out because it was told before."""

    since: datetime
    until: datetime
    items: tuple[Item, ...]
    told: frozenset[str] = frozenset()


def last_look(workspace: Workspace, now: datetime) -> Seen:
    """Return until when the user has looked; a week ago if never."""
    mark = drafts.draft(workspace, SEEN, "news")
    try:
        return Seen(now - FIRST_LOOK, never=True) if mark is None else _mark(mark.body)
    except (ValueError, KeyError, TypeError):
        return Seen(now - FIRST_LOOK, never=True)


def _mark(body: str) -> Seen:
    if not body.startswith("{"):
        return Seen(datetime.fromisoformat(body))
    kept = json.loads(body)
    return Seen(datetime.fromisoformat(kept["until"]), frozenset(kept["told"]))


def mark_seen(workspace: Workspace, found: News) -> None:
    """Note that the user has looked at everything up to an instant."""
    zone, until = workspace.zone, found.until
    day = until.astimezone(zone).date()
    told = {item.id for item in found.items if item.day_only and item.at.date() == day}
    if found.since.astimezone(zone).date() == day:
        told |= found.told
    body = json.dumps({"until": until.isoformat(), "told": sorted(told)})
    drafts.save_draft(workspace, SEEN, "news", body, until)


def news(
    workspace: Workspace, since: datetime, now: datetime, told: frozenset[str] = frozenset()
) -> News:
    """Return what changed after `since`, newest first, without what was told before."""
    zone = workspace.zone
    since_day = since.astimezone(zone).date()
    today = now.astimezone(zone).date()
    with workspace.store.reading() as connection:
        moment, me = read_moment(connection, workspace, now)
        scale = moment.config.scale
        found = queries.news(
            connection,
            me,
            since=instant_text(since),
            since_day=since_day.isoformat(),
            now=instant_text(now),
            today=today.isoformat(),
        )

    def midnight(on: date) -> datetime:
        return datetime.combine(on, time(), zone)

    items = [
        *_health(found.health, midnight, scale),
        *_tickets(found.tickets, since, zone),
        *(
            Item(
                row.id,
                row.account_id,
                row.account,
                "survey",
                row.at.astimezone(zone),
                f"{row.kind.upper()} {row.score}"
                + (f" from {row.who}" if row.who else "")
                + (f": “{' '.join(row.comment.split())}”" if row.comment else ""),
                _kept("survey", row.source),
            )
            for row in found.surveys
        ),
        *(
            Item(
                f"left-{row.id}",
                row.account_id,
                row.account,
                "people",
                midnight(row.on),
                f"{row.who}{f', {row.title},' if row.title else ''} left: {UNTOLD}",
                "your stakeholder map",
                day_only=True,
            )
            for row in found.left
        ),
        *(
            Item(
                row.id,
                row.account_id,
                row.account,
                "reply",
                row.at.astimezone(zone),
                f"{type_name(row.type)} from them"
                + (f": “{' '.join(row.text.split())}”" if row.text else ", without text"),
                _kept(type_name(row.type), row.source),
            )
            for row in found.replies
        ),
        *(
            Item(
                f"moved-{row.id}-{row.on}-{row.to_on}",
                row.account_id,
                row.account,
                "date",
                midnight(row.on),
                f"{row.title} moved {abs((row.to_on - row.from_on).days)} d"
                f" {'later' if row.to_on > row.from_on else 'earlier'}, to {day(row.to_on, today)}:"
                f" {_hold_up(row)}",
                f"plan “{row.plan}”",
                day_only=True,
            )
            for row in found.moved
        ),
        *(
            Item(
                f"notice-{row.id}",
                row.account_id,
                row.account,
                "notice",
                midnight(row.on),
                f"gave notice{f' for {row.product}' if row.product else ''}"
                + (f", the term ends {day(row.term_end, today)}" if row.term_end else "")
                + f": {UNTOLD}",
                "contract",
                colour="red",
                day_only=True,
            )
            for row in found.notices
        ),
        *(
            Item(
                f"shared-{row.id}-{row.field}-{row.at.isoformat()}",
                row.account_id,
                row.account,
                "task",
                row.at.astimezone(zone),
                _shared_words(row, today),
                "task in the CRM",
            )
            for row in found.shared
        ),
    ]
    items.sort(key=lambda item: (item.at, item.id), reverse=True)
    return News(since, now, tuple(item for item in items if item.id not in told), told)


def _kept(what: str, source: str) -> str:
    """Return where a record is kept, in words: "ticket in the CRM", "imported ticket"."""
    return f"imported {what}" if source == "book" else f"{what} in the CRM"


def _hold_up(row: queries.MovedNews) -> str:
    """Return why a milestone was moved, as far as the plan says it."""
    if row.blocked_by is None and row.blocked_reason is None:
        return UNTOLD
    by = {"us": "by us", "them": "by them"}.get(row.blocked_by or "", "")
    return ", ".join(filter(None, (f"blocked {by}".strip(), row.blocked_reason)))


def _shared_words(row: queries.SharedNews, today: date) -> str:
    """Return what the CRM did to a step, as a colleague would say it."""
    step = " ".join(row.text.split())
    match row.field:
        case "done":
            return f"{step}: {'done' if row.after == YES else 'open again'} in the CRM"
        case "due_on" if row.after is not None:
            return f"{step}: moved to {day(date.fromisoformat(row.after), today)} in the CRM"
        case "title":
            return f"{step}: renamed in the CRM"
        case _ if row.after == "back":
            return f"{step}: its task is back in the CRM"
    return f"{step}: its task was deleted in the CRM, so it is shared no more"


def _health(
    rows: tuple[queries.HealthNews, ...], midnight: Callable[[date], datetime], scale: Scale
) -> list[Item]:
    items = []
    for row in rows:
        score, before = exact(row.score), exact(row.before)
        if not row.higher_is_better:
            score, before = 100 - score, 100 - before
        text = move_words(before, score, scale)
        if text is None:
            continue
        text += f": {row.cause or UNTOLD}"
        items.append(
            Item(
                f"health-{row.account_id}-{row.source}-{row.on}-{row.score}",
                row.account_id,
                row.account,
                "health",
                midnight(row.on),
                text,
                _SCORES[row.source],
                scale.colour(score),
                day_only=True,
            )
        )
    return items


def _tickets(rows: tuple[queries.TicketNews, ...], since: datetime, zone: tzinfo) -> list[Item]:
    items = []
    for row in rows:
        closed = row.closed_at is not None and row.closed_at > since
        at = row.closed_at if closed and row.closed_at is not None else row.opened_at
        verb = "closed" if closed else "opened"
        items.append(
            Item(
                f"ticket-{row.id}-{verb}",
                row.account_id,
                row.account,
                "ticket",
                at.astimezone(zone),
                f"{row.severity} ticket {verb}: {row.subject}",
                _kept("ticket", row.source),
            )
        )
    return items
