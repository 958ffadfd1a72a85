"""Finding the account a user means."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from csmdesk.domain.names import fold
from csmdesk.errors import AmbiguousName, UnknownAccount
from csmdesk.store.queries import touch as queries
from csmdesk.store.queries.merged import Absorbed, absorbed, part_of
from csmdesk.store.queries.touch import Departed
from csmdesk.usecases.absent import is_part_of
from csmdesk.usecases.workspace import Workspace

_SHOWN = 5
"""Most candidates named in one sentence; the error carries all of them."""


_WHY: Mapping[str, str] = {
    "archived": "it was archived there",
    "gone": "it was deleted there for good",
}


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """An account by id and name. `was`: what it was looked for by, if that is part of it now."""

    id: str
    name: str
    was: str = ""


def find_account(workspace: Workspace, text: str, *, departed: bool = False) -> FoundAccount:
    """Return the account that has this id, else this name, else this unique part of a name.

    Case and accents are ignored in names. A whole name wins over a part of another, and an account
    in sight over one that the CRM no longer shows.

    Args:
        workspace: where.
        text: what the user typed.
        departed: to look at it, also find an account that left the lists, and the one that another
            is part of now.

    Raises:
        UnknownAccount: nothing fits; the nearest names are in the hint. Or the CRM no longer shows
            what fits, or it is part of another account now.
        AmbiguousName: several fit; they are in `candidates`.
    """
    with workspace.store.reading() as connection:
        name = queries.account_name(connection, text)
        if name is not None:
            return FoundAccount(text, name)
        folded = [
            (fold(name), FoundAccount(id_, name)) for id_, name in queries.account_names(connection)
        ]
        left = queries.departed(connection)
        merged = absorbed(connection)
    wanted = fold(text)
    found = _fitting(wanted, folded)
    if not found:
        away = [
            *(FoundAccount(each.id, each.name) for each in left),
            *(FoundAccount(each.into_id, each.into, each.name) for each in merged),
        ]
        known = [*(each.id for each in left), *(each.id for each in merged)]
        gone = [each for key, each in zip(known, away, strict=True) if key == text]
        gone = gone or _fitting(wanted, [(fold(each.was or each.name), each) for each in away])
        if len(gone) == 1 and not departed:
            raise _refused(workspace, gone[0], left, merged)
        found = gone
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownAccount(f"There is no account “{text}”.", _nearest(wanted, folded))
    candidates = tuple(f"{account.id} ({account.name})" for account in found)
    more = len(candidates) - _SHOWN
    shown = ", ".join(candidates[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    raise AmbiguousName(
        f"“{text}” could be {shown}.", candidates, "Give the id or more of the name."
    )


def _refused(
    workspace: Workspace,
    found: FoundAccount,
    left: tuple[Departed, ...],
    merged: tuple[Absorbed, ...],
) -> UnknownAccount:
    if found.was:
        return is_part_of(next(each for each in merged if each.name == found.was))
    return has_left(workspace, next(each for each in left if each.id == found.id))


def present(workspace: Workspace, account_id: str) -> FoundAccount | None:
    """Return the account that one is part of now; nothing if it was not merged into another."""
    with workspace.store.reading() as connection:
        merged = part_of(connection, account_id)
    return None if merged is None else FoundAccount(merged.into_id, merged.into, merged.name)


def departed_accounts(workspace: Workspace) -> tuple[Departed, ...]:
    """Return every account that the CRM no longer shows and that is kept here."""
    with workspace.store.reading() as connection:
        return queries.departed(connection)


def left_words(workspace: Workspace, account: Departed) -> str:
    """Return why an account left the lists, since when, and whose it is now, in a sentence."""
    since = ""
    if account.since is not None:
        since = f" since {account.since.astimezone(workspace.zone):%-d %b %Y}"
    if account.state == "no_access":
        if not account.anothers:
            return f"Out of your sight in the CRM{since}; what you wrote is kept."
        whose = "nobody's" if account.owner is None else f"with {account.owner}"
        return f"No longer yours in the CRM{since}, {whose} now; what you wrote is kept."
    why = _WHY[account.state]
    return f"No longer in the CRM{since} ({why}); what you wrote is kept."


def has_left(workspace: Workspace, account: Departed) -> UnknownAccount:
    """Return the refusal to work with an account that the CRM no longer shows."""
    told = left_words(workspace, account)
    return UnknownAccount(
        f"{account.name}: {told[0].lower()}{told[1:]}",
        f'`csmdesk account "{account.name}"` shows it.',
    )


def accounts(workspace: Workspace) -> tuple[FoundAccount, ...]:
    """Return every account in sight, for a list to pick from."""
    with workspace.store.reading() as connection:
        return tuple(FoundAccount(id_, name) for id_, name in queries.account_names(connection))


def _fitting(wanted: str, folded: list[tuple[str, FoundAccount]]) -> list[FoundAccount]:
    found = [account for key, account in folded if key == wanted]
    if not found and wanted:
        found = [account for key, account in folded if wanted in key]
    return found


def _nearest(wanted: str, folded: list[tuple[str, FoundAccount]]) -> str:
    if not folded:
        return "There are no accounts yet: import a book or connect a CRM."
    names = {key: account.name for key, account in folded}
    near = [names[key] for key in get_close_matches(wanted, names, _SHOWN)]
    return f"Near: {', '.join(near)}." if near else "Give its id or a part of its name."
