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


class Notice(NamedTuple):
    """Something that is deliberately not in the list: its kind and what its words are made of."""

    kind: str
    on: date | None = None
    at: datetime | None = None
    until: date | None = None
    why: str = ""


class Assessment(NamedTuple):
    """What the agenda thinks of one account at a moment, whether it is listed or not."""

    facts: Facts
    standing: Standing
    visible: tuple[Signal, ...]
    hidden: tuple[Hidden, ...]
    combined: Combined
    notices: tuple[Notice, ...]

    @property
    def tier(self) -> int:
        """0 if a renewal must be acted on by the next working day, else 1."""
        return 0 if any(signal.tier0 for signal in self.visible) else 1

    @property
    def must(self) -> bool:
        """Whether something visible has to be in today's plan."""
        return any(signal.must_since is not None for signal in self.visible)


_NOTHING = Combined(0, (), 0)


def assess(facts: Facts, moment: Moment) -> Assessment:
    """Judge one account; no other account has a say in it."""
    standing = stand(facts, moment)
    signals, notices = detect(facts, standing, moment)
    hidden: list[Hidden] = []
    if facts.words and signals:
        signals, hidden = split(signals, facts, standing, moment)
    combined = combine(signals, moment.config.weights) if signals else _NOTHING
    return Assessment(facts, standing, tuple(signals), tuple(hidden), combined, tuple(notices))


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
            notices.append(Notice("held", why=held[0], until=held[1]))
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


def order_key(one: Assessment) -> tuple[object, ...]:
    """Sort key of the list (agenda model §3.7).

    Tier; in tier 0 the earliest act-by date; score; the earliest hard date; the largest stake;
    name; id.
    """
    visible = one.visible
    tier, act = 1, 0
    hard: int = _LATEST
    stake = None
    for signal in visible:
        if signal.tier0 and signal.act_by is not None:
            day = signal.act_by.toordinal()
            act = day if tier else min(act, day)
            tier = 0
        if signal.hard_date is not None and signal.hard_date.toordinal() < hard:
            hard = signal.hard_date.toordinal()
        if signal.stake is not None and (stake is None or signal.stake > stake):
            stake = signal.stake
    return (
        tier,
        act,
        -one.combined.score,
        hard,
        stake is None,
        0 if stake is None else -stake,
        sort_name(one.facts.name),
        one.facts.id,
    )


def sort_name(name: str) -> str:
    """Return a name as it is compared: NFC, then casefold, by code point."""
    return name.casefold() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


_LATEST = date.max.toordinal() + 1
