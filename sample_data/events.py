"""What happens around the anchor day: the calendar, open promises, cases, opportunities."""

from typing import Any

from calendar_days import instant, text
from people import Cast

_MEETINGS: tuple[tuple[int, tuple[int, int], tuple[int, int], str, str | None, tuple[str, ...], str, str, str], ...] = (
    (-3, (14, 0), (14, 45), "meeting", "A-022", ("champ", "user"), "Monthly check-in", "ready", "planned"),
    (1, (9, 0), (9, 30), "call", "A-024", ("champ", "tech"), "Check-in: port rollout", "ready", "planned"),
    (0, (11, 0), (11, 45), "meeting", "A-005", ("champ", "exec"), "Price review preparation", "ready", "planned"),
    (0, (11, 15), (11, 45), "internal", None, (), "Pipeline with Tom", "none", "planned"),
    (0, (14, 0), (14, 45), "call", "A-006", ("champ", "user"), "Release planning", "started", "planned"),
    (0, (15, 30), (16, 0), "block", None, (), "Notes and mail", "none", "planned"),
    (0, (16, 30), (17, 0), "call", "A-012", ("champ",), "Near-miss numbers", "none", "canceled"),
    (1, (10, 0), (10, 45), "call", "A-008", ("champ", "exec"), "Renewal: two-year option", "none", "planned"),
    (1, (13, 0), (13, 30), "internal", None, (), "Team meeting", "none", "planned"),
    (1, (16, 0), (17, 0), "block", None, (), "Focus: review preparation", "none", "planned"),
    (2, (9, 0), (10, 0), "meeting", "A-030", ("champ", "exec"), "Quarterly outlook", "ready", "planned"),
    (2, (13, 30), (14, 30), "training", "A-040", ("user", "user2"), "Refresher for inspectors", "ready", "planned"),
    (3, (10, 0), (11, 0), "qbr", "A-001", ("champ", "exec", "tech", "dm"), "Quarterly business review", "started", "planned"),
    (3, (15, 0), (15, 30), "call", "A-013", ("user2", "user"), "Rescue: weekly", "none", "planned"),
    (4, (9, 0), (9, 30), "internal", None, (), "Forecast call with Jonas", "none", "planned"),
    (4, (17, 0), (17, 30), "call", "A-004", ("champ", "tech"), "Onboarding: weekly", "none", "planned"),
    (4, (14, 0), (16, 0), "block", None, (), "Focus", "none", "planned"),
    (8, (10, 0), (11, 0), "qbr", "A-007", ("champ", "exec", "user"), "Revue trimestrielle", "none", "planned"),
    (9, (13, 0), (14, 0), "meeting", "A-010", ("champ", "tech"), "Validation of the new release", "none", "planned"),
    (10, (9, 30), (10, 30), "qbr", "A-019", ("champ", "exec"), "Quartalsgespräch", "none", "planned"),
    (15, (10, 0), (11, 0), "ebr", "A-012", ("exec", "champ"), "Executive review", "none", "planned"),
    (16, (14, 0), (15, 0), "training", "A-036", ("user", "user2"), "New shift leads", "none", "planned"),
    (2, (11, 0), (11, 30), "call", "A-076", ("champ",), "Check-in", "ready", "planned"),
)  # fmt: skip


def meetings(casts: dict[str, Cast]) -> list[dict[str, Any]]:
    """The calendar of this week and the next two."""
    rows = []
    for number, entry in enumerate(_MEETINGS, 1):
        on, start, end, kind, account, who, title, prep, status = entry
        row: dict[str, Any] = {
            "id": f"M-{number:03d}",
            "kind": kind,
            "start": instant(on, *start),
            "end": instant(on, *end),
            "title": title,
            "prep": prep,
            "status": status,
        }
        if account is not None:
            row |= {"account_id": account, "attendee_ids": casts[account].ids(*who)}
        rows.append(row)
    return rows


