"""Looking at a book in memory, and changing one thing in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from tests.builders import World, key_of

from csmdesk.domain.agenda.assess import Assessment, assess
from csmdesk.domain.agenda.document import agenda_document
from csmdesk.domain.agenda.rank import rank
from csmdesk.domain.agenda.reduce import Ledger, reduce_busy, reduce_ledger
from csmdesk.domain.agenda.view import Agenda


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


def shuffled(ledger: Ledger, seed: int) -> Ledger:
    """Return the same records in another order."""
    chance = Random(seed)
    lists = {}
    for name in Ledger.__slots__:
        value = getattr(ledger, name)
        if isinstance(value, tuple):
            lists[name] = tuple(chance.sample(value, len(value)))
    return replace(ledger, **lists)
