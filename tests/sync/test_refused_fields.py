"""An edit of which one field is refused: the others arrive, wait or are asked about alone."""

import json
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.changing import (
    change_there,
    conflicts,
    edit,
    person,
    remote_of,
    there,
)
from tests.sync.office import Desk, effects_of

from csmdesk.store.encoding import instant_text
from csmdesk.usecases import conflicts as conflict_usecase
from csmdesk.usecases import editing, mending, outbox


def operations(desk: Desk) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """State, words, values and bases of each operation, in their order."""
    rows = desk.rows("SELECT state, summary, payload, base FROM outbox ORDER BY seq")
    return [
        (state, summary, json.loads(payload)["fields"], json.loads(base))
        for state, summary, payload, base in rows
    ]


def refused_beside_arrived(crm: Sandbox, desk: Desk) -> tuple[str, str, str]:
    """Edit a domain, and a trade that the portal does not know; give the account and both ids."""
    account = desk.account("Alder Freight")
    edit(desk, "account", account, industry="NOSUCH", domain="good.example")
    report = desk.sync()
    assert (report.exit_code, report.sent) == (4, 1)
    held = there(crm, "companies", remote_of(desk, account), "domain")
    assert held["domain"] == "good.example"
    ids = dict(desk.rows("SELECT state, op_id FROM outbox"))
    return account, str(ids["failed"]), str(ids["done"])


def changes_of(crm: Sandbox) -> list[dict[str, Any]]:
    """What was written to companies, by a colleague too."""
    return [each["changed"] for each in effects_of(crm, "companies") if each["op"] == "update"]


