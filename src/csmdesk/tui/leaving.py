"""Ending when the terminal goes: its window closed, the line dropped, the machine going down.

Without this a workbench whose terminal is gone would wait for ever to draw, and use a core for it.
What was typed is kept first.
"""

import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

SAVING = 1.0
"""Seconds the newest drafts are given to reach the disk."""

ENDING = 2.0
"""Seconds an orderly end is given before the process ends anyhow."""


def mind_the_terminal(keep: Callable[[], None], leave: Callable[[int], None]) -> None:
    """Keep what is typed and end when told to end, or when the terminal has gone.

    Call it on the main thread.

    Args:
        keep: saves what is typed; called on a thread of its own.
        leave: asks the app to end in order, with an exit code.
    """

    def told(number: int, _frame: FrameType | None) -> None:
        # On a thread: the signal may have struck while this one held a lock that saving needs.
        saving = threading.Thread(target=keep, daemon=True)
        saving.start()
        saving.join(SAVING)
        code = 128 + number
        if number == signal.SIGHUP:
            # Nobody is there to draw for, and drawing would block.
            os._exit(code)
        ending = threading.Timer(ENDING, os._exit, (code,))
        ending.daemon = True
        ending.start()
        leave(code)

    signal.signal(signal.SIGHUP, told)
    signal.signal(signal.SIGTERM, told)
    watch = threading.Thread(target=_wait_for_hangup, name="terminal-watch", daemon=True)
    watch.start()


def _wait_for_hangup() -> None:
    """Wait, without using time, until the terminal is gone; then say so as the system would.

    The system's own signal does not come to a program that was started with it ignored.
    """
    terminal = select.poll()
    terminal.register(sys.__stdin__ or 0, 0)
    for _file, what in terminal.poll():
        if what & (select.POLLHUP | select.POLLERR):
            os.kill(os.getpid(), signal.SIGHUP)
