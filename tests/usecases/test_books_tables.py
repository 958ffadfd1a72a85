"""CSV files become accounts, contracts and people, and what is wrong is told by line and column."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.errors import BookInvalid, InputError
from csmdesk.store.database import open_store
from csmdesk.usecases import books
from csmdesk.usecases.books import ImportReport
from csmdesk.usecases.workspace import Workspace

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)
ACCOUNTS = """\
Company name,Website,ARR,Renewal date,Auto-renew,Notice period,Tags,Lucky number
"Acme, Inc.",acme.example,"$45,000.50",2026/6/7,yes,60,emea; vip,7
Ελένη,,12000,,no,,,8

"""


@pytest.fixture
def world(tmp_path: Path) -> Workspace:
    """Return a workspace on an empty store."""
    store = open_store(tmp_path / "a.db")
    return Workspace(
        store=store, clock=FixedClock(NOW), config=Config(), zone=ZoneInfo("Europe/Berlin")
    )


def take(
    world: Workspace,
    name: str,
    text: str,
    columns: dict[str, str] | None = None,
    now: datetime = NOW,
) -> ImportReport:
    """Import one CSV file."""
    path = world.store.path.parent / name
    path.write_bytes(text.encode("utf-8-sig"))
    return books.import_book(world, [path], now=now, columns=columns or {})


def exported(world: Workspace) -> dict[str, Any]:
    """Return the export as JSON values."""
    document: dict[str, Any] = json.loads(books.export_book(world))
    return document


def test_a_table_of_accounts_brings_their_contracts(world: Workspace) -> None:
    report = take(world, "my accounts.csv", ACCOUNTS)
    assert (report.added, report.ignored) == (4, ("Lucky number",))
    out = exported(world)
    acme = next(row for row in out["accounts"] if row["name"] == "Acme, Inc.")
    assert (acme["domain"], acme["tags"]) == ("acme.example", ["emea", "vip"])
    contract = next(row for row in out["subscriptions"] if row["account_id"] == acme["id"])
    assert contract["arr"] == "45000.5"
    assert (contract["start_on"], contract["term_end"]) == ("2025-06-08", "2026-06-07")
    assert (contract["auto_renew"], contract["notice_days"]) == (True, 60)


def test_the_same_table_twice_changes_nothing(world: Workspace) -> None:
    take(world, "accounts.csv", ACCOUNTS)
    before = books.export_book(world)
    a_week_later = NOW + timedelta(days=7)
    assert take(world, "accounts.csv", ACCOUNTS, now=a_week_later).changed == 0
    assert books.export_book(world) == before


def test_a_row_that_is_there_keeps_what_the_table_has_no_column_for(world: Workspace) -> None:
    take(world, "accounts.csv", ACCOUNTS)
    take(world, "accounts.csv", "name;industry\nacme, inc.;Retail\n")
    acme = next(row for row in exported(world)["accounts"] if "domain" in row)
    assert (acme["name"], acme["industry"], acme["tags"]) == (
        "acme, inc.",
        "Retail",
        ["emea", "vip"],
    )


def test_people_find_their_account_by_name(world: Workspace) -> None:
    take(world, "accounts.csv", ACCOUNTS)
    heads = "Name\tE-mail\tCompany\tRoles\tInfluence\n"
    table = heads + "Ana Silva\tana@x.example\tACME, Inc.\tchampion\t4\n"
    take(world, "contacts.tsv", table)
    (ana,) = exported(world)["contacts"]
    assert (ana["name"], ana["roles"], ana["influence"]) == ("Ana Silva", ["champion"], 4)


def test_columns_can_be_mapped_and_ignored(world: Workspace) -> None:
    table = "Kunde,Wert,ARR\nAcme,10,20\n"
    columns = {"Kunde": "accounts.name", "Wert": "subscription.arr", "ARR": "-"}
    take(world, "export.csv", table, columns)
    assert exported(world)["subscriptions"][0]["arr"] == "10"


def test_a_cell_that_was_guarded_against_spreadsheets_is_as_it_was(world: Workspace) -> None:
    take(world, "accounts.csv", "name,notes\n'=Acme,'@home\n'ello,plain\n")
    assert {(row["name"], row["notes"]) for row in exported(world)["accounts"]} == {
        ("=Acme", "@home"),
        ("'ello", "plain"),
    }


def test_what_is_wrong_is_told_by_line_and_column(world: Workspace) -> None:
    table = "Company name,ARR,Segment,Renewal date\nAcme,lots,huge,7 June\n,1,mid,2026-06-07\n"
    with pytest.raises(BookInvalid) as caught:
        take(world, "accounts.csv", table)
    assert [line.split(": expected")[0] for line in caught.value.problems] == [
        'line 2, column Segment: "huge"',
        "line 3, column Company name: absent",
        'line 2, column ARR: "lots"',
        'line 2, column Renewal date: "7 June"',
    ]
    assert "accounts" not in exported(world)


@pytest.mark.parametrize(
    ("name", "text", "columns", "told"),
    [
        ("things.csv", "a,b\n1,2\n", {}, "Nobody can tell what"),
        ("accounts.csv", "", {}, "no line of column heads"),
        ("accounts.csv", 'name\n"open\n', {}, "is not a CSV file"),
        ("accounts.csv", "name\nx\n", {"Name": "name"}, "has no column 'Name'"),
        ("accounts.csv", "name\nx\n", {"name": "nome"}, "There is no field 'nome'"),
    ],
)
def test_a_file_nobody_can_read_is_told_plainly(
    world: Workspace, name: str, text: str, columns: dict[str, str], told: str
) -> None:
    with pytest.raises(InputError) as caught:
        take(world, name, text, columns)
    assert told in caught.value.message
    assert caught.value.hint
