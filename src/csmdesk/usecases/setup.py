"""Connecting a CRM: asks only what it cannot find out, and shows what it found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from csmdesk.crm.base import (
    Capabilities,
    ConnectionSettings,
    Dial,
    FieldChoice,
    Identity,
    MappedProperty,
    Owner,
    Scope,
    TokenSource,
    local_id,
)
from csmdesk.errors import AuthRejected, ConfigError, InputError, UsageError, WrongPortal
from csmdesk.store.queries import connections as queries
from csmdesk.store.queries import linking as linking_queries
from csmdesk.usecases.linking import Proposal, proposals
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.crm.base import Connector

HUBSPOT_URL = "https://api.hubapi.com"


class Ask(Protocol):
    """How a front end asks. Never used with `--yes`."""

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """Return the place of the chosen option, or `None` to give up."""
        ...

    def confirm(self, question: str, *, default: bool) -> bool:
        """Return the answer to a yes-or-no question."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectReport:
    """What was connected.

    Attributes:
        key: the connection's key.
        portal: the CRM's name for itself.
        owner: who "me" is there.
        mine: how many companies are mine.
        choices: which property means what.
        capabilities: what the connection can do.
        linked: how many imported records were linked.
        proposed: how many could be, and were not.
    """

    key: str
    portal: str
    owner: Owner
    mine: int
    scope: Scope
    choices: tuple[FieldChoice, ...]
    capabilities: Capabilities
    linked: int = 0
    proposed: int = 0

    @property
    def exactly_once(self) -> bool:
        """Whether every activity type has the unique key that settles doubt at once."""
        tiers = self.capabilities.tiers
        return bool(tiers) and all(tier == "A" for tier in tiers.values())

    def document(self) -> dict[str, object]:
        """Return the report for machines."""
        return {
            "connection": self.key,
            "portal": self.portal,
            "owner": {"id": self.owner.remote_id, "name": self.owner.name},
            "mine": self.mine,
            "scope": self.scope,
            "fields": {f"{choice.holder}.{choice.field}": choice.chosen for choice in self.choices},
            "tiers": dict(self.capabilities.tiers),
            "linked": self.linked,
            "proposed": self.proposed,
        }


def connect_hubspot(
    workspace: Workspace,
    *,
    dial: Dial,
    token: TokenSource,
    base_url: str | None = None,
    owner_email: str | None = None,
    maps: Mapping[str, str] | None = None,
    scope: Scope = "mine",
    yes: bool = False,
    ask: Ask | None = None,
    token_place: str = "environment",  # noqa: S107 - a place, not a token
) -> ConnectReport:
    """Test the token, find out what the portal is like, and tie the store to it.

    Nothing is pulled or sent yet. Nothing is stored unless everything answered.

    Args:
        workspace: the store to tie.
        dial: opens a connector.
        token: gives the access token; where it is kept is the caller's business.
        base_url: HubSpot's address, or an embedded CRM's.
        owner_email: who "me" is; needed where several users could be.
        maps: property per field, in place of guesses.
        scope: my companies or all of them.
        yes: ask nothing.
        ask: how to ask; without it nothing is asked either.
        token_place: where the token is kept, for `doctor`.

    Raises:
        UsageError: whose companies are "mine" is not clear, or a map names nothing known.
        WrongPortal: the store is tied to another portal.
        CrmError: the portal refused the token or did not answer.
        InputError: the user gave up.
    """
    questions = None if yes else ask
    address = base_url or HUBSPOT_URL
    bare = ConnectionSettings(key="", crm="hubspot", base_url=address, scope=scope)
    connector = dial(bare, token)
    try:
        identity = connector.identity()
        _refuse_other_portal(workspace, identity)
        found = connector.discover(maps)
    finally:
        connector.close()
    owner = _owner(found.owners, owner_email, questions)
    fields: dict[str, dict[str, str]] = {}
    for choice in found.choices:
        if choice.chosen is not None:
            fields.setdefault(choice.holder, {})[choice.field] = choice.chosen
    settings = replace(
        bare,
        key=identity.key,
        owner_remote_id=owner.remote_id,
        owner_email=owner.email,
        fields=fields,
        capabilities=found.capabilities,
        time_zone=identity.zone,
    )
    connector = dial(settings, token)
    try:
        mine = connector.count_mine()
        capabilities = _keys(connector, found.capabilities, questions)
        proposed = proposals(workspace, connector, identity.key)
    finally:
        connector.close()
    if questions is not None and not questions.confirm(
        f"Connect {identity.name}: {mine} companies belong to {owner.name}. Go on?", default=True
    ):
        raise InputError("Nothing was connected.")
    _save(workspace, settings, identity, capabilities, token_place, found.mapped)
    accepted = _ask_for_links(proposed, questions)
    link(workspace, identity.key, accepted)
    _offer_earlier(workspace, identity, questions)
    return ConnectReport(
        key=identity.key,
        portal=identity.name,
        owner=owner,
        mine=mine,
        scope=scope,
        choices=found.choices,
        capabilities=capabilities,
        linked=len(accepted),
        proposed=len(proposed) - len(accepted),
    )


