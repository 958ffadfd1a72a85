"""What goes on behind the screens: time passing, others writing to the store, syncing."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csmdesk.tui.app import WorkbenchApp


class Sync:
    """The app's sync."""

    def __init__(self, app: "WorkbenchApp") -> None:
        self._app = app

    def begin(self) -> None:
        """Start."""

    def start(self, *, asked: bool) -> None:
        """Sync."""

    def stop(self) -> None:
        """Stop."""
