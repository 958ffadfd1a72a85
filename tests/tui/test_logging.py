"""Logging a touch from the workbench: few keys, nothing typed is lost."""

from pathlib import Path
from typing import Any

from tests.tui.worlds import book, play, press, seen, settled, typed, workspace
from textual.pilot import Pilot

from csmdesk.tui.dialogs.log_form import LogForm
from csmdesk.tui.widgets.log_bar import LogBar
from csmdesk.usecases import drafts, timeline
from csmdesk.usecases.drafts import LOG_BAR


def test_a_call_is_logged_in_three_keys_and_its_words(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "l")
        await typed(pilot, "c ana, raj 25m + renew ok > send plan fri")
        text = seen(app)
        assert "Acme ▸" in text
        assert "Ana Silva, Raj Patel" in text
        assert "next: us “send plan” Fri 13 Mar" in text
        await press(pilot, "enter")
        assert "Logged call with Acme, 25 min, 1 next step." in app.said.text
        assert app.screen.bar is None
        assert app.screen.focused is app.screen.list
        newest = timeline.timeline(made, "acme", made.now())[0]
        assert newest.text == "renew ok"
        assert newest.who == ("Ana Silva", "Raj Patel")
        assert drafts.draft(made, LOG_BAR, "acme") is None

    play(made, story)


def test_undo_takes_a_logged_call_back(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        before = timeline.timeline(made, "acme", made.now())
        await press(pilot, "j", "l")
        await typed(pilot, "c quick word")
        await press(pilot, "enter", "u")
        assert timeline.timeline(made, "acme", made.now()) == before
        assert "Took back" in app.said.text

    play(made, story)


def test_what_is_typed_is_kept_at_once_and_comes_back(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "l")
        await typed(pilot, "c half a thought")
        await pilot.pause(0.3)
        await settled(pilot)
        kept = drafts.draft(made, LOG_BAR, "acme")
        assert kept is not None
        assert kept.body == "c half a thought"
        await press(pilot, "escape", "l")
        assert app.screen.bar.text == "c half a thought"

    play(made, story)


def test_a_draft_of_a_killed_run_is_offered_and_l_goes_on_with_it(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    drafts.save_draft(made, LOG_BAR, "globex", "c about the budget", made.now())

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        assert "Not saved yet, for Globex: “c about the budget”" in seen(app)
        await press(pilot, "l")
        assert isinstance(app.screen.bar, LogBar)
        assert app.screen.bar.reader.account_id == "globex"
        assert app.screen.bar.text == "c about the budget"

    play(made, story)


def test_an_offered_draft_waits_once_another_account_is_chosen(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    drafts.save_draft(made, LOG_BAR, "globex", "c about the budget", made.now())

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "k")
        assert "The draft for Globex is kept: l on Globex goes on with it." in app.said.text
        chosen = app.screen.account()
        assert chosen != "globex"
        await press(pilot, "l")
        assert app.screen.bar.reader.account_id == chosen
        assert app.screen.bar.text == ""
        await press(pilot, "escape")
        app.open_account("globex")
        await settled(pilot)
        await press(pilot, "l")
        assert app.screen.bar.text == "c about the budget"

    play(made, story)


def test_an_offered_draft_waits_once_another_accounts_page_is_open(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    drafts.save_draft(made, LOG_BAR, "globex", "c about the budget", made.now())

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.open_account("acme")
        await settled(pilot)
        assert "The draft for Globex is kept" in app.said.text
        await press(pilot, "l")
        assert app.screen.bar.reader.account_id == "acme"
        assert app.screen.bar.text == ""

    play(made, story)


def test_the_bar_tells_accounts_with_like_names_apart(tmp_path: Path) -> None:
    held = book()
    names = [f"Kestrel Diagnostics {place} Holdings Limited" for place in ("Ireland", "Iceland")]
    for row, name in zip(held["accounts"], names, strict=False):
        row["name"] = name
    made = workspace(tmp_path, held)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        shown = set()
        for row in held["accounts"][:2]:
            app.open_account(row["id"])
            await settled(pilot)
            await press(pilot, "l")
            (sign,) = [each for each in seen(app).splitlines() if "▸" in each]
            shown.add(sign.split("▸")[0].strip())
            await press(pilot, "escape", "escape")
        assert len(shown) == 2

    play(made, story)


def test_a_call_starts_with_a_running_timer_that_a_kill_does_not_stop(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "c")
        await pilot.pause(0.3)
        await settled(pilot)
        assert "0:00" in seen(app)
        kept = drafts.draft(made, LOG_BAR, "acme")
        assert kept is not None
        assert kept.started_at == made.now()

    play(made, story)


def test_a_line_with_a_problem_is_not_saved_and_stays(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        before = timeline.timeline(made, "acme", made.now())
        await press(pilot, "j", "l")
        await typed(pilot, "c 31 feb talked")
        await press(pilot, "enter")
        if app.screen.bar is not None:
            assert "Not saved yet" in app.said.text
            assert timeline.timeline(made, "acme", made.now()) == before
        else:
            raise AssertionError("a day that does not exist was taken")

    play(made, story)


def test_letters_in_the_line_are_text_and_never_commands(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "l")
        await typed(pilot, "qdzx1u")
        assert app.is_running
        assert app.screen.bar.text == "qdzx1u"
        assert app.current_mode == "today"

    play(workspace(tmp_path), story)


def test_the_form_backdates_sets_the_outcome_and_takes_longer_notes(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "l")
        await typed(pilot, "c ana 20m went well")
        await press(pilot, "tab")
        assert isinstance(app.screen, LogForm)
        await typed(pilot, "yesterday 14:00")
        await press(pilot, "tab", "right", "right", "tab")
        await typed(pilot, "second paragraph")
        await press(pilot, "ctrl+s")
        newest = timeline.timeline(made, "acme", made.now())[0]
        assert newest.text == "went well\n\nsecond paragraph"
        assert newest.outcome == "advanced"
        assert f"{newest.at:%Y-%m-%d %H:%M}" == "2026-03-08 14:00"
        assert drafts.drafts(made) == ()

    play(made, story)


def test_the_form_is_kept_as_a_draft_and_filled_again(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "l", "c", "space", "h", "i", "tab")
        await typed(pilot, "2 mar")
        await press(pilot, "escape", "tab")
        assert app.screen._when.value == "2 mar"

    play(made, story)


def test_the_account_page_logs_too_and_shows_it(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "l")
        await typed(pilot, "n asked for the roadmap")
        await press(pilot, "enter")
        assert "asked for the roadmap" in seen(app)

    play(workspace(tmp_path), story)
