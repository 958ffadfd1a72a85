"""The embedded CRM: run here in the foreground, or as a child that ends with this process.

The child gets its token by environment, never on its command line, and a pipe that closes when
this process ends in whatever way; then it ends as well.
"""

import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from csmdesk.errors import Unreachable

HANDED_OVER_IN: Final = "CSMDESK_SANDBOX_TOKEN"
START_SECONDS: Final = 60.0
"""How long the child may take until it serves; the first start fills it from the book."""


def serve(
    *,
    port: int,
    book: Mapping[str, Any] | None,
    state: Path,
    token: str,
    faults: Mapping[str, float],
    until_stdin_closes: bool,
) -> None:
    """Serve until interrupted; the first line of standard output is the base URL."""
    from csmdesk.sandbox.server import serve as serve_crm

    serve_crm(port, book, state, token, parent=sys.stdin if until_stdin_closes else None)


class EmbeddedCrm:
    """A running child. Its address is known a moment after its start."""

    def __init__(self, *, book: Path, state: Path, environ: Mapping[str, str]) -> None:
        self.token = secrets.token_urlsafe(24)
        self._ready = threading.Event()
        self._url = ""
        self._child = subprocess.Popen(  # noqa: S603 - our own program, as a list of words
            [
                sys.executable,
                "-P",  # a module of that name in the current folder is not ours
                "-m",
                "csmdesk",
                "sandbox",
                "--port=0",
                f"--book={book}",
                f"--state={state}",
                "--until-stdin-closes",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environ, HANDED_OVER_IN: self.token},
            text=True,
            # Not in the terminal's group: ctrl+c is for the workbench.
            start_new_session=True,
        )
        threading.Thread(target=self._listen, name="embedded-crm", daemon=True).start()

    def base_url(self) -> str:
        """Return where it serves; wait for it if it is still starting.

        Raises:
            Unreachable: it ended, or never came up.
        """
        if not self._ready.wait(START_SECONDS) or not self._url:
            raise Unreachable(
                "The demo's CRM did not start.",
                "Try: csmdesk demo --reset",
                sent=False,
            )
        return self._url

    def stop(self) -> None:
        """End the child and wait for its end."""
        if self._child.stdin is not None:
            self._child.stdin.close()
        try:
            self._child.wait(5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdout is not None:
            self._child.stdout.close()

    def _listen(self) -> None:
        """Take the address from the first line, then let go of whatever else is printed."""
        output = self._child.stdout
        if output is None:
            return
        self._url = output.readline().strip()
        self._ready.set()
