"""Accounts that cannot be worked with: merged into another one, gone, somebody else's."""

import sqlite3

from csmdesk.errors import UnknownAccount
from csmdesk.store.queries.merged import Absorbed, absorbed, part_of
from csmdesk.usecases.workspace import Workspace


def merged_accounts(workspace: Workspace) -> tuple[Absorbed, ...]:
    """Return every account that is part of another one now."""
    with workspace.store.reading() as connection:
        return absorbed(connection)


def followed(connection: sqlite3.Connection, account_id: str) -> tuple[str, str]:
    """Return the id of the account that one is part of, and its own name; as it is and empty if
    it was not merged.
    """
    merged = part_of(connection, account_id)
    return (account_id, "") if merged is None else (merged.into_id, merged.name)


def is_part_of(merged: Absorbed) -> UnknownAccount:
    """Return the refusal to work with an account that is part of another one now."""
    return UnknownAccount(
        f"{merged.name} is part of {merged.into} now: they were merged in the CRM.",
        f"Name {merged.into} instead.",
    )


def merged_words(workspace: Workspace, merged: Absorbed) -> str:
    """Return which account one is part of now, and since when, in a sentence."""
    since = f"{merged.since.astimezone(workspace.zone):%-d %b %Y}"
    return f"Part of {merged.into} since {since}: they were merged in the CRM."


def refusal(connection: sqlite3.Connection, account_id: str) -> UnknownAccount:
    """Return why an account that is not in sight, or not mine, cannot be worked with; by name."""
    # What it needs is not loaded before Today is painted.
    from csmdesk.store.queries import touch as queries

    left = next((each for each in queries.departed(connection) if each.id == account_id), None)
    if left is not None:
        return UnknownAccount(
            f"{left.name} is no longer in the CRM; what you wrote is kept.",
            "Nothing can be changed there, and nothing new be written.",
        )
    merged = part_of(connection, account_id)
    if merged is not None:
        return is_part_of(merged)
    name = queries.account_name(connection, account_id)
    if name is not None:
        return UnknownAccount(f"{name} is not an account of yours.")
    return UnknownAccount(f"There is no account “{account_id}”.")
