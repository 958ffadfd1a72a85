"""What is new since the last look: every kind of change says why, and where that is known from."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.builders import World
from tests.storing import keep_rows, stored

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.tui.ink import plain_text, width_of
from csmdesk.tui.news_rows import news_rows
from csmdesk.usecases import drafts, news
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


def test_instants_are_in_the_users_zone(desk: Workspace) -> None:
    found = news.news(desk, NOW - timedelta(days=7), NOW)
    reply = next(item for item in found.items if item.kind == "reply")
    assert (reply.at, f"{reply.at:%H:%M}") == (
        datetime.fromisoformat("2026-03-13T10:00:00+00:00"),
        "11:00",
    )
    assert {item.at.utcoffset() for item in found.items} == {timedelta(hours=1)}


def test_what_is_known_by_its_day_only_is_told_once_and_what_comes_later_that_day_too(
    desk: Workspace,
) -> None:
    evening = datetime.fromisoformat("2026-03-15T18:00:00+01:00")
    first = news.last_look(desk, evening)
    assert first.never
    told = news.news(desk, first.until, evening)
    assert "health-a-crm-2026-03-15-39.6" in {item.id for item in told.items}
    news.mark_seen(desk, told)
    later = evening + timedelta(hours=2)
    seen = news.last_look(desk, later)
    assert (seen.until, seen.never) == (evening, False)
    assert news.news(desk, seen.until, later, seen.told).items == ()
    keep_rows(
        desk.store,
        {"health": [{"account_id": "a", "source": "computed", "on": "2026-03-14", "score": 70},
                    {"account_id": "a", "source": "computed", "on": "2026-03-15", "score": 20}]},
    )  # fmt: skip
    again = news.news(desk, seen.until, later, seen.told)
    assert [item.source for item in again.items] == ["own score"]
    news.mark_seen(desk, again)
    seen = news.last_look(desk, later)
    assert news.news(desk, seen.until, later + timedelta(hours=1), seen.told).items == ()


def test_the_mark_of_an_older_program_is_read(desk: Workspace) -> None:
    until = NOW - timedelta(days=1)
    drafts.save_draft(desk, news.SEEN, "news", until.isoformat(), until)
    assert news.last_look(desk, NOW) == news.Seen(until)
    drafts.save_draft(desk, news.SEEN, "news", '{"until": 3}', until)
    assert news.last_look(desk, NOW).never


def test_a_reply_that_came_with_a_book_is_told_and_one_the_user_logged_is_not(
    desk: Workspace,
) -> None:
    def told() -> set[str]:
        return {item.id for item in news.news(desk, NOW - timedelta(days=7), NOW).items}

    with desk.store.writing() as connection:
        connection.execute("UPDATE touchpoints SET direction = 'in' WHERE id = 'T1'")
    assert "T1" not in told()
    with desk.store.writing() as connection:
        connection.execute("UPDATE touchpoints SET origin = 'imported' WHERE id = 'T1'")
    assert "T1" in told()
