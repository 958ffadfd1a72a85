"""What a pull asks and brings: records read and mapped, page by page, each with its cursor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, Protocol, get_args

from csmdesk.crm.words import ObjectType, Stop
from csmdesk.domain.records import (
    Account,
    Contact,
    Meeting,
    Opportunity,
    Subscription,
    Survey,
    Task,
    Ticket,
    Touchpoint,
    User,
)

MirrorRecord = (
    User
    | Account
    | Subscription
    | Opportunity
    | Contact
    | Touchpoint
    | Meeting
    | Ticket
    | Survey
    | Task
)
"""What a remote record can turn into. A company may give several (account, contract)."""

Series = Sequence[tuple[str, ...]]
"""Many values of one record over time, spelled out: years of them make most of all rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far one walk has come. Opaque to everybody but the connector that made it.

    Attributes:
        object_type: what is walked; may carry a suffix for a special pass (`company+archived`).
        query_hash: changes when the question changes, so that new fields are read again.
        high_water: latest modification seen, never later than the CRM's own clock said.
        last_id: the last id at that instant, or in an id-ordered walk.
        page_token: where the CRM said the next page is.
        window_start: when the running walk began, by the CRM's clock.
        state: `walking` while a walk is under way, `settled` when it reached its end.
    """

    object_type: str
    query_hash: str
    high_water: datetime | None = None
    last_id: str | None = None
    page_token: str | None = None
    page_no: int = 0
    window_start: datetime | None = None
    state: Literal["walking", "settled"] = "walking"


KINDS: Final[dict[str, type[Any]]] = {kind.__name__: kind for kind in get_args(MirrorRecord)}
"""The classes of `MirrorRecord` by name."""


class RemoteRecord(NamedTuple):
    """One record as the CRM holds it, read and mapped. A tuple: a first pull makes so many.

    Attributes:
        modified_at: when it was last changed, spelled out.
        rows: what it is here; ids are those of `local_id`, references too. Empty when it says
            nothing to us (an archived record, an activity of another kind).
        points: what was measured of it: metric, day and number each.
        scores: its health: day and number each, higher is better.
        account_refs: remote ids of the companies it could hang on, the likeliest first. Empty for
            owners and companies.
        via_contacts: remote ids of contacts whose account serves when no company fits.
        absorbed: remote ids of the same type that were merged into it.
        asked_id: the id it was asked for, if the CRM answered with another (a merge).
        key: our operation's id, if the record carries one: it is our own push.
        fingerprint: changes when anything we keep changes.
        told: what it says of the fields that both sides may change: those properties, as sent.
    """

    object_type: ObjectType
    remote_id: str
    modified_at: str | None
    rows: Sequence[MirrorRecord]
    fingerprint: str
    told: Mapping[str, Any]
    account_refs: tuple[str, ...] = ()
    via_contacts: tuple[str, ...] = ()
    absorbed: tuple[str, ...] = ()
    asked_id: str | None = None
    key: str | None = None
    archived: bool = False
    points: Series = ()
    scores: Series = ()


NO_ID: Final = "?"
"""Begins what stands for the id of a record that has none that could be asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A record that could not be read. `remote_id` begins with `NO_ID` if it has none."""

    object_type: str
    remote_id: str
    raw: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is written in one transaction: records, and the cursor that stands behind them.

    Attributes:
        cursor: `None` when more pages belong to the same step; a crash then repeats the step.
        seen_ids: set by a sweep: ids that exist (and are in scope), to find those that do not.
        sweep_done: the sweep of this type is complete; absence now means something.
        whole: companies whose records have all been read with this page.
        unchanged: how many more were seen that are held already.
        refused: why the token may not read this type; empty if it may.
        kept: fields the CRM does not tell any more, so that what was last known of them stays.
    """

    object_type: str
    records: tuple[RemoteRecord, ...] = ()
    malformed: tuple[Malformed, ...] = ()
    cursor: Cursor | None = None
    seen_ids: tuple[str, ...] = ()
    sweep_done: bool = False
    whole: tuple[str, ...] = ()
    unchanged: int = 0
    refused: str = ""
    kept: frozenset[str] = frozenset()


class Known(Protocol):
    """What the store already has of a connection; asked by a pull to save requests."""

    def whole_companies(self) -> frozenset[str]:
        """Return the remote ids of companies whose records have all been read once."""
        ...

    def current(self, object_type: str, seen: Mapping[str, datetime]) -> frozenset[str]:
        """Return which of these ids are held with that very modification date."""
        ...

    def ids(self, object_type: str) -> frozenset[str]:
        """Return the remote ids held as active."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """What to pull.

    Attributes:
        cursors: those of earlier pulls.
        archived: whether to read what was archived even if that was done a short while ago.
        sweep: whether to compare the lists of ids, to find what left without a trace.
    """

    cursors: tuple[Cursor, ...]
    known: Known
    archived: bool = False
    sweep: bool = False
    stop: Stop = lambda: False
