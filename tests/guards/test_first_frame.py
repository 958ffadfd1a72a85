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

BEFORE_THE_AGENDA = """
import sys
from csmdesk.tui import day_line, today_panel, today_rows
from csmdesk.usecases import agenda, dispositions, glance
print(*sys.modules)
"""
NOT_FOR_THE_AGENDA = (
    "csmdesk.domain.records",
    "csmdesk.domain.agenda.decide",
    "csmdesk.domain.agenda.reduce",
    "csmdesk.usecases.brief",
    "sqlmodel",
    "pydantic",
    "httpx",
)


def _loaded(program: str) -> set[str]:
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(told.stdout.split())


def test_the_first_frame_waits_for_nothing_it_does_not_show() -> None:
    assert _loaded(BEFORE_THE_FRAME).isdisjoint(LATER)


def test_the_agenda_waits_for_no_record_it_does_not_read() -> None:
    assert _loaded(BEFORE_THE_AGENDA).isdisjoint(NOT_FOR_THE_AGENDA)
