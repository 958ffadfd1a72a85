"""A stopwatch in front of a terminal: what a person would see, and when.

The benchmarks and the end-to-end tests look at programs through it. The program runs on a
pseudo-terminal; its output is stamped by a thread that does nothing else and drawn on an emulated
screen. A moment counts when the *screen* shows something, and only between two frames: what a
terminal holds back during a synchronised update nobody has seen yet.
"""

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import pyte

KEYS: Mapping[str, str] = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
    "down": "\x1b[B",
    "up": "\x1b[A",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
}

# One escape sequence: a control sequence, a string (title, clipboard, …), or a short one.
_SEQUENCE = re.compile(
    r"\x1b(?:\[(?P<private>[<=>?]?)(?P<numbers>[0-9;:]*)(?P<between>[ -/]*)(?P<end>[@-~])"
    r"|[\]P_^X](?P<string>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|[ -/]*[0-OQ-WYZ`-~])"
)
_BEGUN = re.compile(r"\x1b(?:\[[<=>?]?[0-9;:]*[ -/]*|[\]P_^X][^\x07\x1b]*\x1b?|[ -/]*)$")
_PATIENCE = 60.0


class NeverShownError(Exception):
    """The screen never showed what was waited for; the text is the screen."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a program had used when it was ended: CPU milliseconds, and peak memory in MiB."""

    cpu: float
    peak: float


