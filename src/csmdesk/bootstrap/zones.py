"""Which time zone this machine is in, by its IANA name."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from csmdesk.config import zone_named

_LINK: Final = Path("/etc/localtime")
_NAME_FILE: Final = Path("/etc/timezone")
_MARK: Final = "zoneinfo/"


def machine_zone(environ: Mapping[str, str]) -> ZoneInfo:
    """Return the machine's zone: `TZ`, else what the system is set to, else UTC."""
    for name in (environ.get("TZ", "").removeprefix(":"), _linked(), _written()):
        zone = zone_named(name.rpartition(_MARK)[2]) if name else None
        if zone is not None:
            return zone
    return ZoneInfo("UTC")


def _linked() -> str:
    """Return the name in the target of the system's link, if it is one."""
    try:
        target = os.path.realpath(_LINK)
    except OSError:
        return ""
    return target if _MARK in target else ""


def _written() -> str:
    try:
        return _NAME_FILE.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
