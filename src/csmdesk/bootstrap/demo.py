"""The demo: a store of its own, connected to an embedded CRM like any store to any CRM.

Made once, for the day it is made on, and kept until `--reset`. What the CRM holds of the sample
book comes by an ordinary sync, the rest by an ordinary import, once, after the first pull. A
start that was cut short goes on where it stopped, because each step can be made twice.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from csmdesk.bootstrap.connecting import dial
from csmdesk.bootstrap.embedded import EmbeddedCrm
from csmdesk.bootstrap.wiring import open_workspace
from csmdesk.clock import Clock
from csmdesk.errors import ConfigError, StoreBusy, StoreUnusable, Unreachable
from csmdesk.paths import PRIVATE_FILE, places, private_folder, reason, write_private
from csmdesk.usecases.workspace import Connect, Workspace

if TYPE_CHECKING:
    from csmdesk.crm.base import Connector

STORE: Final = "demo.db"
BOOK: Final = "book.json"
OWN_PART: Final = "own-part.json"
CRM: Final = "crm"
NOTES: Final = "demo.json"
LOCK: Final = "lock"
PLACE: Final = "the demo"

Tell = Callable[[str], None]
"""Says what is going on, in one line."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What the demo remembers of itself: the day it was made for, and whether it is whole."""

    made_on: date
    whole: bool


class Demo:
    """An open demo: its workspace, its CRM, and what to say about its age. Close it at the end."""

    def __init__(self, workspace: Workspace, crm: EmbeddedCrm, lock: int, notice: str) -> None:
        self.workspace = workspace
        self.notice = notice
        self._crm = crm
        self._lock = lock

    def close(self) -> None:
        """Close the store, end the CRM, and let another terminal have the demo."""
        self.workspace.store.close()
        self._crm.stop()
        os.close(self._lock)


def open_demo(
    *,
    clock: Clock,
    environ: Mapping[str, str],
    config_file: Path | None = None,
    flags: Mapping[str, str] = MappingProxyType({}),
    reset: bool = False,
    tell: Tell = lambda _line: None,
) -> Demo:
    """Open the demo; make it first if it is not there.

    Args:
        clock: what tells the time; the demo is made for its day.
        environ: the environment.
        config_file: the settings; the user's own ones if not given.
        flags: settings of this run.
        reset: whether to begin afresh.
        tell: hears what is going on, while it is made.

    Raises:
        StoreBusy: it is open in another terminal.
        StoreError, Unreachable: it cannot be made here.
    """
    folder = private_folder(places().demo)
    lock = _take(folder / LOCK)
    crm: EmbeddedCrm | None = None
    workspace: Workspace | None = None
    try:
        if reset:
            _clear(folder)
        kept = (folder / STORE).exists()
        base = open_workspace(
            folder / STORE, config_file=config_file, flags=flags, environ=environ, clock=clock
        )
        workspace = base
        today = clock.now().astimezone(base.zone).date()
        notes = _read_notes(folder) if kept else None
        if notes is None:
            tell("Making the demo's book…")
            notes = _write_book(folder, today, base)
        crm = EmbeddedCrm(book=folder / BOOK, state=folder / CRM, environ=environ)
        workspace = replace(base, connect=_way_to(crm, base))
        if not notes.whole:
            _fill(workspace, crm, folder, tell)
            _write_notes(folder, replace(notes, whole=True))
    except BaseException:
        if workspace is not None:
            workspace.store.close()
        if crm is not None:
            crm.stop()
        os.close(lock)
        raise
    return Demo(workspace, crm, lock, _age(notes.made_on, today))


