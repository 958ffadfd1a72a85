"""HubSpot's HTTP API: paths, paging, what may be repeated and what may not.

Reading is repeated after a failure, for it does no harm. Writing is sent once, and a failure is
handed up as it is: whether it may be sent again is not for this module to say.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from csmdesk.crm.base import Stop
from csmdesk.crm.http import HttpClient, Reply
from csmdesk.crm.hubspot.complete import (
    insist_on_hits,
    insist_on_links,
    insist_on_records,
)
from csmdesk.crm.hubspot.names import PLURALS, VERSION
from csmdesk.crm.hubspot.replies import decoded, failure, server_time
from csmdesk.crm.hubspot.shapes import Raw as Raw
from csmdesk.crm.hubspot.shapes import (
    RawPage,
    after_of,
    dict_of,
    dicts,
    in_order,
    page_of,
    read_links,
)
from csmdesk.crm.limits import RateLimiter
from csmdesk.errors import RateLimited, UnexpectedReply, Unreachable

LIST_LIMIT: Final = 100
HISTORY_LIMIT: Final = 50
SEARCH_LIMIT: Final = 200
BATCH_LIMIT: Final = 100
LINK_BATCH_LIMIT: Final = 1000
_TRIES: Final = 4
_PATIENCE: Final = 60.0
_LINK_PAGES: Final = 100
_REMEMBERED: Final = 499
"""Of how many answers the CRM's time is kept."""


class Stopped(Exception):
    """The user asked to stop between two requests."""


