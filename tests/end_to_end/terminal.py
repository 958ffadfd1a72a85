"""A terminal for tests: the one of the benchmarks, with the patience and the verbs of a person."""

from collections.abc import Callable

from bench import terminal

PATIENCE = 60.0
"""Seconds a screen may take to show what is waited for; generous, because nothing is timed here."""


class Terminal(terminal.Terminal):
    """A program running on a terminal of a given size.

    Use it in a `with` block: whatever still runs at its end is killed, by its own process group.
    """

    def press(self, *keys: str) -> float:
        """Press keys by name, or type a text of one character; wait a moment after each."""
        sent = 0.0
        for key in keys:
            sent = super().press(key)
            # An escape followed at once by a letter would be read as one key with alt.
            self.settle(0.15 if key == "esc" else 0.03)
        return sent

    def type(self, text: str) -> None:
        """Type a text, one character after the other."""
        for sign in text:
            super().press(sign)
            self.settle(0.005)

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
        if not shown(self.text):
            self.until(lambda: shown(self.text), what, patience=patience)
        return self.text

    def settle(self, quiet: float = 0.3, most: float = 2.0) -> str:
        """Read until nothing has come for a while (a cursor may blink); return the screen."""
        self.until_quiet(quiet, patience=max(most, quiet))
        return self.text

    def kill(self) -> None:
        """Kill the program, and it alone, as a power cut would; wait for its end."""
        self.process.kill()
        self.process.wait()

    def hang_up(self, patience: float = PATIENCE) -> int:
        """Take the terminal away, as a closed window does; return the program's exit code."""
        self.take_away()
        return self.process.wait(timeout=patience)

    def wait_for_end(self, patience: float = PATIENCE) -> int:
        """Wait for the program to end by itself; return its exit code."""
        code = self.process.wait(timeout=patience)
        self.until_quiet(0.05)
        return code
