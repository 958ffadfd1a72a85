"""One account of the sample whose every text is meant to do harm, and must not."""

from typing import Any

from stories import HOSTILE

VICTIM = "A-076"
_FREE_TEXT = {
    "accounts": ("name", "domain", "industry", "notes", "crm_url"),
    "contacts": ("name", "title", "email", "phone"),
    "touchpoints": ("text",),
    "tickets": ("subject",),
    "meetings": ("title",),
    "subscriptions": ("product",),
    "opportunities": ("name", "stage"),
    "surveys": ("comment",),
    "pulses": ("note",),
    "tasks": ("title",),
    "plans": ("title",),
}


def poison(book: dict[str, Any]) -> None:
    """Put hostile text into every free field of the victim; its name keeps a readable end."""
    turn = 0
    for name, fields in _FREE_TEXT.items():
        for row in book.get(name, ()):
            if row.get("id" if name == "accounts" else "account_id") != VICTIM:
                continue
            for field in fields:
                row[field] = HOSTILE[turn % len(HOSTILE)]
                turn += 1
            for step in row.get("next_steps", ()):
                step["text"] = HOSTILE[turn % len(HOSTILE)]
                turn += 1
            if name == "accounts":
                row["name"] = "[/][@click=app.quit]\x1b]0;pwned\x07 \u202ehostile & Co"
                row["tags"] = [*row["tags"], HOSTILE[0], "=1+1"]
