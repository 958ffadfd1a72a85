"""Health and usage: many small rows per account, so that every turn of the loop counts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from csmdesk.domain.agenda.facts import Word
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.exact import Exact, exact
from csmdesk.domain.health import Health, Reading, reduce_health
from csmdesk.domain.usage import WINDOW, Mean, Usage, utilisation
from csmdesk.store.encoding import instant_text
from csmdesk.store.queries.agenda.statements import (
    BASE_USAGE_SQL,
    LATEST_SQL,
    OWN_SCORES_SQL,
    SCORES_SQL,
    USAGE_SQL,
)


class Dates(dict[str, date]):
    """Days by their stored text; a book has few different ones and many of each."""

    def __missing__(self, text: str) -> date:
        day = self[text] = date.fromisoformat(text)
        return day


class Numbers(dict[str, Exact]):
    """Numbers by their stored text."""

    def __missing__(self, text: str) -> Exact:
        number = self[text] = exact(text)
        return number


class LocalDays:
    """Local days of instants by their stored text, without making instants of them.

    As text the first instants of days sort as time does, so a comparison or two are enough.
    """

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._near: dict[str, tuple[str, str, date, date, date]] = {}

    def of(self, text: str) -> date:
        """Return the local day of an instant."""
        near = self._near.get(text[:10])
        if near is None:
            near = self._look_up(text[:10])
        start, end, before, day, after = near
        if text < start:
            return before
        return day if text < end else after

    def _look_up(self, utc_day: str) -> tuple[str, str, date, date, date]:
        day, moment = date.fromisoformat(utc_day), self._moment
        one = timedelta(days=1)
        near = (
            instant_text(moment.start_of(day)),
            instant_text(moment.start_of(day + one)),
            day - one,
            day,
            day + one,
        )
        self._near[utc_day] = near
        return near


Rows = Callable[..., Iterable[Any]]


def health_of(
    rows: Rows,
    words: Mapping[str, Sequence[Word]],
    moment: Moment,
    dates: Dates,
    numbers: Numbers,
) -> dict[str, Health]:
    """Return what is known of each account's health."""
    crm = _readings(rows(SCORES_SQL), dates, numbers)
    computed = _readings(rows(OWN_SCORES_SQL), dates, numbers)
    found: dict[str, Health] = {}
    today, scale = moment.today, moment.config.scale
    nothing: list[Reading] = []
    for account in {**crm, **computed} if computed else crm:
        said = words.get(account)
        health = reduce_health(
            crm.get(account, nothing),
            computed.get(account, nothing),
            today,
            scale,
            [word.day for word in said] if said else (),
        )
        if health is not None:
            found[account] = health
    return found


def _readings(
    rows: Iterable[tuple[str, str, str, int]], dates: Dates, numbers: Numbers
) -> dict[str, list[Reading]]:
    """Return the scores of each account by day; rows come by account and day."""
    found: dict[str, list[Reading]] = {}
    current = None
    readings: list[Reading] = []
    for account, on, text, higher in rows:
        if account != current:
            current = account
            readings = found[account] = []
        readings.append((dates[on], numbers[text] if higher else 100 - numbers[text]))
    return found


def usage_of(rows: Rows, moment: Moment, dates: Dates, numbers: Numbers) -> dict[str, Usage]:
    """Return what is known of each account's usage."""
    week_ago = (moment.today - WINDOW).isoformat()
    users: tuple[dict[str, Mean], dict[str, Mean]] = ({}, {})
    active: tuple[dict[str, Mean], dict[str, Mean]] = ({}, {})
    for account, metric, on, text in rows(USAGE_SQL):
        weeks = users if metric == "active_users" else active
        _add(weeks[on <= week_ago], account, numbers[text])
    base: dict[str, Mean] = {}
    for account, text in rows(BASE_USAGE_SQL):
        _add(base, account, numbers[text])
    found: dict[str, Usage] = {}
    for account, seen, seats in rows(LATEST_SQL):
        if seen is None and seats is None:
            continue
        now = users[0].get(account)
        found[account] = Usage(
            base.get(account),
            now,
            None
            if seats is None
            else utilisation(
                numbers[seats],
                (active[0].get(account), active[1].get(account)),
                (now, users[1].get(account)),
            ),
            dates[seen] if seen is not None else None,
        )
    return found


def _add(week: dict[str, Mean], account: str, value: Exact) -> None:
    known = week.get(account)
    week[account] = Mean(value, 1) if known is None else Mean(known.total + value, known.size + 1)
