"""What is kept when something went wrong that should not have: a report without anybody's data.

Both edges of the program use it, the command line and the workbench. A report holds the places in
the code and the kind of error, no values of variables; what looks like a token or an address is
struck out of messages.
"""

import contextlib
import platform
import re
import secrets
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from csmdesk.errors import CsmdeskError
from csmdesk.paths import places, private_folder, write_private

KEPT: Final = 20
"""Reports kept; older ones go."""

_STRUCK_OUT: Final = re.compile(
    r"(?i)\bbearer\s+\S+"
    r"|\bpat-[a-z0-9]+-[\w-]+"
    r"|\b00D\w{9,}!\S+"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"
    r"|(?:access_token|refresh_token|token|hapikey|password|secret)[\"']?\s*[=:]\s*[\"']?[^\s\"'&]+"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"
)


def redact(text: str) -> str:
    """Return the text without what looks like a token, a password or an e-mail address."""
    return _STRUCK_OUT.sub("***", text)


def write_report(error: BaseException, *, version: str) -> Path | None:
    """Keep a report of an error nobody expected; return where, or None where nothing can be kept.

    Args:
        error: what was raised, with its traceback.
        version: of this program.
    """
    lines = [f"csmdesk {version}, Python {platform.python_version()}, {platform.system()}", ""]
    story = traceback.TracebackException.from_exception(error, capture_locals=False, compact=True)
    lines.extend(redact(line.rstrip("\n")) for line in story.format())
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}.txt"
    try:
        folder = private_folder(places().reports)
        write_private(folder / name, ("\n".join(lines) + "\n").encode("utf-8", "replace"))
        for old in sorted(folder.glob("*.txt"))[:-KEPT]:
            with contextlib.suppress(OSError):
                old.unlink()
    except (OSError, CsmdeskError):
        return None
    return folder / name
