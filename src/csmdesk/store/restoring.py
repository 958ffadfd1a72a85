"""Going back to a backup: checked, put in place in one step, and careful about what was sent since.

Nothing is deleted and the present file is never opened, so it works when it is damaged or gone.
"""

import os
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from csmdesk.errors import StoreNewer, StoreUnusable, UsageError
from csmdesk.store.backup import KEPT, backups
from csmdesk.store.commands.outbox_states import doubt_after_copy
from csmdesk.store.commands.sync import begin_run
from csmdesk.store.database import connect
from csmdesk.store.exchange import aside_files, finish, flush, moved_at, waiting_file
from csmdesk.store.in_use import alone
from csmdesk.store.places import make_folder, make_private_file
from csmdesk.store.queries.connections import connection_keys
from csmdesk.store.queries.sync import A_COPY
from csmdesk.store.schema import APPLICATION_ID, SCHEMA_VERSION
from csmdesk.store.trouble import meaning, told_plainly

Kind = Literal["daily", "weekly", "migration", "replaced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A file that a store can go back to. `replaced`: moved aside by an earlier restore."""

    path: Path
    kind: Kind
    made_at: datetime
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did.

    Attributes:
        backup: what was put in place.
        aside: where the file is that was there before; `None` if there was none.
        doubtful: how many operations are looked up before they are sent.
    """

    backup: Backup
    aside: Path | None
    doubtful: int


def restorable(path: Path) -> tuple[Backup, ...]:
    """Return what a store can go back to, the newest first."""
    found: list[Backup] = []
    seen: set[int] = set()
    kinds: tuple[Kind, ...] = ("daily", "weekly", "migration")
    for kind in kinds:
        for each in backups(path, kind):
            # The first copy of a week is the week's as well: one file, named once.
            if each.stat().st_ino not in seen:
                seen.add(each.stat().st_ino)
                found.append(_backup(each, kind))
    found += [
        replace(_backup(each, "replaced"), made_at=moved_at(each)) for each in aside_files(path)
    ]
    return tuple(sorted(found, key=lambda each: (each.made_at, each.path.name), reverse=True))


def chosen(path: Path, wanted: str) -> Backup:
    """Return the backup that a number of the list, a name or a path means.

    Raises:
        UsageError: none does.
    """
    found = restorable(path)
    if wanted.isdigit() and 1 <= int(wanted) <= len(found):
        return found[int(wanted) - 1]
    for each in found:
        if wanted in (each.path.name, each.path.stem, str(each.path)):
            return each
    elsewhere = Path(wanted)
    if elsewhere.is_file() and elsewhere.resolve() != path.resolve():
        return _backup(elsewhere, "replaced")
    raise UsageError(
        f"There is no backup {wanted!r}.", "`csmdesk restore` lists them with their numbers."
    )


def restore(path: Path, backup: Backup, now: datetime) -> Restored:
    """Put a backup in the place of a store.

    Whatever interrupts it, the store is the one before or the backup, and neither is lost.

    Args:
        path: the store; it may be damaged or missing.
        backup: what to go back to; it stays as it is.
        now: when.

    Raises:
        StoreBusy: some process has the store open.
        StoreUnusable: the backup is damaged or none of ours, or there is no room.
        StoreNewer: a newer csmdesk wrote the backup.
    """
    make_folder(path.parent)
    part = path.with_name(f"{path.name}.restoring.{os.getpid()}.part")
    with alone(path):
        try:
            finish(path)
            _clear_away(path)
            _copy(backup.path, part)
            doubtful = _prepare(part, backup.path, now)
            flush(part)
            part.rename(waiting_file(path))
            flush(path.parent)
            aside = finish(path)
        except OSError as error:
            raise StoreUnusable(
                f"The backup cannot be put in place: {(error.strerror or str(error)).lower()}.",
                "Free some space, or check the rights of the store's folder; nothing is lost.",
            ) from error
        finally:
            for each in _parts(part):
                with suppress(OSError):
                    each.unlink(missing_ok=True)
    return Restored(backup=backup, aside=aside, doubtful=doubtful)


def _copy(source: Path, part: Path) -> None:
    """Copy a file, and the log beside it if it was moved aside with one."""
    for here, there in zip(_parts(source), _parts(part), strict=True):
        if here.name.endswith("-shm") or not here.exists():
            continue
        make_private_file(there)
        shutil.copyfile(here, there)


def _prepare(part: Path, backup: Path, now: datetime) -> int:
    """Check a copy and make it careful; return how many operations are in doubt.

    Raises:
        StoreUnusable: it is damaged or none of ours.
        StoreNewer: a newer csmdesk wrote it.
    """
    with told_plainly(backup):
        connection = connect(part)
        try:
            _check(connection, backup)
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN IMMEDIATE")
            doubtful = 0
            for key in connection_keys(connection):
                here = doubt_after_copy(connection, key, now)
                if here:
                    begin_run(connection, uuid4().hex, key, A_COPY, now)
                doubtful += here
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if meaning(error, backup) is not None:
                raise
            raise StoreUnusable(
                f"The backup {backup} is damaged: {error}.", "Choose another one."
            ) from error
        finally:
            connection.close()
    return doubtful


def _check(connection: sqlite3.Connection, backup: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application != APPLICATION_ID:
        raise StoreUnusable(f"{backup} is not a backup of csmdesk.", "Choose another one.")
    if version > SCHEMA_VERSION:
        raise StoreNewer(
            f"A newer csmdesk wrote {backup} (schema {version}, this one knows {SCHEMA_VERSION}).",
            "Update csmdesk; nothing was changed.",
        )
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise StoreUnusable(f"The backup {backup} is damaged: {verdict}.", "Choose another one.")


def _clear_away(path: Path) -> None:
    """Take away what restores left that were killed before anything was decided."""
    for left in path.parent.glob(f"{path.name}.restoring.*.part*"):
        left.unlink(missing_ok=True)


def _parts(file: Path) -> tuple[Path, ...]:
    return tuple(file.with_name(file.name + part) for part in ("", "-wal", "-shm"))


def _backup(file: Path, kind: Kind) -> Backup:
    status = file.stat()
    made_at = datetime.fromtimestamp(status.st_mtime, UTC)
    return Backup(path=file, kind=kind, made_at=made_at, size=status.st_size)


assert set(KEPT) == {"daily", "weekly", "migration"}  # noqa: S101 - what `restorable` lists
