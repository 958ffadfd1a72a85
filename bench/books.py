"""Books of any size for the benchmarks: seeded, invented, rich enough for every signal."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=ZONE)

Row = dict[str, Any]


def book(accounts: int, touches_each: int = 10, *, seed: int = 7, now: datetime = NOW) -> Row:
    """Return a book document of so many accounts, due and quiet ones mixed as in a real book.

    Everything is dated around `now`: a screen that follows the real clock needs a book of today.
    """
    chance = random.Random(seed)
    document: Row = {
        "format": "csmdesk-book",
        "version": 1,
        "timezone": "Europe/Berlin",
        "base_currency": "USD",
        "me": "U-1",
        "users": [{"id": "U-1", "name": "Robin Vale", "email": "robin@example.com"}],
    }
    lists = ("accounts", "subscriptions", "contacts", "touchpoints", "measurements", "health")
    for name in (*lists, "tickets", "surveys", "meetings", "plans"):
        document[name] = []
    for number in range(accounts):
        _add_account(document, number, touches_each, chance, now)
    return document


def _add_account(
    document: Row, number: int, touches_each: int, chance: random.Random, now: datetime
) -> None:
    today = now.astimezone(ZONE).date()
    account = f"A-{number:05}"
    start = today - timedelta(days=chance.randrange(40, 1500))
    document["accounts"].append(
        {
            "id": account,
            "name": f"{chance.choice(WORDS)} {chance.choice(TRADES)} {number}",
            "owner_id": "U-1",
            "start_on": start.isoformat(),
        }
    )
    document["subscriptions"].append(
        {
            "id": f"S-{number:05}",
            "account_id": account,
            "arr": str(chance.choice((3000, 9000, 24000, 60000, 140000, 420000))),
            "start_on": start.isoformat(),
            "term_end": (today + timedelta(days=chance.randrange(-3, 500))).isoformat(),
            "term_months": 12,
            "auto_renew": chance.random() < 0.5,
            "notice_days": chance.choice((30, 60, 90)),
            "status": "active",
        }
    )
    people = [f"C-{number:05}-{index}" for index in range(3)]
    for index, person in enumerate(people):
        document["contacts"].append(
            {
                "id": person,
                "account_id": account,
                "name": f"{chance.choice(FIRST)} {chance.choice(LAST)}",
                "roles": [("champion", "economic_buyer", "power_user")[index]],
                "influence": chance.randrange(1, 6),
                "sentiment": chance.randrange(-2, 3),
            }
        )
    for index in range(touches_each):
        at = now - timedelta(days=index * 9 + chance.randrange(1, 9), minutes=chance.randrange(400))
        document["touchpoints"].append(
            {
                "id": f"T-{number:05}-{index}",
                "account_id": account,
                "type": chance.choice(("call", "call", "meeting", "email", "note", "qbr")),
                "at": at.isoformat(),
                "minutes": chance.choice((15, 25, 30, 45)),
                "attendee_ids": chance.sample(people, chance.randrange(0, 3)),
                "text": f"Talked about {chance.choice(TRADES).lower()} and step {index} of it.",
            }
        )
    users = chance.randrange(5, 200)
    for week in range(10):
        on = (today - timedelta(days=7 * week + 1)).isoformat()
        for metric, value in (("active_users", users + chance.randrange(-4, 5) - week),):
            document["measurements"].append(
                {"account_id": account, "metric": metric, "on": on, "value": max(value, 0)}
            )
    for month in range(6):
        document["health"].append(
            {
                "account_id": account,
                "on": (today - timedelta(days=20 * month)).isoformat(),
                "score": chance.randrange(30, 100),
                "source": "crm",
            }
        )
    if chance.random() < 0.1:
        opened = now - timedelta(hours=chance.randrange(2, 400))
        document["tickets"].append(
            {
                "id": f"K-{number:05}",
                "account_id": account,
                "subject": "Export stops half-way",
                "severity": chance.choice(("critical", "high", "normal")),
                "status": "open",
                "opened_at": opened.isoformat(),
            }
        )


WORDS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Iris", "Juniper")
TRADES = ("Freight", "Medical", "Labs", "Media", "Retail", "Bank", "Foods", "Air", "Mills", "Cloud")
FIRST = ("Ana", "Raj", "Lena", "Kim", "Dana", "Lee", "Omar", "Mina", "Piotr", "Sofia")
LAST = ("Silva", "Patel", "Berg", "Osei", "Ruiz", "Park", "Haddad", "Rossi", "Nowak", "Costa")
