"""The words of the agenda: facts, lines, next actions, notes (agenda model §3.8).

Everything here is plain text made of numbers and of the user's own names; a screen decides how
to show it and must not read it as markup.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from csmdesk.domain.agenda.assess import Assessment, Notice
from csmdesk.domain.agenda.combine import Reason
from csmdesk.domain.agenda.hiding import Hidden
from csmdesk.domain.agenda.signals import KINDS, Signal
from csmdesk.domain.exact import Exact, half_up, plain, size
from csmdesk.domain.health import Health

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAMES = {
    "ttv": "first value",
    "recap": "meeting to log",
    "meeting": "meeting to prepare",
    "review": "review to prepare",
    "nps": "survey answer",
    "coverage": "people met",
    "silent": "silent contact",
    "detractor": "critic",
    "cadence": "check-in",
    "qbr": "business review",
    "data": "missing data",
}
_SOURCES = {
    "subscription": "contract",
    "milestone": "plan",
    "next_step": "log",
    "touchpoint": "log",
    "meeting": "calendar",
    "contact": "people",
    "measurement": "usage",
    "override": "set by hand",
}
LONG_HOURS = 14 * 24
"""From here on an age is told in days."""
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def day(on: date, today: date) -> str:
    """Return a date as `13 Mar`, with the year if it is another."""
    text = f"{on.day} {_MONTHS[on.month - 1]}"
    return text if on.year == today.year else f"{text} {on.year}"


def weekday(on: date, today: date) -> str:
    """Return a date as `Fri 13 Mar`."""
    return f"{_WEEKDAYS[on.weekday()]} {day(on, today)}"


def named(type_: str) -> str:
    """Return what a type of signal is called on a screen."""
    return _NAMES.get(type_, type_)


def types_named(types: Iterable[str]) -> str:
    """Return several types as a screen calls them: `check-in, people met`."""
    return ", ".join(map(named, types))


def typed(name: str) -> str | None:
    """Return the type that a user means: by its own name, or by what a screen calls it."""
    wanted = " ".join(name.casefold().split())
    if wanted in KINDS:
        return wanted
    return next((type_ for type_, shown in _NAMES.items() if shown == wanted), None)


def distance(days: int) -> str:
    """Return days to a date as words: `in 4 d`, `today`, `3 d late`."""
    if days > 0:
        return f"in {days} d"
    return "today" if days == 0 else f"{-days} d late"


def money(amount: Exact | None, currency: str, *, converted: bool = False) -> str:
    """Return an amount as in a list: `$45k`, `$1.2M`, `≈` if converted, `?` if unknown."""
    if amount is None:
        return "?"
    sign = _SIGNS.get(currency, f"{currency} ")
    mark = "≈" if converted else ""
    whole_size = size(amount)
    if whole_size >= 999_500:
        tenths = half_up(amount, 100_000)
        whole, rest = divmod(abs(tenths), 10)
        text = f"{whole}.{rest}M" if rest else f"{whole}M"
    elif whole_size >= 1_000:
        text = f"{half_up(whole_size, 1_000)}k"
    else:
        text = str(half_up(whole_size))
    return f"{mark}{'−' if amount < 0 else ''}{sign}{text}"


def percent(top: Exact, bottom: Exact) -> str:
    """Return a quotient as a whole number."""
    return str(half_up(top, bottom))


def fact(signal: Signal, today: date) -> str:
    """Return what a signal says: the words with the number and the date."""
    return _FACTS[signal.type](signal, today)


def reason(one: Reason, today: date) -> str:
    """Return a reason's fact with how many more of its type there are."""
    text = fact(one.signal, today)
    return f"{text} (+{one.more})" if one.more else text


def source(signal: Signal) -> str:
    """Return in a word where a fact is from: the kind of record, or whose score it is."""
    kind, _, rest = signal.source.partition(":")
    if kind == "health":
        return {"crm": "CRM score", "computed": "own score"}.get(rest, "health score")
    return _SOURCES.get(kind, kind)


