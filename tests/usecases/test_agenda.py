"""The agenda use case on a real store: refreshing after a change, and telling why."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from tests.builders import World
from tests.generated import Maker, seeds
from tests.storing import keep_rows, stored

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.errors import ConfigError, UnknownAccount
from csmdesk.usecases import agenda
from csmdesk.usecases.workspace import Workspace

NOW = datetime.fromisoformat("2026-03-16T09:00:00+01:00")
TWO = {
    "timezone": "Europe/Berlin",
    "accounts": [{"id": "a", "name": "Alder"}, {"id": "b", "name": "Birch"}],
    "subscriptions": [
        {
            "id": f"S-{id_}",
            "account_id": id_,
            "arr": arr,
            "start_on": "2024-01-01",
            "term_end": "2026-04-20",
            "auto_renew": False,
            "status": "active",
        }
        for id_, arr in (("a", 50000), ("b", 90000))
    ],
}


def opened(path: Path, world: World, now: datetime = NOW, **settings: object) -> Workspace:
    return Workspace(
        stored(path / "store.db", world), FixedClock(now), Config(agenda=settings), world.zone
    )


@settings(max_examples=25)
@given(seeds)
def test_a_refresh_tells_what_a_full_look_tells(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    made = Maker(seed, accounts=4)
    workspace = opened(tmp_path_factory.mktemp("store"), made.world, made.now)
    seen = agenda.look(workspace)
    pick = Random(seed)
    later = made.now + timedelta(minutes=pick.choice((0, 1, 45, 59, 600, 1500)))
    touch = {"id": "new", "account_id": "a1", "type": "call", "at": made.now.isoformat()}
    keep_rows(workspace.store, {"touchpoints": [touch]})
    refreshed = agenda.refresh(workspace, seen, ["a1"], later)
    assert refreshed.agenda == agenda.look(workspace, later).agenda
    assert refreshed.assessed == agenda.look(workspace, later).assessed
    workspace.store.close()


def test_a_change_to_the_holidays_is_seen_by_a_refresh(tmp_path: Path) -> None:
    workspace = opened(tmp_path, World(TWO))
    seen = agenda.look(workspace)
    keep_rows(workspace.store, {"holidays": ["2026-03-16"]})
    refreshed = agenda.refresh(workspace, seen, [])
    assert refreshed.agenda.capacity.free_minutes == 0
    assert refreshed.agenda == agenda.today(workspace)
    workspace.store.close()


def test_why_names_the_neighbours_and_the_rule_that_decides(tmp_path: Path) -> None:
    workspace = opened(tmp_path, World(TWO))
    told = agenda.why_document(agenda.why(workspace, "b"))
    assert told["rank"] == 1
    assert "above" not in told
    assert told["below"]["account_id"] == "a"
    assert told["below"]["decided_by"] == "score"
    assert sum(reason["contribution"] for reason in told["reasons"]) == told["score"]
    with pytest.raises(UnknownAccount):
        agenda.why(workspace, "nobody")
    workspace.store.close()


def test_an_account_that_is_not_listed_still_answers(tmp_path: Path) -> None:
    quiet = World({"accounts": [{"id": "q", "name": "Quiet", "segment": "tech"}],
                   "subscriptions": [TWO["subscriptions"][0] | {  # type: ignore[index]
                       "account_id": "q", "term_end": "2027-01-01"}]})  # fmt: skip
    workspace = opened(tmp_path, quiet)
    assert agenda.why_document(agenda.why(workspace, "q")) == {
        "account_id": "q",
        "account": "Quiet",
        "notes": [],
    }
    workspace.store.close()


def test_the_book_overrides_the_configuration_key_by_key(tmp_path: Path) -> None:
    world = World(TWO | {"settings": {"agenda.focus_share": 100}})
    workspace = opened(tmp_path, world, focus_share=10, today_max_items=1, rotation_slots=0)
    found = agenda.today(workspace)
    assert found.capacity.capacity_minutes == found.capacity.free_minutes == 480
    assert [item.planned for item in found.items] == [True, False]
    workspace.store.close()


def test_settings_that_do_not_hold_together_are_refused(tmp_path: Path) -> None:
    workspace = opened(tmp_path, World(TWO), weights=[10, 20, 30])
    with pytest.raises(ConfigError, match=r"agenda\.weights"):
        agenda.today(workspace)
    workspace.store.close()


def test_the_last_day_of_the_calendar_disturbs_nobody(tmp_path: Path) -> None:
    never = "9999-12-31"
    term = {"account_id": "c", "arr": 1, "start_on": "2024-01-01", "term_end": never}
    world = World(
        {
            **TWO,
            "accounts": [*TWO["accounts"], {"id": "c", "name": "Cedar", "start_on": never}],
            "subscriptions": [
                *TWO["subscriptions"],
                {**term, "id": "S-c", "auto_renew": True, "notice_months": 1, "status": "active"},
                {**term, "id": "S-d", "auto_renew": False, "status": "active"},
            ],
            "contacts": [
                {"id": "P", "account_id": "c", "name": "Pia", "roles": ["champion"]}
                | {"status": "left", "left_on": never}
            ],
            "plans": [
                {"id": "L", "account_id": "c", "title": "Rescue", "template": "red-rescue"}
                | {"status": "active", "start_on": never, "objectives": []}
            ],
            "tasks": [{"id": "T", "account_id": "c", "title": "Some day", "due_on": never}],
        }
    )
    (tmp_path / "alone").mkdir()
    with_it = agenda.today(opened(tmp_path, world)).items
    alone = agenda.today(opened(tmp_path / "alone", World(TWO))).items
    assert [one for one in with_it if one.account_id != "c"] == list(alone)


def test_every_reading_statement_fits_the_schema(tmp_path: Path) -> None:
    from csmdesk.store.queries import dispositions
    from csmdesk.store.queries.agenda import statements

    workspace = opened(tmp_path, World(TWO))
    everything = {
        name: getattr(module, name)
        for module in (statements, dispositions)
        for name in dir(module)
        if name.endswith("_SQL")
    }
    assert len(everything) > 20
    with workspace.store.reading() as connection:
        for statement in everything.values():
            for text in (statement, statements.narrowed(statement)):
                names = _Named()
                connection.execute(f"EXPLAIN {text}", names)
    workspace.store.close()


class _Named(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "[]"
