"""Defects that are planted to see that the checks notice: each is one that a sync could have."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any


def _resend() -> None:
    """Send again on restart what was on its way, without looking it up."""
    from csmdesk.sync.push import Pusher

    def recover(pusher: Any) -> None:
        with pusher._store.writing() as connection:
            connection.execute(
                "UPDATE outbox SET state = 'pending', lease_owner = NULL, not_before = NULL"
                " WHERE state IN ('sending', 'uncertain')"
            )

    Pusher.recover = recover  # type: ignore[method-assign] # the defect


def _trusting() -> None:
    """Take one look-up that finds nothing for a proof."""
    from csmdesk.crm.base import Absent
    from csmdesk.sync import push

    honest = push.after_looking

    def after_looking(found: Any, **more: Any) -> Any:
        return honest(Absent(final=True) if isinstance(found, Absent) else found, **more)

    push.after_looking = after_looking


def _cursor_first() -> None:
    """Commit how far a walk has come before the rows it walked over."""
    from csmdesk.store.commands import sync as commands
    from csmdesk.sync import pull

    honest = pull.Puller._write

    def write(puller: Any, pages: Any) -> None:
        with puller._store.mirroring() as connection:
            for page in pages:
                if page.cursor is not None:
                    commands.write_cursor(
                        connection,
                        puller._key,
                        pull._values(page.cursor),
                        puller._now(),
                    )
        honest(puller, pages)

    pull.Puller._write = write  # type: ignore[method-assign] # the defect


def _no_overlap() -> None:
    """Begin an incremental walk exactly where the last one ended."""
    from csmdesk.crm.hubspot import walks

    walks.OVERLAP = timedelta()  # type: ignore[misc] # the defect


def _no_brake() -> None:
    """Believe a list that has lost most of its records."""
    from csmdesk.sync import absent

    honest = absent.Absences.settle

    def settle(absences: Any, page: Any, known: Any, *, accepted: bool) -> Any:
        return honest(absences, page, known, accepted=True)

    absent.Absences.settle = settle  # type: ignore[method-assign] # the defect


def _no_lease() -> None:
    """Sync although another process does."""
    from csmdesk.sync import run
    from csmdesk.sync.lease import Lease, process_name

    @contextmanager
    def anyone(store: Any, key: str, now: Callable[[], datetime]) -> Iterator[Lease]:
        yield Lease(store, key, process_name(), now)

    run.sync_lease = anyone


def _no_claim() -> None:
    """Send before the claim is committed."""
    from csmdesk.sync.push import Pusher

    honest = Pusher._send
    claim = Pusher._claim

    def send(pusher: Any, batch: Sequence[Any]) -> None:
        with pusher._store.writing() as connection:
            for item in batch:
                connection.execute(
                    "UPDATE outbox SET state = 'pending', lease_owner = NULL WHERE op_id = ?",
                    (item.op_id,),
                )
        write = pusher._write

        def written(settlements: Any) -> None:
            with pusher._store.writing() as connection:
                for item in batch:
                    connection.execute(
                        "UPDATE outbox SET state = 'sending', lease_owner = ? WHERE op_id = ?",
                        (pusher._owner, item.op_id),
                    )
            write(settlements)

        pusher._write = written
        honest(pusher, batch)
        del pusher._write

    del claim
    Pusher._send = send  # type: ignore[method-assign] # the defect


def _swallow() -> None:
    """Take every refusal for done, so that what was refused drops out of the queue."""
    from csmdesk.sync import push
    from csmdesk.sync.settle import Settlement

    honest = push.after_sending

    def after_sending(outcome: Any, **more: Any) -> Settlement:
        settled = honest(outcome, **more)
        return Settlement(state="cancelled") if settled.state == "uncertain" else settled

    push.after_sending = after_sending


def _forgetful() -> None:
    """Forget which records at the CRM are our own, so that they come back as new ones."""
    from csmdesk.store.queries import sync as queries
    from csmdesk.sync import pull

    def none(_connection: sqlite3.Connection, _keys: Any) -> dict[str, Any]:
        return {}

    pull.queries.own_operations = none
    del queries


def _unlooking() -> None:
    """Write a changed field without looking at what the CRM has by now."""
    from csmdesk.crm.hubspot import editing
    from csmdesk.domain.two_sided.merge import Verdict

    def three_way(_kind: Any, _base: Any, local: Any, _remote: Any) -> Verdict:
        return Verdict("push", local)

    editing.three_way = three_way


def _of_today() -> None:
    """Look for what was sent as it would be sent today."""
    from csmdesk.sync.push import Pusher

    honest = Pusher._look_up

    def look_up(pusher: Any, item: Any) -> bool:
        from dataclasses import replace

        kind = item.object_type
        today = replace(item, tier=pusher._keys.tier(kind), key_made=pusher._keys.made(kind))
        return honest(pusher, today)

    Pusher._look_up = look_up  # type: ignore[method-assign] # the defect


DEFECTS: dict[str, Callable[[], None]] = {
    "resend on restart without a look-up": _resend,
    "one negative look-up believed": _trusting,
    "the cursor committed before the rows": _cursor_first,
    "no overlap": _no_overlap,
    "no brake": _no_brake,
    "the lease ignored": _no_lease,
    "sent before the claim is committed": _no_claim,
    "doubt thrown away": _swallow,
    "own pushes not recognised": _forgetful,
    "fields written without comparing": _unlooking,
    "looked for as it would be sent today": _of_today,
}


def plant(name: str) -> None:
    """Plant a defect into this process; an empty name plants none."""
    if name:
        DEFECTS[name]()
