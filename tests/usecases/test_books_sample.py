"""The sample's morning is believable: a few fires, much quiet, each story where it belongs."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from csmdesk.book.sample import ANCHOR, sample
from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.store.database import open_store
from csmdesk.usecases import agenda, books
from csmdesk.usecases.workspace import Workspace

BERLIN = ZoneInfo("Europe/Berlin")
STORIES = {
    "A-013": {"champion", "usage", "renewal"},
    "A-004": {"ttv", "milestone"},
    "A-001": {"review", "expansion"},
    "A-003": {"renewal"},
    "A-002": {"renewal", "usage", "coverage", "waiting"},
    "A-014": {"renewal"},
    "A-015": {"ticket"},
    "A-016": {"promise"},
    "A-022": {"recap"},
    "A-027": {"nps"},
    "A-034": {"cadence"},
    "A-041": {"renewal"},
    "A-045": {"data"},
    "A-075": {"health"},
}


def morning(folder: Path, today: date) -> dict[str, Any]:
    """Return the agenda of 08:45 on a day, with the sample moved to it."""
    now = datetime.combine(today, time(8, 45), BERLIN)
    world = Workspace(
        store=open_store(folder / "a.db"), clock=FixedClock(now), config=Config(), zone=BERLIN
    )
    books.import_contents(world, sample(today), now=now)
    return agenda.document(agenda.today(world))


@pytest.mark.parametrize("days", [0, 1, 2, 3, 4, 261])
def test_any_working_day_looks_like_a_real_one(tmp_path: Path, days: int) -> None:
    document = morning(tmp_path, ANCHOR + timedelta(days=days))
    items = {item["account_id"]: item for item in document["items"]}
    assert 20 <= len(items) <= 30
    assert sum(item["must"] for item in items.values()) <= 6
    first = document["items"][0]
    assert first["tier"] == 0
    assert {item["account_id"] for item in items.values() if item["tier"] == 0} <= {
        "A-047",
        "A-003",
    }
    for account, types in STORIES.items():
        shown = items[account]["reasons"] + items[account]["context"]
        assert types <= {signal["type"] for signal in shown}, account
    assert document["capacity"]["planned_minutes"] <= document["capacity"]["capacity_minutes"]


def test_contracts_past_their_notice_are_notes_and_not_work(tmp_path: Path) -> None:
    document = morning(tmp_path, ANCHOR)
    assert {"A-018", "A-028"} <= {note["account_id"] for note in document["notes"]}
    assert not {"A-018", "A-028"} & {item["account_id"] for item in document["items"]}


def test_a_colleagues_accounts_and_former_customers_ask_for_nothing(tmp_path: Path) -> None:
    listed = {item["account_id"] for item in morning(tmp_path, ANCHOR)["items"]}
    assert not listed & {"A-079", "A-080", "A-081"}
