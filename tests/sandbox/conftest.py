"""One embedded CRM per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.running import Sandbox, sandbox

from csmdesk.sandbox.server import Options


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Sandbox]:
    """A CRM with two companies and two contacts, over a loopback socket."""
    with sandbox(tmp_path / "crm", options=Options(searches_per_second=1_000)) as running:
        yield running
