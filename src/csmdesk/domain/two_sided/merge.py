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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

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
    first. Offered to the user, never used without asking.

    Args:
        base: the text both started from.
        local: ours.
        remote: theirs.
    """
    was, ours, theirs = (_lines(each) for each in (base, local, remote))
    lines: list[str] = []
    apart = True
    for here, there, old in _regions(was, ours, theirs):
        if here == there or there == old:
            lines += here
        elif here == old:
            lines += there
        else:
            apart = False
            lines += here
            lines += [each for each in there if each not in here or not each]
    return Merged(_joined(lines), apart)


_Lines = Sequence[str]
_END: Final = 1


def _lines(text: str | None) -> list[str]:
    plain = normal("prose", text)
    return [] if plain is None else plain.split("\n")


def _joined(lines: _Lines) -> str:
    return normal("prose", "\n".join(lines)) or ""


def _regions(
    was: _Lines, ours: _Lines, theirs: _Lines
) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Yield the pieces of three texts between and at the lines that all three share."""
    before = here = there = 0
    for start, ours_at, theirs_at, length in _shared(was, ours, theirs):
        yield list(ours[here:ours_at]), list(theirs[there:theirs_at]), list(was[before:start])
        piece = list(was[start : start + length])
        yield piece, piece, piece
        before, here, there = start + length, ours_at + length, theirs_at + length


def _shared(was: _Lines, ours: _Lines, theirs: _Lines) -> Iterator[tuple[int, int, int, int]]:
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
