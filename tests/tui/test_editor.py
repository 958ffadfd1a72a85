"""Longer notes in the user's own editor: private, cleaned, and kept when the editor fails."""

import stat
import sys
from pathlib import Path

import pytest

from csmdesk.errors import InputError
from csmdesk.paths import places
from csmdesk.tui.editor import edited


def editor(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> None:
    """Make a Python program the user's editor; it finds the file's path in `path`."""
    script = folder / "editor.py"
    script.write_text(f"import os, sys\npath = sys.argv[-1]\n{program}\n", encoding="utf-8")
    monkeypatch.setenv("EDITOR", f"'{sys.executable}' '{script}'")


def test_what_the_editor_wrote_comes_back_cleaned(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor(monkeypatch, tmp_path, "open(path, 'a').write(' and more\\x1b[2J\\n')")
    assert edited("first") == "first and more[2J"


def test_the_file_is_private_and_gone_afterwards(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    modes = tmp_path / "modes"
    editor(
        monkeypatch,
        tmp_path,
        f"open({str(modes)!r}, 'w').write(repr([os.stat(path).st_mode,"
        " os.stat(os.path.dirname(path)).st_mode])); open(path + '~', 'w').write('left over')",
    )
    edited("x")
    file, folder = eval(modes.read_text())  # noqa: S307 - two numbers this test wrote itself
    assert stat.S_IMODE(file) == 0o600
    assert stat.S_IMODE(folder) == 0o700
    assert not list(places().state.glob("notes-*"))


@pytest.mark.parametrize("program", ["sys.exit(3)", "os.unlink(path)"])
def test_an_editor_that_fails_is_told_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str
) -> None:
    editor(monkeypatch, tmp_path, program)
    with pytest.raises(InputError, match="as they were"):
        edited("x")
    assert not list(places().state.glob("notes-*"))


def test_an_editor_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor --wait")
    with pytest.raises(InputError, match="no-such-editor"):
        edited("x")
