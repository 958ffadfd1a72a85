"""Keeping what is typed while it is typed, off the screen's thread, in order."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable
from weakref import WeakSet

from textual.timer import Timer
from textual.widget import Widget

from csmdesk.tui import jobs
from csmdesk.usecases import drafts
from csmdesk.usecases.workspace import Workspace

DELAY = 0.15
"""Seconds from a key to the start of its saving; together they stay under 300 ms."""


@runtime_checkable
class HoldsTyping(Protocol):
    """An app that knows what is being typed, to keep it when it has to end at once."""

    typing: "WeakSet[DraftKeeper]"


class DraftKeeper:
    """Saves the newest text of one place and record; never two writes at once, never out of order.

    Args:
        widget: what the text is typed in; its timer and workers are used.
        workspace: where drafts are kept.
        place: the bar or form.
        record: what the text is about.
        failed: told, on the screen's thread, if a draft cannot be kept.
    """

    def __init__(
        self,
        widget: Widget,
        workspace: Workspace,
        place: str,
        record: str,
        failed: Callable[[str], None],
    ) -> None:
        self._widget = widget
        self._workspace = workspace
        self._place = place
        self._record = record
        self._failed = failed
        self._lock = threading.Lock()
        self._closed = False
        self._newest: tuple[str, datetime | None] | None = None
        self._timer: Timer | None = None

    def note(self, body: str, started_at: datetime | None = None) -> None:
        """Keep a text soon."""
        self._newest = (body, started_at)
        app = self._widget.app
        if isinstance(app, HoldsTyping):
            app.typing.add(self)
        if self._timer is None and not self._closed:
            self._timer = self._widget.set_timer(DELAY, self._save_soon)

    def close(self) -> None:
        """Keep nothing any more: what was typed is about to be saved for good. Any thread."""
        with self._lock:
            self._closed = True

    def reopen(self) -> None:
        """Keep drafts again, after saving for good has failed."""
        with self._lock:
            self._closed = False

    def flush(self) -> None:
        """Keep the newest text now, in the calling thread."""
        with self._lock:
            if self._newest is None or self._closed:
                return
            (body, started_at), self._newest = self._newest, None
            drafts.save_draft(
                self._workspace,
                self._place,
                self._record,
                body,
                self._workspace.now(),
                started_at,
            )

    def _save_soon(self) -> None:
        self._timer = None
        jobs.start(
            self._widget, f"draft-{self._place}", self.flush, lambda _done: None, self._failed
        )
