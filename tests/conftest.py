"""Every test runs in a home of its own: no settings, no keyring, no network but loopback."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no failure, and the same commit gives the same examples everywhere.
settings.register_profile("csmdesk", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("csmdesk")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test an empty home; what it starts as a child inherits it."""
    folder = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith("CSMDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    for variable, part in (
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
        ("XDG_CACHE_HOME", ".cache"),
    ):
        monkeypatch.setenv(variable, str(folder / part))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for variable in ("DBUS_SESSION_BUS_ADDRESS", "NO_COLOR", "FORCE_COLOR", "EDITOR", "VISUAL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    return folder
