"""Rows -> facts: joins what the statements bring, account by account.

Must agree with `csmdesk.domain.agenda.reduce`, which says the same in plain Python over records.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

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
from csmdesk.domain.decisions import Disposition
from csmdesk.domain.exact import Exact, exact
from csmdesk.domain.health import Override
from csmdesk.domain.money import known_sum
from csmdesk.domain.renewal import Contract
from csmdesk.domain.vocabulary import Role
from csmdesk.store.encoding import instant, instant_text
from csmdesk.store.queries.agenda import statements as sql
from csmdesk.store.queries.agenda.series import Dates, LocalDays, Numbers, health_of, usage_of

_first = itemgetter(0)


def read_facts(
    connection: sqlite3.Connection,
    me: str | None,
    moment: Moment,
    only: Collection[str] | None = None,
) -> list[Facts]:
    """Return the facts of my accounts by id; of some of them if `only` names them."""
    return _Reading(connection, me, moment, only).facts()


def read_busy(connection: sqlite3.Connection, moment: Moment) -> list[Busy]:
    """Return the time taken on the moment's day: meetings of any kind that were not called off."""
    bounds = {
        "day_start": instant_text(moment.start_of(moment.today)),
        "day_end": instant_text(moment.start_of(moment.ago(-1))),
    }
    return [
        Busy(instant(start), instant(end))
        for start, end in connection.execute(sql.BUSY_SQL, bounds)
    ]


def awakened(connection: sqlite3.Connection, since: datetime, now: datetime) -> set[str]:
    """Return the accounts with something dated after one instant and reached by another."""
    span = {"since": instant_text(since), "now": instant_text(now)}
    return {row[0] for row in connection.execute(sql.REACHED_SQL, span)}


