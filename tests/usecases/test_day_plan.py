"""The accepted plan of a day on a real store: what stays in it, what leaves it, whose it is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.generated import Maker, seeds
from tests.storing import keep_rows, stored
from tests.usecases.alder import NOW, TODAY, alder

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.domain.decisions import PlanEntry, PlannedDay
from csmdesk.store.commands.books import write_rows
from csmdesk.usecases import agenda, day_plan, dispositions
from csmdesk.usecases.workspace import Workspace


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workspace]:
    made = alder(tmp_path)
    yield made
    made.store.close()


def test_the_accepted_plan_keeps_what_the_user_put_in_and_took_out(bench: Workspace) -> None:
    keep_rows(bench.store, {"accounts": [{"id": "b", "name": "Birch", "segment": "tech"}]})
    day_plan.unplan(bench, "a")
    day_plan.plan(bench, "b")
    accepted = day_plan.accept(bench)
    assert accepted.entries == day_plan.planned(bench, TODAY)
    assert set(accepted.entries) == {
        PlanEntry(on=TODAY, account_id="a", removed=True, own=True),
        PlanEntry(on=TODAY, account_id="b", removed=False, own=True),
    }
    assert accepted.planned == ("b",)
    day_plan.plan(bench, "a")
    assert day_plan.planned(bench, TODAY)[0] == PlanEntry(on=TODAY, account_id="a", own=True)
    # The document always shows the model's own plan.
    item = agenda.today(bench).item("a")
    assert item is not None
    assert item.planned


def busy(workspace: Workspace, minutes: int) -> None:
    """Leave this much of the day for the plan."""
    free = minutes * 10 // 6
    keep_rows(
        workspace.store,
        {"meetings": [{"id": "B", "kind": "block", "title": "Offsite",
                       "start": (NOW + timedelta(minutes=free + 1)).isoformat(),
                       "end": (NOW + timedelta(hours=10)).isoformat()}]},
    )  # fmt: skip


def chased(workspace: Workspace, *names: str) -> None:
    """Add accounts each of which is to be chased for something: 10 minutes."""
    rows = {
        "accounts": [{"id": name, "name": name, "segment": "mid"} for name in names],
        "touchpoints": [
            {"id": f"T-{name}", "account_id": name, "type": "call", "two_way": True,
             "at": "2026-03-12T10:00:00+01:00",
             "next_steps": [{"id": f"N-{name}", "text": "Sign", "side": "them",
                             "due_on": f"2026-03-{10 + number}"}]}
            for number, name in enumerate(names)
        ],
    }  # fmt: skip
    keep_rows(workspace.store, rows)


def in_plan(workspace: Workspace) -> set[str]:
    return {e.account_id for e in day_plan.planned(workspace, TODAY) if not e.removed}


def test_planning_anew_drops_what_does_not_fit_any_more(bench: Workspace) -> None:
    dispositions.done(bench, "a")
    chased(bench, "b", "c", "d")
    busy(bench, 30)
    assert day_plan.accept(bench).planned == ("b", "c", "d")
    busy(bench, 10)
    assert day_plan.accept(bench).planned == ("b",)
    assert in_plan(bench) == {"b"}


def test_planning_anew_fits_the_day_around_what_the_user_put_in(bench: Workspace) -> None:
    dispositions.done(bench, "a")
    chased(bench, "b", "c", "d")
    busy(bench, 20)
    assert day_plan.accept(bench).planned == ("b", "c")
    day_plan.plan(bench, "d")
    assert in_plan(bench) == {"b", "c", "d"}
    assert day_plan.accept(bench).planned == ("b", "d")
    day_plan.unplan(bench, "b")
    assert day_plan.accept(bench).planned == ("c", "d")
    assert in_plan(bench) == {"c", "d"}


def test_what_was_planned_and_dealt_with_stays_recorded(bench: Workspace) -> None:
    dispositions.done(bench, "a")
    chased(bench, "b", "c")
    busy(bench, 10)
    day_plan.accept(bench)
    dispositions.done(bench, "b")
    assert day_plan.accept(bench).planned == ("c",)
    assert in_plan(bench) == {"b", "c"}


def test_an_import_of_the_same_plan_leaves_what_is_the_users_own(bench: Workspace) -> None:
    chased(bench, "b")
    day_plan.plan(bench, "b")
    again = [PlannedDay(on=TODAY, account_id=name) for name in ("a", "b")]
    with bench.store.writing() as connection:
        write_rows(connection, "planned_days", again, owned=set(), now=NOW, written=id)
    own = {entry.account_id: entry.own for entry in day_plan.planned(bench, TODAY)}
    assert own == {"a": False, "b": True}


@settings(max_examples=25)
@given(seeds)
def test_without_anything_of_the_users_own_planning_anew_is_the_models_plan(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    made = Maker(seed, accounts=6)
    store = stored(tmp_path_factory.mktemp("store") / "store.db", made.world)
    workspace = Workspace(store, FixedClock(made.now), Config(), made.zone)
    with store.writing() as connection:
        connection.execute("DELETE FROM planned_days")
    model = [item.account_id for item in agenda.today(workspace).items if item.planned]
    assert list(day_plan.accept(workspace).planned) == model
    entries = day_plan.planned(workspace, made.today)
    assert sorted(model) == [entry.account_id for entry in entries]
    assert not any(entry.own for entry in entries)
    store.close()