def line(one: Assessment, currency: str, today: date) -> str:
    """Return an item in one line: ARR and renewal dates, then its reasons, each with its source."""
    head = money_part(one, currency)
    # The data signal would say once more that ARR is unknown, or in a currency without a rate.
    said = _unpriced(tuple(one.standing.unrated)) if one.standing.arr is None else head
    parts = [head]
    for text, origin in _sourced(one, today):
        if rest := text.removeprefix(said).removeprefix(", "):
            parts.append(f"{rest} [{origin}]")
    return ", ".join(parts)


def money_part(one: Assessment, currency: str) -> str:
    """Return the account's ARR as its line begins."""
    standing = one.standing
    if standing.arr is None:
        unrated = standing.unrated
        return f"{amounts(unrated)} ({no_rate(unrated)})" if unrated else "ARR unknown"
    return money(standing.arr, currency, converted=one.facts.converted)


def arr(one: Assessment, currency: str) -> str:
    """Return the account's ARR for a list: in its own currency where no rate leads to the base."""
    standing = one.standing
    if standing.arr is None and standing.unrated:
        return amounts(standing.unrated)
    return money(standing.arr, currency, converted=one.facts.converted)


def amounts(by_currency: Mapping[str, Exact]) -> str:
    """Return amounts in several currencies: `£47k`, `€12k + £47k`."""
    return " + ".join(money(amount, currency) for currency, amount in by_currency.items())


def no_rate(currencies: Iterable[str]) -> str:
    """Return why amounts are not in the base currency: `no rate for GBP`."""
    return f"no rate for {', '.join(currencies)}"


def why(one: Assessment, today: date) -> list[str]:
    """Return the facts of a line, without the money: renewal dates first, then the reasons."""
    return [text for text, _ in _sourced(one, today)]


def why_by_weight(one: Assessment, today: date) -> list[str]:
    """Return the same facts with what counts most first, for where there is no room for all."""
    said = why(one, today)
    first = [text for item in one.combined.reasons if (text := reason(item, today)) in said]
    return [*first, *(text for text in said if text not in first)]


def _sourced(one: Assessment, today: date) -> list[tuple[str, str]]:
    """Return the facts of a line, each with its source in a word: a renewal's dates come first."""
    reasons = sorted(one.combined.reasons, key=lambda item: item.signal.type != "renewal")
    shown = [(reason(item, today), source(item.signal)) for item in reasons]
    renewals = [signal for signal in one.visible if signal.type == "renewal"]
    if renewals and all(item.signal.type != "renewal" for item in reasons):
        nearest = min(renewals, key=lambda signal: (signal.hard_date or date.max, signal.subject))
        shown.insert(0, (fact(nearest, today), source(nearest)))
    health = one.facts.health
    if (
        health is not None
        and health.source is None
        and one.standing.override is None
        and all(item.signal.type != "data" for item in reasons)
    ):
        shown.append((f"health unknown since {day(health.known_on, today)}", "health score"))
    return shown


def put_off(action: str) -> str:
    """Return what became of a cause, in a word: `snoozed`, `dismissed`, `done`."""
    return {"snooze": "snoozed", "dismiss": "dismissed"}.get(action, action)


def asleep(one: Hidden, today: date) -> str:
    """Return what sleeps and until when: `check-in, snoozed to Mon 23 Mar (customer away)`."""
    text = f"{named(one.signal.type)}, {put_off(one.action)}"
    if one.until is not None:
        text += f" to {weekday(one.until, today)}"
    reason = " ".join(one.reason.split()) if one.reason else ""
    return f"{text} ({reason})" if reason else text


def deadline(act_by: date | None, today: date) -> str:
    """Return what a line of tier 0 has to be done by, as a sentence."""
    if act_by is None:
        return "Its renewal has to be acted on now."
    if act_by < today:
        return f"The last working day for its renewal was {weekday(act_by, today)}: act on it now."
    return f"Its renewal has to be acted on by {weekday(act_by, today)}."


def next_action(one: Assessment) -> str:
    """Return what to do: the verb of the first reason."""
    first = one.combined.reasons[0].signal
    if first.type == "renewal" and first.detail[0] == "notice":
        return f"{KINDS['renewal'].verb} before the notice date"
    if first.type == "milestone":
        return (
            "Do the milestone that is our turn"
            if first.detail[2] == "us"
            else "Chase the customer for the milestone"
        )
    return KINDS[first.type].verb


