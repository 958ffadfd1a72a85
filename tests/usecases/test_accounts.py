"""The table of accounts: what fits a filter, what comes first."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tui.worlds import workspace

from csmdesk.errors import InputError
from csmdesk.usecases import accounts


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> accounts.Table:
    """Return the accounts of the worked examples."""
    made = workspace(Path(tmp_path_factory.mktemp("accounts")))
    found = accounts.table(made)
    made.store.close()
    return found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("acme", ["Acme"]),
        ("ACMÉ", ["Acme"]),
        ("health:red", ["Acme", "TechCorp", "Vandelay"]),
        ("health:red arr>50k", ["Acme"]),
        ("arr>=1M", []),
        ("arr>500k", ["Stark"]),
        ("seg:tech", ["Vandelay"]),
        ("renew<5d health:yellow", ["Cyberdyne", "Massive Dynamic"]),
        ("silent>60d", ["Soylent"]),
    ],
)
def test_a_filter_keeps_what_fits_all_of_its_terms(
    table: accounts.Table, text: str, names: list[str]
) -> None:
    assert [line.name for line in accounts.filtered(table.lines, text)] == names


@pytest.mark.parametrize("text", ["health:purple", "seg:huge", "arr>much", "silent>nan"])
def test_a_value_that_means_nothing_is_told(table: accounts.Table, text: str) -> None:
    with pytest.raises(InputError):
        accounts.filtered(table.lines, text)


@given(text=st.text(max_size=30))
def test_any_text_is_a_filter_or_an_error_of_ours(table: accounts.Table, text: str) -> None:
    try:
        kept = accounts.filtered(table.lines, text)
    except InputError:
        return
    assert set(kept) <= set(table.lines)


@pytest.mark.parametrize("order", accounts.ORDERS)
def test_an_order_keeps_everybody_and_turns_round(table: accounts.Table, order: str) -> None:
    forward = accounts.ordered(table.lines, order)
    assert sorted(line.id for line in forward) == sorted(line.id for line in table.lines)
    assert accounts.ordered(table.lines, order, reverse=True) == forward[::-1]


def test_the_largest_and_the_sickest_come_first(table: accounts.Table) -> None:
    assert accounts.ordered(table.lines, "arr")[0].name == "Stark"
    assert accounts.ordered(table.lines, "health")[0].name == "Acme"
    assert accounts.ordered(table.lines, "agenda")[0].name == "Massive Dynamic"


def test_names_stand_where_a_reader_looks_for_them(table: accounts.Table) -> None:
    names = ["Copperline", "Công ty", "Brightwater", "Bäckerei", "acme", "Ørsted", "Old Mill"]
    lines = [replace(table.lines[0], id=name, name=name) for name in names]
    assert [line.name for line in accounts.ordered(lines, "name")] == [
        *("acme", "Bäckerei", "Brightwater", "Công ty", "Copperline", "Old Mill", "Ørsted"),
    ]
