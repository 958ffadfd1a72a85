"""A sync on a full disk, on a read-only one, beside a writer, beside another sync."""

import os
import sqlite3
from pathlib import Path

import pytest
from tests.sync.campaign.invariants import check_all, settle, texts
from tests.sync.campaign.mortal import Mortals, mortals
from tests.sync.campaign.stage import Stage, stage
from tests.sync.campaign.trials import LINES, READABLE

pytestmark = pytest.mark.slow

NOBODY = 65_534
CREATED = "POST /crm/objects/2026-09/calls: body read"


def check_after(made: Stage) -> None:
    """Whatever happened: afterwards all is well."""
    desk = made.desk()
    try:
        written = texts(desk)
        settle(made, desk)
        check_all(made, desk, written)
        assert len(written) == len(LINES)
    finally:
        desk.close()


def test_a_disk_that_is_full_at_any_point_loses_and_doubles_nothing(
    quick_path: Path, mortal: Mortals, capsys: pytest.CaptureFixture[str]
) -> None:
    troubles = trials = 0
    with stage(quick_path, tier="B", lines=LINES, readable=READABLE) as made:
        for room in range(1_000, 160_000, 6_000):
            made.begin()
            fate = mortal.run(made.job(room=room))
            trials += 1
            troubles += bool(fate.trouble)
            assert not fate.trouble or "Store" in fate.trouble, fate
            check_after(made)
    with capsys.disabled():
        print(  # noqa: T201  # the count is the result
            f"full disk: {trials} levels, {troubles} ended the sync, 0 lost, 0 doubled"
        )
    assert troubles > 3


def test_a_store_that_cannot_be_written_sends_nothing(quick_path: Path, mortal: Mortals) -> None:
    with stage(quick_path, tier="B", lines=LINES, readable=READABLE) as made:
        made.begin()
        quick_path.chmod(0o755)
        made.store.chmod(0o444)
        fate = mortal.run(made.job(uid=NOBODY if os.geteuid() == 0 else 0))
        assert "StoreUnusable" in fate.trouble
        assert made.effects() == []
        made.store.chmod(0o600)
        check_after(made)


def test_a_store_locked_while_the_answer_is_on_its_way_is_settled_later(
    quick_path: Path, mortal: Mortals
) -> None:
    with stage(quick_path, tier="B", lines=LINES, readable=READABLE) as made:
        made.begin()
        gate = made.folder / "gate"
        os.mkfifo(gate)
        mortal.start(made.job(hold_at=CREATED, gate=str(gate)))
        mortal.wait_until_held()
        writer = sqlite3.connect(made.store, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        gate.write_text("go")
        fate = mortal.wait()
        writer.execute("ROLLBACK")
        writer.close()
        assert "StoreBusy" in fate.trouble
        check_after(made)


def test_syncs_at_once_and_logging_beside_them_double_nothing(
    quick_path: Path, mortal: Mortals
) -> None:
    with (
        stage(quick_path, tier="B", lines=LINES[:1], readable=READABLE) as made,
        mortals() as other,
    ):
        for _ in range(6):
            made.begin()
            for each in (mortal, other):
                each.start(made.job())
            desk = made.desk()
            desk.log("Alder Freight", LINES[1])
            desk.close()
            fates = [each.wait() for each in (mortal, other)]
            assert not any(fate.trouble for fate in fates)
            check_after(made)
