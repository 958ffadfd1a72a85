"""Putting another file in the place of a store, in steps of which each can be gone on with.

The new file waits beside the store under a name of its own, whole and on the disk. From that moment
the exchange is decided: whoever opens the store next finishes it, whatever ended the first one. The
file that was there is moved aside together with its log and never deleted.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from csmdesk.store.in_use import alone

_STAMP = "%Y%m%dT%H%M%S%f"
_PARTS = ("", "-wal", "-shm")
"""What a store consists of: the file, its log and the log's index."""


def waiting_file(path: Path) -> Path:
    """Return where the file waits that is to take the place of a store."""
    return path.with_name(f"{path.name}.restoring")


def aside_file(path: Path) -> Path:
    """Return where the present file goes when the one that waits takes its place.

    It is named by when the waiting file was written, so that whoever goes on finds the same name.
    """
    written = datetime.fromtimestamp(waiting_file(path).stat().st_mtime_ns / 1e9, UTC)
    return path.with_name(f"{path.name}.before-{written:{_STAMP}}")


def moved_at(aside: Path) -> datetime:
    """Return when a file was moved aside."""
    return datetime.strptime(aside.name.rpartition("-")[2], _STAMP).replace(tzinfo=UTC)


def aside_files(path: Path) -> list[Path]:
    """Return the files that were moved aside, the oldest first."""
    digits = "[0-9]"
    stamp = f"{digits * 8}T{digits * 12}"
    return sorted(path.parent.glob(f"{_escaped(path.name)}.before-{stamp}"))


def finish_if_begun(path: Path) -> None:
    """Finish an exchange that was decided and then broken off.

    Raises:
        StoreBusy: somebody else is at it.
        OSError: the folder cannot be written to.
    """
    if waiting_file(path).exists():
        with alone(path):
            finish(path)


def finish(path: Path) -> Path | None:
    """Move the present file aside and the waiting one in its place; return where it went.

    Only called by whoever has the store alone. Nothing to do if nothing waits.

    Raises:
        OSError: the folder cannot be written to.
    """
    waiting = waiting_file(path)
    if not waiting.exists():
        return None
    aside = aside_file(path)
    for part in _PARTS:
        here, there = (place.with_name(place.name + part) for place in (path, aside))
        if here.exists() and not there.exists():
            here.rename(there)
    flush(path.parent)
    waiting.rename(path)
    flush(path.parent)
    return aside if aside.exists() else None


def flush(path: Path) -> None:
    """Have a file or a folder on the disk.

    Raises:
        OSError: it is not there, or the disk refuses.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _escaped(name: str) -> str:
    return "".join(f"[{each}]" if each in "*?[" else each for each in name)
