"""Several csmdesks behind one portal stay within what it allows, and say so when it is spent."""

import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.sandbox.running import TOKEN, sandbox
from tests.sync.office import BOOK, Desk, MovingClock

from csmdesk.crm.hubspot.connector import open_hubspot
from csmdesk.sandbox.server import Options
from csmdesk.usecases import syncing
from csmdesk.usecases.syncing import SyncReport


class Paced(Desk):
    """A desk that paces itself as csmdesk does, by real time."""

    def _dial(self, settings: Any, token: Any) -> Any:
        return open_hubspot(settings, token, total=self.total)


def test_two_syncs_behind_one_portal_are_never_sent_away_for_long(tmp_path: Path) -> None:
    options = Options(per_ten_seconds=40, searches_per_second=1000)
    with sandbox(tmp_path / "crm", BOOK, options) as crm:
        desks = [Paced(tmp_path / f"{n}.db", crm.url, MovingClock(), TOKEN) for n in (1, 2)]
        for desk in desks:
            desk.total = 20.0
            desk.connect()
        reports: list[SyncReport] = []
        threads = [
            threading.Thread(target=lambda desk=desk: reports.append(desk.sync()))  # type: ignore[misc]
            for desk in desks
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        asked = crm.ask("GET", "/_sandbox/requests")["results"]
        refused = [each for each in asked if each.get("status") == 429]
        assert [report.exit_code for report in reports] == [0, 0]
        assert len(asked) > options.per_ten_seconds
        assert len(refused) * 10 <= len(asked), (len(refused), len(asked))
        for desk in desks:
            assert desk.one("SELECT count(*) FROM accounts") == 2
            desk.close()


def test_a_day_that_is_spent_parks_the_sync_and_says_so(tmp_path: Path) -> None:
    options = Options(per_ten_seconds=1000, searches_per_second=1000)
    with sandbox(tmp_path / "crm", BOOK, options) as crm:
        desk = Desk(tmp_path / "desk.db", crm.url, MovingClock())
        desk.connect()
        desk.sync()
        desk.log("Alder Freight", "c Ana 25m + fine")
        used = crm.ask("GET", "/_sandbox/settings")["used_today"]
        crm.ask("POST", "/_sandbox/settings", {"per_day": used})
        report = desk.sync()
        assert report.exit_code == 3
        assert "allowance for today" in report.problems[0]
        standing = syncing.status(desk.workspace)
        assert "allowance for today" in (standing.paused_reason or "")
        assert standing.paused_until is not None
        assert standing.paused_until > desk.clock.now()
        asked = len(crm.ask("GET", "/_sandbox/requests")["results"])
        until = f"{standing.paused_until.astimezone(desk.workspace.zone):%H:%M}"
        for by_hand in (False, True):
            resting = desk.sync(asked=by_hand)
            assert (resting.exit_code, resting.requests, resting.parked) == (3, 0, True)
            assert re.search(f"Sync rests until .*{until}", resting.problems[0])
        assert len(crm.ask("GET", "/_sandbox/requests")["results"]) == asked
        assert desk.sync(anyway=True).exit_code == 3
        assert len(crm.ask("GET", "/_sandbox/requests")["results"]) > asked
        crm.ask("POST", "/_sandbox/settings", {"per_day": used + 1000})
        desk.clock.instant = standing.paused_until - timedelta(seconds=1)
        assert desk.sync(asked=False).requests == 0
        desk.clock.move(seconds=2)
        assert desk.sync(asked=False).exit_code == 0
        assert set(desk.states()) == {"done"}
        assert syncing.status(desk.workspace).paused_reason is None
        desk.close()
