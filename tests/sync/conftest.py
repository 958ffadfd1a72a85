"""A desk and its CRM, ready for a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import Desk, office, without_keys


@pytest.fixture
def desk_and_crm(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A connected desk that has pulled."""
    with office(tmp_path) as (crm, desk):
        desk.sync()
        yield crm, desk


@pytest.fixture(params=["A", "B"])
def either_tier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A connected desk that has pulled, with the unique property at the CRM (A) or without (B)."""
    with office(tmp_path) as (crm, desk):
        if request.param == "B":
            without_keys(crm, desk)
        desk.sync()
        yield crm, desk
