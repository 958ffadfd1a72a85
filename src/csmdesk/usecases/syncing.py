"""Syncing with the CRM, and saying how that stands."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from csmdesk.errors import ConfigError
from csmdesk.store.queries import connections as queries
from csmdesk.store.queries import outbox as outbox_queries
from csmdesk.store.queries.mapped import mapped_fields
from csmdesk.store.queries.sync import is_held, missing_noted
from csmdesk.sync.copies import HELD
from csmdesk.sync.parking import is_parked
from csmdesk.sync.resting import keyless_sentence, resting_sentences
from csmdesk.sync.skew import sentence
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.sync.report import Tell
    from csmdesk.sync.run import RunResult

Ending = Literal["finished", "stopped", "later", "needs_user", "already_running"]
EXIT_CODES: dict[Ending, int] = {
    "finished": 0,
    "stopped": 3,
    "later": 3,
    "already_running": 3,
    "needs_user": 4,
}
"""Of `csmdesk sync`: all sent and pulled, some must wait, something needs the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync did.

    Attributes:
        connection: its key.
        ending: how it ended.
        pulled: seen, changed and gone records per type.
        pushed: counts of operations: sent, already_there, uncertain, failed, waiting.
        sent: what was sent as a user counts: a call is one, links and all.
        found: likewise what was there already.
        read_all: everything the CRM has was read, whatever became of what is sent.
        parked: nothing was asked of the CRM, for it has asked to wait.
        unreachable: the CRM could not be reached, or failed to answer.
        problems: one line each, in words.
        notices: likewise, of what the user should know though it kept nothing from being done.
    """

    connection: str
    ending: Ending
    pulled: dict[str, dict[str, int]]
    pushed: dict[str, int]
    conflicts: int
    quarantined: int
    requests: int
    seconds: float
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    sent: int = 0
    found: int = 0
    read_all: bool = False
    parked: bool = False
    unreachable: bool = False

    @property
    def finished(self) -> bool:
        """Whether everything was sent and pulled."""
        return self.ending == "finished"

    @property
    def exit_code(self) -> int:
        """The exit code of `csmdesk sync`."""
        return EXIT_CODES[self.ending]

    def document(self) -> dict[str, object]:
        """Return what `csmdesk sync --json` prints."""
        return {
            "connection": self.connection,
            "pulled": self.pulled,
            "pushed": self.pushed,
            "conflicts": self.conflicts,
            "quarantined": self.quarantined,
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "finished": self.finished,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """How syncing stands, read from the store alone.

    Attributes:
        connection: its key; `None` when no CRM is connected.
        portal: the CRM's name for itself.
        running: whether some process is syncing now.
        paused_reason: why nothing is sent or pulled at present.
        clock_off: by how much this machine's clock is wrong, in a sentence, if it is.
        missing: one sentence for each type of which a sweep missed too many to believe it.
        held: why nothing is sent from this store, with what to do; empty if it is.
        resting: one sentence for each field whose property at the CRM is not what it was.
        keyless: that the CRM's unique property is gone, with what to do; empty if it is not.
    """

    connection: str | None = None
    portal: str | None = None
    last_synced_at: datetime | None = None
    pending: int = 0
    uncertain: int = 0
    failed: int = 0
    conflict: int = 0
    quarantined: int = 0
    paused_reason: str | None = None
    paused_until: datetime | None = None
    running: bool = False
    clock_off: str | None = None
    missing: tuple[str, ...] = ()
    held: str = ""
    resting: tuple[str, ...] = ()
    keyless: str = ""
    states: dict[str, int] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """How many operations are not settled."""
        return self.pending + self.uncertain + self.failed + self.conflict


def connected(workspace: Workspace) -> str | None:
    """Return the key of the connection, or `None` when no CRM is connected."""
    with workspace.store.reading() as connection:
        keys = queries.connection_keys(connection)
    return keys[0] if keys else None


def status(workspace: Workspace) -> SyncStatus:
    """Return how syncing stands. Cheap: a few counts."""
    with workspace.store.reading() as connection:
        keys = queries.connection_keys(connection)
        if not keys:
            return SyncStatus()
        key = keys[0]
        stored = queries.stored_connection(connection, key)
        states = queries.outbox_states(connection, key)
        conflicts = queries.open_conflicts(connection, key)
        quarantined = queries.quarantined(connection, key)
        lease = queries.lease(connection, key)
        mapped = mapped_fields(connection, key)
        latest = queries.latest_outcome(connection, key)
        missing = missing_noted(connection, key)
        held = is_held(connection, key)
    if stored is None:
        return SyncStatus()
    return SyncStatus(
        connection=key,
        portal=stored.portal_name,
        last_synced_at=stored.last_synced_at,
        pending=states.get("pending", 0) + states.get("sending", 0),
        uncertain=states.get("uncertain", 0),
        failed=states.get("failed", 0),
        conflict=conflicts,
        quarantined=quarantined,
        paused_reason=stored.paused_reason,
        paused_until=stored.paused_until,
        running=lease is not None and lease.holds(workspace.now()),
        clock_off=None if latest is None else sentence(json.loads(latest[1]).get("skew")),
        missing=tuple(missing.values()),
        held=HELD if held else "",
        resting=resting_sentences(mapped, stored.field_map, stored.crm),
        keyless=keyless_sentence(stored.capabilities.get("lost", ()), stored.crm),
        states=states,
    )


def sync(
    workspace: Workspace,
    *,
    tell: "Tell | None" = None,
    stop: Callable[[], bool] = lambda: False,
    asked: bool = True,
    thorough: bool = True,
    sweep: bool | None = None,
    accept_missing: bool = False,
    copy_confirmed: bool = False,
    anyway: bool = False,
) -> SyncReport:
    """Pull and push once.

    Args:
        workspace: what to sync.
        tell: told about progress, from this thread.
        stop: asked between steps; true ends the sync, keeping what is done.
        asked: the user asked for it; otherwise a connection that waits for them is left alone.
        thorough: also read what was archived, even if that was done a short while ago.
        sweep: also compare all ids; by default once a day.
        accept_missing: the user has said that so many missing records really are gone.
        copy_confirmed: the user has said that this copy of the store is the one to send from.
        anyway: try though the CRM has asked to wait.

    Raises:
        ConfigError: no CRM is connected.
        SecretError: there is no token.
        StoreError: the store cannot be written.
    """
    key = connected(workspace)
    if key is None or workspace.connect is None:
        raise ConfigError("No CRM is connected.", "Run `csmdesk connect hubspot`.")
    from csmdesk.sync.pull import PullOptions
    from csmdesk.sync.run import run_sync, sweep_due
    from csmdesk.sync.settings import settings_of

    with workspace.store.reading() as connection:
        stored = queries.stored_connection(connection, key)
    if stored is None:
        raise ConfigError("No CRM is connected.", "Run `csmdesk connect hubspot`.")
    now = workspace.now()
    if stored.paused_reason is not None:
        parked = parked_words(workspace, stored.paused_reason, stored.paused_until)
        if parked and not anyway:
            return _resting(workspace, key, parked)
        if stored.paused_until is None and not asked:
            return _resting(workspace, key, stored.paused_reason, needs_user=True)
    connector = workspace.connect(key)
    try:
        result = run_sync(
            workspace.store,
            connector,
            settings_of(stored),
            now=workspace.now,
            options=PullOptions(
                archived=thorough,
                sweep=(accept_missing or sweep_due(workspace.store, key, now))
                if sweep is None
                else sweep,
                allow_mass_gone=accept_missing,
            ),
            tell=tell or (lambda _: None),
            stop=stop,
            copy_confirmed=copy_confirmed,
        )
    finally:
        connector.close()
    if result.ending == "finished" and _first_of_day(workspace, stored.last_synced_at, now):
        # Our own health score is recorded once a day, when everything it stands on is fresh.
        from csmdesk.usecases import health

        health.record(workspace)
    return _report(workspace, key, result)


def _first_of_day(workspace: Workspace, last: datetime | None, now: datetime) -> bool:
    zone = workspace.zone
    return last is None or last.astimezone(zone).date() < now.astimezone(zone).date()


def _report(workspace: Workspace, key: str, result: "RunResult") -> SyncReport:
    pushed = result.tally.pushed
    problems = tuple(result.tally.problems)
    if result.tally.rests is not None:
        reason, until = result.tally.rests
        rests = parked_words(workspace, reason, until)
        problems = tuple(rests or each if each == reason else each for each in problems)
    elif told := put_off_words(workspace, key):
        problems = (*problems, told)
    if result.ending == "already_running":
        problems = ("Another sync is running already.",)
    return SyncReport(
        connection=key,
        ending=result.ending,
        pulled={
            kind: {"seen": each.seen, "changed": each.changed, "gone": each.gone}
            for kind, each in sorted(result.tally.pulled.items())
        },
        pushed={
            "sent": pushed.sent,
            "already_there": pushed.already_there,
            "uncertain": pushed.uncertain,
            "failed": pushed.failed,
            "waiting": pushed.waiting,
        },
        conflicts=result.conflicts,
        quarantined=result.quarantined,
        requests=result.requests,
        seconds=result.seconds,
        problems=problems,
        notices=tuple(result.tally.notices),
        sent=len(pushed.sent_chains),
        found=len(pushed.found_chains - pushed.sent_chains),
        read_all=result.pulled_all,
        unreachable=result.tally.unreachable,
    )


def parked_words(workspace: Workspace, reason: str | None, until: datetime | None) -> str:
    """Return why nothing is asked of the CRM at present, and until when; empty if it may be."""
    if reason is None or until is None or not is_parked(until, workspace.now()):
        return ""
    return f"{reason} Sync rests until {_when(workspace, until)}."


def put_off_words(workspace: Workspace, key: str) -> str:
    """Return when what the CRM asked to send later is sent; empty if that is soon, or nothing is.

    Args:
        workspace: whose outbox.
        key: the connection.
    """
    with workspace.store.reading() as connection:
        until = outbox_queries.put_off(connection, key, workspace.now())
    if until is None:
        return ""
    return f"The CRM asks to wait with sending. What waits is sent after {_when(workspace, until)}."


def _when(workspace: Workspace, at: datetime) -> str:
    local = at.astimezone(workspace.zone)
    today = workspace.now().astimezone(workspace.zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%a %-d %b %H:%M}"


def _resting(
    workspace: Workspace, key: str, reason: str, *, needs_user: bool = False
) -> SyncReport:
    at = status(workspace)
    parked = not needs_user
    needs_user = needs_user or bool(at.failed or at.conflict)
    return SyncReport(
        connection=key,
        ending="needs_user" if needs_user else "later",
        pulled={},
        pushed={
            "sent": 0,
            "already_there": 0,
            "uncertain": at.uncertain,
            "failed": at.failed,
            "waiting": at.pending,
        },
        conflicts=at.conflict,
        quarantined=at.quarantined,
        requests=0,
        seconds=0.0,
        problems=(reason,),
        parked=parked,
    )
