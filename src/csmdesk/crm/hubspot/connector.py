"""HubSpot as a CRM: the contract of `csmdesk.crm.base`, kept with the parts of this package."""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any, Literal

from csmdesk.crm.base import (
    Candidate,
    Capabilities,
    ConnectionSettings,
    Discovery,
    Fare,
    FieldChoice,
    FieldSets,
    Glimpse,
    Identity,
    Lookup,
    MappedProperty,
    Operation,
    Outcome,
    Owner,
    Page,
    PullRequest,
    Ref,
    TokenSource,
)
from csmdesk.crm.http import HttpClient, check_base_url
from csmdesk.crm.hubspot import values
from csmdesk.crm.hubspot.apart import Apart, NotStarted
from csmdesk.crm.hubspot.api import BATCH_LIMIT, SEARCH_LIMIT, HubSpotApi, Raw, Stopped, chunks
from csmdesk.crm.hubspot.glimpse import read_glimpse
from csmdesk.crm.hubspot.guesses import COMPANIES, chosen_fields, guess, with_maps
from csmdesk.crm.hubspot.keys import create_key, key_made, read_key, tiers_of
from csmdesk.crm.hubspot.mapped import mapped_properties, without
from csmdesk.crm.hubspot.names import (
    ENGAGEMENTS,
    HOSTS,
    PLURALS,
    PUBLIC_URL,
    SINGULARS,
    VERSION,
)
from csmdesk.crm.hubspot.portal import portal_zone
from csmdesk.crm.hubspot.pull import Pull
from csmdesk.crm.hubspot.reading import Reader
from csmdesk.crm.hubspot.sending import Sender
from csmdesk.crm.hubspot.two_sided import read_values
from csmdesk.crm.hubspot.whereabouts import fares
from csmdesk.crm.limits import RateLimiter
from csmdesk.errors import AuthRejected, CrmError, Rejected, UnexpectedReply
from csmdesk.text import clean_text

CRM = "hubspot"

_TYPE_IDS = {"company": "0-2", "contact": "0-1", "deal": "0-3", "ticket": "0-5"}


def open_hubspot(
    settings: ConnectionSettings,
    token: TokenSource,
    *,
    limiter: RateLimiter | None = None,
    version: str = VERSION,
    total: float = 90.0,
    sleep: Callable[[float], None] = time.sleep,
    apart_from: int | None = None,
    mapping_apart: bool = False,
) -> "HubSpot":
    """Open a connector. Nothing is sent before it is asked for something.

    Args:
        settings: the connection; `base_url` may be empty for HubSpot's public address.
        token: gives the access token.
        limiter: paces the requests.
        version: the dated version of the API.
        total: seconds one request may take.
        sleep: waits between two tries.
        apart_from: how many companies make a first pull so big that it is read by a process of
            its own; `None` is never.
        mapping_apart: whether the threads that read a pull also map it.

    Raises:
        ConfigError: the address is not one that a token may be sent to.
    """
    base_url = check_base_url(settings.base_url or PUBLIC_URL, HOSTS)
    http = HttpClient(base_url, token, total=total)
    pace = limiter or RateLimiter(sleep=sleep)
    api = HubSpotApi(http, pace, version=version, sleep=sleep)
    apart = Apart(settings, token, pace, version, total)
    return HubSpot(api, settings, apart, apart_from, mapping_apart=mapping_apart)


