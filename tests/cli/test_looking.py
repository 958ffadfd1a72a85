"""What is new and what is hidden, on the command line: what the screens show; it marks nothing."""

from tests.cli.program import BOOK, MONDAY, Program, is_one_error

AS_OF = ("--as-of", MONDAY)
NEWS = {
    "touchpoints": [
        *BOOK["touchpoints"],
        {"id": "T-in", "account_id": "A-1", "type": "email", "direction": "in",
         "at": "2026-03-06T23:30:00Z", "text": "Where is it?"},
        {"id": "T-old", "account_id": "A-3", "type": "email", "direction": "in",
         "at": "2026-02-03T10:00:00Z", "text": "Hello there"},
    ],
    "contacts": [
        *BOOK["contacts"],
        {"id": "C-4", "account_id": "A-3", "name": "Lea Roth", "status": "left",
         "left_on": "2026-03-05"},
    ],
}  # fmt: skip


def test_the_first_look_goes_back_a_week(csmdesk: Program) -> None:
    csmdesk.with_book(NEWS)
    told = csmdesk("news", *AS_OF).out
    assert told.startswith("2 changes since Mon 2 Mar 08:30\n")
    head, newer, older = told.splitlines()[2:]
    assert head.split() == ["when", "account", "about", "from", "what"]
    assert newer.split("  ")[0] == "Sat 7 Mar 00:30"
    assert "Acme Corp" in newer
    assert "“Where is it?”" in newer
    assert older.startswith("Thu 5 Mar ")
    assert "Lea Roth left: cause not told" in older


def test_news_since_a_day_as_a_document(csmdesk: Program) -> None:
    csmdesk.with_book(NEWS)
    document = csmdesk("news", "--since", "2026-02-01", *AS_OF, "--json").document
    assert document["since"] == "2026-02-01T00:00:00+01:00"
    assert document["until"] == "2026-03-09T08:30:00+01:00"
    people, old = (
        next(
            one
            for one in document["items"]
            if one["account"] == "Café Zürich" and one["kind"] == kind
        )
        for kind in ("people", "reply")
    )
    assert people == {
        "id": "left-C-4", "account_id": "A-3", "account": "Café Zürich", "kind": "people",
        "on": "2026-03-05", "at": None, "text": "Lea Roth left: cause not told",
        "source": "your stakeholder map", "color": None,
    }  # fmt: skip
    assert old["at"] == "2026-02-03T11:00:00+01:00"
    days = [one["on"] for one in document["items"]]
    assert days == sorted(days, reverse=True)


def test_looking_at_the_news_marks_nothing_as_seen(csmdesk: Program) -> None:
    csmdesk.with_book(NEWS)
    first = csmdesk("news", *AS_OF).out
    assert csmdesk("news", *AS_OF).out == first


def test_no_news_and_a_day_to_come(csmdesk: Program) -> None:
    csmdesk.with_book(NEWS)
    told = csmdesk("news", "--since", "2026-03-08", *AS_OF).out
    assert told == "Nothing changed since Sun 8 Mar 00:00.\n"
    assert csmdesk("news", "--since", "2026-03-09", *AS_OF).code == 0
    refused = csmdesk("news", "--since", "2026-03-10", *AS_OF)
    assert refused.code == 2
    assert is_one_error(refused, "2026-03-10", "still to come")


def test_what_is_hidden_says_how_until_when_and_why(csmdesk: Program) -> None:
    csmdesk.with_book()
    assert csmdesk("hidden", *AS_OF).out == "Nothing is hidden.\n"
    assert csmdesk("hidden", *AS_OF, "--json").document == []
    csmdesk("snooze", "A-3", "--until", "2026-03-16", "--reason", "away", *AS_OF)
    csmdesk("done", "A-1", "--type", "promise", *AS_OF)
    told = csmdesk("hidden", *AS_OF).out.splitlines()
    assert told[0].split() == ["account", "how", "reason", "what"]
    asleep = [row for row in told if row.startswith("Café Zürich")]
    assert asleep
    assert all("  snoozed to Mon 16 Mar " in row and "  away  " in row for row in asleep)
    assert told[-1].startswith("Acme Corp")
    assert "done Mon 9 Mar, for good" in told[-1]
    assert told[-1].endswith("promise: send the SSO plan")
    document = csmdesk("hidden", *AS_OF, "--json").document
    assert len(document) == len(told) - 1
    closed = document[-1]
    assert (closed["account_id"], closed["type"], closed["subject"]) == ("A-1", "promise", "N-1")
    assert (closed["until"], closed["done_at"]) == (None, "2026-03-09T08:30:00+01:00")
    first = document[0]
    assert (first["until"], first["reason"], first["done_at"]) == ("2026-03-16", "away", None)


def test_a_very_long_name_pads_no_other_row_of_a_pipe(csmdesk: Program) -> None:
    long = {"id": "A-9", "name": "Zebra " + "x" * 470, "owner_id": "U-1"}
    csmdesk.load({**BOOK, "accounts": [*BOOK["accounts"], long]})
    rows = csmdesk("accounts", *AS_OF).out.splitlines()
    (whole,) = [row for row in rows if row.startswith("Zebra")]
    assert long["name"] in whole
    others = [row for row in rows if row is not whole]
    assert max(map(len, others)) < 140
    (short,) = [row for row in rows if row.startswith("Acme Labs")]
    assert short[42:].strip()
    assert short[9:42].strip() == short[41:42].strip()
