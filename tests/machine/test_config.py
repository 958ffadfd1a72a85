"""The settings: precedence, origins, and what a mistake is told."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from csmdesk.config import Config, checked, flat, line_of, load, unknown_variables
from csmdesk.errors import ConfigError
from csmdesk.usecases import configuration


def a_file(folder: Path, text: str) -> Path:
    """Write a settings file."""
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_anything_the_defaults_hold() -> None:
    settings = load(None, environ={})
    assert settings.config == Config()
    assert {setting.origin for setting in settings.all()} == {"default"}


def test_the_book_beats_a_flag_the_environment_the_file_and_the_default(tmp_path: Path) -> None:
    file = a_file(tmp_path, "[sync]\ninterval_minutes = 1\n")
    layers = {
        "file": {},
        "environ": {"CSMDESK_SYNC_INTERVAL_MINUTES": "2"},
        "flags": {"sync.interval_minutes": "3"},
        "book": {"sync.interval_minutes": 4},
    }
    seen = []
    chosen: dict[str, dict[str, object]] = {"environ": {}, "book": {}, "flags": {}}
    for name, layer in layers.items():
        if name in chosen:
            chosen[name] = dict(layer)
        settings = load(
            file,
            environ={key: str(value) for key, value in chosen["environ"].items()},
            book=chosen["book"],
            flags={key: str(value) for key, value in chosen["flags"].items()},
        )
        seen.append(
            (settings.config.sync.interval_minutes, settings.origin("sync.interval_minutes"))
        )
    assert seen == [
        (1, f"{file}:2"),
        (2, "CSMDESK_SYNC_INTERVAL_MINUTES"),
        (3, "--set sync.interval_minutes"),
        (4, "the book"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[display]\nthem = 'x'\n", 2, "Did you mean display.theme?"),
        ("timezone = 3\n", 1, "expected the name of a time zone"),
        ("\ntimezone = 'Europe/Berln'\n", 2, "no time zone"),
        ("[sync]\n# often\ninterval_minutes = 0\n", 3, "expected a whole number from 1 to 1440"),
        ("[sync]\nautomatic = 'maybe'\n", 2, "expected true or false"),
        ("[hubspot]\ntoken_command = 'pass'\n", 2, "expected a list of words"),
        ("[nonsense]\na = 1\n", 1, "there is no setting 'nonsense'"),
        ("a = \n", 1, "not valid TOML"),
        ("[agenda]\nfocus = 3\n", 2, "Did you mean agenda.focus_share?"),
        ("[agenda]\nweights = [1, 2, 3]\n", 2, "never rise"),
        ("[agenda.cadence_segment]\nhigh = 99\nmid = 30\nlow = 90\n", 1, "high <= mid <= low"),
        ("[agenda]\nhealth_red_below = 90\n", 2, "at most agenda.health_green_from"),
    ],
)
def test_a_mistake_names_file_and_line_and_what_was_expected(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    file = a_file(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        configuration.checked(load(file, environ={}))
    assert caught.value.line.startswith(f"{file}:{line}")
    assert words in caught.value.line


def test_a_mistake_in_the_environment_names_the_variable() -> None:
    with pytest.raises(ConfigError, match=r"^CSMDESK_DISPLAY_ASCII: display.ascii is 'perhaps'"):
        load(None, environ={"CSMDESK_DISPLAY_ASCII": "perhaps"})


def test_a_table_of_the_agenda_is_given_to_the_environment_as_json() -> None:
    table = {"high": 7, "mid": 30, "low": 90}
    settings = load(None, environ={"CSMDESK_AGENDA_CADENCE_SEGMENT": json.dumps(table)})
    shown = {setting.name: setting for setting in configuration.in_force(settings)}
    assert configuration.written(shown["agenda.cadence_segment"].value) == (
        "{ high = 7, mid = 30, low = 90 }"
    )
    assert shown["agenda.cadence_segment"].origin == "CSMDESK_AGENDA_CADENCE_SEGMENT"
    assert shown["agenda.weights"].origin == "default"


def test_a_fraction_is_read_as_it_is_written(tmp_path: Path) -> None:
    file = a_file(tmp_path, "[agenda]\nhealth_red_below = 49.1\n")
    assert load(file, environ={}).config.agenda["health_red_below"] == Decimal("49.1")


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    gone = tmp_path / "gone.toml"
    assert load(gone, environ={}).config == Config()
    with pytest.raises(ConfigError, match="There is no file"):
        load(gone, environ={}, required=True)


def test_an_empty_variable_sets_nothing() -> None:
    assert load(None, environ={"CSMDESK_TIMEZONE": ""}).config.timezone is None


def test_a_variable_that_means_nothing_is_found() -> None:
    environ = {"CSMDESK_THEME": "x", "CSMDESK_STORE": "y", "CSMDESK_TOKEN_HUBSPOT": "z"}
    assert unknown_variables(environ) == ("CSMDESK_THEME",)


def test_every_default_passes_its_own_check() -> None:
    for name, value in flat(Config()).items():
        if value not in (None, ()):
            assert checked(name, value, "here") == value


def test_the_line_of_a_name_is_found_in_every_way_toml_writes_it() -> None:
    text = 'timezone = "UTC"\nsync.automatic = true\n[agenda]\nfocus_share = 1\n[agenda.weights]\n'
    names = ("timezone", "sync.automatic", "agenda.focus_share", "agenda.weights.x")
    assert [line_of(text, name) for name in names] == [1, 2, 4, 5]
