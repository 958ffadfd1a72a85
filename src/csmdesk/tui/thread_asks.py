"""Asking from a thread: the thread waits, the screen asks."""

import queue
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from textual.worker import get_current_worker

from csmdesk.errors import InputError
from csmdesk.tui import jobs
from csmdesk.tui.picking import Entry

if TYPE_CHECKING:
    from csmdesk.tui.screens.frame import Frame

Answer = TypeVar("Answer")
LOOK_EVERY = 0.2
"""Seconds between two looks at whether the thread is still wanted."""


class ThreadAsks:
    """Questions of a job, put by a screen.

    Args:
        screen: where they appear.
    """

    def __init__(self, screen: "Frame") -> None:
        self._screen = screen

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """Return the place of the chosen option, or `None` to give up."""

        def put(give: Callable[[int | None], object]) -> None:
            from csmdesk.tui.dialogs.pick import Pick

            entries = [
                Entry(str(index), option, "", "", lambda: None)
                for index, option in enumerate(options)
            ]
            self._screen.say(question)

            def picked(entry: Entry | None) -> None:
                give(None if entry is None else int(entry.key))

            self._screen.app.push_screen(Pick(question, entries), picked)

        return self._wait(put)

    def confirm(self, question: str, *, default: bool) -> bool:
        """Return the answer to a yes-or-no question."""
        del default  # both keys are shown; nothing is agreed to by accident

        def put(give: Callable[[bool], object]) -> None:
            def agreed() -> None:
                give(True)

            def dropped() -> None:
                give(False)

            self._screen.confirm(question, "yes", agreed, dropped=dropped)

        return self._wait(put)

    def _wait(self, put: Callable[[Callable[[Answer], object]], None]) -> Answer:
        answers: queue.Queue[Answer] = queue.Queue(1)
        jobs.post(self._screen, lambda: put(answers.put))
        worker = get_current_worker()
        while not worker.is_cancelled:
            try:
                return answers.get(timeout=LOOK_EVERY)
            except queue.Empty:
                continue
        raise InputError("Nothing was connected.")
