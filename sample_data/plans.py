"""Success plans: the templates of the sample, and the plans that follow them."""

from typing import Any

from calendar_days import on_to_work, text
from people import Cast

TEMPLATES: dict[str, tuple[tuple[int, str, str], ...]] = {
    "onboarding": (
        (0, "Hand-over from sales, people named", "us"),
        (3, "Kick-off held", "us"),
        (7, "Criteria and baselines agreed", "them"),
        (14, "Technical set-up done", "them"),
        (21, "Integration live", "us"),
        (30, "First value", "us"),
        (45, "Core users trained", "us"),
        (60, "Adoption threshold reached", "them"),
        (75, "Second use case started", "them"),
        (90, "Review and hand-over to adoption", "us"),
    ),
    "red-rescue": (
        (4, "Stakeholder map; a new champion found", "us"),
        (7, "Introduction to an executive", "them"),
        (14, "Usage audit and re-onboarding plan", "us"),
        (21, "Value delivered agreed with the executive", "us"),
        (28, "Two quick wins live", "us"),
        (56, "Weekly check-ins kept for a month", "us"),
        (84, "Exit review: usage at 85 %, sponsor named", "us"),
    ),
    "renewal": (
        (0, "Risk review and forecast call", "us"),
        (15, "People audited, economic buyer confirmed", "us"),
        (30, "Checkpoint with the champion", "us"),
        (45, "Value case drafted", "us"),
        (60, "EBR: value and options", "us"),
        (75, "Proposal out", "us"),
        (90, "Redlines and procurement", "them"),
        (106, "Signature", "them"),
    ),
    "adoption": (
        (0, "Usage audit", "us"),
        (10, "List of barriers", "them"),
        (25, "Two features chosen and built", "us"),
        (38, "Teams trained", "us"),
        (52, "Measured again", "us"),
        (60, "Result shared with the sponsor", "them"),
    ),
    "expansion": (
        (0, "Evidence of the outcome", "us"),
        (12, "Need confirmed", "them"),
        (25, "Champion sponsors it", "them"),
        (40, "Business case", "us"),
        (50, "Handed to sales", "us"),
        (60, "Closed", "them"),
    ),
    "champion-change": (
        (0, "Asked where they went and who succeeds", "us"),
        (2, "Message to the successor", "us"),
        (7, "Introduction", "them"),
        (14, "Value recap for the newcomer", "us"),
        (21, "Goals confirmed again", "them"),
        (30, "New champion recorded", "us"),
    ),
}


def plan(
    account: str,
    number: int,
    template: str,
    title: str,
    start: int,
    cast: Cast,
    *,
    goal: str,
    kpi: dict[str, Any] | None = None,
    status: str = "active",
    changes: dict[int, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Write a plan from a template.

    Args:
        start: the day of the template's day 0.
        kpi: the success criterion, without id.
        changes: by position in the template, what differs from an uneventful course.
    """
    key = f"{account[2:]}-{number}"
    milestones = []
    for position, (offset, words, side) in enumerate(TEMPLATES[template]):
        milestones.append(
            _milestone(f"MS-{key}-{position + 1}", words, side, start + offset, cast, status)
            | (changes or {}).get(position, {})
        )
        if template == "onboarding" and words == "First value":
            milestones[-1]["is_first_value"] = True
    objective: dict[str, Any] = {"id": f"O-{key}-1", "title": goal, "milestones": milestones}
    if kpi is not None:
        objective["criteria"] = [{"id": f"CR-{key}-1", **kpi}]
    return {
        "id": f"P-{key}",
        "account_id": account,
        "template": template,
        "title": title,
        "status": status,
        "owner_us_id": "U-mara",
        "owner_them_id": cast.ids("champ")[0],
        "start_on": text(start),
        "due_on": text(on_to_work(start + TEMPLATES[template][-1][0])),
        "objectives": [objective],
    }


def _milestone(
    key: str, words: str, side: str, offset: int, cast: Cast, status: str
) -> dict[str, Any]:
    due = on_to_work(offset)
    if -1 < due <= 7 and status == "active":
        due = on_to_work(due + 9)
    row: dict[str, Any] = {"id": key, "title": words, "side": side, "due_on": text(due)}
    row["person_id"] = "U-mara" if side == "us" else cast.ids("champ")[0]
    if due < 0 or status == "done":
        done = min(due, -3)
        row |= {"status": "done", "done_on": text(done), "shared": True}
    else:
        row["status"] = "doing" if due < 21 else "todo"
    return row
