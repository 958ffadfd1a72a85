"""A log form as one reading: the line, with what the other fields say laid over it. Pure."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from csmdesk.domain.touch.reading import Problem, Reading
from csmdesk.domain.vocabulary import Outcome
from csmdesk.usecases.log_lines import LineReader

OUTCOMES: tuple[Outcome, ...] = (
    "held",
    "advanced",
    "no_show",
    "left_message",
    "escalated",
    "blocked",
)


@dataclass(frozen=True, slots=True)
class Form:
    """What the form holds besides the line; empty means as the line says."""

    when: str = ""
    outcome: Outcome | None = None
    notes: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was filled in."""
        return not (self.when.strip() or self.outcome or self.notes.strip())

    def text(self) -> str:
        """Return the form as it is kept in a draft."""
        return json.dumps({"when": self.when, "outcome": self.outcome, "notes": self.notes})

    @classmethod
    def of_text(cls, text: str) -> "Form":
        """Return the form a draft holds; an empty one if the draft is none."""
        try:
            values = json.loads(text)
        except ValueError:
            return cls()
        if not isinstance(values, dict):
            return cls()
        outcome = values.get("outcome")
        return cls(
            str(values.get("when") or ""),
            outcome if outcome in OUTCOMES else None,
            str(values.get("notes") or ""),
        )


def read_form(
    reader: LineReader, line: str, form: Form, now: datetime, started_at: datetime | None
) -> Reading:
    """Return the reading of a line with the form laid over it."""
    base = reader.read(line, now, started_at)
    notes = form.notes.strip()
    if notes:
        text = f"{base.text}\n\n{notes}" if base.text else notes
        # Notes are words enough: the line alone may be empty then.
        kept = tuple(p for p in base.problems if p.kind != "empty")
        base = replace(base, text=text, problems=kept, warnings=())
    if form.outcome is not None:
        base = replace(base, outcome=form.outcome, outcome_given=True)
    when = " ".join(form.when.split())
    if not when:
        return base
    # The line's own grammar reads the field: a note with that date and a word.
    dated = reader.read(f"n {when.lower()} x", now)
    if dated.at_given and dated.text == "x":
        return replace(
            base,
            at=dated.at,
            at_given=True,
            problems=(*base.problems, *dated.problems),
        )
    wrong = Problem("no such date", f"“{when}” is no day or time.", 0, 0)
    return replace(base, problems=(*base.problems, *(dated.problems or (wrong,))))
