"""A next step that was shared is one task at the CRM, and what becomes of it is known on both sides."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import BOOK, Desk, office
from tests.sync.test_push import without_keys

from csmdesk.usecases import dispositions, outbox, sharing

PROPERTIES = "hs_task_subject,hs_task_body,hs_task_status,hs_timestamp,hubspot_owner_id"


@pytest.fixture(params=["A", "B"])
def desk_and_crm(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A connected desk, with the unique property at the CRM (A) or without (B)."""
    with office(tmp_path) as (crm, desk):
        if request.param == "B":
            without_keys(crm, desk)
        desk.sync()
        yield crm, desk


def promise(desk: Desk, line: str = "c Ana 25m fine > send the plan fri") -> str:
    """Log a call that ends with a next step, and return the step's id."""
    (step,) = desk.log("Alder Freight", line).touch.next_steps
    return step.id


def share(desk: Desk, *ids: str) -> sharing.Shared:
    """Share steps of the first account."""
    return sharing.share(desk.workspace, desk.account("Alder Freight"), ids, desk.clock.now())


def tasks(crm: Sandbox) -> list[str]:
    """The ids of the tasks that were made, as the CRM's log has it."""
    return [each["id"] for each in crm.effects() if (each["op"], each["type"]) == ("create", "tasks")]


def task(crm: Sandbox, remote: str) -> dict[str, Any]:
    """A task as the CRM tells it."""
    return crm.ask(
        "GET",
        f"/crm/objects/2026-09/tasks/{remote}?properties={PROPERTIES}"
        "&associations=companies,contacts",
    )


def change(crm: Sandbox, remote: str, **properties: str) -> None:
    """Let somebody change a task at the CRM."""
    crm.ask("PATCH", f"/crm/objects/2026-09/tasks/{remote}", {"properties": properties})


def standing(desk: Desk, step: str) -> str:
    """Where a step stands at the CRM."""
    found = sharing.steps(desk.workspace, desk.account("Alder Freight"), desk.clock.now())
    return next((each.standing for each in found if each.id == step), "closed")


def done_on(desk: Desk, step: str) -> str | None:
    """When a step was done here."""
    found = desk.one("SELECT done_on FROM next_steps WHERE id = ?", step)
    return None if found is None else str(found)


def assert_quiet(crm: Sandbox, desk: Desk) -> None:
    """One further sync sends nothing, and nothing came in as a task of its own."""
    before = len(crm.effects())
    desk.sync()
    assert len(crm.effects()) == before
    assert desk.rows("SELECT id FROM tasks WHERE state = 'active'") == []
    assert set(desk.states()) <= {"done", "cancelled"}


def test_nothing_is_shared_unasked(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    step = promise(desk)
    desk.sync()
    assert tasks(crm) == []
    assert standing(desk, step) == ""


def test_a_shared_step_is_one_task_of_the_company(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    step = promise(desk)
    share(desk, step)
    assert standing(desk, step) == "queued"
    share(desk, step)
    desk.sync()
    (remote,) = tasks(crm)
    found = task(crm, remote)
    due = desk.one("SELECT due_on FROM next_steps WHERE id = ?", step)
    assert found["properties"]["hs_task_subject"] == "send the plan"
    assert found["properties"]["hs_task_status"] == "NOT_STARTED"
    assert found["properties"]["hs_timestamp"][:10] == due
    assert "Promised in the call of" in found["properties"]["hs_task_body"]
    assert "fine" not in found["properties"]["hs_task_body"]
    company = desk.one(
        "SELECT remote_id FROM remote_links WHERE object_type = 'company' AND local_id = ?",
        desk.account("Alder Freight"),
    )
    assert {e["id"] for e in found["associations"]["companies"]["results"]} == {company}
    assert standing(desk, step) == "sent"
    assert_quiet(crm, desk)


def test_completed_there_is_done_here(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    step = promise(desk)
    share(desk, step)
    desk.sync()
    (remote,) = tasks(crm)
    desk.sync()
    change(crm, remote, hs_task_status="COMPLETED")
    desk.sync()
    assert done_on(desk, step) is not None
    assert standing(desk, step) == "done"
    assert_quiet(crm, desk)
    change(crm, remote, hs_task_status="NOT_STARTED")
    desk.sync()
    assert done_on(desk, step) is None
    assert_quiet(crm, desk)
