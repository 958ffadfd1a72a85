"""Writing longer text in the user's own editor."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from csmdesk.errors import InputError
from csmdesk.text import clean_text


def command() -> list[str]:
    """Return the words of the user's editor command: $VISUAL, else $EDITOR, else vi."""
    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    return words or ["vi"]


def edited(text: str) -> str:
    """Return the text as the editor left it, cleaned. The terminal must have been given up.

    Raises:
        InputError: the editor could not be started or ended with an error; the text is kept.
    """
    descriptor, name = tempfile.mkstemp(prefix="csmdesk-", suffix=".txt")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        words = command()
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
        return clean_text(path.read_text(encoding="utf-8", errors="replace")).rstrip("\n")
    finally:
        path.unlink(missing_ok=True)
