"""The outbox as the user sees it: what is to be sent, what became of it, and mending it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

from csmdesk.domain.sharing import SHARED_KINDS
from csmdesk.domain.two_sided.fields import FIELDS
from csmdesk.errors import InputError
from csmdesk.store.encoding import encode_instant
from csmdesk.store.queries import outbox as queries
from csmdesk.store.queries.outbox import OutboxItem
from csmdesk.text import clean_text
from csmdesk.usecases import editing
from csmdesk.usecases.conflicts import conflicts, give_up
from csmdesk.usecases.delivering import deleted_there
from csmdesk.usecases.workspace import Workspace

WORDS: Mapping[str, str] = {
    "pending": "waits to be sent",
    "sending": "is being sent",
    "uncertain": "may be in the CRM; it is looked for before it is sent again",
    "done": "is in the CRM",
    "failed": "was refused; retry, edit, link, attach or cancel it",
    "conflict": "was changed on both sides",
    "cancelled": "was cancelled",
}
"""What a state means, for "is it in the CRM?"."""


Deed = Literal["retry", "cancel", "link", "edit", "attach"]
"""What the user can do to an operation."""

_SETTLED_WORDS: Mapping[str, str] = {
    "done": "Already in the CRM: change it or remove it there.",
    "cancelled": "It was given up and is not sent; log it again to send it.",
    "sending": "It is being sent at this moment: wait until it has arrived.",
}


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
    return tuple(_item(each, workspace.zone) for each in found)


def get(workspace: Workspace, op_id: str) -> Item:
    """Return one operation, by its id or the unique beginning of it.

    Raises:
        InputError: none, or several, begin like that.
    """
    with workspace.store.reading() as connection:
        exact = queries.item(connection, op_id)
        if exact is not None:
            return _item(exact, workspace.zone)
        found = [
            each
            for each in queries.items(connection, everything=True)
            if op_id and each.op_id.startswith(op_id)
        ]
    if len(found) == 1:
        return _item(found[0], workspace.zone)
    if found:
        raise InputError(f"Several operations begin with {op_id!r}.", "Give more of the id.")
    raise InputError(f"There is no operation {op_id!r}.", "See `csmdesk outbox`.")


def of_record(workspace: Workspace, local_id: str) -> tuple[Item, ...]:
    """Return every operation about a record, settled ones too: is it in the CRM?"""
    with workspace.store.reading() as connection:
        found = queries.items(connection, everything=True)
    return tuple(_item(each, workspace.zone) for each in found if each.local_id == local_id)


def why_not(item: Item, deed: Deed) -> str:
    """Return why a deed cannot be done to an operation as it stands; empty if it can.

    Args:
        item: the operation.
        deed: what the user wants.
    """
    settled = _SETTLED_WORDS.get(item.state)
    if settled is not None:
        return settled
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
    if needs_word(item):
        return "may be in the CRM; look there, then link, retry or cancel it"
    return item.left or WORDS.get(item.state, item.state)


def retry(workspace: Workspace, op_id: str, *, again: bool = False) -> Item:
    """Let the next sync try an operation at once, on the user's word.

    What is in doubt is looked for now; it is sent again only when it was not found often enough.

    Args:
        workspace: where.
        op_id: the operation.
        again: the user knows that a failed creation may be in the CRM already.

    Raises:
        InputError: there is no such operation, it is settled or on its way, or it may be in the
            CRM and the user has not said that they know.
    """
    from csmdesk.store.commands import outbox_states as commands

    item = get(workspace, op_id)
    if needs_word(item) and not again:
        raise InputError(
            MAYBE_THERE,
            "Look there and link it; or say that it is to be tried again all the same.",
        )
    with workspace.store.writing() as connection:
        step = commands.look_again if item.must_look else commands.retry
        changed = step(connection, item.op_id)
    insist(item, "retried", changed=changed)
    return get(workspace, item.op_id)


def cancel(workspace: Workspace, op_id: str) -> Item:
    """Give an operation up, and what depends on it. A touch itself stays.

    Of a changed field the CRM's value is shown again, unless it is the user's own word.

    Raises:
        InputError: there is no such operation, or it is settled or on its way.
    """
    from csmdesk.store.commands import outbox_states as commands

    item = get(workspace, op_id)
    with workspace.store.writing() as connection:
        changed = commands.cancel(connection, item.op_id, workspace.now())
        if changed and "fields" in item.payload:
            give_up(connection, item.op_id, tuple(item.payload["fields"]), workspace.now())
    insist(item, "cancelled", changed=changed)
    return get(workspace, item.op_id)


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


def edit(workspace: Workspace, op_id: str, text: str, *, field: str | None = None) -> Item:
    """Change the text of an operation of which nothing can have arrived, here as well.

    Of a changed field it is the value that is changed.

    Args:
        workspace: where.
        op_id: the operation.
        text: the new text or value.
        field: which field, as the book format or a colleague calls it; needed where there are
            several.

    Raises:
        InputError: it was sent already, has no text or no such field, or the value is none.
    """
    from csmdesk.store.commands import outbox_states as commands

    item = get(workspace, op_id)
    reason = why_not(item, "edit")
    if reason or not item.may_edit:
        raise InputError(
            reason or "This can no longer be edited: it may have reached the CRM.",
            "Edit it in the CRM, or cancel it and log it anew.",
        )
    named = _meant(item, field)
    if item.entity == "touchpoint" or "fields" in item.payload:
        editing.change(workspace, item.entity, item.local_id, {named: text}, workspace.now())
        return get(workspace, item.op_id)
    payload = {**item.payload, "text": clean_text(text).strip()}
    with workspace.store.writing() as connection:
        changed = commands.rewrite(connection, item.op_id, payload)
    insist(item, "edited", changed=changed)
    return get(workspace, item.op_id)


def _meant(item: Item, field: str | None) -> str:
    """Return which field of an operation is meant."""
    found = editable(item)
    wanted = None if field is None else field.replace("-", "_").casefold()
    fitting = [
        name
        for name, words, _ in found
        if wanted in (None, name, words.replace("-", "_").casefold())
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = [words for _, words, _ in found]
    listed = (
        " and ".join(names[-2:]) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
    )
    raise InputError(
        f"It changes {listed}, so say which.",
        f"csmdesk outbox edit {item.op_id[:8]} VALUE --field {found[0][0].replace('_', '-')}",
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


def _item(stored: OutboxItem, zone: tzinfo) -> Item:
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
