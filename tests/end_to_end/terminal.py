"""A terminal for tests: a program on a pseudo-terminal, its screen read back as text."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

KEYS: Mapping[str, str] = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "backspace": "\x7f",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
}
PATIENCE = 60.0
"""Seconds a screen may take to show what is waited for; generous, because nothing is timed here."""


class NotShownError(AssertionError):
    """The screen never showed what was waited for."""


class Terminal:
    """A program running on a terminal of a given size.

    Use it in a `with` block: whatever still runs at its end is killed, by its own process group.
    """

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str], columns: int = 120, rows: int = 36
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.bytes = bytearray()
        self._stream = pyte.ByteStream(self.screen)
        self._hung_up = False
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            list(command),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**_without_size(env), "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
            close_fds=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.kill()
        if not self._hung_up:
            os.close(self._master)

    @property
    def text(self) -> str:
        """The screen as it stands, one line of text per row."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, *keys: str) -> None:
        """Press keys by name, or type a text of one character."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())
            # An escape followed at once by a letter would be read as one key with alt.
            self.settle(0.15 if key == "esc" else 0.03)

    def type(self, text: str) -> None:
        """Type a text, one character after the other."""
        for sign in text:
            os.write(self._master, sign.encode())
            self.settle(0.005)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size and tell the program."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        os.kill(self.process.pid, signal.SIGWINCH)

    def wait_for(self, *words: str, without: str = "", patience: float = PATIENCE) -> str:
        """Wait until the screen shows all the words (and not `without`); return the screen."""
        return self.wait_until(
            lambda text: (
                all(word in text for word in words) and (not without or without not in text)
            ),
            f"{' and '.join(words)!r}" + (f" without {without!r}" if without else ""),
            patience=patience,
        )

    def wait_until(
        self, shown: Callable[[str], bool], what: str, *, patience: float = PATIENCE
    ) -> str:
        """Wait until the screen satisfies a condition; return the screen."""
        end = time.monotonic() + patience
        while True:
            if shown(self.text):
                return self.text
            if time.monotonic() > end:
                raise NotShownError(f"never shown: {what}\n{self.text}")
            if not self._read(0.1) and self.process.poll() is not None:
                if shown(self.text):
                    return self.text
                raise NotShownError(
                    f"ended with {self.process.returncode} before {what}\n{self.text}"
                )

    def settle(self, quiet: float = 0.3, most: float = 2.0) -> str:
        """Read until nothing has come for a while (a cursor may blink); return the screen."""
        end = time.monotonic() + max(most, quiet)
        while time.monotonic() < end and self._read(quiet):
            pass
        return self.text

    def kill(self) -> None:
        """Kill the program as a power cut would, and wait for its end."""
        self.process.kill()
        self.process.wait()

    def hang_up(self, patience: float = PATIENCE) -> int:
        """Take the terminal away, as a closed window does; return the program's exit code."""
        self._hung_up = True
        os.close(self._master)
        return self.process.wait(timeout=patience)

    def wait_for_end(self, patience: float = PATIENCE) -> int:
        """Wait for the program to end by itself; return its exit code."""
        end = time.monotonic() + patience
        while self.process.poll() is None and time.monotonic() < end:
            self._read(0.1)
        while self._read(0.05):
            pass
        return self.process.wait(timeout=1)

    def _read(self, patience: float) -> bool:
        """Feed what the program printed to the screen; tell whether anything came."""
        ready, _, _ = select.select([self._master], [], [], patience)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.bytes += data
        self._stream.feed(data)
        return bool(data)


def _without_size(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that says nothing of another terminal's size."""
    return {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES")}
