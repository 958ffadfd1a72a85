"""What is being typed, kept so that a killed terminal loses none of it."""

from datetime import datetime

from csmdesk.store.queries import touch as queries
from csmdesk.store.queries.touch import Draft
from csmdesk.usecases.workspace import Workspace

LOG_BAR = "log"
"""The place of a log line's draft; its record is the account."""


def save_draft(
    workspace: Workspace,
    place: str,
    record: str,
    body: str,
    now: datetime,
    started_at: datetime | None = None,
) -> None:
    """Keep what is being typed, durably; an empty body without a running call forgets it.

    Args:
        workspace: where to keep it.
        place: the screen or bar it is typed in, such as `LOG_BAR`.
        record: what it is about, such as an account's id.
        body: the text as typed.
        now: the instant.
        started_at: when the call began whose timer runs.
    """
    from csmdesk.store.commands import drafts as commands

    if not body and started_at is None:
        drop_draft(workspace, place, record)
        return
    with workspace.store.writing() as connection:
        commands.save_draft(connection, place, record, _storable(body), started_at, now)


def drop_draft(workspace: Workspace, place: str, record: str) -> None:
    """Forget what was typed at a place about a record."""
    from csmdesk.store.commands import drafts as commands

    with workspace.store.writing() as connection:
        commands.drop_draft(connection, place, record)


def drafts(workspace: Workspace) -> tuple[Draft, ...]:
    """Return everything typed and not saved, the latest first."""
    with workspace.store.reading() as connection:
        return queries.drafts(connection)


def draft(workspace: Workspace, place: str, record: str) -> Draft | None:
    """Return what was typed at a place about a record, or nothing."""
    with workspace.store.reading() as connection:
        return queries.draft(connection, place, record)


def _storable(text: str) -> str:
    """Return a text the store can hold: half a surrogate pair has no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
