"""Exchange rates on the command line: which are missing, giving one, and what it changes."""

from typing import Any

import pytest
from tests.cli.program import BOOK, MONDAY, Program, is_one_error


def contract(id_: str, account: str, arr: str, currency: str | None) -> dict[str, Any]:
    return {
        "id": id_,
        "account_id": account,
        "arr": arr,
        "currency": currency,
        "start_on": "2025-04-12",
        "term_end": "2026-04-11",
        "auto_renew": False,
        "status": "active",
    }


FOREIGN = {
    "accounts": [
        {**account, "currency": "GBP"} if account["id"] == "A-2" else account
        for account in BOOK["accounts"]
    ],
    "subscriptions": [
        {key: value for key, value in one.items() if value is not None}
        for one in (
            contract("S-1", "A-1", "120000", None),
            contract("S-2", "A-2", "47000", None),
            contract("S-3", "A-3", "12000", "EUR"),
        )
    ],
}


@pytest.fixture
def foreign(csmdesk: Program) -> Program:
    """Give a book with a contract in pounds and one in euros, and no rates."""
    return csmdesk.with_book(FOREIGN)


def labs(program: Program) -> dict[str, Any]:
    items = program("agenda", "--as-of", MONDAY, "--json").document["items"]
    [item] = [item for item in items if item["account_id"] == "A-2"]
    return dict(item)


def test_a_book_says_which_rates_are_missing(foreign: Program) -> None:
    out = foreign("rates").out
    assert "Base currency: USD" in out
    assert [line.split()[:2] for line in out.splitlines()[2:4]] == [
        ["EUR", "missing"],
        ["GBP", "missing"],
    ]
    assert "2 accounts are in EUR, GBP, without a rate" in out
    assert "csmdesk rates set EUR RATE" in out
    document = foreign("rates", "--json").document
    assert document["base_currency"] == "USD"
    assert [line["missing"] for line in document["rates"]] == [True, True]


def test_money_without_a_rate_is_shown_as_it_is_with_the_reason(foreign: Program) -> None:
    assert "£47k" in foreign("agenda", "--as-of", MONDAY).out
    why = foreign("why", "Acme Labs", "--as-of", MONDAY).out
    assert "£47k (no rate for GBP)" in why
    assert "ARR unknown" not in why
    assert "£47k" in foreign("accounts", "--as-of", MONDAY).out
    assert "ARR 47000 GBP (no rate for GBP)" in foreign("account", "A-2", "--as-of", MONDAY).out


def test_the_agenda_uses_a_rate_that_was_given(foreign: Program) -> None:
    before = labs(foreign)
    assert "stake" not in before["reasons"][0]
    outcome = foreign("rates", "set", "gbp", "1.25", "--as-of", MONDAY)
    assert outcome.out == "1 GBP = 1.25 USD from 2026-03-09.\n"
    after = labs(foreign)
    assert after["line"].startswith("≈$59k, ")
    assert after["reasons"][0]["stake"] == "58750"
    assert after["score"] != before["score"]
    assert "1 account is in EUR" in foreign("rates").out


def test_a_rate_holds_from_its_day_on(foreign: Program) -> None:
    foreign("rates", "set", "GBP", "1.25", "--on", "2026-03-10", "--as-of", MONDAY)
    assert labs(foreign)["line"].startswith("£47k (no rate for GBP), ")


def test_giving_a_rate_again_changes_nothing_and_another_replaces_it(foreign: Program) -> None:
    give = ("rates", "set", "GBP", "--on", "2026-03-01")
    assert foreign(*give, "1.25", "--json").document["changed"] is True
    assert foreign(*give, "1.250", "--json").document["changed"] is False
    assert "(it was 1.25)" in foreign(*give, "1.3").out
    rates = [one for one in foreign("export").document["rates"] if one["currency"] == "GBP"]
    assert [(one["on"], str(one["rate"])) for one in rates] == [("2026-03-01", "1.3")]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("GBP", "nonsense"), 2),
        (("GBP", "0"), 1),
        (("GBP", "NaN"), 1),
        (("GBP", "1e400"), 1),
        (("POUND", "1.2"), 1),
        (("USD", "1"), 1),
    ],
)
def test_what_is_no_rate_is_refused(
    foreign: Program, arguments: tuple[str, ...], code: int
) -> None:
    outcome = foreign("rates", "set", *arguments)
    assert outcome.code == code
    assert is_one_error(outcome)
    assert "rates" not in foreign("export").document


def test_doctor_names_missing_rates(foreign: Program) -> None:
    assert "2 accounts are in EUR, GBP" in foreign("doctor").out


def test_a_book_in_one_currency_misses_none(csmdesk: Program) -> None:
    csmdesk.with_book()
    assert "No amount is in another currency." in csmdesk("rates").out
    assert "without a rate" not in csmdesk("doctor").out
