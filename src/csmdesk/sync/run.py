"""One sync: find out what is in doubt, send what waits, pull what is new."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from csmdesk.crm.base import ConnectionSettings, Connector, Stop
from csmdesk.errors import (
    AuthRejected,
    CrmError,
    RateLimited,
    Rejected,
    SecretError,
    SyncRefused,
    WrongPortal,
)
from csmdesk.store.commands import connections as connection_commands
from csmdesk.store.commands import outbox_states as outbox_commands
from csmdesk.store.commands import sync as run_commands
from csmdesk.store.database import Store
from csmdesk.store.queries import connections as connection_queries
from csmdesk.store.queries import outbox as outbox_queries
from csmdesk.store.queries import sharing as sharing_queries
from csmdesk.store.queries import sync as sync_queries
from csmdesk.store.queries.sync import A_COPY
from csmdesk.sync.copies import HELD, LET_GO, copied
from csmdesk.sync.dead_links import explain, failed, find_out
from csmdesk.sync.departures import departures
from csmdesk.sync.drift import DriftWatch
from csmdesk.sync.keys import KeyWatch
from csmdesk.sync.lease import Lease, place_of, sync_lease
from csmdesk.sync.parking import parked_until
from csmdesk.sync.pull import Puller, PullOptions
from csmdesk.sync.push import Pusher
from csmdesk.sync.report import Progress, Tally, Tell
from csmdesk.sync.shared import follow
from csmdesk.sync.skew import sentence, skew

RENEW_SECONDS = 30.0
"""How often a running sync says that it is alive."""

SWEEP_EVERY = timedelta(hours=24)
"""How often all ids are compared."""

_JUDGED = ("forecast", "likelihood")

Ending = Literal["finished", "stopped", "later", "needs_user", "already_running"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a sync ended."""

    ending: Ending
    tally: Tally
    requests: int
    seconds: float
    conflicts: int
    quarantined: int
    left: dict[str, int]
    pulled_all: bool


def run_sync(
    store: Store,
    connector: Connector,
    settings: ConnectionSettings,
    *,
    now: Callable[[], datetime],
    options: PullOptions,
    tell: Tell,
    stop: Stop,
    copy_confirmed: bool = False,
) -> RunResult:
    """Sync one connection once. What can be told to the user is in the result, not raised.

    Args:
        store: the store.
        connector: the way to the CRM.
        settings: the connection.
        now: the clock.
        options: what the pull looks at besides changes.
        tell: told about progress.
        stop: asked between steps; true ends the sync, keeping what is done.
        copy_confirmed: the user has said that this copy of the store is the one to send from.

    Raises:
        StoreError: the store cannot be written.
    """
    tally = Tally()
    begun = now()
    started = time.monotonic()
    before = connector.requests
    pulled_all = False
    with sync_lease(store, settings.key, now) as lease:
        if lease is None:
            return _result(
                store,
                settings.key,
                "already_running",
                tally,
                0,
                time.monotonic() - started,
                pulled_all=False,
            )
        run_id = uuid.uuid4().hex
        place = place_of(store.path)
        copy = copied(store, settings.key, place)
        # A copy that was found to be one is noted as such, so that no second sync lets it go.
        held = copy != "" and not copy_confirmed
        place = A_COPY if held else place
        watch = DriftWatch(store, connector, settings, now)
        keys = KeyWatch(store, connector, settings)
        with store.reading() as connection:
            tally.missing |= sync_queries.missing_noted(connection, settings.key)
        with store.writing() as connection:
            run_commands.begin_run(connection, run_id, settings.key, place, begun)
            if copy == "anew":
                outbox_commands.doubt_after_copy(connection, settings.key, begun)
        try:
            _check_portal(connector, settings)
            told = _renewing(lease, tell)
            watch.look()
            keys.look_for_lost()
            pusher = Pusher(store, connector, settings, lease.owner, now, tally, told, watch, keys)
            if not held:
                pusher.recover()
            _follow_shared(store, settings.key, now, tally)
            if not held:
                left = _push(store, connector, settings.key, pusher, stop)
                options = replace(options, archived=options.archived or left)
            # What arrived has to be known before a pull brings it back.
            _follow_shared(store, settings.key, now, tally)
            if not stop() and pusher.denied is None:
                lease.renew()
                judged = any(name in each for each in settings.fields.values() for name in _JUDGED)
                puller = Puller(store, connector, settings.key, now, tally, told, judged=judged)
                _pull(puller, watch, options, stop)
                pulled_all = not stop()
                _follow_shared(store, settings.key, now, tally)
                explain(store, connector, settings.key)
            if not stop() and pusher.denied is None and not held:
                # What the pull has cleared up, such as a merge, may be sent now.
                _push(store, connector, settings.key, pusher, stop)
            if pusher.denied is not None:
                tally.problems.append(pusher.denied)
                _pause(store, settings.key, pusher.denied, None)
        except (AuthRejected, WrongPortal, SecretError) as error:
            tally.problems.append(error.line)
            tally.needs_user = True
            _pause(store, settings.key, error.line, None)
        except SyncRefused as error:
            tally.problems.append(error.line)
            tally.needs_user = True
        except RateLimited as error:
            tally.problems.append(error.line)
            tally.must_wait = True
            until = parked_until(error, now(), settings.time_zone)
            tally.rests = (error.line, until)
            _pause(store, settings.key, error.line, until)
        except CrmError as error:
            tally.problems.append(error.line)
            tally.must_wait = tally.unreachable = True
        tally.notices += watch.drift.notices
        if keys.notice:
            tally.notices.append(keys.notice)
        off = skew(connector.heard, now(), time.monotonic())
        told_off = sentence(off)
        if told_off is not None:
            tally.notices.append(told_off)
        with store.reading() as connection:
            tally.notices += departures(
                {why: sync_queries.names_of(connection, ids) for why, ids in tally.left.items()}
            )
        tally.needs_user = tally.needs_user or watch.drift.needs_user or bool(tally.missing)
        tally.notices += [each for each in tally.missing.values() if each not in tally.problems]
        with store.writing() as connection:
            if pulled_all and not tally.problems:
                connection_commands.synced(connection, settings.key, now())
        if held:
            tally.problems.append(f"{HELD} {LET_GO}")
            tally.needs_user = True
        ending = _ending(store, settings.key, tally, pulled_all=pulled_all, stopped=stop())
        result = _result(
            store,
            settings.key,
            ending,
            tally,
            connector.requests - before,
            time.monotonic() - started,
            pulled_all=pulled_all,
        )
        with store.writing() as connection:
            run_commands.end_run(
                connection,
                run_id,
                ending,
                {
                    "problems": tally.problems,
                    "place": place,
                    "skew": off,
                    "missing": tally.missing,
                    **_windows(tally),
                },
                now(),
            )
    return result


