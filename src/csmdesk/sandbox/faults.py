"""Which request meets which fault: rules by name, by probability and by script.

A fault is named `name` or `name:argument`. The names stand in `fault_acts.CATALOGUE`.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault and what it is told, for example `truncated_chunked` and `120`."""

    name: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.argument}" if self.argument else self.name


def parse_fault(text: str) -> Fault:
    """The fault of its written form."""
    name, _, argument = text.partition(":")
    return Fault(name, argument)


@dataclass(slots=True, kw_only=True)
class Rule:
    """When a fault strikes.

    Attributes:
        method: a regular expression for the whole method, empty for any.
        path: one that is searched in path and query, empty for any.
        skip: how many fitting requests pass first.
        times: how many are struck then; None is all of them.
        probability: how likely each of them is struck.
    """

    fault: Fault
    method: str = ""
    path: str = ""
    skip: int = 0
    times: int | None = 1
    probability: float = 1.0
    struck: int = 0

    def fits(self, method: str, target: str) -> bool:
        """Whether the rule is about this request."""
        if self.times is not None and self.struck >= self.times:
            return False
        if self.method and re.fullmatch(self.method, method) is None:
            return False
        return not self.path or re.search(self.path, target) is not None

    def shown(self) -> dict[str, Any]:
        """The rule as the control endpoint tells it."""
        return {
            "fault": str(self.fault),
            "method": self.method,
            "path": self.path,
            "skip": self.skip,
            "times": self.times,
            "probability": self.probability,
            "struck": self.struck,
        }


@dataclass(slots=True)
class Plan:
    """The rules in force, in order; the first that strikes wins."""

    rules: list[Rule] = field(default_factory=list)
    dice: random.Random = field(
        default_factory=lambda: random.Random(0)  # noqa: S311  # the same faults on every run
    )

    def take(self, method: str, target: str) -> Fault | None:
        """The fault for one request, if any."""
        for rule in self.rules:
            if not rule.fits(method, target):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            if rule.probability < 1.0 and self.dice.random() >= rule.probability:
                continue
            rule.struck += 1
            return rule.fault
        return None

    def clear(self) -> None:
        """No more faults."""
        self.rules.clear()


def rule_of(given: Mapping[str, Any], names: frozenset[str]) -> Rule:
    """A rule from its JSON form. Raises ValueError that says what is wrong."""
    fault = parse_fault(str(given.get("fault", "")))
    if fault.name not in names:
        raise ValueError(f"there is no fault {fault.name!r}")
    unknown = set(given) - {"fault", "method", "path", "skip", "times", "probability"}
    if unknown:
        raise ValueError(f"a rule has no {sorted(unknown)[0]!r}")
    times = given.get("times", 1)
    rule = Rule(
        fault=fault,
        method=str(given.get("method", "")),
        path=str(given.get("path", "")),
        skip=int(given.get("skip", 0)),
        times=None if times is None else int(times),
        probability=float(given.get("probability", 1.0)),
    )
    for pattern in (rule.method, rule.path):
        try:
            re.compile(pattern)
        except re.error as wrong:
            raise ValueError(f"{pattern!r} is not a pattern: {wrong}") from wrong
    return rule


def standing_rules(chances: Mapping[str, float], names: frozenset[str]) -> list[Rule]:
    """Rules of `name=probability` pairs, which never run out.

    A list of probabilities is one draw: of several faults each strikes as often as it says.
    """
    rules: list[Rule] = []
    left = 1.0
    for text, chance in chances.items():
        fault = parse_fault(text)
        if fault.name not in names:
            raise ValueError(f"there is no fault {fault.name!r}")
        if not 0 <= chance <= left + 1e-9:
            raise ValueError("probabilities are from 0 to 1 and add up to 1 at most")
        given = chance / left if left > 0 else 0.0
        rules.append(Rule(fault=fault, times=None, probability=min(1.0, given)))
        left -= chance
    return rules
