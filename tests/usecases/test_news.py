"""What is new since the last look: every kind of change says why, and where that is known from."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.builders import World
from tests.storing import stored

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.tui.ink import plain_text, width_of
from csmdesk.tui.news_rows import news_rows
from csmdesk.usecases import news
from csmdesk.usecases.workspace import Workspace

NOW = datetime.fromisoformat("2026-03-16T09:00:00+01:00")
TODAY = date(2026, 3, 16)
BOOK: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "settings": {"agenda.health_red_below": 40},
    "accounts": [{"id": "a", "name": "Alder"}],
    "subscriptions": [
        {"id": "S", "account_id": "a", "product": "Core", "start_on": "2024-01-01",
         "term_end": "2026-06-30", "auto_renew": True, "status": "active",
         "notice_received_on": "2026-03-12"}
    ],
    "contacts": [{"id": "C", "account_id": "a", "name": "Ana Silva", "title": "CTO",
                  "status": "left", "left_on": "2026-03-11"}],
    "touchpoints": [
        {"id": "T1", "account_id": "a", "type": "call", "at": "2026-03-10T10:00:00Z"},
        {"id": "T2", "account_id": "a", "type": "email", "direction": "in",
         "at": "2026-03-13T10:00:00Z", "text": "Where is\n the SSO?"},
    ],
    "tickets": [
        {"id": "K", "account_id": "a", "subject": "Export fails", "severity": "high",
         "status": "open", "opened_at": "2026-03-14T10:00:00Z"}
    ],
    "surveys": [{"id": "V", "account_id": "a", "kind": "nps", "score": 3,
                 "at": "2026-03-14T11:00:00Z", "comment": "Slow", "contact_id": "C"}],
    "health": [
        {"account_id": "a", "source": "crm", "on": "2026-03-09", "score": 80},
        {"account_id": "a", "source": "crm", "on": "2026-03-12", "score": "49.6",
         "cause": "logins fell"},
        {"account_id": "a", "source": "crm", "on": "2026-03-15", "score": "39.6"},
    ],
    "plans": [
        {"id": "P", "account_id": "a", "title": "Roll-out", "status": "active",
         "start_on": "2026-01-01",
         "objectives": [{"id": "O", "title": "Live", "milestones": [
             {"id": "M1", "title": "SSO", "due_on": "2026-04-01", "status": "blocked",
              "side": "them", "blocked_by": "them", "blocked_reason": "waiting for IT",
              "moves": [{"from_on": "2026-03-20", "to_on": "2026-04-01", "on": "2026-03-13"}]},
             {"id": "M2", "title": "Go-live", "due_on": "2026-04-10", "status": "todo",
              "side": "us",
              "moves": [{"from_on": "2026-04-20", "to_on": "2026-04-10", "on": "2026-03-13"}]},
         ]}]}
    ],
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Workspace]:
    world = World(BOOK)
    store = stored(tmp_path / "store.db", world)
    yield Workspace(store, FixedClock(NOW), Config(), world.zone)
    store.close()


def test_each_change_has_a_cause_and_a_source_in_plain_words(desk: Workspace) -> None:
    found = news.news(desk, NOW - timedelta(days=7), NOW)
    assert [(item.kind, item.text, item.source) for item in found.items] == [
        ("health", "health 50 → 39.6 red: cause not told", "score of the CRM"),
        ("survey", "NPS 3 from Ana Silva: “Slow”", "imported survey"),
        ("ticket", "high ticket opened: Export fails", "imported ticket"),
        ("reply", "e-mail from them: “Where is the SSO?”", "imported e-mail"),
        ("date", "Go-live moved 10 d earlier, to 10 Apr: cause not told", "plan “Roll-out”"),
        (
            "date",
            "SSO moved 12 d later, to 1 Apr: blocked by them, waiting for IT",
            "plan “Roll-out”",
        ),
        ("notice", "gave notice for Core, the term ends 30 Jun: cause not told", "contract"),
        ("health", "health 80 → 50 yellow: logins fell", "score of the CRM"),
        ("people", "Ana Silva, CTO, left: cause not told", "your stakeholder map"),
    ]


@pytest.mark.parametrize("width", [120, 80, 40])
def test_every_row_shows_its_source_whole(desk: Workspace, width: int) -> None:
    found = news.news(desk, NOW - timedelta(days=7), NOW)
    rows = news_rows(found.items, TODAY)
    heights = rows.heights(width)
    assert heights is not None
    for index, item in enumerate(found.items):
        lines = rows.lines(index, width, here=False)
        assert len(lines) == heights[index]
        assert all(width_of(line) <= width for line in lines)
        if width >= 80:
            assert item.source.split()[-1] in plain_text(lines[-1])
