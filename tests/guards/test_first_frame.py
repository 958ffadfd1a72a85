"""What stands between the command and the first frame: the frame, and nothing it does not show."""

import subprocess
import sys

BEFORE_THE_FRAME = """
import sys
import csmdesk.cli.start, csmdesk.cli.run, csmdesk.tui.app, csmdesk.tui.screens.today
print(*sys.modules)
"""
LATER = (
    "click",
    "tomllib",
    "csmdesk.secrets",
    "csmdesk.domain.records",
    "csmdesk.domain.agenda",
    "csmdesk.usecases.agenda",
    "csmdesk.usecases.drafts",
    "csmdesk.usecases.syncing",
    "sqlmodel",
    "httpx",
    "keyring",
)


def test_the_first_frame_waits_for_nothing_it_does_not_show() -> None:
    told = subprocess.run(
        [sys.executable, "-c", BEFORE_THE_FRAME], capture_output=True, text=True, check=True
    )
    assert set(told.stdout.split()).isdisjoint(LATER)
