"""The accounts as a table: what each is worth, how it fares, when it renews; filters over it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.exact import Exact
from csmdesk.domain.names import fold
from csmdesk.domain.records import Colour, Segment
from csmdesk.domain.renewal import Clock, clock
from csmdesk.errors import InputError
from csmdesk.store.queries import accounts as queries
from csmdesk.usecases import agenda
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account of mine.

    `arr` is in the base currency, exact; None is unknown. `unrated` are the amounts that no rate
    leads there, by their own currency. `score` is the health score 0-100 as it is told,
    `move` its change against a month ago. `clock` is that of the contract that comes first.
    `days_left` counts to its date, negative if past; `silent_days` since the last customer touch.
    `rank` is the place on today's list, None if it is not listed. `overridden`: the colour was set
    against the score.
    """

    id: str
    name: str
    arr: Exact | None
    converted: bool
    segment: Segment
    colour: Colour | None
    score: Exact | None
    move: Exact | None
    clock: Clock | None
    days_left: int | None
    silent_days: int | None
    onboarding: bool
    former: bool
    rank: int | None
    tags: tuple[str, ...] = ()
    owner: str | None = None
    domain: str | None = None
    industry: str | None = None
    unrated: tuple[tuple[str, Exact], ...] = ()
    overridden: bool = False


def json_number(number: Exact | None) -> int | float | None:
    """Return a number as JSON has it: whole, or with the decimals as told."""
    return number if number is None or isinstance(number, int) else float(number)


@dataclass(frozen=True, slots=True)
class Table:
    """All my accounts at an instant, by name."""

    today: date
    currency: str
    lines: tuple[AccountLine, ...]


def table(workspace: Workspace, now: datetime | None = None) -> Table:
    """Return all my accounts as of an instant, by default now, sorted by name.

    Raises:
        ConfigError, StoreError: as the agenda.
    """
    look = agenda.look(workspace, now)
    listed = {item.account_id: item.rank for item in look.agenda.items}
    with workspace.store.reading() as connection:
        labels = {label.id: label for label in queries.labels(connection)}
    today = look.moment.today
    lines = []
    for one in sorted(look.assessed, key=lambda a: (*list_name(a.facts.name), a.facts.id)):
        label = labels.get(one.facts.id)
        lines.append(
            account_line(
                one,
                today,
                rank=listed.get(one.facts.id),
                tags=label.tags if label else (),
                owner=label.owner if label else None,
                domain=label.domain if label else None,
                industry=label.industry if label else None,
            )
        )
    return Table(today, look.moment.rates.base, tuple(lines))


def address(workspace: Workspace, account_id: str) -> str | None:
    """Return where the CRM shows an account, as the CRM or the book says; None if neither does."""
    with workspace.store.reading() as connection:
        found = queries.account(connection, account_id)
    return None if found is None else found.crm_url


def account_line(
    one: Assessment,
    today: date,
    *,
    rank: int | None = None,
    tags: tuple[str, ...] = (),
    owner: str | None = None,
    domain: str | None = None,
    industry: str | None = None,
) -> AccountLine:
    """Return the line of one account that was judged."""
    facts, standing = one.facts, one.standing
    health = facts.health
    score = move = None
    if health is not None and health.score is not None:
        score, move = health.told, health.told_move
    first = first_clock(one, today)
    return AccountLine(
        id=facts.id,
        name=facts.name,
        arr=standing.arr,
        converted=facts.converted,
        segment=standing.segment,
        colour=standing.colour,
        score=score,
        move=move,
        clock=first,
        days_left=None if first is None else ((first.on or first.term_end) - today).days,
        silent_days=None if facts.last_touch is None else (today - facts.last_touch.day).days,
        onboarding=standing.onboarding,
        former=standing.former,
        rank=rank,
        tags=tags,
        owner=owner,
        domain=domain,
        industry=industry,
        unrated=tuple(standing.unrated.items()),
        overridden=standing.override is not None,
    )


def first_clock(one: Assessment, today: date) -> Clock | None:
    """Return the clock of the contract whose date comes first; None if nothing counts down."""
    clocks = [found for c in one.facts.contracts if (found := clock(c, today)) is not None]
    return min(clocks, key=lambda c: (c.on or c.term_end, c.term_end), default=None)


# --- filters -----------------------------------------------------------------------------

Test = Callable[[AccountLine], bool]

FILTER_HELP: Final = "name health:red arr>50k renew<90d seg:mid silent>30d tag:emea owner:name"
"""What a filter may hold, as a hint."""

_TERM: Final = re.compile(r"(?P<key>[a-z]+)(?P<sign>[:<>]=?|=)(?P<value>.+)")
_COLOURS: Final = ("red", "yellow", "green", "unknown")
_SEGMENTS: Final = ("high", "mid", "low", "tech")


