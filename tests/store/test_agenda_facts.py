"""The store's queries and the plain reduction of records must tell the same facts."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from tests.builders import World
from tests.generated import seeds, world_of
from tests.storing import stored

from csmdesk.domain.agenda.reduce import reduce_busy, reduce_ledger
from csmdesk.store.queries.agenda import frame
from csmdesk.store.queries.agenda.reading import read_busy, read_facts

FIXTURES = sorted((Path(__file__).parents[1] / "data" / "agenda").glob("*.json"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_store_tells_the_facts_of_a_scenario_as_the_records_do(
    path: Path, tmp_path: Path
) -> None:
    story = json.loads(path.read_text(encoding="utf-8"))
    world = World(story["book"])
    for step in story["steps"]:
        if step["do"] == "import":
            world.add(step["book"])
    store = stored(tmp_path / "store.db", world)
    for as_of in [story["as_of"], *(step["as_of"] for step in story["steps"])]:
        moment = world.moment(datetime.fromisoformat(as_of))
        with store.reading() as connection:
            me = frame.owner(connection, world.me)
            assert read_facts(connection, me, moment) == reduce_ledger(world.ledger, moment)
            assert read_busy(connection, moment) == reduce_busy(world.ledger, moment)
            some = sorted(world.lists["accounts"])[0][0]
            assert read_facts(connection, me, moment, [some]) == [
                facts for facts in reduce_ledger(world.ledger, moment) if facts.id == some
            ]
    store.close()


@given(seeds)
def test_the_store_tells_the_facts_of_any_book_as_the_records_do(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    world, now = world_of(seed)
    store = stored(tmp_path_factory.mktemp("store") / "store.db", world)
    moment = world.moment(now)
    expected = reduce_ledger(world.ledger, moment)
    with store.reading() as connection:
        me = frame.owner(connection, world.me)
        assert read_facts(connection, me, moment) == expected
        assert read_busy(connection, moment) == reduce_busy(world.ledger, moment)
        for facts in expected:
            assert read_facts(connection, me, moment, [facts.id]) == [facts]
    store.close()
