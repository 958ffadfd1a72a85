"""Comparing names of people and companies, whatever their case, accents and spelling of space."""

import unicodedata

_ALONE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    | dict.fromkeys("’‘ʼ`´", "'")
)
# Letters with a stroke have no decomposition, so Unicode does not know them as accented.


def fold(text: str) -> str:
    """Return the form in which names are compared: no case, no accents, single spaces.

    Marks that carry the vowels of a script (Devanagari, Thai) are letters of the name and stay.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    bare = "".join(
        char
        for char in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(char)
    )
    return " ".join(unicodedata.normalize("NFKC", bare).casefold().translate(_ALONE).split())


def has_case(text: str) -> bool:
    """Tell whether any letter of a text exists as capital and small."""
    return any(char.lower() != char.upper() for char in text)
