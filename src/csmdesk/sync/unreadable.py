"""Looking again at records that were set aside because they could not be read."""

from collections.abc import Callable, Iterable, Sequence

from csmdesk.crm.base import NO_ID, Malformed, Page, Ref
from csmdesk.errors import Rejected
from csmdesk.store.commands import sync as commands
from csmdesk.store.database import Store
from csmdesk.store.queries.connections import unreadable


class Aside:
    """What one connection has set aside, during one pull.

    A record that is read well is taken out at once, by its id. What never comes by again is looked
    at when its type has been walked to the end: a record with an id is asked for, one without is
    believed well if the whole walk did not meet it again.

    Args:
        store: where it is noted.
        key: the connection.
        read: reads records and writes them, and sets them aside again if need be.
    """

    def __init__(
        self, store: Store, key: str, read: Callable[[Sequence[Ref]], Iterable[Page]]
    ) -> None:
        self._store = store
        self._key = key
        self._read = read
        self._met: set[tuple[str, str]] = set()

    def meet(self, found: Iterable[Malformed]) -> None:
        """Note what this pull could not read."""
        self._met.update((each.object_type, each.remote_id) for each in found)

    def look_again(self, kind: str) -> None:
        """Take out what is well by now, at the end of a complete walk of a type."""
        with self._store.reading() as connection:
            aside = [
                each.remote_id
                for each in unreadable(connection, self._key)
                if each.object_type == kind and (kind, each.remote_id) not in self._met
            ]
        asked = [each for each in aside if not each.startswith(NO_ID)]
        well = set(aside) - set(asked)
        if asked:
            try:
                pages = list(self._read([Ref(kind, each) for each in asked]))
            except Rejected:
                pass  # it does not take one of them for an id; they stay until it does
            else:
                bad = {each.remote_id for page in pages for each in page.malformed}
                well |= set(asked) - bad
        if well:
            with self._store.mirroring() as connection:
                commands.cure(connection, self._key, kind, well)
