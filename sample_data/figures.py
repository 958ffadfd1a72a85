"""Weekly numbers of an account: users, seats, health; and its tickets and surveys."""

from itertools import pairwise
from random import Random
from typing import Any

from calendar_days import back_to_work, between, instant, pick, text
from cast import Spec
from people import Cast
from telling import Chapter
from worlds import INDUSTRIES

WEEKS = tuple(range(-182, 1, 7))


def measurements(spec: Spec, chapter: Chapter | None, dice: Random) -> list[dict[str, Any]]:
    """Twenty-six weeks of active users and seats. Two weeks never show the same number, because
    a CRM keeps only changes."""
    weeks = [week for week in WEEKS if week > -spec.since * 30]
    if chapter and chapter.users:
        weeks = [week for week in weeks if week >= chapter.users[0][0]]
        users = [round(_between_knots(chapter.users, week)) for week in weeks]
    else:
        now = max(1.0, spec.seats * spec.use / 100)
        before = now / (1 + spec.trend / 100)
        knots = ((-182, before * 0.94), (-62, before), (-7, now), (0, now))
        users = [
            max(1, round(_between_knots(knots, week) * (1 + (dice.random() - 0.5) * 0.05)))
            for week in weeks
        ]
    users = _unequal(users)
    rows = [
        _measured(spec, "active_users", week, value)
        for week, value in zip(weeks, users, strict=True)
    ]
    if spec.seats >= 20:
        rows += [
            _measured(spec, "seats_active", week, value)
            for week, value in zip(weeks, users, strict=True)
        ]
    first = weeks[0] if weeks else -1
    if spec.seats >= 50 and first < -120:
        rows.append(_measured(spec, "seats_purchased", first, round(spec.seats * 0.9)))
        rows.append(_measured(spec, "seats_purchased", -111, spec.seats))
    else:
        rows.append(_measured(spec, "seats_purchased", first, spec.seats))
    return rows


def health(spec: Spec, chapter: Chapter | None, dice: Random) -> list[dict[str, Any]]:
    """Weekly scores of the CRM. Only a story crosses a colour in the last five weeks."""
    if spec.health is None:
        return []
    weeks = [week for week in WEEKS if week > -spec.since * 30 + 30]
    if chapter and chapter.health:
        scores = [round(_between_knots(chapter.health, week)) for week in weeks]
        scores = _unequal(scores)
    elif spec.id == "A-075":
        knots = ((-182, 77), (-28, 71), (-14, 63), (-7, 58), (0, 46))
        scores = _unequal([round(_between_knots(knots, week)) for week in weeks])
    else:
        then, now = spec.health
        knots = ((-182, then), (-35, now), (0, now))
        scores = [
            round(_between_knots(knots, week)) + between(dice, -2, 2) if week else now
            for week in weeks
        ]
        low, high = _band(now)
        scores = [
            min(high, max(low, score)) if week >= -42 else score
            for week, score in zip(weeks, scores, strict=True)
        ]
        scores = [min(100, max(0, score)) for score in scores]
    return [
        {"account_id": spec.id, "on": text(week), "score": score, "source": "crm"}
        for week, score in zip(weeks, scores, strict=True)
    ]


def _band(score: int) -> tuple[int, int]:
    return (75, 100) if score >= 75 else (50, 74) if score >= 50 else (0, 49)


def tickets(spec: Spec, segment: str, dice: Random) -> list[dict[str, Any]]:
    """Support cases of half a year; all closed but a few small ones."""
    industry = INDUSTRIES[spec.industry]
    subjects = [
        f"Photos missing in {industry.thing1} report",
        f"Export of {industry.thing} stops at 10,000 rows",
        "Login loop after password change",
        f"{pick(dice, industry.systems)} link: duplicates after reopen",
        "Push messages arrive twice on Android",
        f"Cannot delete a wrong {industry.thing1}",
        "Report in the wrong time zone",
        "Signature field cut off on small tablets",
        "Slow search since the update",
        "New user did not get the invitation mail",
        f"Question on retention of {industry.thing}",
        "Offline draft not sent",
    ]
    count = {"high": between(dice, 2, 4), "mid": between(dice, 0, 2), "low": between(dice, 0, 1)}
    rows = []
    for number in range(1, count.get(segment, 0) + 1):
        opened = back_to_work(-between(dice, 9, 178))
        severity = pick(dice, ("normal", "normal", "low", "high", "normal"))
        row: dict[str, Any] = {
            "id": f"K-{spec.id[2:]}-{number}",
            "account_id": spec.id,
            "subject": subjects.pop(int(dice.random() * len(subjects))),
            "severity": severity,
            "opened_at": instant(opened, between(dice, 7, 17), between(dice, 0, 59)),
        }
        if severity in ("normal", "low") and opened > -25:
            row["status"] = pick(dice, ("open", "waiting_on_customer"))
        else:
            days = between(dice, 0, min(6, -opened - 1))
            row |= {
                "status": "closed",
                "closed_at": instant(opened + days, 18, between(dice, 0, 59)),
            }
        rows.append(row)
    return rows


_COMMENTS = {
    "good": ("Does what it should, every day.", "Support answers like colleagues.", "We tell others about it.", "Saves our team an hour a day.", "Finally one place for everything.", ""),
    "middle": ("Good, could be faster on tablets.", "Fine. Reports need work.", "Useful, some forms are too long.", ""),
    "bad": ("Too many clicks.", "We waited too long for an answer.", "My team does not see the point."),
}  # fmt: skip


def surveys(spec: Spec, segment: str, cast: Cast, dice: Random) -> list[dict[str, Any]]:
    """Answers to the two survey rounds of the half year, and to closed cases."""
    if segment == "tech" or spec.id in ("A-004", "A-081"):
        return []
    rows: list[dict[str, Any]] = []
    level = spec.health[1] if spec.health else 75
    for number, round_day in enumerate((-131, -33), 1):
        if dice.random() > 0.55 or -spec.since * 30 > round_day:
            continue
        score = min(10, max(3, round(level / 10 + (dice.random() - 0.4) * 3)))
        mood = "good" if score >= 9 else "middle" if score >= 7 else "bad"
        part = pick(dice, ("champ", "user", "exec"))
        if cast.rows.get(part, {}).get("status") == "left":
            part = "user"
        row: dict[str, Any] = {
            "id": f"V-{spec.id[2:]}-{number}",
            "account_id": spec.id,
            "contact_id": cast.ids(part, "champ")[0],
            "kind": "nps",
            "score": score,
            "at": instant(
                round_day + between(dice, 0, 8), between(dice, 7, 19), between(dice, 0, 59)
            ),
        }
        comment = pick(dice, _COMMENTS[mood])
        rows.append(row | ({"comment": comment} if comment else {}))
    return rows


def _measured(spec: Spec, metric: str, on: int, value: int) -> dict[str, Any]:
    return {"account_id": spec.id, "metric": metric, "on": text(on), "value": value}


def _between_knots(knots: tuple[tuple[int, float], ...], x: int) -> float:
    if x <= knots[0][0]:
        return knots[0][1]
    for (x0, y0), (x1, y1) in pairwise(knots):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return knots[-1][1]


def _unequal(values: list[int]) -> list[int]:
    changed: list[int] = []
    for value in values:
        changed.append(value + 1 if changed and value == changed[-1] else value)
    return changed
