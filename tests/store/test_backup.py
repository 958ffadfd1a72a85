"""Backups: whole, private, and no more of them than are promised."""

import sqlite3
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from csmdesk.errors import StoreUnusable
from csmdesk.store import backup
from csmdesk.store.backup import back_up_before_migration, back_up_daily, backup_folder, backups
from csmdesk.store.database import open_store

MONDAY = date(2026, 3, 9)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = open_store(tmp_path / "book.db")
    with store.writing() as connection:
        connection.execute("INSERT INTO holidays VALUES ('2026-01-01')")
    return tmp_path / "book.db"


def holidays(copy: Path) -> list[tuple[str]]:
    connection = sqlite3.connect(copy)
    try:
        return connection.execute('SELECT "on" FROM holidays').fetchall()
    finally:
        connection.close()


def test_the_first_start_of_a_day_makes_a_whole_private_copy(path: Path) -> None:
    copy = back_up_daily(path, MONDAY)
    assert copy is not None
    assert holidays(copy) == [("2026-01-01",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert back_up_daily(path, MONDAY) is None
    assert open_store(copy)


def test_seven_daily_and_four_weekly_copies_are_kept(path: Path) -> None:
    for day in range(40):
        back_up_daily(path, MONDAY + timedelta(days=day))
    daily = [copy.name for copy in backups(path, "daily")]
    assert (len(daily), daily[-1]) == (7, "daily-2026-04-17.db")
    weekly = [copy.name for copy in backups(path, "weekly")]
    assert weekly == [f"weekly-2026-W{week}.db" for week in (13, 14, 15, 16)]


def test_three_copies_from_before_migrations_are_kept(path: Path) -> None:
    for minute in range(5):
        back_up_before_migration(path, 1, datetime(2026, 3, 9, 10, minute, tzinfo=UTC))
    names = [copy.name for copy in backups(path, "migration")]
    assert (len(names), names[-1]) == (3, "migration-20260309T100400-schema-1.db")


def test_what_a_killed_backup_left_is_cleared_away(path: Path) -> None:
    folder = backup_folder(path)
    folder.mkdir()
    left = folder / "daily-2026-03-08.db.999999999.part"
    left.touch()
    back_up_daily(path, MONDAY)
    assert sorted(copy.name for copy in folder.iterdir()) == [
        "daily-2026-03-09.db",
        "weekly-2026-W11.db",
    ]


def test_a_backup_that_fails_leaves_no_file_that_looks_like_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_flush", fail)
    with pytest.raises(StoreUnusable, match="No space left"):
        back_up_daily(path, MONDAY)
    assert list(backup_folder(path).iterdir()) == []


def test_a_damaged_store_is_not_copied_over_good_copies(path: Path) -> None:
    open_store(path).close()
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    with pytest.raises(StoreUnusable, match="damaged"):
        back_up_daily(path, MONDAY)
    assert list(backup_folder(path).iterdir()) == []


def test_a_copy_that_does_not_pass_its_check_gets_no_name(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute(
        "INSERT INTO accounts (id, source, state, name) VALUES ('a', 'book', 'no such state', 'A')"
    )
    connection.commit()
    connection.close()
    with pytest.raises(StoreUnusable, match="damaged"):
        back_up_daily(path, MONDAY)
    assert list(backup_folder(path).iterdir()) == []
