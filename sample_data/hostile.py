"""One account of the sample whose every text is meant to do harm, and must not."""

from typing import Any

VICTIM = "A-076"

HOSTILE = (
    "[/] [@click=app.quit]free gift[/] [bold red]",
    "\x1b]52;c;cm0gLXJmIH4=\x07\x1b]0;pwned\x07\x1b[2J\x1b[31mred",
    "<script>alert('x')</script><img src=x onerror=alert(1)>&lt;b&gt;",
    '=HYPERLINK("http://evil.example","click")',
    "+cmd|' /C calc'!A0",
    "\u202egnp.exe\u202c \u2066hidden\u2069 zero\u200bwidth \ufeff",
    "'; DELETE FROM touchpoints WHERE 'a'='a",
    "Z" + "a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b" * 6 + "lgo",
    "line one\r\nline two\u2028line three\x0bline four\x00",
    "{champ} %s %n ${HOME} `id` $(id) {{7*7}}",
    "[link=https://evil.example]your bank[/link] \x9b31m\x9d8;;http://evil.example\x9c",
    "very long " * 400,
)
"""Text that should stay text, whatever it passes through."""

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
