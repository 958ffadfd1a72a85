"""A field that both sides may change: what goes, what is taken, what waits for the user."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import Desk, effects_of, office

from csmdesk.errors import InputError
from csmdesk.store.encoding import instant_text
from csmdesk.usecases import conflicts as conflict_usecase
from csmdesk.usecases import editing, outbox, touchpoints
from csmdesk.usecases.edit_writing import Edit
from csmdesk.usecases.log_lines import line_reader


@pytest.fixture
def desk_and_crm(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A connected desk that has pulled."""
    with office(tmp_path) as (crm, desk):
        desk.sync()
        yield crm, desk


def there(crm: Sandbox, kind: str, remote: str, *names: str) -> dict[str, Any]:
    """Properties of a record at the CRM."""
    asked = ",".join(names)
    found = crm.ask("GET", f"/crm/objects/2026-09/{kind}/{remote}?properties={asked}")
    return dict(found["properties"])


def change_there(crm: Sandbox, kind: str, remote: str, **properties: str) -> None:
    """Change a record as a colleague would."""
    crm.ask("PATCH", f"/crm/objects/2026-09/{kind}/{remote}", {"properties": properties})


def remote_of(desk: Desk, local_id: str) -> str:
    """What the CRM calls a record."""
    return str(desk.one("SELECT remote_id FROM remote_links WHERE local_id = ?", local_id))


def person(desk: Desk, name: str = "Bo Hall") -> str:
    """The local id of a contact."""
    return str(desk.one("SELECT id FROM contacts WHERE name = ?", name))


def edit(desk: Desk, entity: str, local_id: str, **typed: str) -> Edit:
    """Edit a record here."""
    return editing.change(desk.workspace, entity, local_id, typed, desk.clock.now())


def title(desk: Desk, who: str) -> Any:
    """The title a contact has here."""
    return desk.one("SELECT title FROM contacts WHERE id = ?", who)


def summaries(desk: Desk) -> dict[str, str]:
    """What each operation is about, by its state."""
    return dict(desk.rows("SELECT state, summary FROM outbox"))


def conflicts(desk: Desk) -> list[tuple[Any, ...]]:
    """Open conflicts."""
    return desk.rows(
        "SELECT entity, field, base, local, remote FROM conflicts WHERE settled_at IS NULL"
    )


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
    outbox.cancel(desk.workspace, failed_and_changed_there(crm, desk, who))
    assert title(desk, who) == "Chair"
    desk.sync()
    assert (title(desk, who), desk.states()) == ("Chair", ["cancelled"])


def test_trying_a_failed_edit_again_asks_about_what_was_changed_there(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    who = person(desk)
    outbox.retry(desk.workspace, failed_and_changed_there(crm, desk, who))
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


def contract(desk: Desk) -> str:
    """The contract of the CRM."""
    return str(desk.one("SELECT id FROM subscriptions WHERE state = 'active'"))


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
        outbox.edit(desk.workspace, op_id, "bo@birch.example")
    with pytest.raises(InputError, match="so say which"):
        outbox.edit(desk.workspace, op_id, "1", field="phone")
    outbox.edit(desk.workspace, op_id, "bo@birch.example", field="e-mail")
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


# Texts of touches -----------------------------------------------------------------------------


def text_there(crm: Sandbox, desk: Desk, touch: str, kind: str = "calls") -> str:
    """The body of a touch at the CRM."""
    name = {"calls": "hs_call_body", "notes": "hs_note_body"}[kind]
    return str(there(crm, kind, remote_of(desk, touch), name)[name])


def text_here(desk: Desk, touch: str) -> Any:
    """The text of a touch here."""
    return desk.one("SELECT text FROM touchpoints WHERE id = ?", touch)


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
    outbox.cancel(desk.workspace, create.op_id)
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