def note(one: Notice, today: date) -> str:
    """Return a note on what is deliberately not in the list."""
    if one.kind == "locked" and one.on is not None:
        return f"renews itself on {day(one.on, today)}"
    if one.kind == "turning" and one.at is not None:
        return f"critical ticket reaches 48 h at {one.at:%H:%M} on {weekday(one.at.date(), today)}"
    if one.kind == "late_rescue" and one.on is not None and one.until is not None:
        return f"rescue plan ends {day(one.on, today)}, after {day(one.until, today)}"
    until = f", until {day(one.until, today)}" if one.until is not None else ""
    # Redness alone ends on a known day; with anything else beside it that day is the earliest.
    least = " at the earliest" if until and one.why != "was red" else ""
    return f"expansion held: {one.why}{until}{least}"


def _renewal(signal: Signal, today: date) -> str:
    kind, on, ends, act_by, noticed, contracts = signal.detail
    d = (on - today).days
    many = f", {contracts} contracts" if contracts > 1 else ""
    if kind == "notice":
        head = f"notice until {weekday(on, today)} ({distance(d)})"
        if act_by != on:
            head += f", act by {weekday(act_by, today)}"
        return f"{head}, renews {_ends(ends, today)}{many}"
    state = "notice received, " if noticed else ""
    if d < 0:
        return f"{state}lapsed {-d} d: term ended {day(on, today)}{many}"
    head = f"{state}term ends {weekday(on, today)} ({f'{d} d' if d else 'today'})"
    if act_by != on:
        head += f", act by {weekday(act_by, today)}"
    return f"{head}{many}"


def _ends(ends: tuple[date, ...], today: date) -> str:
    """Return the term ends of a renewal: `12 Apr (34 d)`, both of two, the span of more."""
    if len(ends) > 2:
        first, last = ends[0], ends[-1]
        span = f"{(first - today).days}-{(last - today).days} d"
        return f"between {day(first, today)} and {day(last, today)} ({span})"
    return " and ".join(f"{day(end, today)} ({(end - today).days} d)" for end in ends)


def _ttv(signal: Signal, today: date) -> str:
    title, d = signal.detail
    on = day(signal.on or today, today)
    what = title if title.casefold() == "first value" else f"first value: {title}"
    return f"{what}, due {on} ({distance(d)})"


def _milestone(signal: Signal, today: date) -> str:
    title, d, side = signal.detail
    turn = "our turn" if side == "us" else "customer's turn"
    return f"{turn}: {title}, due {day(signal.on or today, today)} ({distance(d)})"


def _promise(signal: Signal, today: date) -> str:
    text, d = signal.detail
    return f"promise due {day(signal.on or today, today)} ({distance(d)}): {text}"


def _waiting(signal: Signal, today: date) -> str:
    text, d = signal.detail
    return f"waiting for them since {day(signal.on or today, today)} ({distance(d)}): {text}"


def _task(signal: Signal, today: date) -> str:
    title, d = signal.detail
    return f"task due {day(signal.on or today, today)} ({distance(d)}): {title}"


def _recap(signal: Signal, today: date) -> str:
    return f"nothing logged since {signal.detail[0]} on {day(signal.on or today, today)}"


def _ahead(on: date, n: int, today: date) -> str:
    if on == today:
        return "today"
    return f"{weekday(on, today)} ({n} working {'day' if n == 1 else 'days'})"


def _meeting(signal: Signal, today: date) -> str:
    title, n, on, _ = signal.detail
    when = _ahead(on, n, today)
    return f"{title} {when}, not prepared"


def _review(signal: Signal, today: date) -> str:
    title, n, on, prep = signal.detail
    when = _ahead(on, n, today)
    return f"{title} {when}, deck {'started' if prep == 'started' else 'not started'}"


def _ticket(signal: Signal, today: date) -> str:
    subject, hours, severity = signal.detail
    # The deadlines of tickets are hours; what has been open for weeks is told in days.
    age = f"{hours // 24} d" if hours > LONG_HOURS else f"{hours} h"
    return f"{severity} ticket open {age}, since {day(signal.on or today, today)}: {subject}"


