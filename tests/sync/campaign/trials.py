"""Trials in which a sync is killed at every boundary it has.

Boundaries are counted, not sampled: before and after every commit, and for every request before
it leaves and after its answer; for one that writes also after each write and read of its socket.
"""

from datetime import timedelta

from tests.sync.campaign.invariants import (
    check_all,
    check_kept,
    check_mirror,
    check_quiet,
    insist,
    mirror_of,
    settle,
    texts,
)
from tests.sync.campaign.mortal import Mortals
from tests.sync.campaign.stage import TEXTS, Stage, forget_place
from tests.sync.office import Desk, MovingClock

from csmdesk.usecases import dispositions, editing

LINES = (f"c Ana, Raj 25m + {TEXTS[0]}", f"e Ana {TEXTS[1]}")
PROMISES = ("i budget is tight > send the plan fri",)
"""A touch that never leaves, with a step that does."""

READABLE = ("company", "contact", "call", "email")
LOST = {
    "fault": "close_before_headers_applied",
    "method": "POST|PUT|PATCH|DELETE",
    "path": r"/(batch/upsert|calls|emails|tasks|associate/default)$|associations/default",
    "times": None,
    "probability": 0.4,
}


def push_trials(
    made: Stage, mortal: Mortals, *, lost: bool, kills: int = 1, defect: str = ""
) -> int:
    """Kill a push at every boundary, restart it, and check; return the count of trials.

    Args:
        made: the stage, with touches that wait to be sent.
        mortal: forks.
        lost: whether two in five replies to writes are lost.
        kills: how often in a row it is killed, each time at the same count.
        defect: a planted defect that the killed and the restarted process have.
    """
    made.begin()
    desk = made.desk()
    written = texts(desk)
    settle(made, desk)
    mirror = mirror_of(desk)
    check_all(made, desk, written, mirror)
    desk.close()
    number = 0
    while True:
        number += 1
        made.begin(seed=number)
        if lost:
            made.faults(LOST)
        fates = [
            mortal.run(
                made.job(
                    kill_at=number,
                    reads=False,
                    defect=defect,
                    later=timedelta(minutes=3 * again),
                    options={"thorough": False},
                )
            )
            for again in range(kills)
        ]
        insist(not fates[0].trouble, fates[0].trouble)
        if defect:
            made.heal()
            for minutes in (0.5, 3, 8, 20):
                mortal.run(
                    made.job(
                        defect=defect,
                        later=timedelta(minutes=minutes),
                        options={"thorough": False},
                    )
                )
        desk = made.desk()
        try:
            settle(made, desk, after=timedelta(minutes=20 if kills > 1 or defect else 0))
            check_all(made, desk, written, mirror)
        except AssertionError as error:
            error.add_note(f"killed at boundary {number}: {fates[0].boundaries[-1:]}")
            raise
        finally:
            desk.close()
        if not fates[0].killed:
            return number


def pull_trials(made: Stage, mortal: Mortals, *, every: int = 1, defect: str = "") -> int:
    """Kill a pull at every boundary, restart it, and check; return the count of trials."""
    made.begin()
    desk = made.desk()
    written = texts(desk)
    desk.sync()
    desk.sync()
    mirror = mirror_of(desk)
    desk.close()
    number = trials = 0
    while True:
        number += every
        trials += 1
        made.begin()
        fate = mortal.run(made.job(kill_at=number, defect=defect))
        insist(not fate.trouble, fate.trouble)
        desk = made.desk()
        try:
            desk.sync()
            desk.sync()
            check_kept(desk, written)
            check_mirror(desk, mirror)
            check_quiet(made, desk)
        except AssertionError as error:
            error.add_note(f"killed at boundary {number}: {fate.boundaries[-1:]}")
            raise
        finally:
            desk.close()
        if not fate.killed:
            return trials