def _push(store: Store, connector: Connector, key: str, pusher: Pusher, stop: Stop) -> bool:
    """Push, and find out at once whether what was refused needs a record that left.

    Returns:
        whether the recycle bins are worth a look.
    """
    before = failed(store, key)
    pusher.run(stop)
    refused = failed(store, key) - before
    if not refused or pusher.denied is not None:
        return False
    return find_out(store, connector, key, refused)


def _follow_shared(store: Store, key: str, now: Callable[[], datetime], tally: Tally) -> None:
    """Bring shared steps and their tasks together; nothing is written where nothing is shared."""
    with store.reading() as connection:
        if not sharing_queries.active(connection, key):
            return
    with store.writing() as connection:
        taken = follow(connection, now(), key=key).taken
    if taken:
        tally.of("task").changed += taken


def _pull(puller: Puller, watch: DriftWatch, options: PullOptions, stop: Stop) -> None:
    """Pull; read anew what has come back; look at the properties where the CRM no longer tells."""
    try:
        puller.run(options, stop)
    except Rejected:
        # The question itself may rest on a property that is gone.
        if not watch.look(()):
            raise
        puller.run(options, stop)
    if any(fields - watch.resting(kind) for kind, fields in puller.kept.items()):
        watch.look(())
    again = dict.fromkeys(each.object_type for each in watch.drift.returned)
    if again and puller.read_again(again, stop):
        watch.settled()


def _renewing(lease: Lease, tell: Tell) -> Tell:
    """Return `tell`, but let it also say now and then that this process is still at it."""
    last = time.monotonic()

    def told(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last > RENEW_SECONDS:
            lease.renew()
            last = time.monotonic()
        tell(progress)

    return told


def _check_portal(connector: Connector, settings: ConnectionSettings) -> None:
    """Refuse to sync with another company's CRM than the one the store is tied to."""
    found = connector.identity().key
    if found != settings.key:
        raise WrongPortal(
            f"The token belongs to {found}, but this store is tied to {settings.key}.",
            "Use the token of that portal, or another store (--store).",
        )


def _ending(store: Store, key: str, tally: Tally, *, pulled_all: bool, stopped: bool) -> Ending:
    with store.reading() as connection:
        left = outbox_queries.left(connection, key)
        conflicts = connection_queries.open_conflicts(connection, key)
    if tally.needs_user or left.get("failed") or left.get("conflict") or conflicts:
        return "needs_user"
    if stopped:
        return "stopped"
    if tally.must_wait or left or not pulled_all:
        return "later"
    return "finished"


def _result(
    store: Store,
    key: str,
    ending: Ending,
    tally: Tally,
    requests: int,
    took: float,
    *,
    pulled_all: bool,
) -> RunResult:
    with store.reading() as connection:
        left = outbox_queries.left(connection, key)
        conflicts = connection_queries.open_conflicts(connection, key)
        quarantined = connection_queries.quarantined(connection, key)
    tally.pushed.uncertain = left.get("uncertain", 0)
    tally.pushed.failed = left.get("failed", 0)
    tally.pushed.waiting = left.get("pending", 0) + left.get("sending", 0)
    return RunResult(
        ending=ending,
        tally=tally,
        requests=requests,
        seconds=took,
        conflicts=conflicts,
        quarantined=quarantined,
        left=left,
        pulled_all=pulled_all,
    )


def _windows(tally: Tally) -> dict[str, object]:
    """Return for the run log how long a change at the CRM could have gone unnoticed."""
    found = [each for each in tally.pushed.windows if each]
    if not found:
        return {}
    return {"edits": len(found), "longest_unseen_ms": round(max(found) * 1000)}


def _pause(store: Store, key: str, reason: str, until: datetime | None) -> None:
    with store.writing() as connection:
        connection_commands.pause(connection, key, reason, until)


def sweep_due(store: Store, key: str, now: datetime) -> bool:
    """Return whether a day has passed since all ids were last compared, or first pulled."""
    with store.reading() as connection:
        last = sync_queries.latest_owner_walk(connection, key)
    # A date in the future was written while the clock was wrong.
    return last is not None and not timedelta() <= now - last < SWEEP_EVERY
