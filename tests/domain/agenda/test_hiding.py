"""What sleeps, until when, and what wakes it (agenda model §5 and §8.1)."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import World
from tests.domain.agenda.looking import assessed, ranked

from csmdesk.domain.agenda import decide
from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.agenda.hiding import effective, not_undone
from csmdesk.domain.records import Disposition, HealthOverride, Measurement, Ticket
from csmdesk.errors import InputError

STORY = json.loads(
    (Path(__file__).parents[2] / "data" / "agenda" / "worked-examples.json").read_text("utf-8")
)
NOW = datetime.fromisoformat(STORY["as_of"])


@pytest.fixture
def world() -> World:
    return World(STORY["book"])


def after(days: float) -> datetime:
    return NOW + timedelta(days=days)


def say(world: World, account: str, action: str, at: datetime = NOW, **options: Any) -> None:
    moment = world.moment(at)
    one = assessed(world, at)[account]
    if action == "snooze":
        decided = decide.snooze(one, moment, options.pop("until"), **options)
    elif action == "done":
        decided = decide.done(one, moment, **options)
    else:
        decided = decide.dismiss(one, moment, options.pop("reason", "noise"), **options)
    count = len(world.lists["dispositions"])
    ids = (f"D-{count + number:03}" for number in range(len(decided.causes)))
    for row in decided.dispositions(ids, moment):
        world.put("dispositions", row)


def shown(world: World, account: str, days: float) -> set[str]:
    return {signal.type for signal in assessed(world, after(days))[account].visible}


def asleep(one: Assessment) -> set[str]:
    return {item.signal.type for item in one.hidden}


def test_a_done_renewal_wakes_when_it_becomes_a_must(world: World) -> None:
    say(world, "acme", "done")
    for days in (0, 1, 2):
        assert "renewal" not in shown(world, "acme", days)
    item = ranked(world, after(3)).item("acme")
    assert item is not None
    assert (item.tier, item.must, item.act_by) == (0, True, date(2026, 3, 13))


def test_a_must_that_was_one_already_does_not_wake_what_was_done_on_it(world: World) -> None:
    # Massive Dynamic must be acted on by Tuesday: a must since this Monday.
    assert ranked(world, NOW).items[0].account_id == "massive"
    say(world, "massive", "done")
    for days in (0, 0.3, 1):
        assert "renewal" not in shown(world, "massive", days)


def test_a_snooze_sleeps_through_while_a_new_cause_shows_alone(world: World) -> None:
    say(world, "techcorp", "snooze", until=date(2026, 3, 23))
    for days in range(14):
        assert shown(world, "techcorp", days) == set(), days
    world.put(
        "tickets",
        Ticket(
            id="K-new",
            account_id="techcorp",
            subject="Down",
            severity="critical",
            status="open",
            opened_at=after(2),
        ),
    )
    one = assessed(world, after(4))["techcorp"]
    assert {signal.type for signal in one.visible} == {"ticket"}
    assert asleep(one) == {"champion", "usage", "cadence", "renewal", "coverage", "health"}
    assert "champion" in shown(world, "techcorp", 14)


def test_a_dismissed_expansion_returns_with_the_next_knot(world: World) -> None:
    say(world, "pied", "dismiss")

    def seats(active: int, on: date) -> None:
        for metric in ("seats_active", "active_users"):
            for ago in range(14):
                day = on - timedelta(days=ago)
                if (("pied", metric, day)) in world.lists["measurements"] or ago in (0, 7):
                    world.put(
                        "measurements",
                        Measurement(account_id="pied", metric=metric, on=day, value=active),  # type: ignore[arg-type] # whole
                    )

    purchased = [
        row.value for row in world.lists["measurements"].values()
        if row.account_id == "pied" and row.metric == "seats_purchased"
    ]  # fmt: skip
    later = after(10)
    seats(int(purchased[0] * 99 / 100), later.date())
    assert "expansion" not in shown(world, "pied", 10)
    seats(int(purchased[0]), later.date())
    one = assessed(world, later)["pied"]
    assert [signal.points for signal in one.visible if signal.type == "expansion"] == [55]


def test_a_closed_ticket_is_gone_by_itself(world: World) -> None:
    for row in list(world.lists["tickets"].values()):
        world.put("tickets", replace(row, status="closed"))
    assert shown(world, "initech", 0) == set()


def test_a_promise_due_today_is_not_snoozed(world: World) -> None:
    with pytest.raises(InputError, match="due today: log it, move the date with the customer"):
        say(world, "umbra", "snooze", until=date(2026, 3, 20))


def test_growing_by_fifteen_points_wakes(world: World) -> None:
    # Hooli's milestone: 59 points on the 9th, 74 on the 17th.
    say(world, "hooli", "snooze", until=date(2026, 4, 1), types=["milestone"])
    points = {
        days: next(
            item.signal.points
            for item in assessed(world, after(days))["hooli"].hidden
            if item.signal.type == "milestone"
        )
        for days in (1, 7)
    }
    assert all(value < 59 + 15 for value in points.values())
    woken = [
        signal.points
        for signal in assessed(world, after(8))["hooli"].visible
        if signal.type == "milestone"
    ]
    assert woken == [59 + 15]


def test_a_worse_colour_wakes_everything_but_rhythm_and_data(world: World) -> None:
    say(world, "stark", "snooze", until=date(2026, 3, 30))
    assert shown(world, "stark", 3) == set()
    world.put(
        "health_overrides",
        HealthOverride(
            account_id="stark",
            color="red",
            reason="sponsor angry",
            set_on=date(2026, 3, 11),
            expires_on=date(2026, 3, 31),
        ),
    )
    one = assessed(world, after(3))["stark"]
    assert {signal.type for signal in one.visible} >= {"renewal", "health"}
    # The review's own snooze stays in force, and holds the cadence of a red account back as well.
    assert asleep(one) == {"qbr", "cadence"}


def test_a_snooze_holds_back_new_rhythm_until_its_own_end(world: World) -> None:
    say(world, "duff", "snooze", until=date(2026, 3, 20), types=["nps"])
    say(world, "duff", "snooze", after(0.01), until=date(2026, 3, 25), types=["detractor"])
    late = [row for row in world.lists["touchpoints"].values() if row.account_id == "duff"]
    for row in late:
        world.put("touchpoints", replace(row, at=row.at - timedelta(days=60)))
    one = assessed(world, after(5))["duff"]
    held = {item.signal.type: item.until for item in one.hidden}
    assert held["cadence"] == date(2026, 3, 25)
    assert "cadence" in shown(world, "duff", 16)


@pytest.mark.parametrize(
    ("action", "told"),
    [("done", ("snooze", date(2026, 4, 6))), ("dismiss", ("dismiss", date(2026, 6, 7)))],
)
def test_rhythm_with_a_word_of_its_own_tells_the_one_that_lasts_longest(
    world: World, action: str, told: tuple[str, date]
) -> None:
    say(world, "stark", action, types=["qbr"])
    say(world, "stark", "snooze", after(0.01), until=date(2026, 4, 6), types=["renewal"])
    one = assessed(world, after(1))["stark"]
    assert [(item.action, item.until) for item in one.hidden if item.signal.type == "qbr"] == [told]


def test_done_on_a_check_in_hides_nothing_and_a_touch_never_removes_a_renewal(
    world: World,
) -> None:
    say(world, "soylent", "done")
    assert "cadence" in shown(world, "soylent", 0)


def disposition(id_: str, minute: int, **values: Any) -> Disposition:
    known: dict[str, Any] = {
        "account_id": "a",
        "type": "usage",
        "subject": "account",
        "episode": "-",
        "action": "snooze",
        "points": 50,
        "score": 1,
        "at": NOW + timedelta(minutes=minute),
    }
    return Disposition(id=id_, **(known | values))


def undo(id_: str, minute: int, of: str) -> Disposition:
    return disposition(id_, minute, action="undo", undoes=of)


def test_an_undone_disposition_was_never_made_and_an_undo_can_be_undone() -> None:
    first, second = disposition("1", 0), disposition("2", 1)
    assert effective([second, first]) == [second]
    assert effective([first, second, undo("3", 2, "2")]) == [first]
    assert effective([first, second, undo("3", 2, "2"), undo("4", 3, "3")]) == [second]
    assert not_undone([first, undo("3", 0, "1")]) == []


@given(order=st.permutations(range(5)), length=st.integers(1, 5))
def test_a_chain_of_undos_counts_whatever_its_instants_and_ids(
    order: list[int], length: int
) -> None:
    first = disposition("made", 9)
    ids = ["made", *(str(place) for place in order)]
    undos = [undo(ids[number + 1], 9, ids[number]) for number in range(length)]
    assert effective([*undos, first]) == ([first] if length % 2 == 0 else [])


def test_of_two_words_at_one_instant_the_higher_id_counts() -> None:
    assert effective([disposition("b", 0), disposition("a", 0)]) == [disposition("b", 0)]


def test_undos_in_a_circle_end() -> None:
    circle = [undo("1", 0, "2"), undo("2", 0, "1"), disposition("3", 1)]
    assert effective(circle) == [disposition("3", 1)]
