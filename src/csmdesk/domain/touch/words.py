"""The words and signs of the log line."""

import re
from typing import Final

from csmdesk.domain.vocabulary import Direction, Outcome, TouchType

TYPES: Final[dict[str, TouchType]] = {
    "c": "call",
    "m": "meeting",
    "o": "onsite",
    "t": "training",
    "q": "qbr",
    "b": "ebr",
    "e": "email",
    "s": "slack",
    "n": "note",
    "i": "internal",
}
"""The letter of each type."""

TYPE_WORDS: Final[dict[str, TouchType]] = {**TYPES, **{name: name for name in TYPES.values()}}
"""Letters and whole words that name a type, in lower case only."""

DIRECTED: Final = frozenset({"email", "slack"})
"""Types that are sent or received."""

DIRECTIONS: Final[dict[str, tuple[Direction | None, bool | None]]] = {
    "": ("out", None),
    ">": ("out", None),
    "<": ("in", None),
    "<>": (None, True),
}
"""Direction and "two-way" by the sign after the type."""

OUTCOMES: Final[dict[str, Outcome]] = {
    "!held": "held",
    "!advanced": "advanced",
    "!noshow": "no_show",
    "!left": "left_message",
    "!escalated": "escalated",
    "!blocked": "blocked",
}
"""What came of it."""

MOODS: Final[dict[str, int]] = {"+": 1, "=": 0, "-": -1}
"""How the conversation felt."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)

TYPE: Final = re.compile(rf"({'|'.join(sorted(TYPE_WORDS, key=len, reverse=True))})(<>|<|>)?(?!\S)")
LENGTH: Final = re.compile(r"(?:([0-9]{1,4})m|([0-9]{1,2})h(?:([0-5]?[0-9])m?)?)(?!\S)")
TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?!\S)")
STEP_SIGN: Final = re.compile(r"(?<!\S)[<>](?!\S)")
ESCAPED: Final = re.compile(r"(?<!\S)\\(?=\\*[<>+=\-!@])")
ESCAPED_DUE: Final = re.compile(r"(?<!\S)\\(?=\S+(?:\s+[A-Za-z]{3})?$)")
WORD: Final = re.compile(r"\S+")
AT_QUOTED: Final = re.compile(r'@["“”„]([^"“”„]*)(["“”„]?)')
AT_WORD: Final = re.compile(r"@([^\s,，、،\"“”„]+)")
NAME_WORD: Final = re.compile(r"[^\s,，、،]+")
COMMA: Final = re.compile(r"\s*[,，、،]\s*")

_DAY = rf"(?P<word>today|yesterday|{'|'.join(WEEKDAYS)})"
_MONTH = rf"(?P<day>[0-9]{{1,2}})\s+(?P<month>(?i:{'|'.join(MONTHS)}))"
_ISO = r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})"
DATE: Final = re.compile(rf"(?:{_DAY}|{_MONTH}|{_ISO})(?!\S)")
"""The day of a touch. Small letters only: a capital begins a sentence or a name."""

_DUE_WORD = rf"(?P<word>today|tomorrow|eow|eom|{'|'.join(WEEKDAYS)})"
_AHEAD = r"\+(?P<count>[0-9]{1,4})(?P<unit>[dw])"
DUE: Final = re.compile(rf"(?i)(?:^|(?<=\s))(?:{_DUE_WORD}|{_MONTH}|{_ISO}|{_AHEAD})$")
"""The due date at the end of a step, in any case."""

LONGEST: Final = 24 * 60
"""Most minutes one touch can have."""
