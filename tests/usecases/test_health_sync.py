"""Our own score is recorded by the first finished sync of a day, and by no other."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.sync.office import BOOK, START, Desk, office

ROOT = Path(__file__).parents[2]
SYNCING = """
import sys
from pathlib import Path
from tests.sync.office import Desk, MovingClock

desk = Desk(Path(sys.argv[1]), sys.argv[2], MovingClock())
assert desk.sync().finished
heavy = {"sqlmodel", "sqlalchemy", "alembic"} & set(sys.modules)
assert not heavy, heavy
"""


def measured(metric: str, value: int) -> dict[str, Any]:
    """A measurement of Alder Freight taken yesterday."""
    on = (START - timedelta(days=1)).date().isoformat()
    return {"account_id": "A-1", "metric": metric, "on": on, "value": value}


def recorded(desk: Desk) -> list[tuple[Any, ...]]:
    """What was recorded: account and score, by day."""
    return desk.rows('SELECT a.name, h.score FROM health_scores AS h JOIN accounts AS a'
                     ' ON a.id = h.account_id ORDER BY h."on"')  # fmt: skip


def test_a_sync_records_once_a_day(tmp_path: Path) -> None:
    book = BOOK | {"measurements": [measured("seats_purchased", 100), measured("seats_active", 65)]}
    with office(tmp_path, book) as (_, desk):
        assert recorded(desk) == []
        assert desk.sync().finished
        first = recorded(desk)
        assert [name for name, _ in first] == ["Alder Freight"]
        desk.log("Alder Freight", "c Ana 10m fine")
        assert desk.sync().finished
        assert recorded(desk) == first
        desk.clock.move(days=1)
        assert desk.sync().finished
        second = recorded(desk)
        assert len(second) == 2
        assert second[1] > second[0]


def test_a_sync_that_records_loads_no_orm(tmp_path: Path) -> None:
    book = BOOK | {"measurements": [measured("seats_purchased", 100), measured("seats_active", 65)]}
    with office(tmp_path, book) as (crm, desk):
        words = [str(desk.store.path), crm.url]
        subprocess.run([sys.executable, "-c", SYNCING, *words], cwd=ROOT, check=True)
        assert len(recorded(desk)) == 1
