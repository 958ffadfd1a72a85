"""One embedded CRM per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.running import Sandbox, sandbox


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Sandbox]:
    """A CRM with two companies and two contacts, over a loopback socket."""
    with sandbox(tmp_path / "crm") as running:
        yield running
