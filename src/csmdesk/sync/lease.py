"""Who syncs: at most one process per store and connection.

A lock of the operating system decides, because the kernel releases it when its holder is killed.
The row in the store says who it is, and decides alone where the file system knows no locks.
"""

import fcntl
import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from csmdesk.store.commands.connections import drop_lease, take_lease
from csmdesk.store.database import Store
from csmdesk.store.queries.connections import lease


def process_name() -> str:
    """Return a name for this process that no other one has, now or later."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def place_of(path: Path) -> str:
    """Return what tells this file on this machine from any copy of it.

    Moving and renaming keep it; copying, restoring a backup and another machine change it.
    """
    machine = ""
    with suppress(OSError):
        machine = Path("/etc/machine-id").read_text("ascii").strip()
    return sha256(f"{machine}:{path.stat().st_ino}".encode()).hexdigest()[:16]


class Lease:
    """The right to sync one connection; made by `sync_lease`."""

    def __init__(self, store: Store, key: str, owner: str, now: Callable[[], datetime]) -> None:
        self._store = store
        self._key = key
        self._now = now
        self.owner = owner

    def renew(self) -> None:
        """Say that this process is still at it."""
        with self._store.writing() as connection:
            take_lease(connection, self._key, self.owner, self._now())


@contextmanager
def sync_lease(store: Store, key: str, now: Callable[[], datetime]) -> Iterator[Lease | None]:
    """Give the right to sync a connection, or `None` if another process has it.

    Args:
        store: the store.
        key: the connection.
        now: the clock.
    """
    owner = process_name()
    with _locked(_lock_file(store.path, key)) as locked:
        if locked is False:
            yield None
            return
        if locked is None and _held_by_other(store, key, owner, now()):
            yield None
            return
        held = Lease(store, key, owner, now)
        held.renew()
        try:
            yield held
        finally:
            with store.writing() as connection:
                drop_lease(connection, key, owner)


def is_syncing(store: Store, key: str, now: datetime) -> bool:
    """Return whether some process seems to be syncing a connection."""
    with store.reading() as connection:
        found = lease(connection, key)
    return found is not None and found.holds(now)


def _held_by_other(store: Store, key: str, owner: str, now: datetime) -> bool:
    with store.reading() as connection:
        found = lease(connection, key)
    return found is not None and found.owner != owner and found.holds(now)


def _lock_file(path: Path, key: str) -> Path:
    name = "".join(each if each.isalnum() else "-" for each in key)
    return path.with_name(f"{path.name}.sync-{name}.lock")


@contextmanager
def _locked(path: Path) -> Iterator[bool | None]:
    """Give whether the lock was free; `None` where the file system knows no locks."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield None
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError:
            yield None
            return
        yield True
    finally:
        with suppress(OSError):
            os.close(handle)
