"""Looking at a book in memory, and changing one thing in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.builders import World, key_of

from csmdesk.domain.agenda.assess import Assessment, assess
from csmdesk.domain.agenda.document import agenda_document
from csmdesk.domain.agenda.rank import rank
from csmdesk.domain.agenda.reduce import Ledger, reduce_busy, reduce_ledger
from csmdesk.domain.agenda.view import Agenda
from csmdesk.domain.records import HealthRecord


def ranked(world: World, now: datetime) -> Agenda:
    """Return the agenda of a book."""
    moment = world.moment(now)
    return rank(reduce_ledger(world.ledger, moment), reduce_busy(world.ledger, moment), moment)


def document(world: World, now: datetime) -> dict[str, Any]:
    """Return the agenda of a book as its document."""
    return agenda_document(ranked(world, now))


def assessed(world: World, now: datetime) -> dict[str, Assessment]:
    """Return what is thought of every account, listed or not."""
    moment = world.moment(now)
    return {row.id: assess(row, moment) for row in reduce_ledger(world.ledger, moment)}


def scores(world: World, now: datetime) -> dict[str, int]:
    """Return the score of every account, listed or not."""
    return {id_: one.combined.score for id_, one in assessed(world, now).items()}


def change(world: World, name: str, row: Any, **values: Any) -> Any:
    """Replace a row by one with other values, and return it."""
    del world.lists[name][key_of(name, row)]
    changed = replace(row, **values)
    world.put(name, changed)
    return changed


def without(world: World, name: str, keep: Callable[[Any], bool] = lambda _: False) -> None:
    """Drop the rows of a list that are not kept."""
    rows = world.lists[name]
    for key in [key for key, row in rows.items() if not keep(row)]:
        del rows[key]


def without_growth(world: World) -> None:
    """Switch growth off: no purchased seats are known."""
    without(world, "measurements", lambda row: row.metric != "seats_purchased")


def earlier(
    world: World, days: int, chance: Random, keep: Callable[[date], bool] = lambda _: True
) -> None:
    """Move about half of the due dates of tasks, next steps and milestones earlier.

    `keep` tells whether a date may become another one.
    """
    span = timedelta(days=days)

    def moved(row: Any) -> Any:
        if row.due_on is None or chance.random() < 0.5 or not keep(row.due_on - span):
            return row
        return replace(row, due_on=row.due_on - span)

    for row in list(world.lists["tasks"].values()):
        change(world, "tasks", row, due_on=moved(row).due_on)
    for row in list(world.lists["touchpoints"].values()):
        change(world, "touchpoints", row, next_steps=tuple(map(moved, row.next_steps)))
    for row in list(world.lists["plans"].values()):
        objectives = tuple(
            replace(one, milestones=tuple(map(moved, one.milestones))) for one in row.objectives
        )
        change(world, "plans", row, objectives=objectives)


def sicker(world: World, now: datetime, points: int) -> None:
    """Lower the latest score of every account and source; the history stays."""
    today = world.moment(now).today
    latest: dict[tuple[str, str], HealthRecord] = {}
    for row in world.lists["health"].values():
        key = (row.account_id, row.source)
        if row.on <= today and (key not in latest or latest[key].on < row.on):
            latest[key] = row
    for row in latest.values():
        worse = row.score - points if row.higher_is_better else row.score + points
        change(world, "health", row, score=min(Decimal(100), max(Decimal(0), worse)))


def shuffled(ledger: Ledger, seed: int) -> Ledger:
    """Return the same records in another order."""
    chance = Random(seed)
    lists = {}
    for name in Ledger.__slots__:
        value = getattr(ledger, name)
        if isinstance(value, tuple):
            lists[name] = tuple(chance.sample(value, len(value)))
    return replace(ledger, **lists)
