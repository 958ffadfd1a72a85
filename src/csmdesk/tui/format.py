"""How numbers, money, dates and states are written on the screen. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from csmdesk.tui.ink import Piece, Voice

UNKNOWN: Final = "–"

_SYMBOLS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BLOCKS: Final = "▁▂▃▄▅▆▇█"


def symbol(currency: str) -> str:
    """Return how a currency is written before an amount: "$", or the code and a space."""
    return _SYMBOLS.get(currency, f"{currency} ")


def money(amount: Decimal | None, currency: str = "USD", *, converted: bool = False) -> str:
    """Return an amount for a list: "$950", "$45k", "$1.2M"; "–" if unknown, "≈" if converted."""
    if amount is None:
        return UNKNOWN
    sign = "−" if amount < 0 else ""
    size = abs(amount)
    if size < 1000:
        number = f"{_rounded(size, 0)}"
    elif size < Decimal(999_500):
        number = f"{_rounded(size / 1000, 0)}k"
    else:
        millions = _rounded(size / 1_000_000, 1)
        number = f"{millions.normalize():f}M"
    return f"{'≈' if converted else ''}{sign}{symbol(currency)}{number}"


def full_money(amount: Decimal | None, currency: str = "USD", *, converted: bool = False) -> str:
    """Return an amount where one acts on it: "$45,000", "$1,250.50"; "–" if unknown."""
    if amount is None:
        return UNKNOWN
    sign = "−" if amount < 0 else ""
    size = abs(amount)
    number = f"{size:,.0f}" if size == size.to_integral_value() else f"{size:,.2f}"
    return f"{'≈' if converted else ''}{sign}{symbol(currency)}{number}"


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def short_day(day: date, today: date) -> str:
    """Return "13 Mar", with the year when it is not this one."""
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


def day_name(day: date, today: date) -> str:
    """Return "Fri 13 Mar", with the year when it is not this one."""
    return f"{_DAYS[day.weekday()]} {short_day(day, today)}"


def days_ahead(days: int) -> str:
    """Return how far a day is: "in 4 d", "today", "3 d late"."""
    if days == 0:
        return "today"
    return f"in {days} d" if days > 0 else f"{-days} d late"


def days_old(days: int) -> str:
    """Return the age of something dated: "today", "12 d"."""
    return "today" if days <= 0 else f"{days} d"


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago an instant was: "now", "4 min ago", "3 h ago", "12 d ago"."""
    gone = now - then
    if gone < timedelta(minutes=1):
        return "just now"
    if gone < timedelta(hours=1):
        return f"{gone // timedelta(minutes=1)} min ago"
    if gone < timedelta(days=1):
        return f"{gone // timedelta(hours=1)} h ago"
    return f"{gone.days} d ago"


def clock_time(instant: datetime, zone: tzinfo) -> str:
    """Return the time of day in the user's zone: "14:05"."""
    return f"{instant.astimezone(zone):%H:%M}"


def duration(minutes: int) -> str:
    """Return a length of time: "45 min", "5 h", "5 h 30"."""
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else ""
    if hours == 0:
        return f"{sign}{rest} min"
    return f"{sign}{hours} h" if rest == 0 else f"{sign}{hours} h {rest:02d}"


def running_time(seconds: int) -> str:
    """Return a timer: "0:07", "12:31", "1:02:03"."""
    minutes, secs = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


def points(score: int) -> str:
    """Return a score of 1/10,000 point as whole points, half up: the display of §3 of the model."""
    return str((score + 5_000) // 10_000)


def sparkline(values: Sequence[Decimal | None]) -> str:
    """Return scores 0-100 as blocks on a fixed scale; a missing one is a space."""
    return "".join(
        " " if value is None else _BLOCKS[min(int(max(value, Decimal(0)) * 8 / 100), 7)]
        for value in values
    )


def bar(share: Decimal, width: int) -> str:
    """Return a share 0-1 as a bar of `width` cells."""
    filled = int((min(max(share, Decimal(0)), Decimal(1)) * width).to_integral_value())
    return "▰" * filled + "▱" * (width - filled)


def health_sign(colour: str | None) -> Piece:
    """Return the sign of a health colour: `●` green, `◐` yellow, `○` red, `◌` unknown."""
    signs: dict[str | None, tuple[str, Voice]] = {
        "green": ("●", "green"),
        "yellow": ("◐", "yellow"),
        "red": ("○", "red"),
    }
    sign, voice = signs.get(colour, ("◌", "muted"))
    return Piece(sign, voice)


def sentiment_sign(value: int | None) -> str:
    """Return how somebody feels: `++ + · - --`; unknown is empty."""
    return {2: "++", 1: "+", 0: "·", -1: "-", -2: "--"}.get(value, "") if value is not None else ""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: "1 account", "5 accounts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
