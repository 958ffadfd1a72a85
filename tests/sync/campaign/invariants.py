"""What must hold after any fault, once the faults have stopped and time has passed.

The witness is the CRM: its effects log and its records, never the client's opinion.
"""

import re
from collections import Counter
from datetime import timedelta
from typing import Any

from tests.sync.campaign.stage import Stage
from tests.sync.office import ACTIVITIES, Desk

PATIENCE = (0, 2, 6, 17, 40, 90, 180, 300)
"""Minutes after the fault at which the desk syncs again, until all is settled."""

MARKER = re.compile(r"csmdesk:([0-9a-f-]{36})")
MIRROR = (
    *("users", "accounts", "subscriptions", "contacts", "activities", "activity_attendees"),
    *("meetings", "meeting_attendees", "tickets", "measurements", "health_records", "surveys"),
    *("tasks", "opportunities"),
)


class Broken(AssertionError):  # reads as what it says
    """An invariant does not hold."""


def insist(condition: bool, *told: object) -> None:
    """Break unless a condition holds."""
    if not condition:
        raise Broken(" ".join(str(part) for part in told))


def key_of(effect: dict[str, Any]) -> str | None:
    """The operation that a creation at the CRM carries, by key property or by marker."""
    changed = effect.get("changed", {})
    if changed.get("csmdesk_key"):
        return str(changed["csmdesk_key"])
    found = MARKER.search(" ".join(str(value) for value in changed.values()))
    return found[1] if found else None


def creations(effects: list[dict[str, Any]]) -> Counter[str]:
    """How often each operation has made a record."""
    found = [
        key_of(each) for each in effects if each["op"] == "create" and each["type"] in ACTIVITIES
    ]
    insist(None not in found, "a record of nobody's was made:", effects)
    return Counter(key for key in found if key is not None)


def settle(stage: Stage, desk: Desk, *, after: timedelta = timedelta()) -> None:
    """Heal, sync until nothing is in doubt, and once more."""
    stage.heal()
    for minutes in PATIENCE:
        desk.clock.instant = stage.now + after + timedelta(minutes=minutes)
        # A spent day would rest until midnight; the faults are over.
        report = desk.sync(thorough=False, anyway=True)
        if set(desk.states()) <= {"done", "cancelled"} and report.finished:
            break
    desk.sync(thorough=False)


def texts(desk: Desk) -> list[tuple[Any, ...]]:
    """Everything the user has written, as the store has it."""
    return desk.rows(
        "SELECT id, type, at, minutes, text, withdrawn_at FROM touchpoints ORDER BY id"
    )


def check_kept(desk: Desk, written: list[tuple[Any, ...]]) -> None:
    """I1: what the user has written is there, letter for letter. I5: the file is sound."""
    insist(texts(desk) == written, "lost or changed:", written, texts(desk))
    insist(desk.one("PRAGMA integrity_check") == "ok", "damaged")
    insist(desk.rows("PRAGMA foreign_key_check") == [], "a reference leads nowhere")


def check_once(stage: Stage, desk: Desk) -> None:
    """I2: each operation is at the CRM exactly once; I4: none is lost in silence."""
    effects = stage.effects()
    made = creations(effects)
    for op_id, kind, state in desk.rows("SELECT op_id, kind, state FROM outbox ORDER BY seq"):
        insist(
            state == "done",
            "after healing,",
            kind,
            "is",
            state,
            desk.rows("SELECT kind, state, last_error, lookups, attempts FROM outbox"),
        )
        if kind == "create":
            insist(made[op_id] == 1, f"made {made[op_id]} times:", op_id)
    ours = {op_id for (op_id,) in desk.rows("SELECT op_id FROM outbox WHERE kind = 'create'")}
    insist(set(made) <= ours, "made by nobody:", set(made) - ours)
    links = Counter(
        (each["type"], each["id"], each["to_type"], each["to_id"])
        for each in effects
        if each["op"] == "associate" and each["type"] in ACTIVITIES
    )
    doubled = [pair for pair, times in links.items() if times > 1]
    insist(not doubled, "linked more than once:", doubled)
    strange = [
        each
        for each in effects
        if each["op"] not in ("create", "associate") and each.get("changed") != {}
    ]
    insist(not strange, "something else was changed:", strange)


def check_records(stage: Stage, desk: Desk) -> None:
    """I2 again, by the records: text, company and people of each touch are there."""
    for op_id, kind, remote in desk.rows(
        "SELECT op_id, object_type, remote_id FROM outbox WHERE kind = 'create'"
    ):
        plural = f"{kind}s"
        record = stage.crm.ask(
            "GET", f"/crm/objects/2026-09/{plural}/{remote}?associations=companies,contacts"
        )
        wanted = desk.one(
            "SELECT count(*) FROM outbox WHERE kind = 'associate' AND depends_on = ?", op_id
        )
        linked = {
            (name, each["id"])
            for name, held in record.get("associations", {}).items()
            for each in held["results"]
        }
        insist(len(linked) == wanted, "linked to", linked, "instead of", wanted)


def mirror_of(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """The mirror, in a form that two desks can be compared by."""
    return {table: sorted(desk.rows(f"SELECT * FROM {table}"), key=repr) for table in MIRROR}  # noqa: S608 - own names


def check_mirror(desk: Desk, wanted: dict[str, list[tuple[Any, ...]]]) -> None:
    """I3: the mirror shows what the CRM shows."""
    found = mirror_of(desk)
    for table, rows in wanted.items():
        missing = [row for row in rows if row not in found[table]]
        more = [row for row in found[table] if row not in rows]
        insist(not missing and not more, f"{table}: missing {missing}, too much {more}")


def check_quiet(stage: Stage, desk: Desk) -> None:
    """I6: one further sync sends nothing."""
    before = len(stage.effects())
    report = desk.sync(thorough=False)
    insist(report.pushed["sent"] == 0, "sent again:", report.pushed)
    insist(len(stage.effects()) == before, "a further sync had effects")
    insist(report.exit_code == 0, "does not finish:", report.problems)


def check_all(
    stage: Stage,
    desk: Desk,
    written: list[tuple[Any, ...]],
    mirror: dict[str, list[tuple[Any, ...]]] | None = None,
) -> None:
    """Check every invariant."""
    check_kept(desk, written)
    check_once(stage, desk)
    check_records(stage, desk)
    if mirror is not None:
        check_mirror(desk, mirror)
    check_quiet(stage, desk)