class Terminal:
    """A program on a terminal, with a stopwatch. Use it in a `with` block: it ends with it."""

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str], columns: int = 120, rows: int = 36
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.bytes = bytearray()
        self.first_byte = 0.0
        self.last_byte = 0.0
        self.usage = Usage(0, 0)
        self._stream = pyte.Stream(self.screen)
        self._rest = ""
        self._updating = False
        self._arrived: deque[tuple[float, bytes]] = deque()
        self._bell = threading.Condition()
        self._over = False
        self._let_go, self._hold = os.pipe()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            list(command),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**_without_size(env), "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(slave)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.end()
        self.take_away()

    @property
    def text(self) -> str:
        """The screen as it stands, one line of text per row."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def until(
        self, shown: str | Callable[[], bool], what: str = "", *, patience: float = _PATIENCE
    ) -> float:
        """Wait for a screen; return the moment that the last piece of it arrived.

        Args:
            shown: a regular expression for the text of the screen, or a condition.
            what: what a condition is about, in words.
            patience: seconds.

        Raises:
            NeverShownError: it did not come, or the program ended.
        """
        met = shown if callable(shown) else _matcher(re.compile(shown), self)
        end = time.perf_counter() + patience
        while (left := end - time.perf_counter()) > 0:
            when = self._draw_next(left)
            if when is None:
                break
            if not self._updating and met():
                return when
        code = self.process.poll()
        ended = "" if code is None else f" (ended with {code})"
        raise NeverShownError(f"never shown{ended}: {what or shown}\n{self.text}")

    def until_quiet(self, quiet: float = 0.25, *, patience: float = _PATIENCE) -> float:
        """Wait until nothing comes for so many seconds; return when the last piece came."""
        end = time.perf_counter() + patience
        while time.perf_counter() < end and self._draw_next(quiet) is not None:
            pass
        return self.last_byte

    def press(self, *keys: str) -> float:
        """Send keys by name, or a text; return the moment they were sent."""
        return self._send("".join(KEYS.get(key, key) for key in keys))

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size and tell the program."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        os.kill(self.process.pid, signal.SIGWINCH)

    def time_to_change(
        self, *keys: str, quiet: float = 0.12, rows: range | None = None
    ) -> tuple[float, float]:
        """Press keys; return milliseconds to the first changed frame and to the last output.

        Args:
            keys: by name.
            quiet: seconds without output that end the change.
            rows: those that count as changed; all if not given.
        """
        looked_at = rows or range(self.screen.lines)
        before = self._look()
        self.screen.dirty.clear()
        sent = self.press(*keys)

        def changed() -> bool:
            if any(self._row(row) != before[row] for row in looked_at if row in self.screen.dirty):
                return True
            self.screen.dirty.clear()
            return False

        first = self.until(changed, patience=10)
        last = max(first, self.until_quiet(quiet, patience=1.0 if rows else _PATIENCE))
        return (first - sent) * 1000, (last - sent) * 1000

    def memory(self) -> float:
        """Return the resident memory of the program's own process in MiB, now."""
        return resident(self.process.pid)

    def end(self) -> Usage:
        """Kill the program and whatever it started; return and keep what it had used."""
        peak = peak_resident(self.process.pid)
        os.killpg(self.process.pid, signal.SIGKILL)
        _, status, used = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.usage = Usage((used.ru_utime + used.ru_stime) * 1000, peak)
        return self.usage

    def take_away(self) -> None:
        """Take the terminal away from the program, as a closed window does."""
        if self._hold < 0:
            return
        os.close(self._hold)
        self._hold = -1
        # A terminal is only gone when nobody reads from it any more.
        self._listener.join()
        os.close(self._master)
        os.close(self._let_go)

    def _send(self, text: str) -> float:
        when = time.perf_counter()
        os.write(self._master, text.encode())
        return when

    def _listen(self) -> None:
        while True:
            data = b""
            ready, _, _ = select.select([self._master, self._let_go], [], [])
            if self._let_go not in ready:
                # The program's end of the terminal may be closed.
                with suppress(OSError):
                    data = os.read(self._master, 65536)
            with self._bell:
                if data:
                    self._arrived.append((time.perf_counter(), data))
                else:
                    self._over = True
                self._bell.notify()
            if not data:
                return

    def _draw_next(self, patience: float) -> float | None:
        """Draw the next piece of output; return when it came, or None if none did."""
        with self._bell:
            if not self._bell.wait_for(lambda: self._arrived or self._over, patience):
                return None
            if not self._arrived:
                return None
            when, data = self._arrived.popleft()
        self.first_byte = self.first_byte or when
        self.last_byte = when
        self.bytes += data
        text = self._rest + data.decode("utf-8", "surrogateescape")
        begun = _BEGUN.search(text)
        cut = begun.start() if begun else len(text)
        # A character may be cut in two as well: its bytes wait for the others.
        while cut and begun is None and len(text) - cut < 3 and text[cut - 1] >= "\udc80":
            cut -= 1
        text, self._rest = text[:cut], text[cut:]
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        self._stream.feed(_SEQUENCE.sub(self._understand, text))
        return when

    def _understand(self, match: re.Match[str]) -> str:
        """Answer what a terminal answers; pass on only what the emulator can read."""
        whole, end = match[0], match["end"]
        if end is None:
            if whole.startswith("\x1b]") and match["string"].endswith(";?"):
                colour = {"10": "d0d0/d0d0/d0d0", "11": "1010/1010/1010"}
                if shade := colour.get(match["string"][:-2]):
                    self._send(f"\x1b]{match['string'][:-1]}rgb:{shade}\x1b\\")
            return "" if whole[1] in "]P_^X" else whole
        private, numbers = match["private"], match["numbers"]
        if private == "?" and numbers == "2026" and end in "hl":
            self._updating = end == "h"
            return ""
        if private == "?" and match["between"] == "$" and end == "p":
            self._send(f"\x1b[?{numbers};{2 if numbers == '2026' else 0}$y")
            return ""
        if end == "c" and numbers in ("", "0"):
            self._send({"": "\x1b[?62;22c", ">": "\x1b[>41;354;0c"}.get(private, ""))
            return ""
        if end == "n" and numbers == "6" and not private:
            cursor = self.screen.cursor
            self._send(f"\x1b[{cursor.y + 1};{cursor.x + 1}R")
            return ""
        if private in ("<", "=", ">") or match["between"]:
            return ""
        return whole

    def _look(self) -> list[tuple[object, ...]]:
        return [self._row(row) for row in range(self.screen.lines)]

    def _row(self, row: int) -> tuple[object, ...]:
        line = self.screen.buffer[row]
        return tuple(line[column] for column in range(self.screen.columns))


def resident(pid: int) -> float:
    """Return the resident memory of a process in MiB, now."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except FileNotFoundError:
        out = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=True)
        return int(out.stdout) / 1024


def peak_resident(pid: int) -> float:
    """Return the most memory a process has had resident so far, in MiB.

    What `wait4` tells would begin with what its parent had when it was forked.
    """
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            found = [line.split()[1] for line in file if line.startswith("VmHWM")]
        return int(found[0]) / 1024 if found else 0.0
    except FileNotFoundError:
        return resident(pid)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def _without_size(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that says nothing of another terminal's size."""
    return {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES")}


def _matcher(pattern: re.Pattern[str], terminal: Terminal) -> Callable[[], bool]:
    return lambda: pattern.search(terminal.text) is not None
