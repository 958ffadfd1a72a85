"""The full breakdown of a line: how its score is made and why it stands above the next. Pure."""

from datetime import date

from csmdesk.domain.agenda.compare import deciding_rule
from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.agenda.points import gaps, tenths
from csmdesk.domain.agenda.signals import Signal
from csmdesk.domain.agenda.view import Agenda, Item
from csmdesk.domain.agenda.words import asleep, named, source
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import EMPTY, Line, Piece, line, pad, pad_left, wrap
from csmdesk.tui.today_rows import decimal

_NUMBERS = 41
"""Width of the columns of numbers."""


def why_page(
    item: Item, after: Item | None, agenda: Agenda, config: AgendaConfig, width: int
) -> list[Line]:
    """Return the lines of the page.

    Args:
        item: the account asked about.
        after: the next one on the list, if there is one.
        agenda: the list both are on.
        config: the parameters it was ranked by.
        width: the room in cells.
    """
    lines: list[Line] = [
        line(
            Piece(f"{item.account} is #{item.rank} of {len(agenda.items)}", "strong"),
            Piece(f" with {tenths([item.score])[1]} points", "strong"),
        ),
        *above_all(item, width),
        EMPTY,
        *_sum(item, width, agenda),
        EMPTY,
    ]
    if after is not None:
        lines.append(line(Piece(f"Why above #{after.rank} {after.account}", "strong")))
        lines += [
            line("  ", row) for text in why_above(item, after) for row in wrap(text, width - 2)
        ]
        lines.append(EMPTY)
    if item.context:
        lines.append(line(Piece("Also true, and not counted", "strong")))
        chosen = {reason.signal.family for reason in item.reasons}
        for signal in item.context:
            because = "same family" if signal.family in chosen else "fourth family or later"
            text = f"{named(signal.type)}: {item.fact(signal)} ({_score(signal)}; {because})"
            lines += _indented(text, width, "muted")
        lines.append(EMPTY)
    if item.hidden:
        lines.append(line(Piece("Asleep", "strong")))
        for hidden in item.hidden:
            text = f"{asleep(hidden, agenda.today)}: {item.fact(hidden.signal)}"
            lines += _indented(text, width, "muted")
        lines.append(EMPTY)
    least, most = config.value_knots[0][1], config.value_knots[-1][1]
    best, second, third = config.weights
    lines += _indented(
        "How to read it: urgency 0-100 from the dates and numbers, weighed by the money at stake"
        f" ({least} to {most} %); of three reasons of different families the best counts {best} %,"
        f" the second {second} %, the third {third} %.",
        width,
        "muted",
    )
    return lines


def above_all(item: Item, width: int) -> list[Line]:
    """Return why a line of tier 0 stands above lines with more points; nothing for the rest."""
    if item.tier != 0:
        return []
    text = f"{item.deadline} That comes first, whatever the points."
    return [line(Piece(row, "strong")) for row in wrap(text, max(width, 10))]


def _sum(item: Item, width: int, agenda: Agenda) -> list[Line]:
    wide = width >= 84
    fact_width = max(width - 2 - (_NUMBERS if wide else 9), 12)
    heads = ["urgency", "× money", "= score", "× place", "= points"] if wide else ["points"]
    lines: list[Line] = [
        line(
            Piece(pad("  Reason", fact_width + 2), "muted"),
            *(Piece(pad_left(head, 9 if index == len(heads) - 1 else 8), "muted")
              for index, head in enumerate(heads)),
        )
    ]  # fmt: skip
    shown, total = tenths([reason.contribution for reason in item.reasons])
    for reason, points in zip(item.reasons, shown, strict=True):
        signal = reason.signal
        rows = wrap(f"{named(signal.type)}: {item.fact(reason)}", fact_width - 1)
        numbers = (
            [
                str(signal.points),
                f"{signal.value} %",
                f"{signal.score / 100:.2f}",
                f"{reason.weight} %",
                points,
            ]
            if wide
            else [points]
        )
        for index, row in enumerate(rows):
            cells = numbers if index == 0 else [""] * len(numbers)
            lines.append(
                line(
                    "  ",
                    pad(row, fact_width),
                    *(Piece(pad_left(cell, 9 if place == len(cells) - 1 else 8))
                      for place, cell in enumerate(cells)),
                )
            )  # fmt: skip
        if not wide:
            sum_of = f"{_score(signal)}, of which {reason.weight} % count: {points}"
            lines += _indented(sum_of, width, "muted", 4)
        lines += _indented(_source(signal, agenda.today, item), width, "muted", 4)
    lines.append(
        line(
            Piece(pad("", fact_width + 2 + (_NUMBERS - 9 if wide else 0))),
            Piece(pad_left(total, 9), "strong"),
        )
    )
    return lines


