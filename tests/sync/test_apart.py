"""A big first pull is read by a child; it brings the same, and ends whenever it should."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from tests.sandbox.running import TOKEN, Sandbox
from tests.sync.office import Desk, MovingClock, office
from tests.sync.test_pull import mirror

from csmdesk.crm import wire
from csmdesk.crm.base import Connector, Cursor, Malformed, Page, PullRequest, RemoteRecord
from csmdesk.domain.records import ContractBreak, Meeting, RampStep, Subscription, Touchpoint
from csmdesk.errors import AuthRejected, CsmdeskError, RateLimited, Rejected, UnexpectedReply
from csmdesk.store.queries.connections import connection_keys, stored_connection
from csmdesk.sync.known import StoreKnown

ME = Path(f"/proc/{os.getpid()}/task")
needs_proc = pytest.mark.skipif(not ME.exists(), reason="children are found in /proc")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A CRM, and a csmdesk connected to all of it that reads every first pull by a child."""
    with office(tmp_path) as (crm, desk):
        desk.connect(scope="all")
        desk.apart_from = 1
        yield crm, desk


@contextmanager
def opened(desk: Desk) -> Iterator[tuple[Connector, PullRequest]]:
    """The way to the CRM, and what a first pull asks."""
    with desk.store.reading() as connection:
        (key,) = connection_keys(connection)
        assert stored_connection(connection, key) is not None
    connect = desk.workspace.connect
    assert connect is not None
    connector = connect(key)
    try:
        yield connector, PullRequest(cursors=(), known=StoreKnown(desk.store, key))
    finally:
        connector.close()


def readers() -> list[int]:
    """The processes that read for this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except (OSError, IndexError, ValueError):
            continue
        if parent == os.getpid() and b"csmdesk.crm.hubspot.apart" in words:
            found.append(int(entry.name))
    return found


@pytest.mark.parametrize("scope", ["mine", "all"])
def test_a_child_brings_what_this_process_would_have_brought(tmp_path: Path, scope: str) -> None:
    with office(tmp_path) as (crm, desk):
        desk.connect(scope=scope)
        report = desk.sync()
        other = Desk(tmp_path / "other.db", crm.url, MovingClock())
        other.apart_from = 1
        other.connect(scope=scope)
        apart = other.sync()
        assert mirror(other) == mirror(desk)
        links = "SELECT object_type, remote_id, local_id, fingerprint, whole FROM remote_links"
        assert sorted(other.rows(links)) == sorted(desk.rows(links))
        # Two more: how much there is, and whose it is for the child.
        assert (apart.exit_code, apart.requests) == (0, report.requests + 2)
        assert other.sync(thorough=False).requests <= 11
        other.close()


@pytest.mark.parametrize("python", ["/bin/false", "/nowhere/python"])
def test_where_no_child_can_be_started_this_process_reads(
    pair: tuple[Sandbox, Desk], python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, desk = pair
    monkeypatch.setattr(sys, "executable", python)
    assert desk.sync().exit_code == 0
    assert desk.one("SELECT count(*) FROM accounts") == 3


def test_small_pulls_start_nothing(pair: tuple[Sandbox, Desk]) -> None:
    _, desk = pair
    desk.apart_from = 100
    with opened(desk) as (connector, request):
        for _ in connector.pull(request):
            assert readers() == []


@needs_proc
def test_the_token_is_in_nobodys_arguments_and_the_child_ends_with_the_pull(
    pair: tuple[Sandbox, Desk],
) -> None:
    _, desk = pair
    with opened(desk) as (connector, request):
        pages = connector.pull(request)
        next(pages)
        (child,) = readers()
        for place in ("cmdline", "environ"):
            assert TOKEN.encode() not in Path(f"/proc/{child}/{place}").read_bytes()
        pages.close()  # type: ignore[attr-defined]  # it is a generator
        assert readers() == []


@needs_proc
def test_a_pull_that_is_stopped_ends_the_child(pair: tuple[Sandbox, Desk]) -> None:
    crm, desk = pair
    with opened(desk) as (connector, request):
        crm.fault("rate_limited_seconds:30", path="/crm/objects")
        asked = 0

        def stop() -> bool:
            nonlocal asked
            asked += 1
            return asked > 20

        assert len(list(connector.pull(replace(request, stop=stop)))) <= 20
        assert readers() == []


@needs_proc
def test_a_child_that_is_killed_costs_nothing_but_another_sync(
    pair: tuple[Sandbox, Desk], tmp_path: Path
) -> None:
    crm, desk = pair
    with opened(desk) as (connector, request):
        pages = connector.pull(request)
        next(pages)
        (child,) = readers()
        os.kill(child, signal.SIGKILL)
        with pytest.raises(UnexpectedReply, match="in the middle"):
            list(pages)
        assert desk.sync().exit_code == 0
        other = Desk(tmp_path / "other.db", crm.url, MovingClock())
        other.connect(scope="all")
        other.sync()
        assert mirror(desk) == mirror(other)
        other.close()


def test_what_the_child_meets_is_met_here(pair: tuple[Sandbox, Desk]) -> None:
    crm, desk = pair
    crm.fault("unauthorized", path="/crm/objects/2026-09/tickets")
    with opened(desk) as (connector, request), pytest.raises(AuthRejected, match="access token"):
        list(connector.pull(request))


@needs_proc
def test_the_child_ends_when_its_parent_does(tmp_path: Path) -> None:
    """It waits for a first frame that never comes: the pipe closes instead."""
    child = subprocess.Popen(
        [sys.executable, "-m", "csmdesk.crm.hubspot.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(30) is not None


@pytest.mark.parametrize(
    "error",
    [
        AuthRejected("No.", "Make one.", scope_only=True),
        RateLimited("Wait.", retry_after=2.5, daily=True),
        Rejected("No.", status=400, category="BAD"),
    ],
)
def test_errors_arrive_as_they_left(error: CsmdeskError) -> None:
    came = wire.error_of(wire.plain_error(error))
    assert type(came) is type(error)
    assert vars(came) == vars(error)
    assert (str(came), came.line) == (str(error), error.line)


def test_pages_arrive_as_they_left() -> None:
    at = datetime(2026, 3, 1, 9, 30, 0, 250_000, tzinfo=UTC)
    rows = (
        Meeting(id="m", kind="qbr", start=at, end=at, title="Q1", attendee_ids=("a", "b")),
        Touchpoint(id="m", account_id="", type="qbr", at=at, two_way=True, text="né\ud83d"),
        Subscription(
            id="s",
            account_id="a",
            start_on=at.date(),
            auto_renew=False,
            status="active",
            ramp=(RampStep(from_on=at.date(), arr=Decimal("12.5")),),
            breaks=(ContractBreak(on=at.date(), kind="opt-out"),),
        ),
    )
    record = RemoteRecord(
        "meeting",
        "7",
        "2026-03-01T09:30:00.250000Z",
        rows,
        "f",
        {"hs_meeting_body": None},
        ("1",),
        ("2", "3"),
        key="k",
    )
    page = Page(
        object_type="meeting",
        records=(record,),
        malformed=(Malformed(object_type="meeting", remote_id="8", raw="{}", reason="no"),),
        cursor=Cursor(object_type="meeting", query_hash="q", high_water=at, page_no=3),
        whole=("1",),
        unchanged=2,
    )
    came = wire.page_of(wire.plain_page(page))
    assert tuple(came.records[0].rows) == rows
    assert came.records[0]._replace(rows=rows) == record
    assert replace(came, records=page.records) == page
