"""Where csmdesk keeps things on this machine, and how tightly: folders 0700, files 0600.

Places follow the platform's convention (on Linux the XDG folders). Nothing here opens a store.
"""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from csmdesk.errors import StoreUnusable

APP = "csmdesk"
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class Places(NamedTuple):
    """The folders of one user.

    `config` holds what the user edits, `data` what must not be lost (stores, backups), `state` what
    helps to look back (reports of crashes, locks), `cache` what may be thrown away.
    """

    config: Path
    data: Path
    state: Path
    cache: Path

    @property
    def config_file(self) -> Path:
        """Where the settings are read from unless told otherwise."""
        return self.config / "config.toml"

    @property
    def store(self) -> Path:
        """The user's own book."""
        return self.data / "csmdesk.db"

    @property
    def demo(self) -> Path:
        """The demo's folder: a store and an embedded CRM of its own."""
        return self.data / "demo"

    @property
    def reports(self) -> Path:
        """Where a report is kept when something went wrong that should not have."""
        return self.state / "reports"


def places() -> Places:
    """Return this user's folders. Creates nothing."""
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(APP, appauthor=False)
    return Places(
        config=dirs.user_config_path,
        data=dirs.user_data_path,
        state=dirs.user_state_path,
        cache=dirs.user_cache_path,
    )


def private_folder(folder: Path) -> Path:
    """Make `folder` exist with mode 0700 and return it.

    A folder of ours that stands open is closed; one that belongs to somebody else, or that is
    really a file, is refused.

    Raises:
        StoreUnusable: the folder cannot be made or is not ours.
    """
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        status = folder.stat()
    except NotADirectoryError as error:
        raise StoreUnusable(
            f"{folder} cannot be a folder: a file is in its way.",
            "Move it, or choose another place.",
        ) from error
    except FileExistsError as error:
        raise StoreUnusable(
            f"{folder} is a file, not a folder.", "Move it, or choose another place."
        ) from error
    except OSError as error:
        raise StoreUnusable(
            f"The folder {folder} cannot be used: {reason(error)}.",
            "Make it writable, or choose another place with --store.",
        ) from error
    if status.st_uid != os.getuid():
        raise StoreUnusable(
            f"The folder {folder} belongs to another user.",
            "Run csmdesk as yourself, or choose another place with --store.",
        )
    if stat.S_IMODE(status.st_mode) & 0o077:
        folder.chmod(PRIVATE_FOLDER)
    return folder


def write_private(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step, mode 0600: a reader sees the old file or the new.

    Never follows a symbolic link that somebody put in the way.

    Raises:
        OSError: the folder is missing, read-only or full.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(fresh, flags, PRIVATE_FILE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def reason(error: OSError) -> str:
    """Return the operating system's words for an error, in lower case and without its number."""
    words = error.strerror or type(error).__name__
    return words[:1].lower() + words[1:]


def borrowed_home() -> Path | None:
    """Return the home folder if this is root working in somebody else's home, as sudo does."""
    home = Path.home()
    try:
        owner = home.stat().st_uid
    except OSError:
        return None
    return home if os.geteuid() == 0 and owner != 0 else None
