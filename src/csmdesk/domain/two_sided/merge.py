"""Who wins when a field was changed here, there or on both sides (three-way, per field). Pure.

| ours against base | theirs against base | what follows |
| --- | --- | --- |
| same | same | nothing |
| same | changed | take theirs |
| changed | same | send ours |
| changed | changed to the same | nothing to send any more |
| changed | changed to something else | conflict: both are kept, the user says |

Sets are the exception: both sides' additions and removals go into one set, which is sent.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from csmdesk.domain.two_sided.normal import SET_SEPARATOR, Kind, members, normal, same

Step = Literal["nothing", "take", "push", "same", "conflict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows for one field.

    Attributes:
        step: `nothing` to do; `take` theirs; `push` ours; `same` on both sides, so nothing is
            pending any more; `conflict`.
        value: what the field is on our side from now on.
    """

    step: Step
    value: str | None


def three_way(kind: Kind, base: str | None, local: str | None, remote: str | None) -> Verdict:
    """Return what follows for a field.

    Args:
        kind: how its values are compared.
        base: the CRM's value when the edit began.
        local: ours now.
        remote: the CRM's now.
    """
    ours = not same(kind, local, base)
    theirs = not same(kind, remote, base)
    if not theirs:
        return Verdict("push", local) if ours else Verdict("nothing", local)
    if not ours:
        return Verdict("take", remote)
    if same(kind, local, remote):
        return Verdict("same", local)
    if kind == "set":
        return _united(base, local, remote)
    return Verdict("conflict", local)


def _united(base: str | None, local: str | None, remote: str | None) -> Verdict:
    was, ours, theirs = members(base), members(local), members(remote)
    kept = (ours & theirs) | (ours - was) | (theirs - was)
    value = SET_SEPARATOR.join(sorted(kept)) or None
    return Verdict("take" if kept == theirs else "push", value)


@dataclass(frozen=True, slots=True)
class Merged:
    """Two versions of a text as one, for the user to look at.

    Attributes:
        text: what both sides have, in the order of the text.
        apart: both sides changed different places, so that nothing stands twice.
    """

    text: str
    apart: bool


def merge_prose(base: str | None, local: str | None, remote: str | None) -> Merged:
    """Return both versions of a text in one, line by line (diff3).

    What one side changed is taken; where both changed the same place both versions stay, ours
    first. Lines are compared by their words: blank lines between them and spaces do not count, for
    a CRM's editor turns lines into paragraphs. No line stands more often than in the version that
    has it most often. Offered to the user, never used without asking.

    Args:
        base: the text both started from.
        local: ours.
        remote: theirs.
    """
    was, ours, theirs = (_lines(each) for each in (base, local, remote))
    taken: list[tuple[_Line, bool]] = []
    apart = True
    for here, there, old in _regions(was, ours, theirs):
        if _words(here) == _words(there) or _words(there) == _words(old):
            taken += ((each, True) for each in _spaced(here, there, old))
        elif _words(here) == _words(old):
            taken += ((each, False) for each in there)
        else:
            apart = False
            taken += ((each, True) for each in here)
            taken += ((each, False) for each in there)
    lines = list(_once(taken, ours, theirs))
    if (Counter(_words(ours)) & Counter(_words(theirs))) - Counter(_words(lines)):
        # Of lines that stand several times each side kept another: nothing tells which is which.
        apart = False
        lines = list(
            _once([*((e, True) for e in ours), *((e, False) for e in theirs)], ours, theirs)
        )
    return Merged(_joined(lines), apart)


class _Line(NamedTuple):
    """A line that says something, and whether blank lines stand before it."""

    words: str
    gap: bool


_Lines = Sequence[_Line]
_END: Final = 1


def _lines(text: str | None) -> list[_Line]:
    plain = normal("prose", text)
    found: list[_Line] = []
    gap = False
    for line in [] if plain is None else plain.split("\n"):
        if line:
            found.append(_Line(line, gap))
        gap = not line
    return found


def _words(lines: _Lines) -> list[str]:
    return [line.words for line in lines]


def _spaced(here: _Lines, there: _Lines, old: _Lines) -> _Lines:
    """Return our lines of a place, with their blank lines where only they changed those."""
    if not len(here) == len(there) == len(old):
        return here
    return [
        _Line(ours.words, theirs.gap if ours.gap == was.gap else ours.gap)
        for ours, theirs, was in zip(here, there, old, strict=True)
    ]


def _once(taken: Sequence[tuple[_Line, bool]], ours: _Lines, theirs: _Lines) -> Iterator[_Line]:
    """Leave out what came from their side and stands as often as it may without it."""
    most = Counter(_words(ours)) | Counter(_words(theirs))
    stands = Counter(line.words for line, our in taken if our)
    for line, our in taken:
        if not our:
            if stands[line.words] >= most[line.words]:
                continue
            stands[line.words] += 1
        yield line


def _joined(lines: Iterable[_Line]) -> str:
    text = "".join(f"\n\n{line.words}" if line.gap else f"\n{line.words}" for line in lines)
    return normal("prose", text) or ""


def _regions(was: _Lines, ours: _Lines, theirs: _Lines) -> Iterator[tuple[_Lines, _Lines, _Lines]]:
    """Yield the pieces of three texts between and at the lines that all three share."""
    before = here = there = 0
    for start, ours_at, theirs_at, length in _shared(_words(was), _words(ours), _words(theirs)):
        yield ours[here:ours_at], theirs[there:theirs_at], was[before:start]
        before, here, there = start + length, ours_at + length, theirs_at + length
        yield ours[ours_at:here], theirs[theirs_at:there], was[start:before]


def _shared(
    was: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs of lines unchanged on both sides: where in each text, and how long."""
    one = SequenceMatcher(None, was, ours, autojunk=False).get_matching_blocks()
    other = SequenceMatcher(None, was, theirs, autojunk=False).get_matching_blocks()
    left = right = 0
    while left < len(one) - _END and right < len(other) - _END:
        (a, here, size_a), (b, there, size_b) = one[left], other[right]
        start, end = max(a, b), min(a + size_a, b + size_b)
        if start < end:
            yield start, here + start - a, there + start - b, end - start
        if a + size_a <= b + size_b:
            left += 1
        else:
            right += 1
    yield len(was), len(ours), len(theirs), 0
