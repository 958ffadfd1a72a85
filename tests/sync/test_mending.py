"""What was mended in the outbox is taken back exactly, or not at all."""

from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.changing import (
    change_there,
    edit,
    person,
    remote_of,
    text_here,
    text_there,
    there,
    title,
)
from tests.sync.office import Desk, effects_of

from csmdesk.errors import NothingToUndo
from csmdesk.store.commands.position import STANDS
from csmdesk.usecases import mending, outbox, touchpoints

OPERATIONS = "SELECT * FROM outbox ORDER BY seq"
EDITS = "SELECT * FROM field_edits ORDER BY entity, local_id, field"
CONFLICTS = "SELECT * FROM conflicts ORDER BY id"


def everything(desk: Desk) -> list[Any]:
    """All that is known of what is sent."""
    return [desk.rows(sql) for sql in (OPERATIONS, EDITS, CONFLICTS)]


def waiting(desk: Desk, kind: str = "create") -> str:
    """The id of what waits."""
    return next(each.op_id for each in outbox.items(desk.workspace) if each.kind == kind)


def calls_made(crm: Sandbox) -> int:
    """How many calls the CRM has made."""
    return sum(each["op"] == "create" for each in effects_of(crm, "calls"))


def refused(crm: Sandbox, desk: Desk, who: str) -> str:
    """Have the CRM refuse a title, and give the operation."""
    edit(desk, "contact", who, title="CIO")
    crm.fault("invalid", method="PATCH", times=1)
    desk.sync()
    assert desk.states() == ["failed"]
    return waiting(desk, "update")


def test_giving_a_touch_up_is_taken_back_with_its_links(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    before = everything(desk)
    given_up = mending.cancel(desk.workspace, waiting(desk))
    assert set(desk.states()) == {"cancelled"}
    desk.clock.move(minutes=5)
    assert desk.sync().sent == 0
    again = mending.take_back(desk.workspace, given_up)
    assert (again.state, everything(desk)) == ("pending", before)
    desk.sync()
    assert set(desk.states()) == {"done"}
    assert text_there(crm, desk, touch) == "first"
    assert calls_made(crm) == 1


def test_giving_a_field_up_is_taken_back_as_ours_failed_as_it_was(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    op_id = refused(crm, desk, who)
    before = everything(desk)
    given_up = mending.cancel(desk.workspace, op_id)
    assert title(desk, who) == "CTO"
    again = mending.take_back(desk.workspace, given_up)
    assert again.state == "failed"
    assert (title(desk, who), everything(desk)) == ("CIO", before)
    mending.retry(desk.workspace, op_id)
    desk.sync()
    assert there(crm, "contacts", remote_of(desk, who), "jobtitle")["jobtitle"] == "CIO"


def test_giving_up_a_conflict_is_taken_back_as_open(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO")
    change_there(crm, "contacts", remote_of(desk, who), jobtitle="Chair")
    desk.sync()
    assert desk.states() == ["conflict"]
    before = everything(desk)
    given_up = mending.cancel(desk.workspace, waiting(desk, "update"))
    assert title(desk, who) == "Chair"
    mending.take_back(desk.workspace, given_up)
    assert (title(desk, who), everything(desk)) == ("CIO", before)


def test_what_is_in_doubt_is_in_doubt_again(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    desk.log("Alder Freight", "c Ana 20m first")
    rules = [
        {"fault": "reset_before_headers_applied", "method": "POST", "path": "upsert", "times": 9},
        {"fault": "error_503", "path": "/objects/2026-09/calls", "times": 99},
    ]
    crm.ask("POST", "/_sandbox/faults", {"rules": rules, "seed": 1})
    desk.sync()
    crm.ask("DELETE", "/_sandbox/faults")
    before = everything(desk)
    op_id = waiting(desk)
    given_up = mending.cancel(desk.workspace, op_id)
    assert mending.take_back(desk.workspace, given_up).state == "uncertain"
    assert everything(desk) == before
    for _ in range(3):
        desk.clock.move(minutes=30)
        desk.sync()
    assert calls_made(crm) == 1


def test_trying_again_is_taken_back_until_it_was_tried(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    op_id = refused(crm, desk, who)
    before = everything(desk)
    mending.take_back(desk.workspace, mending.retry(desk.workspace, op_id))
    assert everything(desk) == before
    tried = mending.retry(desk.workspace, op_id)
    desk.sync()
    with pytest.raises(NothingToUndo, match="happened to it since"):
        mending.take_back(desk.workspace, tried)
    assert desk.states() == ["done"]


def test_a_repair_is_taken_back_and_what_was_refused_stands_again(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    op_id = refused(crm, desk, who)
    before = everything(desk)
    made = mending.edit(desk.workspace, op_id, "Head of IT")
    assert (title(desk, who), made.item.state, made.item.op_id == op_id) == (
        "Head of IT",
        "pending",
        False,
    )
    mending.take_back(desk.workspace, made)
    assert title(desk, who) == "CIO"
    (operations, edits, _), present = before, everything(desk)
    assert (present[0][:1], present[1]) == (operations, edits)
    assert desk.states() == ["failed", "cancelled"]


def test_a_text_changed_before_it_left_is_what_it_was(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    before = everything(desk)
    made = mending.edit(desk.workspace, waiting(desk), "second")
    assert text_here(desk, touch) == "second"
    mending.take_back(desk.workspace, made)
    assert (text_here(desk, touch), everything(desk)) == ("first", before)
    desk.sync()
    assert text_there(crm, desk, touch) == "first"


def test_what_changed_since_is_left_alone(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO")
    given_up = mending.cancel(desk.workspace, waiting(desk, "update"))
    change_there(crm, "contacts", remote_of(desk, who), jobtitle="Chair")
    desk.clock.move(minutes=5)
    desk.sync()
    assert title(desk, who) == "Chair"
    with pytest.raises(NothingToUndo):
        mending.take_back(desk.workspace, given_up)
    assert (title(desk, who), desk.states()) == ("Chair", ["cancelled"])


def test_what_was_changed_again_here_is_left_alone(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    _, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO")
    given_up = mending.cancel(desk.workspace, waiting(desk, "update"))
    edit(desk, "contact", who, title="CFO")
    with pytest.raises(NothingToUndo):
        mending.take_back(desk.workspace, given_up)
    assert (title(desk, who), desk.states()) == ("CFO", ["cancelled", "pending"])


def test_a_touch_that_was_withdrawn_since_is_not_sent_after_all(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    given_up = mending.cancel(desk.workspace, waiting(desk))
    touchpoints.undo_log(desk.workspace, touch, desk.clock.now())
    with pytest.raises(NothingToUndo):
        mending.take_back(desk.workspace, given_up)
    desk.sync()
    assert calls_made(crm) == 0


def test_a_text_that_was_written_anew_since_is_not_sent_as_it_was(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    _, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    given_up = mending.cancel(desk.workspace, waiting(desk))
    edit(desk, "touchpoint", touch, text="second")
    with pytest.raises(NothingToUndo):
        mending.take_back(desk.workspace, given_up)
    assert set(desk.states()) == {"cancelled"}


def test_every_column_that_changes_is_put_back(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    _, desk = desk_and_crm
    columns = {row[0] for row in desk.rows("SELECT name FROM pragma_table_info('outbox')")}
    never = {"seq", "op_id", "connection", "entity", "local_id", "object_type", "kind"}
    never |= {"depends_on", "created_at"}
    assert set(STANDS.split(", ")) == columns - never
