"""Accounts that left the lists though they are there, and what looking for them costs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.changing import change_there, remote_of
from tests.sync.office import BOOK, Desk, office

from csmdesk.usecases import agenda, brief, finding, outbox, overview, syncing

MANY: dict[str, Any] = {
    **BOOK,
    "accounts": [
        *BOOK["accounts"],
        *(
            {"id": f"B-{number}", "name": f"Branch {number:02}", "owner_id": "U-1"}
            for number in range(18)
        ),
    ],
    "contacts": [
        *BOOK["contacts"],
        *(
            {"id": f"D-{number}", "account_id": f"B-{number // 4}", "name": f"Kim No {number:02}"}
            for number in range(72)
        ),
    ],
    "touchpoints": [
        *BOOK["touchpoints"],
        *(
            {
                "id": f"E-{number}",
                "account_id": f"B-{number // 3}",
                "type": "call",
                "at": f"2026-01-{number % 27 + 1:02}T10:00:00Z",
                "text": f"talk {number}",
            }
            for number in range(54)
        ),
    ],
}
"""Twenty companies of mine, with some people and calls each."""


@pytest.fixture
def big(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A CRM with many companies, and a desk that has pulled and swept."""
    with office(tmp_path, MANY) as (crm, desk):
        assert desk.sync(sweep=True).exit_code == 0
        yield crm, desk


def branches(desk: Desk, count: int) -> list[str]:
    """The CRM's ids of the first branches."""
    return [remote_of(desk, desk.account(f"Branch {number:02}")) for number in range(count)]


def owner_of(desk: Desk, name: str) -> str:
    """The CRM's id of a user."""
    return remote_of(desk, str(desk.one("SELECT id FROM users WHERE name = ?", name)))


def give(crm: Sandbox, companies: list[str], owner: str) -> None:
    """Hand companies over to somebody."""
    for each in companies:
        change_there(crm, "companies", each, customer_success_manager=owner)


def purge(crm: Sandbox, companies: list[str]) -> None:
    """Delete companies for good."""
    for each in companies:
        crm.ask("POST", f"/_sandbox/records/companies/{each}/purge")


def archive(crm: Sandbox, companies: list[str]) -> None:
    """Put companies into the recycle bin, all at once."""
    inputs = [{"id": each} for each in companies]
    crm.ask("POST", "/crm/objects/2026-09/companies/batch/archive", {"inputs": inputs})


def active(desk: Desk) -> int:
    """How many accounts are in sight."""
    return int(desk.one("SELECT count(*) FROM book_accounts"))


def test_what_is_given_to_somebody_else_is_settled_once_and_named(
    big: tuple[Sandbox, Desk],
) -> None:
    crm, desk = big
    desk.log("Branch 00", "c 10m before they were given away")
    usual = desk.sync(sweep=True).requests
    give(crm, branches(desk, 9), owner_of(desk, "Sam Ode"))
    report = desk.sync(sweep=True)
    assert (report.exit_code, report.problems) == (0, ())
    assert report.notices == (
        "9 accounts are no longer yours in the CRM: Branch 00, Branch 01, Branch 02 and 6 more."
        " They left your lists; what you wrote about them is kept: `csmdesk accounts --gone`.",
    )
    assert report.requests <= usual + 8
    assert active(desk) == 11
    assert len(agenda.look(desk.workspace, desk.clock.now()).assessed) == 11
    local = desk.one("SELECT id FROM accounts WHERE name = 'Branch 00'")
    left = overview.overview(desk.workspace, local)["left"]
    assert left.startswith("No longer yours in the CRM since ")
    assert left.endswith(", with Sam Ode now; what you wrote is kept.")
    assert brief.brief(desk.workspace, local, desk.clock.now()).left == left
    again = desk.sync(sweep=True)
    assert (again.exit_code, again.notices) == (0, ())
    assert again.requests <= usual
    assert syncing.status(desk.workspace).missing == ()


def test_what_is_given_back_is_back_with_all_that_happened_meanwhile(
    big: tuple[Sandbox, Desk],
) -> None:
    crm, desk = big
    (branch,) = branches(desk, 1)
    give(crm, [branch], owner_of(desk, "Sam Ode"))
    desk.sync(sweep=True)
    made = crm.ask(
        "POST",
        "/crm/objects/2026-09/contacts",
        {"properties": {"firstname": "Zoe", "lastname": "Ng"}, "associations": []},
    )
    path = f"/crm/objects/2026-09/contacts/{made['id']}/associations/default/companies/{branch}"
    crm.ask("PUT", path)
    who = remote_of(desk, str(desk.one("SELECT id FROM contacts WHERE name = 'Kim No 00'")))
    change_there(crm, "contacts", who, jobtitle="CFO")
    desk.sync()
    assert desk.one("SELECT count(*) FROM contacts WHERE name = 'Zoe Ng'") == 0
    give(crm, [branch], owner_of(desk, "Robin Vale"))
    report = desk.sync()
    assert report.exit_code == 0
    assert active(desk) == 20
    people = "SELECT name, title FROM book_contacts WHERE account_id = ? ORDER BY name"
    assert desk.rows(people, desk.account("Branch 00")) == [
        ("Kim No 00", "CFO"),
        ("Kim No 01", None),
        ("Kim No 02", None),
        ("Kim No 03", None),
        ("Zoe Ng", None),
    ]


