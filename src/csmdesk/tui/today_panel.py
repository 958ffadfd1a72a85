"""The panel beside the agenda: who it is, why it is there, what to do, what was last. Pure."""

from datetime import date

from csmdesk.domain.agenda.points import tenths
from csmdesk.domain.agenda.view import Agenda, Item
from csmdesk.domain.agenda.words import asleep
from csmdesk.domain.renewal import Clock, clock
from csmdesk.domain.touch.describe import type_name
from csmdesk.tui import format as fmt
from csmdesk.tui.health_words import health_move, health_score
from csmdesk.tui.ink import EMPTY, Line, Piece, line, pad, pad_left, spread, width_of, wrap
from csmdesk.tui.today_rows import amount
from csmdesk.tui.why_page import above_all
from csmdesk.usecases.glance import Glance

LABEL = 7
"""Width of the words at the left of a line: "health", "Next"."""


def panel(
    item: Item,
    agenda: Agenda,
    glance: Glance | None,
    width: int,
    *,
    planned: bool,
    left: int,
    taken_out: bool = False,
) -> list[Line]:
    """Return the lines of the panel for an item.

    Args:
        item: the account under the cursor.
        agenda: the list it is on.
        glance: its few other facts, once they are read.
        width: the room in cells.
        planned: whether it is in today's plan.
        left: the minutes left in the plan; negative if it is overbooked.
        taken_out: whether the user took it out of the plan.
    """
    today = agenda.today
    lines: list[Line] = [
        spread(line(Piece(item.account, "strong")), line(Piece(_kind(item), "muted")), width),
        *_contract(item, today),
        *_health(item, glance, today, width),
        EMPTY,
        *above_all(item, width),
        *_reasons(item, width),
    ]
    context = item.context
    for signal in context[:3]:
        lines += _labelled("also", item.fact(signal), width, "muted")
    if len(context) > 3:
        lines += _labelled("", f"and {len(context) - 3} more (? shows all)", width, "muted")
    for hidden in item.hidden[:3]:
        lines += _labelled("asleep", asleep(hidden, today), width, "muted")
    lines.append(EMPTY)
    lines += _labelled("Next", item.next_action, width, "plain", label_voice="strong")
    lines += _last(glance, width, today)
    if taken_out:
        text = "you took it out of today's plan. + puts it back"
        lines += _labelled("Plan", text, width, "muted")
    elif not planned:
        rest = f"{fmt.duration(left)} left" if left > 0 else "the day is full"
        room = f"needs {item.effort} min, {agenda.capacity.none_left or rest}"
        lines += _labelled("Plan", f"below the cut: {room}. + takes it in", width, "muted")
    elif item.rotation:
        lines += _labelled("Plan", "its turn today, so that nobody waits for ever", width, "muted")
    return lines


def _kind(item: Item) -> str:
    parts = [f"{item.segment} touch"]
    if item.one.standing.onboarding:
        parts.append("onboarding")
    if item.one.standing.former:
        parts.append("former customer")
    return " · ".join(parts)


def _contract(item: Item, today: date) -> list[Line]:
    pieces: list[Piece] = [Piece(f"{amount(item, item.currency)} ARR")]
    nearest = next_clock(item, today)
    if nearest is None:
        return [tuple(pieces)]
    end = fmt.day_name(nearest.term_end, today)
    if nearest.term_end < today:
        pieces.append(Piece(f"   term ended {end}"))
    elif nearest.deadline is not None:
        pieces.append(Piece(f"   renews {end}"))
    else:
        pieces.append(Piece(f"   ends {end}"))
    lines: list[Line] = [tuple(pieces)]
    if nearest.noticed:
        lines.append(line(Piece(pad("notice", LABEL), "muted"), Piece("received", "yellow")))
    elif nearest.deadline is not None:
        left = (nearest.deadline - today).days
        voice = "red" if 0 <= left <= 1 else "plain"
        words = f"{fmt.day_name(nearest.deadline, today)}, "
        words += fmt.days_ahead(left) if left >= 0 else "passed: renews itself"
        lines.append(line(Piece(pad("notice", LABEL), "muted"), Piece(words, voice)))  # type: ignore[arg-type]
    return lines


