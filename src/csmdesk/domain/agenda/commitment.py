"""First value, milestones, promises, tasks and recaps (agenda model §3.4, §3.5)."""

from datetime import UTC, date, datetime, timedelta

from csmdesk.domain.agenda.curves import Knots, curve
from csmdesk.domain.agenda.facts import Facts
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import SUBJECT_ACCOUNT, Signal
from csmdesk.domain.agenda.standing import Standing

TTV: Knots = ((-30, 95), (-14, 80), (0, 65), (7, 40), (14, 20))
MILESTONE: Knots = ((-30, 85), (-14, 75), (-7, 65), (0, 45), (7, 20))
PROMISE: Knots = ((-3, 100), (-1, 90), (0, 80), (1, 50))
WAITING: Knots = ((-14, 65), (-7, 55), (0, 35))
TASK: Knots = ((-14, 85), (-3, 75), (0, 60), (1, 35))
RECAP: Knots = ((0, 60), (1, 75), (3, 85))


def utc_text(instant: datetime) -> str:
    """Return an instant as an episode names it, `2026-03-18T09:00:00Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_value(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the first-value targets that come near, until any first value is reached."""
    if facts.first_value_done:
        return []
    if not facts.first_value_planned:
        start = facts.start_on
        if not standing.onboarding or start is None:
            return []
        target = start + timedelta(days=moment.config.ttv_target_days)
        return _targets(
            [(SUBJECT_ACCOUNT, "first value", target, f"account:{facts.id}")], standing, moment
        )
    return _targets(
        [
            (goal.id, goal.title, goal.due_on, f"milestone:{goal.id}")
            for goal in facts.goals
            if goal.first_value
        ],
        standing,
        moment,
    )


def _targets(
    targets: list[tuple[str, str, date, str]], standing: Standing, moment: Moment
) -> list[Signal]:
    found = []
    for subject, title, due, source in targets:
        d = moment.days_to(due)
        if d <= 14:
            points = curve(TTV, d)
            found.append(
                Signal(
                    "ttv",
                    subject,
                    due.isoformat(),
                    points,
                    standing.value,
                    points * standing.value,
                    standing.arr,
                    source,
                    due,
                    hard_date=due,
                    effort=30,
                    detail=(title, d),
                )
            )
    return found


def milestones(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the open milestones due within a week, first value aside."""
    found = []
    for goal in facts.goals:
        d = moment.days_to(goal.due_on)
        if d <= 7 and not goal.first_value:
            points = curve(MILESTONE, d)
            found.append(
                Signal(
                    "milestone",
                    goal.id,
                    goal.due_on.isoformat(),
                    points,
                    standing.value,
                    points * standing.value,
                    standing.arr,
                    f"milestone:{goal.id}",
                    goal.due_on,
                    hard_date=goal.due_on,
                    effort=15,
                    detail=(goal.title, d, goal.side),
                )
            )
    return found


def steps(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return what we promised (due by tomorrow) and what they did (due by today)."""
    found = []
    for step in facts.steps:
        d, due = moment.days_to(step.due_on), step.due_on
        if step.side == "us":
            if d > 1:
                continue
            points = curve(PROMISE, d)
            must = due if d <= 0 else None
            type_, hard, effort = "promise", due, 15
        else:
            if d > 0:
                continue
            points = curve(WAITING, d)
            must = None
            type_, hard, effort = "waiting", None, 10
        found.append(
            Signal(
                type_,
                step.id,
                due.isoformat(),
                points,
                standing.value,
                points * standing.value,
                standing.arr,
                f"next_step:{step.id}",
                due,
                must,
                hard,
                effort,
                detail=(step.text, d),
            )
        )
    return found


def tasks(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the open tasks due by tomorrow; high priority weighs 10 points more."""
    found = []
    for chore in facts.chores:
        d = moment.days_to(chore.due_on)
        if d > 1:
            continue
        points = curve(TASK, d)
        if chore.high:
            points = min(points + 10, 100)
        found.append(
            Signal(
                "task",
                chore.id,
                chore.due_on.isoformat(),
                points,
                standing.value,
                points * standing.value,
                standing.arr,
                f"task:{chore.id}",
                chore.due_on,
                chore.due_on if chore.high and d <= 0 else None,
                chore.due_on,
                15 if chore.effort is None else chore.effort,
                detail=(chore.title, d),
            )
        )
    return found


def recaps(facts: Facts, standing: Standing, moment: Moment) -> list[Signal]:
    """Return the customer meetings that ended within ten working days and were not logged."""
    found = []
    for item in facts.appointments:
        if item.end > moment.now or item.status not in ("planned", "held"):
            continue
        ended = moment.day_of(item.end)
        n = moment.workdays.between(ended, moment.today)
        if n > 10:
            continue
        points = curve(RECAP, n)
        found.append(
            Signal(
                "recap",
                item.id,
                utc_text(item.start),
                points,
                standing.value,
                points * standing.value,
                standing.arr,
                f"meeting:{item.id}",
                ended,
                moment.workdays.next(ended) if n >= 1 else None,
                effort=10,
                detail=(item.title, n),
            )
        )
    return found
