"""What every benchmark is given."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """A folder that vanishes afterwards, and whether to be quick about it."""

    folder: Path
    quick: bool = False

    def environment(self) -> Mapping[str, str]:
        """Return an environment with a home of its own, where nothing of the user's is read."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        ours = {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "LANG": "C.UTF-8",
        }
        dropped = ("LINES", "COLUMNS", "NO_COLOR", "LC_ALL", "TZ")
        base = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CSMDESK_", "TEXTUAL", "PYTHON")) and name not in dropped
        }
        return {**base, **ours}


def csmdesk(*arguments: str) -> list[str]:
    """Return the command as a user has it: the installed script of this interpreter."""
    return [str(Path(sys.executable).parent / "csmdesk"), *arguments]
