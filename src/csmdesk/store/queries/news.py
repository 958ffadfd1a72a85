"""What changed in the book since an instant, for the accounts of one owner."""

import sqlite3
from datetime import date, datetime
from typing import NamedTuple

from csmdesk.store.encoding import decode_date, instant

_MINE = "(:me IS NULL OR a.owner_id IS NULL OR a.owner_id = :me)"

HEALTH_NEWS_SQL = f"""\
SELECT * FROM (
  SELECT h.account_id, a.name, h."on" AS on_day, h.score, h.source, h.higher_is_better, h.cause,
         lag(h.score) OVER (PARTITION BY h.account_id, h.source ORDER BY h."on") AS before
  FROM book_health AS h JOIN book_accounts AS a ON a.id = h.account_id
  WHERE {_MINE} AND h."on" <= :today
) WHERE on_day >= :since_day AND before IS NOT NULL"""  # noqa: S608 - our own words

TICKET_NEWS_SQL = f"""\
SELECT t.account_id, a.name, t.id, t.subject, t.severity, t.opened_at, t.closed_at, t.source
FROM tickets AS t JOIN book_accounts AS a ON a.id = t.account_id
WHERE {_MINE} AND t.state = 'active'
  AND (t.opened_at > :since AND t.opened_at <= :now
       OR t.closed_at > :since AND t.closed_at <= :now)"""  # noqa: S608 - our own words

SURVEY_NEWS_SQL = f"""\
SELECT s.account_id, a.name, s.id, s.kind, s.score, s.at, s.comment, c.name, s.source
FROM surveys AS s JOIN book_accounts AS a ON a.id = s.account_id
LEFT JOIN contacts AS c ON c.id = s.contact_id
WHERE {_MINE} AND s.state = 'active' AND s.at > :since AND s.at <= :now"""  # noqa: S608 - our own

LEFT_NEWS_SQL = f"""\
SELECT c.account_id, a.name, c.id, c.name, c.title, c.left_on
FROM book_contacts AS c JOIN book_accounts AS a ON a.id = c.account_id
WHERE {_MINE} AND c.status = 'left' AND c.left_on >= :since_day
  AND c.left_on <= :today"""  # noqa: S608 - our own words

# What the user logged is no news to them; what came with a book or from the CRM is.
REPLY_NEWS_SQL = f"""\
SELECT t.account_id, a.name, t.id, t.type, t.at, t.text, t.source
FROM (SELECT account_id, id, type, at, text, source FROM activities
      WHERE state IN ('active', 'no_access') AND direction = 'in'
        AND at > :since AND at <= :now
      UNION ALL
      SELECT account_id, id, type, at, text, 'book' FROM touchpoints
      WHERE origin = 'imported' AND withdrawn_at IS NULL AND direction = 'in'
        AND at > :since AND at <= :now) AS t
JOIN book_accounts AS a ON a.id = t.account_id
WHERE {_MINE}"""  # noqa: S608 - our own

MOVED_NEWS_SQL = f"""\
SELECT p.account_id, a.name, m.id, m.title, v.from_on, v.to_on, v."on", p.title,
       CASE m.status WHEN 'blocked' THEN m.blocked_by END, m.blocked_reason
FROM milestone_moves AS v
JOIN milestones AS m ON m.id = v.milestone_id
JOIN objectives AS o ON o.id = m.objective_id
JOIN plans AS p ON p.id = o.plan_id
JOIN book_accounts AS a ON a.id = p.account_id
WHERE {_MINE} AND v."on" >= :since_day AND v."on" <= :today"""  # noqa: S608 - our own words

NOTICE_NEWS_SQL = f"""\
SELECT s.account_id, a.name, s.id, s.notice_received_on, s.product, s.term_end
FROM book_subscriptions AS s JOIN book_accounts AS a ON a.id = s.account_id
WHERE {_MINE} AND s.notice_received_on >= :since_day
  AND s.notice_received_on <= :today"""  # noqa: S608 - our own words

SHARED_NEWS_SQL = f"""\
SELECT c.account_id, a.name, c.local_id, coalesce(n.text, m.title, h.title), c.field, c.after, c.at,
       o.remote_id
FROM share_changes AS c JOIN book_accounts AS a ON a.id = c.account_id
JOIN shares AS h ON h.entity = c.entity AND h.local_id = c.local_id AND h.connection = c.connection
JOIN outbox AS o ON o.op_id = h.op_id
LEFT JOIN next_steps AS n ON n.id = c.local_id AND c.entity = 'next_step'
LEFT JOIN milestones AS m ON m.id = c.local_id AND c.entity = 'milestone'
WHERE {_MINE} AND c.at > :since AND c.at <= :now
  AND NOT (c.entity = 'milestone' AND c.field = 'due_on')"""  # noqa: S608 - own words


