"""An account's health unfolded: what counts, what it is made of, how it moved and why."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from csmdesk.domain.agenda.standing import series_colour
from csmdesk.domain.exact import Exact, exact, half_up, plain
from csmdesk.domain.health import Override, Scale, Trend, trend
from csmdesk.domain.records import Colour, HealthSource
from csmdesk.domain.workdays import Workdays
from csmdesk.store.encoding import decode_json
from csmdesk.store.queries import timeline as queries
from csmdesk.store.queries.health_inputs import last_recorded
from csmdesk.usecases import health
from csmdesk.usecases.absent import refusal
from csmdesk.usecases.agenda import look
from csmdesk.usecases.glance import Score, series_that_counts
from csmdesk.usecases.workspace import Workspace

WEEKS = 26
"""How far back the history goes."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of our own score.

    `weight` is in percent, `freshness` how much of it is left (0-1), `value` 0-100 or None if
    missing. `adds` is what it brings to the score, in points; the parts add up to the score.
    """

    name: str
    weight: Exact
    freshness: Exact
    value: Exact | None
    adds: Exact


@dataclass(frozen=True, slots=True)
class Own:
    """Our own score: rounded half up, None below the least coverage; coverage in percent.

    `on` is the day it was recorded; None says that it is only worked out to be shown, is
    recorded nowhere and counts for nothing.
    """

    score: int | None
    coverage: int
    on: date | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A change of the score from one record to the next, with its cause where it is known."""

    on: date
    before: Decimal
    after: Decimal
    colour: Colour
    cause: str | None


@dataclass(frozen=True, slots=True)
class HealthPage:
    """Everything that is known of an account's health on a day.

    `colour` is the one in force, `scored` that of the score that counts; None is unknown.
    `source` says whose score counts; without a fresh one `score` is the newest known, `stale`.
    `weekly` are the scores at the ends of the last 26 weeks, oldest first, None where none was
    fresh. `moves` are those of that time, newest first; `overrides` as well. `workdays` is the
    calendar, for days that are named from here.
    """

    account_id: str
    account: str
    today: date
    colour: Colour | None
    override: Override | None
    scored: Colour | None
    source: HealthSource | None
    score: Score | None
    trend: Trend | None
    own: Own | None
    weekly: tuple[Decimal | None, ...]
    moves: tuple[Move, ...]
    overrides: tuple[Override, ...]
    workdays: Workdays
    scale: Scale

    def told(self, score: Decimal) -> Exact:
        """Return a score as it is told: rounded, but never into another colour."""
        return self.scale.told(exact(score))

    @property
    def told_moves(self) -> tuple[Move, ...]:
        """The moves of which there is something to tell: the score reads differently after it."""
        return tuple(one for one in self.moves if self.told(one.before) != self.told(one.after))

    @property
    def stale(self) -> bool:
        """Whether the score shown is too old to count."""
        return self.score is not None and self.source is None


def health_page(workspace: Workspace, account_id: str, now: datetime | None = None) -> HealthPage:
    """Return an account's health unfolded, as of an instant. Nothing is recorded by it.

    Raises:
        UnknownAccount: it is none of mine.
        ConfigError, StoreError: as the agenda's.
    """
    seen = look(workspace, now, [account_id])
    one = seen.account(account_id)
    if one is None:
        with workspace.store.reading() as connection:
            raise refusal(connection, account_id)
    moment, standing = seen.moment, one.standing
    today, scale = moment.today, moment.config.scale
    with workspace.store.reading() as connection:
        rows = queries.health(connection, account_id, today.isoformat())
        set_by_hand = queries.overrides(connection, account_id, today.isoformat())
        recorded = last_recorded(connection, account_id, today)
    source, scores = series_that_counts(rows, today)
    since = today - timedelta(days=7 * WEEKS)
    moves = [
        Move(after.on, before.value, after.value, scale.colour(exact(after.value)), after.cause)
        for before, after in pairwise(scores)
        if after.value != before.value and after.on > since
    ]
    own: Own | None
    if recorded is not None and (today - recorded.on).days <= scale.stale_days:
        own = _recorded(int(recorded.score), recorded.on, decode_json(recorded.components))
    else:
        own = _as_of_now(workspace, account_id, moment.now)
    return HealthPage(
        account_id=account_id,
        account=one.facts.name,
        today=today,
        colour=standing.colour,
        override=standing.override,
        scored=series_colour(one.facts, moment),
        source=source,
        score=scores[-1] if scores else None,
        trend=trend([(each.on, exact(each.value)) for each in scores], today) if source else None,
        own=own,
        weekly=weekly(scores, today, scale.stale_days),
        moves=tuple(reversed(moves)),
        overrides=tuple(
            Override(row.set_on, row.color, row.expires_on, row.reason)
            for row in reversed(set_by_hand)
            if row.expires_on > since
        ),
        workdays=moment.workdays,
        scale=scale,
    )