def next_clock(item: Item, today: date) -> Clock | None:
    """Return the clock of the contract that comes first: the earliest date counted down."""
    clocks = [found for c in item.one.facts.contracts if (found := clock(c, today)) is not None]
    return min(clocks, key=lambda c: (c.on or c.term_end, c.term_end), default=None)


def _health(item: Item, glance: Glance | None, today: date, width: int) -> list[Line]:
    facts = item.one.facts.health
    sign = fmt.health_sign(item.colour)
    override = item.one.standing.override
    pieces: list[Piece] = [Piece(pad("health", LABEL), "muted"), sign, Piece(" ")]
    if facts is None:
        pieces.append(Piece(f"{fmt.UNKNOWN} never had a score", "muted"))
        return [tuple(pieces)]
    if facts.score is None:
        since = fmt.short_day(facts.known_on, today)
        pieces.append(Piece(f"unknown since {since}", "muted"))
        return [tuple(pieces)]
    pieces.append(Piece(f"{health_score(facts)} {item.colour}"))
    if override is not None:
        pieces.append(Piece("*", "muted"))
    pieces.append(Piece(health_move(facts)))
    tail: list[Piece] = []
    if facts.scored_on is not None:
        age = (today - facts.scored_on).days
        tail.append(Piece(f"  {fmt.days_old(age)}{' old' if age else ''}", "muted"))
    if glance is not None and glance.weekly:
        weeks = Piece(f"  {fmt.sparkline(glance.weekly)}", "accent")
        if width_of((*pieces, weeks, *tail)) <= width:
            tail.insert(0, weeks)
    return [(*pieces, *tail)]


_HEADS = {"commercial": "renewal", "rhythm": "contact", "support": "ticket"}
"""What the panel calls a family where the model's own word says little."""


def _reasons(item: Item, width: int) -> list[Line]:
    shown, total = tenths([reason.contribution for reason in item.reasons])
    number = 7
    room = width - 1 - 11 - number
    lines: list[Line] = [
        spread(line(Piece(f"Why #{item.rank}", "strong")), line(Piece("points", "muted")), width)
    ]
    for reason, points in zip(item.reasons, shown, strict=True):
        facts = wrap(item.fact(reason), max(room, 8), 3)
        for index, text in enumerate(facts):
            head = _HEADS.get(reason.signal.family, reason.signal.family) if index == 0 else ""
            tail = (points + ("?" if reason.signal.stake is None else " ")) if index == 0 else ""
            lines.append(
                line(
                    " ",
                    Piece(pad(head, 11), "muted"),
                    pad(text, max(room, 8)),
                    pad_left(tail, number),
                )
            )
    lines.append(
        spread(
            EMPTY,
            line(Piece("total ", "muted"), Piece(pad_left(f"{total} ", number), "strong")),
            width,
        )
    )
    return lines


def _labelled(
    label: str, text: str, width: int, voice: str, *, label_voice: str = "muted"
) -> list[Line]:
    rows = wrap(text, max(width - LABEL, 8), 4)
    return [
        line(
            Piece(pad(label if index == 0 else "", LABEL), label_voice),  # type: ignore[arg-type]
            Piece(row, voice),  # type: ignore[arg-type]  # voices by name
        )
        for index, row in enumerate(rows)
    ]


def _last(glance: Glance | None, width: int, today: date) -> list[Line]:
    if glance is None:
        return []
    touch = glance.last_touch
    if touch is None:
        return _labelled("Last", "no touch is known", width, "muted", label_voice="strong")
    day = fmt.short_day(touch.at.date(), today)
    text = f"{day} {type_name(touch.type)}"
    if touch.text:
        text += f"  “{' '.join(touch.text.split())}”"
    return _labelled("Last", text, width, "plain", label_voice="strong")
