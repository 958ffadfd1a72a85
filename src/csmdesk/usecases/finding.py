"""Finding the account a user means."""

from dataclasses import dataclass
from difflib import get_close_matches

from csmdesk.domain.names import fold
from csmdesk.errors import AmbiguousName, UnknownAccount
from csmdesk.store.queries import touch as queries
from csmdesk.usecases.workspace import Workspace

_SHOWN = 5
"""Most candidates named in one sentence; the error carries all of them."""


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """An account by id and name."""

    id: str
    name: str


def find_account(workspace: Workspace, text: str) -> FoundAccount:
    """Return the account that has this id, else this name, else this unique part of a name.

    Case and accents are ignored in names. A whole name wins over a part of another.

    Raises:
        UnknownAccount: nothing fits; the nearest names are in the hint.
        AmbiguousName: several fit; they are in `candidates`.
    """
    with workspace.store.reading() as connection:
        name = queries.account_name(connection, text)
        if name is not None:
            return FoundAccount(text, name)
        accounts = queries.account_names(connection)
    wanted = fold(text)
    folded = [(fold(name), FoundAccount(id_, name)) for id_, name in accounts]
    found = [account for key, account in folded if key == wanted]
    if not found and wanted:
        found = [account for key, account in folded if wanted in key]
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


def accounts(workspace: Workspace) -> tuple[FoundAccount, ...]:
    """Return every account in sight, for a list to pick from."""
    with workspace.store.reading() as connection:
        return tuple(FoundAccount(id_, name) for id_, name in queries.account_names(connection))


def _nearest(wanted: str, folded: list[tuple[str, FoundAccount]]) -> str:
    if not folded:
        return "There are no accounts yet: import a book or connect a CRM."
    names = {key: account.name for key, account in folded}
    near = [names[key] for key in get_close_matches(wanted, names, _SHOWN)]
    return f"Near: {', '.join(near)}." if near else "Give its id or a part of its name."
