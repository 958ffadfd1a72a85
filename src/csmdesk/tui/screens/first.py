"""The first screen: nothing is configured yet, and here is how to begin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget

from csmdesk.errors import BookInvalid
from csmdesk.tui import commands
from csmdesk.tui import format as fmt
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.ink import EMPTY, Line, Piece, line, wrap
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.thread_asks import ThreadAsks
from csmdesk.tui.widgets.ask_bar import AskBar, Preview
from csmdesk.tui.widgets.sheet import Sheet
from csmdesk.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from csmdesk.tui.doors import Doors, Opened
    from csmdesk.usecases.books import ImportReport
    from csmdesk.usecases.setup import ConnectReport

_DOORS = (
    ("demo", "Try the demo", "A made-up book of 80 customers and a CRM of its own, both on this"
     " machine. Nothing to configure, nothing leaves."),
    ("hubspot", "Connect HubSpot", "With the token of a private app. You see whose portal it is"
     " and how many companies are yours before anything is stored."),
    ("import", "Import a file", "A csmdesk book (JSON), as csmdesk export writes it."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DoorRows:
    """The ways in as rows of a list, with a gap after each."""

    def __len__(self) -> int:
        return 2 * len(_DOORS)

    def key(self, index: int) -> str | None:
        """Return the name of a way in; nothing for a gap."""
        return None if index % 2 else _DOORS[index // 2][0]

    def find(self, key: str) -> int | None:
        """Return where a way in stands."""
        return next((2 * index for index, door in enumerate(_DOORS) if door[0] == key), None)

    def heights(self, width: int) -> Sequence[int] | None:
        """Return how many lines each takes."""
        return [len(self.lines(index, width, here=False)) for index in range(len(self))]

    def lines(self, index: int, width: int, *, here: bool) -> Sequence[Line]:
        """Return the lines of a way in: its name and what it is."""
        if index % 2:
            return (EMPTY,)
        _, name, words = _DOORS[index // 2]
        bar = Piece(" ▌ " if here else "   ", "accent")
        rows = [line(bar, Piece(name, "strong" if here else "plain"))]
        rows += [line(bar, Piece(row, "muted")) for row in wrap(words, max(width - 6, 10))]
        return rows


class First(Frame):
    """Three ways to begin."""

    DEFAULT_CSS = """
    First #hello { height: 6; }
    First #doors { max-width: 96; height: 1fr; min-height: 12; }
    First #problems { height: 1fr; }
    """
    PLACE = commands.FIRST
    MODE = "first"
    BINDINGS = bindings_of(PLACE)

    def __init__(self, doors: "Doors") -> None:
        super().__init__()
        self._doors = doors
        self._busy = False
        self._problems: tuple[str, ...] = ()
        self._hello = Sheet(self._hello_lines, id="hello", focusable=False)
        self._list = VirtualList(DoorRows(), id="doors")
        self._trouble = Sheet(self._problem_lines, id="problems")

    def body(self) -> Iterable[Widget]:
        """Return the greeting over the ways in."""
        yield self._hello
        yield self._list
        yield self._trouble

    def on_mount(self) -> None:
        """Give the list the keys."""
        self._trouble.display = False
        self.set_focus(self._list)
        self._list.move_to(0)

    def _hello_lines(self, width: int) -> list[Line]:
        words = (
            "csmdesk says each morning whom to contact and why, and takes a call in one line."
            " Your book is a file on this machine; it works on a train."
        )
        return [
            EMPTY,
            line("   ", Piece("How do you want to begin?", "strong")),
            EMPTY,
            *(line("   ", row) for row in wrap(words, max(min(width, 90) - 6, 10))),
        ]

    def _problem_lines(self, width: int) -> list[Line]:
        head = f"{fmt.counted(len(self._problems), 'problem')} in this file; nothing was imported"
        rows = [line("   ", Piece(head, "strong"))]
        for problem in self._problems:
            rows += [line("   ", Piece(row)) for row in wrap(problem, max(width - 6, 10))]
        return rows

    # --- commands ------------------------------------------------------------------------

    @on(VirtualList.Opened)
    def _opened_row(self, message: VirtualList.Opened) -> None:
        message.stop()
        self.do_open()

    def do_open(self) -> None:
        """Open the way in under the cursor."""
        if self._busy:
            self.say("One moment: this is still under way.")
            return
        match self._list.cursor_key:
            case "demo":
                self._open_demo()
            case "hubspot":
                self.open_bar(
                    AskBar("Access token", "", _token_preview, self._connect, secret=True)
                )
            case "import":
                self.ask("File", "", _file_preview, self._import)
            case _:
                pass

    def _begin(self, words: str) -> None:
        self._busy = True
        self._problems = ()
        self._trouble.display = False
        self.say(words)

    def _failed(self, words: str) -> None:
        self._busy = False
        self.complain(words)

    def _tell(self, words: str) -> None:
        from csmdesk.tui import jobs

        jobs.post(self, lambda: self.say(words))

    def _open_demo(self) -> None:
        self._begin("Opening the demo…")
        doors, tell = self._doors, self._tell

        def done(opened: "Opened") -> None:
            self.bench.use(opened.workspace, notice=opened.notice, close=opened.close)

        self.run_job("door", lambda: doors.demo(tell), done, self._failed)

    def _connect(self, token: str) -> None:
        self._begin("Asking HubSpot who this token belongs to…")
        doors, workspace, asks = self._doors, self.bench.workspace, ThreadAsks(self)

        def done(report: "ConnectReport") -> None:
            who = f"{report.portal}: {fmt.counted(report.mine, 'company', 'companies')} of yours"
            self.bench.use(workspace, notice=f"Connected to {who}. Reading them now.")

        self.run_job(
            "door", lambda: doors.connect(workspace, token.strip(), asks), done, self._failed
        )

    def _import(self, text: str) -> None:
        path = Path(text.strip()).expanduser()
        self._begin(f"Importing {path.name}…")
        workspace, now, tell = self.bench.workspace, self.bench.now(), self._tell

        def progress(done: int, total: int, what: str) -> None:
            tell(f"Importing {what}: {done:,} of {total:,}")

        def work() -> "ImportReport | tuple[str, ...]":
            from csmdesk.usecases import books

            try:
                return books.import_book(workspace, [path], now=now, progress=progress)
            except BookInvalid as error:
                return error.problems

        def done(result: "ImportReport | tuple[str, ...]") -> None:
            if isinstance(result, tuple):
                self._busy = False
                self._problems = result
                self._trouble.display = True
                self._trouble.show(self._problem_lines, top=True)
                self.complain("The file was not imported. Mend it, or choose another.")
                return
            self.bench.use(workspace, notice=f"Imported {result.added:,} records from {path.name}.")

        self.run_job("door", work, done, self._failed)


def _token_preview(text: str) -> Preview:
    if not text.strip():
        hint = "paste it; in HubSpot: Settings, Integrations, Private apps"
        return Preview(line(Piece(hint, "muted")), ok=False)
    return Preview(line(Piece("it is tested first, and kept by your system's keyring", "muted")))


def _file_preview(text: str) -> Preview:
    if not text.strip():
        return Preview(line(Piece("the path of the file", "muted")), ok=False)
    path = Path(text.strip()).expanduser()
    try:
        if path.is_file():
            size = path.stat().st_size
            return Preview(line(Piece(f"{path.name}, {max(size // 1024, 1):,} kB", "muted")))
        if path.is_dir():
            names = sorted(entry.name for entry in path.glob("*.json"))[:5]
            return Preview(line(Piece(f"a folder: {', '.join(names)}", "muted")), ok=False)
    except OSError as error:
        return Preview(line(Piece(error.strerror or "unreadable", "yellow")), ok=False)
    return Preview(line(Piece("there is no such file yet", "muted")), ok=False)
