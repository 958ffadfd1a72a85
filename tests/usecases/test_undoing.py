"""Taking the latest thing back, changes of today's plan among them, in whatever process."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import World
from tests.storing import stored

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.domain.decisions import PlanEntry, PlannedDay
from csmdesk.errors import InputError, NothingToUndo, UnknownAccount
from csmdesk.store.commands.books import write_rows
from csmdesk.usecases import day_plan, dispositions, undoing
from csmdesk.usecases.workspace import Workspace

NOW = datetime.fromisoformat("2026-03-16T09:00:00+01:00")
NAMES = ("a", "b", "c", "d")
BOOK = {
    "timezone": "Europe/Berlin",
    "accounts": [
        {"id": name, "name": name.upper(), "segment": "mid", "assigned_on": "2025-01-01"}
        for name in NAMES
    ],
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workspace]:
    made = opened(tmp_path)
    yield made
    made.store.close()


def opened(folder: Path) -> Workspace:
    store = stored(folder / "store.db", World(BOOK))
    return Workspace(store, FixedClock(NOW), Config(), ZoneInfo("Europe/Berlin"))


def later(workspace: Workspace, **by: int) -> Workspace:
    return replace(workspace, clock=FixedClock(NOW + timedelta(**by)))


def entries(workspace: Workspace) -> tuple[PlanEntry, ...]:
    return day_plan.planned(workspace, NOW.date())


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from(("plan", "unplan", "replan")), st.sampled_from(NAMES)),
        min_size=1,
        max_size=5,
    )
)
def test_each_undo_brings_the_entries_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    bench = opened(tmp_path_factory.mktemp("plan"))
    made: list[tuple[str, tuple[PlanEntry, ...]]] = []
    for action, name in steps:
        made.append((action, entries(bench)))
        if action == "plan":
            day_plan.plan(bench, name)
        elif action == "unplan":
            day_plan.unplan(bench, name)
        else:
            day_plan.accept(bench)
    for action, before in reversed(made):
        assert undoing.undo_latest(bench).action == action
        assert entries(bench) == before
    with pytest.raises(NothingToUndo):
        undoing.undo_latest(bench)
    bench.store.close()


def test_the_latest_is_what_was_done_last(bench: Workspace) -> None:
    dispositions.dismiss(bench, "a", reason="known")
    day_plan.plan(later(bench, minutes=1), "b")
    dispositions.dismiss(later(bench, minutes=2), "c", reason="known")
    soon = later(bench, minutes=3)
    taken = [undoing.undo_latest(soon) for _ in range(3)]
    assert [(one.action, one.account_id) for one in taken] == [
        ("dismiss", "c"),
        ("plan", "b"),
        ("dismiss", "a"),
    ]
    assert entries(bench) == ()


def test_a_change_of_an_earlier_day_is_not_taken_back(bench: Workspace) -> None:
    dispositions.dismiss(bench, "a", reason="known")
    day_plan.plan(later(bench, minutes=1), "b")
    accepted = entries(bench)
    tomorrow = later(bench, days=1)
    assert undoing.undo_latest(tomorrow).action == "dismiss"
    assert entries(bench) == accepted
    with pytest.raises(NothingToUndo):
        undoing.undo_latest(tomorrow)
    day_plan.plan(tomorrow, "c")
    with bench.store.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM plan_changes").fetchone()
    assert count == 1


def test_a_later_change_is_none_yet_as_of_an_earlier_instant(bench: Workspace) -> None:
    day_plan.plan(later(bench, minutes=5), "b")
    with pytest.raises(NothingToUndo):
        undoing.undo_latest(bench)


def test_the_plan_that_is_held_by_itself_is_no_action(bench: Workspace) -> None:
    day_plan.hold(bench, NOW.date(), ["a"])
    with pytest.raises(NothingToUndo):
        undoing.undo_latest(bench)


def test_one_change_is_not_taken_back_twice_nor_over_a_later_one(bench: Workspace) -> None:
    first = day_plan.plan(bench, "a").change
    second = day_plan.unplan(bench, "b").change
    before = entries(bench)
    with pytest.raises(NothingToUndo, match="changed again since"):
        day_plan.take_back(bench, first)
    assert entries(bench) == before
    day_plan.take_back(bench, second)
    with pytest.raises(NothingToUndo, match="any more"):
        day_plan.take_back(bench, second)
    assert undoing.undo_latest(bench).action == "plan"


def test_what_was_agreed_to_is_what_is_taken_back(bench: Workspace) -> None:
    day_plan.unplan(bench, "b")
    agreed = undoing.latest(bench)
    assert isinstance(agreed, undoing.Replanned)
    assert agreed.told == "B was taken out of today's plan"
    day_plan.unplan(bench, "c")
    with pytest.raises(InputError, match="changed since the question"):
        undoing.undo_agreed(bench, agreed)
    undoing.undo_latest(bench)
    undoing.undo_agreed(bench, agreed)
    assert entries(bench) == ()


def test_a_plan_that_came_with_a_book_is_not_undone_by_what_was_before(bench: Workspace) -> None:
    day_plan.plan(bench, "a")
    imported = [PlannedDay(on=NOW.date(), account_id=name) for name in ("b", "c")]
    with bench.store.writing() as connection:
        write_rows(connection, "planned_days", imported, owned=set(), now=NOW, written=id)
    before = entries(bench)
    with pytest.raises(NothingToUndo):
        undoing.undo_latest(bench)
    assert entries(bench) == before


def test_an_account_that_is_not_there_changes_nothing(bench: Workspace) -> None:
    with pytest.raises(UnknownAccount):
        day_plan.plan(bench, "nobody")
    assert entries(bench) == ()


def test_what_is_taken_back_is_a_document(bench: Workspace) -> None:
    day_plan.accept(bench)
    assert json.loads(json.dumps(undoing.undo_latest(bench).document())) == {
        "account_id": None,
        "action": "replan",
        "types": [],
        "withdrawn": False,
    }
