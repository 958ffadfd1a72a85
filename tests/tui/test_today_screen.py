"""Today as a user has it: the list, the panel, what can be said to a line, other days."""

from pathlib import Path
from typing import Any

from tests.tui.worlds import book, play, press, seen, settled, typed, workspace
from textual.pilot import Pilot

from csmdesk.tui.screens.account import AccountPage
from csmdesk.tui.screens.why import Why
from csmdesk.usecases import day_plan, dispositions


def test_the_list_the_cut_line_and_the_reasons_are_shown(tmp_path: Path) -> None:
    async def story(app: Any, _pilot: Pilot[Any]) -> None:
        text = seen(app)
        assert "Massive Dynamic" in text
        assert "3 h 15 of 3 h 15 planned · below: 7 accounts" in text
        assert "Why #1" in text
        assert "total" in text
        assert app.screen.list.cursor_key == "massive"

    play(workspace(tmp_path), story)


def test_the_reasons_in_the_panel_add_up_to_the_total(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j")
        panel = "\n".join(line for line in seen(app).splitlines())
        for number in ("106.4", "19.6", "5.0", "131.0"):
            assert number in panel

    play(workspace(tmp_path), story)


def test_snoozing_hides_the_line_and_undo_brings_it_back(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "j", "j")
        account = app.screen.list.cursor_key
        await press(pilot, "z")
        assert "to Mon 16 Mar" in seen(app)
        await press(pilot, "enter")
        assert app.screen.view.agenda.item(account) is None
        assert "u undoes" in app.said.text
        await press(pilot, "u")
        assert app.screen.view.agenda.item(account) is not None

    play(made, story)


def test_a_snooze_that_must_be_shortened_says_so_before_and_after(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "z")
        assert "renewal only to Thu 12 Mar" in seen(app)
        await press(pilot, "enter")
        assert "renewal only to Thu 12 Mar" in app.said.text

    play(workspace(tmp_path), story)


def test_a_must_is_not_snoozed_and_says_why(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("umbra")
        await press(pilot, "z")
        assert "due today" in seen(app)
        await press(pilot, "enter", "escape")
        assert app.screen.view.agenda.item("umbra") is not None

    play(made, story)


def test_what_is_late_is_told_as_late_and_the_whole_reason_is_read(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("oscorp")
        await press(pilot, "z")
        said = " ".join(seen(app).split())
        assert "promise: 4 d late: log it, move the date with the customer, or do it." in said
        assert "due today" not in said.partition("Snooze Oscorp")[2]
        assert "esc never mind" in said
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        whole = " ".join(line.strip(" ▌│") for line in seen(app).splitlines())
        assert "log it, move the date with the customer, or do it." in " ".join(whole.split())

    play(workspace(tmp_path), story)


def test_a_check_in_marked_as_done_stays_and_says_so(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("soylent")
        await press(pilot, "d")
        assert "check-in stays: log a touch" in seen(app)
        await press(pilot, "enter")
        said = app.said.text
        assert said.startswith("Noted for Soylent: check-in stays: log a touch. u undoes.")
        assert app.screen.view.agenda.item("soylent") is not None
        app.screen.list.move_to_key("techcorp")
        await press(pilot, "d", "enter")
        assert app.said.text.startswith("Done TechCorp: champion, usage,")
        assert "; check-in stays: log a touch. u undoes." in app.said.text
        await press(pilot, "u")
        assert app.said.text.startswith("TechCorp: champion, usage,")
        assert "check-in" not in app.said.text
        await press(pilot, "u")
        assert app.said.text == "Soylent: taken back; it had hidden nothing."

    play(workspace(tmp_path), story)


def test_undo_speaks_of_causes_as_the_screen_does(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("hooli")
        await press(pilot, "z", "enter", "u")
        assert app.said.text == "Hooli: milestone, first value, check-in shown again."

    play(workspace(tmp_path), story)


def test_the_first_line_stays_in_sight_through_undo_replay_and_bars(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        rows = app.screen.list
        await press(pilot, "z", "escape")
        await press(pilot, "j", "z", "enter", "u")
        assert "Massive Dynamic" in seen(app)
        assert rows.scroll_offset.y == 0
        # The last row that is whole in sight: a bar takes its room for as long as it is open.
        while rows.cursor_index + 1 < len(rows.rows) and rows.scroll_offset.y == 0:
            await press(pilot, "j")
        await press(pilot, "k")
        rows.scroll_to(y=0, animate=False)
        key = rows.cursor_key
        await press(pilot, "z")
        assert rows.scroll_offset.y > 0
        await press(pilot, "escape")
        assert (rows.cursor_key, rows.scroll_offset.y) == (key, 0)
        await press(pilot, "g", "d", "enter", "u")
        assert rows.scroll_offset.y == 0

    play(workspace(tmp_path), story, (80, 24))


def test_a_day_off_is_called_one(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "left_square_bracket")
        text = seen(app)
        assert "a day off" in text
        assert "time left" not in text
        await press(pilot, "at")
        await typed(pilot, "tomorrow")
        await press(pilot, "enter")
        assert "no free time left" in seen(app)
        assert "a day off" not in seen(app)

    full = {"id": "M-full", "kind": "block", "title": "Offsite",
            "start": "2026-03-10T06:00:00Z", "end": "2026-03-10T20:00:00Z"}  # fmt: skip
    play(workspace(tmp_path, book(meetings=[full])), story)


def test_a_replay_gives_the_cursor_back_to_its_account(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        rows = app.screen.list
        rows.move_to_key("umbra")
        await press(pilot, "at")
        await typed(pilot, "2 feb")
        await press(pilot, "enter")
        assert app.screen.view.agenda.item("umbra") is None
        assert rows.scroll_offset.y == 0
        await press(pilot, "escape")
        assert rows.cursor_key == "umbra"
        # Who goes elsewhere on the other day stays there.
        await press(pilot, "left_square_bracket", "g")
        there = rows.cursor_key
        await press(pilot, "escape")
        assert rows.cursor_key == there

    play(workspace(tmp_path), story)


def test_a_dismissal_needs_a_reason(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("duff")
        await press(pilot, "x")
        await typed(pilot, "nps")
        await press(pilot, "enter")
        assert app.screen.bar is not None
        await typed(pilot, " answered by mail")
        await press(pilot, "enter")
        assert app.screen.bar is None
        types = {s.type for s in app.screen.view.agenda.item("duff").one.visible}
        assert "nps" not in types
        assert "detractor" in types

    play(made, story)


def test_plus_and_minus_change_the_plan_and_undo_takes_it_back(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("globex")
        assert "globex" not in app.screen.view.planned
        await press(pilot, "plus")
        assert "globex" in app.screen.view.planned
        assert "overbooked by 45 min" in seen(app)
        await press(pilot, "u")
        assert "globex" not in app.screen.view.planned
        assert day_plan.planned(made, app.today()) == ()
        await press(pilot, "minus")
        entries = day_plan.planned(made, app.today())
        assert {entry.account_id for entry in entries if not entry.removed} >= {"acme", "massive"}
        await press(pilot, "plus", "u")
        assert day_plan.planned(made, app.today()) == entries
        await press(pilot, "r", "u")
        assert day_plan.planned(made, app.today()) == entries

    play(made, story)


def test_a_filter_narrows_the_list_and_escape_drops_it(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "slash")
        await typed(pilot, "duff")
        assert app.screen.list.cursor_key == "duff"
        assert app.screen.needle == "duff"
        await press(pilot, "enter", "escape")
        assert app.screen.needle == ""
        assert app.screen.list.cursor_key == "duff"

    play(workspace(tmp_path), story)


def test_the_question_mark_unfolds_the_score_and_compares_with_the_next(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "question_mark")
        assert isinstance(app.screen, Why)
        text = seen(app)
        assert "Why above #3 Cyberdyne" in text
        assert "131.0 points against 112.0: 19.0 more." in text
        await press(pilot, "question_mark")
        assert "Keys in the full breakdown" in seen(app)

    play(workspace(tmp_path), story)


def test_another_day_is_marked_and_refuses_decisions(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "left_square_bracket")
        assert "not now: Sun 8 Mar" in seen(app)
        await press(pilot, "d")
        assert "not now" in app.said.text
        assert app.screen.bar is None
        await press(pilot, "escape")
        assert "not now" not in seen(app)

    play(workspace(tmp_path), story)


def test_a_picked_day_is_shown(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "at")
        await typed(pilot, "27 feb")
        await press(pilot, "enter")
        assert app.screen.view.agenda.today.isoformat() == "2026-02-27"

    play(workspace(tmp_path), story)


def test_the_cursor_stays_on_its_account_when_the_list_changes_behind_it(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("techcorp")
        dispositions.done(made, "massive")
        app.book_changed()
        await settled(pilot)
        assert app.screen.list.cursor_key == "techcorp"
        assert "Massive Dynamic is off the list" in app.said.text

    play(made, story)


def test_enter_opens_the_account_and_escape_returns(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter")
        assert isinstance(app.screen, AccountPage)
        text = seen(app)
        assert "$120,000 ARR" in text
        assert "SSO blocks the rollout" in text
        await press(pilot, "tab")
        assert "Ana Silva" in seen(app)
        await press(pilot, "escape")
        assert app.screen.list.cursor_key == "acme"

    play(workspace(tmp_path), story)


def test_a_key_that_does_not_work_here_says_where_it_does(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "2", "z")
        assert "Snooze works in Today" in app.said.text

    play(workspace(tmp_path), story)


def test_an_empty_book_says_what_to_do(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        assert "no account of yours in this book yet" in seen(app)
        await press(pilot, "2")
        assert "No accounts yet" in seen(app)
        await press(pilot, "6")
        assert "stays in your own store" in seen(app)

    play(workspace(tmp_path, {"format": "csmdesk-book", "version": 1}), story)


def test_any_size_is_survived_and_the_cursor_kept(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "j")
        for size in ((40, 12), (10, 3), (200, 50), (80, 24)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
        assert app.screen.list.cursor_key == "cyberdyne"
        await press(pilot, "tab")
        assert "Why #3" in seen(app)
        await pilot.resize_terminal(120, 36)
        await settled(pilot)
        assert "Why #3" in seen(app)

    play(workspace(tmp_path), story)


def test_the_mouse_moves_opens_and_chooses(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await pilot.click("#list", offset=(20, 3))
        await settled(pilot)
        assert app.screen.list.cursor_key == "acme"
        await pilot.click("#list", offset=(20, 3))
        await settled(pilot)
        assert isinstance(app.screen, AccountPage)
        await pilot.click("#tabs", offset=(12, 0))
        await settled(pilot)
        assert app.screen.list.display
        await pilot.click("#top", offset=(24, 0))
        await settled(pilot)
        assert app.current_mode == "accounts"

    play(workspace(tmp_path), story)


def test_the_mouse_alone_snoozes_and_undoes(tmp_path: Path) -> None:
    async def click(app: Any, pilot: Pilot[Any], widget: str, words: str) -> None:
        region = app.screen.query_one(widget).region
        for y, row in enumerate(seen(app).splitlines()):
            if y in range(region.y, region.bottom) and words in row:
                await pilot.click(offset=(row.index(words), y))
                await settled(pilot)
                return
        raise AssertionError(f"no {words!r} in {widget}")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await pilot.click("#list", offset=(20, 3))
        await settled(pilot)
        assert app.screen.list.cursor_key == "acme"
        await click(app, pilot, "#keys", "z snooze")
        await click(app, pilot, "AskBar", "esc never mind")
        assert app.screen.bar is None
        assert app.screen.view.agenda.item("acme") is not None
        await click(app, pilot, "#keys", "z snooze")
        await click(app, pilot, "AskBar", "enter yes")
        assert app.screen.bar is None
        assert app.screen.view.agenda.item("acme") is None
        app.do_undo()
        await settled(pilot)
        assert app.screen.view.agenda.item("acme") is not None
        # Nothing left of this session: what would be taken back is asked, and answered by mouse.
        app.do_undo()
        await settled(pilot)
        await click(app, pilot, "ConfirmBar", "n no")
        assert app.said.text == "Nothing was undone."

    play(workspace(tmp_path), story)


def test_hostile_text_neither_styles_nor_acts_nor_reaches_the_terminal(tmp_path: Path) -> None:
    hostile = (
        '[/][red]x[/red][@click=app.quit]q[/] [1, "3"] \x1b]52;c;aGk=\x07\x9b2J\u202egnp\u200b'
    )
    rows = book(
        accounts=[{"id": "evil", "name": hostile, "industry": hostile, "tags": [hostile],
                   "notes": hostile, "crm_url": "javascript:alert(1)", "owner_id": "U-me"}],
        contacts=[{"id": "C-evil", "account_id": "evil", "name": hostile, "title": hostile,
                   "roles": ["champion"]}],
        touchpoints=[{"id": "T-evil", "account_id": "evil", "type": "call",
                      "at": "2026-03-01T10:00:00Z", "text": hostile, "attendee_ids": ["C-evil"],
                      "next_steps": [{"id": "N-evil", "text": hostile, "side": "us",
                                      "due_on": "2026-03-02"}]}],
        tickets=[{"id": "K-evil", "account_id": "evil", "subject": hostile, "severity": "critical",
                  "status": "open", "opened_at": "2026-03-01T10:00:00Z"}],
        surveys=[{"id": "S-evil", "account_id": "evil", "kind": "nps", "score": 2,
                  "at": "2026-03-02T10:00:00Z", "comment": hostile, "contact_id": "C-evil"}],
        meetings=[{"id": "M-evil", "account_id": "evil", "kind": "qbr", "title": hostile,
                   "start": "2026-03-09T14:00:00Z", "end": "2026-03-09T15:00:00Z"}],
        tasks=[{"id": "A-evil", "account_id": "evil", "title": hostile, "due_on": "2026-03-09"}],
    )  # fmt: skip

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        async def look() -> None:
            text = seen(app)
            for bad in ("\x1b", "\x07", "\x9b", "\u202e", "\u200b"):
                assert bad not in text

        app.screen.list.move_to_key("evil")
        await settled(pilot)
        assert "[@click=app.quit]" in seen(app)
        for keys in (("question_mark",), ("escape",), ("enter",), ("tab",), ("enter",), ("escape",),
                     ("l",), ("tab",), ("escape",), ("escape",), ("z",), ("escape",), ("w",),
                     ("escape",), ("H",), ("escape",), ("2",), ("6",), ("ctrl+p",), ("escape",),
                     ("1",), ("o",), ("y",)):  # fmt: skip
            await press(pilot, *keys)
            await look()
        assert app.is_running

    play(workspace(tmp_path, rows), story)