class _Reading:
    """One pass over the store; every method reads one kind of fact into a dict by account."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        me: str | None,
        moment: Moment,
        only: Collection[str] | None,
    ) -> None:
        self.connection = connection
        self.moment = moment
        self.dates = Dates()
        self.days = LocalDays(moment)
        self.numbers = Numbers()
        config = moment.config
        base_to = moment.ago(config.usage_days)
        self.bounds: dict[str, str | None] = {
            "me": me,
            "only": None if only is None else json.dumps(sorted(only)),
            "now": instant_text(moment.now),
            "today": moment.today.isoformat(),
            "tomorrow": moment.ago(-1).isoformat(),
            "in_two_weeks": moment.ago(-14).isoformat(),
            "recaps_from": instant_text(moment.start_of(moment.recaps_from)),
            "answers_from": instant_text(moment.start_of(moment.ago(14))),
            "fortnight_ago": moment.ago(14).isoformat(),
            "base_from": (base_to - timedelta(days=7)).isoformat(),
            "base_to": base_to.isoformat(),
        }

    def rows(self, statement: str, **more: str) -> sqlite3.Cursor:
        if self.bounds["only"] is not None:
            statement = sql.narrowed(statement)
        return self.connection.execute(statement, {**self.bounds, **more})

    def facts(self) -> list[Facts]:
        dates = self.dates
        accounts = self.rows(sql.ACCOUNTS_SQL).fetchall()
        currencies = {row[0]: row[5] for row in accounts}
        contracts, starts, converted = self.contracts(currencies)
        expansions = self.expansions(currencies)
        touches, reviews, met = self.touches()
        people, contacts, threads = self.people(met)
        steps, chores = self.steps(), self.chores()
        appointments, cases = self.appointments(), self.cases()
        answers = self.answers(touches)
        goals, first_values, rescues = self.plans()
        words = self.words()
        health = health_of(self.rows, words, self.moment, dates, self.numbers)
        overrides = self.overrides()
        usage = usage_of(self.rows, self.moment, dates, self.numbers)
        planned = {id_: dates[on] for id_, on in self.rows(sql.PLANNED_SQL)}
        nothing: tuple[Any, ...] = ()
        found = []
        for id_, name, segment, assigned_on, start_on, _ in accounts:
            first_value = first_values.get(id_, nothing)
            found.append(
                Facts(
                    id_,
                    name,
                    segment,
                    dates[assigned_on] if assigned_on is not None else None,
                    dates[start_on] if start_on is not None else starts.get(id_),
                    id_ in starts,
                    tuple(contracts.get(id_, nothing)),
                    id_ in converted,
                    expansions.get(id_),
                    contacts.get(id_, 0),
                    threads.get(id_, 0),
                    tuple(people.get(id_, nothing)),
                    touches.get(id_),
                    reviews.get(id_),
                    tuple(steps.get(id_, nothing)),
                    tuple(chores.get(id_, nothing)),
                    tuple(appointments.get(id_, nothing)),
                    tuple(cases.get(id_, nothing)),
                    tuple(answers.get(id_, nothing)),
                    tuple(goals.get(id_, nothing)),
                    bool(first_value),
                    "done" in first_value,
                    tuple(rescues.get(id_, nothing)),
                    health.get(id_),
                    tuple(overrides.get(id_, nothing)),
                    usage.get(id_),
                    tuple(words.get(id_, nothing)),
                    planned.get(id_),
                )
            )
        return found

    def contracts(
        self, currencies: dict[str, str | None]
    ) -> tuple[dict[str, list[Contract]], dict[str, date], set[str]]:
        dates, convert, base = self.dates, self.moment.rates.convert, self.moment.rates.base
        ramps: dict[str, list[tuple[date, str]]] = {}
        for id_, from_on, arr in self.rows(sql.RAMPS_SQL):
            ramps.setdefault(id_, []).append((dates[from_on], arr))
        found: dict[str, list[Contract]] = {}
        starts: dict[str, date] = {}
        converted: set[str] = set()
        for row in self.rows(sql.CONTRACTS_SQL):
            account, id_, start_text, status, auto, end, months, days, notice_months = row[:9]
            noticed, evergreen, forecast, arr, currency = row[9:]
            start = dates[start_text]
            if account not in starts or start < starts[account]:
                starts[account] = start
            if status != "active":
                continue
            if id_ in ramps:
                # The latest step begun, of several on one day the last.
                arr = max(enumerate(ramps[id_]), key=lambda step: (step[1][0], step[0]))[1][1]
            currency = currency or currencies.get(account)
            if currency is not None and currency != base:
                converted.add(account)
            own = self.numbers[arr] if arr is not None else None
            amount = convert(own, currency)
            contract = Contract(
                id_,
                start,
                bool(auto),
                dates[end] if end is not None else None,
                months,
                days,
                notice_months,
                dates[noticed] if noticed is not None else None,
                bool(evergreen),
                forecast,
                amount,
                (currency, own) if amount is None and own is not None and currency else None,
            )
            found.setdefault(account, []).append(contract)
        for some in found.values():
            if len(some) > 1:
                some.sort(key=_first)
        return found, starts, converted

    def expansions(self, currencies: dict[str, str | None]) -> dict[str, Exact | None]:
        amounts: defaultdict[str, list[Exact | None]] = defaultdict(list)
        for account, amount, currency in self.rows(sql.EXPANSIONS_SQL):
            amounts[account].append(
                self.moment.rates.convert(exact(amount), currency or currencies.get(account))
            )
        return {account: known_sum(found) for account, found in amounts.items()}

    def people(
        self, met: dict[str, str]
    ) -> tuple[dict[str, list[Person]], dict[str, int], dict[str, int]]:
        moment, dates, day_of = self.moment, self.dates, self.days.of
        thread_from = instant_text(moment.start_of(moment.ago(THREAD_DAYS)))
        special = special_roles(moment)
        role_sets: dict[tuple[str, str | None], tuple[frozenset[Role], bool]] = {}
        found: dict[str, list[Person]] = {}
        contacts: dict[str, int] = {}
        threads: dict[str, int] = {}
        for row in self.rows(sql.PEOPLE_SQL):
            account, id_, name, roles_text, primary, status, left_on, influence = row[:8]
            sentiment, sentiment_on = row[8:]
            contacts[account] = contacts.get(account, 0) + 1
            active = status is None or status == "active"
            at = met.get(id_)
            if active and at is not None and at >= thread_from:
                threads[account] = threads.get(account, 0) + 1
            try:
                roles, asked = role_sets[roles_text, primary]
            except KeyError:
                roles = frozenset(json.loads(roles_text)) | ({primary} if primary else set())
                asked = not special.isdisjoint(roles)
                role_sets[roles_text, primary] = roles, asked
            if active:
                if not asked and not (
                    sentiment is not None
                    and sentiment <= -1
                    and influence is not None
                    and influence >= 3
                ):
                    continue
            elif status != "left" or "champion" not in roles:
                continue
            person = Person(
                id_,
                name,
                roles,
                active,
                status == "left",
                dates[left_on] if left_on is not None else None,
                influence,
                sentiment,
                dates[sentiment_on] if sentiment_on is not None else None,
                day_of(at) if at is not None else None,
            )
            found.setdefault(account, []).append(person)
        for some in found.values():
            if len(some) > 1:
                some.sort(key=_first)
        return found, contacts, threads

    def touches(self) -> tuple[dict[str, Touch], dict[str, Touch], dict[str, str]]:
        """Return the last touch and the last review of accounts, and when people were last met."""
        latest: dict[str, tuple[str, str]] = {}
        reviewed: dict[str, tuple[str, str]] = {}
        met: dict[str, str] = {}
        latest_of, reviewed_of, met_of = latest.get, reviewed.get, met.get
        for account, at, id_, review, who in self.rows(sql.TOUCHES_SQL):
            if who is not None:
                seen = met_of(who)
                if seen is None or at > seen:
                    met[who] = at
            known = latest_of(account)
            if known is None or at > known[0] or (at == known[0] and id_ > known[1]):
                latest[account] = (at, id_)
            if review:
                known = reviewed_of(account)
                if known is None or (at, id_) > known:
                    reviewed[account] = (at, id_)
        if self.bounds["only"] is not None:
            for who, at in self.rows(sql.MET_SQL):
                if at > met.get(who, ""):
                    met[who] = at
        day_of = self.days.of
        return (
            {account: Touch(instant(at), id_, day_of(at)) for account, (at, id_) in latest.items()},
            {
                account: Touch(instant(at), id_, day_of(at))
                for account, (at, id_) in reviewed.items()
            },
            met,
        )

    def steps(self) -> dict[str, list[Step]]:
        found: dict[str, list[Step]] = {}
        for account, id_, text, side, due_on in self.rows(sql.STEPS_SQL):
            found.setdefault(account, []).append(Step(id_, text, side, self.dates[due_on]))
        return found

    def chores(self) -> dict[str, list[Chore]]:
        found: dict[str, list[Chore]] = {}
        for account, id_, title, due_on, priority, effort in self.rows(sql.CHORES_SQL):
            found.setdefault(account, []).append(
                Chore(id_, title, self.dates[due_on], priority == "high", effort)
            )
        return found

    def appointments(self) -> dict[str, list[Appointment]]:
        found: dict[str, list[Appointment]] = {}
        for account, id_, kind, title, start, end, status, prep in self.rows(sql.APPOINTMENTS_SQL):
            found.setdefault(account, []).append(
                Appointment(id_, kind, title, instant(start), instant(end), status, prep)
            )
        ended = [
            (account, item)
            for account, items in found.items()
            for item in items
            if item.end <= self.moment.now
        ]
        if ended:
            touched = self.unnamed_touches(ended)
            for account, item in ended:
                last_day = self.moment.day_of(item.end)
                if any(
                    at >= item.start and self.moment.day_of(at) <= last_day
                    for at in touched.get(account, ())
                ):
                    found[account].remove(item)
        return found

    def unnamed_touches(self, ended: list[tuple[str, Appointment]]) -> dict[str, list[datetime]]:
        touched: dict[str, list[datetime]] = {}
        for account, at in self.rows(
            sql.UNNAMED_TOUCHES_SQL,
            accounts=json.dumps(sorted({account for account, _ in ended})),
            since=instant_text(min(item.start for _, item in ended)),
        ):
            touched.setdefault(account, []).append(instant(at))
        return touched

    def cases(self) -> dict[str, list[Case]]:
        found: dict[str, list[Case]] = {}
        for account, id_, subject, severity, opened_at in self.rows(sql.CASES_SQL):
            found.setdefault(account, []).append(Case(id_, subject, severity, instant(opened_at)))
        return found

    def answers(self, touches: dict[str, Touch]) -> dict[str, list[Answer]]:
        found: dict[str, list[Answer]] = {}
        for account, id_, score, text, name, influence in self.rows(sql.ANSWERS_SQL):
            at, last = instant(text), touches.get(account)
            if last is None or last.at <= at:
                found.setdefault(account, []).append(
                    Answer(id_, score, self.moment.day_of(at), name, influence)
                )
        return found

    def plans(
        self,
    ) -> tuple[dict[str, list[Goal]], dict[str, set[str]], dict[str, list[Rescue]]]:
        goals: dict[str, list[Goal]] = {}
        first_values: dict[str, set[str]] = {}
        soon = self.moment.ago(-14)
        for account, plan, id_, title, due, side, first, status in self.rows(sql.MILESTONES_SQL):
            if first:
                first_values.setdefault(account, set()).add(status)
            due_on = self.dates[due]
            if plan == "active" and status in ("todo", "doing", "blocked") and due_on <= soon:
                goals.setdefault(account, []).append(Goal(id_, title, due_on, side, bool(first)))
        rescues: dict[str, list[Rescue]] = {}
        for account, id_, start, due, late in self.rows(sql.RESCUES_SQL):
            ends = self.dates[due] if due else rescue_end(self.dates[start])
            rescues.setdefault(account, []).append(Rescue(id_, ends, bool(late)))
        return goals, first_values, rescues

    def overrides(self) -> dict[str, list[Override]]:
        dates = self.dates
        found: dict[str, list[Override]] = {}
        for account, set_on, colour, expires_on, reason in self.rows(sql.OVERRIDES_SQL):
            found.setdefault(account, []).append(
                Override(dates[set_on], colour, dates[expires_on], reason)
            )
        return found

    def words(self) -> dict[str, list[Word]]:
        said = [
            Disposition(
                id=row[0],
                account_id=row[1],
                type=row[2],
                subject=row[3],
                episode=row[4],
                action=row[5],
                points=row[6],
                score=row[7],
                at=instant(row[8]),
                until=self.dates[row[9]] if row[9] is not None else None,
                reason=row[10],
                undoes=row[11],
            )
            for row in self.rows(sql.WORDS_SQL)
        ]
        found: dict[str, list[Word]] = {}
        for one in effective(said):
            found.setdefault(one.account_id, []).append(
                Word(
                    one.type,
                    one.subject,
                    one.episode,
                    one.action,
                    self.moment.day_of(one.at),
                    one.at,
                    one.points,
                    one.until,
                    one.reason,
                )
            )
        return found
