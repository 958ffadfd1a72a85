"""The line of the day's meetings and its free time. Pure."""

from collections.abc import Sequence
from datetime import datetime

from csmdesk.domain.agenda.view import Agenda, Capacity
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import EMPTY, Line, Piece, fit, joined, line, spread, width_of
from csmdesk.usecases.glance import Appointment

TITLES = (60, 40, 26)
"""The most cells a meeting's name takes: as many as leave room for all of them."""

_PREPARED = frozenset({"qbr", "ebr"})


def day_line(
    agenda: Agenda, meetings: Sequence[Appointment], planned_minutes: int, now: datetime, width: int
) -> Line:
    """Return the meetings of the day at the left, free time and plan at the right.

    Args:
        agenda: for the capacity.
        meetings: the day's, in order, in the user's zone.
        planned_minutes: the effort of the plan as it is.
        now: the instant; what is over is muted.
        width: the room in cells. Meetings that do not fit are counted.
    """
    capacity = agenda.capacity
    right = _room(capacity, planned_minutes, short=width < 60) if width >= 40 else EMPTY
    room = width - width_of(right) - 2
    if not meetings:
        return spread(line(Piece(" no meetings", "muted")), right, width)
    ahead = [meeting for meeting in meetings if meeting.end > now]
    over = len(meetings) - len(ahead)
    for title in TITLES:
        parts, whole = _meetings(ahead, over, now, room, title)
        if whole:
            break
    return spread((Piece(" "), *joined(parts, " · ")), right, width)


def _meetings(
    ahead: Sequence[Appointment], over: int, now: datetime, room: int, title: int
) -> tuple[list[Line], bool]:
    """Return what is said of the meetings, and whether every one ahead is named."""
    parts: list[Line] = []
    if over:
        parts.append(line(Piece(f"{over} over", "muted")))
    used = sum(width_of(part) + 3 for part in parts)
    for index, meeting in enumerate(ahead):
        part = _meeting(meeting, now, title)
        rest = len(ahead) - index - 1
        if index == 0 and over and used + width_of(part) + (11 if rest else 0) > room:
            # What comes says more than what is over.
            parts, used = [], 0
        if used + width_of(part) + (11 if rest else 0) > room and parts:
            return [*parts, line(Piece(f"{rest + 1} more", "muted"))], False
        parts.append(part)
        used += width_of(part) + 3
    return parts, used - 3 <= room


def _room(capacity: Capacity, planned_minutes: int, *, short: bool) -> Line:
    planned = Piece(fmt.duration(planned_minutes))
    if capacity.capacity_minutes == 0:
        # A weekend, a holiday, meetings from end to end, or the working day is over.
        left = Piece("" if short else f"{capacity.none_left}   ", "muted")
        return line(left, Piece("plan ", "muted"), planned, " ")
    of = Piece(f" of {fmt.duration(capacity.capacity_minutes)} ", "muted")
    if short:
        return line(planned, of)
    free = fmt.duration(capacity.free_minutes)
    return line(Piece("free ", "muted"), Piece(free), Piece("   plan ", "muted"), planned, of)


def _meeting(meeting: Appointment, now: datetime, title: int) -> Line:
    running = meeting.start <= now < meeting.end
    what = meeting.title
    if meeting.account and meeting.account.split()[0].casefold() not in what.casefold():
        what = f"{fit(meeting.account, 12)}: {what}"
    pieces = [
        Piece(f"{meeting.start:%H:%M} ", "strong" if running else "muted"),
        Piece(fit(what, title), "strong" if running else "plain"),
        Piece(f" {meeting.minutes}m", "muted"),
    ]
    if meeting.kind in _PREPARED and meeting.prep != "ready":
        words = "deck started" if meeting.prep == "started" else "deck not ready"
        pieces.append(Piece(f" ({words})", "yellow"))
    return tuple(pieces)