def weekly(scores: tuple[Score, ...], today: date, stale_days: int) -> tuple[Decimal | None, ...]:
    """Return the score in force at the end of each of the last 26 weeks, oldest first."""
    ends = [today - timedelta(days=7 * back) for back in range(WEEKS - 1, -1, -1)]
    result: list[Decimal | None] = []
    for end in ends:
        known = [score for score in scores if score.on <= end]
        fresh = bool(known) and (end - known[-1].on).days <= stale_days
        result.append(known[-1].value if fresh else None)
    return tuple(result)


def document(page: HealthPage) -> dict[str, Any]:
    """Return what `csmdesk health ACCOUNT --json` prints; what is unknown is null."""
    own, override, score = page.own, page.override, page.score
    return {
        "account_id": page.account_id,
        "account": page.account,
        "today": page.today.isoformat(),
        "color": page.colour,
        "scored_color": page.scored,
        "source": page.source,
        "score": None if score is None else plain(exact(score.value)),
        "scored_on": None if score is None else score.on.isoformat(),
        "stale": page.stale,
        "trend": page.trend,
        "override": None if override is None else _override(override),
        "own": None
        if own is None
        else {
            "score": own.score,
            "coverage": own.coverage,
            "recorded_on": None if own.on is None else own.on.isoformat(),
            "components": [
                {
                    "name": part.name,
                    "weight": plain(part.weight),
                    "freshness": plain(part.freshness),
                    "value": None if part.value is None else plain(part.value),
                    "adds": plain(part.adds),
                }
                for part in own.parts
            ],
        },
        "weekly": [None if value is None else plain(exact(value)) for value in page.weekly],
        "moves": [
            {
                "on": move.on.isoformat(),
                "before": plain(exact(move.before)),
                "after": plain(exact(move.after)),
                "color": move.colour,
                "cause": move.cause,
            }
            for move in page.moves
        ],
        "overrides": [_override(each) for each in page.overrides],
    }


def _override(override: Override) -> dict[str, str]:
    return {
        "color": override.colour,
        "reason": override.reason,
        "set_on": override.set_on.isoformat(),
        "expires_on": override.expires_on.isoformat(),
    }


def _recorded(score: int, on: date, components: list[dict[str, str]]) -> Own:
    return _own(
        score,
        on,
        [
            (
                part["name"],
                exact(part["weight"]),
                exact(part["freshness"]),
                exact(part["value"]) if part.get("value") is not None else None,
            )
            for part in components
        ],
    )


def _as_of_now(workspace: Workspace, account_id: str, now: datetime) -> Own | None:
    found = health.computed(workspace, account_id, now)
    if found is None:
        return None
    return _own(
        found.score,
        None,
        [(part.name, part.weight, part.freshness, part.value) for part in found.components],
    )


def _own(
    score: int | None, on: date | None, parts: list[tuple[str, Exact, Exact, Exact | None]]
) -> Own:
    total: Exact = 0
    for _, weight, freshness, value in parts:
        total += 0 if value is None else weight * freshness
    return Own(
        score,
        half_up(total),
        on,
        tuple(
            Part(
                name,
                weight,
                freshness,
                value,
                0
                if value is None or not total
                else Fraction(weight * freshness * value) / Fraction(total),
            )
            for name, weight, freshness, value in parts
        ),
    )
