"""Every row of the table of HTTP faults once by itself on every kind of request that is made."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from tests.sync.campaign.invariants import creations, insist, settle, texts
from tests.sync.campaign.stage import Stage, stage
from tests.sync.campaign.test_faults import ALONE, SOME, retry_failed, written
from tests.sync.campaign.trials import LINES
from tests.sync.office import Desk

from csmdesk.usecases import editing
from csmdesk.usecases.undoing import undo_latest

pytestmark = pytest.mark.slow

FULL = os.environ.get("CSMDESK_CAMPAIGN") == "full"
FAULTS = ALONE if FULL else SOME[::3]
SENT = "/objects/2026-09/calls"


def nothing(_: Stage, __: Desk) -> None:
    """What waits is enough."""


def rename_there(made: Stage, desk: Desk) -> None:
    """Let a colleague change a company."""
    company = desk.one("SELECT remote_id FROM remote_links WHERE object_type = 'company'")
    made.crm.ask(
        "PATCH",
        f"/crm/objects/2026-09/companies/{company}",
        {"properties": {"name": f"Alder Freight {made.trials}"}},
    )


def doubt(made: Stage, desk: Desk) -> None:
    """Lose the answer to a call, and end before it is looked for."""
    made.faults(
        {"fault": "reset_before_headers", "method": "POST", "path": "/batch/upsert$"},
        {"fault": "error_503", "method": "GET", "path": f"{SENT}/", "times": None},
    )
    desk.sync(thorough=False)
    made.heal()
    desk.clock.move(minutes=30)


def edit(_: Stage, desk: Desk) -> None:
    """Change a person."""
    who = str(desk.one("SELECT id FROM contacts WHERE name = 'Ana Lima'"))
    editing.change(desk.workspace, "contact", who, {"title": "CIO"}, desk.clock.now())


def take_back(_: Stage, desk: Desk) -> None:
    """Take back a call that was sent."""
    desk.sync(thorough=False)
    undo_latest(desk.workspace, sent_too=True)


@dataclass(frozen=True)
class Endpoint:
    """A kind of request: where it goes, what makes it be sent, and in which tier it is."""

    method: str
    path: str
    act: Callable[[Stage, Desk], None] = nothing
    tier: str = "A"


ENDPOINTS = {
    "details": Endpoint("GET", "/account-info/"),
    "owners": Endpoint("GET", "/crm/owners/"),
    "properties": Endpoint("GET", "/crm/properties/"),
    "pipelines": Endpoint("GET", "/crm/pipelines/"),
    "search": Endpoint("POST", "/search$"),
    "batch read": Endpoint("POST", "/objects/.*batch/read$", rename_there),
    "links read": Endpoint("POST", "/associations/.*batch/read$"),
    "archived list": Endpoint("GET", r"/objects/2026-09/\w+(\?|$)"),
    "read by key": Endpoint("GET", f"{SENT}/", doubt),
    "create": Endpoint("POST", f"{SENT}$", tier="B"),
    "upsert": Endpoint("POST", "/batch/upsert$"),
    "associate": Endpoint("PUT|POST", "associate/default$|associations/default"),
    "update": Endpoint("PATCH|GET", "/objects/2026-09/contacts/", edit),
    "delete": Endpoint("DELETE", f"{SENT}/", take_back),
}


@pytest.fixture(scope="module", params=["A", "B"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A stage with a call that waits to be sent, and everything else to be pulled."""
    folder = tmp_path_factory.mktemp(f"endpoints-{request.param}")
    with stage(folder, tier=request.param, lines=LINES[:1]) as made:
        yield made


@pytest.mark.parametrize("name", ENDPOINTS)
def test_each_fault_at_each_kind_of_request_loses_and_doubles_nothing(
    office: Stage, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = ENDPOINTS[name]
    if endpoint.tier != office.tier:
        pytest.skip("made in the other tier only")
    met = 0
    for fault in FAULTS:
        office.begin()
        desk = office.desk(later=timedelta(hours=25))
        try:
            endpoint.act(office, desk)
            before = texts(desk)
            office.faults(
                {"fault": written(fault), "method": endpoint.method, "path": endpoint.path}
            )
            desk.total = 0.4
            desk.sync(sweep=True)
            met += office.crm.crm.faults.rules[0].struck > 0
            office.heal()
            desk.total = 5.0
            retry_failed(desk)
            settle(office, desk, after=timedelta(hours=26))
            insist(texts(desk) == before, name, fault, "lost")
            states = desk.rows("SELECT kind, state, last_error FROM outbox")
            insist({state for _, state, _ in states} <= {"done", "cancelled"}, name, fault, states)
            made = creations(office.effects())
            insist(set(made.values()) <= {1}, name, fault, "doubled", made)
            insist(desk.sync().pushed["sent"] == 0, name, fault, "sent again")
        finally:
            desk.close()
    # Some faults fit an answer of another shape only.
    assert met * 2 > len(FAULTS)
    with capsys.disabled():
        print(f"{name}, tier {office.tier}: {met} faults, 0 lost, 0 doubled")  # noqa: T201  # the count is the result
