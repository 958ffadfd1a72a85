"""Book documents for tests: a small one with everything in it, and strategies for many."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]


def encoded(document: object) -> bytes:
    """Return a document as a file would hold it."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def full() -> Document:
    """Return a book that uses every list and nearly every key."""
    return {
        "format": "csmdesk-book",
        "version": 1,
        "timezone": "Europe/Berlin",
        "base_currency": "EUR",
        "me": "U-1",
        "settings": {"agenda.focus_share": 100, "agenda.value_knots": [[0, 70], [5000, 80]]},
        "holidays": ["2026-12-25", "2026-01-01"],
        "rates": [{"currency": "USD", "on": "2026-01-01", "rate": "0.910"}],
        "users": [{"id": "U-1", "name": "Ana", "email": "ana@example.com"}],
        "accounts": [
            {"id": "A-1", "name": "Group"},
            {
                "id": "A-2",
                "name": "Ελένη & Sons",
                "domain": "sons.example",
                "industry": "Retail",
                "parent_id": "A-1",
                "owner_id": "U-1",
                "segment": "mid",
                "assigned_on": "2025-02-01",
                "start_on": "2025-01-01",
                "currency": "USD",
                "crm_url": "https://crm.example/2",
                "tags": ["emea", "vip"],
                "notes": "two\nlines",
            },
        ],
        "subscriptions": [
            {
                "id": "S-1",
                "account_id": "A-2",
                "product": "Seats",
                "arr": "45000.50",
                "start_on": "2025-01-01",
                "term_months": 36,
                "term_end": "2027-12-31",
                "auto_renew": True,
                "notice_months": 3,
                "forecast": "commit",
                "likelihood": 0,
                "ramp": [{"from_on": "2026-01-01", "arr": 50000}],
                "status": "active",
                "breaks": [{"on": "2026-12-31", "kind": "opt-out"}],
            },
            {
                "id": "S-0",
                "account_id": "A-2",
                "start_on": "2024-01-01",
                "auto_renew": False,
                "status": "ended",
                "ended_on": "2024-12-31",
            },
        ],
        "opportunities": [
            {
                "id": "O-1",
                "account_id": "A-2",
                "name": "More",
                "kind": "expansion",
                "amount": 7000,
                "currency": "USD",
                "stage": "proposal",
                "close_on": "2026-05-01",
                "status": "open",
            }
        ],
        "contacts": [
            {
                "id": "C-1",
                "account_id": "A-2",
                "name": "Dana Ruiz",
                "title": "CFO",
                "email": "dana@sons.example",
                "phone": "+1 202 555 0100",
                "roles": ["economic_buyer", "champion"],
                "primary_role": "champion",
                "influence": 5,
                "interest": 1,
                "sentiment": -2,
                "sentiment_on": "2026-02-01",
                "status": "left",
                "left_on": "2026-02-03",
                "counterpart_id": "U-1",
            },
            {"id": "C-2", "account_id": "A-2", "name": "王芳", "reports_to_id": "C-1"},
        ],
        "touchpoints": [
            {
                "id": "T-1",
                "account_id": "A-2",
                "type": "qbr",
                "at": "2026-02-27T09:00:00.25+01:00",
                "minutes": 45,
                "two_way": False,
                "direction": "out",
                "attendee_ids": ["C-2", "C-1"],
                "user_id": "U-1",
                "outcome": "advanced",
                "sentiment": 0,
                "text": "Reviewed the goals",
                "meeting_id": "M-1",
                "next_steps": [
                    {"id": "N-2", "text": "recap", "side": "us", "due_on": "2026-03-02"},
                    {"id": "N-1", "text": "date", "side": "them", "done_on": "2026-03-01"},
                ],
            }
        ],
        "meetings": [
            {
                "id": "M-1",
                "account_id": "A-2",
                "kind": "qbr",
                "start": "2026-02-27T08:00:00Z",
                "end": "2026-02-27T09:00:00Z",
                "title": "Review",
                "attendee_ids": ["C-1"],
                "prep": "ready",
                "status": "held",
            },
            {
                "id": "M-2",
                "kind": "block",
                "start": "2026-03-09T08:00:00Z",
                "end": "2026-03-09T09:00:00Z",
                "title": "Focus",
            },
        ],
        "tickets": [
            {
                "id": "K-1",
                "account_id": "A-2",
                "subject": "Down",
                "severity": "critical",
                "status": "closed",
                "opened_at": "2026-03-01T00:00:00Z",
                "closed_at": "2026-03-02T00:00:00Z",
            }
        ],
        "measurements": [
            {"account_id": "A-2", "metric": "active_users", "on": "2026-03-08", "value": 0.10},
            {"account_id": "A-2", "metric": "active_users", "on": "2026-03-01", "value": "100"},
        ],
        "health": [
            {
                "account_id": "A-2",
                "on": "2026-03-08",
                "score": 57.50,
                "source": "computed",
                "higher_is_better": False,
                "components": [{"name": "adoption", "weight": 30, "freshness": 0.6, "value": 40}],
                "cause": "usage",
            },
            {"account_id": "A-2", "on": "2026-03-08", "score": 40, "source": "crm"},
        ],
        "pulses": [{"account_id": "A-2", "on": "2026-03-01", "value": "mixed", "note": "hm"}],
        "health_overrides": [
            {
                "account_id": "A-2",
                "color": "red",
                "reason": "they called",
                "set_on": "2026-03-01",
                "expires_on": "2026-03-20",
            }
        ],
        "surveys": [
            {
                "id": "V-1",
                "account_id": "A-2",
                "contact_id": "C-1",
                "kind": "csat",
                "score": 5,
                "at": "2026-03-01T10:00:00Z",
                "comment": "fine",
            }
        ],
        "plans": [
            {
                "id": "P-1",
                "account_id": "A-2",
                "template": "onboarding",
                "title": "Onboarding",
                "status": "active",
                "owner_us_id": "U-1",
                "owner_them_id": "C-2",
                "start_on": "2026-01-05",
                "kick_off_on": "2026-01-08",
                "due_on": "2026-04-05",
                "objectives": [
                    {
                        "id": "J-1",
                        "title": "Faster",
                        "criteria": [
                            {
                                "id": "R-1",
                                "kpi": "build time",
                                "unit": "d",
                                "baseline": 10,
                                "target": 5,
                                "current": 7.5,
                                "current_on": "2026-03-01",
                                "direction": "down",
                            }
                        ],
                        "milestones": [
                            {
                                "id": "L-1",
                                "title": "First value",
                                "due_on": "2026-03-16",
                                "due_original": "2026-03-01",
                                "status": "blocked",
                                "side": "them",
                                "person_id": "C-2",
                                "is_first_value": True,
                                "blocked_reason": "SSO",
                                "blocked_by": "them",
                                "shared": True,
                                "moves": [
                                    {
                                        "from_on": "2026-03-01",
                                        "to_on": "2026-03-16",
                                        "on": "2026-02-20",
                                    }
                                ],
                                "evidence": [{"text": "mail", "on": "2026-02-20"}],
                                "tasks": [
                                    {
                                        "id": "X-1",
                                        "title": "ask",
                                        "side": "us",
                                        "effort_minutes": 10,
                                    }
                                ],
                            }
                        ],
                    },
                    {"id": "J-0", "title": "Empty"},
                ],
            }
        ],
        "tasks": [
            {
                "id": "W-1",
                "account_id": "A-2",
                "title": "Quote",
                "due_on": "2026-03-10",
                "priority": "high",
                "effort_minutes": 20,
                "done_on": "2026-03-08",
            }
        ],
        "dispositions": [
            {
                "id": "D-1",
                "account_id": "A-2",
                "type": "usage",
                "subject": "account",
                "episode": "-",
                "action": "snooze",
                "until": "2026-03-20",
                "reason": "holiday",
                "points": 80,
                "score": 7680,
                "at": "2026-03-08T10:00:00Z",
            },
            {
                "id": "D-2",
                "account_id": "A-2",
                "type": "usage",
                "subject": "account",
                "episode": "-",
                "action": "undo",
                "points": 80,
                "score": 7680,
                "at": "2026-03-08T11:00:00Z",
                "undoes": "D-1",
            },
        ],
        "planned_days": [{"on": "2026-03-06", "account_id": "A-2", "removed": True}],
    }


