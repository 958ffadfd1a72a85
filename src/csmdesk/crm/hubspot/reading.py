"""Reading records of one type whole: properties, history, links, mapped and ready to write."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from csmdesk.crm.base import Cursor, FieldSets, Malformed, Page, RemoteRecord
from csmdesk.crm.hubspot.activities import Links
from csmdesk.crm.hubspot.api import (
    BATCH_LIMIT,
    HISTORY_LIMIT,
    LINK_BATCH_LIMIT,
    HubSpotApi,
    Raw,
    chunks,
)
from csmdesk.crm.hubspot.guesses import COMPANIES, HISTORY_FIELDS
from csmdesk.crm.hubspot.mapped import mapped_properties, unmentioned, without
from csmdesk.crm.hubspot.mapping import map_owner, map_record
from csmdesk.crm.hubspot.names import ASSOCIATIONS, PLURALS, standard_properties
from csmdesk.crm.hubspot.portal import (
    Portal,
    deal_stages,
    portal_zone,
    renewal_pipelines,
    ticket_stages,
)
from csmdesk.crm.hubspot.shapes import in_order, read_links, usable_id
from csmdesk.crm.hubspot.two_sided import told_by

MAPPING_VERSION = "1"
"""Part of every fingerprint: raised when records must be mapped anew though nothing changed."""

LINK_CHUNK = 100
"""Inputs of an association read from a company, which may have hundreds of each type."""


_LINKED = {kind: [(to, PLURALS[to]) for to in others] for kind, others in ASSOCIATIONS.items()}

Entry = tuple[Raw, Links]
"""A record as sent, and what it is associated with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Records that were read and are not mapped yet; `Page` explains the other fields.

    Reading waits for the network and mapping does not, so they happen in different threads: it is
    the thread that writes that maps, and nobody fights over the interpreter.
    """

    kind: str
    entries: Sequence[Entry] = ()
    cursor: Cursor | None = None
    seen_ids: tuple[str, ...] = ()
    sweep_done: bool = False
    whole: tuple[str, ...] = ()
    unchanged: int = 0
    refused: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The remote ids of its records, those that are usable."""
        found = (usable_id(raw) for raw, _ in self.entries)
        return tuple(each for each in found if each is not None)


