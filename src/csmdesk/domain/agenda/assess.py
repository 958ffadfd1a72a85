"""One account: all its signals, what shows, what sleeps, its score, its place in the order."""

import unicodedata
from datetime import date, datetime, timedelta
from typing import NamedTuple

from csmdesk.domain.agenda import commitment, growth, meetings, people, rhythm, risk
from csmdesk.domain.agenda.combine import Combined, combine
from csmdesk.domain.agenda.commercial import renewals
from csmdesk.domain.agenda.facts import Facts
from csmdesk.domain.agenda.hiding import Hidden, split
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import Signal
from csmdesk.domain.agenda.standing import Standing, stand
from csmdesk.domain.exact import Exact


class Notice(NamedTuple):
    """Something that is deliberately not in the list: its kind and what its words are made of."""

    kind: str
    on: date | None = None
    at: datetime | None = None
    until: date | None = None
    why: str = ""


class Place(NamedTuple):
    """Where an account stands in the list: compared field by field, smaller is higher (§3.7).

    `act_by` counts in tier 0 only. Dates are ordinals; `hard` of an account without a hard date
    is after every day. `stake` is negative, so that more comes first.
    """

    tier: int
    act_by: int
    score: int
    hard: int
    staked: int
    stake: Exact
    name: str
    id: str


class Assessment(NamedTuple):
    """What the agenda thinks of one account at a moment, whether it is listed or not.

    `must`: something visible has to be in today's plan.
    """

    facts: Facts
    standing: Standing
    visible: tuple[Signal, ...]
    hidden: tuple[Hidden, ...]
    combined: Combined
    notices: tuple[Notice, ...]
    must: bool
    place: Place

    @property
    def tier(self) -> int:
        """0 if a renewal must be acted on by the next working day, else 1."""
        return self.place.tier


_NOTHING = Combined(0, (), 0)


def assess(facts: Facts, moment: Moment) -> Assessment:
    """Judge one account; no other account has a say in it."""
    standing = stand(facts, moment)
    signals, notices = detect(facts, standing, moment)
    hidden: list[Hidden] = []
    if facts.words and signals:
        signals, hidden = split(signals, facts, standing, moment)
    combined = combine(signals, moment.config.weights) if signals else _NOTHING
    must, place = _place(facts, signals, combined.score)
    return Assessment(
        facts, standing, tuple(signals), tuple(hidden), combined, tuple(notices), must, place
    )


def detect(facts: Facts, standing: Standing, moment: Moment) -> tuple[list[Signal], list[Notice]]:
    """Return every signal of an account, hidden or not, and its notes.

    A former customer raises only what was promised, planned or held.
    """
    found: list[Signal] = []
    if facts.steps:
        found += commitment.steps(facts, standing, moment)
    if facts.chores:
        found += commitment.tasks(facts, standing, moment)
    if facts.appointments:
        found += commitment.recaps(facts, standing, moment)
        found += meetings.preparations(facts, standing, moment)
    if standing.former:
        return found, []
    if standing.events:
        found += renewals(standing, moment)
    if facts.cases:
        found += risk.tickets(facts, standing, moment)
    found += risk.health(facts, standing, moment)
    found += risk.usage(facts, standing, moment)
    if standing.segment != "tech":
        if facts.answers:
            found += risk.nps(facts, standing)
        if facts.people:
            found += people.champions(facts, standing, moment)
            found += people.silent(facts, standing, moment)
            found += people.detractors(facts, standing)
        found += people.coverage(facts, standing, moment)
        found += commitment.first_value(facts, standing, moment)
        if facts.goals:
            found += commitment.milestones(facts, standing, moment)
        found += rhythm.cadence(facts, standing, moment)
        found += rhythm.reviews(facts, standing, moment)
    notices: list[Notice] = []
    growing = growth.expansion(facts, standing, moment)
    if growing:
        held = growth.held_because(facts, standing, found, moment)
        if held is None:
            found += growing
        else:
            notices.append(Notice("held", why=", ".join(held.why), until=held.until))
    found += growth.data(facts, standing, moment)
    if standing.locked or facts.cases or (facts.rescues and standing.events):
        notices += _notices(facts, standing, moment)
    return found, notices


def _notices(facts: Facts, standing: Standing, moment: Moment) -> list[Notice]:
    notices = [Notice("locked", on=day) for day in sorted(set(standing.locked))]
    hour = timedelta(hours=1)
    for case in facts.cases:
        if case.severity == "critical" and 24 <= (moment.now - case.opened_at) // hour < 48:
            turns = case.opened_at + risk.CRITICAL_FROM * hour
            notices.append(Notice("turning", at=turns.astimezone(moment.zone)))
    for plan in facts.rescues:
        notices += [
            Notice("late_rescue", on=plan.ends_on, until=event.on)
            for event in standing.events
            if moment.today <= event.on < plan.ends_on
        ]
    return notices


def _place(facts: Facts, visible: list[Signal], score: int) -> tuple[bool, Place]:
    tier, act = 1, 0
    hard: date | None = None
    stake: Exact | None = None
    must = False
    for signal in visible:
        if signal.must_since is not None:
            must = True
            if signal.tier0 and signal.act_by is not None:
                day = signal.act_by.toordinal()
                act = day if tier else min(act, day)
                tier = 0
        if signal.hard_date is not None and (hard is None or signal.hard_date < hard):
            hard = signal.hard_date
        if signal.stake is not None and (stake is None or signal.stake > stake):
            stake = signal.stake
    return must, Place(
        tier,
        act,
        -score,
        _NEVER if hard is None else hard.toordinal(),
        stake is None,
        0 if stake is None else -stake,
        sort_name(facts.name),
        facts.id,
    )


def sort_name(name: str) -> str:
    """Return a name as it is compared: NFC, then casefold, by code point."""
    return name.casefold() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


_NEVER = date.max.toordinal() + 1
