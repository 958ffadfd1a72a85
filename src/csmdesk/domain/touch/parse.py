"""Reading a log line.

The elements before the text come in any order, each at most once; the first word that fits none
begins the text. Nothing typed ever raises: what cannot be saved becomes a `Problem` with its
place in the line, so that it can be shown at once.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, tzinfo

from csmdesk.domain.cadence import MET_TYPES, REVIEW_TYPES
from csmdesk.domain.touch import words
from csmdesk.domain.touch.dates import clock_of, day_behind, instant_of
from csmdesk.domain.touch.doubts import Given, step_doubts, text_doubts
from csmdesk.domain.touch.people import Known, People
from csmdesk.domain.touch.reading import (
    RECAP,
    Candidate,
    Mark,
    MarkKind,
    Person,
    Problem,
    ProblemKind,
    Reading,
    Step,
)
from csmdesk.domain.touch.steps import read_step, trimmed
from csmdesk.domain.vocabulary import Outcome, TouchType
from csmdesk.domain.workdays import Workdays

NOON = time(12)


def parse(
    line: str,
    *,
    people: People,
    now: datetime,
    zone: tzinfo,
    workdays: Workdays,
    default_type: TouchType = "call",
) -> Reading:
    """Read a log line.

    Args:
        line: what was typed, possibly half of it.
        people: the contacts of the account.
        now: the instant of reading, aware.
        zone: the user's zone, in which days and times are meant.
        workdays: the calendar, for `eow`, `eom` and the recap of a review.
        default_type: the type of a line that names none: the one last used on the account.
    """
    return _Parser(line, people, now, zone, workdays, default_type).read()


class _Parser:
    """One line being read: a place in it and what was found so far."""

    def __init__(
        self,
        line: str,
        people: People,
        now: datetime,
        zone: tzinfo,
        workdays: Workdays,
        default_type: TouchType,
    ) -> None:
        self.line = line
        self.known = people
        self.now = now
        self.zone = zone
        self.today = now.astimezone(zone).date()
        self.workdays = workdays
        self.type = default_type
        self.type_given = False
        self.sign = ""
        self.day: date | None = None
        self.day_given = False
        self.clock: time | None = None
        self.clock_given = False
        self.people: list[Person] | None = None
        self.minutes: int | None = None
        self.mood: int | None = None
        self.outcome: Outcome | None = None
        self.marks: list[Mark] = []
        self.problems: list[Problem] = []
        self.warnings: list[str] = []

    def read(self) -> Reading:
        here = self._read_head()
        text, steps = self._read_rest(here)
        at = self._instant()
        if not self.line.strip():
            self._problem("empty", "There is nothing to log yet.", 0, len(self.line))
        outcome = self.outcome or ("held" if self.type in MET_TYPES else None)
        direction, two_way = (
            words.DIRECTIONS[self.sign] if self.type in words.DIRECTED else (None, None)
        )
        if self.type in REVIEW_TYPES and not any(step.side == "us" for step in steps):
            due = self.workdays.next(at.astimezone(self.zone).date())
            steps.append(Step(RECAP, "us", due, automatic=True))
        if self.line.strip() and not (text or self.outcome or any(not s.automatic for s in steps)):
            self.warnings.append("There is no text, outcome or next step.")
        return Reading(
            line=self.line,
            type=self.type,
            type_given=self.type_given,
            at=at,
            at_given=self.day_given or self.clock_given,
            direction=direction,
            two_way=two_way,
            people=tuple(self.people or ()),
            minutes=self.minutes,
            mood=self.mood,
            outcome=outcome,
            outcome_given=self.outcome is not None,
            text=text,
            steps=tuple(steps),
            marks=tuple(self.marks),
            problems=tuple(self.problems),
            warnings=tuple(self.warnings),
        )

    # The head: everything before the text.

    def _read_head(self) -> int:
        """Read elements until a word fits none; return where the text begins."""
        here = self._spaces(0)
        if match := words.TYPE.match(self.line, here):
            type_ = words.TYPE_WORDS[match[1]]
            if not match[2] or type_ in words.DIRECTED:
                self.type, self.type_given, self.sign = type_, True, match[2] or ""
                here = self._spaces(self._mark("type", match))
        while here < len(self.line) and not words.STEP_SIGN.match(self.line, here):
            after = self._element(here)
            if after is None:
                break
            here = self._spaces(after)
        return here

    def _element(self, here: int) -> int | None:
        """Read the element that begins here; return where it ends, or nothing if none does."""
        readers: tuple[Callable[[int], int | None], ...] = (
            self._read_mood,
            self._read_outcome,
            self._read_length,
            self._read_clock,
            self._read_day,
            self._read_people,
        )
        for reader in readers:
            after = reader(here)
            if after is not None:
                return after
        return None

    def _read_mood(self, here: int) -> int | None:
        word = words.WORD.match(self.line, here)
        if self.mood is not None or word is None or word[0] not in words.MOODS:
            return None
        self.mood = words.MOODS[word[0]]
        return self._mark("mood", word)

    def _read_outcome(self, here: int) -> int | None:
        word = words.WORD.match(self.line, here)
        if self.outcome is not None or word is None or not word[0].startswith("!"):
            return None
        if word[0] not in words.OUTCOMES:
            return None
        self.outcome = words.OUTCOMES[word[0]]
        return self._mark("outcome", word)

    def _read_length(self, here: int) -> int | None:
        match = words.LENGTH.match(self.line, here)
        if self.minutes is not None or match is None:
            return None
        minutes = int(match[1]) if match[1] else int(match[2]) * 60 + int(match[3] or 0)
        if not 0 < minutes <= words.LONGEST:
            return None
        self.minutes = minutes
        return self._mark("length", match)

    def _read_clock(self, here: int) -> int | None:
        match = words.TIME.match(self.line, here)
        if self.clock_given or match is None:
            return None
        self.clock, self.clock_given = clock_of(match), True
        if self.clock is None:
            self._problem("no such time", f"There is no {match[0]}.", match.start(), match.end())
        return self._mark("time", match)

    def _read_day(self, here: int) -> int | None:
        match = words.DATE.match(self.line, here)
        if self.day_given or match is None:
            return None
        self.day, self.day_given = day_behind(match, self.today), True
        if self.day is None:
            self._no_such_date(match)
        return self._mark("date", match)

    # People.

    def _read_people(self, here: int) -> int | None:
        if self.people is not None:
            return None
        after = self._read_name(here)
        if after is None:
            return None
        while comma := words.COMMA.match(self.line, after):
            following = self._read_name(comma.end())
            if following is None:
                self._warn_stranger(comma.end())
                return comma.end()
            after = following
        return after

    def _read_name(self, here: int) -> int | None:
        if self.line.startswith("@", here):
            return self._read_at_name(here)
        found, end = self._find_name(here)
        if not found:
            return None
        self._add_person(found, here, end)
        return end

    def _find_name(self, here: int) -> tuple[tuple[Known, ...], int]:
        """Return whom the most words from here name, and where those words end."""
        ends = [here]
        while len(ends) <= self.known.longest:
            word = words.NAME_WORD.match(self.line, self._spaces(ends[-1]))
            if word is None:
                break
            ends.append(word.end())
        for end in reversed(ends[1:]):
            if found := self.known.find(self.line[here:end]):
                return found, end
        return (), here

    def _read_at_name(self, here: int) -> int | None:
        if quoted := words.AT_QUOTED.match(self.line, here):
            name, end = " ".join(quoted[1].split()), quoted.end()
            if not quoted[2]:
                self._problem(
                    "open quote", f"The name {quoted[0]} has no closing quote.", here, end
                )
        elif word := words.AT_WORD.match(self.line, here):
            name = word[1].rstrip(".:;!?")
            end = word.start(1) + len(name)
        else:
            return None
        if not name:
            return None
        found = self.known.find_anyone(name)
        if found:
            self._add_person(found, here, end)
        else:
            self._add(Person(name))
            self.marks.append(Mark("new person", here, end))
        return end

    def _add_person(self, found: tuple[Known, ...], here: int, end: int) -> None:
        self.marks.append(Mark("person", here, end))
        if len(found) == 1:
            self._add(Person(found[0].name, found[0].id))
            return
        self.people = self.people or []
        names = ", ".join(who.name for who in found)
        self._problem(
            "ambiguous",
            f"“{self.line[here:end]}” could be {names}.",
            here,
            end,
            tuple(Candidate(who.id, who.name) for who in found),
        )

    def _add(self, person: Person) -> None:
        self.people = self.people or []
        if person not in self.people:
            self.people.append(person)

    def _warn_stranger(self, here: int) -> None:
        word = words.NAME_WORD.match(self.line, here)
        if word is None or word[0].startswith("\\"):
            return
        if gone := self.known.gone(word[0]):
            self.warnings.append(f"{gone.name} has left; @{word[0]} names them all the same.")
        else:
            self.warnings.append(
                f"“{word[0]}” is nobody here and begins the text; @{word[0]} makes a new contact."
            )

    # The rest: text and steps.

    def _read_rest(self, here: int) -> tuple[str | None, list[Step]]:
        signs = list(words.STEP_SIGN.finditer(self.line, here))
        ends = [*(sign.start() for sign in signs), len(self.line)]
        start, end = trimmed(self.line, here, ends[0])
        text = None
        if start < end:
            self.marks.append(Mark("text", start, end))
            text = self._unescaped_text(start, end)
            if self.people is None:
                self._warn_of_names(start)
            self._warn_of_elements(start, end)
        steps: list[Step] = []
        for sign, stop in zip(signs, ends[1:], strict=True):
            found = read_step(self.line, sign, stop, self.today, self.workdays)
            self.marks.extend(found.marks)
            self.problems.extend(found.problems)
            steps.extend(found.steps)
            if any(step.due_on is None for step in found.steps) and not found.problems:
                self.warnings += step_doubts(
                    self.line[slice(*trimmed(self.line, sign.end(), stop))]
                )
        return text, steps

    def _unescaped_text(self, start: int, end: int) -> str:
        # A backslash that kept the first word from being read as an element has done its work.
        bare = start
        while self.line.startswith("\\", bare):
            bare += 1
        if bare > start and self._would_be_element(bare, first=not self.line[:start].strip()):
            start += 1
        return words.ESCAPED.sub("", self.line[start:end])

    def _would_be_element(self, here: int, *, first: bool) -> bool:
        if first and words.TYPE.match(self.line, here):
            return True
        probe = _Parser(self.line, self.known, self.now, self.zone, self.workdays, self.type)
        return probe._element(here) is not None

    def _warn_of_names(self, start: int) -> None:
        """Point out a text that begins with what looks like somebody's name."""
        word = words.NAME_WORD.match(self.line, start)
        if word is None:
            return
        comma = words.COMMA.match(self.line, word.end())
        if self.known.gone(word[0]) or (comma and self._find_name(comma.end())[0]):
            self._warn_stranger(start)

    def _warn_of_elements(self, start: int, end: int) -> None:
        """Point out what in the text looks meant as an element, unless it was already."""
        given = Given(
            type=self.type_given,
            people=self.people is not None,
            length=self.minutes is not None,
            mood=self.mood is not None,
            outcome=self.outcome is not None,
        )
        self.warnings += text_doubts(
            self.line, start, end, given, lambda here: bool(self._find_name(here)[0])
        )

    # When.

    def _instant(self) -> datetime:
        """Return when the touch was; a time to come is a problem."""
        if not (self.day_given or self.clock_given):
            return self.now
        if (self.day_given and self.day is None) or (self.clock_given and self.clock is None):
            return self.now
        day = self.day or self.today
        if self.clock is None and day == self.today:
            return self.now
        at = instant_of(day, self.clock or NOON, self.zone)
        marks = [mark for mark in self.marks if mark.kind in ("date", "time")]
        start, end = min(m.start for m in marks), max(m.end for m in marks)
        if at is None:
            self._problem("no such date", f"There is no {self.line[start:end]}.", start, end)
            return self.now
        if at > self.now:
            self._problem("future", "A touch cannot be in the future.", start, end)
        return at

    # Small steps.

    def _spaces(self, here: int) -> int:
        while here < len(self.line) and self.line[here].isspace():
            here += 1
        return here

    def _mark(self, kind: MarkKind, match: re.Match[str]) -> int:
        self.marks.append(Mark(kind, match.start(), match.end()))
        return match.end()

    def _problem(
        self,
        kind: ProblemKind,
        message: str,
        start: int,
        end: int,
        candidates: tuple[Candidate, ...] = (),
    ) -> None:
        self.problems.append(Problem(kind, message, start, end, candidates))

    def _no_such_date(self, match: re.Match[str]) -> None:
        self._problem("no such date", f"There is no {match[0]}.", match.start(), match.end())