def link(workspace: Workspace, key: str, accepted: Sequence[Proposal]) -> None:
    """Link imported records with the CRM's; from the next pull on, the CRM owns their fields.

    Args:
        workspace: where.
        key: the connection.
        accepted: what the user agreed to.
    """
    if not accepted:
        return
    from csmdesk.store.commands.sync import LinkRow, write_links

    rows = [
        LinkRow(
            object_type=each.remote.object_type,
            remote_id=each.remote.remote_id,
            entity=each.entity,
            local_id=each.local_id,
            origin="link",
            state="active",
            fingerprint=None,
            modified_at=None,
        )
        for each in accepted
    ]
    with workspace.store.writing() as connection:
        write_links(connection, key, rows, workspace.now())


def move(workspace: Workspace, key: str, base_url: str) -> None:
    """Note under which address the same CRM answers now.

    Raises:
        ConfigError: the store is not tied to that CRM.
    """
    from csmdesk.store.commands.connections import set_base_url

    with workspace.store.reading() as connection:
        stored = queries.stored_connection(connection, key)
    if stored is None:
        raise ConfigError(
            f"This store is not connected to {key}.", "Run `csmdesk connect hubspot`."
        )
    if stored.base_url != base_url:
        with workspace.store.writing() as connection:
            set_base_url(connection, key, base_url)


def _refuse_other_portal(workspace: Workspace, identity: Identity) -> None:
    with workspace.store.reading() as connection:
        keys = queries.connection_keys(connection)
    if keys and identity.key not in keys:
        raise WrongPortal(
            f"The token belongs to {identity.name}, but this store is tied to {keys[0]}.",
            "Use the token of that portal, or another store (--store).",
        )


def _owner(owners: Sequence[Owner], email: str | None, questions: Ask | None) -> Owner:
    active = [owner for owner in owners if not owner.archived]
    if email is not None:
        for owner in active:
            if owner.email is not None and owner.email.lower() == email.strip().lower():
                return owner
        raise UsageError(
            f"No user of the portal has the e-mail {email}.", f"Users: {_listed(active)}."
        )
    if len(active) == 1:
        return active[0]
    if not active:
        raise UsageError(
            "The portal shows no users.", "The token needs the scope crm.objects.owners.read."
        )
    if questions is not None:
        place = questions.choose("Who are you in HubSpot?", [_named(owner) for owner in active])
        if place is not None:
            return active[place]
        raise InputError("Nothing was connected.")
    raise UsageError(
        "Several users could be you.", f"Give --owner-email with one of: {_listed(active)}."
    )