def test_a_touch_on_an_account_given_away_meanwhile_is_still_sent(
    big: tuple[Sandbox, Desk],
) -> None:
    crm, desk = big
    (branch,) = branches(desk, 1)
    crm.fault("error_503", method="POST", path="calls/batch/upsert", times=None)
    desk.log("Branch 00", "c 10m on my last day with them")
    give(crm, [branch], owner_of(desk, "Sam Ode"))
    desk.sync(sweep=True)
    assert finding.departed_accounts(desk.workspace)[0].name == "Branch 00"
    crm.ask("DELETE", "/_sandbox/faults")
    for _ in range(4):
        desk.clock.move(minutes=20)
        desk.sync()
    assert set(desk.states()) == {"done"}, desk.rows("SELECT state, last_error FROM outbox")
    assert outbox.items(desk.workspace) == ()


@pytest.mark.parametrize("how", ["archived", "gone"])
def test_what_hangs_on_accounts_that_left_is_not_walked_again(
    big: tuple[Sandbox, Desk], how: str
) -> None:
    crm, desk = big
    usual = desk.sync(sweep=True).requests
    (archive if how == "archived" else purge)(crm, branches(desk, 18))
    if how == "gone":
        refused = desk.sync(sweep=True)
        assert refused.exit_code == 4
        assert "18 of 20 records of type company are no longer" in refused.problems[0]
        assert active(desk) == 20
        # What a hundred at a time costs, whatever hangs on them.
        assert refused.requests <= usual + 4
    report = desk.sync(sweep=True, accept_missing=how == "gone")
    assert (report.exit_code, report.problems) == (0, ())
    what = "were archived in the CRM" if how == "archived" else "were deleted in the CRM for good"
    assert report.notices[0].startswith(f"18 accounts {what}: Branch 00, Branch 01, Branch 02 and")
    assert active(desk) == 2
    again = desk.sync(sweep=True)
    assert (again.exit_code, again.notices) == (0, ())
    assert again.requests <= usual


def test_one_account_that_left_is_named(big: tuple[Sandbox, Desk]) -> None:
    crm, desk = big
    archive(crm, branches(desk, 1))
    assert desk.sync().notices == (
        "Branch 00 was archived in the CRM. It left your lists; what you wrote about it is kept:"
        " `csmdesk accounts --gone`.",
    )


def test_when_not_one_account_is_mine_any_more_it_asks_first(big: tuple[Sandbox, Desk]) -> None:
    crm, desk = big
    mine = [
        row[0]
        for row in desk.rows(
            "SELECT remote_id FROM remote_links WHERE object_type = 'company' AND state = 'active'"
        )
    ]
    give(crm, mine, owner_of(desk, "Sam Ode"))
    refused = desk.sync(sweep=True)
    assert refused.exit_code == 4
    assert "20 of 20" in refused.problems[0]
    assert active(desk) == 20
    assert desk.sync(sweep=True, accept_missing=True).exit_code == 0
    assert active(desk) == 0
    assert desk.sync(sweep=True).exit_code == 0


def test_a_person_who_moved_to_a_company_that_is_not_mine_leaves_with_the_next_pull(
    big: tuple[Sandbox, Desk],
) -> None:
    crm, desk = big
    (branch,) = branches(desk, 1)
    who = remote_of(desk, str(desk.one("SELECT id FROM contacts WHERE name = 'Kim No 00'")))
    path = f"/crm/objects/2026-09/contacts/{who}/associations/companies/{branch}"
    crm.ask("DELETE", path)
    usual = desk.sync(sweep=True).requests
    assert desk.one("SELECT state FROM contacts WHERE name = 'Kim No 00'") == "no_access"
    assert desk.sync(sweep=True).requests <= usual
    default = f"/crm/objects/2026-09/contacts/{who}/associations/default/companies/{branch}"
    crm.ask("PUT", default)
    desk.sync(sweep=True)
    assert desk.one("SELECT state FROM contacts WHERE name = 'Kim No 00'") == "active"


def test_a_sync_stopped_while_it_looks_for_what_left_ends_well_and_goes_on_later(
    big: tuple[Sandbox, Desk],
) -> None:
    crm, desk = big
    give(crm, branches(desk, 3), owner_of(desk, "Sam Ode"))
    reached: list[str] = []
    report = desk.sync(
        sweep=True,
        tell=lambda step: reached.append(step.phase) if step.phase == "checking" else None,
        stop=lambda: bool(reached),
    )
    assert (reached, report.ending) == (["checking"], "stopped")
    assert active(desk) == 20
    assert desk.sync(sweep=True).exit_code == 0
    assert active(desk) == 17
