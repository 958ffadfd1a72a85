"""Settling an operation with a record that the user found in the CRM."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from csmdesk.errors import CrmError, InputError
from csmdesk.store.queries import outbox as queries
from csmdesk.store.queries.connections import stored_connection
from csmdesk.text import clean_text
from csmdesk.usecases.outbox import Item, get, insist
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.crm.base import Connector, Glimpse

APART: Final = timedelta(days=1)
"""How far the time of a record may be from that of the touch it is said to be."""

_TITLE_SHOWN: Final = 60


class Misfit(InputError):
    """The record is there, but does not look like what was to be sent. Linked on the user's word.

    `line` says what the record is and what does not fit.
    """


@dataclass(frozen=True, slots=True)
class Linked:
    """What an operation was settled with. `record` says in words which one it is."""

    item: Item
    record: str


def number_in(text: str) -> str:
    """Return the CRM's id in what the user gave: a number, or the address of a record."""
    address = text.strip().partition("?")[0].partition("#")[0]
    return address.rstrip("/").rpartition("/")[2]


def link(workspace: Workspace, op_id: str, remote_id: str, *, anyway: bool = False) -> Linked:
    """Settle a creation with a record that the user found in the CRM, where it is read first.

    Takes as long as the CRM takes to answer; nothing is held meanwhile.

    Args:
        workspace: where.
        op_id: the creation.
        remote_id: the CRM's id of the record, or its address there.
        anyway: the user knows that the record does not look like it.

    Raises:
        Misfit: its time, company or owner is another, and `anyway` is not set.
        InputError: it is no id, or the operation is no creation that can be linked, or the CRM
            has no such record of its type, or could not be asked.
        SecretError: there is no token.
    """
    from csmdesk.store.commands import outbox_states as commands

    remote = number_in(remote_id)
    if not (remote.isascii() and remote.isalnum() and len(remote) <= 40):
        raise InputError(f"{remote_id!r} is no id of a record.", "Give the number in its address.")
    item = get(workspace, op_id)
    if item.kind != "create" or item.state not in ("failed", "uncertain", "pending"):
        insist(item, "linked", changed=False)
    seen = _look(workspace, item, remote)
    named = _named(workspace, item, seen)
    ours = seen.key == item.op_id
    if not ours:
        _refuse_another(workspace, remote, seen)
        reasons = _misfits(workspace, item, seen)
        if reasons and not anyway:
            raise Misfit(f"Record {remote} is {named}: {' and '.join(reasons)}.", _ANYWAY)
    with workspace.store.writing() as connection:
        changed = commands.link(connection, item.op_id, remote, workspace.now(), ours=ours)
    insist(item, "linked", changed=changed)
    return Linked(get(workspace, item.op_id), named)


def _look(workspace: Workspace, item: Item, remote_id: str) -> "Glimpse":
    """Read a record at the CRM, and insist that it is one that an operation can have become."""
    if workspace.connect is None:
        raise InputError(_UNCHECKED, "No CRM is connected: run `csmdesk connect hubspot`.")
    with workspace.store.reading() as connection:
        taken = queries.made_for(connection, item.connection, item.object_type, remote_id)
    if taken is not None and taken != item.local_id:
        raise _another(remote_id)
    connector = workspace.connect(item.connection)
    try:
        return _read(connector, item, remote_id)
    finally:
        connector.close()


def _read(connector: "Connector", item: Item, remote_id: str) -> "Glimpse":
    from csmdesk.crm.base import Ref

    ref = Ref(item.object_type, remote_id)
    fares = connector.exists(ref)
    if fares == "gone":
        raise InputError(
            f"The CRM has no {item.object_type} {remote_id}.",
            f"Give the number at the end of the {item.object_type}'s address there.",
        )
    if fares == "archived":
        raise InputError(
            f"The {item.object_type} {remote_id} is in the CRM's recycle bin.",
            "Restore it there first, or give another.",
        )
    if fares == "no_access":
        raise InputError(
            f"The token may not read a {item.object_type}, so it cannot be checked.",
            "`csmdesk doctor` says what is missing.",
        )
    try:
        if fares == "yes":
            return connector.glimpse(ref)
    except CrmError:
        pass
    raise InputError(_UNCHECKED, "Nothing was changed. Try again when the CRM can be reached.")


def _refuse_another(workspace: Workspace, remote: str, seen: "Glimpse") -> None:
    """Refuse a record that was made for something else of ours."""
    if seen.key is None:
        return
    with workspace.store.reading() as connection:
        if queries.item(connection, seen.key) is not None:
            raise _another(remote)


def _another(remote_id: str) -> InputError:
    return InputError(
        f"Record {remote_id} is another one of yours already.", "Nothing was changed."
    )


def _misfits(workspace: Workspace, item: Item, seen: "Glimpse") -> list[str]:
    """Return in words what of a record does not fit the operation."""
    found: list[str] = []
    if seen.at is not None and _is_far(item, seen.at):
        found.append("its time is more than a day from what you logged")
    with workspace.store.reading() as connection:
        stored = stored_connection(connection, item.connection)
        company = (
            None
            if item.account_id is None
            else queries.remote_id_of(connection, item.connection, "company", item.account_id)
        )
    if seen.companies and company is not None and company not in seen.companies:
        found.append("it belongs to another company")
    mine = None if stored is None else stored.owner_remote_id
    if seen.owner_remote_id and mine and seen.owner_remote_id != mine:
        found.append("it is not yours")
    return found


def _is_far(item: Item, at: datetime) -> bool:
    """Whether a record is of another time than an operation; a task is of the day it is due."""
    due, when = item.payload.get("due_on"), item.payload.get("at")
    if item.object_type == "task" and isinstance(due, str):
        return abs(at.astimezone(UTC).date() - date.fromisoformat(due)) > APART
    if isinstance(when, str):
        return abs(at - datetime.fromisoformat(when)) > APART
    return False


def _named(workspace: Workspace, item: Item, seen: "Glimpse") -> str:
    """Return in words which record it is: what it is called, of when and whose it is."""
    words = f"the {item.object_type}"
    title = clean_text(seen.title, one_line=True, limit=_TITLE_SHOWN).strip()
    if title:
        words += f" “{title}”"
    if seen.at is not None and item.object_type == "task":
        words += f", due {seen.at.astimezone(UTC):%-d %b %Y}"
    elif seen.at is not None:
        words += f" of {seen.at.astimezone(workspace.zone):%-d %b %Y, %H:%M}"
    with workspace.store.reading() as connection:
        owner = queries.owner_name(connection, item.connection, seen.owner_remote_id or "")
    return f"{words} ({owner})" if owner else words


_ANYWAY: Final = "If it is the one all the same: `csmdesk outbox link` with --anyway."
_UNCHECKED: Final = "Whether that record is there cannot be checked without the CRM."
