"""Accounts with their people and contracts, as the screens show them."""

import sqlite3
from datetime import date
from typing import NamedTuple

from csmdesk.store.encoding import decode_date, decode_list

ACCOUNT_SQL = """\
SELECT a.id, a.source, a.name, a.domain, a.industry, a.segment, a.start_on, a.crm_url,
       coalesce(n.tags, '[]'), n.notes, u.name, p.name, c.last_synced_at
FROM accounts AS a
LEFT JOIN account_notes AS n ON n.account_id = a.id
LEFT JOIN users AS u ON u.id = a.owner_id
LEFT JOIN accounts AS p ON p.id = a.parent_id
LEFT JOIN connections AS c ON c.key = a.source
WHERE a.id = :account AND a.state <> 'merged'"""

CONTACTS_SQL = """\
SELECT id, name, title, email, phone, roles, primary_role, influence, sentiment, sentiment_on,
       status, left_on
FROM book_contacts WHERE account_id = :account ORDER BY name, id"""

MET_SQL = """\
SELECT a.contact_id, max(t.at)
FROM book_touchpoints AS t JOIN book_attendees AS a ON a.touchpoint_id = t.id
WHERE t.account_id = :account AND t.at <= :now
  AND (t.outcome IS NULL OR t.outcome NOT IN ('no_show', 'left_message'))
  AND (t.type IN ('call', 'meeting', 'onsite', 'training', 'qbr', 'ebr')
       AND coalesce(t.two_way, 1) = 1 OR t.type IN ('email', 'slack') AND t.two_way = 1)
GROUP BY a.contact_id"""

TAGS_SQL = """\
SELECT a.id, a.name, a.domain, a.industry, a.tags, u.name
FROM book_accounts AS a LEFT JOIN users AS u ON u.id = a.owner_id"""

LAST_TOUCHES_SQL = """\
SELECT t.account_id, t.type, t.at, t.text
FROM book_touchpoints AS t
WHERE t.account_id = :account AND t.at <= :now AND t.type <> 'internal'
ORDER BY t.at DESC, t.id DESC LIMIT 1"""

DAY_SQL = """\
SELECT m.id, m.kind, m.start, m."end", m.title, m.prep, m.status, m.account_id, a.name
FROM book_meetings AS m LEFT JOIN book_accounts AS a ON a.id = m.account_id
WHERE m.start < :until AND m."end" > :since AND m.status NOT IN ('canceled', 'no_show')
ORDER BY m.start, m."end", m.id"""

OPPORTUNITIES_SQL = """\
SELECT id, name, kind, amount, currency, stage, close_on FROM opportunities
WHERE account_id = :account AND state = 'active' AND status = 'open'
ORDER BY close_on IS NULL, close_on, id"""

PLANS_SQL = """\
SELECT p.title, p.status, count(m.id), sum(m.status = 'done'),
       sum(m.status IN ('todo', 'doing', 'blocked') AND m.due_on < :today)
FROM plans AS p
LEFT JOIN objectives AS o ON o.plan_id = p.id
LEFT JOIN milestones AS m ON m.objective_id = o.id AND m.status <> 'dropped'
WHERE p.account_id = :account AND p.status IN ('active', 'paused')
GROUP BY p.id ORDER BY p.start_on DESC, p.id"""

TASKS_SQL = """\
SELECT title, due_on, priority FROM book_tasks
WHERE account_id = :account AND done_on IS NULL ORDER BY due_on IS NULL, due_on, id"""

USAGE_SQL = """\
SELECT metric, "on", value FROM measurements
WHERE account_id = :account AND "on" <= :today AND "on" > :since
ORDER BY metric, "on" """


class AccountRow(NamedTuple):
    """An account's own facts. `synced_at` is when its connection was last pulled."""

    id: str
    source: str
    name: str
    domain: str | None
    industry: str | None
    segment: str | None
    start_on: date | None
    crm_url: str | None
    tags: tuple[str, ...]
    notes: str | None
    owner: str | None
    parent: str | None
    synced_at: str | None


class ContactRow(NamedTuple):
    """Somebody of the customer."""

    id: str
    name: str
    title: str | None
    email: str | None
    phone: str | None
    roles: tuple[str, ...]
    primary_role: str | None
    influence: int | None
    sentiment: int | None
    sentiment_on: date | None
    status: str | None
    left_on: date | None


class LabelRow(NamedTuple):
    """What an account can be found by, besides its figures."""

    id: str
    name: str
    domain: str | None
    industry: str | None
    tags: tuple[str, ...]
    owner: str | None


