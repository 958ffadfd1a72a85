"""Opening a store, and what its transactions promise."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from tests.rows import put

from csmdesk.errors import StoreBusy, StoreNewer, StoreUnusable
from csmdesk.store import database
from csmdesk.store.database import Store, connect, open_store
from csmdesk.store.places import place_warning
from csmdesk.store.schema import APPLICATION_ID, AUTHORED_TABLES, SCHEMA_VERSION
from csmdesk.store.tables.mirror import AccountRow


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "book.db")


def names(store: Store) -> list[str]:
    with store.reading() as connection:
        return [row[0] for row in connection.execute("SELECT name FROM accounts ORDER BY id")]


def add(store: Store, *ids: str) -> None:
    with store.writing() as connection:
        put(connection, *(AccountRow(id=id_, name=id_.upper()) for id_ in ids))


def setting(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


# Settings and marks.


def test_every_connection_has_the_settings_that_keep_data_safe(store: Store) -> None:
    expected = {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "secure_delete": 1,
        "busy_timeout": 5000,
        "application_id": APPLICATION_ID,
        "user_version": SCHEMA_VERSION,
    }
    with store.reading() as connection:
        assert {name: setting(connection, name) for name in expected} == expected
        assert setting(connection, "query_only") == 1
        assert not setting(connection, "mmap_size")
    with store.writing() as connection:
        assert {name: setting(connection, name) for name in expected} == expected
        assert setting(connection, "synchronous") == 2
    with store.mirroring() as connection:
        assert setting(connection, "synchronous") == 1
    with store.writing() as connection:
        assert setting(connection, "synchronous") == 2


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_files_are_for_the_user_alone_under_any_umask(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "new" / "deep" / "book.db"
    before = os.umask(umask)
    try:
        store = open_store(path)
        add(store, "a")
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    names = ("book.db", "book.db-wal", "book.db-shm", "book.db.open.lock")
    assert modes == dict.fromkeys(names, 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_a_store_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    open_store(tmp_path / "book.db").close()
    (tmp_path / "book.db").chmod(0o644)
    open_store(tmp_path / "book.db")
    assert stat.S_IMODE((tmp_path / "book.db").stat().st_mode) == 0o600


def test_opening_an_existing_store_loads_neither_the_orm_nor_alembic(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    script = (
        "import sys; from pathlib import Path\n"
        "from csmdesk.store.database import open_store\n"
        "store = open_store(Path(sys.argv[1]))\n"
        "with store.reading() as c: c.execute('SELECT count(*) FROM book_accounts').fetchall()\n"
        "with store.writing() as c: c.execute('DELETE FROM drafts')\n"
        "heavy = {'sqlmodel', 'sqlalchemy', 'alembic', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    for _ in ("made", "opened"):
        subprocess.run([sys.executable, "-c", script, str(path)], check=True)


# Transactions.


def test_what_is_written_is_there_for_whoever_opens_next(tmp_path: Path, store: Store) -> None:
    add(store, "a", "b")
    assert names(store) == ["A", "B"]
    assert names(open_store(tmp_path / "book.db")) == ["A", "B"]


def test_an_error_in_a_block_takes_all_of_it_back(store: Store) -> None:
    def fail(block: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        with block() as connection:
            connection.execute(
                "INSERT INTO users (id, source, state, name) VALUES ('a', 'book', 'active', 'A')"
            )
            raise ZeroDivisionError

    for block in (store.writing, store.mirroring):
        with pytest.raises(ZeroDivisionError):
            fail(block)
    with store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)
    assert names(store) == []
    add(store, "b")
    assert names(store) == ["B"]


def test_a_reader_sees_one_snapshot_while_others_write(store: Store) -> None:
    add(store, "a")
    with store.reading() as connection:
        count = "SELECT count(*) FROM accounts"
        assert connection.execute(count).fetchone() == (1,)
        add(store, "b")
        assert connection.execute(count).fetchone() == (1,)
    assert names(store) == ["A", "B"]


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnusable), store.reading() as connection:
        connection.execute("DELETE FROM accounts")


def test_a_writer_begins_at_once_and_sees_what_was_committed_before(store: Store) -> None:
    add(store, "a")
    with store.writing() as connection:
        assert connection.execute("SELECT name FROM accounts").fetchall() == [("A",)]
        other = sqlite3.connect(store.path, isolation_level=None, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


@pytest.mark.parametrize("table", sorted(AUTHORED_TABLES))
def test_a_pull_cannot_touch_what_the_user_wrote(store: Store, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"INSERT INTO {table} DEFAULT VALUES"):  # noqa: S608
        with pytest.raises(StoreUnusable, match="only you may write"):  # noqa: SIM117
            with store.mirroring() as connection:
                connection.execute(statement)
    with store.reading() as connection:
        connection.execute(f"SELECT * FROM {table}")  # noqa: S608


def test_a_pull_can_write_the_mirror(store: Store) -> None:
    add(store, "a")
    with store.mirroring() as connection:
        connection.execute(
            "INSERT INTO accounts (id, source, state, name) VALUES ('b', 'book', 'active', 'B')"
        )
    assert names(store) == ["A", "B"]


def test_every_table_is_mirror_authored_book_or_machinery(store: Store) -> None:
    from csmdesk.store.tables import authored

    rows = {
        kind.__tablename__
        for kind in vars(authored).values()
        if hasattr(kind, "__tablename__") and kind.__module__ == authored.__name__
    }
    assert rows == AUTHORED_TABLES


def test_threads_take_turns_at_writing(store: Store) -> None:
    def work(number: int) -> None:
        for turn in range(10):
            add(store, f"t{number}-{turn}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(store)) == 40


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the store's write lock as another process would."""
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        other.close()


