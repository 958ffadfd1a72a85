"""The table of commands: every command is done somewhere, keys are clear, the docs are current."""

from pathlib import Path
from typing import Any

import pytest
from tests.tui.worlds import play, press, with_keys, workspace
from textual.pilot import Pilot

from csmdesk.tui.app import WorkbenchApp
from csmdesk.tui.commands import COMMANDS, PLACES, bottom_line, commands_in, keys_in, problems
from csmdesk.tui.screens.account import AccountPage
from csmdesk.tui.screens.accounts import Accounts
from csmdesk.tui.screens.first import First
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.screens.help import Help
from csmdesk.tui.screens.hidden import Hidden
from csmdesk.tui.screens.news import NewsPage
from csmdesk.tui.screens.outbox import Outbox
from csmdesk.tui.screens.today import Today
from csmdesk.tui.screens.why import Why

SCREENS: dict[str, type[Frame]] = {
    screen.PLACE: screen
    for screen in (Today, Accounts, Outbox, AccountPage, Why, NewsPage, Hidden, Help, First)
}


def test_every_place_is_a_screen_and_every_screen_a_place() -> None:
    assert set(SCREENS) == set(PLACES)


@pytest.mark.parametrize("place", PLACES)
def test_every_command_of_a_place_is_done_by_its_screen_or_by_the_app(place: str) -> None:
    for command in commands_in(place):
        name = f"do_{command.name}"
        assert hasattr(SCREENS[place], name) or hasattr(WorkbenchApp, name), name


@pytest.mark.parametrize("place", PLACES)
def test_every_command_of_a_place_has_a_key_of_its_own_there(place: str) -> None:
    keys = keys_in(place, {})
    for command in commands_in(place):
        assert keys[command.name] or not command.keys, command.name


def test_the_same_key_means_one_thing_in_a_place() -> None:
    for place in PLACES:
        taken = [key for keys in keys_in(place, {}).values() for key in keys]
        assert len(taken) == len(set(taken))


def test_the_bottom_line_begins_with_what_matters_most_on_today() -> None:
    assert [command.name for command in bottom_line("today")][:4] == ["log", "call", "open", "why"]


def test_a_key_of_ones_own_for_no_command_or_a_taken_one_is_told() -> None:
    told = problems({"lgo": "f5", "snooze": "d"})
    assert told[0] == "keys.lgo: there is no such command."
    assert "keys.snooze: d already does done in Today." in told


def test_names_are_unique_and_words_are_sentences() -> None:
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)
    for command in COMMANDS:
        assert command.words.endswith("."), command.name


def test_a_key_of_ones_own_replaces_the_default(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "f6")
        assert app.current_mode == "outbox"

    play(with_keys(workspace(tmp_path), mode_outbox="f6"), story)
