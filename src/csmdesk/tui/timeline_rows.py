"""The timeline of an account as rows of a list; a row unfolds to all that was said. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from csmdesk.domain.names import fold
from csmdesk.domain.touch.describe import MOOD_NAMES, OUTCOME_NAMES, TYPE_NAMES
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import Line, Piece, Voice, fit_line, line, pad, wrap
from csmdesk.usecases.timeline import Event

DATE_WIDTH = 14
KIND_WIDTH = 10

_KINDS: dict[str, str] = {
    **{str(kind): name for kind, name in TYPE_NAMES.items()},
    "internal": "internal",
    "ahead": "planned",
    "ticket": "ticket",
    "survey": "survey",
    "health": "health",
}
_OUTCOMES: dict[str, str] = {str(kind): name for kind, name in OUTCOME_NAMES.items()}
_GOOD = frozenset({"held", "advanced"})
DELIVERY: dict[str, tuple[str, Voice]] = {
    "queued": ("↑ queued", "plain"),
    "uncertain": ("? uncertain", "yellow"),
    "failed": ("▲ failed", "red"),
    "conflict": ("≠ conflict", "yellow"),
    "sent": ("✓ in the CRM", "muted"),
}
_LEFT = "✗ not in the CRM any more"


@dataclass(frozen=True, slots=True)
class TimelineRows:
    """The events, newest first; those in `unfolded` show everything."""

    events: tuple[Event, ...]
    today: date
    unfolded: frozenset[str] = frozenset()
    _places: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.events)

    def key(self, index: int) -> str | None:
        """Return the id of an event."""
        return self.events[index].id

    def find(self, key: str) -> int | None:
        """Return where an event stands."""
        return self._places.get(key)

    def heights(self, width: int) -> Sequence[int] | None:
        """Return how many lines each event takes."""
        if not self.unfolded:
            return None
        return [
            len(self._unfolded(event, width)) if event.id in self.unfolded else 1
            for event in self.events
        ]

    def lines(self, index: int, width: int, *, here: bool) -> Sequence[Line]:
        """Return the lines of an event."""
        event = self.events[index]
        bar = Piece("▌" if here else " ", "accent")
        if event.id in self.unfolded:
            return [(bar, *row) for row in self._unfolded(event, width)]
        return (fit_line((bar, *self._head(event, here=here)), width),)

    def _head(self, event: Event, *, here: bool, with_text: bool = True) -> Line:
        day = fmt.day_name(event.at.date(), self.today)
        if len(day) > DATE_WIDTH - 1:
            day = fmt.short_day(event.at.date(), self.today)
        ahead = event.kind == "ahead"
        if ahead:
            day = f"{fmt.short_day(event.at.date(), self.today)} {event.at:%H:%M}"
        kind = _KINDS.get(event.kind, event.kind)
        voice: Voice = "strong" if here else "accent" if ahead else "plain"
        pieces: list[Piece] = [
            Piece(pad(day, DATE_WIDTH), "muted"),
            Piece(pad(kind, KIND_WIDTH), voice),
        ]
        if event.kind == "health":
            pieces += [fmt.health_sign(event.colour), Piece(" ")]
        if event.who and event.kind != "survey":
            shown = ", ".join(event.who[:2]) + (f" +{len(event.who) - 2}" if event.who[2:] else "")
            pieces.append(Piece(f"{shown}  ", "strong" if here else "plain"))
        if event.outcome is not None and event.outcome != "held":
            of: Voice = "plain" if event.outcome in _GOOD else "yellow"
            pieces.append(Piece(f"{_OUTCOMES.get(event.outcome, event.outcome)}  ", of))
        if with_text:
            if event.left:
                pieces.append(Piece(f"{_LEFT}  ", "yellow"))
            elif event.delivery and event.delivery != "sent":
                words, state = DELIVERY[event.delivery]
                pieces.append(Piece(f"{words}  ", state))
            pieces.append(Piece(event.what, "plain" if event.what else "muted"))
            if not event.what and event.minutes:
                pieces.append(Piece(fmt.duration(event.minutes), "muted"))
        return tuple(pieces)

    def _unfolded(self, event: Event, width: int) -> list[Line]:
        indent = DATE_WIDTH + KIND_WIDTH
        room = max(width - indent - 2, 10)
        details: list[str] = [f"{event.at:%H:%M}"] if event.kind != "health" else []
        if event.minutes:
            details.append(fmt.duration(event.minutes))
        if event.direction:
            details.append({"in": "received", "out": "sent"}.get(event.direction, "both ways"))
        if event.sentiment is not None:
            details.append(MOOD_NAMES.get(event.sentiment, str(event.sentiment)))
        if event.by:
            details.append(f"by {event.by}")
        lines: list[Line] = [self._head(event, here=True, with_text=False)]
        if event.who:
            lines += _indented(f"with {', '.join(event.who)}", indent, room, "plain")
        lines += _indented(" · ".join(details), indent, room, "muted") if details else []
        text = event.text if event.text is not None and event.kind != "survey" else event.what
        lines += _indented(text, indent, room, "plain") if text else []
        for step in event.steps:
            whose = "we" if step.side == "us" else "they"
            due = f", due {fmt.day_name(step.due_on, self.today)}" if step.due_on else ""
            done = " ✓ done" if step.done_on else ""
            lines += _indented(f"→ {whose}: {step.text}{due}{done}", indent, room, "plain")
        if event.left:
            lines += _indented(f"✗ {event.left}", indent, room, "yellow")
        elif event.delivery:
            words, voice = DELIVERY[event.delivery]
            lines += _indented(words, indent, room, voice)
        lines.append(())
        return lines


def _indented(text: str, indent: int, room: int, voice: Voice) -> list[Line]:
    return [line(" " * indent, Piece(row, voice)) for row in wrap(text, room)]


def rows(
    events: Sequence[Event], today: date, needle: str = "", unfolded: frozenset[str] = frozenset()
) -> TimelineRows:
    """Return the rows of the events that hold every word of `needle`."""
    words = fold(needle).split()
    kept = tuple(event for event in events if _fits(event, words))
    return TimelineRows(
        kept, today, unfolded, {event.id: index for index, event in enumerate(kept)}
    )


def _fits(event: Event, words: Sequence[str]) -> bool:
    if not words:
        return True
    parts = (event.kind, _KINDS.get(event.kind, ""), event.what, event.text or "", *event.who)
    text = fold(" ".join((*parts, *(step.text for step in event.steps))))
    return all(word in text for word in words)
