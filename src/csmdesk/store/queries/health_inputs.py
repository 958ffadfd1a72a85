"""What our own health score is computed from and the agenda's facts do not hold."""

import sqlite3
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import NamedTuple

from csmdesk.domain.exact import Exact, exact
from csmdesk.domain.health_score import Survey
from csmdesk.domain.records import PulseValue
from csmdesk.store.encoding import instant, instant_text

USE_SQL = """\
SELECT m.account_id, m.metric, m."on", m.value
FROM accounts AS a CROSS JOIN measurements AS m ON m.account_id = a.id
WHERE m.metric IN ('active_users', 'seats_active') AND m."on" > :since AND m."on" <= :today
ORDER BY m.account_id, m.metric, m."on" DESC"""

SEATS_SQL = """\
SELECT a.id, (SELECT m.value FROM measurements AS m
              WHERE m.account_id = a.id AND m.metric = 'seats_purchased' AND m."on" <= :today
              ORDER BY m."on" DESC LIMIT 1)
FROM accounts AS a WHERE a.state = 'active'"""

DUE_MILESTONES_SQL = """\
SELECT p.account_id, count(*),
       sum(m.status = 'done' AND (m.done_on IS NULL OR m.done_on <= m.due_on))
FROM plans AS p
JOIN objectives AS o ON o.plan_id = p.id
JOIN milestones AS m ON m.objective_id = o.id
WHERE p.status = 'active' AND m.status <> 'dropped' AND m.due_on <= :today
GROUP BY p.account_id"""

SURVEYS_SQL = """\
SELECT s.account_id, s.kind, max(s.at || s.id), s.score, s.at FROM surveys AS s
WHERE s.state = 'active' AND s.at <= :now GROUP BY s.account_id, s.kind"""

PULSES_SQL = """\
SELECT p.account_id, max(p."on"), p.value FROM pulses AS p
WHERE p."on" <= :today GROUP BY p.account_id"""

PULLED_SQL = """\
SELECT a.id, c.last_synced_at FROM accounts AS a JOIN connections AS c ON c.key = a.source"""

LAST_SCORES_SQL = """\
SELECT h.account_id, max(h."on"), h.score, h.components FROM health_scores AS h
WHERE h."on" <= :today GROUP BY h.account_id"""

LAST_SCORE_SQL = """\
SELECT h."on", h.score, h.components FROM health_scores AS h
WHERE h.account_id = :account AND h."on" <= :today ORDER BY h."on" DESC LIMIT 1"""


class Use(NamedTuple):
    """The mean of a week of use, and the day of its newest measurement."""

    total: Exact
    size: int
    on: date


class Snapshot(NamedTuple):
    """The score that was recorded last; `components` as they are stored."""

    on: date
    score: Decimal
    components: str


class HealthInputs(NamedTuple):
    """Raw inputs by account id; what is missing is not in them."""

    use: dict[str, Use]
    seats: dict[str, Exact]
    milestones: dict[str, tuple[int, int]]
    surveys: dict[str, Survey]
    pulses: dict[str, tuple[PulseValue, date]]
    pulled_at: dict[str, datetime]
    snapshots: dict[str, Snapshot]


def health_inputs(
    connection: sqlite3.Connection, now: datetime, today: date, zone: tzinfo
) -> HealthInputs:
    """Read the inputs of every account as of an instant."""
    bounds = {
        "now": instant_text(now),
        "today": today.isoformat(),
        "since": (today - timedelta(days=35)).isoformat(),
    }
    return HealthInputs(
        use=_use(connection.execute(USE_SQL, bounds)),
        seats={
            account: exact(value)
            for account, value in connection.execute(SEATS_SQL, bounds)
            if value is not None
        },
        milestones={
            account: (due, on_time)
            for account, due, on_time in connection.execute(DUE_MILESTONES_SQL, bounds)
        },
        surveys=_surveys(connection.execute(SURVEYS_SQL, bounds), today, zone),
        pulses={
            account: (value, date.fromisoformat(on))
            for account, on, value in connection.execute(PULSES_SQL, bounds)
        },
        pulled_at={
            account: instant(at) for account, at in connection.execute(PULLED_SQL) if at is not None
        },
        snapshots={
            account: Snapshot(date.fromisoformat(on), Decimal(score), text)
            for account, on, score, text in connection.execute(LAST_SCORES_SQL, bounds)
        },
    )


def _use(rows: sqlite3.Cursor) -> dict[str, Use]:
    """Return the newest week of active seats, of active users where no seats are counted."""
    weeks: dict[tuple[str, str], Use] = {}
    for account, metric, text, value in rows:
        on, key = date.fromisoformat(text), (account, metric)
        known = weeks.get(key)
        if known is None:
            weeks[key] = Use(exact(value), 1, on)
        elif on > known.on - timedelta(days=7):
            weeks[key] = Use(known.total + exact(value), known.size + 1, known.on)
    accounts = {account for account, _ in weeks}
    return {
        account: weeks.get((account, "seats_active")) or weeks[account, "active_users"]
        for account in accounts
    }


def _surveys(rows: sqlite3.Cursor, today: date, zone: tzinfo) -> dict[str, Survey]:
    found: dict[str, Survey] = {}
    for account, kind, _, score, at in rows:
        if kind == "nps" or account not in found:
            age = (today - instant(at).astimezone(zone).date()).days
            found[account] = Survey(kind, score, age)
    return found


def last_recorded(connection: sqlite3.Connection, account_id: str, today: date) -> Snapshot | None:
    """Return the newest of our own scores of one account, up to a day."""
    row = connection.execute(
        LAST_SCORE_SQL, {"account": account_id, "today": today.isoformat()}
    ).fetchone()
    return None if row is None else Snapshot(date.fromisoformat(row[0]), Decimal(row[1]), row[2])
