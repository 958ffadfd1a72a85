"""Going back to a backup: old or new, never between, and nothing lost, whatever interrupts it."""

import os
import signal
import sqlite3
import stat
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from csmdesk.errors import StoreBusy, StoreError, StoreUnusable, UsageError
from csmdesk.store import restoring
from csmdesk.store.backup import back_up_daily
from csmdesk.store.database import Store, open_store
from csmdesk.store.exchange import aside_files

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)
OLD, NEW = "2026-01-01", "2026-12-25"


def write(path: Path, day: str) -> Store:
    """Write a day into a store, and leave it in the log beside the file."""
    store = open_store(path)
    with store.writing() as connection:
        connection.execute("INSERT INTO holidays VALUES (?)", (day,))
    return store


def days(path: Path) -> list[str]:
    """The days that a store has, opened the way csmdesk opens it."""
    store = open_store(path, create=False)
    try:
        with store.reading() as connection:
            return [row[0] for row in connection.execute('SELECT "on" FROM holidays')]
    finally:
        store.close()


def elsewhere(act: Callable[[], None]) -> int:
    """Do something in a process of its own; return its exit status."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with one day in its backup and a second one that nobody folded into the file."""
    book = tmp_path / "book.db"

    def prepare() -> None:
        write(book, OLD)
        back_up_daily(book, date(2026, 3, 8))
        write(book, NEW)

    assert elsewhere(prepare) == 0
    assert book.with_name("book.db-wal").stat().st_size > 0
    return book


def restored(path: Path, wanted: str = "daily-2026-03-08") -> restoring.Restored:
    """Go back."""
    return restoring.restore(path, restoring.chosen(path, wanted), NOW)


def test_a_backup_takes_the_place_and_the_present_file_is_kept_whole(path: Path) -> None:
    done = restored(path)
    assert days(path) == [OLD]
    assert done.aside is not None
    assert days(done.aside) == [OLD, NEW]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(path.parent.glob("*.part*"))
    assert days(path.with_name("book.db.backups") / "daily-2026-03-08.db") == [OLD]


def test_the_way_back_is_the_file_that_was_moved_aside(path: Path) -> None:
    done = restored(path)
    assert done.aside is not None
    write(path, "2026-05-01").close()
    again = restored(path, done.aside.name)
    assert days(path) == [OLD, NEW]
    assert again.aside is not None
    assert days(again.aside) == [OLD, "2026-05-01"]


def test_the_list_shows_the_newest_first_and_each_file_once(path: Path) -> None:
    restored(path)
    found = restoring.restorable(path)
    assert [each.kind for each in found] == ["replaced", "daily"]
    assert restoring.chosen(path, "2") == found[1]
    for wrong in ("3", "0", "nothing", str(path)):
        with pytest.raises(UsageError):
            restoring.chosen(path, wrong)


@pytest.mark.parametrize("trouble", ["missing", "damaged", "foreign", "folder gone"])
def test_it_works_without_a_usable_store(path: Path, trouble: str) -> None:
    if trouble == "missing":
        for each in path.parent.glob("book.db*"):
            if each.is_file():
                each.unlink()
    elif trouble == "damaged":
        path.write_bytes(path.read_bytes()[:5000] + b"\xff" * 5000)
    elif trouble == "foreign":
        path.write_bytes(b"not a store at all")
    else:
        copy = path.with_name("kept.db")
        (path.with_name("book.db.backups") / "daily-2026-03-08.db").rename(copy)
        path = path.parent / "new" / "book.db"
        restoring.restore(path, restoring.chosen(path, str(copy)), NOW)
        assert days(path) == [OLD]
        return
    before = path.read_bytes() if path.exists() else None
    done = restored(path)
    assert days(path) == [OLD]
    assert (done.aside is None) == (before is None)
    assert done.aside is None or done.aside.read_bytes() == before


@pytest.mark.parametrize("trouble", ["damaged", "foreign", "not a database", "newer"])
def test_a_backup_that_is_no_good_changes_nothing(path: Path, trouble: str) -> None:
    copy = path.with_name("book.db.backups") / "daily-2026-03-08.db"
    if trouble == "damaged":
        text = bytearray(copy.read_bytes())
        text[4096 * 3 : 4096 * 4] = b"\xee" * 4096
        copy.write_bytes(bytes(text))
    elif trouble == "not a database":
        copy.write_bytes(b"x" * 20_000)
    else:
        connection = sqlite3.connect(copy)
        mark = "application_id = 7" if trouble == "foreign" else "user_version = 99"
        connection.execute(f"PRAGMA {mark}")
        connection.commit()
        connection.close()
    with pytest.raises(StoreError):
        restored(path)
    assert days(path) == [OLD, NEW]
    assert aside_files(path) == []


def test_it_is_refused_while_somebody_has_the_store_open(path: Path) -> None:
    store = open_store(path)
    with pytest.raises(StoreBusy, match="open in another csmdesk"):
        restored(path)
    store.close()
    assert restored(path).aside is not None


def test_a_folder_that_cannot_be_written_leaves_the_store_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(StoreUnusable, match="no space left"):
        restored(path)
    monkeypatch.undo()
    assert days(path) == [OLD, NEW]


_STEPS = frozenset({"open", "os.rename", "os.remove", "os.chmod", "os.mkdir", "sqlite3.connect"})


def die_at(number: int) -> None:
    """Kill this process, as `kill -9` would, before the step of that number."""
    passed = 0

    def count(event: str, _: object) -> None:
        nonlocal passed
        if event in _STEPS:
            passed += 1
            if passed == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


@pytest.mark.slow
def test_killed_at_any_step_it_is_the_old_store_or_the_new_one(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = {
        each.name: each.read_bytes() for each in path.parent.glob("book.db*") if each.is_file()
    }
    copy = (path.with_name("book.db.backups") / "daily-2026-03-08.db").read_bytes()
    found: list[tuple[str, ...]] = []
    number = 0
    while True:
        number += 1
        folder = tmp_path / f"trial-{number}"
        (folder / "book.db.backups").mkdir(parents=True)
        for name, text in whole.items():
            (folder / name).write_bytes(text)
        (folder / "book.db.backups" / "daily-2026-03-08.db").write_bytes(copy)
        book = folder / "book.db"

        def act(number: int = number, book: Path = book) -> None:
            backup = restoring.chosen(book, "1")
            die_at(number)
            restoring.restore(book, backup, NOW)

        def go_on(number: int = number, book: Path = book) -> None:
            die_at(number % 9 + 1)
            days(book)

        status = elsewhere(act)
        # A second kill, somewhere in what the next opening does to finish it.
        elsewhere(go_on)
        has = tuple(days(book))
        assert has in ((OLD, NEW), (OLD,)), number
        kept = [tuple(days(each)) for each in aside_files(book)]
        assert (OLD, NEW) in (has, *kept), number
        assert (kept == []) == (has == (OLD, NEW)), number
        found.append(has)
        if not os.WIFSIGNALED(status):
            break
    with capsys.disabled():
        print(  # noqa: T201  # the count is the result
            f"restore: {number} trials, killed at every step: {found.count((OLD, NEW))} times the"
            f" old store, {found.count((OLD,))} times the new one, nothing lost"
        )
    assert {(OLD, NEW), (OLD,)} == set(found)
