"""Opening the store, and the transactions on it.

Both are plain SQL through the standard library and load no ORM (decision 4). Whoever reads sees
one snapshot; whoever writes is alone, in one immediate transaction.
"""

import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from csmdesk.errors import StoreBusy, StoreDamaged, StoreNewer, StoreUnusable
from csmdesk.store.exchange import finish_if_begun, waiting_file
from csmdesk.store.in_use import let_go, share
from csmdesk.store.places import (
    backup_folder,
    keep_private,
    make_folder,
    make_private_file,
    place_warning,
    way_back,
)
from csmdesk.store.schema import APPLICATION_ID, AUTHORED_TABLES, SCHEMA_VERSION
from csmdesk.store.trouble import told_plainly

BUSY_SECONDS = 5.0
"""How long a writer waits for another one before it says that the store is busy."""

_MAGIC = b"SQLite format 3\0"
_WRITES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
_COMMON_SQL = """\
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA mmap_size = 0;
PRAGMA secure_delete = ON;
PRAGMA foreign_keys = ON;
PRAGMA journal_size_limit = 67108864;
PRAGMA wal_autocheckpoint = 1000;
"""
_READER_SQL = """\
PRAGMA query_only = ON;
PRAGMA cache_size = -512;
"""
"""A reader goes over its rows once and several are kept: a big cache of each were wasted memory."""
_BULK_SQL = """\
PRAGMA cache_size = -16384;
PRAGMA wal_autocheckpoint = 4000;
"""
"""Ids come in no order, so a bulk write touches every part of every index, again and again: pages
are kept, and copied back into the file less often."""
_FLUSHED_SQL = """\
PRAGMA fullfsync = ON;
PRAGMA checkpoint_fullfsync = ON;
"""
Durability = Literal["FULL", "NORMAL"]


def open_store(path: Path, *, create: bool = True) -> "Store":
    """Open the store in a file; make it, or bring it up to date, if need be.

    Args:
        path: the file. Its folder is made if it is missing and `create` is true.
        create: whether a missing file is made.

    Raises:
        StoreUnusable: missing, unreadable, foreign, damaged, read-only, or no room.
        StoreNewer: written by a newer csmdesk.
        StoreBusy: another process is bringing it up to date.
    """
    if create:
        make_folder(path.parent)
    handle = _share(path)
    try:
        return _open(path, handle, create=create)
    except BaseException:
        let_go(handle)
        raise


def _share(path: Path) -> int | None:
    """Say that the store is open, after finishing an exchange that was broken off."""
    while True:
        try:
            finish_if_begun(path)
        except OSError as error:
            raise StoreUnusable(
                f"A backup that was to replace the store {path} cannot be put in place:"
                f" {(error.strerror or 'unknown reason').lower()}.",
                "Check the rights of the store's folder; nothing is lost.",
            ) from error
        handle = share(path)
        if handle is None or not waiting_file(path).exists():
            return handle
        # Whoever was at it has ended in between.
        let_go(handle)


def _open(path: Path, handle: int | None, *, create: bool) -> "Store":
    if create:
        make_private_file(path)
    _refuse_what_is_no_store(path)
    with told_plainly(path):
        keep_private(path)
        connection = connect(path)
        try:
            version = _version_of(connection, path)
            if version == 0:
                from csmdesk.store.creation import create_schema

                create_schema(connection)
            elif version < SCHEMA_VERSION:
                connection.close()
                from csmdesk.store.migrations.upgrade import upgrade

                upgrade(path, version)
                connection = connect(path)
            _insist_on_wal(connection, path)
        except BaseException:
            connection.close()
            raise
    store = Store(path, _identity=_identity(path), _handle=handle)
    store.keep(connection)
    return store


def connect(path: Path, *, durability: Durability = "FULL") -> sqlite3.Connection:
    """Return a connection with the settings every connection has, in manual transaction mode."""
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    connection.executescript(_COMMON_SQL)
    if sys.platform == "darwin":
        # There, plain fsync does not reach the platter.
        connection.executescript(_FLUSHED_SQL)
    connection.execute(f"PRAGMA synchronous = {durability}")
    return connection


