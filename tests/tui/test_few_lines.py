"""What is read and what has happened stay whole, in as few lines as will do."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from tests.tui.worlds import play, press, seen, typed, workspace
from textual.pilot import Pilot

from csmdesk.domain.touch.describe import Part, describe
from csmdesk.domain.touch.parse import parse
from csmdesk.domain.touch.people import Known, People
from csmdesk.domain.workdays import Workdays
from csmdesk.tui.chrome import status_lines
from csmdesk.tui.ink import plain_text
from csmdesk.tui.reading_line import reading_lines
from csmdesk.tui.shortening import without_middle

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 10, 31, tzinfo=BERLIN)
PEOPLE = People([Known("nate", "Nate Underwood"), Known("luis", "Luis Fernández")])
RESCUE = "c nate, luis 25m + rescue call went well, stores at 75 % > send value summary fri"
LONG = (
    "c nate, luis 25m + the rescue call went well and the stores are at 75 % of what was planned,"
    " they want the same for the other three regions before summer and asked for a price list"
    " > send the summary of the value they had in the first half of the year to both of them fri"
    " < name somebody in each of the three regions who decides on the rollout there 20 mar"
)


def parts(line: str) -> tuple[Part, ...]:
    read = parse(line, people=PEOPLE, now=NOW, zone=BERLIN, workdays=Workdays())
    return describe(read, NOW, BERLIN)


def rows(line: str, width: int) -> list[str]:
    return [plain_text(row) for row in reading_lines(parts(line), width, empty=False)]


def whole(found: list[str]) -> str:
    return " ".join(" ".join(found).split())


@pytest.mark.parametrize(("width", "most"), [(120, 2), (80, 3)])
@pytest.mark.parametrize("line", [RESCUE, LONG])
def test_a_reading_keeps_names_lengths_and_dates(line: str, width: int, most: int) -> None:
    found = rows(line, width)
    assert len(found) <= most
    assert all(cell_len(row) <= width for row in found)
    said = whole(found)
    for word in ("call", "Nate Underwood, Luis Fernández", "25 min", "positive", "Fri 13 Mar"):
        assert word in said
    assert ("Fri 20 Mar" in said) is ("20 mar" in line)


def test_words_lose_their_middle_before_steps_do() -> None:
    assert "rescue call went well, stores at 75 %" in whole(rows(RESCUE, 120))
    said = whole(rows(LONG, 120))
    assert "“the" in said
    assert " … " in said


def test_shortened_words_keep_their_beginning_and_end() -> None:
    assert without_middle("one two three four five six", 20) == "one two … five six"
    assert without_middle("short", 20) == "short"
    assert cell_len(without_middle("x" * 50, 20)) <= 20


def test_a_warning_stands_whole_on_lines_of_its_own() -> None:
    found = rows("c Zorro 25m + said hello", 80)
    assert found[0].strip() == "call · “Zorro 25m + said hello”"
    assert whole(found[1:]) == (
        "“Zorro” is nobody here, so “25m” and “+” are read as text; @Zorro adds a contact."
    )


def test_a_problem_stands_before_the_reading() -> None:
    assert rows("c 31 feb talked", 80)[0].strip() == "There is no 31 feb."


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_the_bottom_line_shows_the_keys_of_the_bar(tmp_path: Path, size: tuple[int, int]) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "l")
        await typed(pilot, "c ana, raj 25m + " + "many words " * 12 + "> send the plan fri")
        bottom = seen(app).rstrip().splitlines()[-1]
        assert bottom.split() == ["enter", "save", "tab", "form", "esc", "keep", "draft"]
        assert "Fri 13 Mar" in seen(app)

    play(workspace(tmp_path), story, size)


def told(message: str, width: int, progress: str = "") -> list[str]:
    return [
        plain_text(row)
        for row in status_lines(message, trouble=False, progress=progress, width=width)
    ]


def test_a_long_result_goes_on_in_a_second_line() -> None:
    message = (
        "Snoozed Brightwater Analytics to Mon 30 Mar (renewal only to Thu 26 Mar, its last working"
        " day before the notice). u undoes."
    )
    found = told(message, 80)
    assert len(found) == 2
    assert whole(found) == message


def test_a_result_with_long_words_keeps_its_dates_and_the_way_back() -> None:
    message = f"Took back “{'word ' * 60}” of Thu 26 Mar; due Mon 30 Mar. u undoes."
    found = told(message, 80)
    assert len(found) == 2
    assert whole(found).endswith("of Thu 26 Mar; due Mon 30 Mar. u undoes.")


def test_what_goes_on_stands_beside_the_result_or_under_it() -> None:
    assert told("Done.", 80, "syncing · esc stops")[0].rstrip().endswith("syncing · esc stops")
    message = "Logged call with Brightwater Analytics, 25 min, 2 next steps. u undoes."
    found = told(message, 80, "syncing · esc stops")
    assert found[0].strip() == message
    assert found[1].strip() == "syncing · esc stops"
