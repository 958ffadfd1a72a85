"""What a snooze, a done or a dismissal would do, said before it is done. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from csmdesk.domain.agenda import decide
from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.agenda.decide import Cause, Decided
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import Signal, rank_key
from csmdesk.domain.agenda.words import named, typed
from csmdesk.domain.touch.dates import day_ahead
from csmdesk.domain.touch.words import DUE
from csmdesk.errors import InputError
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import Piece, line
from csmdesk.tui.widgets.ask_bar import Preview

REASONS: Final = ("waiting on customer", "customer away", "wrong timing", "delegated")
"""Suggested reasons; a number stands for one of them."""


_UNIT: Final = re.compile(
    r"(?:d|days?|h|hours?|min|minutes?|w|weeks?|months?|quarters?|years?|people|times)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Snooze:
    """What was typed after `z`: until when, and why."""

    until: date | None
    reason: str | None


def read_snooze(text: str, moment: Moment) -> Snooze:
    """Read "fri", "+2w customer away" or "23 mar 2" (the second suggested reason)."""
    words = text.split()
    for taken in (2, 1):
        match = DUE.match(" ".join(words[:taken])) if len(words) >= taken else None
        if match is None:
            continue
        rest = " ".join(words[taken:])
        if rest.isdigit() and 1 <= int(rest) <= len(REASONS):
            rest = REASONS[int(rest) - 1]
        return Snooze(day_ahead(match, moment.today, moment.workdays), rest or None)
    return Snooze(None, None)


def snooze_preview(text: str, one: Assessment, moment: Moment) -> Preview:
    """Return what a snooze would do: until when each reason sleeps, which cannot."""
    read = read_snooze(text, moment)
    if read.until is None:
        hint = "until when? tomorrow · fri · +3d · +2w · 23 mar, then why: "
        hint += " ".join(f"{number} {words}" for number, words in enumerate(REASONS, 1))
        return Preview(line(Piece(hint, "muted")), ok=False)
    try:
        decided = decide.snooze(one, moment, read.until, (), read.reason)
    except InputError as error:
        return Preview(line(Piece(error.line, "yellow")), ok=False)
    words = decided_words(decided, moment.today)
    because = f" · because “{read.reason}”" if read.reason else ""
    return Preview(line(Piece(words), Piece(because, "muted")))


def decided_words(decided: Decided, today: date) -> str:
    """Return what a decision came to: "to Mon 30 Mar (renewal only to Thu 26, …)"."""
    if decided.action != "snooze":
        gone = [cause for cause in decided.causes if not cause.stays]
        parts = [", ".join(dict.fromkeys(named(cause.signal.type) for cause in gone))]
        parts += [
            f"{named(cause.signal.type)} {decide.STAYS}" for cause in decided.causes if cause.stays
        ]
        parts += [f"not {named(item.signal.type)}: {item.why}" for item in decided.skipped]
        return "; ".join(dict.fromkeys(filter(None, parts)))
    days = [cause.until for cause in decided.causes if not cause.shortened and cause.until]
    parts = []
    if days:
        parts.append(f"to {fmt.day_name(max(days), today)}")
    parts += _shortened(decided, today, only="only " if days else "")
    parts += [f"not {named(item.signal.type)}: {item.why}" for item in decided.skipped]
    return parts[0] + (f" ({'; '.join(parts[1:])})" if len(parts) > 1 else "")


def _shortened(decided: Decided, today: date, only: str) -> list[str]:
    """Return what sleeps less long than asked, the causes of one day and one limit together."""
    limits: dict[tuple[date, str], list[str]] = {}
    for cause in decided.causes:
        if cause.shortened and cause.until is not None:
            names = limits.setdefault((cause.until, cause.limit), [])
            names.append(named(cause.signal.type))
    return [
        f"{', '.join(dict.fromkeys(names))} {only}to {fmt.day_name(until, today)}, {limit}"
        for (until, limit), names in limits.items()
    ]


def choices(one: Assessment) -> list[Signal]:
    """Return the visible causes of an account, the strongest first."""
    return sorted(one.visible, key=rank_key)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was typed after `d` or `x`: which causes, and why."""

    types: tuple[str, ...]
    reason: str | None


def read_choice(text: str, one: Assessment) -> Chosen:
    """Read "2 known bug" or "health,usage they told us": causes by number or type, then why.

    No cause named, or "all", means all of them.
    """
    kinds = list(dict.fromkeys(signal.type for signal in choices(one)))
    head, _, rest = text.strip().partition(" ")
    if head.casefold() == "all":
        return Chosen((), rest.strip() or None)
    if head.isdigit() and _UNIT.match(rest):
        return Chosen((), text.strip())  # "3 months away" is a reason, not the third cause
    named: list[str] = []
    for part in head.split(","):
        if part.isdigit() and 1 <= int(part) <= len(kinds):
            named.append(kinds[int(part) - 1])
        elif (kind := typed(part)) in kinds and kind is not None:
            named.append(kind)
        else:
            named = []
            break
    if not named:
        return Chosen((), text.strip() or None)
    return Chosen(tuple(dict.fromkeys(named)), rest.strip() or None)


def dismiss_preview(text: str, one: Assessment, moment: Moment) -> Preview:
    """Return what a dismissal would do; it needs a reason."""
    chosen = read_choice(text, one)
    menu = numbered(one)
    if not chosen.reason:
        what = ", ".join(map(named, chosen.types)) if chosen.types else f"all, or {menu}"
        return Preview(line(Piece(f"{what}; then say why it does not apply", "muted")), ok=False)
    try:
        decided = decide.dismiss(one, moment, chosen.reason, chosen.types)
    except InputError as error:
        return Preview(line(Piece(error.line, "yellow")), ok=False)
    types = ", ".join(dict.fromkeys(named(cause.signal.type) for cause in decided.causes))
    skipped = "".join(f"; not {named(item.signal.type)}: {item.why}" for item in decided.skipped)
    return Preview(
        line(
            Piece(f"{types} will not show again this time{skipped}"),
            Piece(f" · because “{chosen.reason}”", "muted"),
        )
    )


def done_preview(text: str, one: Assessment, moment: Moment) -> Preview:
    """Return what marking as done would do: until when each cause rests."""
    chosen = read_choice(text, one)
    try:
        decided = decide.done(one, moment, chosen.types, chosen.reason)
    except InputError as error:
        return Preview(line(Piece(error.line, "yellow")), ok=False)
    parts = [done_words(cause, moment.today) for cause in decided.causes]
    named = f"  one of them: {numbered(one)}" if not chosen.types and len(one.visible) > 1 else ""
    return Preview(line(Piece(", ".join(dict.fromkeys(parts))), Piece(named, "muted")))


def done_words(cause: Cause, today: date) -> str:
    """Return what being done means for a cause."""
    name = named(cause.signal.type)
    if cause.stays:
        return f"{name} {decide.STAYS}"
    return (
        f"{name} closed"
        if cause.until is None
        else f"{name} rests to {fmt.day_name(cause.until, today)}"
    )


def numbered(one: Assessment) -> str:
    """Return the kinds of causes with their numbers: "1 health · 2 people met"."""
    kinds: Collection[str] = dict.fromkeys(signal.type for signal in choices(one))
    return " · ".join(f"{number} {named(kind)}" for number, kind in enumerate(kinds, 1))
