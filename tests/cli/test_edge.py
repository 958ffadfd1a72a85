"""The edge of the command line: exit codes, one line of error, clean output."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest
from tests.cli.program import BOOK, MONDAY, Program, is_one_error

from csmdesk.cli import main
from csmdesk.cli.main import COMMANDS, cli


def test_help_teaches_every_command(csmdesk: Program) -> None:
    outcome = csmdesk.bare("--help")
    assert outcome.code == 0
    for name in COMMANDS:
        assert f"  {name} " in outcome.out
        told = csmdesk.bare(name, "--help")
        assert told.code == 0
        assert len(told.out.splitlines()) > 4


def test_every_command_has_help_for_every_option() -> None:
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.opts}"


def test_version_names_what_it_stands_on(csmdesk: Program) -> None:
    out = csmdesk.bare("--version").out
    assert out.startswith("csmdesk 0.")
    assert "textual 8.2.8" in out
    assert "SQLite" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--nonsense"],
        ["agenda", "--nonsense"],
        ["agenda", "--as-of", "2026-03-09"],
        ["agenda", "--as-of", "2026-02-30T10:00:00Z"],
        ["agenda", "--as-of", "0001-01-01T00:00:00Z"],
        ["log"],
        ["log", "acme"],
        ["import"],
        ["snooze", "acme"],
        ["snooze", "acme", "--until", "2026-02-30"],
        ["--set", "nothing", "agenda"],
        ["sandbox"],
        ["completions", "csh"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_one_line(csmdesk: Program, arguments: list[str]) -> None:
    outcome = csmdesk(*arguments)
    assert outcome.code == 2
    assert is_one_error(outcome)


def test_a_date_that_does_not_exist_is_said(csmdesk: Program) -> None:
    assert "2026-02-30" in csmdesk("snooze", "x", "--until", "2026-02-30").err


def test_the_workbench_does_not_draw_into_a_pipe(csmdesk: Program) -> None:
    assert is_one_error(csmdesk(), "needs a terminal", "csmdesk agenda")
    assert is_one_error(csmdesk("demo"), "needs a terminal")


def test_a_setting_that_is_wrong_is_told_before_anything_is_made(csmdesk: Program) -> None:
    outcome = csmdesk("--set", "agenda.focus=1", "agenda")
    assert outcome.code == 1
    assert is_one_error(outcome, "agenda.focus", "agenda.focus_share")
    assert not csmdesk.store.exists()


def test_a_store_that_was_not_there_is_told_unless_it_is_being_filled(csmdesk: Program) -> None:
    made = csmdesk("agenda")
    assert (made.code, made.err.count("\n")) == (0, 1)
    assert "store.db" in made.err
    assert csmdesk("agenda").err == ""
    csmdesk.store = csmdesk.folder / "another.db"
    assert "there was no store" not in csmdesk.load(dict(BOOK)).err


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"not a database, long enough to be read as one" * 9, "not a csmdesk store"), (b"x", "")],
)
def test_a_foreign_file_is_refused_and_left_alone(
    csmdesk: Program, content: bytes, words: str
) -> None:
    csmdesk.store.write_bytes(content)
    outcome = csmdesk("agenda")
    assert outcome.code == 1
    assert is_one_error(outcome, words)
    assert csmdesk.store.read_bytes() == content


def test_another_programs_database_is_refused(csmdesk: Program) -> None:
    with sqlite3.connect(csmdesk.store) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    assert is_one_error(csmdesk("agenda"), "belongs to another program")


def test_a_newer_store_is_refused_politely(csmdesk: Program) -> None:
    assert csmdesk("agenda").code == 0
    with sqlite3.connect(csmdesk.store) as newer:
        newer.execute("PRAGMA user_version = 999")
    newer.close()
    outcome = csmdesk("agenda")
    assert outcome.code == 1
    assert is_one_error(outcome, "newer csmdesk")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_one_clear_line(csmdesk: Program, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    assert is_one_error(csmdesk("agenda", store=folder / "store.db"), str(folder))


def test_a_folder_that_is_a_file_is_one_clear_line(csmdesk: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    outcome = csmdesk("agenda", store=tmp_path / "file" / "store.db")
    assert outcome.code == 1
    assert is_one_error(outcome)


def test_what_nobody_expected_is_one_line_and_a_report_without_data(
    csmdesk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        token = "pat-na1-sentinel"
        raise RuntimeError(f"Bearer {token} of ana@example.com")

    monkeypatch.setattr(main.cli, "main", break_down)
    outcome = csmdesk.bare("agenda")
    assert outcome.code == 1
    assert is_one_error(outcome, "RuntimeError", "report")
    report = Path(outcome.err.rpartition(" is in ")[2].strip().rstrip("."))
    text = report.read_text()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert "break_down" in text
    assert "sentinel" not in text
    assert "ana@example.com" not in text


def test_interrupting_is_quiet(csmdesk: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main.cli, "main", interrupt)
    assert (csmdesk.bare("agenda").code, csmdesk.bare("agenda").err) == (130, "")


def test_a_reader_that_goes_away_is_no_trouble(csmdesk: Program) -> None:
    csmdesk.with_book()
    command = [sys.executable, "-m", "csmdesk", "--store", str(csmdesk.store), "schema"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.read(10)
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait() in {0, 1}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize("arguments", [["agenda"], ["agenda", "--json"], ["schema"], ["--help"]])
def test_output_that_cannot_be_written_is_one_line(csmdesk: Program, arguments: list[str]) -> None:
    csmdesk.with_book()
    command = [sys.executable, "-m", "csmdesk", "--store", str(csmdesk.store), *arguments]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == 1
    assert ended.stderr == b"error: The output cannot be written: no space left on device.\n"


def test_hostile_text_drives_no_terminal(csmdesk: Program) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202egnp\u0085[@click=app.quit]x[/]"
    account = {"id": "A-9", "name": f"Evil {evil}", "owner_id": "U-1", "notes": evil}
    step = {"id": "N-9", "text": evil, "side": "us", "due_on": "2026-03-01"}
    touch = {
        "id": "T-9",
        "account_id": "A-9",
        "type": "call",
        "at": "2026-03-01T10:00:00Z",
        "text": evil,
        "next_steps": [step],
    }
    csmdesk.with_book({"accounts": [*BOOK["accounts"], account], "touchpoints": [touch]})
    for arguments in (
        ["agenda"],
        ["agenda", "--json"],
        ["agenda", "--line"],
        ["accounts"],
        ["account", "A-9"],
        ["account", "A-9", "--json"],
        ["why", "A-9"],
        ["log", "A-9", evil, "--as-of", MONDAY],
        ["log", "nobody \x1b[2J", "x"],
        ["export"],
    ):
        outcome = csmdesk(*arguments)
        for sign in "\x1b\x07\u202e\u0085\x9b":
            assert sign not in outcome.out + outcome.err, arguments


def test_documents_are_utf_8_whatever_the_terminal_says(csmdesk: Program) -> None:
    csmdesk.with_book()
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "csmdesk", "--store", str(csmdesk.store)]
    arguments = ["agenda", "--as-of", MONDAY]
    document = subprocess.run(
        [*command, "accounts", "--json"], capture_output=True, check=True, env=environ
    )
    assert json.loads(document.stdout.decode("utf-8"))[2]["account"] == "Café Zürich"
    text = subprocess.run([*command, *arguments], capture_output=True, check=True, env=environ)
    assert text.stdout.isascii()
