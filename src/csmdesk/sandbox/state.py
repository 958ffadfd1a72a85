"""What the embedded CRM knows: held in memory, written through to one SQLite file.

Reads never touch the file. A write is one transaction: rows, association rows and the lines of
the effects log commit together, then the lines are appended to `effects.jsonl`; lines that a kill
kept from the file are appended on the next start. So the log is true after `kill -9`.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from csmdesk.sandbox.files import mend_log, open_database
from csmdesk.sandbox.names import OBJECT_TYPES, LinkType
from csmdesk.sandbox.records import Record, from_json
from csmdesk.sandbox.schema import Pipeline, Property
from csmdesk.sandbox.values import iso

Owner = dict[str, Any]
Links = dict[int, tuple[LinkType, ...]]
LinkRow = tuple[str, int, str, int, tuple[LinkType, ...]]
"""One direction of a link: from type, from id, to type, to id, association types."""

FIRST_MINTED_ID = 20_000_000_000_001


def _stored_types(types: tuple[LinkType, ...]) -> bytes:
    return orjson.dumps([[link.category, link.type_id, link.label] for link in types])


class State:
    """The account's data.

    Args:
        folder: where `crm.sqlite3` and `effects.jsonl` live; made if missing.
        now: the CRM's clock.

    Raises StoreBusy if another process has the folder, StoreUnusable if its file is something else.

    Attributes:
        records: by type and id, archived and merged ones included.
        live: ids of the records that are not archived, ascending, by type.
        links: by type and id: type of the other end -> its id -> association types.
        unique: by type and unique property: value -> id, live records only.
        index: what search sees; lags behind `records` by `index_lag`.
        version: grows with every committed write.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.now = now
        self.index_lag = timedelta(0)
        self.version = 0
        self.records: dict[str, dict[int, Record]] = {kind.key: {} for kind in OBJECT_TYPES}
        self.live: dict[str, list[int]] = {kind.key: [] for kind in OBJECT_TYPES}
        self.links: dict[tuple[str, int], dict[str, Links]] = {}
        self.properties: dict[str, dict[str, Property]] = {kind.key: {} for kind in OBJECT_TYPES}
        self.pipelines: dict[str, dict[str, Pipeline]] = {}
        self.owners: dict[int, Owner] = {}
        self.labels: dict[tuple[str, str], dict[int, LinkType]] = {}
        self.unique: dict[str, dict[str, dict[str, int]]] = {kind.key: {} for kind in OBJECT_TYPES}
        self.index: dict[str, dict[int, Record]] = {kind.key: {} for kind in OBJECT_TYPES}
        self._waiting: deque[tuple[datetime, str, int, Record]] = deque()
        self._ordered: dict[str, tuple[int, list[tuple[str, int]]]] = {}
        self._undo: list[Callable[[], object]] = []
        self._lines: list[dict[str, Any]] = []
        self._log_path = folder / "effects.jsonl"
        for name in ("crm.sqlite3", self._log_path.name):
            (folder / name).touch(mode=0o600)
        self._database = open_database(folder)
        self._load()
        mend_log(self._log_path, self._database)
        self._log = self._log_path.open("ab")

    # ------------------------------------------------------------------ loading

    def _load(self) -> None:
        self.meta: dict[str, Any] = {
            key: orjson.loads(value)
            for key, value in self._database.execute("SELECT key, value FROM meta")
        }
        definitions = self._database.execute(
            "SELECT kind, type, name, document FROM definitions ORDER BY kind, type, position, name"
        )
        for kind, type_, name, document in definitions:
            self._remember_definition(kind, type_, name, orjson.loads(document))
        for type_, record_id, document in self._database.execute("SELECT * FROM records"):
            record = from_json(record_id, document)
            self.records[type_][record_id] = record
            if record.archived_at is None:
                self.live[type_].append(record_id)
                self._claim_unique(type_, record)
        for ids in self.live.values():
            ids.sort()
        shared: dict[bytes, tuple[LinkType, ...]] = {}
        for from_type, from_id, to_type, to_id, types in self._database.execute(
            "SELECT * FROM links"
        ):
            if types not in shared:
                shared[types] = tuple(LinkType(*entry) for entry in orjson.loads(types))
            ends = self.links.setdefault((from_type, from_id), {})
            ends.setdefault(to_type, {})[to_id] = shared[types]
        for kind_key, known in self.records.items():
            self.index[kind_key] = dict(known)
        (self._sequence,) = self._database.execute(
            "SELECT coalesce(max(seq), 0) FROM effects"
        ).fetchone()

    def _remember_definition(self, kind: str, type_: str, name: str, document: Any) -> None:
        match kind:
            case "property":
                self.properties[type_][name] = document
                if not document.get("hasUniqueValue") or document.get("archived"):
                    self.unique[type_].pop(name, None)
                elif name not in self.unique[type_]:
                    # One that comes back has the values that its records had.
                    self.unique[type_][name] = {}
                    for number in self.live[type_]:
                        self._claim_unique(type_, self.records[type_][number])
            case "pipeline":
                self.pipelines.setdefault(type_, {})[name] = document
            case "owner":
                self.owners[int(name)] = document
            case "label":
                origin, _, target = type_.partition("/")
                link = LinkType(document["category"], int(name), document["label"])
                self.labels.setdefault((origin, target), {})[int(name)] = link

    def close(self) -> None:
        """Closes the files; everything written is on disk already."""
        self._log.close()
        self._database.close()

    # ------------------------------------------------------------------ writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One all-or-nothing change of memory, file and effects log."""
        self._undo.clear()
        self._lines.clear()
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            for step in reversed(self._undo):
                step()
            raise
        lines = []
        for effect in self._lines:
            self._sequence += 1
            line = orjson.dumps({"seq": self._sequence, "time": iso(self.now()), **effect})
            self._database.execute("INSERT INTO effects VALUES (?, ?)", (self._sequence, line))
            lines.append(line + b"\n")
        self._database.execute("COMMIT")
        if lines:
            self._log.writelines(lines)
            self._log.flush()
        self.version += 1

    def effect(self, op: str, type_: str, record_id: int | str, **more: Any) -> None:
        """Notes one applied write for the effects log of the running transaction."""
        self._lines.append({"op": op, "type": type_, "id": str(record_id), **more})

    def effects(self, since: int = 0) -> list[dict[str, Any]]:
        """The lines of the effects log after a sequence number."""
        rows = self._database.execute(
            "SELECT line FROM effects WHERE seq > ? ORDER BY seq", (since,)
        )
        return [orjson.loads(line) for (line,) in rows]

    def put(self, type_: str, record: Record, *, indexed: bool = False) -> None:
        """Stores a record. `indexed` makes it visible to search at once whatever the lag."""
        known = self.records[type_]
        before = known.get(record.id)
        known[record.id] = record
        self._undo.append(lambda: self._put_back(type_, record, before))
        if before is not None and before.archived_at is None:
            self._release_unique(type_, before)
        if record.archived_at is None:
            self._claim_unique(type_, record)
        self._place(type_, record.id, live=record.archived_at is None)
        self._database.execute(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (type_, record.id, record.to_json())
        )
        if indexed or not self.index_lag:
            self.index[type_][record.id] = record
        else:
            self._waiting.append((self.now() + self.index_lag, type_, record.id, record))

    def fill(self, records: Iterable[tuple[str, Record]], links: Iterable[LinkRow]) -> None:
        """Stores many records and links of an empty account at once, without checks or undo."""
        kept = list(records)
        for type_, record in kept:
            self.records[type_][record.id] = record
            self.index[type_][record.id] = record
            if record.archived_at is None:
                self.live[type_].append(record.id)
                self._claim_unique(type_, record)
        for ids in self.live.values():
            ids.sort()
        self._database.executemany(
            "INSERT INTO records VALUES (?, ?, ?)",
            ((type_, record.id, record.to_json()) for type_, record in kept),
        )
        self._database.executemany(
            "INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?)", self._filling(links)
        )

    def _filling(self, links: Iterable[LinkRow]) -> Iterator[tuple[str, int, str, int, bytes]]:
        written: dict[tuple[LinkType, ...], bytes] = {}
        for from_type, from_id, to_type, to_id, types in links:
            self.links.setdefault((from_type, from_id), {}).setdefault(to_type, {})[to_id] = types
            if types not in written:
                written[types] = _stored_types(types)
            yield from_type, from_id, to_type, to_id, written[types]

    def by_modified(self, type_: str, name: str) -> list[tuple[str, int]]:
        """What search sees of a type, by modified date and id; `name` is the date's property."""
        known = self._ordered.get(type_)
        if known is None or known[0] != self.version:
            order = sorted(
                (record.properties[name], number) for number, record in self.index[type_].items()
            )
            self._ordered[type_] = known = (self.version, order)
        return known[1]

    def drop(self, type_: str, record_id: int) -> None:
        """Removes a record for good, as emptying the recycle bin does. Its links must be gone."""
        record = self.records[type_].pop(record_id)
        self._release_unique(type_, record)
        self._place(type_, record_id, live=False)
        self.index[type_].pop(record_id, None)
        self._database.execute("DELETE FROM records WHERE type=? AND id=?", (type_, record_id))

    def _put_back(self, type_: str, record: Record, before: Record | None) -> None:
        self._waiting = deque(one for one in self._waiting if one[3] is not record)
        if record.archived_at is None:
            self._release_unique(type_, record)
        if before is None:
            del self.records[type_][record.id]
            self.index[type_].pop(record.id, None)
            self._place(type_, record.id, live=False)
            return
        self.records[type_][record.id] = before
        if self.index[type_].get(record.id) is record:
            self.index[type_][record.id] = before
        self._place(type_, record.id, live=before.archived_at is None)
        if before.archived_at is None:
            self._claim_unique(type_, before)

    def _place(self, type_: str, record_id: int, *, live: bool) -> None:
        ids = self.live[type_]
        at = bisect_left(ids, record_id)
        present = at < len(ids) and ids[at] == record_id
        if live and not present:
            insort(ids, record_id)
        elif present and not live:
            del ids[at]

    def _claim_unique(self, type_: str, record: Record) -> None:
        for name, taken in self.unique[type_].items():
            value = record.properties.get(name)
            if value is not None:
                taken.setdefault(value, record.id)

    def _release_unique(self, type_: str, record: Record) -> None:
        for name, taken in self.unique[type_].items():
            value = record.properties.get(name)
            if value is not None and taken.get(value) == record.id:
                del taken[value]

    def catch_up(self) -> None:
        """Lets search see what is older than the index lag."""
        now = self.now()
        while self._waiting and self._waiting[0][0] <= now:
            _, type_, record_id, record = self._waiting.popleft()
            if record_id in self.records[type_]:
                self.index[type_][record_id] = record
                self.version += 1

    def set_links(
        self,
        from_type: str,
        from_id: int,
        to_type: str,
        to_id: int,
        types: tuple[LinkType, ...],
    ) -> None:
        """Replaces the association types of one direction; none removes the link."""
        ends = self.links.setdefault((from_type, from_id), {}).setdefault(to_type, {})
        before = ends.get(to_id)
        if types:
            ends[to_id] = types
            self._database.execute(
                "INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?)",
                (from_type, from_id, to_type, to_id, _stored_types(types)),
            )
        else:
            ends.pop(to_id, None)
            self._database.execute(
                "DELETE FROM links WHERE from_type=? AND from_id=? AND to_type=? AND to_id=?",
                (from_type, from_id, to_type, to_id),
            )
        if before is None:
            self._undo.append(lambda: ends.pop(to_id, None))
        else:
            kept = before
            self._undo.append(lambda: ends.__setitem__(to_id, kept))

    def linked(self, from_type: str, from_id: int, to_type: str) -> Links:
        """The records of one type that a record is linked to."""
        return self.links.get((from_type, from_id), {}).get(to_type, {})

    def linked_live(self, from_type: str, from_id: int, to_type: str) -> Links:
        """The same without archived ones, ascending by id."""
        known = self.records[to_type]
        ends = self.links.get((from_type, from_id), {}).get(to_type, {})
        return {to_id: ends[to_id] for to_id in sorted(ends) if known[to_id].archived_at is None}

    def define(self, kind: str, type_: str, name: str, document: Any, position: int = 0) -> None:
        """Stores a property, pipeline, owner or association label."""
        self._remember_definition(kind, type_, name, document)
        self._database.execute(
            "INSERT OR REPLACE INTO definitions VALUES (?, ?, ?, ?, ?)",
            (kind, type_, name, position, orjson.dumps(document)),
        )

    def set_meta(self, key: str, value: Any) -> None:
        """Stores one fact about the account itself."""
        self.meta[key] = value
        self._database.execute(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, orjson.dumps(value))
        )

    def mint(self) -> int:
        """A new record id, never used before."""
        minted = int(self.meta.get("next_id", FIRST_MINTED_ID))
        self.set_meta("next_id", minted + 1)
        return minted

    # ------------------------------------------------------------------ reading

    def schema(self, type_: str) -> dict[str, Property]:
        """The properties that a type has at present: what was archived has no values."""
        return {
            name: definition
            for name, definition in self.properties[type_].items()
            if not definition["archived"]
        }

    def survivor(self, type_: str, record_id: int) -> Record | None:
        """The record of an id, or the one it was merged into."""
        record = self.records[type_].get(record_id)
        while record is not None and record.merged_into is not None:
            record = self.records[type_].get(record.merged_into)
        return record

    def archived_ids(self, type_: str) -> list[int]:
        """Ids of archived records, ascending; records merged away are not among them."""
        return sorted(
            record.id
            for record in self.records[type_].values()
            if record.archived_at is not None and record.merged_into is None
        )

    def owner_ids(self) -> frozenset[str]:
        """Ids of all owners, archived ones included."""
        return frozenset(str(number) for number in self.owners)

    def pages_after(self, ids: list[int], after: int, limit: int) -> Iterable[int]:
        """Up to `limit` ids greater than `after`."""
        start = bisect_left(ids, after + 1)
        return ids[start : start + limit]
