"""What both sides changed, as a row of the outbox and side by side in full. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from itertools import zip_longest

from csmdesk.domain.two_sided.normal import Kind
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import EMPTY, Line, Piece, fit_line, line, pad, pad_left, wrap
from csmdesk.usecases.conflicts import Conflict

_BETWEEN = " │ "
_LEAST = 12
"""Fewest cells of a column; a narrower panel puts the two values one under the other."""


def row(conflict: Conflict, when: str, width: int, *, here: bool) -> Line:
    """Return the line of a conflict in the outbox."""
    what = "there twice" if conflict.twice else "both changed"
    return fit_line(
        line(
            Piece("▌" if here else " ", "accent"),
            Piece("≠ ", "yellow"),
            Piece(pad("conflict", 10), "yellow"),
            Piece(pad_left(when, 7), "muted"),
            Piece("  "),
            Piece(pad(what, 16), "muted"),
            Piece(named(conflict), "strong" if here else "plain"),
        ),
        width,
    )


def asked_here(conflicts: Sequence[Conflict]) -> Conflict | None:
    """Return the one that an account's page shows side by side: the first with two values."""
    return next((each for each in conflicts if not each.twice), None)


def on_account(conflicts: Sequence[Conflict], today: date, zone: tzinfo, width: int) -> list[Line]:
    """Return for an account's page what waits for the user's word: one side by side, then names."""
    shown = asked_here(conflicts)
    lines: list[Line] = []
    if shown is not None:
        inner = detail(shown, today, zone, max(width - 4, 10), write=False)
        lines = [(Piece(" ≠ " if not index else "   ", "yellow"), *each)
                 for index, each in enumerate(inner)]  # fmt: skip
    rest = [each for each in conflicts if each is not shown]
    if shown is not None and rest:
        lines.append(EMPTY)
    for each in rest[:3]:
        text = f"{each.record}: both sides changed the {each.words} too; asked next."
        if each.twice:
            text = f"T{each.sentence[1:]}. 6 shows it and asks which it is."
        lines += [
            line(Piece(" ≠ " if first else "   ", "yellow"), part)
            for first, part in zip(
                (True, *(False,) * 9), wrap(text, max(width - 4, 10)), strict=False
            )
        ]
    return [EMPTY, *lines] if lines else []


def named(conflict: Conflict) -> str:
    """Return which field of what is meant: "Ana Silva: title", with both values if short."""
    if conflict.twice:
        return f"{conflict.account}: {conflict.sentence}"
    text = f"{conflict.record}: {conflict.words}"
    if conflict.merged is None:
        ours, theirs = (spelled(conflict.kind, v) for v in (conflict.ours, conflict.theirs))
        text += f" {ours} or {theirs}"
    return text


def spelled(kind: Kind, value: str | None) -> str:
    """Return a value as a person writes it."""
    if kind == "flag":
        return "yes" if value == "true" else "no"
    if value is None:
        return "empty"
    if kind == "choice":
        return value.replace("_", " ")
    if kind == "number" and len(value) > 4 and value.replace(".", "", 1).isdigit():
        whole, dot, rest = value.partition(".")
        return f"{int(whole):,}{dot}{rest}"
    return value


def detail(
    conflict: Conflict, today: date, zone: tzinfo, width: int, *, write: bool = True
) -> list[Line]:
    """Return both values side by side, when each was written, and what can be done.

    Args:
        conflict: which.
        today: the user's day.
        zone: the user's time zone.
        width: cells there are.
        write: whether `e` writes the text that it ends with.
    """
    what = named(conflict) if conflict.twice else f"{conflict.words} of {conflict.record}"
    title = _text(what, width)
    lines: list[Line] = []
    if conflict.account != conflict.record and not conflict.twice:
        lines += _text(conflict.account, width, strong=False)
    if conflict.twice:
        return [*title, EMPTY, *_twice(conflict, today, zone, width)]
    lines += [line(Piece("conflict", "yellow"), Piece(", both sides changed it", "muted")), EMPTY]
    lines.append(line(Piece("before", "muted")))
    lines += [line(each) for each in wrap(spelled(conflict.kind, conflict.base), max(width, 10), 6)]
    lines.append(EMPTY)
    lines += _side_by_side(
        _headed("ours", conflict.typed_at, today, zone),
        spelled(conflict.kind, conflict.ours),
        _headed("theirs", conflict.changed_at, today, zone),
        spelled(conflict.kind, conflict.theirs),
        width,
    )
    hint = _text(advice(conflict, write=write), width, strong=False)
    if conflict.merged is not None:
        apart = conflict.merged.apart
        head = "both in one" if apart else "both in one, ours first where they differ"
        lines += [EMPTY, *_text(head, width, strong=False)]
        lines += [line(each) for each in wrap(conflict.merged.text, max(width, 10), 12)]
    # Where more stands below, what the keys do stands above: it must not need scrolling.
    return [*title, *lines, EMPTY, *hint] if write else [*title, *hint, *lines]


def advice(conflict: Conflict, *, write: bool = True) -> str:
    """Return which keys end a conflict, and how.

    Args:
        conflict: which.
        write: whether `e` writes the text that it ends with.
    """
    if conflict.twice:
        return "x archives the second one in the CRM, = keeps both."
    told = "> sends ours, < takes theirs"
    if conflict.merged is not None:
        told += ", = sends both in one"
        told += ", e lets you write it" if write else "; 6 lets you write it"
    # Only where the text can be written is there an `x`.
    dropped = "; x asks, then takes theirs" if write else ""
    return f"{told}. Neither is lost{dropped}."


def _twice(conflict: Conflict, today: date, zone: tzinfo, width: int) -> list[Line]:
    found = fmt.day_name(conflict.found_at.astimezone(zone).date(), today)
    return [
        line(Piece(pad("kept", 11), "muted"), f"record {conflict.ours}"),
        line(Piece(pad("second", 11), "muted"), f"record {conflict.theirs}"),
        line(Piece(pad("found", 11), "muted"), found),
        EMPTY,
        *_text(advice(conflict), width, strong=False),
    ]


def _headed(word: str, at: datetime | None, today: date, zone: tzinfo) -> str:
    if at is None:
        return word
    local = at.astimezone(zone)
    day = "" if local.date() == today else f"{fmt.short_day(local.date(), today)} "
    return f"{word}, {day}{local:%H:%M}"


def _side_by_side(left_head: str, left: str, right_head: str, right: str, width: int) -> list[Line]:
    column = (width - len(_BETWEEN)) // 2
    if column < _LEAST:
        return [
            line(Piece(left_head, "strong")),
            *(line(each) for each in wrap(left, max(width, 10))),
            EMPTY,
            line(Piece(right_head, "strong")),
            *(line(each) for each in wrap(right, max(width, 10))),
        ]
    lines = [_columns(left_head, right_head, column, head=True)]
    for one, other in zip_longest(wrap(left, column), wrap(right, column), fillvalue=""):
        lines.append(_columns(one, other, column))
    return lines


def _columns(left: str, right: str, column: int, *, head: bool = False) -> Line:
    return line(
        Piece(pad(left, column), "strong" if head else "plain"),
        Piece(_BETWEEN, "rule"),
        Piece(pad(right, column), "strong" if head else "plain"),
    )


def _text(text: str, width: int, *, strong: bool = True) -> Sequence[Line]:
    voice = "strong" if strong else "muted"
    return [line(Piece(each, "strong" if voice == "strong" else "muted"))
            for each in wrap(text, max(width, 10))]  # fmt: skip
