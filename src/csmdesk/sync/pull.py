"""Pulling: pages from the CRM into the mirror, each with its cursor in one transaction."""

import gc
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from csmdesk.crm.base import Connector, Cursor, Page, PullRequest, Ref, Stop
from csmdesk.errors import CsmdeskError, UnexpectedReply
from csmdesk.store.commands import merging, mirror, sharing
from csmdesk.store.commands import sync as commands
from csmdesk.store.database import Store
from csmdesk.store.queries import sync as queries
from csmdesk.sync.absent import Absences
from csmdesk.sync.decide import Actions, decide_page, too_malformed
from csmdesk.sync.known import Linked, StoreKnown, linked_before, local_of
from csmdesk.sync.report import Progress, Tally, Tell
from csmdesk.sync.two_sides import TwoSides
from csmdesk.sync.unreadable import Aside

Now = Callable[[], datetime]

_BATCH_PAGES: Final = 24
_BATCH_SECONDS: Final = 0.25

_AGAIN: Final = 500


@dataclass(frozen=True, slots=True)
class PullOptions:
    """What a pull looks at besides changes.

    Attributes:
        archived: the recycle bins, even if they were looked at a short while ago.
        sweep: the lists of all ids, to find what left without a trace.
        allow_mass_gone: the user has said that so many really are gone.
    """

    archived: bool = True
    sweep: bool = False
    allow_mass_gone: bool = False


