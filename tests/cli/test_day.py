"""The day on the command line: agenda, why, log, done, snooze, dismiss, undo."""

from decimal import Decimal
from typing import Any

import pytest
from tests.cli.program import BOOK, MONDAY, Program, is_one_error

AS_OF = ("--as-of", MONDAY)


def test_the_agenda_is_a_document_or_a_text_of_the_same_items(csmdesk: Program) -> None:
    csmdesk.with_book()
    document = csmdesk("agenda", *AS_OF, "--json").document
    text = csmdesk("agenda", *AS_OF).out
    assert document["today"] == "2026-03-09"
    assert [item["account"] for item in document["items"]]
    assert all(item["account"] in text for item in document["items"])
    first = document["items"][0]
    assert first["score"] == sum(reason["contribution"] for reason in first["reasons"])


def test_the_line_ends_with_5_while_a_deadline_is_hard(csmdesk: Program) -> None:
    subscription = {**BOOK["subscriptions"][0], "notice_days": 33}
    csmdesk.with_book({"subscriptions": [subscription]})
    outcome = csmdesk("agenda", "--line", *AS_OF)
    assert outcome.code == 5
    assert "Acme Corp" in outcome.out
    assert outcome.out.count("\n") == 1
    csmdesk("done", "A-1", *AS_OF)
    assert csmdesk("agenda", "--line", *AS_OF).code == 0


def test_an_empty_book_has_an_empty_agenda(csmdesk: Program) -> None:
    assert csmdesk("agenda", *AS_OF, "--json").document["items"] == []
    told = csmdesk("agenda", *AS_OF)
    assert told.code == 0
    for way in ("csmdesk connect hubspot", "csmdesk import FILE", "csmdesk demo"):
        assert way in told.out


def test_a_day_off_is_called_one(csmdesk: Program) -> None:
    csmdesk.with_book()
    told = csmdesk("agenda", "--as-of", "2026-03-08T09:00:00Z").out
    assert told.startswith("Sun 8 Mar 2026   a day off   plan ")


def test_an_overbooked_day_says_by_how_much(csmdesk: Program) -> None:
    subscription = {**BOOK["subscriptions"][0], "notice_days": 33}
    csmdesk.with_book({"subscriptions": [subscription]})
    told = csmdesk("--set", "agenda.focus_share=2", "agenda", *AS_OF).out
    assert "plan 45 min of 5 min, overbooked by 40 min" in told.splitlines()[0]
    told = csmdesk("--set", "agenda.focus_share=100", "agenda", *AS_OF).out
    assert "overbooked" not in told


def test_a_book_in_which_nothing_is_due_says_so(csmdesk: Program) -> None:
    csmdesk.load({**BOOK, "accounts": [], "subscriptions": [], "contacts": [], "touchpoints": []})
    assert "no accounts yet" in csmdesk("agenda", *AS_OF).out
    calm = {"id": "A-5", "name": "Calm", "owner_id": "U-1", "start_on": "2026-03-09"}
    contract = {**BOOK["subscriptions"][0], "account_id": "A-5", "start_on": "2026-03-09"}
    csmdesk.load(
        {
            **BOOK,
            "accounts": [calm],
            "subscriptions": [contract],
            "contacts": [],
            "touchpoints": [],
        }
    )
    assert "Nothing is due today." in csmdesk("agenda", *AS_OF).out


def test_why_adds_up(csmdesk: Program) -> None:
    csmdesk.with_book()
    item = csmdesk("why", "acme corp", *AS_OF, "--json").document
    assert item["score"] == sum(reason["contribution"] for reason in item["reasons"])
    text = csmdesk("why", "acme corp", *AS_OF).out
    assert "total" in text
    assert item["next_action"] in text


def test_why_of_a_quiet_account_says_so(csmdesk: Program) -> None:
    csmdesk.with_book()
    csmdesk("dismiss", "A-1", "--reason", "known", *AS_OF)
    csmdesk("done", "A-1", *AS_OF)
    assert csmdesk("why", "A-1", *AS_OF, "--json").document is None
    told = csmdesk("why", "A-1", *AS_OF).out
    assert "not on the agenda: what would bring it there is put off" in told
    assert "hidden: " in told
    assert "dismissed to Sun 7 Jun (known)" in told


