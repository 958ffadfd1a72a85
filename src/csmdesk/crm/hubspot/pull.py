"""Pulling a portal: all of it by lists, or my companies by search and what hangs on them."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Final

from csmdesk.crm.base import ConnectionSettings, Cursor, Page, PullRequest
from csmdesk.crm.hubspot.api import chunks
from csmdesk.crm.hubspot.reading import Chunk, Reader
from csmdesk.crm.hubspot.walks import WAVES, Walks, filter_on, later_id, latest, looping, settled
from csmdesk.crm.streams import in_threads
from csmdesk.errors import AuthRejected

COMPANY_STEP: Final = 100
_WORKERS: Final = 4


class Pull(Walks):
    """One pull of one portal.

    Args:
        reader: reads and maps.
        settings: whose records, which scope.
        request: cursors, what is known, what to look at.
        closing: set when nobody wants more.
        mapping_apart: whether a thread maps what it has read, which is quickest where this process
            does nothing else; otherwise whoever takes the pages does.
    """

    def __init__(
        self,
        reader: Reader,
        settings: ConnectionSettings,
        request: PullRequest,
        closing: threading.Event,
        *,
        mapping_apart: bool = False,
    ) -> None:
        super().__init__(reader, settings, request, closing)
        self._mapping_apart = mapping_apart

    @property
    def begins(self) -> bool:
        """Whether a first walk is still to be made, or to be gone on with."""
        cursors = [self._cursor(kind) for kind in self._kinds]
        return self._cursor("company").state != "settled" or any(
            each.state == "walking" and each.page_no for each in cursors
        )

    def pages(self) -> Iterator[Page]:
        """Yield everything that is new, in an order in which it can be written."""
        for found in self._found():
            yield self._reader.mapped(found) if isinstance(found, Chunk) else found

    def _found(self) -> Iterator[Chunk | Page]:
        yield from self._owners()
        if self._settings.scope == "mine":
            yield from self._mine()
        else:
            yield from self._all()
        bins = [kind for kind in self._kinds if self._bin_is_due(kind)]
        yield from self._threads(dict.fromkeys(bins, self._archived))
        if self._request.sweep and not self._blind:
            yield from self._sweep()

    # Which walk -------------------------------------------------------------------------------

    def _all(self) -> Iterator[Chunk | Page]:
        for wave in WAVES:
            yield from self._threads({kind: self._all_of for kind in wave if kind in self._kinds})

    def _all_of(self, kind: str) -> Iterator[Chunk]:
        cursor = self._cursor(kind)
        if cursor.state == "settled" and cursor.high_water is not None:
            return self._changed(kind, cursor)
        return self._listed(kind, cursor)

    def _mine(self) -> Iterator[Chunk | Page]:
        cursor = self._cursor("company")
        if cursor.state != "settled" or cursor.high_water is None:
            yield from () if self._blind else self._my_companies(cursor)
            return
        walk = self._known_changed_companies if self._blind else self._my_changed_companies
        yield from walk(cursor)
        for wave in WAVES[1:]:
            yield from self._threads(
                {kind: self._changed_of for kind in wave if kind in self._kinds}
            )

    def _changed_of(self, kind: str) -> Iterator[Chunk]:
        return self._changed(kind, self._cursor(kind))

    def _threads(
        self, walks: Mapping[str, Callable[[str], Iterator[Chunk]]]
    ) -> Iterator[Chunk | Page]:
        return self._together([partial(self._allowed, kind, walk) for kind, walk in walks.items()])

    def _together(self, sources: list[Callable[[], Iterator[Chunk]]]) -> Iterator[Chunk | Page]:
        line: Sequence[Callable[[], Iterator[Chunk | Page]]] = sources
        if self._mapping_apart:
            line = [partial(self._mapped, source) for source in sources]
        return in_threads(line, closing=self._closing, workers=_WORKERS)

    def _mapped(self, source: Callable[[], Iterator[Chunk]]) -> Iterator[Page]:
        return map(self._reader.mapped, source())

    def _allowed(self, kind: str, walk: Callable[[str], Iterator[Chunk]]) -> Iterator[Chunk]:
        """Walk a type; a token that may not read it ends that walk, not the pull."""
        try:
            yield from walk(kind)
        except AuthRejected as error:
            if not error.scope_only or kind == "company":
                raise
            yield Chunk(kind=kind, refused=error.message)

    # Walks ------------------------------------------------------------------------------------

    def _owners(self) -> Iterator[Chunk]:
        cursor = self._cursor("owner")
        if cursor.high_water is not None and not self._request.sweep:
            return
        page = self._reader.owners()
        now = self._api.clock()
        yield replace(page, cursor=replace(cursor, high_water=now, state="settled"))

    def _my_changed_companies(self, cursor: Cursor) -> Iterator[Chunk | Page]:
        whole = self._request.known.whole_companies()
        for raw, moved in self._since("company", cursor, (self._is_mine(),)):
            page = self._new_of("company", raw)
            fresh = [each for each in page.ids if each not in whole]
            if not fresh:
                yield replace(page, cursor=moved)
                continue
            yield page
            yield from self._children(fresh)
            yield Chunk(kind="company", cursor=moved, whole=tuple(fresh))

    def _known_changed_companies(self, cursor: Cursor) -> Iterator[Chunk]:
        """Walk changes of the companies held; the cursor stays, so that none is missed later."""
        known = self._request.known.ids("company")
        for raw, _ in self._since("company", cursor, ()):
            yield self._new_of("company", [each for each in raw if str(each.get("id")) in known])

    def _my_companies(self, cursor: Cursor) -> Iterator[Chunk | Page]:
        """Walk all companies of mine by id, and everything that hangs on each."""
        last = cursor.last_id or "0"
        while True:
            raw = self._api.search(
                "company",
                (self._is_mine(), filter_on("hs_object_id", "GT", last)),
                self._reader.properties("company"),
                sort="hs_object_id",
                limit=COMPANY_STEP,
            )
            ids = [str(each.get("id")) for each in raw.results]
            if ids and not later_id(ids[-1], last):
                raise looping("company")
            last = ids[-1] if ids else last
            cursor = replace(
                cursor,
                last_id=last,
                page_no=cursor.page_no + 1,
                window_start=cursor.window_start or raw.at,
                high_water=latest(cursor.high_water, raw.results, "company", raw.at),
            )
            if ids:
                yield self._reader.found("company", raw.results)
                yield from self._children(ids)
            if len(raw.results) < COMPANY_STEP and raw.after is None:
                break
            yield Chunk(kind="company", cursor=cursor, whole=tuple(ids))
        start = cursor.window_start
        for kind in self._kinds[1:]:
            # What hangs on my companies was read after the walk began: go on from there.
            yield Chunk(
                kind=kind,
                cursor=replace(self._cursor(kind), high_water=start, state="settled"),
            )
        yield Chunk(kind="company", cursor=settled(cursor), whole=tuple(ids))

    def _children(self, companies: Sequence[str]) -> Iterator[Chunk | Page]:
        """Read everything that hangs on companies, in an order in which it can be written."""
        kinds = [kind for kind in self._kinds[1:] if kind != "feedback"]
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="links") as pool:
            found = pool.map(lambda kind: self._reader.children(companies, kind), kinds)
            ids = dict(zip(kinds, found, strict=True))
        if "feedback" in self._kinds:
            ids["feedback"] = self._reader.surveys_of(ids.get("contact", []))
        for wave in WAVES[1:]:
            sources: list[Callable[[], Iterator[Chunk]]] = [
                partial(self._read_chunk, kind, chunk)
                for kind in wave
                for chunk in chunks(ids.get(kind, []), 500)
            ]
            if sources:
                yield from self._together(sources)

    def _read_chunk(self, kind: str, ids: Sequence[str]) -> Iterator[Chunk]:
        yield self._reader.by_ids(kind, ids)

    def _sweep(self) -> Iterator[Chunk]:
        """Compare lists of ids, to find what left, or came, without leaving a trace."""
        mine = self._settings.scope == "mine"
        companies = (
            self._ids_by_search("company", (self._is_mine(),)) if mine else self._ids("company")
        )
        yield from self._swept("company", companies, new=mine)
        contacts: list[str] = []
        for kind in self._kinds[1:]:
            if not mine:
                ids = self._ids(kind)
            elif kind == "feedback":
                ids = self._reader.surveys_of(contacts)
            else:
                ids = self._reader.children(companies, kind)
            if kind == "contact":
                contacts = ids
            yield from self._swept(kind, ids, new=mine)

    def _swept(self, kind: str, ids: Sequence[str], *, new: bool) -> Iterator[Chunk]:
        if new:
            known = self._request.known.ids(kind)
            unknown = [each for each in ids if each not in known]
            for chunk in chunks(unknown, 500):
                yield self._reader.by_ids(kind, chunk)
        yield Chunk(kind=kind, seen_ids=tuple(ids), sweep_done=True)