class Puller:
    """One pull of one connection into the store.

    Args:
        store: where to.
        connector: where from.
        key: the connection.
        now: the clock.
        tally: counts what is met.
        tell: told about progress.
        judged: whether the CRM has a place for what we expect of a renewal.
    """

    def __init__(
        self,
        store: Store,
        connector: Connector,
        key: str,
        now: Now,
        tally: Tally,
        tell: Tell,
        *,
        judged: bool = False,
    ) -> None:
        self._store = store
        self._connector = connector
        self._key = key
        self._now = now
        self._tally = tally
        self._tell = tell
        self._known = StoreKnown(store, key)
        self._two_sides = TwoSides(connector, key, judged=judged)
        self._aside = Aside(store, key, self._read_aside)
        self._absences = Absences(store, connector, key, now, tally, tell, self.read)
        self.kept: dict[str, set[str]] = {}
        """Fields per type of which the CRM told nothing."""

    @cached_property
    def _links(self) -> Linked:
        """What earlier pulls linked; read when the first page comes, and kept up to date."""
        with self._store.reading() as connection:
            return linked_before(connection, self._key)

    def run(self, options: PullOptions, stop: Stop) -> None:
        """Pull everything that is new; what was written stays whatever happens.

        Raises:
            CrmError: the CRM could not be read to the end.
            SyncRefused: a brake.
        """
        with self._store.reading() as connection:
            cursors = tuple(
                Cursor(
                    object_type=each.object_type,
                    query_hash=each.query_hash,
                    high_water=each.high_water,
                    last_id=each.last_id,
                    page_token=each.page_token,
                    page_no=each.page_no,
                    window_start=each.window_start,
                    state="settled" if each.state == "settled" else "walking",
                )
                for each in queries.cursors(connection, self._key)
            )
        request = PullRequest(
            cursors=cursors,
            known=self._known,
            archived=options.archived,
            sweep=options.sweep,
            stop=stop,
        )
        with _seldom_collecting():
            self._take(iter(self._connector.pull(request)), options)

    def _take(self, pages: Iterator[Page], options: PullOptions) -> None:
        waiting: list[Page] = []
        begun = time.monotonic()
        while True:
            try:
                page = next(pages)
            except StopIteration:
                break
            except CsmdeskError:
                # What was read before the trouble is good.
                self._write(waiting)
                raise
            waiting.append(page)
            full = len(waiting) >= _BATCH_PAGES or time.monotonic() - begun > _BATCH_SECONDS
            if page.sweep_done or full:
                self._write(waiting)
                waiting = []
                begun = time.monotonic()
            if page.sweep_done:
                left = self._absences.settle(
                    page,
                    self._known.ids(page.object_type),
                    accepted=options.allow_mass_gone,
                )
                if page.object_type == "company":
                    self._links.aside.update(left)
                self._aside.look_again(page.object_type)
        self._write(waiting)

    def read(self, refs: Sequence[Ref]) -> frozenset[str]:
        """Read these very records and write them; return the ids of those that are there."""
        pages = list(self._connector.read(refs))
        self._write(pages)
        return frozenset(record.remote_id for page in pages for record in page.records)

    def _read_aside(self, refs: Sequence[Ref]) -> Sequence[Page]:
        """Read records that could not be read before; that they still cannot be is no outage."""
        pages = list(self._connector.read(refs))
        self._write(pages, braked=False)
        return pages

    def read_again(self, object_types: Iterable[str], stop: Stop) -> bool:
        """Read everything held of some types; `False` if it was stopped before the end."""
        for kind in object_types:
            ids = sorted(self._known.ids(kind))
            for start in range(0, len(ids), _AGAIN):
                if stop():
                    return False
                self.read([Ref(kind, each) for each in ids[start : start + _AGAIN]])
        return True

    def _write(self, pages: list[Page], *, braked: bool = True) -> None:
        """Write pages and their cursors in one transaction.

        Raises:
            UnexpectedReply: braked, and so much cannot be read that the CRM is in trouble.
        """
        if not pages:
            return
        for page in pages:
            if braked and too_malformed(page):
                raise UnexpectedReply(
                    f"Too many records of type {page.object_type} cannot be read.",
                    "The CRM may be in trouble, or has changed. Nothing of this page was taken.",
                )
        own = any(record.absorbed or record.asked_id for page in pages for record in page.records)
        if not own:
            with self._store.mirroring() as connection:
                own = self._two_sides.concerned(connection, pages)
                if not own:
                    self._write_in(connection, pages)
        if own:
            # What the user wrote is concerned, so the barrier of a mere pull comes down.
            with self._store.writing() as connection:
                self._write_in(connection, pages, own=True)
        last = pages[-1]
        counted = self._tally.of(last.object_type)
        self._tell(Progress("pulling", last.object_type, counted.seen))

    def _write_in(
        self, connection: sqlite3.Connection, pages: Sequence[Page], *, own: bool = False
    ) -> None:
        now = self._now()
        for page in pages:
            if page.kept:
                self.kept.setdefault(page.object_type, set()).update(page.kept)
            if page.refused:
                self._tally.problems.append(f"{page.object_type}: {page.refused}")
                self._tally.needs_user = True
            actions = decide_page(page, local_of(connection, self._key, page, self._links))
            self._apply(connection, page, actions, now)
            if own:
                self._two_sides.meet(connection, page, actions, now)
            if page.cursor is not None:
                commands.write_cursor(connection, self._key, _values(page.cursor), now)

    def _apply(
        self, connection: sqlite3.Connection, page: Page, actions: Actions, now: datetime
    ) -> None:
        mirror.write_rows(connection, self._key, actions.rows, page.kept)
        mirror.write_series(connection, actions.points, actions.scores)
        for table, identity, state in actions.hidden:
            if mirror.mark(connection, table, (identity,), state) and table == "accounts":
                self._tally.left.setdefault(state, []).append(identity)
        commands.write_links(
            connection,
            self._key,
            (
                commands.LinkRow(
                    remote.object_type,
                    remote.remote_id,
                    link.entity,
                    link.local_id,
                    link.origin,
                    link.state,
                    link.fingerprint,
                    remote.modified_at,
                )
                for remote, link in actions.links
            ),
            now,
        )
        for object_type, remote_id in actions.buried:
            commands.mark_link(connection, self._key, object_type, remote_id, "archived", now)
        if self._links.quarantined:
            commands.cure(
                connection,
                self._key,
                page.object_type,
                [record.remote_id for record in page.records],
            )
        self._remember(actions)
        for each in actions.merges:
            merging.merge(
                connection,
                self._key,
                each.object_type,
                each.absorbed,
                each.survivor,
                each.old_id,
                each.new_id,
            )
            self._repoint(each.object_type, each.absorbed, each.new_id)
        if page.whole:
            commands.mark_whole(connection, self._key, page.whole)
        if actions.malformed:
            self._aside.meet(actions.malformed)
            commands.quarantine(
                connection,
                self._key,
                [
                    (bad.object_type, bad.remote_id, bad.raw, bad.reason)
                    for bad in actions.malformed
                ],
                now,
            )
        if actions.arrived:
            commands.settle_arrived(
                connection, [(each.op_id, each.remote_id) for each in actions.arrived], now
            )
        if actions.twice:
            commands.note_twice(
                connection,
                self._key,
                [
                    (each.op_id, each.entity, each.local_id, each.kept, each.other)
                    for each in actions.twice
                ],
                now,
            )
        if actions.shared:
            sharing.write_there(connection, self._key, actions.shared)
        counted = self._tally.of(page.object_type)
        counted.seen += actions.seen
        counted.changed += actions.changed
        counted.gone += actions.gone

    def _remember(self, actions: Actions) -> None:
        """Keep the accounts that later pages need."""
        for remote, link in actions.links:
            if remote.object_type == "company" and link.entity == "account":
                self._links.accounts[remote.remote_id] = link.local_id
                if link.state == "active":
                    self._links.aside.discard(remote.remote_id)

    def _repoint(self, object_type: str, absorbed: str, new_id: str) -> None:
        if object_type == "company":
            self._links.accounts[absorbed] = new_id
        elif object_type == "contact":
            self._links.contacts[absorbed] = new_id


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Let the cycle collector run less often: a page is thousands of objects and has no cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(usual[0] * 50, usual[1], usual[2])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _values(cursor: Cursor) -> commands.CursorValues:
    return commands.CursorValues(
        object_type=cursor.object_type,
        query_hash=cursor.query_hash,
        high_water=cursor.high_water,
        last_id=cursor.last_id,
        page_token=cursor.page_token,
        page_no=cursor.page_no,
        window_start=cursor.window_start,
        state=cursor.state,
    )