def test_a_log_line_is_saved_and_printed_as_understood(csmdesk: Program) -> None:
    csmdesk.with_book()
    line = 'c Ana, "Raj Patel" 25m + renew ok > send SSO plan fri'.replace('"', "")
    outcome = csmdesk("log", "acme corp", line, *AS_OF, "--json")
    assert outcome.code == 0, outcome.err
    document = outcome.document
    assert set(document) == {
        *("touchpoint_id", "account_id", "type", "at", "minutes", "attendee_ids", "outcome"),
        *("sentiment", "text", "next_steps", "outbox"),
    }
    assert document["type"] == "call"
    assert document["minutes"] == 25
    assert document["attendee_ids"] == ["C-1", "C-2"]
    assert document["next_steps"][0]["due_on"] == "2026-03-13"
    assert document["outbox"] == []
    view = csmdesk("account", "A-1", "--json", *AS_OF).document
    assert view["touchpoints"][0]["text"] == "renew ok"
    assert len(view["open_next_steps"]) == 2


def test_a_name_that_fits_two_people_is_refused_with_both(csmdesk: Program) -> None:
    csmdesk.with_book()
    outcome = csmdesk("log", "A-1", "c Raj 10m hello", *AS_OF)
    assert outcome.code == 1
    assert is_one_error(outcome, "Raj Patel", "Raj Mehta")


def test_a_touch_in_the_future_is_refused(csmdesk: Program) -> None:
    csmdesk.with_book()
    outcome = csmdesk("log", "A-1", "c today 23:00 hello", *AS_OF)
    assert outcome.code == 1
    assert is_one_error(outcome)


@pytest.mark.parametrize("name", ["acme", "ACME"])
def test_an_ambiguous_account_is_refused_with_the_candidates(csmdesk: Program, name: str) -> None:
    csmdesk.with_book()
    outcome = csmdesk("log", name, "c hello", *AS_OF)
    assert outcome.code == 1
    assert is_one_error(outcome, "Acme Corp", "Acme Labs")


def test_an_ambiguous_account_names_each_candidate_once(csmdesk: Program) -> None:
    accounts = [{"id": f"N-{n}", "name": f"Nandu {n}"} for n in range(8)]
    csmdesk.load({**BOOK, "accounts": [*BOOK["accounts"], *accounts]})
    told = csmdesk("log", "nandu", "c hello", *AS_OF).err
    assert [told.count(f"N-{n} (Nandu {n})") for n in range(8)] == [1, 1, 1, 1, 1, 0, 0, 0]
    assert "and 3 more" in told


def test_an_unknown_account_is_refused_with_what_is_near(csmdesk: Program) -> None:
    csmdesk.with_book()
    outcome = csmdesk("log", "acme crop", "c hello", *AS_OF)
    assert outcome.code == 1
    assert is_one_error(outcome, "Acme Corp")


def test_accents_and_case_do_not_matter(csmdesk: Program) -> None:
    csmdesk.with_book()
    assert csmdesk("account", "cafe zurich", "--json", *AS_OF).document["account"]["id"] == "A-3"


def test_a_check_in_marked_as_done_says_that_it_stays(csmdesk: Program) -> None:
    csmdesk.with_book()
    document = csmdesk("done", "A-1", "--type", "check-in", *AS_OF, "--json").document
    assert [cause["type"] for cause in document["causes"]] == ["cadence"]
    assert document["skipped"] == [
        {"type": "cadence", "subject": "account", "why": "stays: log a touch"}
    ]
    told = csmdesk("done", "A-1", *AS_OF).out
    assert "  check-in stays: log a touch\n" in told
    assert "cadence" not in told
    assert "check-in" in csmdesk("undo", *AS_OF).out
    told = csmdesk("done", "A-1", "--type", "cadence", *AS_OF).out
    assert told.startswith("Noted: Acme Corp\n")


def test_kinds_of_causes_go_by_the_words_of_the_screen(csmdesk: Program) -> None:
    csmdesk.with_book()
    outcome = csmdesk("done", "A-1", "--type", "chekin", *AS_OF)
    assert is_one_error(outcome, "chekin", "check-in")
    outcome = csmdesk("done", "A-1", "--type", "ticket", "--type", "nps", *AS_OF)
    assert is_one_error(outcome, "shows nothing of ticket, survey answer")


def test_done_snooze_and_dismiss_print_what_became_of_each_cause(csmdesk: Program) -> None:
    csmdesk.with_book()
    for arguments in (
        ["snooze", "A-1", "--until", "2026-03-16", "--type", "cadence"],
        ["dismiss", "A-1", "--reason", "agreed otherwise", "--type", "coverage"],
        ["done", "A-1"],
    ):
        document = csmdesk(*arguments, *AS_OF, "--json").document
        assert set(document) == {"account_id", "action", "causes", "skipped"}
        assert document["account_id"] == "A-1"
        assert document["action"] == arguments[0]
        assert document["causes"]
        assert set(document["causes"][0]) >= {"type", "subject", "episode", "shortened"}


