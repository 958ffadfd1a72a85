"""Which record of an account an edit is about: the account, its contract, a person, a touch."""

from dataclasses import dataclass

from csmdesk.domain.names import fold
from csmdesk.domain.touch.people import People
from csmdesk.domain.two_sided.fields import FIELDS, fields_of
from csmdesk.errors import AmbiguousName, InputError
from csmdesk.store.queries import accounts as account_queries
from csmdesk.store.queries import edits as queries
from csmdesk.store.queries import touch as touch_queries
from csmdesk.usecases.log_lines import known_account
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Target:
    """A record whose fields can be changed.

    Attributes:
        name: what it is called.
        words: what it is: `account`, `contract`, `person`.
    """

    entity: str
    local_id: str
    name: str
    words: str


def targets(workspace: Workspace, account_id: str) -> tuple[Target, ...]:
    """Return the account, its contracts and its people, to pick one from.

    Raises:
        UnknownAccount: no account in sight has the id.
    """
    with workspace.store.reading() as connection:
        name = known_account(connection, account_id)
        contracts = queries.contracts(connection, account_id)
        people = account_queries.contacts(connection, account_id)
    return (
        Target("account", account_id, name, "account"),
        *(Target("subscription", key, words, "contract") for key, words in contracts),
        *(Target("contact", each.id, each.name, "person") for each in people),
    )


def named_target(
    workspace: Workspace,
    account_id: str,
    fields: tuple[str, ...],
    *,
    person: str | None = None,
    contract: str | None = None,
    touch: str | None = None,
) -> Target:
    """Return the record that fields and names mean.

    With neither person, contract nor touch the fields say it: those of a contract mean the
    account's only one, all others the account.

    Raises:
        InputError: nothing fits, or the fields are of different records.
        AmbiguousName: several people or contracts fit.
    """
    if touch is not None:
        return _touch(workspace, account_id, touch)
    if person is not None:
        return _person(workspace, account_id, person)
    found = targets(workspace, account_id)
    named = [name.replace("-", "_") for name in fields]
    of_contract = [name for name in named if ("subscription", name) in FIELDS]
    if contract is None and not of_contract:
        _insist_on_account(named)
        return found[0]
    if contract is None and len(of_contract) != len(named):
        raise InputError(
            "These are fields of the account and of its contract.", "Change them in two commands."
        )
    return _contract(found, contract)


def _insist_on_account(named: list[str]) -> None:
    for name in named:
        if ("account", name) not in FIELDS and ("contact", name) in FIELDS:
            raise InputError(f"{name.replace('_', '-')} is a field of a person.", "Add --person.")


def _person(workspace: Workspace, account_id: str, person: str) -> Target:
    with workspace.store.reading() as connection:
        known = touch_queries.people(connection, account_id)
    exact = [each for each in known if each.id == person or fold(each.name) == fold(person)]
    found = exact or list(People(known).find(person))
    if len(found) == 1:
        return Target("contact", found[0].id, found[0].name, "person")
    if not found:
        raise InputError(f"There is no person “{person}” at this account.")
    names = tuple(f"{each.id} ({each.name})" for each in found)
    raise AmbiguousName(f"“{person}” could be {', '.join(names)}.", names, "Give more of the name.")


def _contract(found: tuple[Target, ...], contract: str | None) -> Target:
    kept = [each for each in found if each.entity == "subscription"]
    if contract is not None:
        wanted = fold(contract)
        kept = [each for each in kept if each.local_id == contract or wanted in fold(each.name)]
    if len(kept) == 1:
        return kept[0]
    if not kept:
        words = f"“{contract}”" if contract is not None else "in force"
        raise InputError(f"This account has no contract {words}.")
    names = tuple(f"{each.local_id} ({each.name})" for each in kept)
    raise AmbiguousName(f"It could be {', '.join(names)}.", names, "Say which with --contract.")


def _touch(workspace: Workspace, account_id: str, touch: str) -> Target:
    with workspace.store.reading() as connection:
        owner = queries.owner(connection, "touchpoint", touch)
    if owner is None or owner[0] != account_id:
        raise InputError(
            f"There is no touch {touch!r} of yours at this account.",
            "csmdesk account ACCOUNT --json tells their ids.",
        )
    return Target("touchpoint", touch, owner[1], "touch")


def known_fields() -> str:
    """Return every field by kind of record, for help."""
    words = (("account", "account"), ("subscription", "contract"), ("contact", "person"))
    return "; ".join(
        f"{name}: {', '.join(each.name.replace('_', '-') for each in fields_of(entity))}"
        for entity, name in words
    )
