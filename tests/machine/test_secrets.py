"""Tokens: where they are looked for, in which order, and that they never show."""

import json
import pickle
import stat
import sys
import threading
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from csmdesk import secrets
from csmdesk.errors import SecretError
from csmdesk.secrets import Secret


class Vault(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]  # a class property there

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class LockedVault(Vault):
    """A keyring that waits for a prompt nobody sees."""

    def __init__(self) -> None:
        super().__init__()
        self.unlocked = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.unlocked.wait()
        return None


class BrokenVault(Vault):
    """A keyring that cannot be written."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(password)


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    """Make a keyring in memory the operating system's."""
    return install(Vault(), monkeypatch)


def install(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """Take a keyring for one of the safe ones and use it."""
    monkeypatch.setattr(secrets, "SAFE_BACKENDS", (type(vault).__module__,))
    monkeypatch.setattr(keyring.core, "_keyring_backend", vault)
    return vault


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret("pat-na1-sentinel")
    assert "sentinel" not in f"{secret} {secret!r} {[secret]} {secret!s:>5}"
    assert secret.reveal() == "pat-na1-sentinel"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_the_environment_comes_before_command_and_keyring(vault: Vault) -> None:
    secrets.keep("hubspot:7", Secret("from the keyring"))
    command = (sys.executable, "-c", "print('from the command')")
    environ = {
        "CSMDESK_TOKEN_HUBSPOT_7": "for this portal",
        "CSMDESK_TOKEN_HUBSPOT": "for hubspot",
    }
    order = []
    for gone in (None, "CSMDESK_TOKEN_HUBSPOT_7", "CSMDESK_TOKEN_HUBSPOT"):
        environ.pop(gone or "", None)
        found = secrets.find("hubspot:7", environ=environ, command=command)
        assert found is not None
        order.append(found.secret.reveal())
    found = secrets.find("hubspot:7", environ={})
    assert found is not None
    order.append(found.secret.reveal())
    assert order == ["for this portal", "for hubspot", "from the command", "from the keyring"]


def test_without_a_keyring_nothing_is_stored_and_nothing_found() -> None:
    assert secrets.keep("hubspot:7", Secret("x")) is None
    assert secrets.find("hubspot:7", environ={}) is None
    assert secrets.keyring_state().startswith("none")


def test_a_forgotten_token_is_gone(vault: Vault) -> None:
    secrets.keep("hubspot:7", Secret("x"))
    assert secrets.forget("hubspot:7")
    assert not secrets.forget("hubspot:7")
    assert vault.kept == {}


def test_a_backend_that_keeps_plain_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = Vault()
    monkeypatch.setattr(keyring.core, "_keyring_backend", vault)
    assert secrets.keep("hubspot:7", Secret("x")) is None
    assert vault.kept == {}


def test_a_locked_keyring_is_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = LockedVault()
    install(vault, monkeypatch)
    monkeypatch.setattr(secrets, "KEYRING_SECONDS", 0.05)
    with pytest.raises(SecretError, match="did not answer"):
        secrets.find("hubspot:7", environ={})
    vault.unlocked.set()


def test_a_keyring_that_fails_says_so_without_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    install(BrokenVault(), monkeypatch)
    with pytest.raises(SecretError) as caught:
        secrets.keep("hubspot:7", Secret("sentinel"))
    assert "sentinel" not in caught.value.line


def test_a_token_file_must_be_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from the file\nsecond line\n")
    environ = {"CSMDESK_TOKEN_HUBSPOT_FILE": str(file)}
    file.chmod(0o644)
    with pytest.raises(SecretError, match="read by others"):
        secrets.find("hubspot:7", environ=environ)
    file.chmod(stat.S_IRUSR)
    found = secrets.find("hubspot:7", environ=environ)
    assert found is not None
    assert found.secret.reveal() == "from the file"


@pytest.mark.parametrize(
    "command",
    ["/does/not/exist", "python -c 'import sys; sys.exit(3)'", "'unclosed", '["", 3]'],
)
def test_a_token_command_that_gives_nothing_is_one_clear_line(command: str) -> None:
    command = command.replace("python", sys.executable)
    with pytest.raises(SecretError) as caught:
        secrets.find("hubspot:7", environ={"CSMDESK_TOKEN_HUBSPOT_COMMAND": command})
    assert caught.value.hint


def test_a_token_command_runs_without_a_shell() -> None:
    words = json.dumps([sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; echo no"])
    found = secrets.find("hubspot", environ={"CSMDESK_TOKEN_HUBSPOT_COMMAND": words})
    assert found is not None
    assert found.secret.reveal() == "$HOME; echo no"
