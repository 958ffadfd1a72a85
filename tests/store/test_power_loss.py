"""The power fails at any moment: what was acknowledged is there, and is sent once."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.store import power
from tests.sync.campaign.invariants import PATIENCE, creations
from tests.sync.office import Desk, MovingClock, office

from csmdesk.store import database

pytestmark = pytest.mark.skipif(
    not power.available(), reason="the SQLite of this Python cannot be reached from outside"
)
CUTS = 1000
SYNCED = 100 if os.environ.get("CSMDESK_CAMPAIGN") == "full" else 20
"""How many cuts are followed by syncs with the CRM."""
LINES = 12
SENT = {"sending", "uncertain", "done"}
"""States of an operation that may be at the CRM: it is looked for before it is sent again."""


@dataclass
class Day:
    """A day of calls and syncs, recorded; `base` is what the disk held before it."""

    desk: Path
    url: str
    clock: MovingClock
    base: dict[str, bytes]
    events: list[power.Event]
    effects: list[dict[str, Any]]

    def created(self, place: int) -> set[str]:
        """The operations that had made a record at the CRM by an event."""
        known = self.events[place].note
        assert isinstance(known, int)
        return set(creations(self.effects[:known]))

    def logged(self, place: int) -> set[str]:
        """The lines that were acknowledged by an event."""
        return {event.path for event in self.events[: place + 1] if event.kind == "mark"}

    def put_back(self, place: int, chance: Random, folder: Path | None = None) -> Path:
        """Write what a cut after an event leaves on the disk, and return the store."""
        files = power.after_a_cut(self.base, self.events[: place + 1], chance)
        target = self.desk if folder is None else folder / self.desk.name
        for end in ("-wal", "-shm"):
            target.with_name(target.name + end).unlink(missing_ok=True)
        for path, content in files.items():
            # In place, so that it is the same file to whoever looks at its number.
            here = target.with_name(target.name + path.removeprefix(str(self.desk)))
            with here.open("r+b" if here.exists() else "wb") as file:
                file.write(content)
                file.truncate()
        return target


def recorded(folder: Path) -> Iterator[Day]:
    """Log calls and sync in between, all of it recorded."""
    with office(folder) as (crm, first):
        first.sync()
        first.store.close()
        path = folder / "desk.db"
        base = {str(path): path.read_bytes()}
        clock = first.clock

        def at_the_crm() -> int:
            return len((crm.folder / "effects.jsonl").read_bytes().splitlines())

        with power.recording(at_the_crm) as record:
            desk = Desk(path, crm.url, clock)
            for number in range(LINES):
                desk.log("Alder Freight", f"c Ana {10 + number}m call number {number}")
                record.mark(f"call number {number}")
                clock.move(minutes=2)
                if number % 3 == 2:
                    desk.sync()
            # The last commits stay in the log: a laptop closes nothing before its power fails.
            events = [
                event
                for event in record.events
                if event.kind == "mark" or event.path.startswith(str(path))
            ]
            desk.close()
        yield Day(path, crm.url, clock, base, events, crm.effects())


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    """The day of a user whose store is as durable as it is."""
    yield from recorded(tmp_path)


@pytest.fixture
def careless_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    """The same day with commits that are not flushed at once: the checks have to notice."""
    honest = database.connect
    monkeypatch.setattr(database, "connect", lambda path, **_: honest(path, durability="NORMAL"))
    yield from recorded(tmp_path)


def losses(day: Day, folder: Path) -> tuple[int, int]:
    """Cut the power again and again; return how many lines were lost and sendings forgotten."""
    folder.mkdir()
    chance = Random(7)
    lost = forgotten = 0
    for _ in range(CUTS):
        place = chance.randrange(len(day.events))
        store = day.put_back(place, chance, folder)
        with closing(sqlite3.connect(store)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            texts = {text for (text,) in connection.execute("SELECT text FROM touchpoints")}
            states = dict(connection.execute("SELECT op_id, state FROM outbox"))
        lost += len(day.logged(place) - texts)
        forgotten += sum(states.get(op) not in SENT for op in day.created(place))
    return lost, forgotten


def test_no_acknowledged_line_and_no_sending_is_forgotten(
    day: Day, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(day.logged(len(day.events) - 1)) == LINES
    assert len(day.created(len(day.events) - 1)) == LINES
    assert losses(day, tmp_path / "cut") == (0, 0)
    with capsys.disabled():
        print(f"power loss: {CUTS} cuts in {len(day.events)} writes and syncs, 0 lost")  # noqa: T201  # the count is the result


def test_the_check_notices_commits_that_are_not_flushed(careless_day: Day, tmp_path: Path) -> None:
    lost, forgotten = losses(careless_day, tmp_path / "cut")
    assert lost > 0
    assert forgotten > 0


def test_whatever_the_cut_leaves_each_call_is_at_the_crm_once(day: Day) -> None:
    """Cuts after the last call has arrived, while the desk may not know it."""
    last = len(day.effects)
    places = [place for place, event in enumerate(day.events) if event.note == last]
    assert places
    chance = Random(3)
    for place in chance.sample(places, min(len(places), SYNCED)):
        day.put_back(place, chance)
        desk = Desk(day.desk, day.url, MovingClock(day.clock.instant))
        for minutes in PATIENCE:
            desk.clock.instant = day.clock.instant + timedelta(minutes=minutes)
            desk.sync()
        assert set(desk.states()) == {"done"}
        desk.close()
        lines = (day.desk.parent / "crm" / "effects.jsonl").read_text().splitlines()
        made = creations([json.loads(line) for line in lines])
        assert (len(made), set(made.values())) == (LINES, {1})
