"""Making sentences fit by taking words out of the middle of what the user wrote. Pure.

Free text stands in quotes “…”. Only it is shortened: names, lengths, dates and hints stay whole.
"""

import re
from collections.abc import Callable

from rich.cells import cell_len, set_cell_size

_QUOTE = re.compile("“[^“”]*”")
LEAST = 12
"""Cells that shortened text keeps."""


def without_middle(text: str, width: int) -> str:
    """Return text of at most `width` cells; where it was longer, its middle words became "…"."""
    if cell_len(text) <= width:
        return text
    words = text.split()
    head, tail = "", ""
    first, last = 0, len(words) - 1
    room = width - 3
    while first <= last:
        # The beginning gets the bigger half: it says what the text is about.
        front = cell_len(head) <= cell_len(tail)
        word = words[first] if front else words[last]
        if cell_len(head) + cell_len(tail) + cell_len(word) + 1 > room:
            break
        if front:
            head, first = f"{head} {word}".strip(), first + 1
        else:
            tail, last = f"{word} {tail}".strip(), last - 1
    if not head:
        return set_cell_size(text, max(width - 1, 0)).rstrip() + "…"
    return f"{head} … {tail}".strip()


def quote_shortened(text: str, width: int) -> str:
    """Return text whose quoted part has at most `width` cells within its quotes."""
    start, end = text.find("“"), text.rfind("”")
    if start < 0 or end <= start:
        return text
    return f"{text[: start + 1]}{without_middle(text[start + 1 : end], width)}{text[end:]}"


def longest_quote_shortened(text: str, width: int) -> str:
    """Return a sentence whose longest quote has at most `width` cells within its quotes."""
    quote = max(_QUOTE.finditer(text), key=lambda found: len(found[0]), default=None)
    if quote is None:
        return text
    return text[: quote.start()] + quote_shortened(quote[0], width) + text[quote.end() :]


def widest(most: int, fits: Callable[[int], bool]) -> int | None:
    """Return the greatest width from `LEAST` to `most` that fits; None if even `LEAST` does not.

    Args:
        most: where to begin; what needs no shortening fits here.
        fits: whether a width fits; if it does, every smaller one does.
    """
    if not fits(LEAST):
        return None
    low, high = LEAST, max(most, LEAST)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low
