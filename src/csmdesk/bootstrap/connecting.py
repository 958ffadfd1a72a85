"""The way to the CRM: a connection and its token make a connector when one is needed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from csmdesk import secrets
from csmdesk.config import Config
from csmdesk.errors import ConfigError, SecretError
from csmdesk.store.database import Store
from csmdesk.usecases.workspace import Connect

if TYPE_CHECKING:
    from csmdesk.crm.base import ConnectionSettings, Connector, TokenSource
    from csmdesk.store.queries.connections import StoredConnection


def connector_factory(store: Store, config: Config, environ: Mapping[str, str]) -> Connect:
    """Return what opens the connector of a connection by its key."""

    def connect(key: str) -> "Connector":
        from csmdesk.store.queries.connections import stored_connection
        from csmdesk.sync.settings import settings_of

        with store.reading() as reading:
            stored = stored_connection(reading, key)
        if stored is None:
            raise ConfigError(
                f"This store is not connected to {key}.", "Run: csmdesk connect hubspot"
            )
        return dial(settings_of(stored), token_of(stored, config, environ))

    return connect


def dial(settings: "ConnectionSettings", token: "TokenSource") -> "Connector":
    """Open the connector of the CRM that the settings name.

    Raises:
        ConfigError: it is no CRM this program knows.
    """
    if settings.crm == "hubspot":
        from csmdesk.crm.hubspot.connector import open_hubspot

        return open_hubspot(settings, token)
    raise ConfigError(f"{settings.crm!r} is no CRM that csmdesk knows.", "Known: hubspot.")


def token_of(
    stored: "StoredConnection", config: Config, environ: Mapping[str, str]
) -> "TokenSource":
    """Return what gives a connection's token; it is looked for once, at the first request."""
    held: list[secrets.Secret] = []

    def token() -> secrets.Secret:
        if not held:
            found = secrets.find(
                stored.key,
                environ=environ,
                command=config.hubspot.token_command,
                place=stored.token_place,
            )
            if found is None:
                raise SecretError(
                    "There is no HubSpot token.",
                    f"Set {secrets.variables(stored.key)[-1]}, or run: csmdesk connect hubspot",
                )
            held.append(found.secret)
        return held[0]

    return token
