"""How much of today is free, and which accounts fit in (agenda model §4, §6)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.agenda.facts import Busy
from csmdesk.domain.agenda.moment import Moment

if TYPE_CHECKING:
    from csmdesk.domain.agenda.view import Agenda
    from csmdesk.domain.decisions import PlannedDay

_MINUTE = timedelta(minutes=1)


class Room(NamedTuple):
    """Today's free minutes and the share of them that is planned."""

    free: int
    capacity: int


class Slot(NamedTuple):
    """What becomes of a listed account today: planned or not, by rotation, and its effort."""

    planned: bool
    rotation: bool
    effort: int


def room(busy: Iterable[Busy], moment: Moment) -> Room:
    """Return today's room: the rest of the working day less the union of all meetings.

    0 on a day that is not worked. `busy` leaves out meetings that were called off.
    """
    config = moment.config
    if not moment.workdays.is_working(moment.today):
        return Room(0, 0)
    local = moment.now.astimezone(moment.zone).replace(second=0, microsecond=0)
    start = max(local.astimezone(UTC), _local(moment, config.workday_start))
    end = _local(moment, config.workday_end)
    if start >= end:
        return Room(0, 0)
    free = timedelta(0)
    reached = start
    for item in sorted(busy):
        if item.start >= end:
            break
        if item.start > reached:
            free += item.start - reached
        reached = max(reached, item.end)
    if reached < end:
        free += end - reached
    minutes = free // _MINUTE
    return Room(minutes, minutes * config.focus_share // 500 * 5)


def _local(moment: Moment, clock: object) -> datetime:
    return datetime.combine(moment.today, clock, moment.zone).astimezone(UTC)  # type: ignore[arg-type]


def starving(one: Assessment, moment: Moment) -> Fraction | None:
    """Return how far a visible check-in is overdue, in percent, if the account starves at all.

    Starving: from 200 % on, no must, and not planned in the last ten working days.
    """
    config = moment.config
    if one.must or not starves(one, moment):
        return None
    planned = one.facts.planned_on
    if (
        planned is not None
        and moment.workdays.between(planned, moment.today) <= config.rotation_gap
    ):
        return None
    return overdue_ratio(one)


def overdue_ratio(one: Assessment) -> Fraction | None:
    """Return the days since the last touch in percent of the cadence, if the check-in shows."""
    found = overdue(one)
    return None if found is None else Fraction(100 * found[0], found[1])


def overdue(one: Assessment) -> tuple[int, int] | None:
    """Return the days since the last touch and the days allowed, if the check-in shows."""
    for signal in one.visible:
        if signal.type == "cadence":
            return signal.detail[0], signal.detail[1]
    return None


def starves(one: Assessment, moment: Moment) -> bool:
    """Tell whether a visible check-in is overdue by the starving ratio or more."""
    found = overdue(one)
    return found is not None and 100 * found[0] >= moment.config.starving_ratio * found[1]


def rotation(listed: Sequence[Assessment], moment: Moment) -> set[str]:
    """Return the ids of the accounts whose turn it is today, so that nobody starves."""
    slots = moment.config.rotation_slots
    if not slots or not moment.workdays.is_working(moment.today):
        return set()
    waiting = []
    for one in listed:
        ratio = starving(one, moment)
        if ratio is not None:
            planned = one.facts.planned_on
            waiting.append(
                (planned.toordinal() if planned is not None else 0, -ratio, one.facts.id)
            )
    return {id_ for _, _, id_ in sorted(waiting)[:slots]}


class Own(NamedTuple):
    """Ids of the accounts that the user put into today's plan, and of those taken out of it."""

    taken: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


NOTHING_OWN = Own()
"""The model's own plan."""


def fill(
    listed: Sequence[Assessment], capacity: int, moment: Moment, own: Own = NOTHING_OWN
) -> list[Slot]:
    """Cut the ranked list into today's plan: musts, rotation, then what fits in rank order.

    What the user put in is in, like a must, and what the user took out is out.
    """
    config = moment.config
    turns = rotation(listed, moment)
    slots: list[Slot] = []
    for one in listed:
        turn = one.facts.id in turns
        effort = one.combined.effort
        if turn:
            effort = min(effort, config.rotation_effort)
        wanted = turn or one.must or one.facts.id in own.taken
        slots.append(Slot(wanted and one.facts.id not in own.left_out, turn, effort))
    left = capacity - sum(slot.effort for slot in slots if slot.planned)
    count = sum(slot.planned for slot in slots)
    for place, slot in enumerate(slots):
        if count >= config.today_max_items:
            break
        out = listed[place].facts.id in own.left_out
        if not slot.planned and not out and slot.effort <= left:
            slots[place] = slot._replace(planned=True)
            left -= slot.effort
            count += 1
    return slots


def model_plan(agenda: "Agenda") -> frozenset[str]:
    """Return the ids the model itself puts in today's plan."""
    return frozenset(item.account_id for item in agenda.items if item.planned)


def plan_of_day(agenda: "Agenda", entries: "Collection[PlannedDay]") -> frozenset[str]:
    """Return the ids in today's plan: the accepted one and newer musts, else the model's.

    Args:
        agenda: the ranked list.
        entries: what was accepted for the day, with what the user took out.
    """
    if not entries:
        return model_plan(agenda)
    removed = {entry.account_id for entry in entries if entry.removed}
    kept = {entry.account_id for entry in entries if not entry.removed}
    musts = {item.account_id for item in agenda.items if item.must or item.tier == 0}
    return frozenset(kept | (musts - removed))


def as_accepted(agenda: "Agenda", entries: "Collection[PlannedDay]") -> "Agenda":
    """Return the agenda with the plan of its day as it was accepted, and the minutes of that."""
    planned = plan_of_day(agenda, entries)
    items = tuple(replace(item, planned=item.account_id in planned) for item in agenda.items)
    minutes = sum(item.effort for item in items if item.planned)
    capacity = replace(agenda.capacity, planned_minutes=minutes)
    return replace(agenda, items=items, capacity=capacity)