def filtered(lines: Sequence[AccountLine], text: str) -> tuple[AccountLine, ...]:
    """Return the lines that fit every term of a filter.

    Terms stand between spaces: `health:red`, `arr>50k`, `renew<90d`, `seg:mid`, `silent>30d`,
    `tag:emea`, `owner:ana`; every other word is a part of the name, domain or industry. Case and
    accents are ignored. What is unknown fits no comparison.

    Raises:
        InputError: a term has a value that its key does not know.
    """
    tests = [_test(term) for term in text.split()]
    return tuple(line for line in lines if all(test(line) for test in tests))


def _test(term: str) -> Test:
    match = _TERM.fullmatch(term)
    if match is None or match["key"] not in _KEYS:
        word = fold(term)
        return lambda line: any(
            word in fold(part) for part in (line.name, line.domain, line.industry) if part
        )
    return _KEYS[match["key"]](match["sign"].rstrip("=") or ":", match["value"])


def _health(sign: str, value: str) -> Test:
    if sign in "<>":
        bound = _number(value, "health")
        return lambda line: line.score is not None and _compare(_decimal(line.score), sign, bound)
    names = [part.casefold() for part in value.split(",") if part]
    for name in names:
        if name not in _COLOURS:
            raise InputError(f"There is no health {name!r}.", f"One of {', '.join(_COLOURS)}.")
    return lambda line: (line.colour or "unknown") in names


def _segment(_sign: str, value: str) -> Test:
    names = [part.casefold() for part in value.split(",") if part]
    for name in names:
        if name not in _SEGMENTS:
            raise InputError(f"There is no segment {name!r}.", f"One of {', '.join(_SEGMENTS)}.")
    return lambda line: line.segment in names


def _arr(sign: str, value: str) -> Test:
    bound = _number(value, "arr")
    return lambda line: line.arr is not None and _compare(_decimal(line.arr), sign, bound)


def _renew(sign: str, value: str) -> Test:
    bound = _number(value.removesuffix("d"), "renew")
    return lambda line: (
        line.days_left is not None and _compare(Decimal(line.days_left), sign, bound)
    )


def _silent(sign: str, value: str) -> Test:
    bound = _number(value.removesuffix("d"), "silent")
    return lambda line: (
        line.silent_days is not None and _compare(Decimal(line.silent_days), sign, bound)
    )


def _tag(_sign: str, value: str) -> Test:
    word = fold(value)
    return lambda line: any(word in fold(tag) for tag in line.tags)


def _owner(_sign: str, value: str) -> Test:
    word = fold(value)
    return lambda line: line.owner is not None and word in fold(line.owner)


_KEYS: Final[dict[str, Callable[[str, str], Test]]] = {
    "health": _health,
    "arr": _arr,
    "renew": _renew,
    "seg": _segment,
    "segment": _segment,
    "silent": _silent,
    "tag": _tag,
    "owner": _owner,
}


def _number(text: str, key: str) -> Decimal:
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:].casefold(), 1)
    digits = text[:-1] if factor > 1 else text
    try:
        number = Decimal(digits)
    except InvalidOperation:
        raise InputError(f"{key} needs a number, not {text!r}.", "For example arr>50k.") from None
    if not number.is_finite():
        raise InputError(f"{key} needs a number, not {text!r}.", "For example arr>50k.")
    return number * factor


def _compare(value: Decimal, sign: str, bound: Decimal) -> bool:
    if sign.startswith("<"):
        return value < bound
    return value > bound if sign.startswith(">") else value == bound


def _decimal(amount: Exact) -> Decimal:
    if isinstance(amount, int):
        return Decimal(amount)
    return Decimal(amount.numerator) / Decimal(amount.denominator)


# --- orders ------------------------------------------------------------------------------

_LAST: Final = 10**9

ORDERS: Final[dict[str, Callable[[AccountLine], tuple[object, ...]]]] = {
    "name": lambda line: list_name(line.name),
    "arr": lambda line: (line.arr is None, -(line.arr or 0)),
    "health": lambda line: (line.score is None, line.score or 0),
    "renewal": lambda line: (_LAST if line.days_left is None else line.days_left,),
    "silence": lambda line: (line.silent_days is not None, -(line.silent_days or 0)),
    "agenda": lambda line: (_LAST if line.rank is None else line.rank,),
}
"""Ways to sort, each with what matters most first."""


def list_name(name: str) -> tuple[str, str]:
    """Return a name as a reader looks for it in a list: without accents and case, then with."""
    return fold(name), name


def ordered(
    lines: Sequence[AccountLine], by: str, *, reverse: bool = False
) -> tuple[AccountLine, ...]:
    """Return the lines in an order of `ORDERS`; equal ones by name, then id."""
    key = ORDERS[by]
    result = sorted(lines, key=lambda line: (*key(line), *list_name(line.name), line.id))
    return tuple(reversed(result)) if reverse else tuple(result)
