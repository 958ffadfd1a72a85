"""Walks over a portal's records, each of which can be left at any page and gone on with.

A list is walked by the token HubSpot gives; a search by keyset, never by page, so that neither its
end at 10,000 results nor rows that move during the walk matter. Searching lags behind writing, so
each incremental walk begins some time before the last one ended.
"""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from csmdesk.crm.base import ConnectionSettings, Cursor, PullRequest
from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.guesses import COMPANIES
from csmdesk.crm.hubspot.names import ASSOCIATIONS, PLURALS, modified_property
from csmdesk.crm.hubspot.reading import Chunk, Reader
from csmdesk.crm.hubspot.shapes import Raw, RawPage
from csmdesk.errors import Rejected, SyncRefused

OVERLAP: Final = timedelta(minutes=15)
"""How far before its last end an incremental walk begins."""

SWEEP_OVERLAP: Final = timedelta(hours=24)

ARCHIVED_EVERY: Final = timedelta(minutes=30)
"""How often the recycle bins are read: each costs a request though hardly ever is anything new."""

MOST_PAGES: Final = 10_000

SEARCH_PAGE: Final = 200

WAVES: Final = (
    ("company",),
    ("contact", "deal", "ticket"),
    ("call", "meeting", "email", "note", "task", "feedback"),
)
"""What must be written before what."""

