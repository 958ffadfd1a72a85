"""What is peculiar to one portal: its stages, its field map, its zone. Read once per pull."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from csmdesk.crm.base import local_id
from csmdesk.text import clean_text

DealState = Literal["open", "won", "lost"]
TicketState = Literal["open", "waiting_on_customer", "closed"]

_RENEWAL_WORDS = ("renewal", "renewals", "subscription", "contract")
_WAITING_WORDS = ("contact", "customer", "client", "requester", "them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """What the mapping needs to know about a portal.

    Attributes:
        connection: the connection's key.
        fields: property per plural type and field.
        renewal_pipelines: ids of deal pipelines whose deals are subscriptions.
        deal_stages: label and state per stage id.
        ticket_stages: label and state per stage id.
        zone: rules which day an instant is on.
    """

    connection: str
    portal_id: str
    ui_domain: str = "app.hubspot.com"
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    renewal_pipelines: frozenset[str] = frozenset()
    deal_stages: Mapping[str, tuple[str, DealState]] = field(default_factory=dict)
    ticket_stages: Mapping[str, tuple[str, TicketState]] = field(default_factory=dict)
    zone: tzinfo = UTC

    def local(self, kind: str, remote_id: str) -> str:
        """Return the local id of a record of this portal."""
        return local_id(self.connection, kind, remote_id)

    def property_of(self, holder: str, name: str) -> str | None:
        """Return the property mapped to a field."""
        return self.fields.get(holder, {}).get(name)


def portal_zone(name: object) -> tzinfo:
    """Return a zone by its IANA name; UTC if nobody knows it."""
    try:
        return ZoneInfo(str(name)) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def renewal_pipelines(pipelines: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the ids of pipelines whose label says that their deals are renewals."""
    found = set()
    for pipeline in pipelines:
        words = str(pipeline.get("label", "")).lower().replace("-", " ").split()
        if any(word in _RENEWAL_WORDS for word in words):
            found.add(str(pipeline.get("id")))
    return frozenset(found)


def deal_stages(pipelines: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, DealState]]:
    """Return label and state of every deal stage, from its metadata."""
    return {
        identity: (label, _deal_state(metadata)) for identity, label, metadata in _stages(pipelines)
    }


def ticket_stages(pipelines: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, TicketState]]:
    """Return label and state of every ticket stage.

    HubSpot knows open and closed only; "waiting on contact" is a stage like any other, so that
    state is read from the label's words.
    """
    return {
        identity: (label, _ticket_state(label, metadata))
        for identity, label, metadata in _stages(pipelines)
    }


def _stages(
    pipelines: Sequence[Mapping[str, Any]],
) -> list[tuple[str, str, Mapping[str, Any]]]:
    return [
        (
            str(stage.get("id")),
            clean_text(str(stage.get("label") or ""), one_line=True, limit=120),
            stage.get("metadata") or {},
        )
        for pipeline in pipelines
        for stage in pipeline.get("stages") or ()
        if isinstance(stage, Mapping)
    ]


def _deal_state(metadata: Mapping[str, Any]) -> DealState:
    chance = str(metadata.get("probability", ""))
    if str(metadata.get("isClosed", "")).lower() == "true" or chance in ("1.0", "0.0", "1", "0"):
        return "won" if chance in ("1.0", "1") else "lost"
    return "open"


def _ticket_state(label: str, metadata: Mapping[str, Any]) -> TicketState:
    closed = str(metadata.get("ticketState", "")).upper() == "CLOSED"
    if closed or str(metadata.get("isClosed", "")).lower() == "true":
        return "closed"
    words = label.lower().split()
    if "waiting" in words and any(word in _WAITING_WORDS for word in words):
        return "waiting_on_customer"
    return "open"
