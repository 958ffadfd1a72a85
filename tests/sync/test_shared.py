"""A step that was shared is one task at the CRM; what becomes of it is known on both sides."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import hubspot
import pytest
from hubspot.crm import objects
from tests.sandbox.running import TOKEN, Sandbox
from tests.sync.office import START, Desk, office

from csmdesk.errors import InputError
from csmdesk.usecases import (
    books,
    conflicts,
    dispositions,
    mending,
    news,
    outbox,
    sharing,
    touchpoints,
)

PROPERTY_NAMES = ["hs_task_subject", "hs_task_status"]
PROPERTIES = "hs_task_subject,hs_task_body,hs_task_status,hs_timestamp,hubspot_owner_id"


def promise(desk: Desk, line: str = "c Ana 25m fine > send the plan fri") -> str:
    """Log a call that ends with a next step, and return the step's id."""
    (step,) = desk.log("Alder Freight", line).touch.next_steps
    return step.id


def share(desk: Desk, *ids: str) -> sharing.Shared:
    """Share steps of the first account."""
    return sharing.share(desk.workspace, desk.account("Alder Freight"), ids, desk.clock.now())


def tasks(crm: Sandbox) -> list[str]:
    """The ids of the tasks that were made, as the CRM's log has it."""
    made = [each for each in crm.effects() if each["op"] == "create"]
    return [each["id"] for each in made if each["type"] == "tasks"]


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


def told(desk: Desk) -> list[tuple[str, str]]:
    """What is told of shared steps since the start, each with its source."""
    found = news.news(desk.workspace, START, desk.clock.now())
    return [(each.text, each.source) for each in found.items if each.kind == "task"]


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