ARCHIVED: Final = "+archived"
"""Ends the name of the cursor that says when a type's recycle bin was last read."""

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing in a CRM is older."""


class Walks:
    """The walks that a pull of one portal is made of.

    Args:
        reader: reads and maps.
        settings: whose records, which scope.
        request: cursors, what is known, what to look at.
        closing: set when nobody wants more.
    """

    def __init__(
        self,
        reader: Reader,
        settings: ConnectionSettings,
        request: PullRequest,
        closing: threading.Event,
    ) -> None:
        self._reader = reader
        self._api = reader.api
        self._settings = settings
        self._request = request
        self._closing = closing
        self._blind = settings.scope == "mine" and reader.whose_is_unknown
        self._cursors = {(each.object_type, each.query_hash): each for each in request.cursors}
        readable = settings.capabilities.readable
        self._kinds = tuple(
            kind for wave in WAVES for kind in wave if not readable or kind in readable
        )

    def _listed(self, kind: str, cursor: Cursor) -> Iterator[Chunk]:
        """Walk all records of a type by HubSpot's own pages."""
        token = cursor.page_token
        seen_tokens: set[str] = set()
        while True:
            try:
                raw = self._api.list_page(
                    kind,
                    self._reader.properties(kind),
                    after=token,
                    history=self._reader.history(kind),
                    links=ASSOCIATIONS[kind],
                )
            except Rejected:
                if token is None:
                    raise
                # The token has expired. What is written stays; the walk begins anew and finds
                # most of it unchanged.
                token = None
                cursor = replace(cursor, page_token=None)
                continue
            token = self._next_token(kind, raw, seen_tokens)
            cursor = replace(
                cursor,
                page_token=token,
                page_no=cursor.page_no + 1,
                window_start=cursor.window_start or raw.at,
                high_water=latest(cursor.high_water, raw.results, kind, raw.at),
            )
            if token is None:
                cursor = settled(cursor)
            page = self._reader.listed(kind, raw.results)
            yield replace(page, cursor=cursor, whole=page.ids if kind == "company" else ())
            if token is None:
                return

    def _changed(self, kind: str, cursor: Cursor) -> Iterator[Chunk]:
        """Walk what changed since the cursor, by modification date."""
        for raw, moved in self._since(kind, cursor, ()):
            page = self._new_of(kind, raw)
            yield replace(page, cursor=moved)

    def _bin_is_due(self, kind: str) -> bool:
        """Return whether a recycle bin is to be read; the CRM's clock says how long ago it was."""
        read = self._cursor(kind, ARCHIVED).high_water
        now = self._api.clock()
        return (
            self._request.archived
            or self._request.sweep
            or read is None
            or now is None
            or now - read >= ARCHIVED_EVERY
        )

    def _archived(self, kind: str) -> Iterator[Chunk]:
        """Walk the recycle bin of a type; only what is known here matters."""
        cursor = self._cursor(kind, ARCHIVED)
        known: frozenset[str] | None = None
        began: datetime | None = None
        asked = tuple(
            each
            for each in self._reader.properties(kind)
            if each in ("hs_object_id", "hs_merged_object_ids")
        ) or ("hs_object_id",)
        token: str | None = None
        seen_tokens: set[str] = set()
        while True:
            raw = self._api.list_page(kind, asked, after=token, archived=True)
            began = began or raw.at
            token = self._next_token(kind, raw, seen_tokens)
            if raw.results and known is None:
                known = self._request.known.ids(kind)
            # What a record absorbed before it was archived is known under its own id.
            gone = [each for each in raw.results if known and not known.isdisjoint(_all_ids(each))]
            if gone:
                marked = [{**each, "archived": True} for each in gone]
                yield self._reader.listed(kind, marked)
            if token is None:
                yield Chunk(kind=kind, cursor=replace(cursor, high_water=began, state="settled"))
                return

    def _since(
        self, kind: str, cursor: Cursor, filters: Sequence[dict[str, Any]]
    ) -> Iterator[tuple[list[Raw], Cursor]]:
        """Yield what changed since a cursor, oldest first, with the cursor behind each page."""
        stamp = modified_property(kind)
        from_ms = self._from(cursor)
        began: datetime | None = None
        at_edge: set[str] = set()
        for _ in range(MOST_PAGES):
            raw = self._api.search(
                kind,
                (*filters, filter_on(stamp, "GTE", str(from_ms))),
                self._reader.properties(kind),
                sort=stamp,
                limit=SEARCH_PAGE,
            )
            began = began or raw.at
            complete = len(raw.results) < SEARCH_PAGE and raw.after is None
            fresh = [each for each in raw.results if str(each.get("id")) not in at_edge]
            cursor = replace(
                cursor,
                high_water=latest(cursor.high_water, fresh, kind, raw.at),
                window_start=began if complete else None,
                state="settled",
            )
            yield fresh, cursor
            if complete:
                return
            last_ms = _modified_ms(raw.results[-1], kind)
            if last_ms is None:
                raise looping(kind)
            if last_ms > from_ms:
                from_ms = last_ms
                at_edge = {
                    str(each.get("id"))
                    for each in raw.results
                    if _modified_ms(each, kind) == last_ms
                }
                continue
            # A whole page shares one instant: walk that instant by id, then go on behind it.
            for page in self._by_id(kind, (*filters, filter_on(stamp, "EQ", str(from_ms)))):
                yield page, cursor
            from_ms += 1
            at_edge = set()
        raise looping(kind)

    def _from(self, cursor: Cursor) -> int:
        """Return the instant from which changes are looked for, in milliseconds.

        A search lags, so a walk begins before the latest change that was seen. Not where the last
        whole walk came long after that change: by then the search knew everything up to it, and
        records that share one date, as after an import, need not be read each time.
        """
        seen, looked = cursor.high_water, cursor.window_start
        if self._request.sweep or seen is None:
            return _ms((seen or EPOCH) - (SWEEP_OVERLAP if self._request.sweep else OVERLAP))
        if looked is not None and looked - OVERLAP > seen:
            return _ms(seen) + 1
        return _ms(seen - OVERLAP)

    def _by_id(self, kind: str, filters: Sequence[dict[str, Any]]) -> Iterator[list[Raw]]:
        last = "0"
        for _ in range(MOST_PAGES):
            raw = self._api.search(
                kind,
                (*filters, filter_on("hs_object_id", "GT", last)),
                self._reader.properties(kind),
                sort="hs_object_id",
                limit=SEARCH_PAGE,
            )
            if raw.results:
                yield raw.results
                last_id = str(raw.results[-1].get("id"))
                if not later_id(last_id, last):
                    raise looping(kind)
                last = last_id
            if len(raw.results) < SEARCH_PAGE and raw.after is None:
                return
        raise looping(kind)

    def _ids_by_search(self, kind: str, filters: Sequence[dict[str, Any]]) -> list[str]:
        return [str(each.get("id")) for page in self._by_id(kind, filters) for each in page]

    def _ids(self, kind: str) -> list[str]:
        found: list[str] = []
        token: str | None = None
        seen_tokens: set[str] = set()
        while True:
            raw = self._api.list_page(kind, ("hs_object_id",), after=token)
            found += [str(each.get("id")) for each in raw.results]
            token = self._next_token(kind, raw, seen_tokens)
            if token is None:
                return found

    def _new_of(self, kind: str, results: Sequence[Raw]) -> Chunk:
        """Read whole what is not held with that very modification date."""
        seen = {}
        for raw in results:
            at = _modified(raw, kind)
            if at is not None and raw.get("id"):
                seen[str(raw["id"])] = at
        current = self._request.known.current(kind, seen) if seen else frozenset()
        wanted = [raw for raw in results if str(raw.get("id")) not in current]
        page = self._reader.found(kind, wanted)
        return replace(page, unchanged=len(results) - len(wanted))

    def _is_mine(self) -> dict[str, Any]:
        name = self._reader.fields.get(COMPANIES, {}).get("csm", "hubspot_owner_id")
        return filter_on(name, "EQ", self._settings.owner_remote_id or "")

    def _cursor(self, kind: str, suffix: str = "") -> Cursor:
        scope = (self._settings.scope, self._settings.owner_remote_id or "")
        mine = scope if self._settings.scope == "mine" else ("all",)
        question = "owner" if kind == "owner" else self._reader.question(kind)
        digest = hashlib.sha256("\0".join((*mine, question)).encode()).hexdigest()[:16]
        name = f"{kind}{suffix}"
        return self._cursors.get(
            (name, digest), Cursor(object_type=name, query_hash=digest, state="walking")
        )

    def _next_token(self, kind: str, raw: RawPage, seen: set[str]) -> str | None:
        token = raw.after
        if token is None:
            return None
        if token in seen or len(seen) > MOST_PAGES:
            raise looping(kind)
        seen.add(token)
        return token


