"""What the API answers: refusals, error bodies, record bodies."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from csmdesk.sandbox.names import ObjectType, link_name, object_type
from csmdesk.sandbox.records import Record
from csmdesk.sandbox.state import State

INLINE_LINKS = 100
"""How many associations of one kind a record body holds before it pages (fact sheet §14)."""


class ApiError(Exception):
    """The API says no.

    Args:
        status: the HTTP status.
        category: HubSpot's word for the reason.
        errors: details, each with `message` and perhaps `code`, `context`, `in`.
        more: further keys of the body; headers stand apart.
    """

    def __init__(
        self,
        status: int,
        category: str,
        message: str,
        *,
        errors: Sequence[dict[str, Any]] = (),
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.errors = list(errors)
        self.headers = headers or {}
        self.more = more

    def body(self) -> dict[str, Any]:
        """The error body (fact sheet §5)."""
        document: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "correlationId": str(uuid.uuid4()),
            "category": self.category,
        }
        if self.errors:
            document["errors"] = self.errors
        document.update(self.more)
        return document

    def in_batch(self, trace: str | None, **context: list[str]) -> dict[str, Any]:
        """The same as one entry of `errors` in a 207 answer."""
        details: dict[str, list[str]] = dict(context)
        if trace is not None:
            details["objectWriteTraceId"] = [trace]
        return {
            "status": "error",
            "category": self.category,
            "message": self.message,
            "context": details,
            "errors": self.errors,
            "links": {},
        }


def invalid(message: str, code: str = "", **context: list[str]) -> ApiError:
    """A 400 VALIDATION_ERROR with one detail."""
    detail: dict[str, Any] = {"message": message}
    if code:
        detail["code"] = code
    if context:
        detail["context"] = context
    return ApiError(400, "VALIDATION_ERROR", message, errors=[detail])


def not_found(kind: ObjectType, asked: str) -> ApiError:
    """A 404 for a record that is absent, archived or of another type."""
    return ApiError(
        404,
        "OBJECT_NOT_FOUND",
        "Object not found.  objectId are usually numeric.",
        errors=[
            {
                "message": f"No {kind.one} with id {asked}",
                "code": "OBJECT_NOT_FOUND",
                "context": {"id": [asked]},
            }
        ],
    )


def record_body(
    record: Record,
    names: Iterable[str],
    history: Sequence[str] = (),
) -> dict[str, Any]:
    """A record as the API shows it, with the named properties; unset ones are null."""
    own = record.properties
    body: dict[str, Any] = {
        "id": str(record.id),
        "properties": {name: own.get(name) for name in names},
        "createdAt": record.created,
        "updatedAt": record.updated,
        "archived": record.archived_at is not None,
    }
    if record.archived_at is not None:
        body["archivedAt"] = record.archived_at
    if history:
        body["propertiesWithHistory"] = {
            name: [
                {"value": value or "", "timestamp": at, "sourceType": source}
                for value, at, source in record.versions(name)
            ]
            for name in history
        }
    return body


def known_names(state: State, kind: ObjectType, asked: Sequence[str]) -> list[str]:
    """The names to show: the defaults (fact sheet §4) or what was asked for; unknown ones drop."""
    schema = state.schema(kind.key)
    stamps = (kind.created, kind.modified, "hs_object_id")
    return [name for name in dict.fromkeys((*(asked or kind.defaults), *stamps)) if name in schema]


def inline_links(
    state: State, record: Record, kind: ObjectType, asked: Iterable[str], path: str
) -> dict[str, Any]:
    """The `associations` of a record body, by plural name of the other type."""
    shown: dict[str, Any] = {}
    for name in asked:
        other = object_type(name)
        if other is None:
            raise invalid(f"Unable to infer object type from: {name}")
        links = state.linked_live(kind.key, record.id, other.key)
        results = [
            {"id": str(to_id), "type": link_name(kind, other, link)}
            for to_id, types in list(links.items())[:INLINE_LINKS]
            for link in types
        ]
        if not results:
            continue
        entry: dict[str, Any] = {"results": results}
        if len(links) > INLINE_LINKS:
            after = str(list(links)[INLINE_LINKS - 1])
            entry["paging"] = {
                "next": {
                    "after": after,
                    "link": f"{path}/{record.id}/associations/{other.key}?after={after}",
                }
            }
        shown[other.key] = entry
    return shown


def batch_body(
    results: list[Any],
    started: str,
    completed: str,
    errors: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """A batch answer; with errors it is the multi-status kind."""
    body: dict[str, Any] = {
        "status": "COMPLETE",
        "results": results,
        "startedAt": started,
        "completedAt": completed,
    }
    if errors:
        body["numErrors"] = len(errors)
        body["errors"] = list(errors)
    return body