def test_nothing_is_shared_unasked(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    step = promise(desk)
    desk.sync()
    assert tasks(crm) == []
    assert standing(desk, step) == ""


def test_a_shared_step_is_one_task_of_the_company(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
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


def test_the_vendors_own_client_finds_the_task_and_completes_it(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        step = promise(desk)
        share(desk, step)
        desk.sync()
        client = hubspot.Client(access_token=TOKEN, host=crm.url)
        company = desk.one(
            "SELECT remote_id FROM remote_links WHERE object_type = 'company' AND local_id = ?",
            desk.account("Alder Freight"),
        )
        (link,) = (
            client.crm.companies.basic_api.get_by_id(company, associations=["tasks"])
            .associations["tasks"]
            .results
        )
        read = client.crm.objects.basic_api.get_by_id("tasks", link.id, properties=PROPERTY_NAMES)
        assert read.properties["hs_task_subject"] == "send the plan"
        assert read.properties["hs_task_status"] == "NOT_STARTED"
        client.crm.objects.basic_api.update(
            "tasks",
            link.id,
            objects.SimplePublicObjectInput(properties={"hs_task_status": "COMPLETED"}),
        )
        desk.sync()
        assert done_on(desk, step) is not None


def test_completed_there_is_done_here(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    step = promise(desk)
    share(desk, step)
    desk.sync()
    (remote,) = tasks(crm)
    desk.sync()
    change(crm, remote, hs_task_status="COMPLETED")
    desk.clock.move(minutes=1)
    report = desk.sync()
    assert report.pulled["task"]["changed"] == 1
    assert done_on(desk, step) is not None
    assert standing(desk, step) == "done"
    assert told(desk) == [("send the plan: done in the CRM", "task in the CRM")]
    assert_quiet(crm, desk)
    change(crm, remote, hs_task_status="NOT_STARTED")
    desk.sync()
    assert done_on(desk, step) is None
    assert_quiet(crm, desk)


def shared(crm: Sandbox, desk: Desk, line: str = "c Ana 25m fine > send the plan yesterday") -> Any:
    """A step that is shared and has come back once: the step and its task."""
    step = promise(desk, line)
    share(desk, step)
    desk.sync()
    desk.sync()
    return step, tasks(crm)[-1]


def status(crm: Sandbox, remote: str) -> str:
    """The status of a task."""
    return str(task(crm, remote)["properties"]["hs_task_status"])


def tick(desk: Desk) -> None:
    """Mark the promises of the first account as done in the agenda."""
    account = desk.account("Alder Freight")
    dispositions.done(desk.workspace, account, types=["promise"], now=desk.clock.now())


def test_done_here_is_completed_there_and_undone_is_open_again(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    step, remote = shared(crm, desk, "c Ana 25m fine > send the plan today")
    desk.clock.move(days=3)
    tick(desk)
    assert standing(desk, step) == "queued"
    desk.sync()
    assert status(crm, remote) == "COMPLETED"
    assert standing(desk, step) == "done"
    assert_quiet(crm, desk)
    dispositions.undo(desk.workspace, desk.clock.now())
    desk.sync()
    assert status(crm, remote) == "NOT_STARTED"
    assert done_on(desk, step) is None
    assert_quiet(crm, desk)


def test_done_and_undone_before_it_was_sent_sends_nothing(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    _, remote = shared(crm, desk, "c Ana 25m fine > send the plan today")
    desk.clock.move(days=3)
    tick(desk)
    dispositions.undo(desk.workspace, desk.clock.now())
    before = len(crm.effects())
    desk.sync()
    assert len(crm.effects()) == before
    tick(desk)
    desk.sync()
    assert status(crm, remote) == "COMPLETED"


def test_done_on_both_sides_is_no_conflict(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    step, remote = shared(crm, desk, "c Ana 25m fine > send the plan today")
    desk.clock.move(days=3)
    tick(desk)
    change(crm, remote, hs_task_status="COMPLETED")
    report = desk.sync()
    assert (report.conflicts, report.exit_code) == (0, 0)
    assert standing(desk, step) == "done"
    assert_quiet(crm, desk)


def test_what_the_user_takes_out_of_the_outbox_is_not_queued_again(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    step, remote = shared(crm, desk, "c Ana 25m fine > send the plan today")
    desk.clock.move(days=3)
    tick(desk)
    (waiting,) = outbox.items(desk.workspace)
    mending.cancel(desk.workspace, waiting.op_id)
    desk.sync()
    desk.sync()
    assert status(crm, remote) == "NOT_STARTED"
    assert done_on(desk, step) is not None


def test_a_new_title_and_day_there_are_taken(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    step, remote = shared(crm, desk, "c Ana 25m fine > send the plan fri")
    change(
        crm, remote, hs_task_subject="send the whole plan", hs_timestamp="2030-05-03T00:00:00.000Z"
    )
    desk.sync()
    assert desk.rows("SELECT text, due_on FROM next_steps WHERE id = ?", step) == [
        ("send the whole plan", "2030-05-03")
    ]
    assert_quiet(crm, desk)


def test_edits_of_the_body_there_leave_the_task_ours(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    step, remote = shared(crm, desk)
    body = str(task(crm, remote)["properties"]["hs_task_body"])
    change(crm, remote, hs_task_body=f"<p>who asked?</p>{body}")
    desk.sync()
    assert_quiet(crm, desk)
    change(crm, remote, hs_task_body="rewritten", hs_task_status="COMPLETED")
    desk.sync()
    assert done_on(desk, step) is not None
    assert_quiet(crm, desk)


def test_a_step_without_a_day_keeps_none_and_its_task_is_due_in_a_week(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    step = promise(desk, "c Ana 25m fine > send the plan")
    due = share(desk, step).due
    assert due is not None
    assert due - desk.clock.now().date() >= timedelta(days=6)
    desk.sync()
    (remote,) = tasks(crm)
    assert task(crm, remote)["properties"]["hs_timestamp"][:10] == due.isoformat()
    assert_quiet(crm, desk)
    assert desk.one("SELECT due_on FROM next_steps WHERE id = ?", step) is None


def test_theirs_is_told_apart_and_linked_to_the_people(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    step, remote = shared(crm, desk, "c Ana 25m fine < sign the order fri")
    found = task(crm, remote)
    assert found["properties"]["hs_task_subject"] == "They: sign the order"
    assert len(found["associations"]["contacts"]["results"]) == 1
    change(crm, remote, hs_task_subject="They: sign both orders")
    desk.sync()
    assert desk.one("SELECT text FROM next_steps WHERE id = ?", step) == "sign both orders"
    assert_quiet(crm, desk)


def test_deleted_there_is_shared_no_more_and_the_step_stays(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    step, remote = shared(crm, desk)
    crm.ask("DELETE", f"/crm/objects/2026-09/tasks/{remote}")
    desk.sync()
    assert standing(desk, step) == ""
    assert done_on(desk, step) is None
    assert_quiet(crm, desk)
    share(desk, step)
    desk.sync()
    assert len(tasks(crm)) == 2


def test_taken_back_before_it_was_sent_never_leaves(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    step = promise(desk)
    share(desk, step)
    account = desk.account("Alder Freight")
    sharing.unshare(desk.workspace, account, [step], desk.clock.now())
    desk.sync()
    assert tasks(crm) == []
    assert standing(desk, step) == ""
    with pytest.raises(InputError):
        sharing.unshare(desk.workspace, account, [step], desk.clock.now())


def archived(crm: Sandbox, remote: str) -> bool:
    """Whether a task is in the recycle bin."""
    reply = crm.http.get(f"/crm/objects/2026-09/tasks/{remote}")
    return reply.status_code == 404


def test_taken_back_after_it_was_sent_is_archived_there(either_tier: tuple[Sandbox, Desk]) -> None:
    crm, desk = either_tier
    step, remote = shared(crm, desk)
    account = desk.account("Alder Freight")
    sharing.unshare(desk.workspace, account, [step], desk.clock.now())
    share(desk, step)
    desk.sync()
    assert not archived(crm, remote)
    sharing.unshare(desk.workspace, account, [step], desk.clock.now())
    desk.sync()
    assert archived(crm, remote)
    assert_quiet(crm, desk)
    share(desk, step)
    desk.sync()
    assert len(tasks(crm)) == 2
    assert standing(desk, step) == "sent"
    assert_quiet(crm, desk)


def test_taking_the_touch_back_archives_its_task_once_asked(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    logged = desk.log("Alder Freight", "i finance wants a discount > ask them fri")
    (step,) = logged.touch.next_steps
    share(desk, step.id)
    desk.sync()
    (remote,) = tasks(crm)
    found = touchpoints.undo_log(desk.workspace, logged.touch.id, desk.clock.now())
    assert found.result == "ask"
    touchpoints.undo_log(desk.workspace, logged.touch.id, desk.clock.now(), sent_too=True)
    desk.sync()
    assert archived(crm, remote)
    assert_quiet(crm, desk)


def test_a_touch_taken_back_before_its_task_was_sent_takes_it_along(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    logged = desk.log("Alder Freight", "c Ana 25m fine > send the plan fri")
    share(desk, logged.touch.next_steps[0].id)
    found = touchpoints.undo_log(desk.workspace, logged.touch.id, desk.clock.now())
    assert found.result == "removed"
    desk.sync()
    assert tasks(crm) == []
    assert set(desk.states()) == {"cancelled"}


PLAN: dict[str, Any] = {
    "id": "P-1",
    "account_id": "A-1",
    "title": "Go live",
    "status": "active",
    "start_on": "2026-01-01",
    "objectives": [
        {
            "id": "O-1",
            "title": "Ship",
            "milestones": [
                {
                    "id": "M-1",
                    "title": "Pilot runs",
                    "due_on": "2030-02-01",
                    "status": "doing",
                    "side": "us",
                }
            ],
        }
    ],
}


def import_plan(desk: Desk, tmp_path: Path, **changes: object) -> None:
    """Import a plan of the first account with one milestone, changed as said."""
    plan = json.loads(json.dumps(PLAN))
    plan["account_id"] = desk.account("Alder Freight")
    plan["objectives"][0]["milestones"][0] |= changes
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"format": "csmdesk-book", "version": 1, "plans": [plan]}))
    books.import_book(desk.workspace, [file], now=desk.clock.now())


def milestone(desk: Desk) -> tuple[Any, ...]:
    """Title, day, status, and the day the milestone was done."""
    (found,) = desk.rows("SELECT title, due_on, status, done_on FROM milestones")
    return found


def test_a_milestone_travels_both_ways(either_tier: tuple[Sandbox, Desk], tmp_path: Path) -> None:
    crm, desk = either_tier
    import_plan(desk, tmp_path)
    assert desk.states() == []
    share(desk, "M-1")
    assert desk.one("SELECT shared FROM milestones") == 1
    desk.sync()
    desk.sync()
    (remote,) = tasks(crm)
    assert "the plan “Go live”" in task(crm, remote)["properties"]["hs_task_body"]
    change(crm, remote, hs_task_status="COMPLETED", hs_timestamp="2030-03-01T00:00:00.000Z")
    desk.sync()
    assert milestone(desk)[1:3] == ("2030-03-01", "done")
    assert milestone(desk)[3] is not None
    assert desk.rows("SELECT from_on, to_on FROM milestone_moves") == [("2030-02-01", "2030-03-01")]
    change(crm, remote, hs_task_status="NOT_STARTED")
    desk.sync()
    assert milestone(desk)[2:] == ("doing", None)
    assert_quiet(crm, desk)
    import_plan(desk, tmp_path, status="dropped", dropped_reason="no budget", due_on="2030-03-01")
    desk.sync()
    assert status(crm, remote) == "COMPLETED"
    assert milestone(desk)[2] == "dropped"
    assert_quiet(crm, desk)


def test_a_day_moved_on_both_sides_is_a_conflict(
    either_tier: tuple[Sandbox, Desk], tmp_path: Path
) -> None:
    crm, desk = either_tier
    import_plan(desk, tmp_path)
    share(desk, "M-1")
    desk.sync()
    desk.sync()
    (remote,) = tasks(crm)
    import_plan(desk, tmp_path, due_on="2030-02-10")
    change(crm, remote, hs_timestamp="2030-02-20T00:00:00.000Z")
    report = desk.sync()
    assert report.conflicts == 1
    assert task(crm, remote)["properties"]["hs_timestamp"][:10] == "2030-02-20"
    assert milestone(desk)[1] == "2030-02-10"
    assert desk.rows("SELECT entity, local_id, field, base, local, remote FROM conflicts") == [
        ("milestone", "M-1", "due_on", "2030-02-01", "2030-02-10", "2030-02-20")
    ]
    before = len(crm.effects())
    desk.sync()
    assert len(crm.effects()) == before
    import_plan(desk, tmp_path, due_on="2030-02-20")
    assert desk.sync().conflicts == 0
    assert_quiet(crm, desk)


@pytest.mark.parametrize(("how", "day"), [("ours", "2030-02-10"), ("theirs", "2030-02-20")])
def test_the_user_says_which_day_it_is(
    either_tier: tuple[Sandbox, Desk], tmp_path: Path, how: Any, day: str
) -> None:
    crm, desk = either_tier
    import_plan(desk, tmp_path)
    share(desk, "M-1")
    desk.sync()
    desk.sync()
    (remote,) = tasks(crm)
    import_plan(desk, tmp_path, due_on="2030-02-10")
    change(crm, remote, hs_timestamp="2030-02-20T00:00:00.000Z")
    desk.sync()
    (found,) = conflicts.conflicts(desk.workspace)
    assert (found.record, found.words) == ("Pilot runs", "due date")
    conflicts.settle(desk.workspace, found.id, how, desk.clock.now())
    conflicts.reopen(desk.workspace, found, desk.clock.now())
    assert desk.sync().conflicts == 1
    assert milestone(desk)[1] == "2030-02-10"
    conflicts.settle(desk.workspace, found.id, how, desk.clock.now())
    assert desk.sync().conflicts == 0
    assert milestone(desk)[1] == day
    assert task(crm, remote)["properties"]["hs_timestamp"][:10] == day
    assert_quiet(crm, desk)
    with pytest.raises(InputError):
        conflicts.settle(desk.workspace, found.id, how, desk.clock.now())


def test_a_milestone_that_left_the_book_leaves_its_task_alone(
    either_tier: tuple[Sandbox, Desk], tmp_path: Path
) -> None:
    crm, desk = either_tier
    import_plan(desk, tmp_path)
    share(desk, "M-1")
    desk.sync()
    desk.sync()
    (remote,) = tasks(crm)
    import_plan(desk, tmp_path, id="M-2")
    desk.sync()
    assert not archived(crm, remote)
    assert_quiet(crm, desk)


def test_a_task_whose_making_nobody_confirmed_is_recognised_as_the_step(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    step = promise(desk)
    desk.sync()
    share(desk, step)
    crm.fault("close_before_headers_applied", path=r"/(batch/upsert|tasks)$", method="POST")
    desk.sync()
    (remote,) = tasks(crm)
    change(crm, remote, hs_task_status="COMPLETED")
    desk.clock.move(minutes=2)
    desk.sync()
    desk.sync()
    assert len(tasks(crm)) == 1
    assert done_on(desk, step) is not None
    assert_quiet(crm, desk)


def test_a_change_known_to_have_arrived_is_not_sent_again(
    either_tier: tuple[Sandbox, Desk],
) -> None:
    crm, desk = either_tier
    step, _ = shared(crm, desk, "c Ana 25m fine > send the plan today")
    desk.clock.move(days=3)
    tick(desk)
    with desk.store.writing() as connection:
        connection.execute("UPDATE outbox SET state = 'done' WHERE kind = 'update'")
    before = len(crm.effects())
    desk.sync()
    assert len(crm.effects()) == before
    assert standing(desk, step) == "done"
