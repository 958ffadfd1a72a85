"""Fixtures of the command line's tests."""

from pathlib import Path

import pytest
from tests.cli.program import Program


@pytest.fixture
def csmdesk(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    """Give the command line on an empty store."""
    return Program(capsys, tmp_path)
