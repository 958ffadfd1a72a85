"""The book goes in and out: import with every mistake told, export byte for byte the same."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from csmdesk.book.contents import KEYS, Contents
from csmdesk.errors import BookInvalid, ConfigError, InputError
from csmdesk.usecases.workspace import Workspace

if TYPE_CHECKING:
    import sqlite3

    from csmdesk.book.tables import Table
    from csmdesk.store.database import Store

Progress = Callable[[int, int, str], None]
"""Told how many rows of how many are done, and what is being done."""

LARGEST_FILE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one list: rows that are new, replaced, and just as they were."""

    name: str
    added: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `ignored` are columns of CSV files that mean nothing to us."""

    lists: tuple[Imported, ...]
    ignored: tuple[str, ...] = ()

    @property
    def added(self) -> int:
        """Rows the store did not have."""
        return sum(one.added for one in self.lists)

    @property
    def changed(self) -> int:
        """Rows that were replaced by others."""
        return sum(one.changed for one in self.lists)

    @property
    def same(self) -> int:
        """Rows that were there just so."""
        return sum(one.same for one in self.lists)


def schema() -> bytes:
    """Return the JSON Schema of the book as it is published."""
    from csmdesk.book.schema import schema_bytes

    return schema_bytes()


def export_book(workspace: Workspace) -> bytes:
    """Return the whole book in canonical form."""
    from csmdesk.book.canonical import write

    return write(contents(workspace))


def contents(workspace: Workspace) -> Contents:
    """Return everything in sight, and whatever was written here, as the contents of a book.

    All its references resolve.
    """
    from csmdesk.book.closing import closed
    from csmdesk.store.queries import books
    from csmdesk.store.queries.book_info import book_info

    with workspace.store.reading() as connection:
        info = book_info(connection)
        lists: dict[str, Any] = {
            name: tuple(books.rows_of(connection, name, in_sight=True)) for name in KEYS
        }
        for name, rows in books.kept_rows(connection).items():
            lists[name] += tuple(rows)
        return closed(
            Contents(
                timezone=info.timezone,
                base_currency=info.base_currency,
                me=info.me,
                settings=info.settings,
                holidays=books.holidays(connection),
                **lists,
            )
        )


def import_book(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    now: datetime,
    progress: Progress | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> ImportReport:
    """Read books into the store, all or nothing; later files may refer to earlier ones.

    A CSV file is taken line by line: a row that is there keeps what the file has no column for.

    Args:
        workspace: whose store takes them.
        paths: the files, in order.
        now: the clock of the import; a touch later than this is refused.
        progress: told about the work as it goes.
        columns: of CSV files, the field of a column; `-` ignores it.

    Raises:
        InputError: a file cannot be read, or nobody can tell what a CSV file holds.
        BookInvalid: with every problem of the first file that has any; nothing was changed.
    """
    with _without_collector():
        files = [(str(path), _read(path)) for path in paths]
        return _import(workspace, files, now, progress, columns)


def import_contents(
    workspace: Workspace,
    book: Contents,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Take contents into the store just as if they had been read from a file.

    Raises:
        BookInvalid: with every problem; nothing was changed.
    """
    from csmdesk.book.canonical import write

    with _without_collector():
        return _import(workspace, [("the book", write(book))], now, progress)


