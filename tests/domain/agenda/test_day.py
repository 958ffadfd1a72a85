"""The size of the day, the cut, the rotation, and the words of the list."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.builders import World
from tests.domain.agenda.looking import document, ranked

from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.agenda.day import room
from csmdesk.domain.agenda.facts import Busy
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.words import money
from csmdesk.domain.money import Rates
from csmdesk.domain.workdays import Workdays

BERLIN = ZoneInfo("Europe/Berlin")


def moment(text: str, holidays: tuple[date, ...] = (), **settings: Any) -> Moment:
    now = datetime.fromisoformat(text).replace(tzinfo=BERLIN)
    config = AgendaConfig().overridden(settings)
    return Moment(now, BERLIN, Workdays(config.workweek, holidays), Rates("USD", {}), config)


def busy(day: str, start: str, end: str) -> Busy:
    at = (datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BERLIN) for clock in (start, end))
    first, last = at
    return Busy(first.astimezone(UTC), last.astimezone(UTC))


def test_the_room_of_the_worked_example() -> None:
    day = "2026-03-09"
    taken = [busy(day, "10:00", "11:00"), busy(day, "10:30", "11:30"), busy(day, "16:30", "18:00")]
    taken.append(busy(day, "07:00", "09:30"))
    found = room(taken, moment("2026-03-09T08:00"))
    # 480 less 90, 30 and 30 minutes; sixty percent, down to five.
    assert (found.free, found.capacity) == (330, 195)


@pytest.mark.parametrize(
    ("now", "free", "capacity"),
    [
        ("2026-03-09T16:59:59", 1, 0),
        ("2026-03-09T16:51:30", 9, 5),
        ("2026-03-09T17:00:00", 0, 0),
        ("2026-03-09T23:00:00", 0, 0),
        ("2026-03-08T09:00:00", 0, 0),
    ],
)
def test_the_day_shrinks_by_the_minute_and_a_day_off_has_no_room(
    now: str, free: int, capacity: int
) -> None:
    found = room([], moment(now))
    assert (found.free, found.capacity) == (free, capacity)


def test_a_holiday_has_no_room_and_a_meeting_ending_within_a_minute_takes_it() -> None:
    assert room([], moment("2026-03-09T09:00", (date(2026, 3, 9),))).free == 0
    start = datetime(2026, 3, 9, 9, tzinfo=BERLIN)
    some = [Busy(start, start + timedelta(minutes=10, seconds=1))]
    assert room(some, moment("2026-03-09T08:00")).free == 469


def test_a_day_that_loses_an_hour_is_an_hour_shorter() -> None:
    night = {"workday_start": "00:00", "workday_end": "08:00", "workweek": ["sun"]}
    assert room([], moment("2026-03-29T00:00", **night)).free == 420
    assert room([], moment("2026-10-25T00:00", **night)).free == 540


def tasks(*efforts: int, priority: str = "normal") -> World:
    """One account per task, in rank order."""
    return World(
        {
            "accounts": [
                {"id": f"a{n}", "name": f"A{n}", "segment": "tech"} for n in range(len(efforts))
            ],
            "tasks": [
                {
                    "id": f"k{n}",
                    "account_id": f"a{n}",
                    "title": "Do",
                    "due_on": str(date(2026, 3, 9) - timedelta(days=max(12 - n, 1))),
                    "effort_minutes": effort,
                    "priority": priority,
                }
                for n, effort in enumerate(efforts)
            ],
        }
    )


NOON = datetime(2026, 3, 9, 9, tzinfo=UTC)


def test_what_does_not_fit_is_skipped_and_smaller_things_below_still_fit() -> None:
    agenda = ranked(tasks(200, 100, 60, 20, 5), NOON)
    assert agenda.capacity.capacity_minutes == 285
    assert [item.planned for item in agenda.items] == [True, False, True, True, True]
    assert agenda.capacity.left_minutes == 0


def test_a_plan_holds_twelve_accounts_and_every_must() -> None:
    assert sum(item.planned for item in ranked(tasks(*[5] * 15), NOON).items) == 12
    musts = ranked(tasks(*[60] * 15, priority="high"), NOON)
    assert all(item.planned for item in musts.items)
    assert musts.capacity.overbooked_minutes == 15 * 60 - 285


def test_the_whole_document_is_made_of_plain_values() -> None:
    found = document(tasks(30), NOON)
    item = found["items"][0]
    assert item["line"] == "ARR unknown, task due 25 Feb (12 d late): Do [task]"
    assert item["next_action"] == "Do the task"
    assert "hard_date" in item
    assert "act_by" not in item
    reason = item["reasons"][0]
    assert (reason["source"], reason["on"]) == ("task:k0", "2026-02-25")
    assert "stake" not in reason
    assert reason["fact"] == "task due 25 Feb (12 d late): Do"
    # ARR is unknown: that is shown beside, not hidden.
    assert [signal["type"] for signal in item["reasons"]] == ["task", "data"]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "?"),
        (0, "$0"),
        (999, "$999"),
        (45_000, "$45k"),
        (45_499, "$45k"),
        (999_499, "$999k"),
        (999_500, "$1M"),
        (1_250_000, "$1.3M"),
        (12_000_000, "$12M"),
    ],
)
def test_money_is_short_in_lists(amount: int | None, text: str) -> None:
    assert money(amount, "USD") == text
    if amount:
        assert money(amount, "USD", converted=True) == f"≈{text}"
        assert money(amount, "CHF") == f"CHF {text[1:]}"