class LastTouch(NamedTuple):
    """The newest touch of an account; `at` as the store writes it."""

    account_id: str
    type: str
    at: str
    text: str | None


class DayMeeting(NamedTuple):
    """A meeting of a day; `start` and `end` as the store writes them."""

    id: str
    kind: str
    start: str
    end: str
    title: str
    prep: str
    status: str
    account_id: str | None
    account: str | None


class OpportunityRow(NamedTuple):
    """An open sale; the amount as text."""

    id: str
    name: str
    kind: str
    amount: str | None
    currency: str | None
    stage: str | None
    close_on: date | None


class PlanRow(NamedTuple):
    """A plan in short: how many milestones, how many done, how many late."""

    title: str
    status: str
    milestones: int
    done: int
    late: int


class TaskRow(NamedTuple):
    """An open task."""

    title: str
    due_on: date | None
    priority: str | None


def account(connection: sqlite3.Connection, account_id: str) -> AccountRow | None:
    """Return one account, or nothing if it is not there (any more)."""
    row = connection.execute(ACCOUNT_SQL, {"account": account_id}).fetchone()
    if row is None:
        return None
    return AccountRow._make((*row[:6], decode_date(row[6]), row[7], decode_list(row[8]), *row[9:]))


def contacts(connection: sqlite3.Connection, account_id: str) -> tuple[ContactRow, ...]:
    """Return the people of an account by name."""
    return tuple(
        ContactRow._make(
            (
                *row[:5],
                decode_list(row[5]),
                *row[6:9],
                decode_date(row[9]),
                row[10],
                decode_date(row[11]),
            )
        )
        for row in connection.execute(CONTACTS_SQL, {"account": account_id})
    )


def met(connection: sqlite3.Connection, account_id: str, now: str) -> dict[str, str]:
    """Return when each person of an account was last met, as the store writes instants."""
    return dict(connection.execute(MET_SQL, {"account": account_id, "now": now}).fetchall())


def labels(connection: sqlite3.Connection) -> tuple[LabelRow, ...]:
    """Return what every account can be found by."""
    return tuple(
        LabelRow._make((*row[:4], decode_list(row[4]), row[5]))
        for row in connection.execute(TAGS_SQL)
    )


def last_touch(connection: sqlite3.Connection, account_id: str, now: str) -> LastTouch | None:
    """Return the newest touch of an account, internal notes aside."""
    row = connection.execute(LAST_TOUCHES_SQL, {"account": account_id, "now": now}).fetchone()
    return None if row is None else LastTouch(*row)


def meetings_of_day(
    connection: sqlite3.Connection, since: str, until: str
) -> tuple[DayMeeting, ...]:
    """Return the meetings that touch a span of time, in order, called-off ones left out."""
    return tuple(
        DayMeeting(*row) for row in connection.execute(DAY_SQL, {"since": since, "until": until})
    )


def opportunities(connection: sqlite3.Connection, account_id: str) -> tuple[OpportunityRow, ...]:
    """Return the open sales of an account, the soonest first."""
    return tuple(
        OpportunityRow._make((*row[:6], decode_date(row[6])))
        for row in connection.execute(OPPORTUNITIES_SQL, {"account": account_id})
    )


def plans(connection: sqlite3.Connection, account_id: str, today: str) -> tuple[PlanRow, ...]:
    """Return the plans of an account that are under way."""
    return tuple(
        PlanRow(row[0], row[1], row[2], row[3] or 0, row[4] or 0)
        for row in connection.execute(PLANS_SQL, {"account": account_id, "today": today})
    )


def tasks(connection: sqlite3.Connection, account_id: str) -> tuple[TaskRow, ...]:
    """Return the open tasks of an account, the soonest first."""
    return tuple(
        TaskRow(row[0], decode_date(row[1]), row[2])
        for row in connection.execute(TASKS_SQL, {"account": account_id})
    )


def measurements(
    connection: sqlite3.Connection, account_id: str, since: str, today: str
) -> dict[str, tuple[tuple[date, str], ...]]:
    """Return the measurements of an account after a day, by metric, oldest first."""
    own = {"account": account_id, "since": since, "today": today}
    found: dict[str, list[tuple[date, str]]] = {}
    for metric, on, value in connection.execute(USAGE_SQL, own):
        found.setdefault(metric, []).append((date.fromisoformat(on), value))
    return {metric: tuple(values) for metric, values in found.items()}
