"""One API call: what was asked, who asks, and what every handler may use."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from csmdesk.sandbox.faults import Plan
from csmdesk.sandbox.limits import Limits
from csmdesk.sandbox.names import ObjectType, object_type
from csmdesk.sandbox.operations import Origin
from csmdesk.sandbox.records import Record
from csmdesk.sandbox.replies import ApiError, invalid
from csmdesk.sandbox.state import State
from csmdesk.sandbox.timing import CrmClock

ALL_SCOPES = "*"
BATCH_CAP = 100


@dataclass(slots=True, kw_only=True)
class Crm:
    """The running account: its data, clock, limits and the tokens that open it.

    Attributes:
        tokens: token -> scopes; `*` is every scope.
        expired: tokens that were good once.
        admin: the token that the control endpoints take, whatever happens to the others.
        faults: which requests meet which fault.
        shut: closes the port for so many seconds; None where there is no port.
        link_page: how many associations of one record a batch read gives at a time.
        requests: the latest requests: method, path with query, status, fault if any.
    """

    state: State
    clock: CrmClock
    limits: Limits = field(default_factory=Limits)
    tokens: dict[str, frozenset[str]] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    admin: str = ""
    faults: Plan = field(default_factory=Plan)
    shut: Callable[[float], Awaitable[None]] | None = None
    link_page: int = 500
    requests: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=50_000))
    found: tuple[object, list[Record]] = (None, [])

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone."""
        return ZoneInfo(str(self.state.meta.get("time_zone", "UTC")))

    def authorize(self, header: str | None) -> frozenset[str]:
        """The scopes of a bearer header. Raises ApiError (401)."""
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise ApiError(
                401,
                "INVALID_AUTHENTICATION",
                "Authentication credentials not found. This API supports OAuth 2.0 authentication.",
            )
        token = token.strip()
        if token in self.expired:
            raise ApiError(401, "EXPIRED_AUTHENTICATION", "The access token is expired.")
        if token not in self.tokens:
            raise ApiError(
                401, "INVALID_AUTHENTICATION", "The access token is invalid or was revoked."
            )
        return self.tokens[token]


@dataclass(slots=True, kw_only=True)
class Call:
    """One request as handlers see it."""

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, list[str]]
    raw: bytes
    scopes: frozenset[str]

    @property
    def version(self) -> str:
        """`2026-09` and the like, or `v3`/`v4` for the old paths."""
        return self.params.get("version", "v3")

    @property
    def base(self) -> str:
        """The path without a trailing slash, for links to the next page."""
        return self.path.rstrip("/")

    def kind(self, name: str = "type") -> ObjectType:
        """The object type in the path. Raises ApiError if there is none of that name."""
        kind = object_type(self.params[name])
        if kind is None:
            raise invalid(f"Unable to infer object type from: {self.params[name]}")
        return kind

    def need(self, scope: str) -> None:
        """Raises ApiError (403) if the token lacks a scope."""
        if ALL_SCOPES in self.scopes or scope in self.scopes:
            return
        raise ApiError(
            403,
            "MISSING_SCOPES",
            "This app hasn't been granted all required scopes to make this call. "
            "Read more about required scopes here: https://developers.hubspot.com/scopes.",
            errors=[
                {
                    "message": "One or more of the following scopes are required.",
                    "context": {"requiredGranularScopes": [scope]},
                }
            ],
            links={"scopes": "https://developers.hubspot.com/scopes"},
        )

    def need_read(self, kind: ObjectType) -> None:
        """Raises ApiError (403) unless records of this type may be read."""
        self.need(kind.scope if kind.scope == "tickets" else f"{kind.scope}.read")

    def need_write(self, kind: ObjectType) -> None:
        """Raises ApiError (403) unless records of this type may be written."""
        self.need(kind.scope if kind.scope == "tickets" else f"{kind.scope}.write")

    def one(self, name: str) -> str | None:
        """A query parameter that is given once."""
        values = self.query.get(name)
        return values[-1] if values else None

    def many(self, name: str) -> list[str]:
        """A list parameter: repeated, joined by commas, or both (fact sheet §3)."""
        parts = (part for value in self.query.get(name, []) for part in value.split(","))
        return [part.strip() for part in parts if part.strip()]

    def flag(self, name: str) -> bool:
        """A yes/no parameter; `True` and `true` both count."""
        return (self.one(name) or "").lower() == "true"

    def number(self, name: str, default: int, most: int) -> int:
        """A count parameter. Raises ApiError outside 1..most."""
        text = self.one(name)
        if text is None or text == "":
            return default
        if not text.isdigit() or not 1 <= int(text) <= most:
            raise invalid(f"{name} must be between 1 and {most}", "INVALID_LIMIT")
        return int(text)

    def body(self) -> Any:
        """The JSON body. Raises ApiError if it is not JSON."""
        try:
            return orjson.loads(self.raw)
        except orjson.JSONDecodeError:
            raise invalid("Invalid input JSON: the body could not be read") from None

    def document(self) -> Mapping[str, Any]:
        """The JSON body, which must be an object."""
        body = self.body()
        if not isinstance(body, Mapping):
            raise invalid("Invalid input JSON: an object is expected")
        return body

    def inputs(self, most: int = BATCH_CAP) -> list[Mapping[str, Any]]:
        """The `inputs` of a batch. Raises ApiError if absent, malformed or too many."""
        given = self.document().get("inputs")
        if not isinstance(given, list) or not all(isinstance(entry, Mapping) for entry in given):
            raise invalid("Invalid input JSON: inputs must be a list of objects")
        if len(given) > most:
            raise invalid(f"The maximum number of inputs supported is {most}", "BATCH_TOO_LARGE")
        return given

    def origin(self, trace: Any = None) -> Origin:
        """Where a write of this call comes from."""
        return Origin(
            version=self.version,
            request=f"{self.method} {self.path}",
            trace=None if trace is None else str(trace),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back; a body of None has no content."""

    body: Any
    status: int = 200


Handler = Callable[[Crm, Call], Answer]
