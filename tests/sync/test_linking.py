"""The user says which record of the CRM a touch is: looked at first, and never removed with it."""

from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.changing import change_there, remote_of
from tests.sync.office import Desk, effects_of, office

from csmdesk.errors import InputError
from csmdesk.usecases import conflicts, outbox_link, sharing, touchpoints
from csmdesk.usecases.outbox_link import Misfit
from csmdesk.usecases.undoing import undo_latest


def stranger(crm: Sandbox, desk: Desk, kind: str = "calls", **more: Any) -> str:
    """A record of the CRM's own that could be a touch of now with Alder Freight."""
    company = more.pop("company", "Alder Freight")
    type_id = {"calls": 182, "tasks": 192}[kind]
    names = {
        "calls": ("hs_call_title", "hs_call_body"),
        "tasks": ("hs_task_subject", "hs_task_body"),
    }
    title, body = names[kind]
    owner = desk.one("SELECT owner_remote_id FROM connections")
    properties = {
        title: "Renewal talk",
        body: "they said yes",
        "hs_timestamp": desk.clock.now().isoformat(),
        "hubspot_owner_id": owner,
    } | more
    ends = [] if company is None else [remote_of(desk, desk.account(company))]
    made = crm.ask(
        "POST",
        f"/crm/objects/2026-09/{kind}",
        {
            "properties": {name: value for name, value in properties.items() if value is not None},
            "associations": [
                {
                    "to": {"id": end},
                    "types": [
                        {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
                    ],
                }
                for end in ends
            ],
        },
    )
    return str(made["id"])


def doubtful(crm: Sandbox, desk: Desk) -> str:
    """Log a call that nobody can tell the fate of; return its creation."""
    crm.fault("error_503", path=r"/calls/batch/upsert$", method="POST")
    logged = desk.log("Alder Freight", "c Ana 25m said yes")
    return logged.op_ids[0]


def other_owner(desk: Desk) -> str:
    """What the CRM calls Sam."""
    return str(
        desk.one(
            "SELECT l.remote_id FROM remote_links AS l JOIN users AS u ON u.id = l.local_id"
            " WHERE l.object_type = 'owner' AND u.name = 'Sam Ode'"
        )
    )


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("time", "its time is more than a day"),
        ("company", "it belongs to another company"),
        ("owner", "it is not yours"),
    ],
)
def test_what_does_not_look_like_it_is_linked_only_on_the_users_word(
    desk_and_crm: tuple[Sandbox, Desk], what: str, words: str
) -> None:
    crm, desk = desk_and_crm
    more: dict[str, Any] = {
        "time": {"hs_timestamp": "2026-01-12T10:00:00Z"},
        "company": {"company": "Birch Medical"},
        "owner": {"hubspot_owner_id": other_owner(desk)},
    }[what]
    record = stranger(crm, desk, **more)
    op_id = doubtful(crm, desk)
    with pytest.raises(Misfit, match=words) as refused:
        outbox_link.link(desk.workspace, op_id, record)
    named = str(refused.value)
    assert "the call “Renewal talk” of " in named
    assert ("Sam Ode" if what == "owner" else "Robin Vale") in named
    assert ("12 Jan 2026, 11:00" in named) == (what == "time")
    assert words in named
    assert sum(each in named for each in ("its time", "another company", "not yours")) == 1
    assert outbox_link.get(desk.workspace, op_id).state == "pending"
    linked = outbox_link.link(desk.workspace, op_id, record, anyway=True)
    assert linked.item.state == "done"
    assert linked.record in named


@pytest.mark.parametrize(
    "more", [{}, {"company": None}, {"hubspot_owner_id": None}, {"hs_call_title": None}]
)
def test_what_looks_like_it_is_linked_and_named(
    desk_and_crm: tuple[Sandbox, Desk], more: dict[str, Any]
) -> None:
    crm, desk = desk_and_crm
    record = stranger(crm, desk, **more)
    linked = outbox_link.link(desk.workspace, doubtful(crm, desk), record)
    assert ("“they said yes”" if "hs_call_title" in more else "“Renewal talk”") in linked.record


