"""Pushing: each effect of the outbox at the CRM exactly once, whatever happens in between.

A claim is committed before anything leaves. An operation whose fate is unknown is looked up and
never simply sent again. Between two steps nothing is held: no transaction spans a request.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from csmdesk.crm.base import (
    ConnectionSettings,
    Connector,
    Edited,
    Impossible,
    NoAccess,
    NotSent,
    Operation,
    OperationKind,
    Outcome,
    Ref,
    Refused,
    Tier,
)
from csmdesk.store.commands import outbox_states as commands
from csmdesk.store.database import Store
from csmdesk.store.encoding import sha256
from csmdesk.store.queries import outbox as queries
from csmdesk.store.queries.outbox import OutboxItem
from csmdesk.sync.dead_links import left
from csmdesk.sync.drift import DriftWatch, hold
from csmdesk.sync.keys import KeyWatch
from csmdesk.sync.report import Progress, Tally, Tell
from csmdesk.sync.settle import (
    QUIET,
    UNANSWERED,
    Settlement,
    after_looking,
    after_sending,
    backoff,
    unknowable,
)
from csmdesk.sync.two_sides import settle_sent
from csmdesk.text import clean_text

Now = Callable[[], datetime]
Chance = Callable[[], float]

_BATCH: Final = 100
_MOST: Final = 500
_ERROR_LENGTH: Final = 500
_NOTHING_LEFT: Final = ("not_sent", "limit", "daily_limit", "no_access")
_OTHER_KEY: Final = "the property that it would be known again by was deleted in the CRM since."
_NOTHING: Final[Mapping[str, Edited]] = {}


class Pusher:
    """One push of one connection.

    Args:
        store: whose outbox.
        connector: where to.
        settings: the connection.
        owner: names this process in claims.
        now: the clock.
        tally: counts what becomes of operations.
        tell: told about progress.
        watch: knows which mappings rest.
        keys: knows how creations are sent at present.
        chance: numbers between 0 and 1, to spread retries.
    """

    def __init__(
        self,
        store: Store,
        connector: Connector,
        settings: ConnectionSettings,
        owner: str,
        now: Now,
        tally: Tally,
        tell: Tell,
        watch: DriftWatch,
        keys: KeyWatch,
        chance: Chance = random.random,
    ) -> None:
        self._store = store
        self._connector = connector
        self._settings = settings
        self._key = settings.key
        self._owner = owner
        self._now = now
        self._tally = tally
        self._tell = tell
        self._watch = watch
        self._keys = keys
        self._chance = chance
        self._closed: set[str] = set()
        self._looked: set[str] = set()
        self._denied: str | None = None
        self._unreachable = False

    @property
    def denied(self) -> str | None:
        """Why the CRM refuses the token altogether, if it does."""
        return self._denied

    def recover(self) -> None:
        """Put what was on its way when its sender ended into doubt.

        Only called by whoever holds the lock on syncing this connection, so nobody is sending.
        """
        with self._store.reading() as reading:
            stranded = queries.sending(reading, self._key)
        if not stranded:
            return
        with self._store.writing() as connection:
            for item in stranded:
                quick = item.kind != "create" or item.tier == "A"
                sent = item.sent_at or self._now()
                not_before = None if quick else sent + timedelta(seconds=QUIET[0])
                commands.doubt_all(connection, (item.op_id,), not_before)

    def run(self, stop: Callable[[], bool]) -> None:
        """Look up what is in doubt, then send what is ready, until nothing is left to do now."""
        self._look_up_all(stop)
        while not stop() and self._denied is None and not self._unreachable:
            batch = self._claim()
            if not batch:
                # What could not be decided at once may be by now.
                if not self._look_up_all(stop):
                    return
                continue
            self._send(batch)

    # Sending ----------------------------------------------------------------------------------

    def _claim(self) -> list[OutboxItem]:
        """Claim a batch of one kind and type, committed before anything leaves."""
        now = self._now()
        with self._store.reading() as reading:
            ready = queries.ready(reading, self._key, now, _MOST)
        ready = self._unheld(ready)
        ready = tuple(item for item in ready if item.object_type not in self._closed)
        if not ready:
            return []
        first = ready[0]
        tier = self._tier(first)
        alike = [
            item
            for item in ready
            if (item.kind, item.object_type) == (first.kind, first.object_type)
            and self._tier(item) == tier
        ]
        bulk = first.kind == "associate" or (first.kind == "create" and tier == "A")
        chosen = alike[: _BATCH if bulk else 1]
        made = self._keys.made(first.object_type) if tier == "A" else None
        with self._store.writing() as connection:
            claimed = commands.claim(
                connection,
                [item.op_id for item in chosen],
                self._owner,
                now,
                tier=tier if first.kind == "create" else None,
                key_made=made,
            )
        return [item for item in chosen if item.op_id in claimed]

    def _unheld(self, items: Iterable[OutboxItem]) -> tuple[OutboxItem, ...]:
        """Return what needs no mapping that rests; of the others say once why they wait."""
        free: list[OutboxItem] = []
        waiting: list[tuple[OutboxItem, Mapping[str, str], str]] = []
        for item in items:
            resting = self._watch.resting_in(item)
            if not resting:
                free.append(item)
                continue
            why = _shown(next(iter(resting.values()))) or ""
            mixed = len(resting) < len(item.payload["fields"])
            if mixed or item.error_class != "mapping" or item.error != why:
                waiting.append((item, resting, why))
        if not waiting:
            return tuple(free)
        with self._store.writing() as connection:
            for item, resting, why in waiting:
                hold(connection, item, resting, why, self._now())
        # What does not rest of them is free to go now.
        with self._store.reading() as reading:
            return self._unheld(queries.ready(reading, self._key, self._now(), _MOST))

    def _send(self, batch: Sequence[OutboxItem]) -> None:
        self._tell(Progress("sending", batch[0].object_type, len(batch)))
        fit: list[OutboxItem] = []
        outcomes: dict[str, Outcome] = {}
        operations: list[Operation] = []
        for item in batch:
            made = self._operation(item)
            if isinstance(made, Operation):
                fit.append(item)
                operations.append(made)
            else:
                outcomes[item.op_id] = made
        if operations:
            answers = self._connector.send(operations)
            outcomes |= {item.op_id: answer for item, answer in zip(fit, answers, strict=True)}
        settlements = [(item, self._settled(item, outcomes[item.op_id])) for item in batch]
        edited = {key: each for key, each in outcomes.items() if isinstance(each, Edited)}
        self._write(settlements, edited)

    def _settled(self, item: OutboxItem, outcome: Outcome) -> Settlement:
        if isinstance(outcome, NoAccess):
            self._note_denial(outcome)
        if isinstance(outcome, Refused) and outcome.keyless:
            return self._without_key(item, outcome)
        if isinstance(outcome, Refused) and self._was_mapping(item, outcome.status):
            # Nothing was carried out, and the next try leaves out what is not there any more.
            return Settlement(
                state="pending", error_class="mapping", error=outcome.why, unsent=True
            )
        if isinstance(outcome, NotSent):
            self._tally.must_wait = True
            self._unreachable = True
        settlement = after_sending(
            outcome,
            tier=self._tier(item),
            kind=item.kind,
            attempts=item.attempts,
            chance=self._chance(),
        )
        if isinstance(outcome, Edited) and outcome.refused and self._was_mapping(item):
            # What was refused is left alone by now, and waits.
            settlement = replace(settlement, state="pending", error_class="mapping")
        if item.error_class == UNANSWERED and settlement.error_class in _NOTHING_LEFT:
            # That the repetition has not left says nothing of what was sent before it.
            settlement = replace(settlement, error_class=UNANSWERED)
        if settlement.state == "pending" and settlement.wait:
            self._closed.add(item.object_type)
        return settlement

    def _without_key(self, item: OutboxItem, outcome: Refused) -> Settlement:
        """Send with a marker what never left; ask about what may have arrived with the key."""
        self._keys.look(item.object_type)
        if item.tier is not None:
            return unknowable(outcome.why)
        if self._keys.tier(item.object_type) != "A":
            return Settlement(state="pending", unsent=True)
        wait = backoff(item.attempts, self._chance())
        return Settlement(
            state="pending", wait=wait, charged=True, error_class="not_sent", unsent=True
        )

    def _was_mapping(self, item: OutboxItem, status: int = 400) -> bool:
        """Whether a refusal is news of a property that was changed at the CRM."""
        if status not in (0, 400) or item.object_type in self._looked:
            return False
        self._looked.add(item.object_type)
        return self._watch.look_at_type(item.object_type)

    def _note_denial(self, outcome: NoAccess) -> None:
        """Stop a type, or everything: a lost permission fails no operation."""
        if outcome.object_type is None:
            self._denied = outcome.why
        else:
            self._closed.add(outcome.object_type)
            self._tally.problems.append(f"{outcome.object_type}: {outcome.why}")
        self._tally.needs_user = True

    def _operation(self, item: OutboxItem) -> Operation | Outcome:
        """Resolve every id of an operation, or say what is missing."""
        if sha256(item.written) != item.payload_sha256:
            return Refused(
                why="What was to be sent is damaged in the store; it was not sent.", status=0
            )
        with self._store.reading() as reading:
            remote_id = item.remote_id
            target: Ref | None = None
            around: list[Ref] = []
            if item.kind == "associate":
                if item.depends_on is not None:
                    remote_id = queries.created_id(reading, item.depends_on) or remote_id
                to_type, to_id = (
                    str(item.payload.get("to_type")),
                    str(item.payload.get("to_id")),
                )
                found = queries.remote_id_of(reading, self._key, to_type, to_id)
                if found is None:
                    return Refused(
                        why=f"The {to_type} it should be linked to is not in the CRM.", status=0
                    )
                if not queries.is_live(reading, self._key, to_type, found):
                    return Refused(why=left(item.object_type, to_type, remote_id), status=0)
                target = Ref(to_type, found)
            elif item.kind == "create":
                if self._has_lost_its_key(item):
                    return Refused(why=_OTHER_KEY, status=0, keyless=True)
                for to_type, to_id in queries.link_targets(reading, item.op_id):
                    found = queries.remote_id_of(reading, self._key, to_type, to_id)
                    # A CRM refuses a creation that is linked to what was archived meanwhile.
                    if found is not None and queries.is_live(reading, self._key, to_type, found):
                        around.append(Ref(to_type, found))
            elif remote_id is None:
                remote_id = queries.remote_id_of(
                    reading, self._key, item.object_type, item.local_id
                )
            elif item.attempts:
                # It was not there under that id: a merge may have given it another.
                remote_id = queries.survivor(reading, self._key, item.object_type, remote_id)
        return Operation(
            op_id=item.op_id,
            kind=_KINDS[item.kind],
            object_type=item.object_type,
            payload=item.payload,
            remote_id=remote_id,
            target=target,
            around=tuple(around),
            owner_remote_id=self._settings.owner_remote_id,
            tier=self._tier(item) if item.state == "pending" else _tier_of(item),
            key_made=item.key_made,
            sent_at=item.sent_at,
            base=item.base,
        )

    def _has_lost_its_key(self, item: OutboxItem) -> bool:
        """Whether a creation that may have arrived would be sent again by another property."""
        again = item.state == "pending" and item.tier == "A"
        return again and item.key_made != self._keys.made(item.object_type)

    # Looking up -------------------------------------------------------------------------------

    def _look_up_all(self, stop: Callable[[], bool]) -> bool:
        """Look up everything whose time has come; return whether anything was settled."""
        settled = False
        asked: set[str] = set()
        while not stop() and self._denied is None:
            with self._store.reading() as reading:
                due = queries.doubtful(reading, self._key, self._now(), _MOST)
            due = tuple(
                item
                for item in due
                if item.op_id not in asked and item.object_type not in self._closed
            )
            if not due:
                return settled
            for item in due:
                if stop() or self._denied is not None:
                    return settled
                asked.add(item.op_id)
                self._tell(Progress("looking up", item.object_type, len(asked)))
                settled = self._look_up(item) or settled
        return settled

    def _look_up(self, item: OutboxItem) -> bool:
        made = self._operation(item)
        if not isinstance(made, Operation):
            settlement = after_sending(
                made, tier="C", kind=item.kind, attempts=item.attempts, chance=self._chance()
            )
        else:
            found = self._connector.look_up(made)
            if isinstance(found, NoAccess):
                self._note_denial(found)
            if isinstance(found, Impossible) and item.tier == "A":
                self._keys.look(item.object_type)
            since = (self._now() - item.sent_at).total_seconds() if item.sent_at else 0.0
            settlement = after_looking(
                found,
                lookups=item.lookups,
                seconds_since_sent=since,
                attempts=item.attempts,
                chance=self._chance(),
                kind=item.kind,
            )
        self._write([(item, settlement)])
        return settlement.state in ("done", "pending")

    # Writing down -----------------------------------------------------------------------------

    def _write(
        self,
        settlements: Sequence[tuple[OutboxItem, Settlement]],
        edited: Mapping[str, Edited] = _NOTHING,
    ) -> None:
        """Write results, and with a creation's the link that makes it recognisable."""
        now = self._now()
        pushed = self._tally.pushed
        with self._store.writing() as connection:
            for item, settlement in settlements:
                wait = settlement.wait
                written = commands.settle(
                    connection,
                    commands.Result(
                        op_id=item.op_id,
                        state=settlement.state,
                        remote_id=settlement.remote_id,
                        not_before=now + timedelta(seconds=wait) if wait else None,
                        charged=settlement.charged,
                        lookups=item.lookups + settlement.looked,
                        error_class=settlement.error_class,
                        error=_shown(settlement.error),
                        unsent=settlement.unsent,
                        tier=item.tier,
                    ),
                    self._owner,
                    now,
                )
                if not written:
                    continue
                if item.op_id in edited:
                    settle_sent(connection, item, edited[item.op_id], now)
                    pushed.note_edited(item.op_id, item.depends_on, edited[item.op_id])
                if settlement.state != "done":
                    continue
                if item.kind == "create" and settlement.remote_id is not None:
                    commands.note_sent_record(
                        connection,
                        self._key,
                        item.object_type,
                        settlement.remote_id,
                        item.entity,
                        item.local_id,
                        now,
                    )
                pushed.note_done(item.op_id, item.depends_on, existed=settlement.existed)
            commands.cancel_orphans(connection, now)

    def _tier(self, item: OutboxItem) -> Tier:
        """Return how an operation is sent: as before if that may have arrived, else as is best."""
        return _tier_of(item) or self._keys.tier(item.object_type)


def _tier_of(item: OutboxItem) -> Tier | None:
    """Return how an operation was sent; nothing if it was not, or nobody knows."""
    return _TIERS.get(item.tier or "")


_TIERS: Final[Mapping[str, Tier]] = {"A": "A", "B": "B", "C": "C"}


_KINDS: Final[Mapping[str, OperationKind]] = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "associate": "associate",
}


def _shown(error: str | None) -> str | None:
    return None if error is None else clean_text(error, one_line=True, limit=_ERROR_LENGTH)
