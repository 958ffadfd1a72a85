"""Cleaning of text that others wrote, at the border where it enters or leaves the program.

Outside text may hold sequences that drive a terminal, turn the reading direction round or hide
characters. `clean_text` takes their power and leaves what a person could have meant to write.
"""

import re
import unicodedata

TEXT_LIMIT = 65_536
"""Longest text kept in one field: what a CRM's note can hold."""

LINE_LIMIT = 2_000
"""Longest one-line field kept: names, titles, subjects."""

_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Direction controls, zero-width characters, tag characters and halves of surrogate pairs. The
# joiners U+200C and U+200D stay: emoji, Persian and the Indic scripts need them.
_REPLACED = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARK_RUN_LIMIT = 8
_MAYBE_MARKS = re.compile(f"[^\x00-\u02ff]{{{_MARK_RUN_LIMIT + 1},}}")
_JOINERS = "\u200c\u200d"


def clean_text(text: str, *, one_line: bool = False, limit: int | None = None) -> str:
    """Return the text without anything that could drive a terminal or mislead a reader.

    Line ends become `\\n`; other control characters go; direction controls, zero-width and tag
    characters and lone surrogates become U+FFFD, so that something stays visible; runs of
    combining marks are cut to eight. Cleaning twice gives what cleaning once gave.

    Args:
        text: what came from outside.
        one_line: whether line ends and tabs become spaces.
        limit: the most characters kept; longer text ends in "…". `None` is `LINE_LIMIT` for one
            line and `TEXT_LIMIT` otherwise.
    """
    most = limit if limit is not None else LINE_LIMIT if one_line else TEXT_LIMIT
    if not (text.isascii() and text.isprintable()):
        text = _BREAKS.sub("\n", text)
        text = _DROPPED.sub("", text)
        text = _REPLACED.sub("\ufffd", text)
        text = _MAYBE_MARKS.sub(_cut_marks, text)
        if one_line:
            text = text.replace("\n", " ").replace("\t", " ")
    if len(text) > most:
        text = text[: max(most - 1, 0)] + "…"[:most]
    return text


def _cut_marks(match: re.Match[str]) -> str:
    kept: list[str] = []
    run = 0
    for char in match.group():
        run = run + 1 if char in _JOINERS or unicodedata.category(char)[0] == "M" else 0
        if run <= _MARK_RUN_LIMIT:
            kept.append(char)
    return "".join(kept)
