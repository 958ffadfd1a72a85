"""A test of the tests: each check notices a defect of the kind it is there for."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sync.campaign.invariants import Broken
from tests.sync.campaign.mortal import Mortals
from tests.sync.campaign.stage import Stage, stage
from tests.sync.campaign.trials import LINES, READABLE, pull_trials, push_trials
from tests.sync.campaign.watching import (
    a_late_arrival_is_waited_for,
    a_lost_answer_is_looked_for_as_it_was_sent,
    brake_holds,
    edits_are_compared,
    late_commits_are_seen,
    one_syncs_at_a_time,
)
from tests.sync.office import BOOK

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("defect", "lost"),
    [
        ("resend on restart without a look-up", False),
        ("doubt thrown away", True),
        ("sent before the claim is committed", False),
        ("own pushes not recognised", False),
    ],
)
def test_killing_pushes_finds(quick_path: Path, mortal: Mortals, defect: str, lost: bool) -> None:
    with (
        stage(quick_path, tier="B", lines=LINES[:1], readable=READABLE) as made,
        pytest.raises(Broken),
    ):
        push_trials(made, mortal, lost=lost, defect=defect)


def test_killing_pulls_finds_a_cursor_committed_before_its_rows(
    quick_path: Path, mortal: Mortals
) -> None:
    with (
        stage(quick_path, tier="A", pulled=False) as made,
        pytest.raises(Broken),
    ):
        pull_trials(made, mortal, defect="the cursor committed before the rows")


@pytest.mark.parametrize(
    ("check", "defect"),
    [
        (a_late_arrival_is_waited_for, "one negative look-up believed"),
        (late_commits_are_seen, "no overlap"),
        (brake_holds, "no brake"),
        (one_syncs_at_a_time, "the lease ignored"),
        (a_lost_answer_is_looked_for_as_it_was_sent, "looked for as it would be sent today"),
        (edits_are_compared, "fields written without comparing"),
    ],
)
def test_a_check_holds_for_the_program_and_fails_for_the_defect(
    quick_path: Path,
    mortal: Mortals,
    check: Callable[[Stage, Mortals, str], None],
    defect: str,
) -> None:
    crowd = [
        {"id": f"C-{number}", "account_id": "A-2", "name": f"Person {number}"}
        for number in range(10, 20)
    ]
    book = {**BOOK, "contacts": [*BOOK["contacts"], *crowd]}
    with stage(quick_path, tier="B", lines=LINES[:1], book=book) as made:
        check(made, mortal, "")
        with pytest.raises(Broken):
            check(made, mortal, defect)
