"""A sync is killed at every boundary it has; afterwards nothing is lost and nothing is doubled."""

import os
from pathlib import Path

import pytest
from tests.sync.campaign.mortal import Mortals
from tests.sync.campaign.stage import stage
from tests.sync.campaign.trials import (
    LINES,
    PROMISES,
    READABLE,
    arrive_and_tick,
    edit_trials,
    pull_trials,
    push_trials,
    shared_trials,
)

FULL = os.environ.get("CSMDESK_CAMPAIGN") == "full"
"""Asks for every combination, at every boundary; half as much runs every time."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tier", "lost"),
    [("A", True), ("B", True), ("B", False), ("A", False)],
    ids=["key-40", "marker-40", "marker-0", "key-0"],
)
def test_a_push_killed_at_any_boundary_loses_and_doubles_nothing(
    quick_path: Path,
    mortal: Mortals,
    tier: str,
    lost: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with stage(
        quick_path, tier=tier, lines=LINES if FULL else LINES[:1], readable=READABLE
    ) as made:
        trials = push_trials(made, mortal, lost=lost)
    with capsys.disabled():
        print(  # noqa: T201  # the count is the result
            f"push, tier {tier}, {40 if lost else 0} % of replies lost:"
            f" {trials} trials, 0 lost, 0 doubled"
        )
    assert trials > 30


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["A", "B"])
def test_a_share_killed_at_any_boundary_makes_each_task_once(
    quick_path: Path, mortal: Mortals, tier: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with stage(
        quick_path, tier=tier, lines=PROMISES, readable=(*READABLE, "task"), shared=True
    ) as made:
        trials = push_trials(made, mortal, lost=True)
    with capsys.disabled():
        print(  # noqa: T201  # the count is the result
            f"share, tier {tier}, 40 % of replies lost: {trials} trials, 0 lost, 0 doubled"
        )
    assert trials > 30


@pytest.mark.slow
def test_changes_of_a_shared_step_killed_at_any_boundary_reach_both_sides(
    quick_path: Path, mortal: Mortals, capsys: pytest.CaptureFixture[str]
) -> None:
    with stage(
        quick_path,
        tier="B",
        lines=PROMISES,
        readable=("company", "contact", "task"),
        shared=True,
        then=arrive_and_tick,
    ) as made:
        trials = shared_trials(made, mortal)
    with capsys.disabled():
        print(  # noqa: T201  # the count is the result
            f"shared, changed on both sides, 40 % of replies lost: {trials} trials, both the same"
        )
    assert trials > 10


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="the long campaign only")
@pytest.mark.parametrize("kills", [2, 3])
@pytest.mark.parametrize("tier", ["A", "B"])
def test_a_push_killed_again_and_again_loses_and_doubles_nothing(
    quick_path: Path,
    mortal: Mortals,
    tier: str,
    kills: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with stage(quick_path, tier=tier, lines=LINES, readable=READABLE) as made:
        trials = push_trials(made, mortal, lost=True, kills=kills)
    with capsys.disabled():
        print(  # noqa: T201  # the count is the result
            f"push, tier {tier}, {kills} kills in a row, 40 % of replies lost:"
            f" {trials} trials, 0 lost, 0 doubled"
        )


@pytest.mark.slow
def test_a_pull_killed_at_any_boundary_ends_with_the_same_mirror(
    quick_path: Path, mortal: Mortals, capsys: pytest.CaptureFixture[str]
) -> None:
    with stage(quick_path, tier="A", pulled=False) as made:
        trials = pull_trials(made, mortal, every=1 if FULL else 2)
    with capsys.disabled():
        print(  # noqa: T201  # the count is the result
            f"pull: {trials} trials, each with the mirror of an undisturbed pull"
        )
    assert trials > 20


@pytest.mark.slow
@pytest.mark.parametrize("lost", [False, True], ids=["0", "40"])
def test_a_changed_field_whose_sending_is_killed_anywhere_arrives_once(
    quick_path: Path, mortal: Mortals, lost: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with stage(quick_path, tier="A", readable=("company", "contact")) as made:
        trials = edit_trials(made, mortal, lost=lost)
    with capsys.disabled():
        print(  # noqa: T201  # the count is the result
            f"edit, {40 if lost else 0} % of replies lost: {trials} trials, each written once"
        )
    assert trials > 15
