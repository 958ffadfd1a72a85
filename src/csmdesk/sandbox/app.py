"""The HTTP face: routes over one core, and what every call goes through."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from csmdesk.sandbox import associations_api as links
from csmdesk.sandbox import objects_api as objects
from csmdesk.sandbox import setup_api as setup
from csmdesk.sandbox.calls import Answer, Call, Crm, Handler
from csmdesk.sandbox.replies import ApiError

VERSIONS = ("2025-09", "2026-03", "2026-09")
LONGEST_URL = 16_000
"""Beyond it the answer is 414; reports range from 8,000 to about 16,000 (fact sheet §3)."""

# What follows the stem of an area, for every version of it.
_OBJECTS: list[tuple[str, str, Handler]] = [
    ("GET", "/{type}", objects.list_records),
    ("POST", "/{type}", objects.create_record),
    ("POST", "/{type}/batch/read", objects.batch_read),
    ("POST", "/{type}/batch/create", objects.batch_create),
    ("POST", "/{type}/batch/update", objects.batch_update),
    ("POST", "/{type}/batch/upsert", objects.batch_upsert),
    ("POST", "/{type}/batch/archive", objects.batch_archive),
    ("POST", "/{type}/search", objects.search_records),
    ("POST", "/{type}/merge", objects.merge_records),
    ("GET", "/{type}/{id}", objects.read_record),
    ("PATCH", "/{type}/{id}", objects.update_record),
    ("DELETE", "/{type}/{id}", objects.archive_record),
]
_RECORD_LINKS: list[tuple[str, str, Handler]] = [
    ("GET", "/{from}/{id}/associations/{to}", links.list_links),
    ("PUT", "/{from}/{id}/associations/default/{to}/{to_id}", links.put_default),
    ("PUT", "/{from}/{id}/associations/{to}/{to_id}", links.put_labels),
    ("DELETE", "/{from}/{id}/associations/{to}/{to_id}", links.delete_link),
]
_V3_RECORD_LINKS: list[tuple[str, str, Handler]] = [
    ("GET", "/{from}/{id}/associations/{to}", links.list_links),
    ("PUT", "/{from}/{id}/associations/{to}/{to_id}/{link}", links.put_legacy),
    ("DELETE", "/{from}/{id}/associations/{to}/{to_id}/{link}", links.delete_link),
]
_LINKS: list[tuple[str, str, Handler]] = [
    ("POST", "/{from}/{to}/batch/read", links.batch_read),
    ("POST", "/{from}/{to}/batch/create", links.batch_create),
    ("POST", "/{from}/{to}/batch/associate/default", links.batch_default),
    ("POST", "/{from}/{to}/batch/archive", links.batch_archive),
    ("POST", "/{from}/{to}/batch/labels/archive", links.batch_archive_labels),
    ("GET", "/{from}/{to}/labels", links.list_labels),
    ("POST", "/{from}/{to}/labels", links.create_label),
]
_OWNERS: list[tuple[str, str, Handler]] = [
    ("GET", "", setup.list_owners),
    ("GET", "/", setup.list_owners),
    ("GET", "/{id}", setup.read_owner),
]
_PROPERTIES: list[tuple[str, str, Handler]] = [
    ("GET", "/{type}", setup.list_properties),
    ("POST", "/{type}", setup.create_property),
    ("POST", "/{type}/batch/read", setup.batch_read_properties),
    ("POST", "/{type}/batch/create", setup.batch_create_properties),
    ("GET", "/{type}/groups", setup.list_groups),
    ("GET", "/{type}/{name}", setup.read_property),
    ("PATCH", "/{type}/{name}", setup.update_property),
    ("DELETE", "/{type}/{name}", setup.archive_property),
]
_PIPELINES: list[tuple[str, str, Handler]] = [
    ("GET", "/{type}", setup.list_pipelines),
    ("GET", "/{type}/{id}", setup.read_pipeline),
    ("GET", "/{type}/{id}/stages", setup.list_stages),
    ("POST", "/{type}/{id}/stages", setup.create_stage),
    ("GET", "/{type}/{id}/stages/{stage}", setup.read_stage),
]
_ACCOUNT: list[tuple[str, str, Handler]] = [
    ("GET", "/details", setup.account_details),
    ("GET", "/api-usage/daily/private-apps", setup.daily_usage),
]

# Old stem, dated stem (`{version}` in it), what they hold (fact sheet §1).
_AREAS: list[tuple[tuple[str, ...], list[tuple[str, str, Handler]]]] = [
    (("/crm/v3/objects", "/crm/objects/{version}"), _OBJECTS),
    (("/crm/v4/objects", "/crm/objects/{version}"), _RECORD_LINKS),
    (("/crm/v3/objects",), _V3_RECORD_LINKS),
    (("/crm/v4/associations", "/crm/associations/{version}"), _LINKS),
    (
        ("/crm/v3/associations",),
        [("POST", "/{from}/{to}/batch/read", links.legacy_batch_read)],
    ),
    (("/crm/v3/owners", "/crm/owners/{version}"), _OWNERS),
    (("/crm/v3/properties", "/crm/properties/{version}"), _PROPERTIES),
    (("/crm/v3/pipelines", "/crm/pipelines/{version}"), _PIPELINES),
    (("/account-info/v3", "/account-info/{version}"), _ACCOUNT),
]


def json_response(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    """An answer as the bytes of a JSON response."""
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    return Response(
        orjson.dumps(answer.body),
        status_code=answer.status,
        headers=headers,
        media_type="application/json;charset=utf-8",
    )


def refused(refusal: ApiError, headers: dict[str, str] | None = None) -> Response:
    """A refusal as a response."""
    sent = {**(headers or {}), **refusal.headers}
    return json_response(Answer(refusal.body(), refusal.status), sent)


def parse_query(request: Request) -> dict[str, list[str]]:
    """Query parameters with every value they were given."""
    return parse_qs(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _check_address(request: Request) -> None:
    version = request.path_params.get("version")
    if version is not None and version not in VERSIONS:
        raise ApiError(404, "NOT_FOUND", f"There is no API version {version}.")
    if len(request.scope["raw_path"]) + len(request.scope["query_string"]) > LONGEST_URL:
        raise ApiError(414, "URI_TOO_LONG", "The request URI is too long.")


def _endpoint(crm: Crm, handlers: dict[str, Handler]) -> Callable[[Request], Awaitable[Response]]:
    searching = objects.search_records in handlers.values()

    async def endpoint(request: Request) -> Response:
        try:
            raw = await request.body()
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        headers: dict[str, str] = {}
        try:
            _check_address(request)
            scopes = crm.authorize(request.headers.get("authorization"))
            now = crm.clock()
            day = now.astimezone(crm.zone).date().isoformat()
            headers = crm.limits.spend(now, day, search=searching)
            call = Call(
                method=request.method,
                path=request.url.path,
                params=request.path_params,
                query=parse_query(request),
                raw=raw,
                scopes=scopes,
            )
            return json_response(handlers[request.method](crm, call), headers)
        except ApiError as error:
            return refused(error, headers)

    return endpoint


def build_routes(crm: Crm) -> list[Route]:
    """Every path of the API, old and dated, onto its handlers."""
    routes: list[Route] = []
    for stems, entries in _AREAS:
        for stem in stems:
            by_path: dict[str, dict[str, Handler]] = {}
            for method, rest, handler in entries:
                by_path.setdefault(rest, {})[method] = handler
            for rest, handlers in by_path.items():
                routes.append(Route(stem + rest, _endpoint(crm, handlers), methods=list(handlers)))
    return routes


async def _unknown(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    category = "METHOD_NOT_ALLOWED" if status == 405 else "NOT_FOUND"
    return refused(ApiError(status, category, "resource not found"))


def build_app(crm: Crm, extra: list[Route] | None = None) -> Starlette:
    """The API as an ASGI application."""
    return Starlette(
        routes=[*build_routes(crm), *(extra or [])],
        exception_handlers={404: _unknown, 405: _unknown},
    )