def _take(file: Path) -> int:
    """Hold the demo for this process; the system lets go of it however this process ends.

    Raises:
        StoreBusy: another process holds it.
        StoreUnusable: the folder cannot be written.
    """
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    except OSError as error:
        raise StoreUnusable(
            f"The demo's folder {file.parent} cannot be used: {reason(error)}."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StoreBusy("The demo is open in another terminal.", "Close it there first.") from error
    return handle


def _clear(folder: Path) -> None:
    """Remove everything a demo is made of, and nothing else."""
    for name in (STORE, f"{STORE}-wal", f"{STORE}-shm", BOOK, OWN_PART, NOTES):
        (folder / name).unlink(missing_ok=True)
    for name in (CRM, f"{STORE}.backups"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _write_book(folder: Path, today: date, workspace: Workspace) -> Notes:
    """Write the sample book as of today: what the CRM is filled from, and the CSM's own part."""
    from csmdesk.book.canonical import write
    from csmdesk.book.sample import sample
    from csmdesk.sandbox.csm_part import csm_part
    from csmdesk.sandbox.portal import PORTAL_ID

    shutil.rmtree(folder / CRM, ignore_errors=True)
    contents = sample(today, zone=getattr(workspace.zone, "key", None))
    write_private(folder / BOOK, write(contents))
    write_private(folder / OWN_PART, write(csm_part(contents, PORTAL_ID)))
    notes = Notes(made_on=today, whole=False)
    _write_notes(folder, notes)
    return notes


def _fill(workspace: Workspace, crm: EmbeddedCrm, folder: Path, tell: Tell) -> None:
    """Connect, pull once, and import what only a CSM has.

    Raises:
        CrmError: the embedded CRM did not serve.
    """
    from csmdesk.usecases import books, setup, syncing

    tell("Connecting to the embedded CRM…")
    setup.connect_hubspot(
        workspace,
        dial=dial,
        token=crm.token,
        base_url=crm.base_url(),
        owner_email=_own_address(folder / BOOK),
        yes=True,
        token_place=PLACE,
    )
    report = syncing.sync(
        workspace, tell=lambda step: tell(f"Reading {step.object_type} {step.count:,}…")
    )
    if not report.finished:
        raise Unreachable(
            f"The demo could not be filled: {'; '.join(report.problems) or report.ending}.",
            "Try: csmdesk demo --reset",
            sent=False,
        )
    tell("Adding what only a CSM has…")
    books.import_book(workspace, [folder / OWN_PART], now=workspace.now())


def _own_address(book: Path) -> str:
    """Return the e-mail address of whose book it is."""
    document = json.loads(book.read_text(encoding="utf-8"))
    mine = (user for user in document["users"] if user["id"] == document["me"])
    return str(next(mine)["email"])


def _way_to(crm: EmbeddedCrm, workspace: Workspace) -> Connect:
    """Return what opens the demo's connector: it waits for the CRM, and notes where it serves."""

    def connect(key: str) -> "Connector":
        from csmdesk.store.queries.connections import stored_connection
        from csmdesk.sync.settings import settings_of
        from csmdesk.usecases import setup

        setup.move(workspace, key, crm.base_url())
        with workspace.store.reading() as reading:
            stored = stored_connection(reading, key)
        if stored is None:
            raise ConfigError("The demo is not connected.", "Try: csmdesk demo --reset")
        return dial(settings_of(stored), crm.token)

    return connect


def _age(made_on: date, today: date) -> str:
    """Return what to say of the demo's day: its age, or that it was made on a weekend."""
    from csmdesk.book.shift import USUAL_WEEK

    days = (today - made_on).days
    if days <= 0:
        if made_on.weekday() in USUAL_WEEK:
            return ""
        return f"Made on a {made_on:%A}: in this demo the working week begins today."
    old = "1 day" if days == 1 else f"{days} days"
    return f"This demo is {old} old. For one made for today: csmdesk demo --reset"


def _read_notes(folder: Path) -> Notes | None:
    """Return what was remembered; nothing if there is no demo or its notes make no sense."""
    try:
        found = json.loads((folder / NOTES).read_text(encoding="utf-8"))
        notes = Notes(date.fromisoformat(found["made_on"]), bool(found["whole"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return notes if (folder / BOOK).is_file() else None


def _write_notes(folder: Path, notes: Notes) -> None:
    text = json.dumps({"made_on": notes.made_on.isoformat(), "whole": notes.whole})
    write_private(folder / NOTES, text.encode())