class HealthNews(NamedTuple):
    """A score and the one before it, as stored."""

    account_id: str
    account: str
    on: date
    score: str
    source: str
    higher_is_better: bool
    cause: str | None
    before: str


class TicketNews(NamedTuple):
    """A ticket that was opened or closed."""

    account_id: str
    account: str
    id: str
    subject: str
    severity: str
    opened_at: datetime
    closed_at: datetime | None
    source: str


class SurveyNews(NamedTuple):
    """An answer to a survey."""

    account_id: str
    account: str
    id: str
    kind: str
    score: int
    at: datetime
    comment: str | None
    who: str | None
    source: str


class LeftNews(NamedTuple):
    """Somebody who left the customer."""

    account_id: str
    account: str
    id: str
    who: str
    title: str | None
    on: date


class ReplyNews(NamedTuple):
    """Something they wrote or called about."""

    account_id: str
    account: str
    id: str
    type: str
    at: datetime
    text: str | None
    source: str


class MovedNews(NamedTuple):
    """A milestone that was given another date, and what holds it up now, if anything does."""

    account_id: str
    account: str
    id: str
    title: str
    from_on: date
    to_on: date
    on: date
    plan: str
    blocked_by: str | None
    blocked_reason: str | None


class NoticeNews(NamedTuple):
    """A contract that was given notice."""

    account_id: str
    account: str
    id: str
    on: date
    product: str | None
    term_end: date | None


class SharedNews(NamedTuple):
    """What the CRM did to a step that is shared with it: a field and what it is now."""

    account_id: str
    account: str
    id: str
    text: str
    field: str
    after: str | None
    at: datetime
    remote_id: str | None


class News(NamedTuple):
    """Everything that changed, kind by kind."""

    health: tuple[HealthNews, ...]
    tickets: tuple[TicketNews, ...]
    surveys: tuple[SurveyNews, ...]
    left: tuple[LeftNews, ...]
    replies: tuple[ReplyNews, ...]
    moved: tuple[MovedNews, ...]
    notices: tuple[NoticeNews, ...]
    shared: tuple[SharedNews, ...]


def news(
    connection: sqlite3.Connection,
    me: str | None,
    *,
    since: str,
    since_day: str,
    now: str,
    today: str,
) -> News:
    """Return what changed after an instant (and on or after its day) up to now.

    Args:
        connection: one snapshot of the store.
        me: whose accounts; `None` is everybody's.
        since: the instant, as the store writes it.
        since_day: its day in the user's zone.
        now: the instant of looking.
        today: its day.
    """
    own = {"me": me, "since": since, "since_day": since_day, "now": now, "today": today}
    day = date.fromisoformat
    return News(
        health=tuple(
            HealthNews(row[0], row[1], day(row[2]), row[3], row[4], bool(row[5]), row[6], row[7])
            for row in connection.execute(HEALTH_NEWS_SQL, own)
        ),
        tickets=tuple(
            TicketNews._make(
                (*row[:5], instant(row[5]), None if row[6] is None else instant(row[6]), row[7])
            )
            for row in connection.execute(TICKET_NEWS_SQL, own)
        ),
        surveys=tuple(
            SurveyNews._make((*row[:5], instant(row[5]), *row[6:]))
            for row in connection.execute(SURVEY_NEWS_SQL, own)
        ),
        left=tuple(
            LeftNews._make((*row[:5], day(row[5])))
            for row in connection.execute(LEFT_NEWS_SQL, own)
        ),
        replies=tuple(
            ReplyNews._make((*row[:4], instant(row[4]), *row[5:]))
            for row in connection.execute(REPLY_NEWS_SQL, own)
        ),
        moved=tuple(
            MovedNews._make((*row[:4], day(row[4]), day(row[5]), day(row[6]), *row[7:]))
            for row in connection.execute(MOVED_NEWS_SQL, own)
        ),
        notices=tuple(
            NoticeNews._make((*row[:3], day(row[3]), row[4], decode_date(row[5])))
            for row in connection.execute(NOTICE_NEWS_SQL, own)
        ),
        shared=tuple(
            SharedNews._make((*row[:6], instant(row[6]), row[7]))
            for row in connection.execute(SHARED_NEWS_SQL, own)
        ),
    )