def test_a_refused_snooze_is_an_error_with_the_reason(csmdesk: Program) -> None:
    csmdesk.with_book()
    outcome = csmdesk("snooze", "A-1", "--until", "2026-03-09", *AS_OF)
    assert outcome.code == 1
    assert is_one_error(outcome)
    outcome = csmdesk("snooze", "A-1", "--until", "2026-03-16", "--type", "nonsense", *AS_OF)
    assert outcome.code == 1
    assert is_one_error(outcome)


def test_undo_takes_back_the_latest_action_whatever_it_was(csmdesk: Program) -> None:
    csmdesk.with_book()
    before = csmdesk("export").out
    csmdesk("done", "A-1", *AS_OF)
    csmdesk("log", "A-1", "c Ana 10m hello", "--as-of", "2026-03-09T08:31:00+01:00")
    later = ("--as-of", "2026-03-09T08:32:00+01:00")
    assert csmdesk("undo", *later, "--json").document["action"] == "log"
    assert csmdesk("undo", *later, "--json").document["action"] == "done"
    outcome = csmdesk("undo", *later)
    assert outcome.code == 1
    assert is_one_error(outcome, "nothing")
    exported = csmdesk("export").out
    assert '"done_on"' not in exported
    assert len(exported) > len(before)


def test_the_plan_of_the_day_changes_from_the_command_line(csmdesk: Program) -> None:
    csmdesk.with_book()
    assert csmdesk("day", "add", "A-1").out == "Acme Corp is in today's plan.\n"
    (entry,) = csmdesk("export").document["planned_days"]
    assert (entry["account_id"], entry.get("removed", False)) == ("A-1", False)
    pressing = "Acme Corp is out of today's plan, though it cannot wait.\n"
    assert csmdesk("day", "remove", "A-1").out == pressing
    (entry,) = csmdesk("export").document["planned_days"]
    assert (entry["account_id"], entry["removed"]) == ("A-1", True)
    assert csmdesk("day", "replan").out.startswith("Planned anew: ")
    outcome = csmdesk("day", "add", "nobody")
    assert outcome.code == 1
    assert is_one_error(outcome, "nobody")


def test_what_can_wait_leaves_the_plan_without_a_warning(csmdesk: Program) -> None:
    csmdesk.load(FORGOTTEN)
    assert csmdesk("day", "remove", "B-1").out == "Birch 1 is out of today's plan.\n"


def planned(csmdesk: Program) -> list[Any]:
    rows: list[Any] = csmdesk("export").document.get("planned_days", [])
    return rows


def test_undo_takes_a_change_of_the_plan_back_and_not_what_was_done_before(
    csmdesk: Program,
) -> None:
    csmdesk.load(FORGOTTEN)
    csmdesk("dismiss", "B-7", "--reason", "known")
    csmdesk("day", "add", "B-1")
    accepted = planned(csmdesk)
    csmdesk("day", "remove", "B-2")
    without = planned(csmdesk)
    csmdesk("day", "remove", "B-3")
    document = csmdesk("undo", "--json").document
    expected = {"account_id": "B-3", "action": "unplan", "types": [], "withdrawn": False}
    assert document == expected
    assert planned(csmdesk) == without
    assert csmdesk("undo").out == "Taken back: Birch 2 was taken out of today's plan.\n"
    assert planned(csmdesk) == accepted != without
    assert csmdesk("undo").out == "Taken back: Birch 1 was put into today's plan.\n"
    assert planned(csmdesk) == []
    assert csmdesk("undo", "--json").document["action"] == "dismiss"
    assert is_one_error(csmdesk("undo"), "nothing to undo")


def test_what_was_done_after_a_change_of_the_plan_is_taken_back_first(csmdesk: Program) -> None:
    csmdesk.load(FORGOTTEN)
    csmdesk("day", "add", "B-1")
    csmdesk("log", "B-2", "c hello")
    actions = [csmdesk("undo", "--json").document["action"] for _ in range(2)]
    assert actions == ["log", "plan"]


def test_undo_of_planning_anew_names_nobody(csmdesk: Program) -> None:
    csmdesk.with_book()
    csmdesk("day", "replan")
    assert planned(csmdesk)
    assert csmdesk("undo").out == "Taken back: today was planned anew.\n"
    assert planned(csmdesk) == []
    csmdesk("day", "replan")
    assert csmdesk("undo", "--json").document["account_id"] is None