class Reader:
    """Reads and maps records of one portal. Safe for several threads.

    Args:
        api: the way to the portal.
        connection: the connection's key.
        details: the account's details as read.
        fields: property per plural type and field.
        unread: fields whose property is not what it was: neither asked for nor believed.
    """

    def __init__(
        self,
        api: HubSpotApi,
        connection: str,
        details: Mapping[str, Any],
        fields: Mapping[str, Mapping[str, str]],
        unread: FieldSets | None = None,
    ) -> None:
        self.api = api
        self.fields = fields
        self.unread = unread or {}
        self._read = without(fields, self.unread)
        self._vanished: dict[str, frozenset[str]] = {}
        self._connection = connection
        self._details = details
        self._lock = threading.Lock()
        self._portal: Portal | None = None

    @property
    def portal(self) -> Portal:
        """The portal's peculiarities; stages are read when the first record needs them."""
        with self._lock:
            if self._portal is None:
                deals = self.api.pipelines("deal")
                tickets = self.api.pipelines("ticket")
                self._portal = Portal(
                    connection=self._connection,
                    portal_id=str(self._details.get("portalId", "")),
                    ui_domain=str(self._details.get("uiDomain") or "app.hubspot.com"),
                    fields=self._read,
                    renewal_pipelines=renewal_pipelines(deals),
                    deal_stages=deal_stages(deals),
                    ticket_stages=ticket_stages(tickets),
                    zone=portal_zone(self._details.get("timeZone")),
                )
            return self._portal

    @property
    def whose_is_unknown(self) -> bool:
        """Whether the property that says whose a company is cannot be asked for."""
        return "csm" in self.unread.get(COMPANIES, frozenset())

    def properties(self, kind: str) -> tuple[str, ...]:
        """Return the properties of a type to ask for: the standard ones and the mapped ones."""
        return self._asked(kind, self._read)

    def history(self, kind: str) -> tuple[str, ...]:
        """Return the properties of a type whose past values are wanted."""
        return self._past(kind, self._read)

    def question(self, kind: str) -> str:
        """Return what changes when records of a type must be read again.

        A property that is not asked for at present changes nothing: what it held stays.
        """
        asked, past = self._asked(kind, self.fields), self._past(kind, self.fields)
        return "|".join((MAPPING_VERSION, *asked, "+", *past))

    def _asked(self, kind: str, fields: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
        mapped = fields.get(PLURALS[kind], {}).values()
        return tuple(dict.fromkeys((*standard_properties(kind), *sorted(mapped))))

    def _past(self, kind: str, fields: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
        if kind != "company":
            return ()
        mapped = fields.get("companies", {})
        return tuple(mapped[name] for name in (*HISTORY_FIELDS, "health") if name in mapped)

    def owners(self) -> Chunk:
        """Read every user, archived ones too: old records point at them."""
        found = [*self.api.owners(archived=True), *self.api.owners(archived=False)]
        by_id = {str(raw.get("id")): raw for raw in found if raw.get("id")}
        return Chunk(kind="owner", entries=[(raw, {}) for raw in by_id.values()])

    def listed(self, kind: str, results: Sequence[Raw]) -> Chunk:
        """Return records that came with their links inside."""
        links = [_inline_links(raw, kind) for raw in results]
        overlong = [
            str(raw.get("id"))
            for raw, (_, more) in zip(results, links, strict=True)
            if more and usable_id(raw) is not None
        ]
        rest = self.links(kind, overlong) if overlong else {}
        return Chunk(
            kind=kind,
            entries=[
                (raw, rest.get(str(raw.get("id")), found))
                for raw, (found, _) in zip(results, links, strict=True)
            ],
        )

    def found(self, kind: str, results: Sequence[Raw]) -> Chunk:
        """Return records that came without links or history, reading both."""
        if not results:
            return Chunk(kind=kind)
        ids = [remote for raw in results if (remote := usable_id(raw)) is not None]
        if self.history(kind):
            whole = {str(raw.get("id")): raw for raw in self._batch(kind, ids)}
            results = [whole.get(str(raw.get("id")), raw) for raw in results]
        links = self.links(kind, ids)
        return Chunk(
            kind=kind, entries=[(raw, links.get(str(raw.get("id")), {})) for raw in results]
        )

    def by_ids(self, kind: str, ids: Sequence[str]) -> Chunk:
        """Read these very records; those that are gone are left out."""
        results = self._batch(kind, ids)
        links = self.links(
            kind, [remote for raw in results if (remote := usable_id(raw)) is not None]
        )
        return Chunk(
            kind=kind, entries=[(raw, links.get(str(raw.get("id")), {})) for raw in results]
        )

    def mapped(self, chunk: Chunk) -> Page:
        """Return the page that a chunk is."""
        records: list[RemoteRecord] = []
        malformed: list[Malformed] = []
        kind = chunk.kind
        kept = self._kept(chunk)
        if chunk.entries:
            portal = self.portal
            salt = f"{MAPPING_VERSION}{portal.fields.get(PLURALS.get(kind, kind), '')}"
            told = told_by(kind, portal.fields, portal.zone)
            for raw, links in chunk.entries:
                if kind == "owner":
                    records.append(map_owner(raw, portal))
                    continue
                mapped = map_record(kind, raw, links, portal, salt, told)
                if isinstance(mapped, Malformed):
                    malformed.append(mapped)
                else:
                    records.append(mapped)
        return Page(
            object_type=kind,
            records=tuple(records),
            malformed=tuple(malformed),
            cursor=chunk.cursor,
            seen_ids=chunk.seen_ids,
            sweep_done=chunk.sweep_done,
            whole=chunk.whole,
            unchanged=chunk.unchanged,
            refused=chunk.refused,
            kept=kept,
        )

    def _kept(self, chunk: Chunk) -> frozenset[str]:
        """Return the fields about which a chunk says nothing, because they have no property.

        Where a record does not mention a property that was asked for, the definitions are read:
        one without a value may be left out by some servers, and that is news; one that is gone
        is not.
        """
        holder = PLURALS.get(chunk.kind, "")
        kept = self.unread.get(holder, frozenset())
        if not self._read.get(holder):
            return kept
        if holder not in self._vanished:
            if not unmentioned(self._read[holder], [raw for raw, _ in chunk.entries]):
                return kept
            states = mapped_properties(self._read, {holder: self.api.properties(chunk.kind)})
            self._vanished[holder] = frozenset(each.field for each in states if each.kind is None)
        return kept | self._vanished[holder]

    def links(self, kind: str, ids: Sequence[str]) -> dict[str, dict[str, list[str]]]:
        """Read what records are associated with, per type, the main one first."""
        found: dict[str, dict[str, list[str]]] = {}
        for to in ASSOCIATIONS[kind]:
            if (kind, to) == ("feedback", "company"):
                continue
            for chunk in chunks(ids, LINK_BATCH_LIMIT):
                for origin, others in self.api.links(kind, to, chunk).items():
                    found.setdefault(origin, {})[to] = others
        return found

    def children(self, companies: Sequence[str], kind: str) -> list[str]:
        """Read the ids of all records of a type that hang on companies."""
        return self._linked("company", kind, chunks(companies, LINK_CHUNK))

    def surveys_of(self, contacts: Sequence[str]) -> list[str]:
        """Read the ids of all survey answers of contacts; HubSpot ties them to people only."""
        return self._linked("contact", "feedback", chunks(contacts, LINK_BATCH_LIMIT))

    def _linked(self, kind: str, to: str, pieces: Iterable[Sequence[str]]) -> list[str]:
        found: dict[str, None] = {}
        for piece in pieces:
            for ids in self.api.links(kind, to, piece).values():
                found.update(dict.fromkeys(ids))
        return list(found)

    def _batch(self, kind: str, ids: Sequence[str]) -> list[Raw]:
        history = self.history(kind)
        size = HISTORY_LIMIT if history else BATCH_LIMIT
        found: list[Raw] = []
        for chunk in chunks(ids, size):
            page = self.api.batch_read(kind, chunk, self.properties(kind), history=history)
            found += page.results
        return found


def _inline_links(raw: Raw, kind: str) -> tuple[dict[str, list[str]], bool]:
    """Return the links inside a listed record, and whether there are more than it shows."""
    associations = raw.get("associations")
    if not isinstance(associations, dict):
        return {}, False
    found: dict[str, list[str]] = {}
    more = False
    for to, plural in _LINKED[kind]:
        block = associations.get(plural)
        if not isinstance(block, dict):
            continue
        results = block.get("results")
        if results == []:
            continue
        found[to] = in_order(read_links(results))
        more = more or block.get("paging") is not None
    return found, more
