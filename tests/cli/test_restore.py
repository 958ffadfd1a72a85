"""`csmdesk restore`: the list, going back, going forth again."""

from datetime import date
from pathlib import Path

from tests.cli.program import Program

from csmdesk.store.backup import back_up_daily


def test_a_book_goes_back_to_a_backup_and_forth_again(csmdesk: Program) -> None:
    csmdesk.with_book()
    back_up_daily(csmdesk.store, date(2026, 3, 8))
    csmdesk("log", "A-1", "n after the backup")
    (listed,) = csmdesk("restore", "--json").document
    assert (listed["number"], listed["name"], listed["kind"]) == (
        1,
        "daily-2026-03-08.db",
        "daily",
    )
    shown = csmdesk("restore")
    assert "daily-2026-03-08.db" in shown.out
    assert "csmdesk restore NUMBER" in shown.out
    done = csmdesk("restore", "1", "--yes")
    assert (done.code, done.out.count("\n")) == (0, 1)
    assert done.out.startswith("Restored daily-2026-03-08.db of ")
    assert "after the backup" not in csmdesk("account", "A-1").out
    back = done.out.strip().rpartition("csmdesk restore ")[2]
    report = csmdesk("restore", back, "--yes", "--json").document
    assert report["restored"] == back
    assert Path(report["kept"]).exists()
    assert "after the backup" in csmdesk("account", "A-1").out


def test_without_a_backup_it_says_so(csmdesk: Program) -> None:
    csmdesk.with_book()
    assert "no backup" in csmdesk("restore").out
    refused = csmdesk("restore", "1", "--yes")
    assert (refused.code, "no backup" in refused.err) == (2, True)


def test_a_damaged_store_is_kept_and_says_how_to_go_back(csmdesk: Program) -> None:
    csmdesk.with_book()
    back_up_daily(csmdesk.store, date(2026, 3, 8))
    csmdesk.store.write_bytes(b"garbage" * 4000)
    refused = csmdesk("agenda")
    assert refused.code == 1
    assert "csmdesk restore" in refused.err
    assert csmdesk.store.read_bytes() == b"garbage" * 4000
    assert csmdesk("restore", "1", "--yes").code == 0
    assert csmdesk("agenda").code == 0