def opportunities() -> list[dict[str, Any]]:
    """Possible sales, open and decided."""
    table = (
        ("A-001", "Infrastructure: 150 seats for track inspection", "expansion", "75000", "USD", "proposal", 53, "open"),
        ("A-020", "Forty more drivers", "expansion", "9600", "EUR", "discovery", 80, "open"),
        ("A-008", "Renewal with second year", "renewal", "424000", "USD", "negotiation", 104, "open"),
        ("A-009", "神戸拠点の追加", "expansion", "4200000", "JPY", "discovery", 120, "open"),
        ("A-013", "Distribution centres", "expansion", "38000", "USD", "on hold", 200, "open"),
        ("A-005", "Third plant", "expansion", "60000", "EUR", "won", -120, "won"),
        ("A-042", "Winter fleet", "expansion", "90000", "SEK", "won", -75, "won"),
        ("A-037", "Contractor access", "expansion", "22000", "USD", "lost", -58, "lost"),
        ("A-076", "x", "expansion", "1200", "USD", "x", 60, "open"),
    )  # fmt: skip
    return [
        {
            "id": f"OP-{number:03d}",
            "account_id": account,
            "name": name,
            "kind": kind,
            "amount": amount,
            "currency": currency,
            "stage": stage,
            "close_on": text(close),
            "status": status,
        }
        for number, (account, name, kind, amount, currency, stage, close, status) in enumerate(
            table, 1
        )
    ]


def tasks() -> list[dict[str, Any]]:
    """Work outside any plan: some done, one due today, the rest later."""
    table: tuple[tuple[str, str, int, str | None, int | None, int | None], ...] = (
        ("A-006", "Pull usage by editor for the renewal file", 0, None, 20, None),
        ("A-030", "Minutes of the outlook meeting", 3, "high", 25, None),
        ("A-010", "Collect validation papers for the new release", 7, None, 45, None),
        ("A-026", "Ask for a reference quote", 11, None, 10, None),
        ("A-039", "Check the translation of the starter kit", 9, None, 30, None),
        ("A-052", "Offer the summer maintenance webinar", 15, None, 10, None),
        ("A-015", "Write up the workaround for the night shift", 4, None, 20, None),
        ("A-036", "Prepare the training room list", 12, None, 15, None),
        ("A-076", "x", 20, None, None, None),
        ("A-002", "Look up who sits on the merger project", 4, None, 15, None),
        ("A-013", "Usage by store, before and after", -11, "high", 40, -12),
        ("A-004", "Answer the 60 security questions", -26, "high", 120, -27),
        ("A-003", "Three price scenarios", -46, None, 60, -45),
        ("A-001", "Pictures from Hull into the value story", -39, None, 30, -38),
        ("A-019", "Send the pressing-shop template", -13, None, 15, -13),
        ("A-033", "Introduce the new practice manager to support", -20, None, 10, -18),
        ("A-044", "Correct the site names", -31, None, 10, -31),
        ("A-061", "Invite to the user group", -24, None, 5, -24),
    )
    rows = []
    for number, (account, title, due, priority, effort, done) in enumerate(table, 1):
        row: dict[str, Any] = {"id": f"W-{number:03d}", "account_id": account, "title": title}
        row |= {"due_on": text(due), "priority": priority, "effort_minutes": effort}
        rows.append(row | ({} if done is None else {"done_on": text(done)}))
    return rows


def planned_days() -> list[dict[str, Any]]:
    """The accepted plans of the last working days."""
    table = {
        -3: ("A-013", "A-004", "A-003", "A-021", "A-058"),
        -4: ("A-001", "A-002", "A-027", "A-037"),
        -5: ("A-008", "A-025", "A-041", "A-015"),
        -6: ("A-013", "A-004", "A-009", "A-033"),
        -7: ("A-014", "A-046", "A-018"),
    }
    rows = [
        {"on": text(on), "account_id": account}
        for on, accounts in table.items()
        for account in accounts
    ]
    return [*rows, {"on": text(-5), "account_id": "A-031", "removed": True}]


def apply_events(book: dict[str, Any], casts: dict[str, Cast]) -> None:
    """Add what is open on the anchor day outside the told stories."""
    _cases(book)
    _answers(book, casts)
    _promises(book)
    _people(book, casts)
    book["pulses"] += [
        {"account_id": account, "on": text(on), "value": value, "note": note}
        for account, on, value, note in _PULSES
    ]
    book["health_overrides"] = [
        {
            "account_id": "A-027",
            "color": "yellow",
            "reason": "Score counts the plant holidays as absence; the trend is not real.",
            "set_on": text(-12),
            "expires_on": text(16),
        },
        {
            "account_id": "A-002",
            "color": "yellow",
            "reason": "Green on paper only: sponsor silent, renewal without a name.",
            "set_on": text(-11),
            "expires_on": text(17),
        },
    ]


