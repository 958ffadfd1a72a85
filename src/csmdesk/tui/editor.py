"""Writing longer text in the user's own editor."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from csmdesk.errors import InputError
from csmdesk.paths import places, private_folder
from csmdesk.text import TEXT_LIMIT, clean_text

if TYPE_CHECKING:
    from textual.app import App
    from textual.widgets import TextArea

LARGEST: Final = 4 * TEXT_LIMIT
"""The most bytes read back: no text that a field could hold is longer."""


def command() -> list[str]:
    """Return the words of the user's editor command: $VISUAL, else $EDITOR, else vi.

    Raises:
        InputError: the command's quotes do not close.
    """
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        return shlex.split(wanted) or ["vi"]
    except ValueError as error:
        raise InputError(f"EDITOR is {wanted!r}, which is no command.") from error


def edited(text: str) -> str:
    """Return the text as the editor left it, cleaned. The terminal must have been given up.

    The file lies in a folder of its own that nobody else can read; whatever the editor leaves
    beside it goes with the folder.

    Raises:
        InputError: the editor could not be started, ended with an error or left no text; what was
            written before is kept by the caller.
    """
    words = command()
    folder = Path(tempfile.mkdtemp(prefix="notes-", dir=private_folder(places().state)))
    path = folder / "notes.txt"
    try:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        try:
            # The user's own editor, word by word, through no shell.
            ended = subprocess.run([*words, str(path)], check=False)  # noqa: S603
        except OSError as error:
            raise InputError(
                f"The editor {words[0]!r} could not be started.", "Set EDITOR to one that is there."
            ) from error
        if ended.returncode != 0:
            raise InputError(
                f"The editor ended with {ended.returncode}; your notes are as they were."
            )
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST)
        except OSError as error:
            raise InputError("The editor left no file; your notes are as they were.") from error
        return clean_text(data.decode("utf-8", "replace")).rstrip("\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def edit_area(app: "App[Any]", area: "TextArea", complain: Callable[[str], None]) -> None:
    """Hand the terminal to the user's editor with the text of an area, and take it back.

    Args:
        app: whose terminal it is.
        area: holds the text.
        complain: told what went wrong, in one line.
    """
    from textual.app import SuspendNotSupported

    try:
        with app.suspend():
            area.text = edited(area.text)
    except SuspendNotSupported:
        complain("This terminal cannot be handed to an editor.")
    except InputError as error:
        complain(error.line)
    app.refresh()
