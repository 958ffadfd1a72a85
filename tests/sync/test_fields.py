"""A field that both sides may change: what goes, what is taken, what waits for the user."""

import json
from datetime import timedelta

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.changing import (
    change_there,
    conflicts,
    contract,
    edit,
    person,
    remote_of,
    summaries,
    there,
    title,
)
from tests.sync.office import Desk, effects_of

from csmdesk.errors import InputError
from csmdesk.store.encoding import instant_text
from csmdesk.usecases import editing, mending, outbox


def test_an_edit_shows_at_once_and_arrives(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    made = edit(desk, "contact", who, title="CIO")
    assert title(desk, who) == "CIO"
    assert [(each.before, each.after) for each in made.changes] == [("CTO", "CIO")]
    report = desk.sync()
    assert (report.exit_code, report.sent) == (0, 1)
    assert there(crm, "contacts", remote_of(desk, who), "jobtitle")["jobtitle"] == "CIO"
    assert desk.states() == ["done"]
    before = len(crm.effects())
    again = desk.sync()
    assert (again.pushed["sent"], len(crm.effects())) == (0, before)
    assert title(desk, who) == "CIO"


def failed_and_changed_there(crm: Sandbox, desk: Desk, who: str) -> str:
    """Let an edit be refused, a colleague change the same field, and a sync read that."""
    edit(desk, "contact", who, title="CIO")
    crm.fault("invalid", method="PATCH", times=1)
    desk.sync()
    assert desk.states() == ["failed"]
    desk.clock.move(minutes=5)
    change_there(crm, "contacts", remote_of(desk, who), jobtitle="Chair")
    desk.sync()
    assert (desk.states(), title(desk, who), conflicts(desk)) == (["failed"], "CIO", [])
    return str(desk.one("SELECT op_id FROM outbox"))


def test_giving_a_failed_edit_up_shows_what_the_crm_has_by_now(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    mending.cancel(desk.workspace, failed_and_changed_there(crm, desk, who))
    assert title(desk, who) == "Chair"
    desk.sync()
    assert (title(desk, who), desk.states()) == ("Chair", ["cancelled"])


def test_trying_a_failed_edit_again_asks_about_what_was_changed_there(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    mending.retry(desk.workspace, failed_and_changed_there(crm, desk, who))
    assert desk.sync().conflicts == 1
    assert conflicts(desk) == [("contact", "title", "CTO", "CIO", "Chair")]
    held = there(crm, "contacts", remote_of(desk, who), "jobtitle")
    assert (held["jobtitle"], title(desk, who)) == ("Chair", "CIO")


def test_editing_a_failed_edit_asks_about_what_was_changed_there(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    failed_and_changed_there(crm, desk, who)
    edit(desk, "contact", who, title="CFO")
    desk.sync()
    assert conflicts(desk) == [("contact", "title", "CTO", "CFO", "Chair")]
    assert there(crm, "contacts", remote_of(desk, who), "jobtitle")["jobtitle"] == "Chair"


def test_what_the_crm_has_is_noted_of_an_edit_in_doubt_too(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO")
    later = instant_text(desk.clock.now() + timedelta(hours=1))
    with desk.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = 'uncertain', sent_at = ?, not_before = ?",
            (instant_text(desk.clock.now()), later),
        )
    change_there(crm, "contacts", remote_of(desk, who), jobtitle="Chair")
    desk.sync()
    assert (desk.states(), title(desk, who)) == (["uncertain"], "CIO")
    assert desk.rows("SELECT base, local FROM field_edits") == [("Chair", "CIO")]


def test_only_the_changed_field_is_sent(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    edit(desk, "contact", person(desk), title="CIO")
    desk.sync()
    (update,) = [each for each in effects_of(crm, "contacts") if each["op"] == "update"]
    assert update["changed"] == {"jobtitle": "CIO"}


def test_changed_there_only_is_taken(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    change_there(crm, "contacts", remote_of(desk, who), jobtitle="Chair")
    desk.sync()
    assert title(desk, who) == "Chair"
    assert conflicts(desk) == []


def test_both_the_same_needs_nothing(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="Chair")
    change_there(crm, "contacts", remote_of(desk, who), jobtitle=" Chair ")
    before = len(crm.effects())
    report = desk.sync()
    assert (report.exit_code, len(crm.effects())) == (0, before)
    assert (desk.states(), conflicts(desk)) == (["done"], [])


def test_both_different_keeps_both_and_sends_the_other_fields(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    remote = remote_of(desk, who)
    edit(desk, "contact", who, title="CIO", phone="+49 30 1")
    change_there(crm, "contacts", remote, jobtitle="Chair")
    report = desk.sync()
    assert (report.exit_code, report.conflicts) == (4, 1)
    assert conflicts(desk) == [("contact", "title", "CTO", "CIO", "Chair")]
    held = there(crm, "contacts", remote, "jobtitle", "phone")
    assert (held["jobtitle"], held["phone"]) == ("Chair", "+49 30 1")
    assert title(desk, who) == "CIO"
    assert sorted(desk.states()) == ["conflict", "done"]
    assert summaries(desk) == {"conflict": "Bo Hall: title CIO", "done": "Bo Hall: phone +49 30 1"}
    before = len(crm.effects())
    desk.sync()
    assert len(crm.effects()) == before
    assert (title(desk, who), len(conflicts(desk))) == ("CIO", 1)


def test_a_pull_finds_the_conflict_of_an_edit_that_could_not_be_sent(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO", phone="+49 30 1")
    later = instant_text(desk.clock.now() + timedelta(hours=1))
    with desk.store.writing() as connection:
        connection.execute("UPDATE outbox SET not_before = ?", (later,))
    change_there(crm, "contacts", remote_of(desk, who), jobtitle="Chair", email="bo@birch.example")
    desk.sync()
    assert conflicts(desk) == [("contact", "title", "CTO", "CIO", "Chair")]
    row = desk.rows("SELECT title, phone, email FROM contacts WHERE id = ?", who)
    assert row == [("CIO", "+49 30 1", "bo@birch.example")]
    assert summaries(desk) == {
        "conflict": "Bo Hall: title CIO",
        "pending": "Bo Hall: phone +49 30 1",
    }


def test_unsent_edits_of_a_record_become_one(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO")
    edit(desk, "contact", who, phone="+49 30 1")
    edit(desk, "contact", who, title="CFO")
    assert desk.states() == ["pending"]
    desk.sync()
    (update,) = [each for each in effects_of(crm, "contacts") if each["op"] == "update"]
    assert update["changed"] == {"jobtitle": "CFO", "phone": "+49 30 1"}


def test_an_edit_back_to_what_the_crm_has_sends_nothing(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    _, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO")
    edit(desk, "contact", who, title="CTO")
    assert desk.states() == ["cancelled"]
    assert desk.rows("SELECT * FROM field_edits") == []


def test_an_unsent_edit_is_taken_back_exactly(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    _, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO")
    second = edit(desk, "contact", who, title="CFO")
    editing.take_back(desk.workspace, second, desk.clock.now())
    assert title(desk, who) == "CIO"
    payload = json.loads(desk.one("SELECT payload FROM outbox"))
    assert payload == {"fields": {"title": "CIO"}}
    found = editing.latest(desk.workspace)
    assert found is not None
    editing.take_back(desk.workspace, found[0], desk.clock.now())
    assert title(desk, who) == "CTO"
    assert desk.states() == ["cancelled"]


def test_a_sent_edit_is_not_taken_back_in_silence(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    _, desk = desk_and_crm
    made = edit(desk, "contact", person(desk), title="CIO")
    desk.sync()
    assert editing.latest(desk.workspace) is None
    with pytest.raises(InputError):
        editing.take_back(desk.workspace, made, desk.clock.now())


def test_contract_fields_go_as_the_portal_spells_them(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    which = contract(desk)
    edit(desk, "subscription", which, arr="51,000.50", auto_renew="no", notice_days="90")
    edit(desk, "subscription", which, term_end="2027-01-31")
    report = desk.sync()
    assert report.exit_code == 0
    held = there(
        crm, "deals", remote_of(desk, which), "amount", "auto_renew", "notice_days", "closedate"
    )
    assert (held["amount"], held["auto_renew"]) == ("51000.5", "false")
    assert (held["notice_days"], held["closedate"][:10]) == ("90", "2027-01-31")
    row = desk.rows("SELECT arr, auto_renew, notice_days, term_end FROM subscriptions")
    assert row == [("51000.5", 0, 90, "2027-01-31")]


def test_a_segment_goes_as_the_option_that_means_it(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    account = desk.account("Alder Freight")
    edit(desk, "account", account, segment="High", domain="https://www.alder.test/")
    assert desk.sync().exit_code == 0
    held = there(crm, "companies", remote_of(desk, account), "customer_segment", "domain")
    assert (held["customer_segment"], held["domain"]) == ("high", "alder.test")
    assert desk.one("SELECT segment FROM accounts WHERE id = ?", account) == "high"


def test_a_value_the_portal_refuses_fails_and_holds_up_no_other(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, email="nobody", title="CIO")
    report = desk.sync()
    assert report.exit_code == 4
    assert desk.states() == ["failed", "done"]
    assert there(crm, "contacts", remote_of(desk, who), "jobtitle")["jobtitle"] == "CIO"
    edit(desk, "contact", who, email="bo@birch.example")
    assert desk.sync().exit_code == 0
    assert desk.states() == ["cancelled", "done", "done"]
    assert there(crm, "contacts", remote_of(desk, who), "email")["email"] == "bo@birch.example"


def test_a_refused_change_of_several_fields_is_edited_field_by_field(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, email="nobody", title="CIO")
    crm.fault("error_503", path="contacts/", method="PATCH", times=None)
    desk.sync()
    ((op_id,),) = desk.rows("SELECT op_id FROM outbox")
    with desk.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = 'failed', last_error_class = 'refused' WHERE op_id = ?",
            (op_id,),
        )
    crm.http.request("DELETE", "/_sandbox/faults")
    with pytest.raises(InputError, match="changes e-mail and title, so say which"):
        mending.edit(desk.workspace, op_id, "bo@birch.example")
    with pytest.raises(InputError, match="so say which"):
        mending.edit(desk.workspace, op_id, "1", field="phone")
    mending.edit(desk.workspace, op_id, "bo@birch.example", field="e-mail")
    assert desk.sync().exit_code == 0
    held = there(crm, "contacts", remote_of(desk, who), "jobtitle", "email")
    assert (held["jobtitle"], held["email"]) == ("CIO", "bo@birch.example")


def test_a_value_without_an_option_at_the_portal_holds_up_no_other(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    account = desk.account("Alder Freight")
    edit(desk, "account", account, industry="No such trade", name="Alder and Sons")
    assert desk.sync().exit_code == 4
    held = there(crm, "companies", remote_of(desk, account), "name", "industry")
    assert held["name"] == "Alder and Sons"
    ((why,),) = desk.rows("SELECT last_error FROM outbox WHERE state = 'failed'")
    assert "No such trade" in why


def test_a_judgement_stays_here_where_the_portal_has_no_property(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    _, desk = desk_and_crm
    made = edit(desk, "subscription", contract(desk), forecast="at risk", likelihood="40%")
    assert (made.op_ids, desk.states()) == ((), [])
    assert desk.rows("SELECT forecast, likelihood FROM renewal_judgements") == [("at_risk", 40)]
    found = editing.latest(desk.workspace)
    assert found is not None
    editing.take_back(desk.workspace, found[0], desk.clock.now())
    assert desk.rows("SELECT forecast, likelihood FROM renewal_judgements") == [(None, None)]


def test_a_field_without_a_place_at_the_crm_is_refused(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    _, desk = desk_and_crm
    desk.connect(maps={"segment": ""})
    with pytest.raises(InputError, match="no property for the segment"):
        edit(desk, "account", desk.account("Alder Freight"), segment="high")
    with pytest.raises(InputError, match="no field 'colour'"):
        edit(desk, "account", desk.account("Alder Freight"), colour="red")


def test_an_edit_of_a_value_that_was_old_when_it_was_made_is_a_conflict(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    change_there(crm, "contacts", remote_of(desk, who), jobtitle="Chair")
    desk.sync()
    editing.change(
        desk.workspace, "contact", who, {"title": "CIO"}, desk.clock.now(), seen={"title": "CTO"}
    )
    desk.sync()
    assert conflicts(desk) == [("contact", "title", "CTO", "CIO", "Chair")]


@pytest.mark.parametrize("fault", ["error_503_applied", "error_503", "reset_mid_body"])
def test_doubt_about_an_edit_is_settled_by_comparing(
    desk_and_crm: tuple[Sandbox, Desk], fault: str
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO")
    rules = [{"fault": fault, "method": "PATCH", "times": 1}]
    crm.ask("POST", "/_sandbox/faults", {"rules": rules, "seed": 1})
    desk.sync()
    crm.ask("DELETE", "/_sandbox/faults")
    for _ in range(4):
        desk.clock.move(minutes=5)
        desk.sync()
    assert desk.states() == ["done"]
    updates = [each for each in effects_of(crm, "contacts") if each["op"] == "update"]
    assert [each["changed"] for each in updates] == [{"jobtitle": "CIO"}]
    assert title(desk, who) == "CIO"


@pytest.mark.parametrize("fault", ["field_surrogate", "field_control", "field_wrong_type"])
def test_an_answer_with_a_garbled_id_is_no_answer(
    desk_and_crm: tuple[Sandbox, Desk], fault: str
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO")
    rules = [{"fault": fault, "method": "GET", "path": "/objects/2026-09/contacts/", "times": 1}]
    crm.ask("POST", "/_sandbox/faults", {"rules": rules, "seed": 1})
    desk.sync()
    crm.ask("DELETE", "/_sandbox/faults")
    desk.clock.move(minutes=5)
    desk.sync()
    assert desk.rows("SELECT state, remote_id FROM outbox") == [("done", remote_of(desk, who))]
    assert len([each for each in effects_of(crm, "contacts") if each["op"] == "update"]) == 1


def test_how_long_a_change_could_go_unseen_is_in_the_run_log(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    _, desk = desk_and_crm
    edit(desk, "contact", person(desk), title="CIO")
    desk.sync()
    report = json.loads(
        desk.one("SELECT report FROM sync_runs ORDER BY started_at DESC, rowid DESC")
    )
    assert report["edits"] == 1
    assert report["longest_unseen_ms"] >= 0


def test_is_it_in_the_crm_is_answered(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    _, desk = desk_and_crm
    who = person(desk)
    edit(desk, "contact", who, title="CIO")
    assert [each.state for each in outbox.of_record(desk.workspace, who)] == ["pending"]
    desk.sync()
    assert [each.state for each in outbox.of_record(desk.workspace, who)] == ["done"]


def test_a_merge_there_takes_the_edit_along(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    ana, raj = person(desk, "Ana Lima"), person(desk, "Raj Patel")
    edit(desk, "contact", raj, phone="+49 30 7")
    crm.ask(
        "POST",
        "/crm/objects/2026-09/contacts/merge",
        {"primaryObjectId": remote_of(desk, ana), "objectIdToMerge": remote_of(desk, raj)},
    )
    for _ in range(2):
        desk.sync()
    assert there(crm, "contacts", remote_of(desk, ana), "phone")["phone"] == "+49 30 7"
    assert set(desk.states()) == {"done"}