def test_what_arrived_beside_a_refused_value_counts_as_arrived(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    account = desk.account("Alder Freight")
    ((domain, trade),) = desk.rows("SELECT domain, industry FROM accounts WHERE id = ?", account)
    _, failed, done = refused_beside_arrived(crm, desk)
    assert operations(desk) == [
        ("failed", "Alder Freight: industry NOSUCH", {"industry": "NOSUCH"}, {"industry": trade}),
        (
            "done",
            "Alder Freight: domain good.example",
            {"domain": "good.example"},
            {"domain": domain},
        ),
    ]
    edits = "SELECT field, base, op_id, settled_at IS NOT NULL FROM field_edits ORDER BY field"
    assert desk.rows(edits) == [
        ("domain", "good.example", done, 1),
        ("industry", trade, failed, 0),
    ]
    assert [each.op_id for each in outbox.items(desk.workspace)] == [failed]
    assert "NOSUCH" in (outbox.get(desk.workspace, failed).last_error or "")
    assert editing.latest(desk.workspace) is None
    # A colleague's later change of what arrived is simply taken.
    change_there(crm, "companies", remote_of(desk, account), domain="later.example")
    desk.sync()
    assert desk.one("SELECT domain FROM accounts WHERE id = ?", account) == "later.example"
    assert conflicts(desk) == []
    assert changes_of(crm) == [{"domain": "good.example"}, {"domain": "later.example"}]


def test_a_refused_rest_is_tried_again_edited_and_given_up_alone(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    account, failed, _ = refused_beside_arrived(crm, desk)
    change_there(crm, "companies", remote_of(desk, account), domain="later.example")
    written = changes_of(crm)
    mending.retry(desk.workspace, failed)
    assert desk.sync().exit_code == 4
    assert changes_of(crm) == written
    mending.edit(desk.workspace, failed, "NEITHER", field="industry")
    assert desk.sync().exit_code == 4
    (waiting,) = outbox.items(desk.workspace)
    assert (waiting.state, dict(waiting.payload["fields"])) == ("failed", {"industry": "NEITHER"})
    mending.cancel(desk.workspace, waiting.op_id)
    assert desk.sync().exit_code == 0
    shown = desk.rows("SELECT domain, industry FROM accounts WHERE id = ?", account)
    held = there(crm, "companies", remote_of(desk, account), "domain", "industry")
    assert shown[0][0] == held["domain"] == "later.example"
    assert shown[0][1] not in ("NOSUCH", "NEITHER")
    assert changes_of(crm) == written


def test_a_conflict_shows_at_once_though_another_field_is_refused(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    account = desk.account("Alder Freight")
    remote = remote_of(desk, account)
    ((domain, trade),) = desk.rows("SELECT domain, industry FROM accounts WHERE id = ?", account)
    edit(desk, "account", account, industry="NOSUCH")
    edit(desk, "account", account, domain="ours.example")
    change_there(crm, "companies", remote, domain="theirs.example")
    report = desk.sync()
    assert (report.exit_code, report.conflicts) == (4, 1)
    assert conflicts(desk) == [("account", "domain", domain, "ours.example", "theirs.example")]
    assert operations(desk) == [
        ("failed", "Alder Freight: industry NOSUCH", {"industry": "NOSUCH"}, {"industry": trade}),
        (
            "conflict",
            "Alder Freight: domain ours.example",
            {"domain": "ours.example"},
            {"domain": domain},
        ),
    ]
    (found,) = conflict_usecase.conflicts(desk.workspace)
    conflict_usecase.settle(desk.workspace, found.id, "ours", desk.clock.now())
    desk.sync()
    assert changes_of(crm) == [{"domain": "theirs.example"}, {"domain": "ours.example"}]
    assert [each[0] for each in operations(desk)] == ["failed", "done"]


def test_all_three_ends_of_one_edit(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    account = desk.account("Alder Freight")
    edit(desk, "account", account, industry="NOSUCH", domain="ours.example", name="Alder and Sons")
    change_there(crm, "companies", remote_of(desk, account), domain="theirs.example")
    desk.sync()
    assert [(each[0], list(each[2])) for each in operations(desk)] == [
        ("failed", ["industry"]),
        ("conflict", ["domain"]),
        ("done", ["name"]),
    ]
    assert changes_of(crm) == [{"domain": "theirs.example"}, {"name": "Alder and Sons"}]


def test_an_end_between_arriving_and_settling_sends_nothing_twice(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    account = desk.account("Alder Freight")
    edit(desk, "account", account, industry="NOSUCH", domain="good.example")
    with desk.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = 'sending', sent_at = ?, lease_owner = 'gone',"
            " lease_until = ?",
            (instant_text(desk.clock.now()),) * 2,
        )
    change_there(crm, "companies", remote_of(desk, account), domain="good.example")
    before = changes_of(crm)
    for _ in range(3):
        desk.clock.move(minutes=5)
        desk.sync()
    assert changes_of(crm) == before
    assert [(each[0], list(each[2])) for each in operations(desk)] == [
        ("failed", ["industry"]),
        ("done", ["domain"]),
    ]


def test_doubt_about_fields_of_which_one_is_refused_is_settled_by_comparing(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    edit(desk, "account", desk.account("Alder Freight"), industry="NOSUCH", domain="good.example")
    crm.fault("error_503_applied", path="companies/", method="PATCH", times=1)
    for _ in range(4):
        desk.sync()
        desk.clock.move(minutes=5)
    assert changes_of(crm) == [{"domain": "good.example"}]
    assert [(each[0], list(each[2])) for each in operations(desk)] == [
        ("failed", ["industry"]),
        ("done", ["domain"]),
    ]


@pytest.mark.parametrize("beside", [{}, {"title": "CIO"}])
def test_a_change_typed_while_a_refused_one_was_on_its_way_is_no_conflict(
    desk_and_crm: tuple[Sandbox, Desk], beside: dict[str, str]
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, email="nobody", **beside)
    crm.fault("error_503", path="contacts/", method="PATCH", times=None)
    desk.sync()
    crm.http.request("DELETE", "/_sandbox/faults")
    edit(desk, "contact", who, email="bo@birch.example")
    for _ in range(4):
        desk.clock.move(minutes=5)
        desk.sync()
    assert conflicts(desk) == []
    assert there(crm, "contacts", remote_of(desk, who), "email")["email"] == "bo@birch.example"
