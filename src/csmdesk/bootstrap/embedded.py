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
from typing import Final, TextIO

from csmdesk.errors import InputError, Unreachable, UsageError
from csmdesk.paths import private_folder, reason
from csmdesk.secrets import Secret

HANDED_OVER_IN: Final = "CSMDESK_SANDBOX_TOKEN"
START_SECONDS: Final = 60.0
"""How long the child may take until it serves; the first start fills it from the book."""


def serve(
    *,
    port: int,
    book: Path,
    state: Path,
    token: str,
    faults: Mapping[str, float],
    fresh_url: TextIO | None = None,
) -> None:
    """Serve until interrupted; the first line of standard output is the base URL.

    Args:
        port: on loopback; 0 takes a free one.
        book: whose CRM part is served.
        state: the folder its records are kept in.
        token: the one it accepts.
        faults: probabilities by the name of a fault.
        fresh_url: where the first line goes instead.

    Raises:
        BookInvalid: the book has problems.
        InputError: the book cannot be read, the port is taken, the folder cannot be used.
        UsageError: there is no such fault.
    """
    from csmdesk.book.reading import read_book
    from csmdesk.book.records import contents_of
    from csmdesk.sandbox.server import Options
    from csmdesk.sandbox.server import serve as serve_crm

    try:
        contents = contents_of(read_book(book.read_bytes()))
    except OSError as error:
        raise InputError(
            f"The book {book} cannot be read: {reason(error)}.", "Name a book with --book."
        ) from error
    try:
        private_folder(state)
        serve_crm(port, contents, state, token, Options(faults=faults), fresh_url)
    except OSError as error:
        raise InputError(
            f"The embedded CRM cannot serve on port {port}: {reason(error)}.",
            "Choose another port; 0 takes a free one.",
        ) from error
    except ValueError as error:
        raise UsageError(f"--fault: {error}.") from error


class EmbeddedCrm:
    """A running child. Its address is known a moment after its start."""

    def __init__(self, *, book: Path, state: Path, environ: Mapping[str, str]) -> None:
        self._token = Secret(secrets.token_urlsafe(24))
        self._ready = threading.Event()
        self._url = ""
        self._child = subprocess.Popen(  # noqa: S603 - our own program, as a list of words
            [
                sys.executable,
                "-P",  # a module of that name in the current folder is not ours
                "-m",
                "csmdesk.sandbox",
                "--port=0",
                f"--book={book}",
                f"--state={state}",
                "--with-parent",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environ, HANDED_OVER_IN: self._token.reveal()},
            text=True,
            # Not in the terminal's group: ctrl+c is for the workbench.
            start_new_session=True,
        )
        threading.Thread(target=self._listen, name="embedded-crm", daemon=True).start()

    def token(self) -> Secret:
        """Return the token it accepts, this time."""
        return self._token

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
