"""Copies of the store beside it.

A copy is made in one step, checked, and only then given its name, so a backup with a name is
whole. Seven daily ones are kept, four weekly ones, and three from before migrations.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path

from csmdesk.errors import StoreDamaged, StoreUnusable
from csmdesk.store.database import connect
from csmdesk.store.places import backup_folder, make_folder, make_private_file, way_back
from csmdesk.store.trouble import told_plainly

KEPT = {"daily": 7, "weekly": 4, "migration": 3}
"""How many backups of each kind are kept."""

_UNFINISHED = ".part"


def backups(path: Path, kind: str) -> list[Path]:
    """Return the backups of a kind, the oldest first; their names sort by age."""
    return sorted(backup_folder(path).glob(f"{kind}-*.db"))


def back_up_daily(path: Path, today: date) -> Path | None:
    """Make today's backup unless there is one; the first of a week is kept as the week's.

    Raises:
        StoreUnusable: the store is damaged, or there is no room.
    """
    daily = backup_folder(path) / f"daily-{today.isoformat()}.db"
    if daily.exists():
        return None
    _copy(path, daily)
    year, week, _ = today.isocalendar()
    weekly = daily.with_name(f"weekly-{year}-W{week:02}.db")
    if not weekly.exists():
        _same_again(daily, weekly)
    _prune(path)
    return daily


def back_up_before_migration(path: Path, version: int, now: datetime) -> Path:
    """Make a backup of a store whose schema is about to change.

    Raises:
        StoreUnusable: the store is damaged, or there is no room; the migration must not start.
    """
    stamp = f"{now:%Y%m%dT%H%M%S}"
    copy = backup_folder(path) / f"migration-{stamp}-schema-{version}.db"
    if not copy.exists():
        _copy(path, copy)
    _prune(path)
    return copy


def _copy(path: Path, target: Path) -> None:
    """Copy a store to a new file: whole, checked and on the disk before it has its name."""
    make_folder(target.parent)
    part = target.with_name(f"{target.name}.{os.getpid()}{_UNFINISHED}")
    with _removed_on_failure(part), told_plainly(path):
        make_private_file(part)
        source = connect(path)
        try:
            # An empty file is accepted and keeps its mode.
            source.execute("VACUUM INTO ?", (str(part),))
        finally:
            source.close()
        _check(part, path)
        _flush(part)
        part.replace(target)
        _flush(target.parent)


def _check(copy: Path, path: Path) -> None:
    connection = sqlite3.connect(copy, isolation_level=None)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        connection.close()
    if found != "ok":
        raise StoreDamaged(f"The store {path} is damaged: {found}.", way_back(path))


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _same_again(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:
        part = target.with_name(f"{target.name}.{os.getpid()}{_UNFINISHED}")
        with _removed_on_failure(part):
            make_private_file(part)
            shutil.copyfile(source, part)
            _flush(part)
            part.replace(target)


def _prune(path: Path) -> None:
    for kind, count in KEPT.items():
        for old in backups(path, kind)[:-count]:
            old.unlink(missing_ok=True)
    for left in backup_folder(path).glob(f"*{_UNFINISHED}"):
        if not _alive(left):
            left.unlink(missing_ok=True)


def _alive(part: Path) -> bool:
    """Tell whether the process that is writing an unfinished copy still runs."""
    with suppress(ValueError, ProcessLookupError):
        number = int(part.name.removesuffix(_UNFINISHED).rpartition(".")[2])
        try:
            os.kill(number, 0)
        except PermissionError:
            return True
        return True
    return False


@contextmanager
def _removed_on_failure(part: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _forget(part)
        raise StoreUnusable(
            f"The backup {part.name} cannot be written: {error.strerror}.",
            "Free some space, or check the rights of the folder.",
        ) from error
    except BaseException:
        _forget(part)
        raise


def _forget(part: Path) -> None:
    with suppress(OSError):
        part.unlink(missing_ok=True)
