"""Who has a store open, told by a lock of the operating system beside it.

Whoever opens a store shares the lock; whoever exchanges the file needs it alone. The kernel lets
go of it when its holder is killed. Where a file system knows no locks, nobody is kept out.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from csmdesk.errors import StoreBusy

_PATIENCE = 5.0
"""Seconds that opening waits for somebody who exchanges the file."""


def lock_file(path: Path) -> Path:
    """Return the file beside a store whose lock is meant."""
    return path.with_name(f"{path.name}.open.lock")


def share(path: Path) -> int | None:
    """Say that a store is open; return the handle to let go of, `None` where nothing can be said.

    Raises:
        StoreBusy: the file is being exchanged, and that takes unusually long.
    """
    handle = _opened(path)
    if handle is None:
        return None
    patience = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > patience:
                os.close(handle)
                raise StoreBusy(
                    f"A backup is just being put in place of the store {path}.",
                    "Try again in a moment.",
                ) from None
            time.sleep(0.05)
        except OSError:
            os.close(handle)
            return None
        else:
            return handle


def let_go(handle: int | None) -> None:
    """Say that a store is no longer open."""
    if handle is not None:
        with suppress(OSError):
            os.close(handle)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Have a store to oneself.

    Raises:
        StoreBusy: some process has it open.
    """
    handle = _opened(path)
    if handle is None:
        yield
        return
    try:
        with suppress(OSError):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreBusy(
                    f"The store {path} is open in another csmdesk.",
                    "Quit the workbench, let a running sync end, and try again.",
                ) from None
        yield
    finally:
        os.close(handle)


def _opened(path: Path) -> int | None:
    try:
        handle = os.open(lock_file(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    with suppress(OSError):
        # Whatever the umask.
        os.fchmod(handle, 0o600)
    return handle
