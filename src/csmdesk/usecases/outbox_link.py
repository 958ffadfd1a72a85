"""Settling an operation with a record that the user found in the CRM."""

from csmdesk.errors import InputError
from csmdesk.store.queries import outbox as queries
from csmdesk.usecases.outbox import Item, get, insist
from csmdesk.usecases.workspace import Workspace


def link(workspace: Workspace, op_id: str, remote_id: str) -> Item:
    """Settle a creation with a record that the user found in the CRM, where it is read first.

    Takes as long as the CRM takes to answer; nothing is held meanwhile.

    Args:
        workspace: where.
        op_id: the creation.
        remote_id: the CRM's id of the record.

    Raises:
        InputError: it is no id, or the operation is no creation that can be linked, or the CRM
            has no such record of its type, or could not be asked.
        SecretError: there is no token.
    """
    from csmdesk.store.commands import outbox_states as commands

    remote = remote_id.strip().rstrip("/").rpartition("/")[2]
    if not (remote.isascii() and remote.isalnum() and len(remote) <= 40):
        raise InputError(f"{remote_id!r} is no id of a record.", "Give the number in its address.")
    item = get(workspace, op_id)
    if item.kind != "create" or item.state not in ("failed", "uncertain", "pending"):
        insist(item, "linked", changed=False)
    _insist_there(workspace, item, remote)
    with workspace.store.writing() as connection:
        changed = commands.link(connection, item.op_id, remote, workspace.now())
    insist(item, "linked", changed=changed)
    return get(workspace, item.op_id)


def _insist_there(workspace: Workspace, item: Item, remote_id: str) -> None:
    """Read a record at the CRM, and insist that it is one that an operation can have become."""
    from csmdesk.crm.base import Ref

    if workspace.connect is None:
        raise InputError(_UNCHECKED, "No CRM is connected: run `csmdesk connect hubspot`.")
    with workspace.store.reading() as connection:
        taken = queries.made_for(connection, item.connection, item.object_type, remote_id)
    if taken is not None and taken != item.local_id:
        raise InputError(
            f"Record {remote_id} is another one of yours already.", "Nothing was changed."
        )
    connector = workspace.connect(item.connection)
    try:
        fares = connector.exists(Ref(item.object_type, remote_id))
    finally:
        connector.close()
    if fares == "yes":
        return
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
    raise InputError(_UNCHECKED, "Nothing was changed. Try again when the CRM can be reached.")


_UNCHECKED = "Whether that record is there cannot be checked without the CRM."
