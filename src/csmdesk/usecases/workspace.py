"""What every use case works on, wired once by `bootstrap`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from csmdesk.clock import Clock
from csmdesk.config import Config

if TYPE_CHECKING:
    from csmdesk.crm.base import Connector
    from csmdesk.store.database import Store

Connect = Callable[[str], "Connector"]
"""Open the connector of a connection by its key, for example `hubspot:123456`.

Raises SecretError without a token and ConfigError for a CRM that is not known.
"""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A store, a clock, the settings and the way to the CRM.

    `zone` is the user's time zone: configuration, else the book's, else the machine's.
    """

    store: "Store"
    clock: Clock
    config: Config
    zone: tzinfo
    connect: Connect | None = None

    def now(self) -> datetime:
        """Return the instant in UTC."""
        return self.clock.now()
