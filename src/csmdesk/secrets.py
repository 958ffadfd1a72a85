"""Where an access token comes from, and where it may be kept: never on disk in plain text.

Order: the environment (`CSMDESK_TOKEN_HUBSPOT`, `…_FILE`, `…_COMMAND`), the command of the
settings, the operating system's keyring, nothing. The keyring is asked in a thread with a time
limit, because a locked one may wait for a prompt that nobody sees, and only through backends that
encrypt. Keyring is imported on use.
"""

import json
import shlex
import stat
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from csmdesk.errors import SecretError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE: Final = "csmdesk"
KEYRING_SECONDS: Final = 5.0
COMMAND_SECONDS: Final = 60.0
_VARIABLE: Final = "environment "
SAFE_BACKENDS: Final = (
    "keyring.backends.macOS",
    "keyring.backends.Windows",
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
)
"""Modules of the backends that keep a secret encrypted by the operating system."""


class Secret:
    """A token that does not show itself: in a traceback, a log line or a report it reads `***`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the token itself. Only for the header it goes into and the keyring."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


@dataclass(frozen=True, slots=True)
class Found:
    """A token and the place it came from, in words for `doctor`."""

    secret: Secret
    place: str


def find(
    connection: str,
    *,
    environ: Mapping[str, str],
    command: Sequence[str] = (),
    place: str = "",
) -> Found | None:
    """Return the token of a connection, or None if there is none anywhere.

    Args:
        connection: its key, for example `hubspot:123456`, or just the CRM's name.
        environ: the environment.
        command: the command of the settings that prints the token.
        place: where the token was when the connection was made; a variable is looked into again.

    Raises:
        SecretError: a place was named and did not deliver, or the keyring did not answer.
    """
    remembered = place.removeprefix(_VARIABLE) if place.startswith(_VARIABLE) else ""
    for name in (*variables(connection), *filter(None, [remembered])):
        found = _from_environment(name, environ)
        if found is not None:
            return found
    if command:
        return Found(_run(tuple(command)), f"command {command[0]}")
    backend = _backend()
    if backend is None:
        return None
    text = _within_limit(lambda: backend.get_password(SERVICE, connection), "be read")
    return Found(Secret(text), f"keyring ({_name(backend)})") if text else None


def keep(connection: str, secret: Secret) -> str | None:
    """Keep the token in the keyring and return the keyring's name; None if there is no safe one.

    Raises:
        SecretError: the keyring is there but refused, or did not answer.
    """
    backend = _backend()
    if backend is None:
        return None
    _within_limit(lambda: backend.set_password(SERVICE, connection, secret.reveal()), "be written")
    return f"keyring ({_name(backend)})"


def forget(connection: str) -> bool:
    """Remove the token from the keyring; tell whether one was there.

    Raises:
        SecretError: the keyring did not answer.
    """
    backend = _backend()
    if backend is None:
        return False
    if not _within_limit(lambda: backend.get_password(SERVICE, connection), "be read"):
        return False
    _within_limit(lambda: backend.delete_password(SERVICE, connection), "be written")
    return True


def keyring_state() -> str:
    """Say in a few words which keyring is used, or why none is."""
    try:
        backend = _backend()
    except SecretError as error:
        return error.message
    if backend is not None:
        return _name(backend)
    return "none: tokens come from the environment or a command and are stored nowhere"


def variables(connection: str) -> tuple[str, ...]:
    """Return the environment variables that may hold a connection's token, best first."""
    crm, _, portal = connection.upper().partition(":")
    specific = (f"CSMDESK_TOKEN_{crm}_{portal}",) if portal.isalnum() else ()
    return (*specific, f"CSMDESK_TOKEN_{crm}")


def from_command(words: Sequence[str]) -> Found:
    """Return the token that a command prints; it is run without a shell.

    Raises:
        SecretError: it cannot be run, takes too long or gives nothing.
    """
    return Found(_run(tuple(words)), f"command {words[0]}")


