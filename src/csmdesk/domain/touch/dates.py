"""Days as they are typed: the day of a touch lies behind, the due date of a step ahead.

Every function returns None for a day that does not exist, such as 31 feb.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from csmdesk.domain.touch.words import MONTHS, WEEKDAYS
from csmdesk.domain.workdays import Workdays

_LEAP_SEARCH = 9
# Between 1896 and 1904 there were eight years without a 29 February.


def day_behind(match: re.Match[str], today: date) -> date | None:
    """Return the day that a match of `words.DATE` names.

    A weekday is the latest one up to today, a date without a year the latest one not after today.
    """
    if word := match["word"]:
        if word == "today":
            return today
        if word == "yesterday":
            return _moved(today, -1)
        back = (today.weekday() - WEEKDAYS.index(word)) % 7
        return _moved(today, -back)
    if iso := match["iso"]:
        return _iso(iso)
    return _nearest(match, today, ahead=False)


def day_ahead(match: re.Match[str], today: date, workdays: Workdays) -> date | None:
    """Return the due date that a match of `words.DUE` names.

    A weekday is the next one after today, a date without a year the next one not before today;
    `eow` and `eom` are the last working day of this week and month, or of the next one when this
    one has no working day left.
    """
    if word := match["word"]:
        word = word.lower()
        if word == "today":
            return today
        if word == "tomorrow":
            return _moved(today, 1)
        if word == "eow":
            return _end_of_week(today, workdays)
        if word == "eom":
            return _end_of_month(today, workdays)
        ahead = (WEEKDAYS.index(word) - today.weekday() - 1) % 7 + 1
        return _moved(today, ahead)
    if iso := match["iso"]:
        return _iso(iso)
    if count := match["count"]:
        return _moved(today, int(count) * (7 if match["unit"].lower() == "w" else 1))
    return _nearest(match, today, ahead=True)


def instant_of(day: date, clock: time, zone: tzinfo) -> datetime | None:
    """Return a local time of day as an instant in UTC."""
    try:
        return datetime.combine(day, clock, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def clock_of(match: re.Match[str]) -> time | None:
    """Return the time of day that a match of `words.TIME` names; none for 25:00."""
    try:
        return time(int(match[1]), int(match[2]))
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _nearest(match: re.Match[str], today: date, *, ahead: bool) -> date | None:
    month = MONTHS.index(match["month"].lower()) + 1
    for distance in range(_LEAP_SEARCH):
        try:
            day = date(today.year + (distance if ahead else -distance), month, int(match["day"]))
        except ValueError:
            continue
        if (day >= today) if ahead else (day <= today):
            return day
    return None


def _moved(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def _end_of_week(today: date, workdays: Workdays) -> date | None:
    sunday = _moved(today, 6 - today.weekday())
    while sunday is not None:
        last = workdays.last(sunday)
        if last >= today:
            return last
        sunday = _moved(sunday, 7)
    return None


def _end_of_month(today: date, workdays: Workdays) -> date | None:
    first: date | None = today.replace(day=1)
    while first is not None:
        following = _moved(first.replace(day=28), 4)
        if following is None:
            return None
        end = following.replace(day=1) - timedelta(days=1)
        last = workdays.last(end)
        if last >= today:
            return last
        first = following.replace(day=1)
    return None