@dataclass(eq=False)
class Store:
    """An open store. Safe to share between threads: each block below has its own connection."""

    path: Path
    _identity: "tuple[int, int] | None" = field(default=None, repr=False)
    _handle: int | None = field(default=None, repr=False)
    _damage: StoreDamaged | None = field(default=None, repr=False)
    _idle: list[sqlite3.Connection] = field(default_factory=list, repr=False)
    _gate: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _writers: dict[Durability, sqlite3.Connection] = field(default_factory=dict, repr=False)
    _watcher: sqlite3.Connection | None = field(default=None, repr=False)

    @cached_property
    def warning(self) -> str | None:
        """One sentence if the place of the file puts it in danger."""
        return place_warning(self.path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one snapshot and cannot write.

        Raises:
            StoreUnusable: the file cannot serve.
        """
        with self._watching_for_damage(), told_plainly(self.path):
            connection = self._idle_reader()
            try:
                connection.execute("BEGIN")
                yield connection
            except BaseException:
                connection.close()
                raise
            connection.execute("ROLLBACK")
            self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection in one immediate, durable transaction: all of it or nothing.

        Raises:
            StoreBusy: another process kept writing for too long.
            StoreUnusable: the file or the disk cannot serve; nothing was changed.
        """
        with self._transaction("FULL") as connection:
            yield connection

    @contextmanager
    def mirroring(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for pages of a pull: cheaper to commit, barred from authored tables.

        A page lost to a power cut is pulled again, so it need not be flushed at once.

        Raises:
            StoreBusy: another process kept writing for too long.
            StoreUnusable: the file or the disk cannot serve, or an authored table was touched.
        """
        with self._transaction("NORMAL") as connection:
            yield connection

    def data_version(self) -> int:
        """Return a number that changes whenever anybody, here or elsewhere, has committed."""
        with told_plainly(self.path):
            if self._watcher is None:
                self._watcher = connect(self.path)
                self._watcher.executescript(_READER_SQL)
            row = self._watcher.execute("PRAGMA data_version").fetchone()
            return int(row[0])

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        connections = [*self._idle, *self._writers.values(), *filter(None, (self._watcher,))]
        self._idle.clear()
        self._writers.clear()
        self._watcher = None
        for connection in connections:
            connection.close()
        # The last connection to close does this as well, unless another process is there.
        with suppress(sqlite3.Error):
            last = connect(self.path)
            last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            last.close()
        let_go(self._handle)
        self._handle = None

    def keep(self, connection: sqlite3.Connection) -> None:
        """Take over an open connection for reading."""
        connection.executescript(_READER_SQL)
        self._idle.append(connection)

    def _idle_reader(self) -> sqlite3.Connection:
        with suppress(IndexError):
            return self._idle.pop()
        connection = connect(self.path)
        connection.executescript(_READER_SQL)
        return connection

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one thread of this process write at a time; SQLite's own waiting is unfair."""
        if not self._gate.acquire(timeout=BUSY_SECONDS):
            raise StoreBusy(
                f"Another part of csmdesk is writing to the store {self.path}.",
                "Try again in a moment.",
            )
        try:
            self._refuse_if_moved()
            if self._damage is not None:
                raise StoreDamaged(self._damage.message, self._damage.hint)
            yield
        finally:
            self._gate.release()

    @contextmanager
    def _watching_for_damage(self) -> Iterator[None]:
        """Write nothing more to a file once it has turned out to be damaged."""
        try:
            yield
        except StoreDamaged as error:
            self._damage = error
            raise

    def _refuse_if_moved(self) -> None:
        """Refuse to write to a file that has lost its name: nobody would ever find it again."""
        if _identity(self.path) != self._identity:
            raise StoreUnusable(
                f"The store {self.path} was moved, replaced or deleted while it was open.",
                "Nothing was saved; put it back and start csmdesk again.",
            )

    @contextmanager
    def _transaction(self, durability: Durability) -> Iterator[sqlite3.Connection]:
        with self._alone(), self._watching_for_damage(), told_plainly(self.path):
            connection = self._writers.get(durability)
            if connection is None:
                connection = connect(self.path, durability=durability)
                if durability == "NORMAL":
                    connection.executescript(_BULK_SQL)
                    connection.set_authorizer(_deny_authored)
                self._writers[durability] = connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                _commit(connection)
            except BaseException:
                # A full disk has rolled back by itself already.
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise


def _commit(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")


def _deny_authored(
    action: int, table: str | None, _column: str | None, _place: str | None, _trigger: str | None
) -> int:
    if action in _WRITES and table in AUTHORED_TABLES:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one of the same name."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _refuse_what_is_no_store(path: Path) -> None:
    """Look at the first bytes, before SQLite could make a file or change one."""
    try:
        # Opening a pipe or a device would wait for its other end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise StoreUnusable(f"{path} is not a file.", "Name another one with --store.")
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except FileNotFoundError:
        raise StoreUnusable(
            f"There is no store at {path}.", "Check the path given with --store."
        ) from None
    except OSError as error:
        raise StoreUnusable(
            f"The store {path} cannot be read: {(error.strerror or 'unknown reason').lower()}.",
            "Check the rights of the file and of its folder.",
        ) from error
    if not os.access(path, os.W_OK):
        raise StoreUnusable(
            f"The store {path} cannot be written to: the file is read-only.",
            "Give yourself the right to write it, or name another one with --store.",
        )
    if start and start != _MAGIC:
        if any(backup_folder(path).glob("*.db")):
            raise StoreDamaged(f"{path} is not a csmdesk store any more.", way_back(path))
        raise StoreUnusable(f"{path} is not a csmdesk store.", "Name another file with --store.")


def _insist_on_wal(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise StoreUnusable(
            f"The place of the store {path} cannot keep a write-ahead log.",
            "Keep the store on a local disk.",
        )


def _version_of(connection: sqlite3.Connection, path: Path) -> int:
    """Return the schema number of a file of ours; 0 if it is empty."""
    # One snapshot: another process may be making the store between two looks.
    connection.execute("BEGIN")
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    filled = connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is not None
    connection.execute("ROLLBACK")
    if application != APPLICATION_ID:
        if application or version or filled:
            raise StoreUnusable(
                f"{path} belongs to another program.", "Name another file with --store."
            )
        return 0
    if version > SCHEMA_VERSION:
        raise StoreNewer(
            f"The store {path} was written by a newer csmdesk "
            f"(schema {version}, this one knows {SCHEMA_VERSION}).",
            "Update csmdesk; nothing was changed.",
        )
    return version
