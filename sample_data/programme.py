"""The success plans of the sample book."""

from typing import Any

from calendar_days import text
from people import Cast
from plans import plan


def plans(casts: dict[str, Cast]) -> list[dict[str, Any]]:
    """Return all plans: the told ones first, then the ordinary ones."""
    return [
        _rescue(casts["A-013"]),
        _onboarding(casts["A-004"]),
        _expansion(casts["A-001"]),
        *_ordinary(casts),
    ]


def _rescue(cast: Cast) -> dict[str, Any]:
    made = plan(
        "A-013", 1, "red-rescue", "Rescue, 12 weeks", -32, cast,
        goal="The audits run without Dana, and Gloria knows what they bring",
        kpi={"kpi": "active store users", "baseline": 83, "target": 128, "current": 83, "current_on": text(0), "direction": "up"},
        changes={
            0: {"evidence": [{"text": "Map with Luis and Kendra; Nate as candidate", "on": text(-27)}]},
            1: {"status": "blocked", "blocked_by": "them", "blocked_reason": "Gloria gives no date before the quarter ends", "due_on": text(-12), "due_original": text(-25), "moves": [{"from_on": text(-25), "to_on": text(-12), "on": text(-26)}], "done_on": None, "shared": False},
            2: {"evidence": [{"text": "31 of 58 stores active; list by store", "on": text(-19)}]},
            3: {"status": "doing", "due_on": text(2), "due_original": text(-11), "moves": [{"from_on": text(-11), "to_on": text(2), "on": text(-13)}], "done_on": None, "shared": False, "tasks": [
                {"id": "PT-013-1", "title": "Two-page value summary", "side": "us", "due_on": text(2), "effort_minutes": 60},
                {"id": "PT-013-2", "title": "Hours saved by store, before and after", "side": "us", "due_on": text(-11), "done_on": text(-12), "effort_minutes": 40},
            ]},
            4: {"status": "doing", "due_on": text(9), "due_original": text(-4), "moves": [{"from_on": text(-4), "to_on": text(9), "on": text(-6)}], "done_on": None, "shared": False},
        },
    )  # fmt: skip
    made["owner_them_id"] = cast.ids("user")[0]
    for milestone in made["objectives"][0]["milestones"]:
        if milestone["side"] == "them":
            milestone["person_id"] = cast.ids("exec")[0]
    return made


def _onboarding(cast: Cast) -> dict[str, Any]:
    moved = [
        {"from_on": text(-17), "to_on": text(-10), "on": text(-31)},
        {"from_on": text(-10), "to_on": text(-3), "on": text(-12)},
    ]
    made = plan(
        "A-004", 1, "onboarding", "Onboarding, Boise first", -47, cast,
        goal="Every device in three hospitals is looked at when it is due",
        kpi={"kpi": "devices overdue for service", "baseline": 212, "target": 40, "current": 197, "current_on": text(-6), "direction": "down"},
        changes={
            3: {"status": "blocked", "blocked_by": "them", "blocked_reason": "SSO test tenant not ready", "due_on": text(-5), "due_original": text(-33), "moves": [{"from_on": text(-33), "to_on": text(-19), "on": text(-35)}, {"from_on": text(-19), "to_on": text(-5), "on": text(-24)}], "done_on": None, "person_id": cast.ids("tech")[0]},
            4: {"status": "todo", "due_on": text(9), "due_original": text(-26), "moves": [{"from_on": text(-26), "to_on": text(9), "on": text(-12)}], "done_on": None},
            5: {"status": "todo", "due_on": text(-3), "due_original": text(-17), "moves": moved, "done_on": None, "shared": True},
            6: {"status": "todo", "due_on": text(14), "due_original": text(0), "moves": [{"from_on": text(0), "to_on": text(14), "on": text(-12)}], "done_on": None},
        },
    )  # fmt: skip
    made["kick_off_on"] = text(-45)
    return made


def _expansion(cast: Cast) -> dict[str, Any]:
    return plan(
        "A-001", 1, "expansion", "Infrastructure pilot", -46, cast,
        goal="Track inspectors leave paper before winter",
        kpi={"kpi": "vehicles off the road a day", "baseline": 26, "target": 12, "current": 12, "current_on": text(-4), "direction": "down"},
        changes={3: {"evidence": [{"text": "Eleven taps instead of two sheets", "url": "https://files.vendor.example/meridian/mock-up", "on": text(-21)}]}},
    )  # fmt: skip


def _ordinary(casts: dict[str, Cast]) -> list[dict[str, Any]]:
    table: tuple[tuple[str, str, str, int, str, str, tuple[str, str | None, str, str, str, str]], ...] = (
        ("A-010", "adoption", "Second lab", -52, "active", "Deviations are closed before the customer asks", ("days to close a deviation", "d", "31", "14", "22", "down")),
        ("A-008", "renewal", "Renewal, two-year option", -16, "active", "Two more years without a price surprise", ("rollbacks a month", None, "9", "3", "4", "down")),
        ("A-005", "adoption", "Night shift", -18, "active", "Every shift hands over on paper-free lines", ("unplanned stops a week", None, "19", "8", "11", "down")),
        ("A-009", "adoption", "神戸の立ち上げ", -20, "active", "神戸でも横浜と同じ検品品質", ("写真なしクレーム", "%", "38", "5", "14", "down")),
        ("A-046", "onboarding", "Onboarding", -176, "done", "All branches report the same way", ("findings closed in time", "%", "66", "95", "78", "up")),
        ("A-031", "onboarding", "Onboarding", -236, "done", "Audits done before the district manager comes", ("audits on time", "%", "54", "90", "81", "up")),
        ("A-029", "onboarding", "Devreye alma", -268, "done", "Hasar kaydı aynı gün", ("hasar kaydı süresi", "d", "6", "1", "2", "down")),
        ("A-033", "champion-change", "New champion", -95, "done", "The rounds survive the change", ("devices overdue for service", None, "120", "30", "41", "down")),
        ("A-020", "expansion", "Forty more drivers", -30, "draft", "Drivers report faults themselves", ("vehicles off the road", None, "26", "12", "15", "down")),
        ("A-007", "adoption", "Allergènes", -14, "active", "Contrôles allergènes sans papier", ("logs without gaps", "%", "63", "98", "88", "up")),
        ("A-037", "adoption", "Permit to work", -110, "done", "No permit on paper", ("days from finding to repair", "d", "17", "6", "9", "down")),
        ("A-012", "adoption", "Near miss", -130, "done", "Every near miss is reported the same day", ("reports a week", None, "1", "10", "9", "up")),
        ("A-039", "adoption", "二期上线", -24, "paused", "两个车间同一标准", ("停线次数", None, "19", "8", "13", "down")),
        ("A-022", "adoption", "سجلات الحرارة", -12, "active", "سجلات كاملة بلا ثغرات", ("السجلات الكاملة", "%", "63", "98", "84", "up")),
    )  # fmt: skip
    made = []
    for account, template, title, start, status, goal, criterion in table:
        kpi, unit, baseline, target, current, direction = criterion
        measured: dict[str, Any] = {"kpi": kpi, "baseline": baseline, "target": target}
        measured |= {"current": current, "current_on": text(-10), "direction": direction}
        if unit:
            measured["unit"] = unit
        made.append(
            plan(
                account,
                1,
                template,
                title,
                start,
                casts[account],
                goal=goal,
                kpi=measured,
                status=status,
            )
        )
    return made