def test_another_writer_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    store = open_store(tmp_path / "book.db")
    with held(tmp_path / "book.db"):
        with pytest.raises(StoreBusy):
            add(store, "a")
        with pytest.raises(StoreBusy), store.writing():
            pass
        assert names(store) == []
    add(store, "a")
    with store.writing(), pytest.raises(StoreBusy, match="Another part"), store.writing():
        pass


def test_the_version_of_the_data_tells_of_every_commit(tmp_path: Path, store: Store) -> None:
    seen = [store.data_version()]
    add(store, "a")
    seen.append(store.data_version())
    add(open_store(tmp_path / "book.db"), "b")
    seen.append(store.data_version())
    assert len(set(seen)) == 3
    assert store.data_version() == seen[-1]


def test_closing_folds_the_log_into_the_file(tmp_path: Path, store: Store) -> None:
    add(store, "a")
    store.close()
    assert {file.name for file in tmp_path.iterdir()} == {"book.db", "book.db.open.lock"}
    assert names(open_store(tmp_path / "book.db")) == ["A"]


@pytest.mark.parametrize("name", ["a b.db", "50% #1?.db", "büch 王.db", "'quoted\".db"])
def test_a_store_can_have_any_name(tmp_path: Path, name: str) -> None:
    store = open_store(tmp_path / name)
    add(store, "a")
    store.close()
    assert {file.name for file in tmp_path.iterdir()} == {name, f"{name}.open.lock"}
    assert names(open_store(tmp_path / name)) == ["A"]


# Bad files and bad places.


def refused(path: Path, kind: type[Exception] = StoreUnusable, *, create: bool = True) -> str:
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(kind) as error:
        open_store(path, create=create)
    assert (path.read_bytes() if path.is_file() else None) == before
    line = getattr(error.value, "line", "")
    assert str(path) in line
    assert "\n" not in line
    return str(line)


