"""Done, snooze, dismiss and undo on a real store: what hides, what closes, what comes back."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generated import Maker, seeds
from tests.storing import keep_rows, stored
from tests.usecases.alder import NOW, TODAY, alder

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.errors import InputError, NothingToUndo, UnknownAccount
from csmdesk.usecases import agenda, dispositions, waking
from csmdesk.usecases.workspace import Workspace


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workspace]:
    made = alder(tmp_path)
    yield made
    made.store.close()


def types(workspace: Workspace, days: int = 0) -> set[str]:
    item = agenda.today(workspace, NOW + timedelta(days=days)).item("a")
    return set() if item is None else {signal.type for signal in item.one.visible}


def test_done_closes_promise_and_task_and_readies_meetings(bench: Workspace) -> None:
    assert types(bench) == {"promise", "waiting", "task", "review", "meeting", "renewal"}
    decided = dispositions.done(bench, "a")
    assert {cause.signal.type for cause in decided.causes} == types(bench) | {
        *("promise", "waiting", "task", "review", "meeting", "renewal")
    }
    assert types(bench) == set()
    with bench.store.reading() as connection:
        ask = connection.execute
        assert ask("SELECT done_on FROM next_steps WHERE id = 'N-us'").fetchone() == ("2026-03-16",)
        assert ask("SELECT done_on FROM next_steps WHERE id = 'N-them'").fetchone() == (None,)
        assert ask("SELECT * FROM task_completions").fetchall() == [("K", "2026-03-16")]
        assert dict(ask("SELECT meeting_id, prep FROM meeting_preps").fetchall()) == {
            "R": "ready",
            "M": "ready",
        }
    # A chased step is asked about again after a week.
    assert types(bench, days=7) >= {"waiting", "renewal"}


def test_undo_puts_every_object_back_to_what_it_was(bench: Workspace) -> None:
    before = agenda.document(agenda.today(bench))
    dispositions.done(bench, "a")
    undone = dispositions.undo(bench)
    assert (undone.account, undone.action, len(undone.types)) == ("Alder", "done", 6)
    assert agenda.document(agenda.today(bench)) == before
    with bench.store.reading() as connection:
        assert connection.execute("SELECT * FROM meeting_preps").fetchall() == [("R", "started")]
    with pytest.raises(InputError, match="nothing to undo"):
        dispositions.undo(bench)


def test_undo_takes_back_one_action_at_a_time(bench: Workspace) -> None:
    dispositions.done(bench, "a", types=["waiting"])
    dispositions.done(bench, "a", types=["task"])
    assert dispositions.undo(bench).types == ("task",)
    assert "task" in types(bench)
    assert "waiting" not in types(bench)
    assert dispositions.undo(bench).types == ("waiting",)
    assert "waiting" in types(bench)


def test_each_cause_of_a_snooze_gets_its_own_date(bench: Workspace) -> None:
    decided = dispositions.document(dispositions.snooze(bench, "a", date(2026, 6, 1)))
    until = {cause["type"]: cause["until"] for cause in decided["causes"]}
    # Thirty days at most; the renewal back on the last working day before it must be acted on.
    assert until["waiting"] == "2026-04-15"
    assert until["renewal"] == "2026-04-14"
    assert all(cause["shortened"] for cause in decided["causes"])
    assert types(bench) == set()
    assert "renewal" not in types(bench, days=5)
    assert "waiting" not in types(bench, days=29)
    assert "renewal" in types(bench, days=29)


def test_what_must_be_done_today_is_not_snoozed(bench: Workspace) -> None:
    keep_rows(
        bench.store,
        {
            "tasks": [
                {
                    "id": "K",
                    "account_id": "a",
                    "title": "Ring",
                    "due_on": "2026-03-16",
                    "priority": "high",
                }
            ]
        },
    )
    decided = dispositions.document(dispositions.snooze(bench, "a", date(2026, 3, 20)))
    assert [item["type"] for item in decided["skipped"]] == ["task"]
    before = agenda.document(agenda.today(bench))
    with pytest.raises(InputError, match="due today"):
        dispositions.snooze(bench, "a", date(2026, 3, 20), types=["task"])
    with pytest.raises(InputError, match="not in the future"):
        dispositions.snooze(bench, "a", TODAY, types=["task"])
    assert agenda.document(agenda.today(bench)) == before


def test_a_dismissal_needs_a_reason_and_spares_promises_and_tasks(bench: Workspace) -> None:
    with pytest.raises(InputError, match="needs a reason"):
        dispositions.dismiss(bench, "a", reason="  ")
    with pytest.raises(InputError, match="cancelled"):
        dispositions.dismiss(bench, "a", reason="noise", types=["promise", "task"])
    decided = dispositions.document(dispositions.dismiss(bench, "a", reason="noise"))
    assert {item["type"] for item in decided["skipped"]} == {"promise", "task"}
    assert {cause["until"] for cause in decided["causes"]} == {"2026-06-14"}
    item = agenda.today(bench).item("a")
    assert item is not None
    assert {(hidden.action, hidden.reason) for hidden in item.hidden} == {("dismiss", "noise")}


def test_unknown_accounts_and_types_are_refused(bench: Workspace) -> None:
    with pytest.raises(UnknownAccount):
        dispositions.done(bench, "nobody")
    with pytest.raises(InputError, match="is called 'nonsense'"):
        dispositions.done(bench, "a", types=["nonsense"])
    with pytest.raises(InputError, match="shows nothing"):
        dispositions.done(bench, "a", types=["ticket"])
    with bench.store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM dispositions").fetchone() == (0,)


@settings(max_examples=25)
@given(seeds, st.lists(st.sampled_from(("done", "snooze", "dismiss")), min_size=1, max_size=3))
def test_undo_is_an_inverse_on_any_book(
    tmp_path_factory: pytest.TempPathFactory, seed: int, actions: list[str]
) -> None:
    made = Maker(seed, accounts=2)
    store = stored(tmp_path_factory.mktemp("store") / "store.db", made.world)
    workspace = Workspace(store, FixedClock(made.now), Config(), made.zone)
    seen = [agenda.document(agenda.today(workspace))]
    for action in actions:
        for account in ("a0", "a1"):
            try:
                if action == "done":
                    dispositions.done(workspace, account)
                elif action == "snooze":
                    until = made.today + timedelta(days=9)
                    dispositions.snooze(workspace, account, until)
                else:
                    dispositions.dismiss(workspace, account, reason="noise")
            except InputError:
                continue
            seen.append(agenda.document(agenda.today(workspace)))
    while len(seen) > 1:
        assert agenda.document(agenda.today(workspace)) == seen.pop()
        dispositions.undo(workspace)
    assert agenda.document(agenda.today(workspace)) == seen.pop()
    store.close()


def test_what_done_closed_for_good_is_listed_and_opened_again(bench: Workspace) -> None:
    dispositions.done(bench, "a", types=["waiting"])
    dispositions.done(bench, "a", types=["promise", "task", "review"])
    dispositions.done(bench, "a", types=["meeting"])
    hidden = waking.asleep(bench)
    assert [(one.type, one.closed) for one in hidden] == [
        ("waiting", False), ("meeting", True), ("task", True), ("promise", True), ("review", True),
    ]  # fmt: skip
    assert {one.fact for one in hidden if one.closed} == {
        *("promise: Send it", "task: Ring", "review to prepare: Review"),
        "meeting to prepare: Call",
    }
    for one in hidden:
        waking.wake(bench, one)
    assert waking.asleep(bench) == ()
    assert types(bench) == {"promise", "waiting", "task", "review", "meeting", "renewal"}
    with bench.store.reading() as connection:
        assert connection.execute("SELECT * FROM meeting_preps").fetchall() == [("R", "started")]


def test_a_prepared_meeting_that_has_begun_cannot_be_taken_back(bench: Workspace) -> None:
    dispositions.done(bench, "a", types=["meeting", "promise"])
    later = waking.asleep(bench, NOW + timedelta(days=2))
    assert [one.type for one in later] == ["promise"]


def test_undo_of_one_action_leaves_every_other(bench: Workspace) -> None:
    first = dispositions.done(bench, "a", types=["waiting"])
    second = dispositions.done(bench, "a", types=["task", "promise"])
    [promise] = [one for one in waking.asleep(bench) if one.type == "promise"]
    waking.wake(bench, promise)
    assert dispositions.undo(bench, only=second.ids).types == ("task",)
    with pytest.raises(NothingToUndo, match="taken back before"):
        dispositions.undo(bench, only=second.ids)
    assert "waiting" not in types(bench)
    assert dispositions.undo(bench, only=first.ids).types == ("waiting",)
