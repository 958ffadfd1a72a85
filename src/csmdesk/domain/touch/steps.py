"""Reading one next step of a log line: its words, and the due date they may end in."""

import re
from dataclasses import dataclass
from datetime import date

from csmdesk.domain.touch import words
from csmdesk.domain.touch.dates import day_ahead
from csmdesk.domain.touch.reading import Mark, Problem, Step
from csmdesk.domain.workdays import Workdays


@dataclass(frozen=True, slots=True)
class StepFound:
    """What stands between two step signs; no step if it has no words."""

    steps: tuple[Step, ...]
    marks: tuple[Mark, ...]
    problems: tuple[Problem, ...]


def read_step(
    line: str, sign: re.Match[str], stop: int, today: date, workdays: Workdays
) -> StepFound:
    """Read the step that begins at a sign and ends at `stop`."""
    start, end = trimmed(line, sign.end(), stop)
    body = line[start:end]
    marks: list[Mark] = []
    problems: list[Problem] = []
    due_on = None
    if match := words.DUE.search(body):
        due_on = day_ahead(match, today, workdays)
        due_start = start + match.start()
        if due_on is None:
            problems.append(Problem("no such date", f"There is no {match[0]}.", due_start, end))
        body = body[: match.start()].rstrip()
        marks = [
            Mark("step", sign.start(), max(start + len(body), sign.end())),
            Mark("due", due_start, end),
        ]
    else:
        marks = [Mark("step", sign.start(), max(end, sign.end()))]
        body = _without_escape(body)
    if not body:
        where = sign.start(), max(end, sign.end())
        problems.append(Problem("no words", "A next step needs words.", *where))
        return StepFound((), tuple(marks), tuple(problems))
    step = Step(words.ESCAPED.sub("", body), "us" if sign[0] == ">" else "them", due_on)
    return StepFound((step,), tuple(marks), tuple(problems))


def trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    """Return the ends of a stretch without the spaces around it."""
    while start < end and line[start].isspace():
        start += 1
    while end > start and line[end - 1].isspace():
        end -= 1
    return start, end


def _without_escape(body: str) -> str:
    """Drop the backslash that keeps the last words of a step from being its due date."""
    escape = words.ESCAPED_DUE.search(body)
    if escape and words.DUE.match(body[escape.end() :]):
        return body[: escape.start()] + body[escape.end() :]
    return body