def test_a_missing_store_is_not_made_unless_asked_for(tmp_path: Path) -> None:
    assert "no store" in refused(tmp_path / "deep" / "book.db", create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 2\0", b"\0" * 4096])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "book.db"
    path.write_bytes(content)
    assert "not a csmdesk store" in refused(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "not a file" in refused(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "not a file" in refused(tmp_path / "pipe")


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE songs (id)", "PRAGMA application_id = 7", "PRAGMA user_version = 3"]
)
def test_the_database_of_another_program_is_refused(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "book.db"
    other = sqlite3.connect(path)
    other.execute(statement)
    other.commit()
    other.close()
    assert "another program" in refused(path)


def test_a_newer_store_is_refused_with_both_numbers(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    open_store(path).close()
    future = connect(path)
    future.execute("PRAGMA user_version = 99")
    future.close()
    line = refused(path, StoreNewer)
    assert "99" in line
    assert str(SCHEMA_VERSION) in line


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    path.touch()
    assert names(open_store(path)) == []


@pytest.mark.parametrize("keep", [50, 512, 4096 * 3])
def test_a_file_cut_short_is_damaged_not_a_crash(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "book.db"
    open_store(path).close()
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(StoreUnusable):
        names(open_store(path))


def test_a_page_overwritten_is_damaged_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    store = open_store(path)
    add(store, *(f"account-{number}" for number in range(500)))
    store.close()
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    with pytest.raises(StoreUnusable, match="damaged"):
        names(open_store(path))


def test_a_full_disk_saves_nothing_and_loses_nothing(store: Store) -> None:
    def write_too_much() -> None:
        with store.writing() as connection:
            pages = setting(connection, "page_count")
            connection.execute(f"PRAGMA max_page_count = {pages}")
            put(connection, AccountRow(id="big", name="x" * 1_000_000))

    add(store, "a")
    with pytest.raises(StoreUnusable, match="disk is full"):
        write_too_much()
    assert names(store) == ["A"]


def test_a_file_that_may_not_grow_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    open_store(path).close()
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from csmdesk.errors import StoreUnusable\n"
        "from csmdesk.store.database import open_store\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "store = open_store(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))\n"
        "try:\n"
        "    with store.writing() as c:\n"
        "        rows = [(str(n),) for n in range(9999)]\n"
        "        c.executemany('INSERT INTO holidays VALUES (?)', rows)\n"
        "except StoreUnusable as error:\n"
        "    print(error.line)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], check=True, capture_output=True, text=True
    )
    assert "disk" in done.stdout
    assert names(open_store(path)) == []


@pytest.mark.parametrize("put_back", [False, True])
def test_a_store_deleted_while_it_is_open_takes_no_more(
    tmp_path: Path, store: Store, *, put_back: bool
) -> None:
    add(store, "a")
    for file in list(tmp_path.iterdir()):
        file.unlink()
    if put_back:
        open_store(tmp_path / "book.db").close()
    with pytest.raises(StoreUnusable, match="while it was open"):
        add(store, "b")
    with pytest.raises(StoreUnusable, match="while it was open"), store.writing():
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_places_without_rights_are_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    open_store(path).close()
    tmp_path.chmod(0o500)
    try:
        refused(path)
        refused(tmp_path / "other.db")
        refused(tmp_path / "deep" / "other.db")
    finally:
        tmp_path.chmod(0o700)
    path.chmod(0o000)
    refused(path)
    path.chmod(0o400)
    refused(path)


@pytest.mark.parametrize(
    "folder", ["Dropbox", "OneDrive - Acme", "Library/Mobile Documents/x", "Google Drive"]
)
def test_a_synchronised_folder_is_warned_about(tmp_path: Path, folder: str) -> None:
    assert "synchronised" in (place_warning(tmp_path / folder / "book.db") or "")


def test_an_ordinary_folder_is_not_warned_about(store: Store) -> None:
    assert store.warning is None


def test_two_processes_can_make_the_same_store_at_once(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    script = (
        "import sys; from pathlib import Path\n"
        "from csmdesk.store.database import open_store\n"
        "store = open_store(Path(sys.argv[1]))\n"
        "with store.writing() as c:\n"
        "    c.execute('INSERT INTO holidays VALUES (?)', (sys.argv[2],))\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script, str(path), f"2026-01-0{number}"])
        for number in range(1, 5)
    ]
    assert [process.wait() for process in started] == [0] * 4
    with open_store(path).reading() as connection:
        assert connection.execute("SELECT count(*) FROM holidays").fetchone() == (4,)
