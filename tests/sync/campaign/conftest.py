"""What the campaign needs: a quick folder, and the process that forks those who die."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.campaign.mortal import Mortals, mortals

_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it


@pytest.fixture
def quick_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a killed process loses nothing it has written."""
    if not _MEMORY.is_dir():
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="csmdesk-", dir=_MEMORY))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def mortal() -> Iterator[Mortals]:
    """The process that forks."""
    with mortals() as running:
        yield running
