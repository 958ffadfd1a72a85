"""Who is meant by a name in a log line.

Made once per account and asked at every key press, so names are folded and laid out beforehand.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from csmdesk.domain.names import fold, has_case

_EDGES = ".,;:()[]\"“”„'"
_SHORTEST = 3
"""Fewest letters of a beginning, in scripts that have capital and small letters."""


@dataclass(frozen=True, slots=True)
class Known:
    """A contact of the account. `left`: has left the company, so only `@` reaches them."""

    id: str
    name: str
    left: bool = False


class People:
    """The contacts of one account, by every way to name them.

    Args:
        contacts: all contacts of the account.
    """

    __slots__ = ("_all", "_beginnings", "_keys", "_parts", "longest")

    def __init__(self, contacts: Iterable[Known] = ()) -> None:
        self.longest = 1
        """Most words a name has."""
        self._all: dict[str, dict[str, Known]] = {}
        self._parts: dict[str, dict[str, Known]] = {}
        beginnings: list[tuple[str, Known]] = []
        for contact in contacts:
            words = [word for word in map(_bare, fold(contact.name).split()) if word]
            self.longest = max(self.longest, len(words))
            for full in {fold(contact.name), " ".join(words)} - {""}:
                self._all.setdefault(full, {})[contact.id] = contact
            pieces = {piece for word in words for piece in word.split("-") if piece}
            for part in {*pieces, *_runs(words)}:
                self._parts.setdefault(part, {})[contact.id] = contact
            if not contact.left:
                beginnings += ((part, contact) for part in {*words, *pieces})
        beginnings.sort(key=lambda pair: (pair[0], pair[1].id))
        self._beginnings = beginnings
        self._keys = [part for part, _ in beginnings]

    def find(self, phrase: str) -> tuple[Known, ...]:
        """Return whom of those still there a phrase names: nobody, one, or several it could be.

        The full name, else a whole part of it, else the beginning of a part.
        """
        key = fold(phrase)
        if not key:
            return ()
        for table in (self._all, self._parts):
            found = [who for who in table.get(key, {}).values() if not who.left]
            if found:
                return tuple(found)
        letters = sum(map(str.isalpha, key))
        if " " in key or not letters or (has_case(key) and letters < _SHORTEST):
            return ()
        return self._beginning_with(key)

    def find_anyone(self, phrase: str) -> tuple[Known, ...]:
        """Return whom a phrase names, left or not, by full name or a whole part of it.

        A beginning is not enough here: `@Lena` names Lena, not Lenard.
        """
        key = fold(phrase)
        for table in (self._all, self._parts):
            if found := table.get(key):
                return tuple(found.values())
        return ()

    def gone(self, phrase: str) -> Known | None:
        """Return who has left and is named by a phrase, if nobody else is."""
        found = self.find_anyone(phrase)
        return found[0] if len(found) == 1 and found[0].left else None

    def _beginning_with(self, key: str) -> tuple[Known, ...]:
        found: dict[str, Known] = {}
        for place in range(bisect_left(self._keys, key), len(self._keys)):
            if not self._keys[place].startswith(key):
                break
            contact = self._beginnings[place][1]
            found.setdefault(contact.id, contact)
        return tuple(found.values())


def _bare(word: str) -> str:
    return word.strip(_EDGES)


def _runs(words: list[str]) -> set[str]:
    """Return every run of neighbouring words: `Ana Maria` is a part of `Ana Maria Silva`."""
    runs = set(words)
    for length in range(2, len(words)):
        runs |= {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}
    return runs