def edit_trials(made: Stage, mortal: Mortals, *, lost: bool) -> int:
    """Kill the sending of a changed field at every boundary, restart it, and check.

    Afterwards the CRM has the value, it was written once, and nothing waits.
    """
    desk = Desk(made.prepared, made.crm.url, MovingClock(made.now))
    who, remote = desk.rows(
        "SELECT c.id, l.remote_id FROM contacts AS c JOIN remote_links AS l ON l.local_id = c.id"
        " ORDER BY c.id LIMIT 1"
    )[0]
    editing.change(desk.workspace, "contact", who, {"title": "CIO"}, made.now)
    forget_place(desk)
    desk.close()
    path = f"/crm/objects/2026-09/contacts/{remote}"
    number = 0
    while True:
        number += 1
        made.crm.ask("PATCH", path, {"properties": {"jobtitle": ""}})
        made.begin(seed=number)
        if lost:
            made.faults({**LOST, "path": "/contacts/"})
        fate = mortal.run(made.job(kill_at=number, options={"thorough": False}))
        insist(not fate.trouble, fate.trouble)
        made.heal()
        desk = made.desk(later=timedelta(minutes=5))
        try:
            for minutes in (0, 5, 20):
                desk.clock.move(minutes=minutes)
                desk.sync(thorough=False)
            insist(desk.states() == ["done"], "killed at", number, "left", desk.states())
            updates = [each for each in made.effects() if each["op"] == "update"]
            insist(
                [each["changed"] for each in updates] == [{"jobtitle": "CIO"}],
                "killed at",
                number,
                "wrote",
                updates,
            )
            shown = desk.one("SELECT title FROM contacts WHERE id = ?", who)
            insist(shown == "CIO", "killed at", number, "shows", shown)
            check_quiet(made, desk)
        finally:
            desk.close()
        if not fate.killed:
            return number


DUE = ("2030-05-03", "2030-05-17")
"""Days to which a task is moved at the CRM before and in a trial."""


def arrive_and_tick(desk: Desk) -> None:
    """Let shared steps arrive, and mark them as done here; that is not sent yet."""
    desk.sync()
    desk.sync()
    desk.clock.move(days=8)
    account = desk.account("Alder Freight")
    dispositions.done(desk.workspace, account, types=["promise"], now=desk.clock.now())
    desk.clock.move(days=-8)


def shared_trials(made: Stage, mortal: Mortals) -> int:
    """Kill a sync at every boundary while a step is done here and its task is moved there.

    Args:
        made: the stage, with one step that was shared, arrived, and is done here.
        mortal: forks.
    """
    made.begin()
    desk = made.desk()
    remote = desk.one("SELECT remote_id FROM remote_links WHERE object_type = 'task'")
    step = desk.one("SELECT id FROM next_steps")
    desk.close()
    address = f"/crm/objects/2026-09/tasks/{remote}"
    number = 0
    while True:
        number += 1
        made.begin(seed=number)
        made.crm.ask(
            "PATCH",
            address,
            {
                "properties": {
                    "hs_task_status": "NOT_STARTED",
                    "hs_timestamp": f"{DUE[number % 2]}T00:00:00.000Z",
                }
            },
        )
        made.faults({**LOST, "path": "/tasks/"})
        fate = mortal.run(made.job(kill_at=number, reads=False))
        insist(not fate.trouble, fate.trouble)
        desk = made.desk()
        try:
            settle(made, desk)
            task = made.crm.ask("GET", f"{address}?properties=hs_task_status,hs_timestamp")
            told = task["properties"]
            insist(told["hs_task_status"] == "COMPLETED", "not completed there:", told)
            insist(told["hs_timestamp"][:10] == DUE[number % 2], "moved back there:", told)
            here = desk.rows("SELECT due_on, done_on IS NULL FROM next_steps WHERE id = ?", step)
            insist(here == [(DUE[number % 2], 0)], "other here:", here)
            insist(desk.rows("SELECT id FROM tasks WHERE state = 'active'") == [], "came twice")
            insist(desk.rows("SELECT id FROM conflicts") == [], "a conflict of nothing")
            check_quiet(made, desk)
        except AssertionError as error:
            error.add_note(f"killed at boundary {number}: {fate.boundaries[-1:]}")
            raise
        finally:
            desk.close()
        if not fate.killed:
            return number
