"""What is sent to a CRM, and what became of it.

Payloads of operations are neutral (`Operation.payload`, JSON):

* `create` of a call, meeting, email or note:
  `{type, at, minutes?, direction?, outcome?, title?, text?}`, words and encodings of the book
  format;
* `create` of a task: `{title, text?, due_on?, priority?, done?}`;
* `update` of a meeting the CRM holds: the same keys as its creation;
* `update` of fields that both sides may change: `{fields: {field: value}}`, values in the
  encodings of the book format, `null` empties one; `notes` is the field for what we noted of a
  meeting of the calendar;
* `associate`: `{to_type, to_id}`, a neutral type and a local id;
* `delete`: `{}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from csmdesk.crm.words import OperationKind, Ref, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One effect to have at the CRM, with every id resolved.

    Attributes:
        op_id: the key or marker that tells this effect from any other.
        remote_id: the record to update, delete or link from; `None` for a creation.
        target: the other end of an association.
        around: the records a creation will be linked to; a look-up reads what hangs on them.
        owner_remote_id: who did it.
        tier: how doubt is settled: as it was sent, if it was; `None` if nobody knows how that was.
        key_made: in tier A, when the unique property was made that it carries.
        sent_at: when it was first sent.
        base: the CRM's values when the edit of these fields began.
    """

    op_id: str
    kind: OperationKind
    object_type: str
    payload: Mapping[str, object]
    remote_id: str | None = None
    target: Ref | None = None
    around: tuple[Ref, ...] = ()
    owner_remote_id: str | None = None
    tier: Tier | None = "C"
    key_made: str | None = None
    sent_at: datetime | None = None
    base: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The CRM has it. `existed`: it was there before this request."""

    remote_id: str | None
    existed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Fields were compared with the CRM's, and what only we had changed was written.

    Attributes:
        now: what the CRM holds of each field that is settled, afterwards.
        against: fields that it holds another change of, and that change; nothing was sent for them.
        refused: fields that it does not take, and why; it holds nothing of ours of them.
        written: the fields that were sent.
        rewritten: those of them that came back other than they were sent.
        window: seconds between reading and writing, in which a change there would go unnoticed.
    """

    remote_id: str
    now: Mapping[str, str | None]
    against: Mapping[str, str | None]
    refused: Mapping[str, str] = field(default_factory=dict)
    written: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    window: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Proved not to have left: name resolution, connection, TLS."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The CRM asks to wait. `seconds` is `None` when it did not say how long."""

    why: str
    seconds: float | None = None
    daily: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAccess:
    """The token is refused: for everything, or (`object_type`) for one type."""

    why: str
    object_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The CRM will never take it like this.

    Attributes:
        maybe_ours: a duplicate that could be this one.
        keyless: the unique property that it is sent with is not there any more.
    """

    why: str
    status: int
    maybe_ours: bool = False
    keyless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The record written to is not there under that id."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """It may have arrived: no answer, half an answer, or one that is not the CRM's."""

    why: str


Outcome = Done | Edited | NotSent | Later | NoAccess | Refused | Missing | Doubt
"""What became of one operation that was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The effect is there."""

    remote_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A complete walk did not find it. `final`: sending again can do no harm."""

    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """More than one record could be it; only the user can tell."""

    remote_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotTell:
    """The look-up itself failed; it says nothing."""

    why: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """This effect leaves nothing to look for."""

    why: str


Lookup = Found | Absent | Several | CannotTell | Impossible | NoAccess
"""What a look-up found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """What a record of an activity type is, for a person to know it by.

    Attributes:
        title: what it is called, or how its text begins; empty if it has neither.
        at: when it took place; of a task, the day it is due.
        companies: remote ids of the companies it belongs to.
        key: the operation of ours that made it, if one did.
    """

    title: str
    at: datetime | None
    owner_remote_id: str | None
    companies: tuple[str, ...]
    key: str | None
