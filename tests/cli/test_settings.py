"""`csmdesk config`: every parameter, where its value comes from, and what is wrong with it."""

from pathlib import Path

import pytest
from tests.cli.program import MONDAY, Program, is_one_error


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ("[agenda]\nfocus_share = 80\nweights = [100, 25, 30]\n", 3, "weights"),
        ("[agenda]\n[agenda.renewal_window]\nhigh = 9\nmid = 10\nlow = 6\ntech = 6\n", 2, "window"),
        ("\nagenda.value_knots = [[0, 70], [5000, 60]]\n", 2, "value_knots"),
        ("[agenda]\nvalue_knots = [[0, 70], [0, 80]]\n", 2, "value_knots"),
        ("[agenda]\nrisk_factor = { low = 90, mid = 80, high = 100 }\n", 2, "risk_factor"),
        ("[agenda]\ncadence_segment = { high = 40, mid = 30, low = 90 }\n", 2, "cadence_segment"),
        ("[agenda]\nworkweek = []\n", 2, "workweek"),
        ("[agenda]\nfocus_shre = 3\n", 2, "focus_share"),
    ],
)
def test_what_the_model_refuses_names_file_and_line(
    csmdesk: Program, tmp_path: Path, text: str, line: int, name: str
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text, "utf-8")
    for command in (("config", "validate"), ("agenda",)):
        outcome = csmdesk("--config", str(file), *command)
        assert outcome.code == 1
        assert is_one_error(outcome)
        assert f"settings.toml:{line}: " in outcome.err
        assert name in outcome.err


def test_every_parameter_of_the_agenda_is_shown_with_its_origin(
    csmdesk: Program, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[agenda]\nusage_base = 5.5\nworkday_start = 08:30:00\n", "utf-8")
    shown = csmdesk("--config", str(file), "config", "show", "--json").document
    assert shown["agenda.usage_base"] == {"value": "5.5", "origin": f"{file}:2"}
    assert shown["agenda.workday_start"]["value"] == '"08:30"'
    assert sum(name.startswith("agenda.") for name in shown) == 37
    assert shown["agenda.weights"] == {"value": "[100, 25, 10]", "origin": "default"}


def test_the_books_own_settings_override_all_others_and_are_shown(csmdesk: Program) -> None:
    csmdesk.with_book({"settings": {"agenda.focus_share": 100}})
    narrow = ("--set", "agenda.focus_share=10")
    shown = csmdesk(*narrow, "config", "show", "--json").document
    assert shown["agenda.focus_share"] == {"value": "100", "origin": "the book"}
    room = csmdesk(*narrow, "agenda", "--as-of", MONDAY, "--json").document["capacity"]
    assert room["capacity_minutes"] == room["free_minutes"]
