"""Support tickets, health, usage and survey answers (agenda model §3.4, §3.5)."""

from datetime import timedelta

from csmdesk.domain.agenda.curves import Knots, curve
from csmdesk.domain.agenda.facts import Facts
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import SUBJECT_ACCOUNT, Signal
from csmdesk.domain.agenda.standing import Standing, series_colour

CRITICAL: Knots = ((48, 75), (96, 90), (168, 100))
HIGH: Knots = ((168, 30), (336, 55), (720, 70))
DROP: Knots = ((10, 40), (20, 65), (30, 80), (40, 90))
USAGE: Knots = ((15, 35), (30, 60), (45, 80), (60, 90))

_HOUR = timedelta(hours=1)
CRITICAL_FROM = 48
HIGH_FROM = 168


def tickets(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return critical tickets from 48 whole elapsed hours on and high ones from 168."""
    found = []
    for case in facts.cases:
        hours = (moment.now - case.opened_at) // _HOUR
        critical = case.severity == "critical"
        if hours < (CRITICAL_FROM if critical else HIGH_FROM):
            continue
        points = curve(CRITICAL if critical else HIGH, hours)
        found.append(
            Signal(
                "ticket",
                case.id,
                case.severity,
                points,
                standing.value,
                points * standing.value,
                standing.arr,
                f"ticket:{case.id}",
                moment.day_of(case.opened_at),
                case.opened_at + CRITICAL_FROM * _HOUR if critical else None,
                effort=15,
                detail=(case.subject, hours, case.severity),
            )
        )
    return found


def health(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the health signal: the most pressing of turning worse, falling and being red.

    Tech touch only raises the turn. The level is silent while a rescue plan has nothing late.
    """
    config, series = moment.config, facts.health
    best, why, on = 0, "", None
    if series is not None and series.score is not None:
        changed = series.changed_on
        if changed is not None and (moment.today - changed).days <= config.transition_window:
            colour = series_colour(facts, moment)
            if colour == "red":
                best, why, on = 70, "turn", changed
            elif colour == "yellow" and series.changed_from == "green":
                best, why, on = 40, "turn", changed
        if standing.segment != "tech" and series.reference is not None:
            drop = series.reference[1] - series.score
            points = curve(DROP, drop) if drop >= 10 else 0
            if points > best:
                best, why, on = points, "drop", series.scored_on
    red = standing.segment != "tech" and standing.colour == "red"
    if red and best < 45 and not any(not plan.late for plan in facts.rescues):
        best, why = 45, "level"
        on = standing.override.set_on if standing.override else series and series.scored_on
    if not best:
        return []
    if series is not None and series.source is not None:
        episode = series.changed_on or series.first_on
    else:
        episode = standing.override.set_on if standing.override is not None else None
    source = (
        f"override:{standing.override.set_on.isoformat()}"
        if why == "level" and standing.override is not None
        else f"health:{series.source if series is not None else ''}"
    )
    return [
        Signal(
            "health",
            SUBJECT_ACCOUNT,
            episode.isoformat() if episode is not None else "-",
            best,
            standing.value,
            best * standing.value,
            standing.arr,
            source,
            on,
            effort=25,
            detail=(why, series, standing.override),
        )
    ]


def usage(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return a fall of usage by 15 % or more from a base of at least five users."""
    config, measured = moment.config, facts.usage
    if measured is None or measured.base is None:
        return []
    fall = measured.fall
    if fall is None or not fall.at_least(15):
        return []
    if measured.base.total < config.usage_base * measured.base.size:
        return []
    start = facts.start_on
    if start is not None and (moment.today - start).days < config.usage_days:
        return []
    if standing.segment == "tech" and (
        standing.arr is None or standing.arr <= config.usage_tech_floor
    ):
        return []
    points = curve(USAGE, fall.top, fall.bottom)
    return [
        Signal(
            "usage",
            SUBJECT_ACCOUNT,
            "-",
            points,
            standing.value,
            points * standing.value,
            standing.arr,
            "measurement:active_users",
            measured.seen_on,
            effort=25,
            detail=(fall, config.usage_days),
        )
    ]


def nps(facts: Facts, standing: Standing) -> list[Signal]:
    """Return the low survey answers of the last two weeks that nobody has spoken to them about."""
    if standing.segment == "tech":
        return []
    found = []
    for answer in facts.answers:
        points = 65 if answer.influence is not None and answer.influence >= 4 else 55
        found.append(
            Signal(
                "nps",
                answer.id,
                "-",
                points,
                standing.value,
                points * standing.value,
                standing.arr,
                f"survey:{answer.id}",
                answer.day,
                effort=15,
                detail=(answer.score, answer.who, answer.day),
            )
        )
    return found