class HubSpot:
    """One portal. Made by `open_hubspot`."""

    def __init__(
        self,
        api: HubSpotApi,
        settings: ConnectionSettings,
        apart: Apart,
        apart_from: int | None = None,
        *,
        mapping_apart: bool = False,
    ) -> None:
        self._api = api
        self._settings = settings
        self._apart = apart
        self._apart_from = apart_from
        self._mapping_apart = mapping_apart
        self._lock = threading.Lock()
        self._details: Raw | None = None
        self._reader_made: Reader | None = None
        self._closing = threading.Event()
        self._properties: dict[str, list[Raw]] = {}
        self._unread: FieldSets = {}
        self._sender = Sender(api, settings.fields, self._zone)

    @property
    def requests(self) -> int:
        """How many HTTP requests have been made."""
        return self._api.requests + self._apart.requests

    @property
    def heard(self) -> Sequence[tuple[float, datetime]]:
        """What time it was at HubSpot, and by this machine's `monotonic`, at its latest answers."""
        return self._api.heard()

    def identity(self) -> Identity:
        """Return whose portal this is.

        Raises:
            CrmError: it did not say.
        """
        details = self._account()
        portal = details.get("portalId")
        if not isinstance(portal, int | str) or not str(portal).isdigit():
            raise UnexpectedReply("HubSpot did not say which portal the token belongs to.")
        return Identity(
            key=f"{CRM}:{portal}",
            portal_id=str(portal),
            name=_portal_name(details, str(portal)),
            kind=values.line(details, "accountType"),
            zone=values.line(details, "timeZone"),
            currency=values.line(details, "companyCurrency"),
        )

    def discover(self, maps: Mapping[str, str] | None = None) -> Discovery:
        """Read owners, properties and abilities.

        Args:
            maps: what the user mapped, in place of guesses.

        Raises:
            UsageError: a mapped field or property does not exist.
            CrmError: the portal did not answer.
        """
        with ThreadPoolExecutor(4, thread_name_prefix="discover") as pool:
            readable = dict(zip(PLURALS, pool.map(self._may_read, PLURALS), strict=True))
            known = dict(zip(PLURALS, pool.map(self._properties_of, PLURALS), strict=True))
            owners = pool.map(lambda archived: self._api.owners(archived=archived), (False, True))
            people = [_owner(raw) for listed in owners for raw in listed if raw.get("id")]
        properties = {PLURALS[kind]: listed for kind, listed in known.items()}
        choices: tuple[FieldChoice, ...] = guess(properties)
        if maps:
            choices = with_maps(choices, maps, properties)
        tiers, keys = tiers_of(known)
        return Discovery(
            owners=tuple(people),
            choices=choices,
            capabilities=Capabilities(
                tiers=tiers,
                readable=tuple(kind for kind, may in readable.items() if may),
                can_create_keys="B" in tiers.values(),
                keys=keys,
            ),
            mapped=mapped_properties(chosen_fields(choices), properties),
        )

    def mapped(self, holders: Collection[str] = ()) -> tuple[MappedProperty, ...]:
        """Read how the mapped properties stand; of these holders only, if any are named.

        Raises:
            CrmError: the portal did not answer.
        """
        fields = self._settings.fields
        asked = [each for each in holders or fields if fields.get(each)]
        kinds = [SINGULARS[holder] for holder in asked]
        for kind in kinds:
            self._properties.pop(kind, None)
        with ThreadPoolExecutor(4, thread_name_prefix="mapped") as pool:
            found = dict(zip(asked, pool.map(self._properties_of, kinds), strict=True))
        return mapped_properties(fields, found)

    def leave_out(self, unread: FieldSets, unwritten: FieldSets) -> None:
        """Neither read nor write these fields from now on."""
        with self._lock:
            self._unread = self._apart.unread = unread
            self._reader_made = None
        self._sender = Sender(self._api, without(self._settings.fields, unwritten), self._zone)

    def count_mine(self) -> int:
        """Return how many companies the owner of the settings has."""
        page = self._api.search("company", (self._mine(),), (), sort="hs_object_id", limit=1)
        return page.total if page.total is not None else len(page.results)

    def _count(self) -> int:
        """Return how many companies are in scope."""
        if self._settings.scope == "mine":
            return self.count_mine()
        every = {"propertyName": "hs_object_id", "operator": "GT", "value": "0"}
        return self._api.search("company", (every,), (), sort="hs_object_id", limit=1).total or 0

    def companies(self) -> Iterator[Candidate]:
        """Yield the companies in scope, by name and domain."""
        filters = (self._mine(),) if self._settings.scope == "mine" else ()
        last = "0"
        while True:
            after = {"propertyName": "hs_object_id", "operator": "GT", "value": last}
            page = self._api.search(
                "company", (*filters, after), ("name", "domain"), sort="hs_object_id"
            )
            yield from (_candidate("company", raw) for raw in page.results)
            if len(page.results) < SEARCH_LIMIT:
                return
            last = str(page.results[-1].get("id"))

    def contacts_of(self, companies: Sequence[str]) -> Iterator[Candidate]:
        """Yield the contacts of companies, by name and e-mail."""
        for piece in chunks(companies, BATCH_LIMIT):
            owners: dict[str, str] = {}
            for company, contacts in self._api.links("company", "contact", piece).items():
                for contact in contacts:
                    owners.setdefault(contact, company)
            for ids in chunks(list(owners), BATCH_LIMIT):
                page = self._api.batch_read("contact", ids, ("firstname", "lastname", "email"))
                for raw in page.results:
                    yield replace(
                        _candidate("contact", raw), company=owners.get(str(raw.get("id")))
                    )

    def create_keys(self) -> Capabilities:
        """Create the unique property on every activity type that lacks it.

        Raises:
            AuthRejected: the token may not.
            CrmError: the portal refused or did not answer.
        """
        for kind in ENGAGEMENTS:
            if key_made(self._properties_of(kind)) is None:
                create_key(self._api, kind, self._properties_of(kind))
                self._properties.pop(kind, None)
        tiers, keys = tiers_of({kind: self._properties_of(kind) for kind in ENGAGEMENTS})
        return Capabilities(tiers=tiers, readable=self._settings.capabilities.readable, keys=keys)

    def keys_made(self, types: Collection[str]) -> Mapping[str, str]:
        """Read when the unique property of each of these activity types was made.

        Raises:
            CrmError: the portal did not say it of every one.
        """
        found = {kind: read_key(self._api, kind) for kind in types}
        return {kind: made for kind, made in found.items() if made is not None}

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """Yield what is new, page by page.

        Raises:
            CrmError: the portal cannot be read; what was yielded stays valid.
            SyncRefused: a list does not end.
        """
        self._learn_options()
        closing = threading.Event()
        pull = Pull(
            self._reader(), self._settings, request, closing, mapping_apart=self._mapping_apart
        )
        if self._apart_from is not None and pull.begins and self._count() >= self._apart_from:
            stopping = replace(request, stop=lambda: self._closing.is_set() or request.stop())
            try:
                yield from self._apart.pages(stopping)
            except NotStarted:
                pass  # then it takes longer
            else:
                return
        self._api.stop = lambda: closing.is_set() or self._closing.is_set() or request.stop()
        try:
            yield from pull.pages()
        except Stopped:
            return
        finally:
            closing.set()
            self._api.stop = self._closing.is_set

    def read(self, refs: Sequence[Ref]) -> tuple[Page, ...]:
        """Read these very records whole; the rest is left out when it is stopped."""
        by_kind: dict[str, list[str]] = {}
        for ref in refs:
            by_kind.setdefault(ref.object_type, []).append(ref.remote_id)
        reader = self._reader()
        pages: list[Page] = []
        try:
            for kind, ids in by_kind.items():
                for chunk in chunks(ids, 500):
                    found = reader.by_ids(kind, chunk)
                    pages.append(reader.mapped(found))
        except Stopped:
            pass  # by the user; what was read is good
        return tuple(pages)

    def exists(self, ref: Ref) -> Literal["yes", "archived", "gone", "no_access", "unknown"]:
        """Say how a record fares, by reading it directly."""
        try:
            self._api.read(ref.object_type, ref.remote_id, ("hs_object_id",))
        except Rejected as error:
            return self._in_the_bin(ref) if error.status == 404 else "unknown"
        except AuthRejected as error:
            return "no_access" if error.scope_only else "unknown"
        except CrmError:
            return "unknown"
        return "yes"

    def glimpse(self, ref: Ref) -> Glimpse:
        """Read what an activity is, for a person to know it by.

        Raises:
            CrmError: it cannot be read.
        """
        return read_glimpse(self._api, ref)

    def fares(self, object_type: str, remote_ids: Sequence[str]) -> Mapping[str, Fare]:
        """Say how records fare that a list no longer shows, a hundred at a time."""
        mine = object_type == "company" and self._settings.scope == "mine"
        filtered = self._mine()
        whose = (filtered["propertyName"], filtered["value"]) if mine else None
        return fares(self._api, object_type, remote_ids, whose)

    def send(self, operations: Sequence[Operation]) -> tuple[Outcome, ...]:
        """Send operations of one kind and type."""
        return self._sender.send(operations)

    def look_up(self, operation: Operation) -> Lookup:
        """Find out whether an operation arrived."""
        return self._sender.look_up(operation)

    def fields_of(self, object_type: str, told: Mapping[str, Any]) -> Mapping[str, str | None]:
        """Return what a record says of the fields that both sides may change."""
        known = {str(each.get("name")): each for each in self._properties.get(object_type, ())}
        fields = without(self._settings.fields, self._unread)
        return read_values(object_type, told, fields, self._zone(), known)

    def url(self, ref: Ref) -> str | None:
        """Return the address of a record in HubSpot's own pages."""
        type_id = _TYPE_IDS.get(ref.object_type)
        if type_id is None:
            return None
        details = self._account()
        domain = str(details.get("uiDomain") or "app.hubspot.com")
        return (
            f"https://{domain}/contacts/{details.get('portalId')}/record/{type_id}/{ref.remote_id}"
        )

    def close(self) -> None:
        """Stop what is under way and close the connections."""
        self._closing.set()
        self._api.close()

    def _mine(self) -> dict[str, str]:
        name = self._settings.fields.get(COMPANIES, {}).get("csm", "hubspot_owner_id")
        owner = self._settings.owner_remote_id or ""
        return {"propertyName": name, "operator": "EQ", "value": owner}

    def _learn_options(self) -> None:
        """Read what the options of a forecast mean, while nobody's transaction waits for it."""
        for kind in ("company", "deal"):
            if "forecast" in self._settings.fields.get(PLURALS[kind], {}):
                self._properties_of(kind)

    def _zone(self) -> tzinfo:
        return portal_zone(self._account().get("timeZone"))

    def _account(self) -> Raw:
        with self._lock:
            if self._details is None:
                self._details = self._api.details()
            return self._details

    def _reader(self) -> Reader:
        details = self._account()
        with self._lock:
            if self._reader_made is None:
                key = self._settings.key or f"{CRM}:{details.get('portalId')}"
                self._reader_made = Reader(
                    self._api, key, details, self._settings.fields, self._unread
                )
            return self._reader_made

    def _properties_of(self, kind: str) -> list[Raw]:
        if kind not in self._properties:
            try:
                self._properties[kind] = self._api.properties(kind)
            except (AuthRejected, Rejected) as error:
                if isinstance(error, AuthRejected) and not error.scope_only:
                    raise
                self._properties[kind] = []
        return self._properties[kind]

    def _may_read(self, kind: str) -> bool:
        try:
            self._api.list_page(kind, ("hs_object_id",))
        except AuthRejected as error:
            if not error.scope_only:
                raise
            return False
        except Rejected:
            return False
        return True

    def _in_the_bin(self, ref: Ref) -> Literal["archived", "gone", "unknown"]:
        try:
            self._api.read(ref.object_type, ref.remote_id, ("hs_object_id",), archived=True)
        except Rejected as error:
            return "gone" if error.status == 404 else "unknown"
        except CrmError:
            return "unknown"
        return "archived"


def _candidate(kind: str, raw: Mapping[str, Any]) -> Candidate:
    found = raw.get("properties")
    properties: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    person = (values.line(properties, "firstname"), values.line(properties, "lastname"))
    return Candidate(
        ref=Ref(kind, str(raw.get("id"))),
        name=values.line(properties, "name") or " ".join(part for part in person if part),
        domain=values.line(properties, "domain"),
        email=values.line(properties, "email"),
    )


def _owner(raw: Mapping[str, Any]) -> Owner:
    name = " ".join(
        part for part in (values.line(raw, "firstName"), values.line(raw, "lastName")) if part
    )
    email = values.line(raw, "email")
    return Owner(
        remote_id=str(raw.get("id")),
        name=name or email or str(raw.get("id")),
        email=email,
        archived=raw.get("archived") is True,
    )


def _portal_name(details: Mapping[str, Any], portal: str) -> str:
    """Return words for the portal; HubSpot gives a number, its kind and its pages' domain."""
    kind = str(details.get("accountType") or "").replace("_", " ").lower()
    name = f"portal {portal}"
    return clean_text(f"{name} ({kind})" if kind else name, one_line=True, limit=80)
