"""Health and usage: many small rows per account, so that every turn of the loop counts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from csmdesk.domain.agenda.facts import Word
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.exact import Exact, exact
from csmdesk.domain.health import Health, reduce_health
from csmdesk.domain.usage import WINDOW, Mean, Usage, utilisation
from csmdesk.store.queries.agenda.statements import LATEST_SQL, USAGE_SQL


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


def health_of(
    rows: Iterable[tuple[str, str, str, str, int]],
    words: Mapping[str, Sequence[Word]],
    moment: Moment,
    dates: Dates,
    numbers: Numbers,
) -> dict[str, Health]:
    """Return what is known of each account's health."""
    crm: dict[str, dict[str, Exact]] = {}
    computed: dict[str, dict[str, Exact]] = {}
    for account, source, on, text, higher in rows:
        side = crm if source == "crm" else computed
        score = numbers[text] if higher else 100 - numbers[text]
        known = side.get(account)
        if known is None:
            side[account] = {on: score}
        elif on not in known or score < known[on]:
            known[on] = score
    found: dict[str, Health] = {}
    scale = moment.config.scale
    none: dict[str, Exact] = {}
    for account in {**crm, **computed}:
        health = reduce_health(
            [(dates[on], score) for on, score in sorted(crm.get(account, none).items())],
            [(dates[on], score) for on, score in sorted(computed.get(account, none).items())],
            moment.today,
            scale,
            [word.day for word in words.get(account, ())],
        )
        if health is not None:
            found[account] = health
    return found


Rows = Callable[..., Iterable[Any]]


def usage_of(rows: Rows, moment: Moment, dates: Dates, numbers: Numbers) -> dict[str, Usage]:
    """Return what is known of each account's usage."""
    seats = {account: text for account, _, text in rows(LATEST_SQL, metric="seats_purchased")}
    seen = {account: on for account, on, _ in rows(LATEST_SQL, metric="active_users")}
    week_ago = (moment.today - WINDOW).isoformat()
    two_weeks_ago = (moment.today - 2 * WINDOW).isoformat()
    base_to_day = moment.ago(moment.config.usage_days)
    base_from, base_to = (base_to_day - WINDOW).isoformat(), base_to_day.isoformat()
    # Per metric: this week, last week, the base week.
    users: tuple[dict[str, Mean], ...] = ({}, {}, {})
    active: tuple[dict[str, Mean], ...] = ({}, {}, {})
    for account, metric, on, text in rows(USAGE_SQL):
        weeks = users if metric == "active_users" else active
        value = numbers[text]
        if on > week_ago:
            _add(weeks[0], account, value)
        elif on > two_weeks_ago:
            _add(weeks[1], account, value)
        # With a short span the base week may be one of the last two.
        if base_from < on <= base_to:
            _add(weeks[2], account, value)
    found: dict[str, Usage] = {}
    for account in {**seen, **seats}:
        purchased = seats.get(account)
        now = users[0].get(account)
        found[account] = Usage(
            users[2].get(account),
            now,
            None
            if purchased is None
            else utilisation(
                numbers[purchased],
                (active[0].get(account), active[1].get(account)),
                (now, users[1].get(account)),
            ),
            dates[seen[account]] if account in seen else None,
        )
    return found


def _add(week: dict[str, Mean], account: str, value: Exact) -> None:
    known = week.get(account)
    week[account] = Mean(value, 1) if known is None else Mean(known.total + value, known.size + 1)
