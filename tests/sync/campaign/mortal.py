"""Runs syncs in processes that can be killed at any boundary.

The process started from this module imports everything once and then forks for each job it is told
on standard input, so that a trial costs a fork and not a start. The fork counts boundaries, which
are put around the connector's transport and around the store's commits from here: the product
knows nothing of it. At the boundary it was told it kills itself, as `kill -9` would, or waits.
"""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.sync.campaign.planted import plant


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One sync in a process of its own.

    Attributes:
        now: what its clock shows.
        kill_at: the boundary at which it dies, counted from 1; 0 lets it live.
        hold_at: a text in the name of the boundary at which it waits until `gate` is opened.
        reads: count requests that only read as well.
        defect: a planted defect.
        room: the largest size in bytes that a file may have; 0 is any.
        uid: the user to become; 0 stays the same.
    """

    store: str
    url: str
    now: str
    kill_at: int = 0
    hold_at: str = ""
    gate: str = ""
    reads: bool = True
    defect: str = ""
    room: int = 0
    uid: int = 0
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a job: whether it was killed, and the boundaries it passed."""

    killed: bool
    boundaries: tuple[str, ...]
    trouble: str = ""


class Boundaries:
    """Counts boundaries in the forked process, and dies at the one it was told."""

    def __init__(self, job: Job, tell: int) -> None:
        self._job = job
        self._tell = tell
        self._lock = threading.Lock()
        self._count = 0

    def at(self, name: str) -> None:
        """Pass a boundary."""
        with self._lock:
            self._count += 1
            os.write(self._tell, name.encode() + b"\n")
            if self._count == self._job.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            if self._job.hold_at and self._job.hold_at in name:
                with Path(self._job.gate).open() as gate:
                    gate.read()

    def surround(self) -> None:
        """Put boundaries around requests and commits."""
        self._surround_requests()
        self._surround_commits()

    def _surround_requests(self) -> None:
        import httpcore

        from csmdesk.crm import http

        at, reads = self.at, self._job.reads
        inside = threading.local()
        handle = http.PunctualTransport.answer
        write, read = http._PunctualStream.write, http._PunctualStream.read

        class Watched:
            def __init__(self, stream: Any, name: str) -> None:
                self._stream, self._name = stream, name

            def __iter__(self) -> Iterator[bytes]:
                yield from self._stream
                inside.write = False
                at(f"{self._name}: body read")

            def close(self) -> None:
                self._stream.close()

        def answer(transport: Any, request: httpcore.Request) -> httpcore.Response:
            path = request.url.target.decode().partition("?")[0]
            name = f"{request.method.decode()} {path}"
            changes = request.method != b"GET" and not name.endswith(("/search", "/batch/read"))
            if not changes and not reads:
                return handle(transport, request)
            at(f"{name}: before")
            inside.write = changes
            response = handle(transport, request)
            if changes:
                at(f"{name}: headers read")
            response.stream = Watched(response.stream, name)
            return response

        def written(stream: Any, buffer: bytes, timeout: float | None = None) -> None:
            write(stream, buffer, timeout)
            if getattr(inside, "write", False):
                at("socket: written")

        def received(stream: Any, most: int, timeout: float | None = None) -> bytes:
            got = read(stream, most, timeout)
            if getattr(inside, "write", False):
                at("socket: received")
            return got

        http.PunctualTransport.answer = answer  # type: ignore[method-assign] # around it
        http._PunctualStream.write = written  # type: ignore[method-assign] # around it
        http._PunctualStream.read = received  # type: ignore[method-assign] # around it

    def _surround_commits(self) -> None:
        from csmdesk.store import database

        def around(commit: Callable[[Any], None]) -> Callable[[Any], None]:
            def committed(what: Any) -> None:
                self.at("commit: before")
                commit(what)
                self.at("commit: after")

            return committed

        database._commit = around(database._commit)


class Mortals:
    """The process that forks the mortal ones."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, job: Job) -> None:
        """Fork a process for a job."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()

    def wait(self) -> Fate:
        """Wait until the job has ended, one way or the other."""
        told = self._line()
        while "held" in told:
            told = self._line()
        return Fate(told["killed"], tuple(told["boundaries"]), told["trouble"])

    def wait_until_held(self) -> None:
        """Wait until the job waits at its boundary."""
        told = self._line()
        assert "held" in told, told

    def run(self, job: Job) -> Fate:
        """Do a job."""
        self.start(job)
        return self.wait()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], 60)
        assert ready, "the process does not answer"
        line = self._process.stdout.readline()
        assert line, "the process is gone"
        told: dict[str, Any] = json.loads(line)
        return told


@contextmanager
def mortals() -> Iterator[Mortals]:
    """Start the process that forks."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sync.campaign.mortal"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    try:
        yield Mortals(process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def _serve() -> None:
    from tests.sync import office  # noqa: F401  # what every fork needs, loaded once

    _warm()
    for line in sys.stdin:
        print(  # noqa: T201  # the answer
            json.dumps(_fate(Job(**json.loads(line)))), flush=True
        )


def _warm() -> None:
    """Do once what the first write and the first request of a process do, and leave nothing."""
    import tempfile

    import orjson  # noqa: F401
    import selectolax.lexbor  # noqa: F401

    from csmdesk.crm.http import HttpClient
    from csmdesk.secrets import Secret
    from csmdesk.store.database import open_store

    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "warm.db")
        for writing in (store.writing, store.mirroring):
            with writing() as connection:
                connection.execute("SELECT 1")
        store.close()
    HttpClient("http://127.0.0.1:9", lambda: Secret("none")).close()


def _fate(job: Job) -> dict[str, Any]:
    """Fork, listen to the boundaries until the fork has ended, and say what became of it."""
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hear)
        os._exit(_live(job, tell))
    os.close(tell)
    names: list[str] = []
    with os.fdopen(hear) as told:
        for line in told:
            names.append(line.rstrip("\n"))
            if job.hold_at and job.hold_at in line:
                print(json.dumps({"held": line}), flush=True)  # noqa: T201  # the answer
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    trouble = "" if killed or status == 0 else f"status {status}: {names[-1:]}"
    return {"killed": killed, "boundaries": names, "trouble": trouble}


def _live(job: Job, tell: int) -> int:
    import resource

    try:
        if job.room:
            resource.setrlimit(resource.RLIMIT_FSIZE, (job.room, job.room))
        if job.uid:
            os.setuid(job.uid)
        plant(job.defect)
        Boundaries(job, tell).surround()
        _sync(job)
    except BaseException as error:  # told to the one who asked
        os.write(tell, f"trouble: {error!r}\n".encode())
        return 1
    return 0


def _sync(job: Job) -> None:
    from tests.sync.office import Desk, MovingClock

    desk = Desk(Path(job.store), job.url, MovingClock(datetime.fromisoformat(job.now)))
    desk.sync(**job.options)
    desk.close()


if __name__ == "__main__":
    _serve()
