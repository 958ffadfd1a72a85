"""Checks of what no kill brings to light: overlap, the brake, one sync at a time."""

import os
from datetime import timedelta

from tests.sync.campaign.invariants import check_once, insist, settle
from tests.sync.campaign.mortal import Mortals, mortals
from tests.sync.campaign.stage import Stage
from tests.sync.office import with_keys, without_keys

from csmdesk.usecases import editing


def late_commits_are_seen(made: Stage, mortal: Mortals, defect: str) -> None:
    """A change that the CRM shows late, with the date it was made, is pulled all the same."""
    made.begin()
    insist(not mortal.run(made.job(defect=defect)).trouble, "the sync failed")
    names = {"A-1": f"Alder {made.trials}", "A-2": f"Birch {made.trials}"}
    first, second = companies(made)
    made.crm.ask("POST", "/_sandbox/clock", {"advance": 3_600})
    rename(made, first, names["A-1"])
    # A date moves the cursor once the CRM's clock, which it tells in seconds, is past it.
    made.crm.ask("POST", "/_sandbox/clock", {"advance": 5})
    mortal.run(made.job(defect=defect, later=timedelta(hours=1)))
    made.crm.ask("POST", "/_sandbox/clock", {"advance": -300})
    rename(made, second, names["A-2"])
    made.crm.ask("POST", "/_sandbox/clock", {"advance": 600})
    mortal.run(made.job(defect=defect, later=timedelta(hours=1, minutes=5)))
    made.crm.ask("POST", "/_sandbox/clock", {"advance": -3_905})
    desk = made.desk()
    try:
        found = {name for (name,) in desk.rows("SELECT name FROM accounts")}
        insist(set(names.values()) <= found, "not seen:", set(names.values()) - found)
    finally:
        desk.close()


def companies(made: Stage) -> tuple[str, str]:
    """The remote ids of two companies of the desk's owner."""
    desk = made.desk()
    try:
        found = desk.rows(
            "SELECT remote_id FROM remote_links WHERE object_type = 'company' ORDER BY remote_id"
        )
    finally:
        desk.close()
    return found[0][0], found[1][0]


def rename(made: Stage, company: str, name: str) -> None:
    """Change a company's name at the CRM."""
    made.crm.ask(
        "PATCH", f"/crm/objects/2026-09/companies/{company}", {"properties": {"name": name}}
    )


def brake_holds(made: Stage, mortal: Mortals, defect: str) -> None:
    """Most of a list is suddenly gone: nothing is hidden before the user was asked."""
    made.begin()
    desk = made.desk()
    before = desk.rows("SELECT id, state FROM contacts ORDER BY id")
    desk.close()
    state = made.crm.crm.state
    for record in sorted(state.records["contacts"]):
        made.crm.ask("POST", f"/_sandbox/records/contacts/{record}/purge", {})
    mortal.run(made.job(defect=defect, options={"sweep": True}))
    desk = made.desk()
    try:
        after = desk.rows("SELECT id, state FROM contacts ORDER BY id")
        insist(len(before) > 8 and after == before, "hidden unasked:", after)
    finally:
        desk.close()


def one_syncs_at_a_time(made: Stage, mortal: Mortals, defect: str) -> None:
    """While one process is about to send, another one neither sends nor takes over."""
    made.begin()
    gate = made.folder / "gate"
    if not gate.exists():
        os.mkfifo(gate)
    mortal.start(
        made.job(
            defect=defect,
            hold_at="POST /crm/objects/2026-09/calls: before",
            gate=str(gate),
            options={"thorough": False},
        )
    )
    mortal.wait_until_held()
    try:
        with mortals() as other:
            for minutes in (1, 2, 6, 20, 40):
                other.run(
                    made.job(
                        defect=defect,
                        later=timedelta(minutes=minutes),
                        options={"thorough": False},
                    )
                )
            busy = len(made.effects())
    finally:
        with gate.open("w") as open_gate:
            open_gate.write("go")
    mortal.wait()
    insist(busy == 0, "another process sent while this one was about to")
    desk = made.desk()
    try:
        settle(made, desk, after=timedelta(minutes=40))
        check_once(made, desk)
    finally:
        desk.close()


def a_late_arrival_is_waited_for(made: Stage, mortal: Mortals, defect: str) -> None:
    """A request that the CRM carries out minutes after it broke off is not sent twice."""
    made.begin()
    made.faults({"fault": "reset_applied_later:200", "method": "POST", "path": "/calls$"})
    mortal.run(made.job(defect=defect))
    for minutes in (2, 3):
        mortal.run(made.job(defect=defect, later=timedelta(minutes=minutes)))
    made.crm.ask("POST", "/_sandbox/clock", {"advance": 240})
    for _ in range(2_000):
        if any(effect["time"] and effect["op"] == "create" for effect in made.effects()):
            break
        made.crm.ask("GET", "/_sandbox/clock")
    for minutes in (6, 17, 40):
        mortal.run(made.job(defect=defect, later=timedelta(minutes=minutes)))
    for _ in range(50):
        made.crm.ask("GET", "/_sandbox/clock")
    made.crm.ask("POST", "/_sandbox/clock", {"advance": -240})
    desk = made.desk()
    try:
        settle(made, desk, after=timedelta(minutes=60))
        check_once(made, desk)
    finally:
        desk.close()


def a_lost_answer_is_looked_for_as_it_was_sent(made: Stage, mortal: Mortals, defect: str) -> None:
    """What arrived with a marker is found by it, though the unique property is there by then."""
    made.begin()
    made.faults(
        {"fault": "reset_before_headers_applied", "method": "POST", "path": "/calls$"},
        {"fault": "error_502", "path": "/calls", "times": None},
    )
    mortal.run(made.job(defect=defect))
    made.heal()
    desk = made.desk(later=timedelta(minutes=1))
    try:
        with_keys(made.crm, desk)
        for minutes in (2, 6, 17, 40):
            later = timedelta(minutes=minutes)
            mortal.run(made.job(defect=defect, later=later, options={"thorough": False}))
        settle(made, desk, after=timedelta(minutes=60))
        check_once(made, desk)
    finally:
        without_keys(made.crm, desk)
        desk.close()


def edits_are_compared(made: Stage, mortal: Mortals, defect: str) -> None:
    """A field that both sides changed is not written over, and both values stay."""
    made.begin()
    desk = made.desk()
    try:
        who, remote = desk.rows(
            "SELECT c.id, l.remote_id FROM contacts AS c JOIN remote_links AS l"
            " ON l.local_id = c.id ORDER BY c.id LIMIT 1"
        )[0]
        editing.change(desk.workspace, "contact", who, {"title": "CIO"}, desk.clock.now())
    finally:
        desk.close()
    theirs = f"Chair {made.trials}"
    path = f"/crm/objects/2026-09/contacts/{remote}"
    made.crm.ask("PATCH", path, {"properties": {"jobtitle": theirs}})
    mortal.run(made.job(defect=defect, options={"thorough": False}))
    held = made.crm.ask("GET", f"{path}?properties=jobtitle")["properties"]["jobtitle"]
    desk = made.desk()
    try:
        both = desk.rows("SELECT local, remote FROM conflicts WHERE settled_at IS NULL")
    finally:
        desk.close()
    insist(held == theirs, "written over at the CRM:", held)
    insist(both == [("CIO", theirs)], "not both kept:", both)
