"""The outbox as rows of a list, and one item in full. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from csmdesk.domain.names import fold
from csmdesk.tui import conflict_rows
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import EMPTY, Line, Piece, Voice, fit_line, line, pad, pad_left, wrap
from csmdesk.usecases.conflicts import Conflict
from csmdesk.usecases.outbox import Deed, Item, next_words, why_not, words_of

_SIGNS: dict[str, tuple[str, str, Voice]] = {
    "pending": ("↑", "queued", "plain"),
    "repeated": ("↑", "resending", "yellow"),
    "sending": ("↑", "sending", "accent"),
    "uncertain": ("?", "uncertain", "yellow"),
    "failed": ("▲", "failed", "red"),
    "conflict": ("≠", "conflict", "yellow"),
    "done": ("✓", "sent", "muted"),
    "cancelled": ("✗", "cancelled", "muted"),
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)
_REASON_LINES = 4
_SETTLED = ("done", "cancelled")
_FEW = 5
"""So many settled chains are listed as they are."""
_ORDER = ("failed", "conflict", "uncertain", "sending", "pending", "done", "cancelled")


@dataclass(frozen=True, slots=True)
class Chain:
    """What belongs together: a creation and what depends on it."""

    head: Item
    rest: tuple[Item, ...] = ()

    @property
    def state(self) -> str:
        """The state that most needs a look."""
        states = {item.state for item in (self.head, *self.rest)}
        return next((state for state in _ORDER if state in states), self.head.state)

    @property
    def worst(self) -> Item:
        """The item in that state; of several first one that may be in the CRM already."""
        alike = [item for item in (self.head, *self.rest) if item.state == self.state]
        return next((item for item in alike if item.repeated), alike[0])


def chains(items: Sequence[Item]) -> tuple[Chain, ...]:
    """Return items with what depends on them, those that need the user first."""
    by_id = {item.op_id: item for item in items}
    heads: dict[str, list[Item]] = {}
    for item in items:
        root = item
        while root.waits_for is not None and root.waits_for in by_id:
            root = by_id[root.waits_for]
        heads.setdefault(root.op_id, [])
        if root is not item:
            heads[root.op_id].append(item)
    found = [Chain(by_id[op_id], tuple(rest)) for op_id, rest in heads.items()]
    waiting = [chain for chain in found if chain.state not in _SETTLED]
    settled = [chain for chain in found if chain.state in _SETTLED]
    # What waits goes in its order; of what is settled the latest is looked for.
    ordered = [*waiting, *reversed(settled)]
    return tuple(sorted(ordered, key=lambda chain: _ORDER.index(chain.state)))


@dataclass(frozen=True, slots=True)
class Settled:
    """The line in front of what is settled: how much that is, and whether it is shown.

    Attributes:
        sent: how many chains are in the CRM.
        given_up: how many were cancelled.
        shown: whether they are listed below.
    """

    sent: int
    given_up: int
    shown: bool

    @property
    def words(self) -> str:
        """What it says: "70 sent, 2 cancelled in the last day · enter shows them"."""
        parts = [f"{self.sent} sent"] if self.sent else []
        parts += [f"{self.given_up} cancelled"] if self.given_up else []
        does = "hides" if self.shown else "shows"
        return f"{', '.join(parts)} in the last day · enter {does} them"


SETTLED_KEY = "settled"
"""The key of the line in front of what is settled."""

Entry = Conflict | Chain | Settled
"""What stands in the list."""


@dataclass(frozen=True, slots=True)
class OutboxRows:
    """What waits for the user's word, then the chains of the outbox, for the virtual list."""

    entries: tuple[Entry, ...]
    today: date
    zone: tzinfo
    _places: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.entries)

    def at(self, index: int) -> Entry | None:
        """Return what stands at a place."""
        return self.entries[index] if 0 <= index < len(self) else None

    def key(self, index: int) -> str | None:
        """Return the id of the conflict, or of the operation at the head."""
        found = self.at(index)
        return None if found is None else _key(found)

    def waits(self, index: int) -> bool:
        """Return whether what stands at a place is not settled."""
        found = self.at(index)
        if isinstance(found, Chain):
            return found.state not in _SETTLED
        return isinstance(found, Conflict)

    def find(self, key: str) -> int | None:
        """Return where a chain or conflict stands."""
        return self._places.get(key)

    def find_operation(self, op_id: str) -> int | None:
        """Return where the chain stands that an operation belongs to."""
        for index, each in enumerate(self.entries):
            if isinstance(each, Chain) and op_id in {one.op_id for one in (each.head, *each.rest)}:
                return index
        return None

    def heights(self, width: int) -> Sequence[int] | None:  # noqa: ARG002 - every row has one line
        """Return nothing: every row has one line."""
        return None

    def lines(self, index: int, width: int, *, here: bool) -> Sequence[Line]:
        """Return the line of a chain or conflict."""
        found = self.at(index)
        if found is None:
            return ()
        if isinstance(found, Settled):
            mark = Piece("▌" if here else " ", "accent")
            sign = "▾" if found.shown else "▸"
            return (fit_line(line(mark, Piece(f"{sign} {found.words}", "muted")), width),)
        if not isinstance(found, Chain):
            when = self._when(found.found_at)
            return (conflict_rows.row(found, when, width, here=here),)
        sign, word, voice = _sign(found)
        return (
            fit_line(
                line(
                    Piece("▌" if here else " ", "accent"),
                    Piece(f"{sign} ", voice),
                    Piece(pad(word, 10), voice),
                    Piece(pad_left(self._when(found.head.created_at), 7), "muted"),
                    Piece("  "),
                    Piece(pad(f"{found.head.kind} {found.head.object_type}", 16), "muted"),
                    Piece(found.head.summary, "strong" if here else "plain"),
                ),
                width,
            ),
        )

    def _when(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        if local.date() == self.today:
            return f"{local:%H:%M}"
        return fmt.short_day(local.date(), self.today)


def _sign(chain: Chain) -> tuple[str, str, Voice]:
    """Return sign, word and voice of where a chain stands."""
    shown = "repeated" if chain.worst.repeated else chain.state
    return _SIGNS.get(shown, ("·", shown, "plain"))


def heading() -> Line:
    """Return the muted line above the list."""
    return line(
        Piece(f"   {pad('state', 10)}{pad_left('since', 7)}  {pad('what', 16)}about", "muted")
    )


def rows(
    items: Sequence[Item],
    conflicts: Sequence[Conflict],
    today: date,
    zone: tzinfo,
    needle: str = "",
    *,
    unfolded: bool = False,
) -> OutboxRows:
    """Return the rows of the outbox that hold every word of `needle`.

    What both sides changed stands for the operation that was put aside for it. More than a few
    settled chains are folded into one line, unless something is looked for.

    Args:
        items: what waits, and what was settled lately.
        conflicts: what waits for the user's word.
        today: the user's day.
        zone: the user's time zone.
        needle: what is looked for.
        unfolded: whether the user wants to see what is settled.
    """
    words = fold(needle).split()
    kept = [
        chain
        for chain in chains([item for item in items if item.state != "conflict"])
        if all(word in fold(f"{chain.head.summary} {chain.state}") for word in words)
    ]
    both = [
        each
        for each in conflicts
        if all(word in fold(f"{conflict_rows.named(each)} conflict") for word in words)
    ]
    waiting = [chain for chain in kept if chain.state not in _SETTLED]
    settled = kept[len(waiting) :]
    entries: tuple[Entry, ...] = (*both, *waiting, *settled)
    if len(settled) > _FEW and not words:
        sent = sum(chain.state == "done" for chain in settled)
        head = Settled(sent, len(settled) - sent, unfolded)
        entries = (*both, *waiting, head, *(settled if unfolded else ()))
    return OutboxRows(
        entries, today, zone, {_key(each): index for index, each in enumerate(entries)}
    )


def _key(found: Entry) -> str:
    if isinstance(found, Settled):
        return SETTLED_KEY
    return found.head.op_id if isinstance(found, Chain) else found.id


def detail(chain: Chain, now: datetime, today: date, zone: tzinfo, width: int) -> list[Line]:
    """Return everything about a chain: what will be sent, what became of it, what can be done."""
    head, worst = chain.head, chain.worst
    _, word, voice = _sign(chain)
    lines: list[Line] = [
        *_text(head.summary, width, "strong"),
        *_standing(word, voice, words_of(worst), width),
        EMPTY,
    ]
    if worst.last_error:
        lines += _labelled("said", worst.last_error, width, "yellow")
    due = next_words(worst, now, zone)
    if due:
        lines += _labelled("next", due, width)
    lines += _labelled("made", _when(head.created_at, today, zone), width)
    if head.sent_at is not None:
        lines += _labelled("sent", _when(head.sent_at, today, zone), width)
    if worst.attempts:
        lines += _labelled("tried", fmt.counted(worst.attempts, "time"), width)
    if head.remote_id:
        lines += _labelled("record", head.remote_id, width)
    sent = head.payload.get("fields", head.payload)
    if sent:
        lines += [EMPTY, line(Piece("What is sent", "strong"))]
    for key in sorted(sent, key=_place):
        value = "empty" if sent[key] is None else _spelled(sent[key], today, zone)
        lines += _labelled(key.replace("_", " "), value, width)
    for item in chain.rest:
        _, state, of = _SIGNS.get(item.state, ("·", item.state, "plain"))
        to = item.payload.get("to_type", item.object_type)
        lines += _labelled("then", f"link to the {to}: {state}", width, of)
    advice = _advice(chain)
    if advice:
        lines += [EMPTY, *_text(advice, width, "muted")]
    return lines


def about_settled(width: int) -> list[Line]:
    """Return what is said beside the line that stands for what is settled."""
    return _text("What arrived in the CRM or was given up in the last day.", width, "muted")


def reason(found: Chain | Conflict, width: int) -> list[Line]:
    """Return why something waits, in one sentence, for a screen without room for all of it.

    Args:
        found: what is under the cursor.
        width: cells there are.
    """
    if not isinstance(found, Chain):
        told, voice = conflict_rows.advice(found), _SIGNS["conflict"][2]
    else:
        told, voice = _first_sentence(found.worst.last_error or ""), _sign(found)[2]
    if not told:
        return []
    rows = wrap(told, max(width - 2, 10), _REASON_LINES)
    return [line(" ", Piece(row, voice)) for row in rows]


def _first_sentence(text: str) -> str:
    found = _SENTENCE.match(text)
    return text if found is None else found[0].strip()


def _advice(chain: Chain) -> str:
    """Return which keys do what to a chain, only those that work on it."""
    if chain.state not in ("failed", "uncertain", "pending"):
        return ""
    ways = [
        words
        for deed, words in _WAYS[chain.state]
        if deed is None or not why_not(meant(chain, deed), deed)
    ]
    first = _LOOKED_FOR if chain.state == "uncertain" else ""
    told = ", ".join(ways)
    return f"{first}{told[:1].upper() if first else told[:1]}{told[1:]}."


def meant(chain: Chain, deed: Deed) -> Item:
    """Return the operation of a chain that a deed is done to.

    What is in the CRM already stays: of it only a link that failed can be given up.
    """
    of_the_worst = deed in ("retry", "attach") or (deed == "cancel" and chain.head.state == "done")
    return chain.worst if of_the_worst else chain.head


_LOOKED_FOR = "It is looked for in the CRM before it is sent again. "
_WAYS: dict[str, tuple[tuple[Deed | None, str], ...]] = {
    "failed": (
        ("retry", "r tries again"),
        ("edit", "e changes what is sent"),
        ("link", "L links a record you found"),
        ("attach", "A lets it belong to another account"),
        ("cancel", "x gives it up"),
    ),
    "uncertain": (
        ("retry", "r looks at the next sync"),
        ("link", "L links a record you found there"),
    ),
    "pending": (
        (None, "S sends it now"),
        ("edit", "e changes what is sent"),
        ("cancel", "x takes it out"),
    ),
}


def _when(at: datetime, today: date, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{fmt.day_name(local.date(), today)} {local:%H:%M}"


_FIRST = ("type", "title", "text", "at", "minutes", "direction", "outcome")


def _place(key: str) -> tuple[int, str]:
    return (_FIRST.index(key) if key in _FIRST else len(_FIRST), key)


def _spelled(value: object, today: date, zone: tzinfo) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_spelled(item, today, zone)}" for key, item in value.items())
    text = str(value)
    if _INSTANT.fullmatch(text):
        return _when(datetime.fromisoformat(text), today, zone)
    return text


def _standing(word: str, voice: Voice, more: str, width: int) -> list[Line]:
    """Return where a chain stands: the word of its state, then what that means, wrapped."""
    first, *rest = wrap(f"{word}, {more}" if more else word, max(width, 10))
    return [
        line(Piece(word, voice), Piece(first.removeprefix(word), "muted")),
        *(line(Piece(row, "muted")) for row in rest),
    ]


def _text(text: str, width: int, voice: Voice) -> list[Line]:
    return [line(Piece(row, voice)) for row in wrap(text, max(width, 10))]


def _labelled(label: str, text: str, width: int, voice: Voice = "plain") -> list[Line]:
    return [
        line(Piece(pad(label if index == 0 else "", 11), "muted"), Piece(row, voice))
        for index, row in enumerate(wrap(text, max(width - 11, 10), 12))
    ]
