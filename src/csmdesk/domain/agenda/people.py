"""Lost champions, thin coverage, silent contacts and critics (agenda model §3.4, §3.5)."""

from csmdesk.domain.agenda.curves import Knots, curve
from csmdesk.domain.agenda.facts import Facts, Person
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import SUBJECT_ACCOUNT, Signal
from csmdesk.domain.agenda.standing import Standing

CHAMPION: Knots = ((0, 75), (30, 85), (60, 90))
SILENT: Knots = ((100, 25), (200, 45), (300, 55))
EXECUTIVES = frozenset({"exec_sponsor", "economic_buyer"})
"""Roles whose holder is an executive relationship."""
EXECUTIVE_DAYS = 180
"""Days within which an executive has to have been met."""
THREAD_DAYS = 90
"""Days within which a person has to have been met to be a thread."""


def special_roles(moment: Moment) -> frozenset[str]:
    """Return the roles whose holders some rule asks about."""
    return EXECUTIVES | {"champion"} | set(moment.config.role_cadence)


def champions(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the champions that left, until an active champion was met since then."""
    if standing.segment == "tech":
        return []
    found = []
    for person in facts.people:
        if not person.left or "champion" not in person.roles or _replaced(person, facts):
            continue
        left = person.left_on
        points = 75 if left is None else curve(CHAMPION, -moment.days_to(left))
        found.append(
            Signal(
                "champion",
                person.id,
                left.isoformat() if left is not None else "-",
                points,
                standing.value,
                points * standing.value,
                standing.arr,
                f"contact:{person.id}",
                left,
                effort=30,
                detail=(person.name, left),
            )
        )
    return found


def _replaced(lost: Person, facts: Facts) -> bool:
    return any(
        other.active
        and "champion" in other.roles
        and other.met is not None
        and (lost.left_on is None or other.met >= lost.left_on)
        for other in facts.people
    )


def coverage(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return thin coverage of a high or mid account: too few threads, no executive, or both."""
    if standing.segment not in ("high", "mid") or not facts.contacts:
        return []
    thin = facts.threads < (3 if standing.segment == "high" else 2)
    headless, since = True, moment.ago(EXECUTIVE_DAYS)
    for person in facts.people:
        if (
            person.active
            and person.met is not None
            and person.met >= since
            and not EXECUTIVES.isdisjoint(person.roles)
        ):
            headless = False
            break
    if not thin and not headless:
        return []
    points = 45 if thin and headless else 30 if thin else 25
    if standing.events:
        points += 20
    missing = ",".join((["sponsor"] if headless else []) + (["threads"] if thin else []))
    return [
        Signal(
            "coverage",
            SUBJECT_ACCOUNT,
            missing,
            points,
            standing.value,
            points * standing.value,
            standing.arr,
            f"account:{facts.id}",
            effort=20,
            detail=(headless, thin, facts.threads),
        )
    ]


def silent(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the people whose role asks for a regular touch and who were not met for too long."""
    if standing.segment not in ("high", "mid"):
        return []
    allowed = moment.config.role_cadence
    found = []
    for person in facts.people:
        if not person.active or person.met is None:
            continue
        limits = [allowed[role] for role in person.roles if role in allowed]
        days = (moment.today - person.met).days
        if not limits or days <= min(limits):
            continue
        points = curve(SILENT, 100 * days, min(limits))
        found.append(
            Signal(
                "silent",
                person.id,
                person.met.isoformat(),
                points,
                standing.value,
                points * standing.value,
                standing.arr,
                f"contact:{person.id}",
                person.met,
                effort=10,
                detail=(person.name, days, min(limits)),
            )
        )
    return found


def detractors(facts: Facts, standing: Standing) -> list[Signal]:
    """Return the active people of influence who work against us."""
    if standing.segment == "tech":
        return []
    found = []
    for person in facts.people:
        sentiment, influence = person.sentiment, person.influence
        if not person.active or sentiment is None or sentiment > -1:
            continue
        if influence is None or influence < 3:
            continue
        points = 50 if influence >= 4 else 30
        seen = person.sentiment_on
        found.append(
            Signal(
                "detractor",
                person.id,
                seen.isoformat() if seen is not None else "-",
                points,
                standing.value,
                points * standing.value,
                standing.arr,
                f"contact:{person.id}",
                seen,
                effort=30,
                detail=(person.name, sentiment, influence, seen),
            )
        )
    return found
