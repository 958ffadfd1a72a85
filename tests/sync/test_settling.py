"""What both sides changed, or is at the CRM twice, ends as the user says, and can be taken back."""

import re
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.changing import change_there, edit, remote_of, text_here, text_there, there
from tests.sync.office import Desk

from csmdesk.errors import InputError
from csmdesk.usecases import conflicts as conflict_usecase


def in_conflict(crm: Sandbox, desk: Desk) -> tuple[str, conflict_usecase.Conflict]:
    """A touch whose text both sides changed."""
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    desk.sync()
    edit(desk, "touchpoint", touch, text="first\nours")
    change_there(crm, "calls", remote_of(desk, touch), hs_call_body="first<br>theirs")
    desk.sync()
    (found,) = conflict_usecase.conflicts(desk.workspace)
    return touch, found


def settle(desk: Desk, found: conflict_usecase.Conflict, how: Any, text: str | None = None) -> None:
    """Say how it ends."""
    conflict_usecase.settle(desk.workspace, found.id, how, desk.clock.now(), text=text)


@pytest.mark.parametrize(
    ("how", "text", "here", "there_then"),
    [
        ("ours", None, "first\nours", "first<br>ours"),
        ("theirs", None, "first\ntheirs", "first<br>theirs"),
        ("merge", None, "first\nours\ntheirs", "first<br>ours<br>theirs"),
        ("merge", "both", "both", "both"),
    ],
)
def test_a_conflict_of_texts_ends_as_the_user_says(
    desk_and_crm: tuple[Sandbox, Desk], how: str, text: str | None, here: str, there_then: str
) -> None:
    crm, desk = desk_and_crm
    touch, found = in_conflict(crm, desk)
    settle(desk, found, how, text)
    assert text_here(desk, touch) == here
    assert desk.sync().exit_code == 0
    assert (text_here(desk, touch), text_there(crm, desk, touch)) == (here, there_then)
    kept = desk.rows("SELECT base, local, remote, settled_as FROM conflicts")
    assert kept == [("first", "first\nours", "first\ntheirs", how)]
    before = len(crm.effects())
    desk.sync()
    assert len(crm.effects()) == before


@pytest.mark.parametrize("how", ["ours", "theirs", "merge"])
def test_settling_is_taken_back_as_long_as_nothing_was_sent(
    desk_and_crm: tuple[Sandbox, Desk], how: str
) -> None:
    crm, desk = desk_and_crm
    touch, found = in_conflict(crm, desk)
    settle(desk, found, how)
    conflict_usecase.reopen(desk.workspace, found, desk.clock.now())
    assert text_here(desk, touch) == "first\nours"
    (again,) = conflict_usecase.conflicts(desk.workspace)
    assert (again.base, again.ours, again.theirs) == ("first", "first\nours", "first\ntheirs")
    settle(desk, again, "merge")
    assert desk.sync().exit_code == 0
    assert text_there(crm, desk, touch) == "first<br>ours<br>theirs"
    with pytest.raises(InputError):
        conflict_usecase.reopen(desk.workspace, again, desk.clock.now())


def test_settling_is_taken_back_though_sending_it_was_tried_in_vain(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    touch, found = in_conflict(crm, desk)
    settle(desk, found, "merge")
    used = crm.ask("GET", "/_sandbox/settings")["used_today"]
    # Finding the portal is let through, and reading the record; the change is not.
    for more in range(2, 12):
        crm.ask("POST", "/_sandbox/settings", {"per_day": used + more})
        desk.sync(anyway=True)
        tried = desk.one("SELECT state FROM outbox WHERE last_error_class = 'daily_limit'")
        if tried is not None:
            break
        used = crm.ask("GET", "/_sandbox/settings")["used_today"]
    assert tried == "pending"
    conflict_usecase.reopen(desk.workspace, found, desk.clock.now())
    assert text_here(desk, touch) == "first\nours"
    assert len(conflict_usecase.conflicts(desk.workspace)) == 1
    crm.ask("POST", "/_sandbox/settings", {"per_day": 100_000})
    assert text_there(crm, desk, touch) == "first<br>theirs"


def test_a_conflict_is_settled_once(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    _, found = in_conflict(crm, desk)
    settle(desk, found, "theirs")
    with pytest.raises(InputError):
        settle(desk, found, "ours")


def test_a_conflict_ends_by_itself_when_both_come_to_agree(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    touch, _ = in_conflict(crm, desk)
    change_there(crm, "calls", remote_of(desk, touch), hs_call_body="first<br>ours")
    assert desk.sync().exit_code == 0
    assert conflict_usecase.conflicts(desk.workspace) == ()


def test_a_change_there_while_it_is_settled_is_a_conflict_again(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    touch, found = in_conflict(crm, desk)
    settle(desk, found, "ours")
    change_there(crm, "calls", remote_of(desk, touch), hs_call_body="third")
    assert desk.sync().exit_code == 4
    (again,) = conflict_usecase.conflicts(desk.workspace)
    assert (again.ours, again.theirs) == ("first\nours", "third")
    assert text_there(crm, desk, touch) == "third"


def test_a_field_in_conflict_is_settled_before_it_is_edited_again(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    touch, _ = in_conflict(crm, desk)
    with pytest.raises(InputError, match="Both sides changed"):
        edit(desk, "touchpoint", touch, text="third")


@pytest.mark.parametrize("how", ["archive", "keep"])
def test_what_is_there_twice_is_settled(desk_and_crm: tuple[Sandbox, Desk], how: str) -> None:
    crm, desk = desk_and_crm
    for kind in ("calls", "meetings", "emails", "notes", "tasks"):
        crm.ask("DELETE", f"/crm/properties/2026-09/{kind}/csmdesk_key")
    desk.connect()
    touch = desk.log("Alder Freight", "c Ana 20m first").touch.id
    desk.sync()
    body = there(crm, "calls", remote_of(desk, touch), "hs_call_body", "hs_timestamp")
    company = remote_of(desk, desk.account("Alder Freight"))
    second = crm.ask(
        "POST",
        "/crm/objects/2026-09/calls",
        {
            "properties": {name: body[name] for name in ("hs_call_body", "hs_timestamp")},
            "associations": [
                {
                    "to": {"id": company},
                    "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 182}],
                }
            ],
        },
    )["id"]
    assert desk.sync().exit_code == 4
    (found,) = conflict_usecase.conflicts(desk.workspace)
    assert (found.twice, found.theirs) == (True, second)
    assert re.fullmatch(r"the call of \d{4}-\d\d-\d\d is in the CRM twice", found.sentence)
    settle(desk, found, how)
    assert desk.sync().exit_code == 0
    gone = crm.crm.state.records["calls"][int(second)].archived_at is not None
    assert gone == (how == "archive")
    assert desk.sync().exit_code == 0
    assert desk.one("SELECT count(*) FROM book_touchpoints WHERE text = 'first'") == 1
