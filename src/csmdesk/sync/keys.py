"""The unique property that makes tier A, while syncing: it may be deleted, and come back.

A type without it steps down to tier B by itself, and up again. What was sent before is looked for
as it was sent, whatever the type can do by now.
"""

from dataclasses import replace

from csmdesk.crm.base import Capabilities, ConnectionSettings, Connector, Tier
from csmdesk.errors import CrmError
from csmdesk.store.commands import connections as commands
from csmdesk.store.database import Store
from csmdesk.sync.resting import keyless_sentence
from csmdesk.sync.settings import stored_capabilities


class KeyWatch:
    """Knows how creations of each type are sent at present.

    Args:
        store: where it is noted.
        connector: the way to the CRM.
        settings: the connection.
    """

    def __init__(self, store: Store, connector: Connector, settings: ConnectionSettings) -> None:
        self._store = store
        self._connector = connector
        self._settings = settings
        self._known = settings.capabilities

    @property
    def notice(self) -> str:
        """What the user should know of properties that are gone; empty if none is."""
        return keyless_sentence(self._known.lost, self._settings.crm)

    def tier(self, object_type: str) -> Tier:
        """Return how doubt about a creation is settled that is sent now."""
        return self._known.tiers.get(object_type, "C")

    def made(self, object_type: str) -> str | None:
        """Return which unique property a creation carries that is sent now."""
        return self._known.keys.get(object_type, "") if self.tier(object_type) == "A" else None

    def look_for_lost(self) -> None:
        """Look whether a property that was gone is there again.

        A CRM that does not answer leaves everything as it was.
        """
        if self._known.lost:
            self._look(self._known.lost)

    def look(self, object_type: str) -> None:
        """Look whether the property of a type of tier A is gone, or another by now."""
        if self.tier(object_type) == "A":
            self._look((object_type,))

    def _look(self, types: tuple[str, ...]) -> None:
        try:
            found = self._connector.keys_made(types)
        except CrmError:
            return
        before = self._known
        tiers: dict[str, Tier] = {kind: "A" if kind in found else "B" for kind in types}
        keys = {kind: made for kind, made in before.keys.items() if kind not in types}
        lost = [*before.lost, *types]
        self._note(
            replace(
                before,
                tiers={**before.tiers, **tiers},
                keys={**keys, **found},
                lost=tuple(sorted({kind for kind in lost if kind not in found})),
            )
        )

    def _note(self, known: Capabilities) -> None:
        if known == self._known:
            return
        self._known = known
        with self._store.writing() as connection:
            commands.set_capabilities(connection, self._settings.key, stored_capabilities(known))
