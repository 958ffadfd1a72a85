"""The text of a touch, written anew here or at the CRM, before and after it was sent."""

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.changing import change_there, conflicts, edit, remote_of, text_here, text_there
from tests.sync.office import Desk, effects_of

from csmdesk.usecases import conflicts as conflict_usecase
from csmdesk.usecases import editing, mending, outbox, touchpoints
from csmdesk.usecases.log_lines import line_reader


def test_the_text_of_an_unsent_touch_goes_with_it(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    edit(desk, "touchpoint", touch, text="second <b>")
    assert len([each for each in desk.states() if each == "pending"]) == len(desk.states())
    desk.sync()
    assert text_there(crm, desk, touch) == "second &lt;b&gt;"
    assert [each["op"] for each in effects_of(crm, "calls")].count("update") == 0


def test_the_text_of_a_sent_touch_is_changed_there(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    desk.sync()
    edit(desk, "touchpoint", touch, text="second\nline")
    assert desk.sync().exit_code == 0
    assert text_there(crm, desk, touch) == "second<br>line"
    before = len(crm.effects())
    desk.sync()
    assert (len(crm.effects()), text_here(desk, touch)) == (before, "second\nline")


def test_a_text_changed_there_is_taken_and_the_old_one_kept(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    desk.sync()
    change_there(
        crm, "calls", remote_of(desk, touch), hs_call_body="<p>first</p><p>and <i>more</i></p>"
    )
    report = desk.sync()
    assert report.exit_code == 0
    assert text_here(desk, touch) == "first\n\nand more"
    kept = desk.rows("SELECT local, remote, settled_as FROM conflicts")
    assert kept == [("first", "first\n\nand more", "theirs")]


def test_a_text_changed_there_is_taken_though_the_record_has_lost_its_key(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    desk.sync()
    crm.ask("DELETE", "/crm/properties/2026-09/calls/csmdesk_key")
    change_there(crm, "calls", remote_of(desk, touch), hs_call_body="first<br>and more")
    assert desk.sync().exit_code == 0
    assert text_here(desk, touch) == "first\nand more"


def test_texts_changed_on_both_sides_wait_for_the_user(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    desk.sync()
    edit(desk, "touchpoint", touch, text="first\nours")
    change_there(crm, "calls", remote_of(desk, touch), hs_call_body="first<br>theirs")
    desk.sync()
    assert conflicts(desk) == [("touchpoint", "text", "first", "first\nours", "first\ntheirs")]
    assert text_there(crm, desk, touch) == "first<br>theirs"
    assert text_here(desk, touch) == "first\nours"


def test_a_text_rewritten_by_the_server_is_no_change(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m one  two").touch.id
    desk.sync()
    change_there(crm, "calls", remote_of(desk, touch), hs_call_body="<div>one&nbsp;two </div>")
    edit(desk, "touchpoint", touch, text="one two three")
    assert desk.sync().exit_code == 0
    assert (conflicts(desk), text_there(crm, desk, touch)) == ([], "one two three")


def test_a_text_edited_while_its_touch_is_in_doubt_stays_when_that_is_given_up(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    rules = [
        {"fault": "reset_before_headers_applied", "method": "POST", "path": "upsert", "times": 9},
        {"fault": "error_503", "path": "/objects/2026-09/calls", "times": 99},
    ]
    crm.ask("POST", "/_sandbox/faults", {"rules": rules, "seed": 1})
    desk.sync()
    crm.ask("DELETE", "/_sandbox/faults")
    edit(desk, "touchpoint", touch, text="second thoughts")
    create = next(item for item in outbox.items(desk.workspace) if item.kind == "create")
    assert create.state == "uncertain"
    mending.cancel(desk.workspace, create.op_id)
    assert desk.rows("SELECT op_id FROM field_edits WHERE settled_at IS NULL") == []
    for _ in range(3):
        desk.clock.move(minutes=30)
        desk.sync()
    assert text_here(desk, touch) == "second thoughts"
    assert len(effects_of(crm, "calls")) == 1


def test_a_text_that_was_written_anew_before_it_left_can_be_edited_back(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    account = desk.account("Alder Freight")
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    edit(desk, "touchpoint", touch, text="second thoughts")
    now = desk.clock.now()
    read = line_reader(desk.workspace, account).read("c 20m said yes", now, None)
    touchpoints.amend(desk.workspace, touch, read, now)
    desk.sync()
    edit(desk, "touchpoint", touch, text="second thoughts")
    desk.sync()
    assert text_there(crm, desk, touch) == "second thoughts"
    assert text_here(desk, touch) == "second thoughts"


def test_an_edit_of_a_touch_on_its_way_waits_for_it(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    rules = [{"fault": "error_503_applied", "path": r"/(batch/upsert|calls)$", "times": 1}]
    crm.ask("POST", "/_sandbox/faults", {"rules": rules, "seed": 1})
    with desk.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = 'uncertain', sent_at = created_at WHERE kind = 'create'"
        )
    edit(desk, "touchpoint", touch, text="second")
    crm.ask("DELETE", "/_sandbox/faults")
    for minutes in (0, 2, 6, 20):
        desk.clock.move(minutes=minutes)
        desk.sync()
    assert text_there(crm, desk, touch) == "second"
    assert set(desk.states()) == {"done"}


@pytest.mark.parametrize("disputed", [False, True])
def test_a_touch_that_is_taken_back_takes_its_edits_along(
    desk_and_crm: tuple[Sandbox, Desk], disputed: bool
) -> None:
    crm, desk = desk_and_crm
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    desk.sync()
    edit(desk, "touchpoint", touch, text="second")
    if disputed:
        change_there(crm, "calls", remote_of(desk, touch), hs_call_body="third")
        desk.sync()
    touchpoints.undo_log(desk.workspace, touch, desk.clock.now(), sent_too=True)
    assert desk.sync().exit_code == 0
    assert editing.latest(desk.workspace) is None
    assert desk.rows("SELECT * FROM field_edits WHERE settled_at IS NULL") == []
    assert conflict_usecase.conflicts(desk.workspace) == ()
