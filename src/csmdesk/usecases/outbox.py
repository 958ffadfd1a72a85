"""The outbox as the user sees it: what is to be sent, what became of it, what can be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

from csmdesk.domain.sharing import SHARED_KINDS
from csmdesk.domain.two_sided.fields import FIELDS
from csmdesk.errors import InputError
from csmdesk.store.encoding import encode_instant
from csmdesk.store.queries import outbox as queries
from csmdesk.store.queries.outbox import OutboxItem
from csmdesk.usecases.conflicts import conflicts
from csmdesk.usecases.delivering import deleted_there
from csmdesk.usecases.workspace import Workspace

WORDS: Mapping[str, str] = {
    "pending": "waits to be sent",
    "sending": "is being sent",
    "uncertain": "may be in the CRM; it is looked for before it is sent again",
    "done": "is in the CRM",
    "failed": "was refused",
    "conflict": "was changed on both sides",
    "cancelled": "was cancelled",
}
"""What a state means, for "is it in the CRM?"."""


Deed = Literal["retry", "cancel", "link", "edit", "attach"]
"""What the user can do to an operation."""

_DEEDS: tuple[Deed, ...] = ("retry", "edit", "link", "attach", "cancel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One operation.

    Attributes:
        waits_for: the operation that must be done before this one.
        may_edit: nothing of it can have arrived, so what it says may still be changed.
        may_be_there: it was sent, and nobody knows whether it arrived.
        must_look: before it is sent again it has to be looked for in the CRM.
        repeated: it was sent, no answer came, and it is sent again, which does no harm.
        left: that its record was in the CRM and left it, since when; empty if it is there.
    """

    op_id: str
    connection: str
    entity: str
    kind: str
    object_type: str
    state: str
    account_id: str | None
    local_id: str
    summary: str
    payload: Mapping[str, Any]
    attempts: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None
    not_before: datetime | None
    remote_id: str | None
    waits_for: str | None
    may_edit: bool
    may_be_there: bool
    must_look: bool
    repeated: bool
    left: str = ""

    def document(self) -> dict[str, object]:
        """Return what `csmdesk outbox --json` prints of it."""
        return {
            "op_id": self.op_id,
            "entity": self.entity,
            "kind": self.kind,
            "state": self.state,
            "account_id": self.account_id,
            "summary": self.summary,
            "attempts": self.attempts,
            "last_error": self.last_error,
            "created_at": encode_instant(self.created_at),
            "sent_at": encode_instant(self.sent_at),
            "remote_id": self.remote_id,
        }


def items(workspace: Workspace, *, everything: bool = False) -> tuple[Item, ...]:
    """Return what is not settled, in the order it was asked for; or everything ever."""
    with workspace.store.reading() as connection:
        found = queries.items(connection, everything=everything)
    return tuple(seen(each, workspace.zone) for each in found)


def get(workspace: Workspace, op_id: str) -> Item:
    """Return one operation, by its id or the unique beginning of it.

    Raises:
        InputError: none, or several, begin like that.
    """
    with workspace.store.reading() as connection:
        exact = queries.item(connection, op_id)
        if exact is not None:
            return seen(exact, workspace.zone)
        found = [
            each
            for each in queries.items(connection, everything=True)
            if op_id and each.op_id.startswith(op_id)
        ]
    if len(found) == 1:
        return seen(found[0], workspace.zone)
    if found:
        raise InputError(f"Several operations begin with {op_id!r}.", "Give more of the id.")
    raise InputError(f"There is no operation {op_id!r}.", "See `csmdesk outbox`.")


def of_record(workspace: Workspace, local_id: str) -> tuple[Item, ...]:
    """Return every operation about a record, settled ones too: is it in the CRM?"""
    with workspace.store.reading() as connection:
        found = queries.items(connection, everything=True)
    return tuple(seen(each, workspace.zone) for each in found if each.local_id == local_id)


def why_not(item: Item, deed: Deed) -> str:
    """Return why a deed cannot be done to an operation as it stands; empty if it can.

    Args:
        item: the operation.
        deed: what the user wants.
    """
    if item.state == "sending":
        return "It is being sent at this moment: wait until it has arrived."
    if item.state == "done":
        return _why_not_any_more(item, deed)
    if item.state == "cancelled":
        return _given_up(item)
    if item.state == "conflict" and deed != "cancel":
        return "Both sides changed it: say which it is."
    if deed == "link" and item.kind != "create":
        return "Only what makes a new record can be one that is there already."
    if deed == "attach":
        return _why_not_elsewhere(item)
    if deed == "edit":
        if item.kind not in ("create", "update"):
            return "There is no text in it to change."
        if "fields" in item.payload and item.entity in SHARED_KINDS:
            return "Its task says what the step says: change the step, and it is sent along."
        if not item.may_edit:
            return "It may have reached the CRM already: edit it there."
    return ""


def _why_not_any_more(item: Item, deed: Deed) -> str:
    """Return what is said of what has arrived; for a text or field, where it is changed again."""
    if deed != "edit" or item.kind not in ("create", "update"):
        return "Already in the CRM: change it or remove it there."
    if item.entity in SHARED_KINDS:
        return "Already in the CRM: change the step, and its task there follows."
    if item.entity == "touchpoint":
        return "Already in the CRM: e on its account's Timeline changes it, here and there."
    return "Already in the CRM: e on the account's page changes it again."


def _given_up(item: Item) -> str:
    """Return what is said of what was given up, and how it is sent after all."""
    if item.kind == "delete":
        return "It was given up: what was to be removed stays in the CRM."
    if item.kind == "associate":
        return "It was given up: that link is not made."
    if "fields" not in item.payload:
        again = "share the step" if item.entity in SHARED_KINDS else "log it"
    elif item.entity in SHARED_KINDS:
        again = "change the step"
    elif item.entity == "touchpoint":
        again = "change the text on its account's Timeline"
    else:
        again = "change the field on the account's page"
    return f"It was given up and is not sent; {again} again to send it."


