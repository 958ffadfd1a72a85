"""The table of states of the outbox, row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csmdesk.crm.base import (
    Absent,
    CannotTell,
    Done,
    Doubt,
    Found,
    Impossible,
    Later,
    Lookup,
    Missing,
    NoAccess,
    NotSent,
    Outcome,
    Refused,
    Several,
    Tier,
)
from csmdesk.sync.settle import (
    BACKOFF_CAP,
    MOST_ATTEMPTS,
    QUIET,
    RETRY_AFTER_CAP,
    after_looking,
    after_sending,
    backoff,
)

SENT: list[tuple[Outcome, Tier, str, str, bool]] = [
    (Done(remote_id="1"), "A", "create", "done", False),
    (NotSent(why="no route"), "A", "create", "pending", True),
    (Later(why="429", seconds=3), "A", "create", "pending", False),
    (Later(why="429"), "B", "create", "pending", False),
    (Later(why="day", daily=True), "B", "create", "pending", False),
    (NoAccess(why="401"), "A", "create", "pending", False),
    (NoAccess(why="403", object_type="call"), "B", "create", "pending", False),
    (Doubt(why="timeout"), "A", "create", "uncertain", True),
    (Doubt(why="timeout"), "B", "create", "uncertain", True),
    (Doubt(why="timeout"), "C", "create", "uncertain", True),
    (Doubt(why="timeout"), "B", "update", "uncertain", True),
    (Refused(why="400", status=400), "A", "create", "failed", True),
    (Refused(why="409", status=409, maybe_ours=True), "A", "create", "uncertain", True),
    (Refused(why="409", status=409, maybe_ours=True), "A", "update", "failed", True),
    (Missing(why="404"), "A", "update", "pending", True),
]


@pytest.mark.parametrize(("outcome", "tier", "kind", "state", "charged"), SENT)
def test_what_an_answer_means(
    outcome: Outcome, tier: Tier, kind: str, state: str, charged: bool
) -> None:
    found = after_sending(outcome, tier=tier, kind=kind, attempts=0, chance=0.5)
    assert (found.state, found.charged) == (state, charged)


def test_a_record_that_is_missing_twice_is_for_the_user() -> None:
    found = after_sending(Missing(why="404"), tier="A", kind="update", attempts=1, chance=0.5)
    assert found.state == "failed"


def test_doubt_is_looked_into_at_once_only_where_the_answer_is_certain() -> None:
    def wait(tier: Tier, kind: str) -> float | None:
        return after_sending(
            Doubt(why="timeout"), tier=tier, kind=kind, attempts=0, chance=0.5
        ).wait

    assert wait("A", "create") == 0
    assert wait("B", "create") == QUIET[0]
    assert wait("C", "create") == QUIET[0]
    assert wait("B", "update") == 0


LOOKED: list[tuple[Lookup, int, float, str]] = [
    (Found(remote_id="1"), 0, 60, "done"),
    (Absent(final=True), 0, 0, "pending"),
    (Absent(), 0, 60, "uncertain"),
    (Absent(), 1, 300, "uncertain"),
    (Absent(), 2, 900, "pending"),
    (Absent(), 2, 899, "uncertain"),
    (Several(remote_ids=("1", "2")), 0, 60, "failed"),
    (CannotTell(why="503"), 2, 900, "uncertain"),
    (NoAccess(why="401"), 2, 900, "uncertain"),
    (Impossible(why="nothing"), 0, 60, "failed"),
]


@pytest.mark.parametrize(("found", "lookups", "seconds", "state"), LOOKED)
def test_what_a_look_up_means(found: Lookup, lookups: int, seconds: float, state: str) -> None:
    settled = after_looking(
        found, lookups=lookups, seconds_since_sent=seconds, attempts=1, chance=0.5
    )
    assert settled.state == state


@given(steps=st.lists(st.floats(0.1, 2000), min_size=1, max_size=40))
def test_nothing_is_sent_again_before_three_spaced_negatives(steps: list[float]) -> None:
    lookups, now = 0, 0.0
    negatives: list[float] = []
    for step in steps:
        now += step
        settled = after_looking(
            Absent(), lookups=lookups, seconds_since_sent=now, attempts=1, chance=0.5
        )
        if settled.looked:
            negatives.append(now)
            lookups += 1
        if settled.state == "pending":
            assert len(negatives) == 3
            assert all(at >= due for at, due in zip(negatives, QUIET, strict=True))
            return
        assert settled.state == "uncertain"


def test_a_look_up_that_fails_is_no_negative() -> None:
    settled = after_looking(
        CannotTell(why="503"), lookups=2, seconds_since_sent=5000, attempts=1, chance=0.5
    )
    assert not settled.looked


def test_trying_in_vain_ends_with_the_user() -> None:
    settled = after_looking(
        Absent(final=True),
        lookups=0,
        seconds_since_sent=0,
        attempts=MOST_ATTEMPTS,
        chance=0.5,
    )
    assert settled.state == "failed"


@given(attempts=st.integers(0, 10_000), chance=st.floats(0, 1))
def test_backoff_is_spread_and_bounded(attempts: int, chance: float) -> None:
    assert 0 < backoff(attempts, chance) <= BACKOFF_CAP


@given(seconds=st.floats(0, 1e12))
def test_an_absurd_retry_after_is_cut(seconds: float) -> None:
    found = after_sending(
        Later(why="429", seconds=seconds), tier="A", kind="create", attempts=0, chance=0.5
    )
    assert found.wait is not None
    assert found.wait <= RETRY_AFTER_CAP + 1