def _health(signal: Signal, today: date) -> str:
    kind, series, override = signal.detail
    score = "" if series is None or series.told is None else f" {plain(series.told)}"
    if kind == "turn":
        now = "red" if signal.points == 70 else "yellow"
        return (
            f"health{score} turned {now} on {day(series.changed_on, today)},"
            f" was {series.changed_from}{_drop(series, today)}"
        )
    if kind == "drop":
        return f"health{score} on {day(series.scored_on, today)}{_drop(series, today)}"
    if override is not None:
        return f"red*{score} set {day(override.set_on, today)}: {override.reason}"
    since = series.changed_on or series.first_on
    return f"health{score} red since {day(since, today)}"


def _drop(series: Health, today: date) -> str:
    move, before = series.told_move, series.told_before
    if series.reference is None or move is None or before is None or move >= 0:
        return ""
    return f", ↓{plain(-move)} from {plain(before)} on {day(series.reference[0], today)}"


def _usage(signal: Signal, today: date) -> str:
    fall, days = signal.detail
    seen = f", as of {day(signal.on, today)}" if signal.on is not None else ""
    return f"usage −{percent(fall.top, fall.bottom)} % in {days} d{seen}"


def _nps(signal: Signal, today: date) -> str:
    score, who, on = signal.detail
    return f"NPS {score}{f' from {who}' if who else ''} on {day(on, today)}"


def _champion(signal: Signal, today: date) -> str:
    name, left = signal.detail
    if left is None:
        return f"champion left: {name}"
    return f"champion left {(today - left).days} d ago ({day(left, today)}): {name}"


def _coverage(signal: Signal, _today: date) -> str:
    headless, thin, threads = signal.detail
    parts = []
    if headless:
        parts.append("no executive met in 180 d")
    if thin:
        parts.append(f"{threads} {'person' if threads == 1 else 'people'} met in 90 d")
    return ", ".join(parts)


def _silent(signal: Signal, _today: date) -> str:
    name, days, allowed = signal.detail
    return f"{name} not met for {days} d, due every {allowed}"


def _detractor(signal: Signal, today: date) -> str:
    name, sentiment, influence, seen = signal.detail
    on = f" on {day(seen, today)}" if seen is not None else ""
    return f"{name} is against us ({_signed(sentiment)}{on}), influence {influence}"


def _signed(number: int) -> str:
    return f"−{-number}" if number < 0 else f"+{number}"


def _cadence(signal: Signal, today: date) -> str:
    days, allowed, never = signal.detail
    on = day(signal.on or today, today)
    if never:
        return f"never touched in {days} days, due every {allowed}, from {on}"
    return f"no touch for {days} days, due every {allowed}, last {on}"


def _qbr(signal: Signal, today: date) -> str:
    past, never = signal.detail
    last = "never held" if never else f"last {day(signal.on or today, today)}"
    when = f"{past} d overdue" if past > 0 else "due today" if past == 0 else f"due in {-past} d"
    return f"review {when}, {last}"


def _expansion(signal: Signal, today: date) -> str:
    use, opened = signal.detail
    seen = f", as of {day(signal.on, today)}" if signal.on is not None else ""
    return f"{percent(use.top, use.bottom)} % of seats in use two weeks running{seen}" + (
        ", opportunity open" if opened else ""
    )


def _data(signal: Signal, today: date) -> str:
    missing, known_on, seen, unrated = signal.detail
    words = {
        "arr": _unpriced(unrated),
        "term_end": "no term end",
        "health": f"health unknown since {day(known_on, today)}" if known_on else "",
        "usage": f"no usage since {day(seen, today)}" if seen else "",
    }
    return ", ".join(words[name] for name in missing)


def _unpriced(unrated: tuple[str, ...]) -> str:
    return f"ARR in {', '.join(unrated)}, no rate" if unrated else "ARR unknown"


_FACTS = {
    "renewal": _renewal,
    "ttv": _ttv,
    "milestone": _milestone,
    "promise": _promise,
    "waiting": _waiting,
    "task": _task,
    "recap": _recap,
    "meeting": _meeting,
    "review": _review,
    "ticket": _ticket,
    "health": _health,
    "usage": _usage,
    "nps": _nps,
    "champion": _champion,
    "coverage": _coverage,
    "silent": _silent,
    "detractor": _detractor,
    "cadence": _cadence,
    "qbr": _qbr,
    "expansion": _expansion,
    "data": _data,
}