def _keys(connector: "Connector", found: Capabilities, questions: Ask | None) -> Capabilities:
    """Offer to create the unique property, where it is missing and may be created."""
    if questions is None or not found.can_create_keys:
        return found
    if not questions.confirm(
        "Create the property `csmdesk_key` in HubSpot? With it a call can never be logged twice;"
        " without it csmdesk marks the last line of each body instead.",
        default=False,
    ):
        return found
    try:
        return replace(connector.create_keys(), readable=found.readable)
    except AuthRejected:
        return replace(found, can_create_keys=False)


def _ask_for_links(proposed: Sequence[Proposal], questions: Ask | None) -> tuple[Proposal, ...]:
    """Return the proposals the user agrees to: all, none, or account by account."""
    if not proposed or questions is None:
        return ()
    accounts = [each for each in proposed if each.entity == "account"]
    people = [each for each in proposed if each.entity == "contact"]
    question = (
        f"{len(accounts)} imported accounts and {len(people)} contacts look like records in"
        " HubSpot. Link them?"
    )
    place = questions.choose(question, ["All of them", "Ask for each account", "None"])
    if place == 0:
        return tuple(proposed)
    if place != 1:
        return ()
    kept = [
        each
        for each in accounts
        if questions.confirm(
            f"Is {each.local_name} the same as {each.remote_name} (same {each.why})?", default=True
        )
    ]
    # People are told apart by e-mail within a linked account, so they follow it.
    return (*kept, *people) if len(kept) == len(accounts) else tuple(kept)


def _offer_earlier(workspace: Workspace, identity: Identity, questions: Ask | None) -> None:
    """Offer to send what was logged before. Nothing leaves unasked, so the default is no."""
    from csmdesk.usecases import earlier

    waiting = 0 if questions is None else earlier.count(workspace, identity.key)
    if questions is None or not waiting:
        return
    touches = "1 touch was" if waiting == 1 else f"{waiting} touches were"
    if questions.confirm(
        f"{touches} logged here before. Send to {identity.name} too?", default=False
    ):
        earlier.send(workspace, identity.key)


def _save(
    workspace: Workspace,
    settings: ConnectionSettings,
    identity: Identity,
    capabilities: Capabilities,
    token_place: str,
    mapped: Sequence[MappedProperty],
) -> None:
    from csmdesk.store.commands import connections as commands
    from csmdesk.store.commands.mapped import forget_mapped
    from csmdesk.store.commands.sync import LinkRow, write_links
    from csmdesk.store.queries.mapped import mapped_fields
    from csmdesk.sync.drift import agreed
    from csmdesk.sync.settings import stored_capabilities

    with workspace.store.reading() as connection:
        users = linking_queries.imported_users(connection)
        before = mapped_fields(connection, identity.key)
    owner = settings.owner_remote_id or ""
    imported = users.get((settings.owner_email or "").lower())
    me = imported or local_id(identity.key, "owner", owner)
    now = workspace.now()
    with workspace.store.writing() as connection:
        commands.save_connection(
            connection,
            key=identity.key,
            crm=settings.crm,
            base_url=settings.base_url,
            portal_name=identity.name,
            owner_email=settings.owner_email,
            owner_remote_id=owner,
            scope=settings.scope,
            field_map=settings.fields,
            capabilities=stored_capabilities(capabilities),
            token_place=token_place,
            time_zone=identity.zone,
            now=now,
        )
        forget_mapped(connection, identity.key, agreed(before, mapped, now))
        if imported is not None:
            link_row = LinkRow(
                object_type="owner",
                remote_id=owner,
                entity="user",
                local_id=imported,
                origin="link",
                state="active",
                fingerprint=None,
                modified_at=None,
            )
            write_links(connection, identity.key, (link_row,), now)
        commands.set_me(connection, me)
        if identity.currency is not None:
            commands.set_currency(connection, identity.currency)


def _named(owner: Owner) -> str:
    return f"{owner.name} <{owner.email}>" if owner.email else owner.name


def _listed(owners: Sequence[Owner]) -> str:
    shown = [owner.email or owner.name for owner in owners[:20]]
    return ", ".join(shown) + (" …" if len(owners) > 20 else "")