def _source(signal: Signal, today: date, item: Item) -> str:
    stake = f"stake unknown ({item.no_rate})" if item.no_rate else "stake unknown"
    if signal.stake is not None:
        amount = fmt.full_money(decimal(signal.stake), item.currency, converted=item.converted)
        stake = f"{amount} at stake"
    on = f", {fmt.day_name(signal.on, today)}" if signal.on is not None else ""
    return f"{stake}, from {source(signal)}{on}"


def _score(signal: Signal) -> str:
    return f"{signal.points} × {signal.value} % = {signal.score / 100:.2f}"


def _indented(text: str, width: int, voice: str, by: int = 2) -> list[Line]:
    return [
        line(" " * by, Piece(row, voice))  # type: ignore[arg-type]  # voices by name
        for row in wrap(text, max(width - by, 8))
    ]


def why_above(item: Item, after: Item) -> list[str]:
    """Return why one item stands above the next, by the rule that decided (agenda model §3.7)."""
    match deciding_rule(item, after):
        case "tier":
            scores = f"{tenths([item.score])[1]} against {tenths([after.score])[1]}"
            return [
                f"{item.deadline} Such lines stand above everything, whatever their points"
                f" ({scores})."
            ]
        case "act_by":
            return [
                f"Both renewals must be acted on now; this one by {_day(item.act_by, item)},"
                f" the other by {_day(after.act_by, item)}."
            ]
        case "score":
            both = "Both renewals must be acted on by the same day; then the points decide."
            return [*([both] if item.tier == 0 else []), *_difference(item, after)]
        case "hard_date":
            return [
                f"Both have the same points; its date is nearer: {_day(item.hard_date, item)}"
                f" against {_day(after.hard_date, item)}."
            ]
        case "stake":
            return [
                f"Both have the same points and dates; there is more at stake:"
                f" {_stake(item)} against {_stake(after)}."
            ]
        case "name":
            return ["All else is equal; its name comes first."]
    return ["All else is equal, the name too; its id comes first."]


def _stake(item: Item) -> str:
    """Return the largest amount at stake, which decides between equals."""
    if item.largest_stake is None:
        return "an unknown amount"
    return fmt.full_money(decimal(item.largest_stake), item.currency, converted=item.converted)


def _day(day: date | None, item: Item) -> str:
    return fmt.day_name(day, item.today) if day is not None else "none"


def _difference(item: Item, after: Item) -> list[str]:
    parts = [[reason.contribution for reason in one.reasons] for one in (item, after)]
    by_place, more = gaps(*parts)
    both = [tenths([one.score])[1] for one in (item, after)]
    sentences = [f"{both[0]} points against {both[1]}: {more} more."]
    for place, gap in enumerate(by_place):
        mine = item.reasons[place] if place < len(item.reasons) else None
        other = after.reasons[place] if place < len(after.reasons) else None
        name = ("best", "second", "third")[place]
        left = f"{named(mine.signal.type)} {_score(mine.signal)}" if mine else "nothing"
        right = f"{named(other.signal.type)} {_score(other.signal)}" if other else "nothing"
        sign = "" if gap.startswith("−") else "+"
        sentences.append(f"{sign}{gap} by the {name} reason: {left}, against {right}.")
    return sentences
