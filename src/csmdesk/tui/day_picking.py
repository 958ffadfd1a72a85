"""Reading the day one wants to look at. Pure."""

import re
from datetime import date, timedelta

from csmdesk.domain.touch.dates import day_behind
from csmdesk.domain.touch.words import DATE
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import Piece, line
from csmdesk.tui.widgets.ask_bar import Preview

_STEP = re.compile(r"([+-])(\d{1,3})([dw])")
_FURTHEST = 3_650
_HINT = "2 mar · fri · yesterday · -2w · +3d · 2026-02-27"


def read_day(text: str, today: date) -> date | None:
    """Read "2 mar", "fri", "yesterday", "-2w" or "2026-02-27"; None if it is no day."""
    word = text.strip().lower()
    step = _STEP.fullmatch(word)
    if step is not None:
        days = int(step[2]) * (7 if step[3] == "w" else 1)
        return today + timedelta(days=days if step[1] == "+" else -days)
    if word == "tomorrow":
        return today + timedelta(days=1)
    match = DATE.fullmatch(word)
    day = day_behind(match, today) if match is not None else None
    return None if day is None or _too_far(day, today) else day


def _too_far(day: date, today: date) -> bool:
    return abs((day - today).days) > _FURTHEST


def _refusal(text: str, today: date) -> str:
    """Return why a text cannot be looked at."""
    match = DATE.fullmatch(text.lower())
    if match is None:
        return f"“{text}” is no day csmdesk can read"
    day = day_behind(match, today)
    return f"there is no {text}" if day is None else f"{text} is more than ten years away"


def day_preview(text: str, today: date) -> Preview:
    """Return which day a text means."""
    day = read_day(text, today)
    if day is None:
        typed = text.strip()
        why = (Piece(f"{_refusal(typed, today)}; try ", "yellow"),) if typed else ()
        return Preview((*why, Piece(_HINT, "muted")), ok=False)
    return Preview(line(Piece(f"{fmt.day_name(day, today)}, {_distance((day - today).days)}")))


def _distance(days: int) -> str:
    if days == 0:
        return "today"
    return f"in {days} d" if days > 0 else f"{-days} d ago"
