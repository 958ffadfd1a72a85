"""Several csmdesks behind one portal stay within what it allows, and say so when it is spent."""

import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.sandbox.running import TOKEN, sandbox
from tests.sync.office import BOOK, Desk, MovingClock, office

from csmdesk.crm.hubspot.connector import open_hubspot
from csmdesk.sandbox.server import Options
from csmdesk.usecases import doctor, syncing
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


def test_an_absurd_wait_is_told_with_the_time_it_ends(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        crm.fault("rate_limited_absurd", path="/search")
        report = desk.sync()
        ends = (desk.clock.now() + timedelta(hours=1)).astimezone(desk.workspace.zone)
        assert report.exit_code == 3
        (told,) = report.problems
        assert re.fullmatch(
            f"HubSpot asks to go slower. Sync rests until (.* )?{ends:%H:%M}.", told
        )
        findings = {each.text for each in doctor.book(desk.workspace, {})}
        assert any(told in each for each in findings), findings
        desk.clock.move(hours=2)
        assert not any("is paused" in each.text for each in doctor.book(desk.workspace, {}))
        assert desk.sync().exit_code == 0


def test_what_may_only_be_sent_much_later_says_when(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        crm.fault("rate_limited_absurd", method="POST", path=r"/batch/upsert$")
        desk.log("Alder Freight", "c Ana 25m + fine")
        report = desk.sync()
        assert report.exit_code == 3
        (told,) = report.problems
        assert re.fullmatch(
            "The CRM asks to wait with sending. What waits is sent after .*[0-9]{2}:[0-9]{2}.", told
        )
        assert told in {each.text for each in doctor.book(desk.workspace, {})}
        assert desk.one("SELECT last_error FROM outbox WHERE last_error IS NOT NULL") == (
            "HubSpot asks to go slower."
        )
        desk.clock.move(minutes=62)
        assert desk.sync().exit_code == 0
