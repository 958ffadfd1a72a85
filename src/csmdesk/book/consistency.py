"""What must hold between the rows of a book: unique ids, references, the clock.

These checks read the plain JSON values, so that they find what is wrong beside rows that are
themselves malformed: every problem of a file is told at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from pydantic import TypeAdapter, ValidationError

from csmdesk.book.contents import KEYS
from csmdesk.book.problems import Problem, Step
from csmdesk.book.values import Day, Instant

Json = Mapping[str, Any]
Known = Callable[[str, Set[str]], Set[str]]
"""Answers which ids of a kind exist outside the file: `known("accounts", {"A-1", "A-2"})`."""

Holders = Callable[[str, Set[str]], Mapping[str, str]]
"""Answers which top row outside the file holds each nested id it knows:
`holders("next_steps", {"N-1"})` is `{"N-1": "T-7"}`."""

Faults = Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]
"""Answers which settings of a book the configuration cannot take, and why."""

ID_KINDS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name, key in KEYS.items() if key == ("id",)},
    "next_steps": ("touchpoints", "next_steps"),
    "objectives": ("plans", "objectives"),
    "criteria": ("plans", "objectives", "criteria"),
    "milestones": ("plans", "objectives", "milestones"),
    "plan_tasks": ("plans", "objectives", "milestones", "tasks"),
}
"""Each kind of id and the list where it stands."""

_NATURAL = {name: key for name, key in KEYS.items() if key != ("id",)}

_PEOPLE = ("users", "contacts")
_HELD = {name: {"account_id": ("accounts",)} for name in KEYS if name not in {"rates", "users"}}
_REFERENCES: Mapping[tuple[str, ...], Mapping[str, tuple[str, ...]]] = {
    **{(name,): held for name, held in _HELD.items()},
    ("accounts",): {"parent_id": ("accounts",), "owner_id": ("users",)},
    ("contacts",): _HELD["contacts"]
    | {"reports_to_id": ("contacts",), "counterpart_id": ("users",)},
    ("touchpoints",): _HELD["touchpoints"]
    | {"attendee_ids": ("contacts",), "user_id": ("users",), "meeting_id": ("meetings",)},
    ("meetings",): _HELD["meetings"] | {"attendee_ids": ("contacts",)},
    ("surveys",): _HELD["surveys"] | {"contact_id": ("contacts",)},
    ("plans",): _HELD["plans"] | {"owner_us_id": ("users",), "owner_them_id": ("contacts",)},
    ("plans", "objectives", "milestones"): {"person_id": _PEOPLE},
    ("dispositions",): _HELD["dispositions"] | {"undoes": ("dispositions",)},
}
"""Which fields of which rows name what kinds of row."""

_day: TypeAdapter[date] = TypeAdapter(Day)
_instant: TypeAdapter[datetime] = TypeAdapter(Instant)


@dataclass(frozen=True, slots=True)
class BookClock:
    """The instant a book is judged at.

    Args:
        now: the instant.
        configured_zone: the user's own choice of zone, which wins over the book's.
        machine_zone: the zone if neither the user nor the book names one.
    """

    now: datetime
    configured_zone: tzinfo | None = None
    machine_zone: tzinfo = UTC

    def today(self, book_zone: tzinfo | None) -> date:
        """Return the local date of `now` in the zone that counts for this book."""
        return self.now.astimezone(self.configured_zone or book_zone or self.machine_zone).date()


def nothing_known(_kind: str, _ids: Set[str]) -> Set[str]:
    """A `Known` for a book that stands alone."""
    return frozenset()


def duplicates(book: Json) -> Iterator[Problem]:
    """Ids and natural keys that a file uses twice."""
    for kind, path in ID_KINDS.items():
        first: dict[str, tuple[Step, ...]] = {}
        for where, row in _rows(book, path):
            identity = row.get("id")
            if not isinstance(identity, str):
                continue
            if identity in first:
                yield Problem(
                    (*where, "id"),
                    identity,
                    f"an id that no other row of {kind} has; "
                    f"{Problem.path_text(first[identity])} has it too",
                )
            else:
                first[identity] = where
    for name, key in _NATURAL.items():
        seen: dict[tuple[str, ...], tuple[Step, ...]] = {}
        for where, row in _rows(book, (name,)):
            values = tuple(part for name in key if isinstance(part := row.get(name), str))
            if len(values) < len(key):
                continue
            if values in seen:
                yield Problem(
                    where,
                    ", ".join(values),
                    f"{' and '.join(key)} that no other row has; "
                    f"{Problem.path_text(seen[values])} has them too",
                )
            else:
                seen[values] = where


def faulty_settings(book: Json, faults: Faults) -> Iterator[Problem]:
    """Settings that would make the configuration unreadable."""
    settings = book.get("settings")
    if isinstance(settings, Mapping):
        for name, why in faults(settings):
            expected = f"what the configuration takes; {why.rstrip('.')}"
            yield Problem(("settings", name), settings[name], expected)


def no_faults(_settings: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """A `Faults` for where no configuration is at hand."""
    return ()


def taken_ids(book: Json, holders: Holders) -> Iterator[Problem]:
    """Ids of nested rows that belong to a top row which this file does not replace."""
    for kind, path in ID_KINDS.items():
        if len(path) == 1:
            continue
        found = {
            row["id"]: where for where, row in _rows(book, path) if isinstance(row.get("id"), str)
        }
        top = {row.get("id") for _, row in _rows(book, path[:1])}
        for identity, holder in holders(kind, found.keys()).items():
            if holder not in top:
                yield Problem(
                    (*found[identity], "id"),
                    identity,
                    f"an id that no other row of {kind} has; {holder!r} of the store has it",
                )


def nothing_held(_kind: str, _ids: Set[str]) -> Mapping[str, str]:
    """A `Holders` for a book that stands alone."""
    return {}


def missing_references(book: Json, known: Known) -> Iterator[Problem]:
    """References to rows that are neither in the file nor known elsewhere."""
    here: dict[str, set[str]] = {
        kind: {row["id"] for _, row in _rows(book, path) if isinstance(row.get("id"), str)}
        for kind, path in ID_KINDS.items()
    }
    wanted: list[tuple[tuple[Step, ...], Json, str, tuple[str, ...]]] = []
    for path, fields in _REFERENCES.items():
        for where, row in _rows(book, path):
            for field, kinds in fields.items():
                for step, target in _targets(row.get(field)):
                    if not any(target in here[kind] for kind in kinds):
                        wanted.append(((*where, field, *step), row, target, kinds))
    me = book.get("me")
    if isinstance(me, str) and me not in here["users"]:
        wanted.append((("me",), book, me, ("users",)))
    elsewhere: dict[str, Set[str]] = {}
    for kinds in {kinds for _, _, _, kinds in wanted}:
        for kind in kinds:
            asked = {target for _, _, target, some in wanted if kind in some}
            elsewhere[kind] = known(kind, asked)
    for where, row, target, kinds in wanted:
        if not any(target in elsewhere[kind] for kind in kinds):
            names = f"; {row['id']!r} names it" if isinstance(row.get("id"), str) else ""
            yield Problem(
                where, target, f"an id in {' or '.join(kinds)} of the file or the store{names}"
            )


def against_clock(book: Json, now: datetime, today: date) -> Iterator[Problem]:
    """Touches later than the clock, and contracts that ended against it."""
    latest = now.astimezone(UTC)
    for where, row in _rows(book, ("touchpoints",)):
        at = _read(_instant, row.get("at"))
        if at is not None and at > latest:
            yield Problem(
                (*where, "at"),
                row["at"],
                "a touch that is not later than the clock, "
                f"{latest.isoformat(timespec='seconds').replace('+00:00', 'Z')}",
            )
    for where, row in _rows(book, ("subscriptions",)):
        ended = _read(_day, row.get("ended_on"))
        if ended is None:
            continue
        if row.get("status") == "ended" and ended > today:
            yield Problem(
                (*where, "ended_on"),
                row["ended_on"],
                f"a day not after today, {today}, because the status is ended",
            )
        if row.get("status") == "active" and ended < today:
            yield Problem(
                (*where, "ended_on"),
                row["ended_on"],
                f"no day before today, {today}, because the status is active",
            )


def _rows(book: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[Step, ...], Json]]:
    """Every object at a path of nested lists, with where it stands; what is not one is passed."""
    level: list[tuple[tuple[Step, ...], Json]] = [((), book)]
    for name in path:
        level = [
            ((*where, name, index), row)
            for where, parent in level
            for index, row in enumerate(_list(parent.get(name)))
            if isinstance(row, Mapping)
        ]
    yield from level


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _targets(value: object) -> Iterator[tuple[tuple[Step, ...], str]]:
    if isinstance(value, str):
        yield (), value
    for index, one in enumerate(_list(value)):
        if isinstance(one, str):
            yield (index,), one


def _read(reader: TypeAdapter[Any], value: object) -> Any:
    try:
        return reader.validate_python(value)
    except ValidationError:
        return None
