"""What waits for the CRM as a file: to be kept, or to be entered there by hand."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from csmdesk.documents import document_bytes, put_file
from csmdesk.usecases import outbox
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, and how many items are in it."""

    path: Path
    items: int


def free_name(folder: Path, today: date) -> Path:
    """Return a file of a folder that is not there yet, named for the day."""
    names = (f"csmdesk-outbox-{today}{f'-{n}' if n > 1 else ''}.json" for n in count(1))
    return next(path for name in names if not (path := folder / name).exists())


def why_not(path: Path) -> str:
    """Return why a file cannot be written, as far as that can be seen; empty if it can."""
    if path.is_dir():
        return "that is a folder: name a file in it"
    if path.exists():
        return "that file is there already: give another name"
    return "" if path.parent.is_dir() else f"there is no folder {path.parent}"


def write(workspace: Workspace, path: Path) -> Written:
    """Write everything that is not settled, as `csmdesk outbox export` prints it, to a new file.

    Raises:
        InputError: the file is there already, or cannot be written.
    """
    found = outbox.export(workspace)
    put_file(path, document_bytes(found), otherwise="Give another name.")
    return Written(path, len(found))
