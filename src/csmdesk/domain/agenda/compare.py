"""Why one account stands above another: the first rule of the order that tells them apart."""

from typing import Literal

from csmdesk.domain.agenda.view import Item

Rule = Literal["tier", "act_by", "score", "hard_date", "stake", "name", "id"]

_RULES: tuple[Rule, ...] = ("tier", "act_by", "score", "hard_date", "stake", "stake", "name", "id")


def deciding_rule(one: Item, other: Item) -> Rule:
    """Return the rule that puts one item above or below another (agenda model §3.7)."""
    for rule, mine, theirs in zip(_RULES, one.one.place, other.one.place, strict=True):
        if mine != theirs:
            return rule
    return "id"
