"""What SQLite's errors mean to a user."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from csmdesk.errors import StoreBusy, StoreDamaged, StoreError, StoreUnusable
from csmdesk.store.places import way_back

_QUERIES = "csmdesk.store.queries"
_DAMAGED = "The store {path} is damaged: {detail}."
_MEANINGS: dict[str, tuple[type[StoreError], str, str]] = {
    "SQLITE_BUSY": (
        StoreBusy,
        "Another program is writing to the store {path}.",
        "Try again in a moment.",
    ),
    "SQLITE_LOCKED": (
        StoreBusy,
        "Another program is writing to the store {path}.",
        "Try again in a moment.",
    ),
    "SQLITE_FULL": (
        StoreUnusable,
        "The disk is full; nothing was saved to {path}.",
        "Free some space and try again.",
    ),
    "SQLITE_READONLY_DIRECTORY": (
        StoreUnusable,
        "The folder of the store {path} cannot be written to.",
        "Give yourself the right to write there, or name another place with --store.",
    ),
    "SQLITE_READONLY": (
        StoreUnusable,
        "The store {path} cannot be written to.",
        "Check the rights of the file and of its folder, or name another one with --store.",
    ),
    "SQLITE_PERM": (
        StoreUnusable,
        "The store {path} may not be opened by you.",
        "Check the rights of the file and of its folder.",
    ),
    "SQLITE_AUTH": (
        StoreUnusable,
        "A pull tried to write what only you may write; nothing was changed in {path}.",
        "This is a defect of csmdesk: please report it.",
    ),
    "SQLITE_CANTOPEN": (
        StoreUnusable,
        "The store {path} cannot be opened.",
        "Check that the folder exists and that its files are yours.",
    ),
    "SQLITE_IOERR": (
        StoreUnusable,
        "The disk refused to serve the store {path} ({detail}).",
        "Check the disk and its free space; nothing half-done was saved.",
    ),
    "SQLITE_NOTADB": (StoreDamaged, _DAMAGED, "{way_back}"),
    "SQLITE_CORRUPT": (StoreDamaged, _DAMAGED, "{way_back}"),
}


def meaning(error: sqlite3.Error, path: Path) -> StoreError | None:
    """Return what to tell a user about an error of SQLite, or nothing if it is our own mistake."""
    name = getattr(error, "sqlite_errorname", None) or ""
    if not name and "unable to open" in str(error):
        name = "SQLITE_CANTOPEN"
    if not name and "not decode to UTF-8" in str(error):
        # What is written was text: the driver has met a flipped bit, which SQLite does not see.
        name = "SQLITE_CORRUPT"
    while name:
        if name in _MEANINGS:
            kind, message, hint = _MEANINGS[name]
            told = message.format(path=path, detail=_detail(error))
            return kind(told, hint.replace("{way_back}", way_back(path)))
        name = name.rpartition("_")[0]
    return None


def _detail(error: sqlite3.Error) -> str:
    """Return SQLite's own words, without what was in the store."""
    text = str(error)
    return "a text in it cannot be read" if "decode to UTF-8" in text else text


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn errors of SQLite in the block into errors a user understands.

    A date or number that cannot be read back is one too: it was written in a form that can.

    Raises:
        StoreBusy: another process held the file for longer than the waiting time.
        StoreUnusable: the file, its folder or the disk cannot serve.
    """
    try:
        yield
    except sqlite3.Error as error:
        told = meaning(error, path)
        if told is None:
            raise
        raise told from error
    except (ValueError, ArithmeticError) as error:
        # SQLite quotes a damaged schema in its message, which the driver then cannot read either.
        if not (isinstance(error, UnicodeDecodeError) or _in_a_query(error)):
            raise
        detail = "a value in it cannot be read"
        raise StoreDamaged(_DAMAGED.format(path=path, detail=detail), way_back(path)) from error


def _in_a_query(error: Exception) -> bool:
    """Whether an error arose while rows of the store were being read."""
    place = error.__traceback__
    while place is not None:
        if str(place.tb_frame.f_globals.get("__name__", "")).startswith(_QUERIES):
            return True
        place = place.tb_next
    return False


@contextmanager
def told_plainly_through_orm(path: Path) -> Iterator[None]:
    """Do what `told_plainly` does for errors that SQLAlchemy has wrapped. Loads SQLAlchemy.

    Raises:
        StoreBusy: another process held the file for longer than the waiting time.
        StoreUnusable: the file, its folder or the disk cannot serve.
    """
    from sqlalchemy.exc import DBAPIError

    with told_plainly(path):
        try:
            yield
        except DBAPIError as error:
            told = meaning(error.orig, path) if isinstance(error.orig, sqlite3.Error) else None
            if told is None:
                raise
            raise told from error