_PULSES = (
    ("A-001", -4, "good", "As good as it gets. Do not get lazy."),
    ("A-002", -11, "mixed", "Too quiet for 185k."),
    ("A-003", -12, "mixed", "Ingrid for us, Øystein for himself."),
    ("A-004", -6, "mixed", "People good, dates bad."),
    ("A-014", -7, "good", "Only the paper."),
    ("A-005", -10, "good", "Asks hard questions and uses the answers."),
    ("A-021", -12, "mixed", "Council elections decide the budget."),
    ("A-027", -19, "mixed", "Loves the tool, hates the wait for the Opcenter link."),
    ("A-010", -9, "mixed", "Validation takes all their time."),
    ("A-076", -20, "good", "x"),
)


def _cases(book: dict[str, Any]) -> None:
    table = (
        ("A-015", "Rounds from the night shift disappear after sync", "critical", -3, (15, 20)),
        ("A-033", "Printing of labels stopped at two sites", "critical", -1, (17, 5)),
        ("A-010", "Audit trail shows the wrong user after merge", "high", -10, (10, 40)),
        ("A-004", "Kiosk mode logs out after 30 seconds", "high", -4, (18, 10)),
        ("A-076", "x", "normal", -12, (9, 0)),
        ("A-013", "Managers do not get the weekly mail", "normal", -8, (17, 30)),
    )
    for number, (account, subject, severity, on, at) in enumerate(table, 1):
        book["tickets"].append(
            {
                "id": f"K-9{number:02d}",
                "account_id": account,
                "subject": subject,
                "severity": severity,
                "status": "open",
                "opened_at": instant(on, *at),
            }
        )


def _answers(book: dict[str, Any], casts: dict[str, Cast]) -> None:
    table = (
        ("A-027", "champ", "nps", 4, -9, "The Opcenter link was promised for January. I have stopped asking."),
        ("A-001", "exec", "nps", 10, -20, "Depots fight over who gets it next."),
        ("A-016", "user", "csat", 5, -16, "Answer in ten minutes, on a Sunday."),
        ("A-015", "user", "csat", 2, -2, "Third time in a month that rounds are missing."),
        ("A-013", "user", "nps", 5, -38, "Was Dana's project."),
        ("A-076", "champ", "nps", 8, -30, "x"),
    )  # fmt: skip
    for number, (account, part, kind, score, on, comment) in enumerate(table, 1):
        book["surveys"].append(
            {
                "id": f"V-9{number:02d}",
                "account_id": account,
                "contact_id": casts[account].ids(part, "champ")[0],
                "kind": kind,
                "score": score,
                "at": instant(on, 11, 7 * number),
                "comment": comment,
            }
        )


def _promises(book: dict[str, Any]) -> None:
    """Put an open step on the last talk of an account."""
    table = (
        ("A-016", "us", "send the photo guide for housekeeping", -4),
        ("A-054", "us", "quote for ten more field phones", 1),
        ("A-046", "them", "list of branches for the second wave", -5),
        ("A-005", "us", "index clause with two examples", 2),
        ("A-009", "us", "Kobe rollout outline", 4),
        ("A-042", "them", "deck crew list", 3),
    )
    for account, side, words, due in table:
        talks = [
            row
            for row in book["touchpoints"]
            if row["account_id"] == account and row["type"] in ("call", "meeting", "qbr")
        ]
        last = max(talks, key=lambda row: row["at"])
        last["next_steps"] = [{"side": side, "text": words, "due_on": text(due)}]


def _people(book: dict[str, Any], casts: dict[str, Cast]) -> None:
    """Moves that are settled: somebody left and was replaced; one person against us."""
    clinic = casts["A-033"]
    gone, heir = clinic.rows["champ"], clinic.rows["user"]
    gone |= {"status": "left", "left_on": text(-96), "interest": 1}
    heir |= {"roles": ["champion", "power_user"], "primary_role": "champion"}
    heir |= {"sentiment_on": gone["sentiment_on"], "influence": 4}
    gone["sentiment_on"] = text(-96)
    for row in book["touchpoints"]:
        if row["account_id"] == "A-033" and row["at"][:10] > text(-96):
            present = (heir["id"] if one == gone["id"] else one for one in row["attendee_ids"])
            row["attendee_ids"] = list(dict.fromkeys(present))
            for told in (row, *row["next_steps"]):
                told["text"] = told["text"].replace(clinic.first["champ"], clinic.first["user"])
    blocker = casts["A-010"].rows["proc"]
    blocker |= {"sentiment": -2, "roles": ["procurement", "blocker"], "influence": 4}
    blocker["sentiment_on"] = text(-23)
