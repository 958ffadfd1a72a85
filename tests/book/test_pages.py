"""The page on the book format says what the schema says."""

import re
from pathlib import Path

from csmdesk.book.schema import schema

PAGE = (Path(__file__).parents[2] / "docs" / "book-format.md").read_text(encoding="utf-8")
BLOCK = PAGE.split("```")[3]
LISTS = {
    "users": "User", "accounts": "Account", "subscriptions": "Subscription",
    "opportunities": "Opportunity", "contacts": "Contact", "touchpoints": "Touchpoint",
    "meetings": "Meeting", "tickets": "Ticket", "measurements": "Measurement",
    "health": "HealthRecord", "pulses": "Pulse", "health_overrides": "HealthOverride",
    "surveys": "Survey", "plans": "Plan", "tasks": "Task", "dispositions": "Disposition",
    "planned_days": "PlannedDay", "rates": "Rate",
}  # fmt: skip
NESTED = {
    "subscriptions": ("RampStep", "ContractBreak"),
    "touchpoints": ("NextStep",),
    "health": ("HealthComponent",),
    "plans": ("Objective", "Criterion", "Milestone", "MilestoneMove", "Evidence", "PlanTask"),
}


def entry(name: str) -> str:
    """Return what the page says of one key of the document."""
    found = re.search(rf"^{name}\??  .*\n(?:  .*\n)*", BLOCK, re.MULTILINE)
    assert found, name
    return found[0]


def test_every_key_of_the_schema_stands_on_the_page_and_says_whether_it_may_be_absent() -> None:
    definitions = schema()["$defs"]
    for name in schema()["properties"]:
        text = entry(name)
        for kind in (LISTS.get(name), *NESTED.get(name, ())):
            shape = definitions[kind] if kind else {"properties": {}}
            for key in shape["properties"]:
                optional = key not in shape.get("required", ())
                sign = r"\?" if optional else r"(?!\?)"
                assert re.search(rf"(?<!\w){key}{sign}", text), (name, key)


def test_every_word_of_a_choice_stands_on_the_page() -> None:
    words = re.findall(r"'enum': \[([^\]]*)\]", str(schema()))
    for choice in words:
        for word in re.findall(r"'(\w+)'", choice):
            assert word in PAGE, word
