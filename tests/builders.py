"""Books for tests: from plain documents to records, without the product's own reader."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from csmdesk.domain import records
from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.reduce import Ledger
from csmdesk.domain.money import Rates
from csmdesk.domain.workdays import Workdays

LISTS: dict[str, type] = {
    "users": records.User,
    "accounts": records.Account,
    "subscriptions": records.Subscription,
    "opportunities": records.Opportunity,
    "contacts": records.Contact,
    "touchpoints": records.Touchpoint,
    "meetings": records.Meeting,
    "tickets": records.Ticket,
    "measurements": records.Measurement,
    "health": records.HealthRecord,
    "health_overrides": records.HealthOverride,
    "surveys": records.Survey,
    "plans": records.Plan,
    "tasks": records.Task,
    "dispositions": records.Disposition,
    "planned_days": records.PlannedDay,
    "rates": records.Rate,
}
NATURAL_KEYS = {
    "measurements": ("account_id", "metric", "on"),
    "health": ("account_id", "source", "on"),
    "health_overrides": ("account_id", "set_on"),
    "planned_days": ("on", "account_id"),
    "rates": ("currency", "on"),
}


def record(kind: type, values: Mapping[str, Any]) -> Any:
    """Build a record from a JSON object."""
    hints = get_type_hints(kind)
    known = {item.name for item in fields(kind)}
    unknown = set(values) - known
    assert not unknown, f"{kind.__name__} has no {unknown}"
    return kind(**{key: _read(hints[key], value) for key, value in values.items()})


def _read(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        if value is None:
            return None
        return _read(next(part for part in get_args(hint) if part is not NoneType), value)
    if origin is tuple:
        return tuple(_read(get_args(hint)[0], item) for item in value)
    if hint is date:
        return date.fromisoformat(value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is Decimal:
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return record(hint, value)
    return value


def key_of(name: str, row: Any) -> tuple[Any, ...]:
    """Return what identifies a row of a list of the book."""
    return tuple(getattr(row, part) for part in NATURAL_KEYS.get(name, ("id",)))


class World:
    """A book in memory and how to look at it: the pure path from records to the agenda."""

    def __init__(self, book: Mapping[str, Any]) -> None:
        self.lists: dict[str, dict[tuple[Any, ...], Any]] = {name: {} for name in LISTS}
        self.base_currency = book.get("base_currency", "USD")
        self.zone = ZoneInfo(book.get("timezone", "UTC"))
        self.settings = dict(book.get("settings", {}))
        self.me: str | None = book.get("me")
        self.holidays: tuple[date, ...] = ()
        self.add(book)

    def add(self, book: Mapping[str, Any]) -> None:
        """Import: rows of the same key are replaced, others added, holidays replaced."""
        for name, kind in LISTS.items():
            for values in book.get(name, ()):
                self.put(name, record(kind, values))
        if "holidays" in book:
            self.holidays = tuple(date.fromisoformat(day) for day in book["holidays"])

    def put(self, name: str, row: Any) -> None:
        """Add or replace one row."""
        self.lists[name][key_of(name, row)] = row

    @property
    def ledger(self) -> Ledger:
        """The records as the agenda reads them."""
        return Ledger(
            base_currency=self.base_currency,
            me=self.me,
            holidays=self.holidays,
            **{name: tuple(rows.values()) for name, rows in self.lists.items()},
        )

    def moment(self, now: datetime) -> Moment:
        """Return an instant with the book's calendar, rates and parameters."""
        config = AgendaConfig.from_settings(self.settings)
        today = now.astimezone(self.zone).date()
        rates = Rates.on(today, self.base_currency, self.lists["rates"].values())
        return Moment(now, self.zone, Workdays(config.workweek, self.holidays), rates, config)
