"""What in the words of a log line may have been meant as more than words.

The first word that fits no element begins the text, so a name nobody has turns the length and the
mood behind it into text. That is the rule of the line; here it is said, and never blocks.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from typing import Final

from csmdesk.domain.touch import words

_LEAP_YEAR: Final = 2024
_FULL_MONTHS: Final = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
)
_MONTH: Final = rf"(?:{_FULL_MONTHS}|{'|'.join(words.MONTHS)}|sept)"
_DATE: Final = (
    r"(?:(?P<dot_day>[0-9]{1,2})\.\s?(?P<dot_month>[0-9]{1,2})\.(?P<dot_year>[0-9]{4}|[0-9]{2})?"
    r"|[0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2})"
    r"|(?P<iso_year>[0-9]{4})-(?P<iso_month>[0-9]{1,2})-(?P<iso_day>[0-9]{1,2})"
    rf"|(?P<day>[0-9]{{1,2}})\.?\s+(?P<month>{_MONTH})\.?,?(?:\s+(?P<year>[0-9]{{4}}))?"
    rf"|(?P<us_month>{_MONTH})\s+(?P<us_day>[0-9]{{1,2}})(?:,?\s+(?P<us_year>[0-9]{{4}}))?"
    r"|(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day))"
)
_DATE_FIRST: Final = re.compile(rf"{_DATE}[.,;:]?(?!\S)")
_DATE_LAST: Final = re.compile(rf"(?i)(?:^|(?<=\s)){_DATE}[.,;:!?]*$")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}(?!\S)")
_DATE_BEFORE: Final = re.compile(
    rf"(?<!\S)(?P<day>[0-9]{{1,2}})\s+(?P<month>(?i:{'|'.join(words.MONTHS)}))\s+$"
)
_EXCLAIMED: Final = re.compile(r"![A-Za-z]\w*[.,;]?(?!\S)")
_EDGES: Final = ",.;:"
_MOST_NAME_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Given:
    """Which elements the head of the line holds already."""

    type: bool
    people: bool
    length: bool
    mood: bool
    outcome: bool


def text_doubts(
    line: str, start: int, end: int, given: Given, is_person: Callable[[int], bool]
) -> list[str]:
    """Return a warning for each thing in the text that looks meant as an element.

    Args:
        line: the whole line.
        start: where its text begins.
        end: where its text ends.
        given: what was read before the text.
        is_person: whether a contact's name begins at a place in the line.
    """
    found = list(words.WORD.finditer(line, start, end))
    warnings = _type_doubts(line, found, given, is_person)
    if date_words := _first_date(line, start, end):
        warnings.append(date_words)
    lost: list[tuple[int, str, str]] = []
    for index, word in enumerate(found):
        if kind := _lost_kind(word[0], given, first=index == 0):
            lost.append((index, word[0].rstrip(",;"), kind))
        elif _EXCLAIMED.match(word[0]) and word[0].rstrip(_EDGES) not in words.OUTCOMES:
            warnings.append(_no_outcome(word[0].rstrip(_EDGES)))
    if lost:
        warnings.append(_lost_words(line, found, lost, given, is_person))
    return warnings


def step_doubts(body: str) -> list[str]:
    """Return a warning for what ends a step without a due date and looks meant as more.

    Args:
        body: the words of a step in which no due date was found.
    """
    if match := _DATE_LAST.search(body):
        return [_odd_date(match)]
    head, _, last = body.rstrip().rpartition(" ")
    if not head:
        return []
    due = words.DUE.search(head.rstrip())
    if due and not words.ESCAPED_DUE.search(head.rstrip()):
        return [f"“{due[0]}” is read as words of the step; its date comes last."]
    if _lost_kind(last, Given(False, True, False, False, False), first=False):
        return [f"“{last}” is read as words of the step; it belongs before the text."]
    return []


def _lost_kind(word: str, given: Given, *, first: bool) -> str:
    """Return which element a word of the text would be, if the line may lack it."""
    bare = word.rstrip(",;")
    if words.LENGTH.fullmatch(bare) and (first or not given.length):
        return "length"
    if bare in words.MOODS and (first or not given.mood):
        return "mood"
    if bare.rstrip(".") in words.OUTCOMES and (first or not given.outcome):
        return "outcome"
    if words.AT_WORD.match(bare) and not given.people:
        return "people"
    return ""


def _lost_words(
    line: str,
    found: Sequence[re.Match[str]],
    lost: Sequence[tuple[int, str, str]],
    given: Given,
    is_person: Callable[[int], bool],
) -> str:
    shown = _listed([f"“{word}”" for _, word, _ in lost])
    verb = "is" if len(lost) == 1 else "are"
    place, first_lost, _ = lost[0]
    before = found[:place]
    name = line[before[0].start() : before[-1].end()].rstrip(_EDGES) if before else ""
    if place == 1 and given.people and is_person(before[0].start()):
        return f"{shown} {verb} read as text: “{name}” needs a comma before it."
    if (
        0 < place <= _MOST_NAME_WORDS
        and first_lost != "-"
        and all(word[0][0].isupper() for word in before)
    ):
        sign = f'@"{name}"' if len(before) > 1 else f"@{name}"
        adds = f"a comma and {sign} add" if given.people else f"{sign} adds"
        return f"“{name}” is nobody here, so {shown} {verb} read as text; {adds} a contact."
    kinds = list(dict.fromkeys(f"the {kind}" for _, _, kind in lost))
    stand = "stands" if len(kinds) == 1 and kinds[0] != "the people" else "stand"
    return f"{shown} {verb} read as text; {_listed(kinds)} {stand} before the words."


def _type_doubts(
    line: str,
    found: Sequence[re.Match[str]],
    given: Given,
    is_person: Callable[[int], bool],
) -> list[str]:
    """Return a warning for a type that does not stand first, or has a capital."""
    first = found[0]
    head = line[: first.start()].strip()
    if not given.type and head and words.TYPE.fullmatch(first[0]):
        return [f"“{first[0]}” is read as text; the type comes first on the line."]
    if not head and not given.type and words.TYPE.fullmatch(first[0].lower()):
        letter = len(first[0]) == 1
        if len(found) > 1 and _element_like(found[1], is_person if letter else _nobody):
            return [f"“{first[0]}” is read as text; a type has small letters: {first[0].lower()}."]
    for word, following in pairwise(found):
        person = _nobody if given.type else is_person
        if word[0] in words.TYPES and _element_like(following, person):
            return [f"“{word[0]}” is read as text; the type comes first on the line."]
    return []


def _element_like(word: re.Match[str], is_person: Callable[[int], bool]) -> bool:
    nothing = Given(False, False, False, False, False)
    return bool(_lost_kind(word[0], nothing, first=True)) or is_person(word.start())


def _nobody(_place: int) -> bool:
    return False


def _no_outcome(word: str) -> str:
    if near := get_close_matches(word.lower(), words.OUTCOMES, 1):
        return f"“{word}” is read as text; {near[0]} is an outcome."
    return f"“{word}” is no outcome and is read as text."


def _first_date(line: str, start: int, end: int) -> str:
    if (year := _YEAR.match(line, start, end)) and (before := _DATE_BEFORE.search(line[:start])):
        month = words.MONTHS.index(before["month"].lower()) + 1
        right = f"{year[0]}-{month:02}-{int(before['day']):02}"
        return f"“{year[0]}” is read as text; a date with its year is {right}."
    match = _DATE_FIRST.match(line, start, end)
    return _odd_date(match) if match else ""


def _odd_date(match: re.Match[str]) -> str:
    """Say that a date in a spelling the line does not know is text, and how it is spelled."""
    typed = match[0].rstrip(",;:!?")
    if weekday := match["weekday"]:
        return f"“{typed}” is read as text; as a date it is {weekday[:3].lower()}."
    parts = _day_month_year(match)
    if parts is None:
        return f"“{typed}” is read as text; a date is 13 mar or 2026-03-13."
    day, month, year = parts
    try:
        date(year or _LEAP_YEAR, month, day)
    except ValueError:
        return f"“{typed}” is no day there is; it is read as text."
    right = f"{year}-{month:02}-{day:02}" if year else f"{day} {words.MONTHS[month - 1]}"
    if right == typed:
        return f"“{typed}” is read as text here."
    return f"“{typed}” is read as text; as a date it is {right}."


def _day_month_year(match: re.Match[str]) -> tuple[int, int, int | None] | None:
    if match["dot_day"]:
        year = match["dot_year"]
        full = f"20{year}" if year and len(year) == 2 else year
        return int(match["dot_day"]), int(match["dot_month"]), int(full) if full else None
    if match["iso_day"]:
        return int(match["iso_day"]), int(match["iso_month"]), int(match["iso_year"])
    for day, month, year in (("day", "month", "year"), ("us_day", "us_month", "us_year")):
        if match[day]:
            number = words.MONTHS.index(match[month][:3].lower()) + 1
            return int(match[day]), number, int(match[year]) if match[year] else None
    return None


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
