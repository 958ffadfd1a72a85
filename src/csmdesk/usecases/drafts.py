"""What is being typed, kept so that a killed terminal loses none of it.

A draft outlives its account: where that was merged into another one it is found there, and where
the CRM no longer shows it, another account can be given it.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from csmdesk.errors import InputError
from csmdesk.store.queries import edits as edit_queries
from csmdesk.store.queries import touch as queries
from csmdesk.store.queries.merged import absorbed, part_of
from csmdesk.store.queries.touch import Draft
from csmdesk.usecases.workspace import Workspace

LOG_BAR = "log"
"""The place of a log line's draft; its record is the account."""

LOG_FORM = "log-form"
"""The place of the draft of the whole form; its record is the account."""

TEXT_FORM = "text-form"
"""The place of the draft of a longer text; its record is the touch or the conflict."""

ABOUT_ACCOUNT = (LOG_BAR, LOG_FORM)


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Something typed and not saved, and what it is about.

    Attributes:
        record: what it is kept under: an account's id, a touch's, a conflict's.
        account_id: the account in sight it belongs to, after merges; None if there is none.
        account: what that account is called, or was; empty if nobody knows.
        was: what it was typed on, if that is part of the account now.
        text: what was typed, for people; empty for a call that only runs.
    """

    place: str
    record: str
    account_id: str | None
    account: str
    was: str
    text: str
    started_at: datetime | None
    updated_at: datetime


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


def unsaved(workspace: Workspace) -> tuple[Unsaved, ...]:
    """Return what was typed in bars and forms and not saved, the latest first."""
    with workspace.store.reading() as connection:
        found = queries.drafts(connection)
        if not found:
            return ()
        names = dict(queries.account_names(connection))
        away = {each.id: each.name for each in queries.departed(connection)}
        merged = {each.id: each for each in absorbed(connection)}
        result = []
        for one in found:
            if one.place not in (*ABOUT_ACCOUNT, TEXT_FORM):
                continue
            account_id: str | None = one.record
            if one.place == TEXT_FORM:
                touch = edit_queries.owner(connection, "touchpoint", one.record)
                account_id = None if touch is None else touch[0]
            into = merged.get(account_id or "")
            here = account_id if into is None else into.into_id
            name = names.get(here or "") or away.get(here or "", "")
            result.append(
                Unsaved(
                    one.place,
                    one.record,
                    here if here in names else None,
                    name,
                    "" if into is None else into.name,
                    text_of(one),
                    one.started_at,
                    one.updated_at,
                )
            )
    return tuple(result)


def text_of(kept: Draft) -> str:
    """Return what a draft says, for people: the notes of a form, the text of anything else."""
    if kept.place != LOG_FORM:
        return kept.body
    try:
        notes = json.loads(kept.body).get("notes")
    except (ValueError, AttributeError):
        return kept.body
    return str(notes or "")


def taken_up(workspace: Workspace, account_id: str) -> tuple[Draft | None, Draft | None]:
    """Return the line and the form typed about an account and not saved, to go on with them.

    What was typed on an account that is part of this one now becomes this one's own, line and form
    together: where this one has a draft too, the other's is found once that is saved.
    """
    kept = _pair(workspace, account_id)
    if any(kept):
        return kept
    from csmdesk.store.commands import drafts as commands

    with workspace.store.writing() as connection:
        ids = {each.id for each in absorbed(connection) if each.into_id == account_id}
        found = [
            each
            for each in queries.drafts(connection)
            if each.place in ABOUT_ACCOUNT and each.record in ids
        ]
        for each in found:
            if each.record == found[0].record:
                commands.move_draft(connection, each.place, each.record, account_id)
    return _pair(workspace, account_id)


def _pair(workspace: Workspace, account_id: str) -> tuple[Draft | None, Draft | None]:
    with workspace.store.reading() as connection:
        line, form = (queries.draft(connection, place, account_id) for place in ABOUT_ACCOUNT)
    return line, form


def give_to(workspace: Workspace, record: str, account_id: str) -> None:
    """Let what was typed in the log bar and its form about one account be another's.

    Args:
        workspace: where.
        record: the account it was typed on, which may not be there any more.
        account_id: the account that gets it.

    Raises:
        InputError: that account has a draft of its own, which is not overwritten.
    """
    from csmdesk.store.commands import drafts as commands

    with workspace.store.writing() as connection:
        moving = [p for p in ABOUT_ACCOUNT if queries.draft(connection, p, record) is not None]
        if any(queries.draft(connection, place, account_id) is not None for place in moving):
            name = queries.account_name(connection, account_id) or "This account"
            raise InputError(
                f"{name} has a draft of its own.", "Save that first; this one is kept until then."
            )
        for place in moving:
            commands.move_draft(connection, place, record, account_id)


def without_account(workspace: Workspace, account_id: str) -> tuple[str, str] | None:
    """Return the name of an account nothing can be written to any more, and a draft about it.

    Nothing if the account is in sight or part of another one, or if there is no such draft.
    """
    with workspace.store.reading() as connection:
        if queries.account_name(connection, account_id) is not None:
            return None
        if part_of(connection, account_id) is not None:
            return None
        kept = [queries.draft(connection, place, account_id) for place in ABOUT_ACCOUNT]
        texts = [text_of(each) for each in kept if each is not None]
        left = {each.id: each.name for each in queries.departed(connection)}
    if not texts:
        return None
    return left.get(account_id, ""), " ".join(text for text in texts if text)


def _storable(text: str) -> str:
    """Return a text the store can hold: half a surrogate pair has no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
