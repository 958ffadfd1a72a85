"""Finding out what became of records that a complete list no longer shows, and settling it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from csmdesk.crm.base import Connector, Fare, Page, Ref
from csmdesk.store.commands import mirror
from csmdesk.store.commands import sync as commands
from csmdesk.store.database import Store
from csmdesk.store.queries import sync as queries
from csmdesk.sync.brake import brake, emptied
from csmdesk.sync.decide import MIRROR_TABLES
from csmdesk.sync.report import Progress, Tally, Tell

_AWAY: Final[frozenset[Fare]] = frozenset({"archived", "gone", "no_access"})
"""How a record fares that the CRM does not show when it is asked for; the state it has here."""

_MANY: Final = 2000
"""How many are asked about before it is said how far it has come."""


class Absences:
    """What one connection's sweeps miss.

    A record that is there all the same is read as it is now. A company that is somebody else's by
    now is out of sight: it leaves the lists, and is not asked about again unless it comes back.
    What hangs on an account that left is expected to leave the lists with it, and not asked about.

    Args:
        store: what is known.
        connector: asked about each.
        key: the connection.
        now: the clock.
        tally: counts what left.
        tell: told about progress.
        read: reads records and writes them; returns the ids that were there.
    """

    def __init__(
        self,
        store: Store,
        connector: Connector,
        key: str,
        now: Callable[[], datetime],
        tally: Tally,
        tell: Tell,
        read: Callable[[Sequence[Ref]], frozenset[str]],
    ) -> None:
        self._store = store
        self._connector = connector
        self._key = key
        self._now = now
        self._tally = tally
        self._tell = tell
        self._read = read

    def settle(self, page: Page, known: frozenset[str], *, accepted: bool) -> frozenset[str]:
        """Find out about what a complete list does not show; return what left the lists.

        Args:
            page: the end of a sweep, with everything that is listed.
            known: what is held as active.
            accepted: the user has said that so many really are gone.

        Raises:
            SyncRefused: so many are missing that it looks like a lost permission.
        """
        kind, seen = page.object_type, frozenset(page.seen_ids)
        with self._store.reading() as connection:
            lost = queries.lost_ids(connection, self._key, kind) & seen
            missing = sorted(known - seen)
            expected = queries.left_with_account(
                connection, self._key, kind, missing, MIRROR_TABLES[kind]
            )
        if lost:
            self._read([Ref(kind, each) for each in sorted(lost)])
        missing = [each for each in missing if each not in expected]
        refused = emptied(kind, missing=len(missing), known=len(known), seen=len(seen))
        found: dict[str, Fare] = {}
        if refused is None or accepted:
            found = self._ask(kind, missing)
            away = sum(fare in _AWAY for fare in found.values())
            refused = brake(kind, missing=away, known=len(known))
        if refused is not None and not accepted:
            self._tally.missing[kind] = refused.line
            raise refused
        self._tally.missing.pop(kind, None)
        there = [each for each, fare in found.items() if fare in ("yes", "elsewhere")]
        # As it is now, so that it can be said whose it is.
        read = self._read([Ref(kind, each) for each in there]) if there else frozenset()
        left: dict[str, str] = {each: fare for each, fare in found.items() if fare in _AWAY}
        left |= {each: "no_access" for each in read if found.get(each) == "elsewhere"}
        self._hide(kind, left)
        self._note(kind, found, left)
        return frozenset(left)

    def _ask(self, kind: str, missing: Sequence[str]) -> dict[str, Fare]:
        found: dict[str, Fare] = {}
        for start in range(0, len(missing), _MANY):
            self._tell(Progress("checking", kind, start))
            found |= self._connector.fares(kind, missing[start : start + _MANY])
        return found

    def _hide(self, kind: str, left: Mapping[str, str]) -> None:
        now = self._now()
        with self._store.mirroring() as connection:
            links = queries.links(connection, self._key, kind, left)
            for remote_id, state in left.items():
                link = links.get(remote_id)
                if link is None:
                    continue
                commands.mark_link(connection, self._key, kind, remote_id, state, now)
                for table in MIRROR_TABLES[kind]:
                    mirror.mark(connection, table, (link.local_id,), state)
        self._tally.of(kind).gone += len(left)

    def _note(self, kind: str, found: Mapping[str, Fare], left: Iterable[str]) -> None:
        """Note the accounts that left, by why."""
        if kind != "company":
            return
        with self._store.reading() as connection:
            links = queries.links(connection, self._key, kind, left)
        for remote_id, link in links.items():
            self._tally.left.setdefault(found[remote_id], []).append(link.local_id)