def _import(
    workspace: Workspace,
    documents: Iterable[tuple[str, bytes]],
    now: datetime,
    progress: Progress | None,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> ImportReport:
    from csmdesk.book.cleaning import cleaned
    from csmdesk.book.consistency import BookClock
    from csmdesk.book.reading import check_book, read_book
    from csmdesk.book.records import contents_of
    from csmdesk.book.tables import is_table

    tell = progress or _silent
    own_zone = workspace.config.timezone
    clock = BookClock(now, ZoneInfo(own_zone) if own_zone else None, workspace.zone)
    books: list[tuple[Contents, Set[str]]] = []
    ignored: list[str] = []
    for name, data in documents:
        tell(0, 1, "checking")
        outside = _Outside(workspace.store, [one for one, _ in books])
        try:
            if is_table(name):
                table = outside.table(name, data, columns, clock.today(None))
                ignored += table.ignored
                book = check_book(
                    table.document,
                    known=outside.known,
                    holders=outside.holders,
                    clock=clock,
                    place=table.place,
                )
            else:
                book = read_book(
                    data,
                    known=outside.known,
                    holders=outside.holders,
                    clock=clock,
                    faults=_faults,
                )
        except BookInvalid as error:
            raise BookInvalid(f"{name}: {error.message}", error.problems, error.hint) from None
        books.append((cleaned(contents_of(book)), book.model_fields_set))
    report: dict[str, Imported] = {}
    with workspace.store.writing() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        for book_contents, given in books:
            _write(connection, book_contents, given, workspace, now, tell, report)
    return ImportReport(tuple(report.values()), tuple(ignored))


def _write(
    connection: "sqlite3.Connection",
    book: Contents,
    given: Set[str],
    workspace: Workspace,
    now: datetime,
    tell: Progress,
    report: dict[str, Imported],
) -> None:
    from csmdesk.store.commands.books import write_frame, write_rows

    total = sum(len(book.rows(name)) for name in KEYS)
    done = 0
    for name in _ORDER:
        rows = book.rows(name)
        if not rows:
            continue
        owned, fresh, counted = _compared(connection, name, rows)
        before = report.get(name, Imported(name, 0, 0, 0))
        report[name] = Imported(
            name,
            before.added + counted.added,
            before.changed + counted.changed,
            before.same + counted.same,
        )
        what = name.replace("_", " ")
        written = partial(_tell_on, tell, done + len(rows) - len(fresh), total, what)
        write_rows(connection, name, fresh, owned=owned, now=now, written=written)
        done += len(rows)
        tell(done, total, what)
    write_frame(
        connection,
        timezone=book.timezone or _zone_name(connection, workspace),
        base_currency=book.base_currency,
        me=book.me or _only_user(connection),
        settings=book.settings if "settings" in given else None,
        holidays=book.holidays if "holidays" in given else None,
    )


_ORDER = tuple(KEYS)
"""References between rows are checked at the end of the transaction, so any order will do."""


def _compared(
    connection: "sqlite3.Connection", name: str, rows: Sequence[Any]
) -> tuple[Set[tuple[str, ...]], list[Any], Imported]:
    """Tell which rows belong to a connection, which have to be written, and count them."""
    from csmdesk.store.commands.books import AUTHORED
    from csmdesk.store.queries import books

    owned = books.owned_elsewhere(connection, name)
    key = KEYS[name]
    scope = "account_id" if "account_id" in key else key[0]
    asked = {getattr(row, scope) for row in rows}
    there = {_key_of(row, key): row for row in books.rows_of(connection, name, keys=asked)}
    fresh: list[Any] = []
    added = changed = 0
    for row in rows:
        identity = _key_of(row, key)
        old = there.get(identity)
        if old is None:
            added += 1
        elif identity in owned:
            ours = {field: getattr(row, field) for field in AUTHORED.get(name, ())}
            if replace(old, **ours) == old:
                continue
            changed += 1
        elif old == row:
            continue
        else:
            changed += 1
        fresh.append(row)
    return owned, fresh, Imported(name, added, changed, len(rows) - added - changed)


def _key_of(row: Any, key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(getattr(row, part)) for part in key)


@dataclass(frozen=True, slots=True)
class _Outside:
    """What a book may refer to: the store, and the books read before it."""

    store: "Store"
    earlier: Sequence[Contents]

    def known(self, kind: str, ids: Set[str]) -> Set[str]:
        """Return which of these ids exist."""
        from csmdesk.store.queries import books

        rows = (row for book in self.earlier for row in getattr(book, kind, ()))
        here = {row.id for row in rows if row.id in ids}
        with self.store.reading() as connection:
            return here | books.known_ids(connection, kind, ids)

    def holders(self, kind: str, ids: Set[str]) -> Mapping[str, str]:
        """Return which top row of the store holds each of these nested ids that it has."""
        from csmdesk.store.queries import books

        with self.store.reading() as connection:
            return books.parents(connection, kind, ids)

    def table(self, name: str, data: bytes, columns: Mapping[str, str], today: date) -> "Table":
        """Return a CSV file as a book, its rows completed by what the store has of them."""
        from csmdesk.book.canonical import plain
        from csmdesk.book.tables import LISTS, read_table
        from csmdesk.domain.names import fold
        from csmdesk.store.queries import books

        with self.store.reading() as connection:
            accounts = [*books.rows_of(connection, "accounts", in_sight=True)]
            accounts += (row for book in self.earlier for row in book.accounts)
            names = {
                fold(name): row.id for row in accounts for name in (row.name, row.domain) if name
            }
            table = read_table(name, data, columns, accounts=names, today=today)
            for list_name in set(LISTS) & set(table.document):
                keys = {row["id"] for row in table.document[list_name] if "id" in row}
                there = books.rows_of(connection, list_name, keys=keys) if keys else ()
                table.complete({row.id: plain(row) for row in there}, list_name)
        return table


def _faults(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Tell which settings of a book nobody could start csmdesk with."""
    from csmdesk.config import load
    from csmdesk.usecases.configuration import checked

    for name, value in settings.items():
        try:
            checked(load(None, environ={}, book={name: value}))
        except ConfigError as error:
            yield name, error.message.removeprefix("the book: ")


def _only_user(connection: "sqlite3.Connection") -> str | None:
    """Return whose book it is if it does not say so and there is one user only."""
    from csmdesk.store.queries import books
    from csmdesk.store.queries.book_info import book_info

    if book_info(connection).me is not None:
        return None
    users = books.rows_of(connection, "users", in_sight=True)
    return users[0].id if len(users) == 1 else None


def _zone_name(connection: "sqlite3.Connection", workspace: Workspace) -> str | None:
    """Return the user's zone if the book has none yet: it is resolved once."""
    from csmdesk.store.queries.book_info import book_info

    if book_info(connection).timezone is not None:
        return None
    return workspace.zone.key if isinstance(workspace.zone, ZoneInfo) else None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError(f"{path} cannot be read: {reason}.", "Check the name.") from error
    if len(data) > LARGEST_FILE:
        raise InputError(f"{path} is larger than {LARGEST_FILE >> 20} MiB.", "Import it in parts.")
    return data


def _tell_on(tell: Progress, start: int, total: int, what: str, written: int) -> None:
    tell(start + written, total, what)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the cycle collector: it would walk hundreds of thousands of live rows again and again.

    None of them is in a cycle; the pause takes a third off the time of a large import.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _silent(_done: int, _total: int, _what: str) -> None:
    """Tell nobody."""