def command_words(line: str) -> tuple[str, ...]:
    """Return a command as its words: a JSON list, else split the way a shell does.

    Raises:
        SecretError: it is neither.
    """
    return _words(line, "The token command")


def place_of(variable: str) -> str:
    """Return how a variable is remembered as the place of a token."""
    return f"{_VARIABLE}{variable}"


def _from_environment(name: str, environ: Mapping[str, str]) -> Found | None:
    """Return the token a variable holds, or that the file or command it names does."""
    if text := environ.get(name, "").strip():
        return Found(Secret(text), place_of(name))
    if file := environ.get(f"{name}_FILE"):
        return Found(_read(Path(file), f"{name}_FILE"), f"file of {name}_FILE")
    if line := environ.get(f"{name}_COMMAND"):
        return Found(_run(_words(line, f"{name}_COMMAND")), f"command of {name}_COMMAND")
    return None


def _read(file: Path, variable: str) -> Secret:
    """Return the first line of a file that only its owner may read."""
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise SecretError(
                f"The token file of {variable} can be read by others.", f"Run: chmod 600 {file}"
            )
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(
            f"The token file of {variable} cannot be read.", "Check the path and its permissions."
        ) from error
    if not lines[0].strip():
        raise SecretError(
            f"The token file of {variable} is empty.", "Put the token on its first line."
        )
    return Secret(lines[0].strip())


def _words(line: str, variable: str) -> tuple[str, ...]:
    """Return a command as its words: a JSON list, else split the way a shell does."""
    try:
        words = json.loads(line) if line.lstrip().startswith("[") else shlex.split(line)
    except ValueError as error:
        raise SecretError(f"{variable} is not a command.", "Check its quotes.") from error
    if not words or not all(isinstance(word, str) for word in words):
        raise SecretError(
            f"{variable} is not a list of words.", 'For example: ["pass", "show", "x"]'
        )
    return tuple(words)


def _run(command: tuple[str, ...]) -> Secret:
    """Return the first line a command prints. No shell; its messages go to the user's terminal."""
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, as a list, without a shell
            command, stdout=subprocess.PIPE, check=False, timeout=COMMAND_SECONDS, text=True
        )
    except (OSError, ValueError) as error:
        raise SecretError(
            f"The token command {command[0]} cannot be run.", "Check that it is installed."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise SecretError(
            f"The token command {command[0]} did not answer within {COMMAND_SECONDS:.0f} s.",
            "Run it yourself to see what it waits for.",
        ) from error
    token = done.stdout.partition("\n")[0].strip()
    if done.returncode or not token:
        raise SecretError(
            f"The token command {command[0]} gave no token (exit code {done.returncode}).",
            "Run it yourself to see why.",
        )
    return Secret(token)


def _backend() -> "KeyringBackend | None":
    """Return the operating system's keyring, if there is one that encrypts."""
    return _within_limit(_choose, "be opened")


def _choose() -> "KeyringBackend | None":
    """Look at what keyring found, also inside the backend that tries several in turn."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    parts = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    return next((part for part in parts if type(part).__module__ in SAFE_BACKENDS), None)


def _name(backend: "KeyringBackend") -> str:
    return type(backend).__module__.rpartition(".")[2]


def _within_limit(ask: Callable[[], T], deed: str) -> T:
    """Return what `ask` answers, but wait no longer than the limit for it."""
    answers: list[T] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            answers.append(ask())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work, name="keyring", daemon=True)
    thread.start()
    thread.join(KEYRING_SECONDS)
    if thread.is_alive():
        raise SecretError(
            f"The keyring did not answer within {KEYRING_SECONDS:.0f} s.",
            "Unlock it, or give the token by CSMDESK_TOKEN_HUBSPOT.",
        )
    if failures:
        raise SecretError(
            f"The keyring could not {deed} ({type(failures[0]).__name__}).",
            "Unlock it, or give the token by CSMDESK_TOKEN_HUBSPOT.",
        ) from failures[0]
    return answers[0]
