"""The plan of the day stays what it was until one asks for another; how full it is, other days."""

from pathlib import Path
from typing import Any

import pytest
from tests.tui.worlds import book, play, press, seen, settled, typed, workspace
from textual.pilot import Pilot

from csmdesk.tui.deciding import Chosen, read_choice
from csmdesk.tui.ink import plain_text
from csmdesk.tui.today_rows import rows
from csmdesk.usecases import agenda, day_plan

BIG = [
    {"id": f"K{n}", "account_id": name, "title": "Do", "due_on": "2026-03-08",
     "effort_minutes": 240, "priority": "high"}
    for n, name in enumerate(("globex", "hooli", "duff"))
]  # fmt: skip


def test_what_is_dealt_with_makes_no_room_for_another(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        planned = app.screen.view.planned
        app.screen.list.move_to_key("techcorp")
        assert "techcorp" in planned
        await press(pilot, "z", "enter")
        assert app.screen.view.agenda.item("techcorp") is None
        assert app.screen.view.planned == planned
        shown = {item.account_id for item in app.screen.view.agenda.items if item.planned}
        # The model by itself would take another one in.
        assert shown - planned
        assert {entry.account_id for entry in day_plan.planned(made, app.today())} == planned
        await press(pilot, "r")
        assert app.screen.view.planned >= shown

    play(made, story)


def test_a_logged_call_accepts_the_plan_too(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        planned = app.screen.view.planned
        await press(pilot, "l")
        await typed(pilot, "c 20m hello")
        await press(pilot, "enter")
        await settled(pilot)
        assert {entry.account_id for entry in day_plan.planned(made, app.today())} == planned

    play(made, story)


def test_looking_accepts_nothing(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "right_square_bracket", "left_square_bracket", "enter", "escape")
        await press(pilot, "question_mark", "escape")
        app.book_changed()
        await settled(pilot)
        assert day_plan.planned(made, app.today()) == ()

    play(made, story)


def test_plus_and_its_undo_leave_no_accepted_plan(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("globex")
        await press(pilot, "plus", "u")
        assert app.said.text == "Globex is out of today's plan."
        await press(pilot, "minus", "u")
        assert app.said.text == "Globex is back in today's plan."
        assert day_plan.planned(made, app.today()) == ()

    play(made, story)


@pytest.mark.parametrize("width", [120, 74, 60, 52])
def test_the_money_below_the_cut_is_never_cut(tmp_path: Path, width: int) -> None:
    made = workspace(tmp_path, book(tasks=BIG))
    found = agenda.today(made)
    planned = frozenset(item.account_id for item in found.items if item.planned)
    listed = rows(found, planned)
    (cut,) = [
        plain_text(listed.lines(index, width, here=False)[0])
        for index, entry in enumerate(listed.entries)
        if entry.line and entry.item is None and plain_text(entry.line).startswith("── ")
    ]
    below = [item for item in found.items if item.account_id not in planned]
    assert below
    assert len(cut) == width
    assert "…" not in cut
    assert f", {agenda_money(below)} " in cut
    made.store.close()


def agenda_money(items: list[Any]) -> str:
    """The ARR of some accounts as the cut line writes it."""
    from csmdesk.domain.agenda.view import total_arr
    from csmdesk.domain.agenda.words import money

    return money(total_arr(items), "USD")


def test_a_filter_counts_below_the_cut_what_fits_it(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        assert "below: 7 accounts" in seen(app)
        await press(pilot, "slash")
        await typed(pilot, "duff")
        await press(pilot, "enter")
        assert "below: 1 account," in seen(app)

    play(workspace(tmp_path), story)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bogus", "“bogus” is no day"),
        ("31 feb", "there is no 31 feb"),
        ("1900-01-01", "1900-01-01 is more than ten years away"),
    ],
)
def test_a_day_that_cannot_be_looked_at_says_why(tmp_path: Path, text: str, words: str) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "at")
        await typed(pilot, text)
        assert words in seen(app)
        await press(pilot, "enter")
        assert app.screen.shown_day() is None
        assert words in seen(app)

    play(workspace(tmp_path), story)


def test_an_account_opened_from_another_day_says_that_it_is_as_of_now(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        assert " d done " in seen(app)
        await press(pilot, "left_square_bracket")
        assert " d done " not in seen(app)
        assert " ] a day ahead " in seen(app)
        await press(pilot, "enter")
        assert "This page is as of now, not Sun 8 Mar." in seen(app)

    play(workspace(tmp_path), story)


def test_an_empty_day_says_who_is_next(tmp_path: Path) -> None:
    calm = {
        "timezone": "Europe/Berlin",
        "accounts": [
            {"id": "b", "name": "Birch", "segment": "low", "assigned_on": "2026-03-01"},
            {"id": "c", "name": "Cedar", "segment": "low", "assigned_on": "2026-03-02"},
            {"id": "t", "name": "Tech", "segment": "tech", "assigned_on": "2026-03-02"},
        ],
        "settings": {"agenda.min_score": 100},
    }

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        text = " ".join(seen(app).replace("│", " ").split())
        assert "Nothing is due today. 2 accounts are touched on time; next: Birch, Sat 30" in text
        assert "S syncs" not in text
        await press(pilot, "right_square_bracket")
        assert "Nothing is due Tue 10 Mar." in seen(app)

    play(workspace(tmp_path, calm), story)


def test_what_is_new_can_be_looked_at_again(tmp_path: Path) -> None:
    made = workspace(
        tmp_path,
        book(
            touchpoints=[
                {"id": "T-old", "account_id": "acme", "type": "note", "at": "2026-01-06T23:30:00Z"},
                {"id": "T-in", "account_id": "acme", "type": "email", "direction": "in",
                 "at": "2026-03-06T23:30:00Z", "text": "Where is it?"}
            ]
        ),
    )  # fmt: skip

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "w")
        assert "since Mon 2 Mar 09:00" in seen(app)
        assert "since you last looked" not in seen(app)
        assert "Sat 7 Mar 00:30" in seen(app)
        await press(pilot, "escape", "w")
        assert "0 changes since you last looked" in seen(app)
        await press(pilot, "left_square_bracket")
        assert "Where is it?" in seen(app)
        await press(pilot, "right_square_bracket")
        assert "Where is it?" not in seen(app)
        await press(pilot, "right_square_bracket")
        assert "Nothing newer is left out" in seen(app)

    play(made, story)


def test_the_notes_below_the_last_account_are_reached_by_keys(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        assert "Left out on purpose" not in seen(app)
        await press(pilot, "G")
        assert "renews itself on 3 Apr" in seen(app)
        await press(pilot, "g")
        assert "Left out on purpose" not in seen(app)
        for _ in range(40):
            await pilot.press("j")
        await settled(pilot)
        assert "waited twice as long as agreed" in seen(app)

    play(workspace(tmp_path), story, (80, 24))


def test_all_means_all_and_a_number_of_months_is_a_reason(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    (one,) = [one for one in agenda.look(made).assessed if one.facts.id == "techcorp"]
    assert read_choice("all not for us", one) == Chosen((), "not for us")
    assert read_choice("3 months away", one) == Chosen((), "3 months away")
    assert read_choice("1 known bug", one).reason == "known bug"
    made.store.close()


def test_what_the_user_took_out_is_not_called_a_full_day(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("techcorp")
        await press(pilot, "minus")
        text = " ".join(seen(app).replace("│", " ").split())
        assert "you took it out of today's plan" in text

    play(workspace(tmp_path), story)
