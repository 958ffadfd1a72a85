"""`csmdesk health`: unfolded, recorded, set by hand."""

from tests.cli.program import BOOK, MONDAY, Program, is_one_error

AS_OF = ("--as-of", MONDAY)
SCORES = {
    "health": [
        {"account_id": "A-1", "on": "2026-02-07", "score": 55, "source": "crm"},
        {"account_id": "A-1", "on": "2026-03-09", "score": 38, "source": "crm"},
    ]
}


def test_an_account_is_unfolded_as_text_and_as_a_document(csmdesk: Program) -> None:
    csmdesk.with_book(SCORES)
    text = csmdesk("health", "acme corp", *AS_OF).out
    assert "health 38 red, the CRM's score of 9 Mar, falling" in text
    assert "adoption" in text
    assert "recorded nowhere" in text
    document = csmdesk("health", "--json", "A-1", *AS_OF).document
    assert (document["score"], document["color"], document["source"]) == ("38", "red", "crm")
    assert document["moves"][0]["before"] == "55"
    assert len(document["weekly"]) == 26


def test_recording_says_what_it_came_to(csmdesk: Program) -> None:
    csmdesk.with_book(SCORES)
    outcome = csmdesk("health", "record", *AS_OF, "--json")
    assert outcome.document == {"written": 0, "unchanged": 0, "left_to_crm": 1, "unknown": 2}
    assert "0 accounts" in csmdesk("health", "record", *AS_OF).out


def test_a_colour_is_set_with_a_reason_and_cleared(csmdesk: Program) -> None:
    csmdesk.with_book(SCORES)
    set_ = ("health", "override", "A-1", "yellow")
    assert csmdesk(*set_, *AS_OF).code == 2
    refused = csmdesk("health", "override", "A-1", "green", "--reason", "hm", *AS_OF)
    assert refused.code == 1
    assert is_one_error(refused)
    outcome = csmdesk(*set_, "--reason", "their CEO called", "--until", "2026-03-20", *AS_OF)
    assert "yellow* to Fri 20 Mar" in outcome.out
    text = csmdesk("health", "A-1", *AS_OF).out
    assert "38 yellow*" in text
    assert "their CEO called" in text
    assert csmdesk("health", "clear", "A-1", *AS_OF).code == 0
    assert csmdesk("health", "A-1", "--json", *AS_OF).document["color"] == "red"
    assert csmdesk("health", "clear", "A-1", *AS_OF).code == 1


def test_an_unknown_account_is_one_line(csmdesk: Program) -> None:
    csmdesk.with_book()
    assert BOOK["accounts"]
    outcome = csmdesk("health", "nobody", *AS_OF)
    assert outcome.code == 1
    assert is_one_error(outcome)
