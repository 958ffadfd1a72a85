"""Where a store may lie: who may read it, and which folders do it harm."""

import os
import stat
from pathlib import Path

from csmdesk.errors import StoreUnusable

_NETWORK_TYPES = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afs",
        "ceph",
        "glusterfs",
        "9p",
        "davfs",
        "fuse.sshfs",
    }
)
_SYNC_FOLDERS = ("dropbox", "onedrive", "google drive", "googledrive", "icloud drive", "nextcloud")
_SYNC_PARENTS = ("mobile documents", "cloudstorage")
_SYNC_MARKS = (".dropbox", ".stfolder", ".sync")
_MOUNTS = Path("/proc/self/mountinfo")


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents, readable by the user alone (0700 whatever the umask).

    Raises:
        StoreUnusable: it cannot be made.
    """
    missing = []
    here = folder
    try:
        while not here.exists():
            missing.append(here)
            here = here.parent
        for step in reversed(missing):
            step.mkdir(mode=0o700, exist_ok=True)
            step.chmod(0o700)
    except OSError as error:
        raise StoreUnusable(
            f"The folder {folder} cannot be made: {_reason(error)}.",
            "Check the rights of its parent, or name another place with --store.",
        ) from error


def make_private_file(path: Path) -> None:
    """Make an empty file readable by the user alone (0600 whatever the umask), unless there is one.

    SQLite gives the `-wal` and `-shm` files beside it the same mode.

    Raises:
        StoreUnusable: it cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise StoreUnusable(
            f"The store {path} cannot be made: {_reason(error)}.",
            "Check the rights of its folder, or name another place with --store.",
        ) from error
    try:
        os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def keep_private(path: Path) -> None:
    """Take other people's rights on our own file away, if it has come to have any."""
    status = path.stat()
    if status.st_mode & 0o077 and status.st_uid == os.geteuid():
        path.chmod(stat.S_IMODE(status.st_mode) & ~0o077)


def backup_folder(path: Path) -> Path:
    """Return where the backups of a store are."""
    return path.with_name(f"{path.name}.backups")


def way_back(path: Path) -> str:
    """Return what to do about a store that is damaged: go back, if there is something to go to."""
    if any(backup_folder(path).glob("*.db")):
        return "`csmdesk restore` lists the backups and puts one in place; this file is kept."
    return "Leave the file as it is: there is no backup beside it to go back to."


def place_warning(path: Path) -> str | None:
    """Return one sentence if a store at this path is in danger, or nothing.

    The write-ahead log needs memory shared between processes, which network file systems do not
    have; a folder that is synchronised copies the file while it is being written.
    """
    folder = path.resolve().parent
    kind = _file_system(folder)
    if kind in _NETWORK_TYPES:
        return (
            f"The store is on a network file system ({kind}), where it can be damaged: "
            "keep it on a local disk."
        )
    for part in (folder, *folder.parents):
        name = part.name.lower()
        if (
            name.startswith(_SYNC_FOLDERS)
            or name in _SYNC_PARENTS
            or any((part / mark).exists() for mark in _SYNC_MARKS)
        ):
            return (
                f"The store is in a folder that is synchronised ({part.name}), where it can be "
                "damaged: keep it elsewhere and copy backups there."
            )
    return None


def _file_system(folder: Path) -> str | None:
    """Return the type of the file system of a folder, where the system tells (Linux)."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    best, kind = -1, None
    for line in lines:
        left, _, right = line.partition(" - ")
        columns, rest = left.split(), right.split()
        if len(columns) < 5 or not rest:
            continue
        mount = columns[4].replace("\\040", " ")
        if folder.is_relative_to(mount) and len(mount) >= best:
            best, kind = len(mount), rest[0]
    return kind


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
