"""A big pull in a process of its own: it reads and maps while this one decides and writes.

One interpreter does one thing at a time. A first pull of a large portal is as much reading as
writing, so a child reads: it gets settings, cursors and token through a pipe, hands over pages
through another, and asks what is known here when it needs to. It only reads, so it may be ended
at any moment; it ends by itself when this process does.
"""

import gc
import os
import queue
import select
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from csmdesk.crm import wire
from csmdesk.crm.base import TokenSource
from csmdesk.crm.connecting import Capabilities, ConnectionSettings
from csmdesk.crm.limits import RateLimiter
from csmdesk.crm.pages import Cursor, Known, Page, PullRequest
from csmdesk.crm.streams import in_threads
from csmdesk.crm.words import FieldSets
from csmdesk.domain.spelling import instant, instant_text, read, spelled
from csmdesk.errors import CsmdeskError, UnexpectedReply
from csmdesk.secrets import Secret

AHEAD: Final = 128
"""How many pages may be mapped before they are taken: a few megabytes. Companies take longer to
read than to write, and activities the other way round: with a short line both would wait in turn.
"""

LOOK_SECONDS: Final = 0.1
"""How often a waiting parent looks whether it should stop."""


class NotStarted(Exception):
    """There is no child: whoever wanted one reads by itself."""


class Apart:
    """Pulls of one portal in a child.

    Args:
        settings: whose records, which scope.
        token: gives the token, which goes to the child through the pipe.
        limiter: paces the requests of this process; the child goes on where it stands.
        version: the dated version of the API.
        total: seconds one request may take.
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        token: TokenSource,
        limiter: RateLimiter,
        version: str,
        total: float,
    ) -> None:
        self._settings = settings
        self._token = token
        self._limiter = limiter
        self._options = {"version": version, "total": total}
        self.unread: FieldSets = {}
        """Fields whose property is not what it was: the child leaves them out too."""
        self.requests = 0

    def pages(self, request: PullRequest) -> Iterator[Page]:
        """Yield what a pull in this process would yield.

        Raises:
            CsmdeskError: what the child met.
            UnexpectedReply: it ended without a word.
            NotStarted: it never began, as where Python cannot start itself again.
        """
        before, begun = self.requests, False
        child = _started()
        assert child.stdin is not None  # noqa: S101 - both are pipes
        assert child.stdout is not None  # noqa: S101
        to, back = child.stdin.fileno(), child.stdout.fileno()
        try:
            wire.send(to, wire.frame(self._job(request)))
            while not request.stop():
                if not select.select([back], [], [], LOOK_SECONDS)[0]:
                    continue
                what, value, made = wire.receive(back)
                self.requests = before + made
                if what == "begun":
                    begun = True
                elif what == "page":
                    yield wire.page_of(value)
                elif what == "ask":
                    wire.send(to, wire.frame(_answer(request.known, *value)))
                elif what == "error":
                    raise wire.error_of(value)
                else:
                    self._limiter.go_on_from(value)
                    return
        except wire.Closed:
            if not begun:
                raise NotStarted from None
            raise UnexpectedReply(
                "Reading from the CRM ended in the middle.", "What was read is kept; sync again."
            ) from None
        finally:
            child.kill()
            child.stdin.close()
            child.stdout.close()
            child.wait()

    def _job(self, request: PullRequest) -> Any:
        return (
            asdict(self._settings),
            self._token().reveal(),
            self._limiter.state(),
            self._options,
            [spelled(cursor)[1] for cursor in request.cursors],
            {"archived": request.archived, "sweep": request.sweep},
            dict(self.unread),
        )


def _started() -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - our own program, as a list of words
            [sys.executable, "-P", "-m", __name__],  # -P: nothing of the current folder is ours
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            # Not in the terminal's group: ctrl+c is for this process, which ends the child.
            start_new_session=True,
        )
    except OSError as error:
        raise NotStarted from error


def _answer(known: Known, name: str, arguments: tuple[Any, ...]) -> frozenset[str]:
    """Ask the store what the child wants to know."""
    if name == "current":
        kind, seen = arguments
        return known.current(kind, {remote: instant(at) for remote, at in seen.items()})
    return known.ids(*arguments) if name == "ids" else known.whole_companies()


class _Asked:
    """What the store has, asked through the pipes. Safe for several threads."""

    def __init__(self, line: "_Line") -> None:
        self._line = line

    def whole_companies(self) -> frozenset[str]:
        """Return the remote ids of companies whose records have all been read once."""
        return self._line.ask("whole_companies")

    def current(self, object_type: str, seen: Mapping[str, datetime]) -> frozenset[str]:
        """Return which of these ids are held with that very modification date."""
        spelt = {remote: instant_text(at) for remote, at in seen.items()}
        return self._line.ask("current", object_type, spelt)

    def ids(self, object_type: str) -> frozenset[str]:
        """Return the remote ids held as active."""
        return self._line.ask("ids", object_type)


class _Line:
    """The child's end of the pipes."""

    def __init__(self, back: int) -> None:
        self._back = back
        self._writing = threading.Lock()
        self._asking = threading.Lock()
        self._answers: queue.SimpleQueue[frozenset[str]] = queue.SimpleQueue()

    def listen(self) -> None:
        """Take answers until the parent closes the pipe; then there is nobody to work for."""
        try:
            while True:
                self._answers.put(wire.receive(0))
        except wire.Closed:
            os._exit(0)

    def say(self, data: bytes) -> None:
        """Hand a frame to the parent."""
        with self._writing:
            wire.send(self._back, data)

    def ask(self, name: str, *arguments: Any) -> frozenset[str]:
        """Ask the parent, and wait for the answer."""
        with self._asking:
            self.say(wire.frame(("ask", (name, arguments), 0)))
            return self._answers.get()


def main() -> None:
    """Be the child: pull what the first frame says."""
    # httpx would load its own command line, with all that draws on a terminal: half of its time.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]  # what makes it an ImportError
    from csmdesk.crm.hubspot.connector import open_hubspot

    # Whatever prints would print into the pages.
    back = os.dup(1)
    os.dup2(2, 1)
    gc.set_threshold(50_000)
    about, token, state, options, cursors, more, unread = wire.receive(0)
    line = _Line(back)
    line.say(wire.frame(("begun", None, 0)))
    threading.Thread(target=line.listen, daemon=True).start()
    settings = ConnectionSettings(
        **{**about, "capabilities": Capabilities(**about["capabilities"])}
    )
    limiter = RateLimiter()
    limiter.go_on_from(state)
    connector = open_hubspot(
        settings, lambda: Secret(token), limiter=limiter, mapping_apart=True, **options
    )
    if unread:
        connector.leave_out(unread, unread)
    request = PullRequest(
        cursors=tuple(read(Cursor, each) for each in cursors), known=_Asked(line), **more
    )

    def frames() -> Iterator[bytes]:
        for page in connector.pull(request):
            yield wire.frame(("page", wire.plain_page(page), connector.requests))

    try:
        for data in in_threads([frames], closing=threading.Event(), workers=1, ahead=AHEAD):
            line.say(data)
        last = ("end", limiter.state(), connector.requests)
    except CsmdeskError as error:
        last = ("error", wire.plain_error(error), connector.requests)
    line.say(wire.frame(last))


if __name__ == "__main__":
    main()