def test_the_list_shows_the_plan_as_accepted_and_the_document_the_rankings_own(
    csmdesk: Program,
) -> None:
    csmdesk.load(FORGOTTEN)
    own = csmdesk("agenda", "--json").document
    as_of = ("--as-of", own["as_of"])
    before = csmdesk("agenda", *as_of).out
    first, last = own["items"][0], own["items"][-1]
    csmdesk("day", "remove", first["account_id"])
    csmdesk("day", "add", last["account_id"])
    above, _, below = csmdesk("agenda").out.partition("── below")
    assert f"{last['account']} " in above
    assert f"{first['account']} " not in above
    assert f"{first['account']} " in below
    count = sum(not entry.get("removed") for entry in planned(csmdesk))
    minutes = count * last["effort_minutes"]
    hours, rest = divmod(minutes, 60)
    long = " ".join([f"{hours} h"] * bool(hours) + [f"{rest:02}" if hours else f"{rest} min"])
    assert csmdesk("agenda", "--line").out.startswith(f"{count} planned, {long}")
    assert f"   plan {long}" in above
    assert csmdesk("agenda", "--json").document["items"][-1]["planned"] is last["planned"] is False
    assert csmdesk("agenda", *as_of).out == before
    items = csmdesk("agenda", *as_of, "--json").document["items"]
    assert [item["planned"] for item in items] == [item["planned"] for item in own["items"]]


def test_two_causes_of_one_kind_are_told_apart(csmdesk: Program) -> None:
    steps = [
        {"id": f"N-{n}", "text": text, "side": "us", "due_on": "2026-03-05"}
        for n, text in enumerate(("send the plan", "send the price"))
    ]
    touch = {**BOOK["touchpoints"][0], "next_steps": steps}
    csmdesk.with_book({"touchpoints": [touch]})
    told = csmdesk("done", "A-1", *AS_OF).out
    assert "  promise · promise due 5 Mar (4 d late): send the plan\n" in told
    assert "  promise · promise due 5 Mar (4 d late): send the price\n" in told
    assert "  check-in stays: log a touch\n" in told


def test_why_of_an_account_that_nothing_is_due_about_says_so(csmdesk: Program) -> None:
    calm = {"id": "A-5", "name": "Calm", "owner_id": "U-1", "assigned_on": "2026-03-09"}
    csmdesk.load({**BOOK, "accounts": [*BOOK["accounts"], calm]})
    told = csmdesk("--set", "agenda.min_score=1000", "why", "A-5", *AS_OF).out
    assert told == "Calm is not on the agenda: nothing about it is due now.\n"


def test_one_line_and_a_document_are_not_asked_for_at_once(csmdesk: Program) -> None:
    csmdesk.with_book()
    assert csmdesk("agenda", "--json", "--line", *AS_OF).code == 2


FORGOTTEN = {
    "format": "csmdesk-book",
    "version": 1,
    "timezone": "Europe/Berlin",
    "accounts": [
        {"id": f"B-{n}", "name": f"Birch {n}", "segment": "mid", "assigned_on": "2025-01-01"}
        for n in range(20)
    ],
}
"""Accounts that are due for a check-in, whose money is not known."""


def test_the_cut_line_says_nothing_of_money_that_is_not_known(csmdesk: Program) -> None:
    csmdesk.load(FORGOTTEN)
    (cut,) = [row for row in csmdesk("agenda", *AS_OF).out.splitlines() if row.startswith("──")]
    assert "below: " in cut
    assert "$" not in cut


def test_the_line_names_nobody_who_is_not_planned(csmdesk: Program) -> None:
    csmdesk.load(FORGOTTEN)
    sunday = ("--as-of", "2026-03-08T09:00:00+01:00")
    assert csmdesk("agenda", "--json", *sunday).document["items"]
    assert csmdesk("agenda", "--line", *sunday).out == "0 planned, 0 min\n"


def test_a_reason_of_several_lines_stays_on_one(csmdesk: Program) -> None:
    csmdesk.with_book()
    csmdesk("snooze", "A-1", "--until", "2026-03-16", "--reason", "away\nuntil Monday", *AS_OF)
    told = csmdesk("why", "A-1", *AS_OF).out
    assert "(away until Monday)" in told


def test_the_numbers_of_why_add_up_as_they_are_printed(csmdesk: Program) -> None:
    csmdesk.with_book()
    for item in csmdesk("agenda", "--json", *AS_OF).document["items"]:
        rows = csmdesk("why", item["account_id"], *AS_OF).out.splitlines()
        adds = [
            row.split()[-1] for row in rows if " % × " in row or row.strip().startswith("total")
        ]
        assert sum(Decimal(part) for part in adds[:-1]) == Decimal(adds[-1])


def test_why_tells_of_a_hard_deadline(csmdesk: Program) -> None:
    subscription = {**BOOK["subscriptions"][0], "notice_days": 33}
    csmdesk.with_book({"subscriptions": [subscription]})
    told = csmdesk("why", "A-1", *AS_OF).out
    assert "Its renewal has to be acted on by Mon 9 Mar. That comes first" in told
