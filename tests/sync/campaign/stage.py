"""An embedded CRM, and desks that start from the same store again and again."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from tests.sandbox.running import Sandbox, sandbox
from tests.sync.campaign.mortal import Job
from tests.sync.office import ACTIVITIES, BOOK, Desk, MovingClock

from csmdesk.sandbox.server import Options
from csmdesk.usecases import sharing

PLENTY = Options(per_ten_seconds=10_000_000, searches_per_second=10_000_000)
TEXTS = ("renew ok if <SSO> ships", "asked for the price list & terms")


@dataclass
class Stage:
    """A CRM and a store that was prepared once.

    Attributes:
        prepared: a store no trial writes to; each trial gets a copy.
        mark: the number of the last effect before the trial.
        now: what every clock shows when a trial begins.
    """

    crm: Sandbox
    folder: Path
    now: datetime
    tier: str
    prepared: Path
    mark: int = 0
    trials: int = 0
    books: dict[str, Any] = field(default_factory=dict)

    @property
    def store(self) -> Path:
        """The store of the present trial."""
        return self.folder / "trial.db"

    def begin(self, seed: int = 0) -> None:
        """Begin a trial: the prepared store, no faults, nothing of earlier trials at the CRM."""
        self.trials += 1
        self.heal()
        self.crm.ask("POST", "/_sandbox/faults", {"rules": [], "seed": seed})
        self.purge()
        for leftover in self.folder.glob("trial.db*"):
            leftover.unlink()
        shutil.copyfile(self.prepared, self.store)
        self.mark = self.last_effect()

    def purge(self) -> None:
        """Take away what trials have made, so that each meets the same CRM."""
        state = self.crm.crm.state
        for effect in state.effects(self.mark):
            if effect["op"] == "create" and effect["type"] in ACTIVITIES:
                kind, record = effect["type"], effect["id"]
                if int(record) in state.records[kind]:
                    self.crm.ask("POST", f"/_sandbox/records/{kind}/{record}/purge", {})

    def last_effect(self) -> int:
        """The number of the latest effect."""
        found = self.crm.crm.state.effects(self.mark)
        return int(found[-1]["seq"]) if found else self.mark

    def effects(self) -> list[dict[str, Any]]:
        """What the trial has done at the CRM, as the CRM's own log has it."""
        return self.crm.crm.state.effects(self.mark)

    def faults(self, *rules: Mapping[str, Any]) -> None:
        """Let faults strike from now on."""
        self.crm.ask("POST", "/_sandbox/faults", {"rules": [dict(rule) for rule in rules]})

    def heal(self) -> None:
        """Let faults strike no more."""
        while True:
            with suppress(httpx.TransportError):  # the port may be shut for a moment
                self.crm.ask("DELETE", "/_sandbox/faults")
                return

    def desk(self, *, later: timedelta = timedelta()) -> Desk:
        """Open the trial's store in this process."""
        return Desk(self.store, self.crm.url, MovingClock(self.now + later))

    def job(self, **more: Any) -> Job:
        """A sync of the trial's store in a process of its own."""
        later: timedelta = more.pop("later", timedelta())
        return Job(
            store=str(self.store),
            url=self.crm.url,
            now=(self.now + later).isoformat(),
            **more,
        )


@contextmanager
def stage(
    folder: Path,
    *,
    tier: str,
    pulled: bool = True,
    lines: tuple[str, ...] = (),
    book: Mapping[str, Any] = BOOK,
    readable: tuple[str, ...] = (),
    shared: bool = False,
    then: Callable[[Desk], None] = lambda _: None,
) -> Iterator[Stage]:
    """Set the stage: a CRM, a desk connected to it, touches that wait to be sent.

    Args:
        folder: where it all lives.
        tier: A with the unique property at the CRM, B without.
        pulled: whether the desk has pulled before the trials begin.
        lines: log lines on the first account.
        book: what the CRM holds.
        readable: the only types the token may read, in our words.
        shared: whether the next steps of those lines are shared as tasks.
        then: what else happens on the desk before the trials begin.
    """
    with sandbox(folder / "crm", book, PLENTY) as crm:
        if tier == "B":
            for kind in ACTIVITIES:
                crm.ask("DELETE", f"/crm/properties/2026-09/{kind}/csmdesk_key")
        # What the CRM was filled with is older than any overlap.
        crm.ask("POST", "/_sandbox/clock", {"advance": 86_400})
        now = crm.crm.clock().replace(microsecond=0)
        prepared = folder / "prepared.db"
        desk = Desk(prepared, crm.url, MovingClock(now))
        desk.connect()
        if readable:
            narrow(desk, readable)
        if pulled:
            desk.sync()
        for line in lines:
            touch = desk.log("Alder Freight", line).touch
            if shared:
                ids = [step.id for step in touch.next_steps]
                sharing.share(desk.workspace, touch.account_id, ids, desk.clock.now())
        then(desk)
        forget_place(desk)
        desk.close()
        made = Stage(crm, folder, now, tier, prepared)
        made.mark = made.last_effect()
        yield made


def narrow(desk: Desk, readable: tuple[str, ...]) -> None:
    """Let the connection know that its token may read these types only."""
    known = json.loads(desk.one("SELECT capabilities FROM connections"))
    known["readable"] = list(readable)
    with desk.store.writing() as connection:
        connection.execute("UPDATE connections SET capabilities = ?", (json.dumps(known),))


def forget_place(desk: Desk) -> None:
    """Let the store forget where it was, so that its copies do not know that they are copies."""
    with desk.store.writing() as connection:
        connection.execute("UPDATE sync_runs SET report = '{}'")