def test_a_record_that_came_from_here_for_something_else_is_not_linked(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    first = doubtful(crm, desk)
    second = doubtful(crm, desk)
    record = stranger(crm, desk, hs_call_body=f"x<br>csmdesk:{first}")
    with pytest.raises(InputError, match="another one of yours"):
        outbox_link.link(desk.workspace, second, record, anyway=True)


@pytest.mark.parametrize("pulled", [True, False])
def test_what_was_linked_stays_in_the_crm_when_the_touch_is_taken_back(
    desk_and_crm: tuple[Sandbox, Desk], *, pulled: bool
) -> None:
    crm, desk = desk_and_crm
    record = stranger(crm, desk)
    if pulled:
        desk.sync()
    op_id = doubtful(crm, desk)
    touch = touchpoints.latest_logged(desk.workspace)
    assert touch is not None
    outbox_link.link(desk.workspace, op_id, record)
    crm.ask("DELETE", "/_sandbox/faults")
    assert desk.sync().exit_code == 0
    seen = "SELECT count(*) FROM book_touchpoints WHERE text LIKE '%they said yes'"
    assert desk.one(seen) == 0
    trace = touchpoints.trace(desk.workspace, touch[0])
    assert (trace.linked, trace.made) == (1, 0)
    with pytest.raises(InputError, match="the CRM has already"):
        undo_latest(desk.workspace)
    change_there(crm, "calls", record, hs_call_body="they said no")
    desk.sync()
    assert desk.one("SELECT text FROM touchpoints WHERE id = ?", touch[0]) == "said yes"
    taken = undo_latest(desk.workspace, sent_too=True)
    assert (taken.withdrawn, taken.stays) == (False, 1)
    assert desk.sync().exit_code == 0
    assert crm.crm.state.records["calls"][int(record)].archived_at is None
    assert "archive" not in {each["op"] for each in effects_of(crm, "calls")}
    desk.clock.move(minutes=1)
    crm.ask("PATCH", f"/crm/objects/2026-09/calls/{record}", {"properties": {"hs_call_body": "b"}})
    desk.sync()
    assert desk.one("SELECT count(*) FROM book_touchpoints WHERE text LIKE '%Renewal talk%'") == 1


def test_our_own_record_is_removed_though_the_user_had_to_name_it(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        rules = [
            {"fault": "error_503_applied", "path": r"/calls/batch/upsert$", "method": "POST"},
            {"fault": "error_502", "path": "/calls", "times": None},
        ]
        crm.ask("POST", "/_sandbox/faults", {"rules": rules, "seed": 1})
        op_id = desk.log("Alder Freight", "c Ana 25m said yes").op_ids[0]
        desk.sync()
        crm.ask("DELETE", "/_sandbox/faults")
        (record,) = [each["id"] for each in effects_of(crm, "calls") if each["op"] == "create"]
        outbox_link.link(desk.workspace, op_id, record)
        taken = undo_latest(desk.workspace, sent_too=True)
        assert (taken.withdrawn, taken.stays) == (True, 0)
        desk.sync()
        assert crm.crm.state.records["calls"][int(record)].archived_at is not None


def test_of_two_records_it_is_never_the_strangers_that_is_offered_for_removal(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    op_id = desk.log("Alder Freight", "c Ana 25m said yes").op_ids[0]
    # What we sent arrives late: it is the older record by its number.
    ours = stranger(crm, desk, hs_call_body=f"said yes<br>csmdesk:{op_id}")
    record = stranger(crm, desk)
    outbox_link.link(desk.workspace, op_id, record)
    desk.sync()
    (found,) = conflicts.conflicts(desk.workspace)
    assert (found.ours, found.theirs) == (record, ours)


def test_a_task_that_was_linked_stays_when_its_step_is_shared_no_more(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 25m fine > send terms by tomorrow").touch
    desk.sync()
    ids = [step.id for step in touch.next_steps]
    sharing.share(desk.workspace, touch.account_id, ids, desk.clock.now())
    op_id = desk.one("SELECT op_id FROM outbox WHERE object_type = 'task' AND kind = 'create'")
    due = desk.one("SELECT payload ->> '$.due_on' FROM outbox WHERE op_id = ?", op_id)
    record = stranger(crm, desk, "tasks", hs_timestamp=f"{due}T00:00:00Z")
    assert "due " in outbox_link.link(desk.workspace, op_id, record).record
    desk.sync()
    taken = sharing.unshare(desk.workspace, touch.account_id, ids, desk.clock.now())
    assert (taken.stays, taken.op_ids) == (1, ())
    desk.sync()
    assert crm.crm.state.records["tasks"][int(record)].archived_at is None
