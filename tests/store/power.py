"""What a power cut leaves of a file: SQLite's own writes are recorded, and unsynced ones dropped.

A file layer (VFS) is put under SQLite that writes down every write, truncation and sync, in order,
and passes each on. From such a record, what the disk may hold after a cut at any point can be
built: everything before a file's last sync is there; each later write is there, or not, or torn
after some of its sectors (sqlite.org/atomiccommit.html, sections 2 and 5).

The layer is made with ctypes over the very library that Python's `sqlite3` uses. Where that library
cannot be reached (a Python with SQLite inside it), there is no recorder.
"""

import _sqlite3
import ctypes
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

SECTOR: Final = 512
_NAME: Final = b"recording"
_OK: Final = 0
_METHODS: Final = 18
"""Pointers of `sqlite3_io_methods` (version 3), behind its number."""
_WRITE, _TRUNCATE, _SYNC = 3, 4, 5
"""Their places in the structure; 0 is its number."""

_Open = ctypes.CFUNCTYPE(
    *(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    ctypes.c_void_p,
)
"""Names travel as addresses: SQLite keeps them, and reads on behind their end."""
_Write = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
)
_Truncate = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_Delete = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("own", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
        ("rest", ctypes.c_void_p * 14),
    )


_Methods = ctypes.c_void_p * (_METHODS + 1)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a file; `data` and `at` of a write, `at` of a truncation.

    `kind` is "write", "truncate", "sync", "delete", or "mark": then `path` is what the test marked.
    `note` is what was known beside.
    """

    kind: str
    path: str
    at: int = 0
    data: bytes = b""
    note: object = None


@dataclass
class Record:
    """Every event, in order; `beside` is asked at each for what the world knows by then."""

    beside: Callable[[], object]
    events: list[Event] = field(default_factory=list)
    _gate: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, path: str, at: int = 0, data: bytes = b"") -> None:
        """Write an event down."""
        with self._gate:
            self.events.append(Event(kind, path, at, data, self.beside()))

    def mark(self, what: str) -> None:
        """Write down that something was acknowledged at this point."""
        self.add("mark", what)


def available() -> bool:
    """Tell whether the library under Python's `sqlite3` can be reached."""
    try:
        return bool(_library().sqlite3_vfs_register)
    except (OSError, AttributeError):
        return False


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.c_void_p
    return library


@contextmanager
def recording(beside: Callable[[], object] = lambda: None) -> Iterator[Record]:
    """Record what every connection that is opened in the block does to its files."""
    library, record = _library(), Record(beside)
    plain = library.sqlite3_vfs_find(None)
    layer = _Vfs.from_buffer_copy(ctypes.string_at(plain, ctypes.sizeof(_Vfs)))
    layer.name, layer.next = _NAME, None
    kept: list[Any] = [layer]
    hand_on = {"open": _Open(layer.open), "delete": _Delete(layer.delete)}
    tables: dict[int, Any] = {}
    paths: dict[int, str] = {}

    def watched(address: int) -> Any:
        """Return the methods of a file with ours in their place; one table for each of SQLite's."""
        if address not in tables:
            methods = _Methods.from_buffer_copy(ctypes.string_at(address, ctypes.sizeof(_Methods)))
            write, truncate = _Write(methods[_WRITE]), _Truncate(methods[_TRUNCATE])
            sync = _Sync(methods[_SYNC])

            def on_write(file: int, data: int, size: int, at: int) -> int:
                if (path := paths.get(file)) is not None:
                    record.add("write", path, at, ctypes.string_at(data, size))
                return int(write(file, data, size, at))

            def on_truncate(file: int, size: int) -> int:
                if (path := paths.get(file)) is not None:
                    record.add("truncate", path, size)
                return int(truncate(file, size))

            def on_sync(file: int, flags: int) -> int:
                answer = int(sync(file, flags))
                if answer == _OK and (path := paths.get(file)) is not None:
                    record.add("sync", path)
                return answer

            ours = (_Write(on_write), _Truncate(on_truncate), _Sync(on_sync))
            for place, method in zip((_WRITE, _TRUNCATE, _SYNC), ours, strict=True):
                methods[place] = ctypes.cast(method, ctypes.c_void_p).value
            kept.append((methods, ours, write, truncate, sync))
            tables[address] = methods
        return tables[address]

    def on_open(vfs: int, name: int | None, file: int, flags: int, told: int | None) -> int:
        answer = int(hand_on["open"](vfs, name, file, flags, told))
        methods = ctypes.cast(file, ctypes.POINTER(ctypes.c_void_p))
        if answer == _OK and name is not None and methods[0]:
            paths[file] = ctypes.string_at(name).decode()
            methods[0] = ctypes.addressof(watched(methods[0]))
        elif name is None:
            paths.pop(file, None)
        return answer

    def on_delete(vfs: int, name: int, sync_folder: int) -> int:
        path = ctypes.string_at(name).decode()
        answer = int(hand_on["delete"](vfs, name, sync_folder))
        if answer == _OK:
            record.add("delete", path)
        return answer

    opened, deleted = _Open(on_open), _Delete(on_delete)
    kept += [opened, deleted]
    layer.open = ctypes.cast(opened, ctypes.c_void_p).value
    layer.delete = ctypes.cast(deleted, ctypes.c_void_p).value
    library.sqlite3_vfs_register(ctypes.byref(layer), 1)
    try:
        yield record
    finally:
        library.sqlite3_vfs_register(ctypes.c_void_p(plain), 1)
        library.sqlite3_vfs_unregister(ctypes.byref(layer))
        _FOR_GOOD.append(kept)


_FOR_GOOD: list[Any] = []
"""Connections may outlive the block: what they call must not go."""


def after_a_cut(
    base: dict[str, bytes], events: Sequence[Event], chance: Random
) -> dict[str, bytes]:
    """Return what the disk may hold if the power fails right after these events.

    Args:
        base: what the files held before the first of them, all of it synced.
        events: everything up to the cut.
        chance: decides which unsynced writes survive, and how much of them.
    """
    synced = {event.path: place for place, event in enumerate(events) if event.kind == "sync"}
    files = {path: bytearray(content) for path, content in base.items()}
    for place, event in enumerate(events):
        if event.kind == "delete":
            files.pop(event.path, None)
        elif event.kind in ("write", "truncate"):
            safe = place < synced.get(event.path, -1)
            held = files.setdefault(event.path, bytearray())
            if event.kind == "truncate":
                if safe or chance.random() < 0.5:
                    del held[event.at :]
            else:
                _write(held, event.at, event.data if safe else _survived(event.data, chance))
    return {path: bytes(content) for path, content in files.items()}


def _survived(data: bytes, chance: Random) -> bytes:
    fate = chance.random()
    if fate < 0.4:
        return b""
    if fate < 0.8:
        return data
    return data[: chance.randrange(0, len(data) + 1, SECTOR) if len(data) > SECTOR else 0]


def _write(held: bytearray, at: int, data: bytes) -> None:
    if not data:
        return
    if len(held) < at:
        held.extend(bytes(at - len(held)))
    held[at : at + len(data)] = data
