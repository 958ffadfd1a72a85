"""The way to the CRM: a connection and its token make a connector when one is needed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from csmdesk.config import Config
from csmdesk.errors import ConfigError, SecretError
from csmdesk.store.database import Store
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    from csmdesk.crm.base import ConnectionSettings, Connector, TokenSource
    from csmdesk.secrets import Secret
    from csmdesk.store.queries.connections import StoredConnection
    from csmdesk.usecases.setup import Ask, ConnectReport

PROMPT = "the prompt"
"""Where a token came from that was typed."""


class WayToCrm:
    """Opens the connector of a connection by its key: `Workspace.connect`."""

    def __init__(self, store: Store, config: Config, environ: Mapping[str, str]) -> None:
        self._store = store
        self._config = config
        self._environ = environ
        self._typed: dict[str, Secret] = {}

    def __call__(self, key: str) -> "Connector":
        """Open the connector of a connection. Nothing is sent yet.

        Raises:
            ConfigError: the store is not connected to it, or it is no CRM this program knows.
        """
        from csmdesk.store.queries.connections import stored_connection
        from csmdesk.sync.settings import settings_of

        with self._store.reading() as reading:
            stored = stored_connection(reading, key)
        if stored is None:
            raise ConfigError(
                f"This store is not connected to {key}.", "Run: csmdesk connect hubspot"
            )
        return dial(settings_of(stored), self._token_of(stored))

    def hold(self, key: str, secret: "Secret") -> None:
        """Use a token that was typed, for as long as this process lives."""
        self._typed[key] = secret

    def _token_of(self, stored: "StoredConnection") -> "TokenSource":
        """Return what gives a connection's token; it is looked for once, at the first request."""
        from csmdesk import secrets

        def token() -> "Secret":
            if stored.key not in self._typed:
                found = secrets.find(
                    stored.key,
                    environ=self._environ,
                    command=self._config.hubspot.token_command,
                    place=stored.token_place,
                )
                if found is None:
                    raise SecretError(
                        "There is no HubSpot token.",
                        f"Set {secrets.variables(stored.key)[-1]}, or run: csmdesk connect hubspot",
                    )
                self.hold(stored.key, found.secret)
            return self._typed[stored.key]

        return token


def dial(settings: "ConnectionSettings", token: "TokenSource") -> "Connector":
    """Open the connector of the CRM that the settings name.

    Raises:
        ConfigError: it is no CRM this program knows.
    """
    if settings.crm == "hubspot":
        from csmdesk.crm.hubspot.connector import open_hubspot

        return open_hubspot(settings, token, apart_from=APART_FROM)
    raise ConfigError(f"{settings.crm!r} is no CRM that csmdesk knows.", "Known: hubspot.")


APART_FROM = 1_000
"""Companies from which a first pull is read by a process of its own; starting it takes a moment."""


def connect_typed(workspace: Workspace, text: str, ask: "Ask") -> "ConnectReport":
    """Connect HubSpot by a token that was typed, and keep it where that is safe.

    Raises:
        UsageError, WrongPortal, CrmError, InputError: as `setup.connect_hubspot`.
    """
    from csmdesk.secrets import Secret
    from csmdesk.usecases import setup

    secret = Secret(text)
    report = setup.connect_hubspot(
        workspace,
        dial=dial,
        token=lambda: secret,
        base_url=workspace.config.hubspot.base_url,
        ask=ask,
        token_place=PROMPT,
    )
    keep(workspace, report.key, secret)
    return report


def keep(workspace: Workspace, key: str, secret: "Secret") -> str | None:
    """Keep a typed token in the keyring; without one, for as long as this process lives.

    Returns:
        the keyring's name, or None if it is stored nowhere.
    """
    if isinstance(workspace.connect, WayToCrm):
        workspace.connect.hold(key, secret)
    from csmdesk import secrets

    try:
        return secrets.keep(key, secret)
    except SecretError:
        return None
