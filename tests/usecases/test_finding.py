"""Which account is meant by an id or a part of a name."""

from pathlib import Path

import pytest
from tests.acme import workspace_on
from tests.rows import put

from csmdesk.errors import AmbiguousName, UnknownAccount
from csmdesk.store.database import open_store
from csmdesk.store.tables.mirror import AccountRow
from csmdesk.usecases.finding import find_account
from csmdesk.usecases.workspace import Workspace


def world(folder: Path, *names: str) -> Workspace:
    """Make accounts a1, a2, … of these names."""
    store = open_store(folder / "book.db")
    with store.writing() as connection:
        put(connection, AccountRow(id="gone", name="Gone Ltd", state="archived"))
        for number, name in enumerate(names, 1):
            put(connection, AccountRow(id=f"a{number}", name=name))
    return workspace_on(store)


@pytest.mark.parametrize("text", ["a1", "Société Générale", "societe generale", "SOCIÉTÉ", "néral"])
def test_an_account_is_found_by_id_or_part_whatever_case_and_accents(
    tmp_path: Path, text: str
) -> None:
    found = find_account(world(tmp_path, "Société Générale", "Globex"), text)
    assert (found.id, found.name) == ("a1", "Société Générale")


def test_a_whole_name_wins_over_a_part_and_an_id_over_both(tmp_path: Path) -> None:
    made = world(tmp_path, "Acme Labs", "Acme", "a1", "日本電気")
    assert find_account(made, "acme").id == "a2"
    assert find_account(made, "a1").id == "a1"
    assert find_account(made, "日本").id == "a4"


def test_a_part_of_several_names_is_refused_with_the_candidates(tmp_path: Path) -> None:
    made = world(tmp_path, *(f"Acme {number}" for number in range(7)))
    with pytest.raises(AmbiguousName, match="and 2 more") as refused:
        find_account(made, "ACME")
    assert len(refused.value.candidates) == 7
    assert "a1 (Acme 0)" in refused.value.candidates


def test_nothing_found_names_what_is_near(tmp_path: Path) -> None:
    made = world(tmp_path, "Globex", "Initech")
    with pytest.raises(UnknownAccount) as refused:
        find_account(made, "Globx")
    assert refused.value.hint == "Near: Globex."
    with pytest.raises(UnknownAccount):
        find_account(made, "")


def test_an_archived_account_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(UnknownAccount):
        find_account(world(tmp_path), "gone")
