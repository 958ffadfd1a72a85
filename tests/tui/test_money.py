"""Money in a currency without a rate, on the screens."""

from pathlib import Path
from typing import Any

import pytest
from tests.tui.worlds import NOW, book, workspace

from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.tui import account_rows, today_rows
from csmdesk.tui.brief_page import header
from csmdesk.tui.ink import plain_text
from csmdesk.tui.why_page import why_page
from csmdesk.usecases import accounts, agenda
from csmdesk.usecases.brief import brief
from csmdesk.usecases.workspace import Workspace

ALBION: dict[str, Any] = {"id": "albion", "name": "Albion", "currency": "GBP"}
CONTRACT: dict[str, Any] = {
    "id": "S-albion",
    "account_id": "albion",
    "arr": "47000",
    "start_on": "2025-04-12",
    "term_end": "2026-03-20",
    "auto_renew": False,
    "status": "active",
}


@pytest.fixture
def bench(tmp_path: Path) -> Workspace:
    """Return a book with a contract in pounds and no rate for them."""
    return workspace(tmp_path, book(accounts=[ALBION], subscriptions=[CONTRACT]))


def test_today_shows_the_amount_in_its_own_currency(bench: Workspace) -> None:
    seen = agenda.today(bench)
    item = seen.item("albion")
    assert item is not None
    assert today_rows.amount(item, seen.currency) == "£47k"
    page = "\n".join(plain_text(row) for row in why_page(item, None, seen, AgendaConfig(), 100))
    assert "stake unknown (no rate for GBP)" in page


def test_the_account_page_says_which_rate_is_missing(bench: Workspace) -> None:
    first = plain_text(header(brief(bench, "albion", NOW), NOW, 120)[0])
    assert "£47,000 ARR (no rate for GBP)" in first


def test_the_table_of_accounts_counts_what_has_no_rate(bench: Workspace) -> None:
    lines = accounts.table(bench).lines
    [albion] = [line for line in lines if line.id == "albion"]
    rows = account_rows.summary(lines, len(lines), "USD", "", 120)
    assert ", 1 without a rate" in plain_text(rows)
    assert albion.unrated == (("GBP", 47_000),)


def test_several_currencies_are_told_by_the_first_and_a_plus(tmp_path: Path) -> None:
    more = {**CONTRACT, "id": "S-more", "currency": "EUR", "arr": "12000"}
    bench = workspace(tmp_path, book(accounts=[ALBION], subscriptions=[CONTRACT, more]))
    seen = agenda.today(bench)
    item = seen.item("albion")
    assert item is not None
    assert today_rows.amount(item, seen.currency) == "€12k +"


def test_a_code_in_place_of_a_sign_fits_the_column() -> None:
    assert today_rows.own_money({"CHF": 47_000}) == "CHF 47k"
    assert today_rows.own_money({"CHF": 120_000}) == "CHF120k"