def _why_not_elsewhere(item: Item) -> str:
    """Return why what an operation says cannot belong to another account; empty if it may."""
    if item.entity == "milestone":
        return "A milestone belongs to the plan of its account: give it up here, or cancel it."
    if item.entity not in ("touchpoint", "next_step") or "fields" in item.payload:
        return "It changes that very record, so it cannot be another's: cancel it."
    if item.kind == "delete":
        return "It takes something back in the CRM: cancel it."
    if item.state == "uncertain" or (item.kind == "create" and not item.may_edit):
        return IN_DOUBT
    return ""


IN_DOUBT = "It may be in the CRM already, and would be there twice: sync until that is known."
"""Why what was sent is not given to another account while nobody knows whether it arrived."""


MAYBE_THERE = "It may already be in the CRM; sent again it could be there twice."
"""What the user is told before a failed creation that may have arrived is tried again."""


def needs_word(item: Item) -> bool:
    """Return whether an operation is tried again only if the user knows that it may be there."""
    return item.state == "failed" and item.kind == "create" and item.may_be_there


def maybe_there(item: Item) -> str:
    """Return what the user should know who cancels an operation that may have arrived."""
    what = "The value" if "fields" in item.payload else "It"
    return f"{what} may be in the CRM already."


def next_words(item: Item, now: datetime, zone: tzinfo) -> str:
    """Return when an operation is sent or looked for next; empty if it waits for nothing."""
    due = item.not_before if item.not_before is not None and item.not_before > now else None
    at = "" if due is None else f"{due.astimezone(zone):%H:%M:%S}"
    if item.state == "uncertain":
        return f"looked for after {at}" if at else "looked for at the next sync"
    return f"not before {at}" if item.state == "pending" and at else ""


def standing(found: Iterable[Item], conflicts: int) -> Literal["finished", "later", "needs_user"]:
    """Return how what waits for the CRM stands, as the result of a sync would say it."""
    states = {item.state for item in found}
    if conflicts or states & {"failed", "conflict"}:
        return "needs_user"
    return "later" if states & {"pending", "sending", "uncertain"} else "finished"


def words_of(item: Item) -> str:
    """Return where an operation stands: is it in the CRM? A sentence that begins after "it"."""
    if item.repeated:
        return "may be in the CRM: no answer came, and it is sent again, which does no harm"
    told = WORDS.get(item.state, item.state)
    if item.state != "failed":
        return item.left or told
    ways = [deed for deed in _DEEDS if not why_not(item, deed)]
    if needs_word(item):
        told = "may be in the CRM; look there, then"
        return f"{told} {_either(ways)} it"
    return f"{told}; {_either(ways)} it"


def _either(ways: Sequence[str]) -> str:
    return f"{', '.join(ways[:-1])} or {ways[-1]}" if len(ways) > 1 else "".join(ways)


def editable(item: Item) -> tuple[tuple[str, str, str | None], ...]:
    """Return what can be edited of an operation: name, words and value of each field, or a text."""
    fields = item.payload.get("fields")
    if fields is None:
        return (("text", "text", item.payload.get("text")),)
    named = (("text" if name == "notes" else name, value) for name, value in fields.items())
    return tuple(
        (name, FIELDS[item.entity, name].words, value)
        for name, value in named
        if (item.entity, name) in FIELDS
    )


def export(workspace: Workspace) -> list[dict[str, object]]:
    """Return everything not settled with what will be sent, to be kept or entered by hand.

    What both sides changed comes with both values.
    """
    both = {each.key: each.document() for each in conflicts(workspace)}
    waiting: list[dict[str, object]] = [
        {**each.document(), "payload": dict(each.payload)}
        | ({"conflict": both.pop(each.op_id[:8])} if each.op_id[:8] in both else {})
        for each in items(workspace)
    ]
    return waiting + [{"conflict": each} for each in both.values()]


def seen(stored: OutboxItem, zone: tzinfo) -> Item:
    """Return a stored operation as the user sees it, with times in a zone."""
    untouched = stored.sent_at is None or stored.error_class in ("refused", "not_sent")
    # A look-up that has nothing to go by is not repeated: after the user's word it is sent.
    unknowable = stored.state == "failed" and stored.error_class == "unknowable"
    repeated = stored.state == "pending" and stored.error_class == "unanswered"
    in_doubt = stored.state == "uncertain" or (stored.state == "failed" and not untouched)
    return Item(
        op_id=stored.op_id,
        connection=stored.connection,
        entity=stored.entity,
        kind=stored.kind,
        object_type=stored.object_type,
        state=stored.state,
        account_id=stored.account_id,
        local_id=stored.local_id,
        summary=stored.summary,
        payload=stored.payload,
        attempts=stored.attempts,
        last_error=stored.error,
        created_at=stored.created_at,
        sent_at=stored.sent_at,
        not_before=stored.not_before,
        remote_id=stored.remote_id,
        waits_for=stored.depends_on,
        may_edit=stored.state in ("pending", "failed") and untouched,
        may_be_there=in_doubt or repeated,
        must_look=stored.state == "uncertain"
        or (stored.kind == "create" and in_doubt and not unknowable),
        repeated=repeated,
        left="" if stored.left is None else deleted_there(*stored.left, zone),
    )


def insist(item: Item, deed: str, *, changed: bool) -> None:
    """Refuse to go on if a deed came to nothing."""
    if not changed:
        raise InputError(
            f"This operation cannot be {deed}: it {WORDS.get(item.state, item.state)}.",
            "Nothing was changed.",
        )