class HubSpotApi:
    """The calls of HubSpot's API that csmdesk makes. Safe for several threads.

    Args:
        http: the client, with token and address.
        limiter: says when a request may leave.
        version: the dated version in the paths.
        sleep: waits between two tries of a read.
        stop: asked before each request of a read.
    """

    def __init__(
        self,
        http: HttpClient,
        limiter: RateLimiter,
        *,
        version: str = VERSION,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = http
        self._limiter = limiter
        self._version = version
        self._sleep = sleep
        self.stop: Stop = lambda: False
        self._heard: deque[tuple[float, datetime]] = deque(maxlen=_REMEMBERED)

    @property
    def requests(self) -> int:
        """How many HTTP requests have been made."""
        return self._http.requests

    def clock(self) -> datetime | None:
        """Return the CRM's own time at its latest answer."""
        return self._heard[-1][1] if self._heard else None

    def heard(self) -> tuple[tuple[float, datetime], ...]:
        """Return what time it was at the CRM, and by `monotonic` here, at its latest answers."""
        return tuple(self._heard)

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    # Reading ---------------------------------------------------------------------------------

    def details(self) -> Raw:
        """Read whose account the token opens."""
        return self._read("GET", f"/account-info/{self._version}/details")[0]

    def owners(self, *, archived: bool) -> list[Raw]:
        """Read every owner, or every archived one."""
        return self._all(
            f"/crm/owners/{self._version}", {"limit": "100", "archived": _flag(archived)}
        )

    def properties(self, kind: str) -> list[Raw]:
        """Read the definitions of a type's properties."""
        return self._all(f"/crm/properties/{self._version}/{PLURALS[kind]}", {})

    def property_of(self, kind: str, name: str) -> Raw:
        """Read the definition of one property of a type.

        Raises:
            Rejected: with status 404 if there is none.
        """
        path = f"/crm/properties/{self._version}/{PLURALS[kind]}/{name}"
        return self._read("GET", path)[0]

    def pipelines(self, kind: str) -> list[Raw]:
        """Read the pipelines of a type with their stages."""
        return self._all(f"/crm/pipelines/{self._version}/{PLURALS[kind]}", {})

    def list_page(
        self,
        kind: str,
        properties: Sequence[str],
        *,
        after: str | None = None,
        archived: bool = False,
        history: Sequence[str] = (),
        links: Sequence[str] = (),
    ) -> RawPage:
        """Read a page of all records of a type, in the order of their ids.

        Args:
            kind: our word for the type.
            properties: names to ask for.
            after: where the last page said the next one begins.
            archived: whether to read the recycle bin instead.
            history: names to ask for with their past values; halves the page.
            links: types whose associations come along.
        """
        params = {
            "limit": str(HISTORY_LIMIT if history else LIST_LIMIT),
            "properties": ",".join(properties),
            "archived": _flag(archived),
        }
        if history:
            params["propertiesWithHistory"] = ",".join(history)
        if links:
            params["associations"] = ",".join(PLURALS[link] for link in links)
        if after is not None:
            params["after"] = after
        return page_of(*self._read("GET", self._objects(kind), params=params))

    def search(
        self,
        kind: str,
        filters: Sequence[Mapping[str, Any]],
        properties: Sequence[str],
        *,
        sort: str,
        limit: int = SEARCH_LIMIT,
    ) -> RawPage:
        """Read the first page of what fits every filter, ascending by one property.

        Search lags behind writes, shows nothing archived, no associations, and ends at 10,000
        results; walking by keyset instead of by page makes the last of these harmless.
        """
        body = {
            "filterGroups": [{"filters": [dict(entry) for entry in filters]}],
            "sorts": [{"propertyName": sort, "direction": "ASCENDING"}],
            "properties": list(properties),
            "limit": limit,
            "after": 0,
        }
        return page_of(
            *self._read(
                "POST",
                f"{self._objects(kind)}/search",
                json=body,
                is_search=True,
                check=insist_on_hits,
            )
        )

    def batch_read(
        self,
        kind: str,
        ids: Sequence[str],
        properties: Sequence[str],
        *,
        history: Sequence[str] = (),
        id_property: str | None = None,
        archived: bool = False,
    ) -> RawPage:
        """Read up to 100 records (50 with history). Those that are gone are left out.

        `archived`: look in the recycle bin instead.

        Raises:
            UnexpectedReply: others are left out as well.
        """
        asked = list(dict.fromkeys(ids))
        page = self._batch_read(kind, asked, properties, history, id_property, archived=archived)
        if id_property is not None:
            return page

        def read_one(record: str) -> tuple[list[Raw], frozenset[str]]:
            again = self._batch_read(kind, [record], properties, history, None, archived=archived)
            return again.results, again.absent

        whole = insist_on_records(asked, page.results, page.absent, read_one)
        return page if len(whole) == len(page.results) else replace(page, results=whole)

    def _batch_read(
        self,
        kind: str,
        ids: Sequence[str],
        properties: Sequence[str],
        history: Sequence[str],
        id_property: str | None,
        *,
        archived: bool,
    ) -> RawPage:
        body: Raw = {
            "properties": list(properties),
            "propertiesWithHistory": list(history),
            "inputs": [{"id": each} for each in ids],
        }
        if id_property is not None:
            body["idProperty"] = id_property
        path = f"{self._objects(kind)}/batch/read"
        params = {"archived": "true"} if archived else None
        return page_of(*self._read("POST", path, params=params, json=body))

    def links(self, kind: str, to: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """Read which records of another type these are associated with, the main one first."""
        found: dict[str, list[tuple[int, str]]] = {}
        path = f"/crm/associations/{self._version}/{PLURALS[kind]}/{PLURALS[to]}/batch/read"
        inputs = [{"id": each} for each in ids]
        pages = 0
        while inputs:
            pages += 1
            if pages > _LINK_PAGES:
                raise UnexpectedReply("HubSpot's list of associations does not end.")
            told, _ = self._read("POST", path, json={"inputs": inputs}, check=insist_on_links)
            inputs = []
            for entry in dicts(told.get("results")):
                origin = str(dict_of(entry.get("from")).get("id", ""))
                kept = found.setdefault(origin, [])
                kept += read_links(entry.get("to"))
                after = after_of(entry)
                if after is not None:
                    inputs.append({"id": origin, "after": after})
        return {origin: in_order(kept) for origin, kept in found.items()}

    def read(
        self,
        kind: str,
        record: str,
        properties: Sequence[str],
        *,
        id_property: str | None = None,
        archived: bool = False,
    ) -> Raw:
        """Read one record.

        Raises:
            Rejected: with status 404 if there is none.
        """
        params = {"properties": ",".join(properties), "archived": _flag(archived)}
        if id_property is not None:
            params["idProperty"] = id_property
        return self._read("GET", f"{self._objects(kind)}/{record}", params=params)[0]

    # Writing ---------------------------------------------------------------------------------

    def create(
        self, kind: str, properties: Mapping[str, str], links: Sequence[Mapping[str, Any]]
    ) -> Raw:
        """Create a record. Not repeatable: a lost answer leaves doubt."""
        body = {"properties": dict(properties), "associations": [dict(link) for link in links]}
        return self._write("POST", self._objects(kind), body)

    def upsert(
        self, kind: str, key_property: str, inputs: Sequence[tuple[str, Mapping[str, str]]]
    ) -> Raw:
        """Create or update up to 100 records by a unique property. Repeatable."""
        body = {
            "inputs": [
                {
                    "idProperty": key_property,
                    "id": key,
                    "objectWriteTraceId": key,
                    "properties": {**properties, key_property: key},
                }
                for key, properties in inputs
            ]
        }
        return self._write("POST", f"{self._objects(kind)}/batch/upsert", body)

    def update(self, kind: str, record: str, properties: Mapping[str, str]) -> Raw:
        """Change some properties of a record. Repeatable."""
        return self._write(
            "PATCH", f"{self._objects(kind)}/{record}", {"properties": dict(properties)}
        )

    def archive(self, kind: str, record: str) -> None:
        """Put a record into the recycle bin. Repeatable."""
        self._write("DELETE", f"{self._objects(kind)}/{record}", None)

    def link(self, kind: str, record: str, to: str, other: str) -> None:
        """Associate two records in the ordinary way. Repeatable."""
        path = f"{self._objects(kind)}/{record}/associations/default/{PLURALS[to]}/{other}"
        self._write("PUT", path, None)

    def link_all(self, kind: str, to: str, pairs: Sequence[tuple[str, str]]) -> Raw:
        """Associate up to 2,000 pairs of records in the ordinary way. Repeatable."""
        path = f"/crm/associations/{self._version}/{PLURALS[kind]}/{PLURALS[to]}"
        inputs = [{"from": {"id": one}, "to": {"id": other}} for one, other in pairs]
        return self._write("POST", f"{path}/batch/associate/default", {"inputs": inputs})

    def create_property(self, kind: str, definition: Mapping[str, Any]) -> Raw:
        """Define a property of a type."""
        path = f"/crm/properties/{self._version}/{PLURALS[kind]}"
        return self._write("POST", path, dict(definition))

    # The one way out ---------------------------------------------------------------------------

    def _objects(self, kind: str) -> str:
        return f"/crm/objects/{self._version}/{PLURALS[kind]}"

    def _all(self, path: str, params: Mapping[str, str]) -> list[Raw]:
        found: list[Raw] = []
        after: str | None = None
        seen: set[str] = set()
        while True:
            asked = {**params, "after": after} if after is not None else dict(params)
            page = page_of(*self._read("GET", path, params=asked))
            found += page.results
            after = page.after
            if after is None:
                return found
            if after in seen:
                raise UnexpectedReply("HubSpot's pages go round in a circle.")
            seen.add(after)

    def _read(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        is_search: bool = False,
        check: Callable[[Raw], None] = lambda _: None,
    ) -> tuple[Raw, datetime | None]:
        tried = 0
        while True:
            if self.stop():
                raise Stopped
            tried += 1
            try:
                reply = self._send(method, path, params, json, is_search=is_search)
                told = decoded(reply)
                check(told)
                return told, server_time(reply)
            except RateLimited as error:
                if error.daily or error.retry_after > _PATIENCE or tried >= _TRIES * 2:
                    raise
                self._limiter.pause(error.retry_after)
            except (Unreachable, UnexpectedReply) as error:
                if tried >= _TRIES or (isinstance(error, Unreachable) and not error.sent):
                    raise
                self._sleep(random.uniform(0.1, 0.5) * 2**tried)  # noqa: S311 - only spreads tries

    def _write(self, method: str, path: str, body: Any) -> Raw:
        reply = self._send(method, path, None, body, is_search=False)
        if reply.status == 204 and method != "POST":
            return {}
        if not reply.body and method == "PUT":
            return {}
        return decoded(reply)

    def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        json: Any,
        *,
        is_search: bool,
    ) -> Reply:
        self._limiter.acquire(search=is_search)
        left = time.monotonic()
        reply = self._http.request(method, path, params=params, json=json)
        self._limiter.read(reply.headers)
        told = server_time(reply)
        if told is not None:
            self._heard.append(((left + time.monotonic()) / 2, told))
        if reply.status >= 300:
            raise failure(reply, path)
        return reply


def chunks(ids: Sequence[str], size: int) -> list[Sequence[str]]:
    """Return the ids in pieces of at most `size`."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _flag(value: bool) -> str:
    return "true" if value else "false"