_texts = st.text(max_size=12)
_days = st.dates(min_value=date(2000, 1, 1)).map(lambda day: day.isoformat())
_indian = timezone(timedelta(hours=5, minutes=30))
_instants = st.integers(0, 10**9).map(
    lambda age: (datetime(2026, 3, 1, tzinfo=_indian) - timedelta(seconds=age)).isoformat()
)
_numbers = st.one_of(
    st.integers(-(10**9), 10**9),
    st.decimals(-(10**6), 10**6, places=3).map(str),
    st.decimals(-(10**6), 10**6, places=2).map(float),
)
_moneys = st.one_of(st.integers(0, 10**9), st.decimals(0, 10**8, places=2).map(str))


def _object(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries(required, optional=optional)


@st.composite
def documents(draw: Callable[[Any], Any]) -> Document:
    """Any valid book: hostile texts, every kind of number, any subset of the optional keys."""
    accounts = [f"A-{number}" for number in range(draw(st.integers(1, 3)))]
    contacts = [f"C-{number}" for number in range(draw(st.integers(0, 3)))]
    account = st.sampled_from(accounts)
    contact = st.sampled_from(contacts) if contacts else st.none()
    people = st.lists(contact, max_size=3) if contacts else st.just([])

    def some(prefix: str, **parts: Any) -> list[Document]:
        optional = parts.pop("optional", {})
        count = draw(st.integers(0, 3))
        rows = st.fixed_dictionaries({"account_id": account, **parts}, optional=optional)
        return [{"id": f"{prefix}-{number}", **draw(rows)} for number in range(count)]

    def keyed(*key: str, **parts: Any) -> list[Document]:
        rows = st.fixed_dictionaries({"account_id": account, **parts})
        found = draw(st.lists(rows, max_size=4))
        return list({tuple(row[name] for name in key): row for row in found}.values())

    book: Document = {
        "format": "csmdesk-book",
        "version": 1,
        "base_currency": "USD",
        "timezone": draw(st.sampled_from(["Asia/Kolkata", "America/New_York", "UTC"])),
        "users": [{"id": "U-1", "name": draw(_texts)}, {"id": "U-2", "name": "Bo"}],
        "me": draw(st.sampled_from(["U-1", "U-2"])),
        "settings": draw(
            _object(
                {},
                **{
                    "agenda.focus_share": st.integers(0, 100) | st.just(50.0),
                    "agenda.value_knots": st.just([[0, 70], [5000, 80.5]]),
                    "display.ascii": st.booleans(),
                    "display.theme": _texts,
                },
            )
        ),
        "holidays": draw(st.lists(_days, max_size=3)),
        "accounts": [
            {
                "id": one,
                **draw(
                    _object(
                        {"name": _texts},
                        owner_id=st.sampled_from(["U-1", "U-2"]),
                        parent_id=account,
                        segment=st.sampled_from(["high", "mid", "low", "tech"]) | st.none(),
                        start_on=_days,
                        tags=st.lists(_texts, max_size=2),
                        notes=_texts,
                    )
                ),
            }
            for one in accounts
        ],
        "contacts": [
            {
                "id": one,
                "account_id": draw(account),
                **draw(
                    _object(
                        {"name": _texts},
                        roles=st.lists(st.sampled_from(["champion", "technical"]), max_size=2),
                        influence=st.integers(1, 5),
                        sentiment=st.integers(-2, 2),
                        status=st.sampled_from(["active", "left", "unknown"]),
                        left_on=_days,
                        reports_to_id=contact,
                    )
                ),
            }
            for one in contacts
        ],
    }
    book["subscriptions"] = some(
        "S",
        start_on=_days,
        auto_renew=st.booleans(),
        status=st.just("active"),
        optional={
            "arr": _moneys,
            "term_end": _days,
            "notice_days": st.integers(0, 90),
            "evergreen": st.booleans(),
            "likelihood": st.integers(0, 100),
            "forecast": st.sampled_from(["commit", "at_risk"]),
            "ramp": st.lists(_object({"from_on": _days, "arr": _moneys}), max_size=2),
            "breaks": st.lists(_object({"on": _days, "kind": _texts}), max_size=2),
        },
    )
    book["touchpoints"] = some(
        "T",
        type=st.sampled_from(["call", "note", "email", "ebr"]),
        at=_instants,
        optional={
            "attendee_ids": people,
            "two_way": st.booleans(),
            "minutes": st.integers(0, 600),
            "sentiment": st.integers(-1, 1),
            "text": _texts,
        },
    )
    for touch in book["touchpoints"]:
        touch["next_steps"] = [
            {"id": f"N-{touch['id']}-{number}", **step}
            for number, step in enumerate(
                draw(
                    st.lists(
                        _object(
                            {"text": _texts, "side": st.sampled_from(["us", "them"])}, due_on=_days
                        ),
                        max_size=2,
                    )
                )
            )
        ]
    book["tasks"] = some(
        "W",
        title=_texts,
        optional={"due_on": _days, "done_on": _days, "effort_minutes": st.just(5)},
    )
    book["surveys"] = some(
        "V",
        kind=st.just("nps"),
        score=st.integers(0, 10),
        at=_instants,
        optional={"contact_id": contact},
    )
    book["measurements"] = keyed(
        "account_id",
        "metric",
        "on",
        metric=st.sampled_from(["seats", "x"]),
        on=_days,
        value=_numbers,
    )
    book["health"] = keyed(
        "account_id",
        "source",
        "on",
        on=_days,
        score=st.decimals(0, 100, places=1).map(str),
        source=st.sampled_from(["crm", "computed"]),
        higher_is_better=st.booleans(),
        components=st.lists(
            _object({"name": _texts, "weight": _numbers, "freshness": _numbers}, value=_numbers),
            max_size=2,
        ),
    )
    book["planned_days"] = keyed("on", "account_id", on=_days, removed=st.booleans())
    return book