def settled(cursor: Cursor) -> Cursor:
    """Return the cursor at the end of a full walk: changes are looked for from its beginning."""
    start = cursor.window_start
    latest = cursor.high_water
    high = start if latest is None or start is None else min(start, latest)
    return replace(cursor, page_token=None, last_id=None, high_water=high, state="settled")


def latest(
    known: datetime | None, results: Sequence[Raw], kind: str, limit: datetime | None
) -> datetime | None:
    """Return the latest modification seen; what lies in the CRM's future moves nothing.

    Where the CRM did not say what time it is (`limit`), nothing moves: this machine's clock may be
    wrong, and what is skipped because of it would never be read.
    """
    if limit is None:
        return known
    found = known
    for raw in results:
        at = _modified(raw, kind)
        if at is not None and at <= limit and (found is None or at > found):
            found = at
    return found


def _all_ids(raw: Raw) -> set[str]:
    """Return the id of a record and those of the records it absorbed."""
    properties = raw.get("properties")
    absorbed = (
        values.ids(properties, "hs_merged_object_ids") if isinstance(properties, dict) else ()
    )
    return {str(raw.get("id")), *absorbed}


def _modified(raw: Raw, kind: str) -> datetime | None:
    properties = raw.get("properties")
    if not isinstance(properties, dict):
        return None
    return values.instant(properties, modified_property(kind))


def _modified_ms(raw: Raw, kind: str) -> int | None:
    at = _modified(raw, kind)
    return None if at is None else _ms(at)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def filter_on(name: str, operator: str, value: str) -> dict[str, Any]:
    """Return a filter of a search."""
    return {"propertyName": name, "operator": operator, "value": value}


def later_id(this: str, that: str) -> bool:
    """Return whether one id comes after another; ids are numbers."""
    return this.isdigit() and (len(this), this) > (len(that), that)


def looping(kind: str) -> SyncRefused:
    """Return what to tell about a list without an end."""
    return SyncRefused(
        f"HubSpot's list of {PLURALS[kind]} does not come to an end.",
        "What was read is kept; try again later.",
    )
