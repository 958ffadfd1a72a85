"""An account's health unfolded, and the colour that a CSM sets against the score."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.builders import World
from tests.storing import keep_rows, stored

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.domain.exact import half_up
from csmdesk.errors import InputError, UnknownAccount
from csmdesk.usecases import accounts, agenda, health, health_overrides, health_page
from csmdesk.usecases.workspace import Workspace

NOW = datetime.fromisoformat("2026-03-16T09:00:00+01:00")
TODAY = date(2026, 3, 16)
BOOK: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "accounts": [{"id": id_, "name": id_.title(), "segment": "mid"} for id_ in ("ours", "crm")],
    "subscriptions": [
        {"id": f"S-{id_}", "account_id": id_, "arr": 50000, "start_on": "2024-01-01",
         "term_end": "2027-04-20", "auto_renew": False, "status": "active"}
        for id_ in ("ours", "crm")
    ],
    "measurements": [
        {"account_id": "ours", "metric": "seats_purchased", "on": "2026-01-01", "value": 100},
        {"account_id": "ours", "metric": "seats_active", "on": "2026-03-15", "value": 60},
    ],
    "touchpoints": [
        {"id": "T", "account_id": "ours", "type": "call", "at": "2026-03-15T10:00:00+01:00"}
    ],
    "health": [
        {"account_id": "crm", "on": "2025-01-10", "score": 90, "source": "crm"},
        {"account_id": "crm", "on": "2026-02-10", "score": 62, "source": "crm"},
        {"account_id": "crm", "on": "2026-03-10", "score": 41, "source": "crm", "cause": "logins"},
    ],
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workspace]:
    world = World(BOOK)
    store = stored(tmp_path / "store.db", world)
    yield Workspace(store, FixedClock(NOW), Config(), world.zone)
    store.close()


def colour(workspace: Workspace, account_id: str, now: datetime = NOW) -> str | None:
    one = agenda.look(workspace, now).account(account_id)
    assert one is not None
    return one.standing.colour


def test_the_history_has_the_moves_with_their_causes_and_gaps_where_nothing_was_fresh(
    bench: Workspace,
) -> None:
    page = health_page.health_page(bench, "crm")
    assert (page.colour, page.source, page.trend) == ("red", "crm", "down")
    assert [(move.on, move.before, move.after, move.colour, move.cause) for move in page.moves] == [
        (date(2026, 3, 10), 62, 41, "red", "logins"),
        (date(2026, 2, 10), 90, 62, "yellow", None),
    ]
    assert len(page.weekly) == 26
    assert page.weekly[:21] == (None,) * 21
    assert page.weekly[21:] == (62, 62, 62, 62, 41)


def test_the_parts_of_the_recorded_score_add_up_to_it(bench: Workspace) -> None:
    unrecorded = health_page.health_page(bench, "ours").own
    assert unrecorded is not None
    assert unrecorded.on is None
    health.record(bench)
    page = health_page.health_page(bench, "ours")
    assert page.own is not None
    assert page.own.on == TODAY
    assert page.own.coverage == 65
    assert half_up(sum((part.adds for part in page.own.parts), start=Fraction(0))) == page.own.score
    assert page.score is not None
    assert page.score.value == page.own.score
    assert page.source == "computed"


def test_looking_records_nothing(bench: Workspace) -> None:
    health_page.health_page(bench, "ours")
    with bench.store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM health_scores").fetchone() == (0,)


def test_a_colour_set_by_hand_holds_until_its_last_day_and_the_score_stays(
    bench: Workspace,
) -> None:
    made = health_overrides.set_colour(bench, "crm", "yellow", reason="their CEO called")
    assert made.override is not None
    assert made.override.expires_on == TODAY + timedelta(days=30)
    assert colour(bench, "crm") == "yellow"
    assert colour(bench, "crm", NOW - timedelta(days=1)) == "red"
    page = health_page.health_page(bench, "crm")
    assert (page.colour, page.scored) == ("yellow", "red")
    assert page.score is not None
    assert page.score.value == 41


def test_up_goes_one_step_only_and_down_any_number(bench: Workspace) -> None:
    with pytest.raises(InputError, match="one step better"):
        health_overrides.set_colour(bench, "crm", "green", reason="they will be fine")
    # Unknown is no colour to count steps from.
    health_overrides.set_colour(bench, "ours", "green", reason="they told us")
    keep_rows(
        bench.store,
        {"health": [{"account_id": "ours", "on": "2026-03-15", "score": 90, "source": "crm"}]},
    )
    health_overrides.set_colour(bench, "ours", "red", reason="champion gone")
    assert colour(bench, "ours") == "red"


def test_it_holds_for_thirty_days_at_most_and_needs_a_reason(bench: Workspace) -> None:
    for until in (TODAY + timedelta(days=31), TODAY - timedelta(days=1)):
        with pytest.raises(InputError):
            health_overrides.set_colour(bench, "crm", "yellow", reason="hm", until=until)
    with pytest.raises(InputError, match="reason"):
        health_overrides.set_colour(bench, "crm", "yellow", reason=" \u200b".strip("\u200b"))
    assert colour(bench, "crm") == "red"


def test_clearing_leaves_the_past_as_it_was_and_undo_puts_all_back(bench: Workspace) -> None:
    health_overrides.set_colour(bench, "crm", "yellow", reason="a call", now=NOW)
    later = NOW + timedelta(days=3)
    cleared = health_overrides.clear(bench, "crm", later)
    assert colour(bench, "crm", later) == "red"
    assert colour(bench, "crm", NOW) == "yellow"
    health_overrides.put_back(bench, "crm", cleared.before)
    assert colour(bench, "crm", later) == "yellow"
    with pytest.raises(InputError, match="not set by hand"):
        health_overrides.clear(bench, "ours")


def test_a_new_colour_ends_the_one_before(bench: Workspace) -> None:
    health_overrides.set_colour(bench, "crm", "yellow", reason="first")
    later = NOW + timedelta(days=2)
    health_overrides.set_colour(bench, "crm", "red", reason="second", now=later)
    health_overrides.clear(bench, "crm", later)
    assert health_page.health_page(bench, "crm", later).override is None
    assert [one.reason for one in health_page.health_page(bench, "crm", later).overrides] == [
        "first"
    ]


def test_an_account_that_is_not_there_is_said(bench: Workspace) -> None:
    with pytest.raises(UnknownAccount):
        health_page.health_page(bench, "nobody")
    with pytest.raises(UnknownAccount):
        health_overrides.set_colour(bench, "nobody", "red", reason="x")


def test_the_table_of_accounts_knows_a_colour_set_by_hand(bench: Workspace) -> None:
    health_overrides.set_colour(bench, "crm", "yellow", reason="a call")
    lines = {line.id: line for line in accounts.table(bench).lines}
    assert (lines["crm"].colour, lines["crm"].score, lines["crm"].overridden) == (
        "yellow",
        41,
        True,
    )
    assert not lines["ours"].overridden
