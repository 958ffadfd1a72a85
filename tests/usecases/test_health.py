"""Recording our own health score."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.builders import World
from tests.storing import keep_rows, stored

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.usecases import agenda, health
from csmdesk.usecases.workspace import Workspace

NOW = datetime.fromisoformat("2026-03-16T09:00:00+01:00")
BOOK: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "accounts": [{"id": id_, "name": id_, "segment": "mid"} for id_ in ("ours", "crm", "bare")],
    "subscriptions": [
        {"id": f"S-{id_}", "account_id": id_, "arr": 50000, "start_on": "2024-01-01",
         "term_end": "2027-04-20", "auto_renew": False, "status": "active"}
        for id_ in ("ours", "crm", "bare")
    ],
    "measurements": [
        {"account_id": "ours", "metric": "seats_purchased", "on": "2026-01-01", "value": 100},
        {"account_id": "ours", "metric": "seats_active", "on": "2026-03-15", "value": 60},
        {"account_id": "ours", "metric": "seats_active", "on": "2026-03-10", "value": 70},
        {"account_id": "ours", "metric": "seats_active", "on": "2026-03-08", "value": 10},
    ],
    "touchpoints": [
        {"id": "T", "account_id": "ours", "type": "call", "at": "2026-03-15T10:00:00+01:00"}
    ],
    "health": [{"account_id": "crm", "on": "2026-03-15", "score": 80, "source": "crm"}],
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workspace]:
    world = World(BOOK)
    store = stored(tmp_path / "store.db", world)
    yield Workspace(store, FixedClock(NOW), Config(), world.zone)
    store.close()


def rows(workspace: Workspace) -> list[tuple[str, str, str, str | None]]:
    with workspace.store.reading() as connection:
        return connection.execute(
            'SELECT account_id, "on", score, cause FROM health_scores ORDER BY 1, 2'
        ).fetchall()


def test_looking_records_nothing_and_recording_writes_once_a_day(bench: Workspace) -> None:
    agenda.today(bench)
    assert rows(bench) == []
    # Seats 65 % -> 75, touched in time -> 100, no tickets -> 100; 30, 20 and 15 of 65.
    expected = round((30 * 75 + 20 * 100 + 15 * 100) / 65)
    assert health.record(bench) == health.Recorded(1, 0, 1, 1)
    assert rows(bench) == [("ours", "2026-03-16", str(expected), None)]
    assert health.record(bench) == health.Recorded(0, 1, 1, 1)
    assert agenda.look(bench).account("ours").standing.colour == "green"  # type: ignore[union-attr] # there


def test_a_change_is_recorded_with_its_cause_and_an_unchanged_score_after_a_week(
    bench: Workspace,
) -> None:
    health.record(bench)
    later = NOW + timedelta(days=1)
    assert health.record(bench, later).unchanged == 1
    ticket = {"id": "K", "account_id": "ours", "subject": "Down", "severity": "critical",
              "status": "open", "opened_at": NOW.isoformat()}  # fmt: skip
    keep_rows(bench.store, {"tickets": [ticket]})
    assert health.record(bench, later).written == 1
    assert [row[3] for row in rows(bench)] == [None, "support 100 → 60"]
    assert health.record(bench, later + timedelta(days=5)).unchanged == 1
    assert health.record(bench, later + timedelta(days=8)).written == 1


def test_the_parts_of_a_score_unfold(bench: Workspace) -> None:
    found = health.computed(bench, "ours")
    assert found is not None
    assert found.coverage == 65
    assert {part.name: part.value for part in found.components} == {
        "adoption": 75,
        "engagement": 100,
        "outcomes": None,
        "support": 100,
        "sentiment": None,
        "pulse": None,
    }
    assert health.computed(bench, "nobody") is None
