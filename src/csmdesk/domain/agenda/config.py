"""The parameters of the agenda model with their defaults and what makes them valid (§7)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import time
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import get_args

from csmdesk.domain.agenda.curves import Knots
from csmdesk.domain.exact import Exact, exact
from csmdesk.domain.health import Scale
from csmdesk.domain.vocabulary import Role
from csmdesk.domain.workdays import WEEKDAYS
from csmdesk.errors import ConfigError

Table = Mapping[str, int]

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_ROLES = get_args(Role)
_CENTURY = 36_500
"""The longest span of days: more would leave the calendar, and never means no more than this."""


def _table(**values: int) -> Callable[[], Table]:
    return lambda: MappingProxyType(values)


@dataclass(frozen=True, slots=True)
class AgendaConfig:
    """Every parameter a user can set, as `agenda.<name>`; curves, efforts and musts are fixed.

    Days are calendar days, shares percent, money units of the base currency.
    """

    value_knots: Knots = (
        (0, 70),
        (5_000, 80),
        (20_000, 90),
        (100_000, 110),
        (500_000, 140),
        (2_000_000, 160),
    )
    """How much the money at stake weighs, in percent."""
    unknown_value: int = 90
    """The weight of an unknown stake, in percent."""
    weights: tuple[int, ...] = (100, 25, 10)
    """How much the best, second and third family count."""
    min_score: int = 10
    """Points below which an account is not listed."""
    segment_borders: tuple[Exact, ...] = (5_000, 20_000, 100_000)
    """ARR from which an account is low, mid, high touch, unless its segment is given."""
    risk_factor: Table = field(default_factory=_table(low=50, mid=80, high=100))
    """How much a renewal counts by risk, in percent."""
    renewal_window: Table = field(default_factory=_table(high=120, mid=90, low=60, tech=60))
    """Days before its clock from which a renewal is open."""
    cadence_segment: Table = field(default_factory=_table(high=14, mid=30, low=90))
    """Days between touches by segment; tech touch has none."""
    cadence_color: Table = field(default_factory=_table(red=7, yellow=30, green=90))
    """Days between touches by colour."""
    cadence_onboarding: int = 7
    """Days between touches while onboarding."""
    cadence_renewal: int = 14
    """Days between touches while a renewal is open, high and mid touch."""
    onboarding_days: int = 90
    """How long onboarding lasts."""
    ttv_target_days: int = 30
    """Days to first value where no plan says otherwise."""
    health_red_below: Exact = 50
    """Scores below are red."""
    health_green_from: Exact = 75
    """Scores from here on are green."""
    stale_days: int = 30
    """Age up to which a score or a feed counts."""
    drop_window: int = 30
    """Days over which a fall of the score is measured."""
    transition_window: int = 14
    """Days for which a worse colour is news."""
    usage_days: int = 60
    """Days over which a fall of usage is measured."""
    usage_base: Exact = 5
    """Active users below which a fall says nothing."""
    usage_tech_floor: Exact = 5_000
    """ARR above which falling usage of a tech-touch account is raised."""
    expansion_share: int = 15
    """Percent of ARR assumed as the stake of an expansion without an opportunity."""
    expansion_red_days: int = 180
    """Days after red for which expansion is held."""
    review_interval: int = 90
    """Days between business reviews."""
    role_cadence: Table = field(
        default_factory=_table(champion=30, exec_sponsor=90, economic_buyer=90)
    )
    """Days after which a person of that role is silent."""
    workday_start: time = time(9)
    """When the working day starts."""
    workday_end: time = time(17)
    """When it ends."""
    workweek: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    """The days worked."""
    focus_share: int = 60
    """Percent of the free time that is planned; the rest is mail and surprises."""
    today_max_items: int = 12
    """How many accounts a day's plan holds at most, musts aside."""
    rotation_slots: int = 1
    """How many starving accounts enter a day's plan."""
    starving_ratio: int = 200
    """Percent of the cadence from which an account starves."""
    rotation_gap: int = 10
    """Working days for which a planned account does not starve."""
    rotation_effort: int = 15
    """Minutes at most for an account in rotation."""
    snooze_max_days: int = 30
    """How far a snooze may reach."""
    dismiss_max_days: int = 90
    """How long a dismissal lasts."""
    wake_delta: int = 15
    """Points by which a hidden cause must grow to wake."""

    @property
    def scale(self) -> Scale:
        """How health scores are judged."""
        return Scale(
            self.health_red_below, self.health_green_from, self.stale_days, self.drop_window
        )

    def overridden(self, values: Mapping[str, object]) -> "AgendaConfig":
        """Return this configuration with some keys replaced whole.

        Args:
            values: by key, without the prefix `agenda.`; values as TOML or JSON gives them.

        Raises:
            ConfigError: a key is unknown, a value malformed, or the whole inconsistent.
        """
        if not values:
            return self
        known = {item.name for item in fields(self)}
        read: dict[str, object] = {}
        for key, value in values.items():
            if key not in known:
                raise ConfigError(f"agenda.{key} is not a setting.", "See: csmdesk config show.")
            read[key] = _READERS[key](key, value)
        config: AgendaConfig = replace(self, **read)  # type: ignore[arg-type] # read by field
        _check(config)
        return config

    @classmethod
    def from_settings(
        cls, settings: Mapping[str, object], base: "AgendaConfig | None" = None
    ) -> "AgendaConfig":
        """Return the configuration with a book's own settings, whose keys begin with `agenda.`.

        Other keys are left alone.

        Raises:
            ConfigError: as `overridden`.
        """
        start = "agenda."
        return (base or cls()).overridden(
            {key[len(start) :]: value for key, value in settings.items() if key.startswith(start)}
        )


def _fail(key: str, wanted: str) -> ConfigError:
    return ConfigError(f"agenda.{key} must be {wanted}.")


def _whole(low: int = 0, high: int | None = None) -> Callable[[str, object], int]:
    wanted = f"a whole number from {low}" + (f" to {high}" if high is not None else " on")

    def read(key: str, value: object) -> int:
        if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise _fail(key, wanted)
        if value < low or (high is not None and value > high):
            raise _fail(key, wanted)
        return value

    return read


def _number(key: str, value: object) -> Exact:
    if isinstance(value, float):  # JSON or TOML read without decimals: as it was written
        value = Decimal(repr(value))
    if isinstance(value, int | Decimal | str) and not isinstance(value, bool):
        try:
            return exact(value)
        except ValueError:
            pass
    raise _fail(key, "a number")


def _positive(key: str, value: object) -> Exact:
    number = _number(key, value)
    if number < 0:
        raise _fail(key, "a number from 0 on")
    return number


def _list(key: str, value: object) -> list[object] | tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise _fail(key, "a list")
    return value


def _knots(key: str, value: object) -> Knots:
    points: list[tuple[Exact, Exact]] = []
    for point in _list(key, value):
        pair = _list(key, point)
        if len(pair) != 2:
            raise _fail(key, "a list of pairs [money, percent]")
        points.append((_number(key, pair[0]), _positive(key, pair[1])))
    if not points:
        raise _fail(key, "a list of at least one pair [money, percent]")
    return tuple(points)


def _numbers(key: str, value: object) -> tuple[Exact, ...]:
    return tuple(_positive(key, item) for item in _list(key, value))


def _wholes(key: str, value: object) -> tuple[int, ...]:
    return tuple(_whole()(key, item) for item in _list(key, value))


def _by_name(
    names: tuple[str, ...], low: int, high: int | None = None, *, some: bool = False
) -> Callable[[str, object], Table]:
    def read(key: str, value: object) -> Table:
        if not isinstance(value, Mapping):
            raise _fail(key, f"a table with {', '.join(names)}")
        unknown = [name for name in value if name not in names]
        if unknown or (not some and len(value) != len(names)):
            raise _fail(key, f"a table with {', '.join(names)} and nothing else")
        one = _whole(low, high)
        return MappingProxyType({name: one(f"{key}.{name}", value[name]) for name in value})

    return read


def _time(key: str, value: object) -> time:
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise _fail(key, 'a time such as "09:00"')
    return time.fromisoformat(value)


def _week(key: str, value: object) -> tuple[str, ...]:
    days = _list(key, value)
    if not days or any(day not in WEEKDAYS for day in days):
        raise _fail(key, f"a list of at least one of {', '.join(WEEKDAYS)}")
    return tuple(str(day) for day in days)


_READERS: dict[str, Callable[[str, object], object]] = {
    "value_knots": _knots,
    "unknown_value": _whole(),
    "weights": _wholes,
    "min_score": _whole(),
    "segment_borders": _numbers,
    "risk_factor": _by_name(("low", "mid", "high"), 0, 100),
    "renewal_window": _by_name(("high", "mid", "low", "tech"), 0),
    "cadence_segment": _by_name(("high", "mid", "low"), 1),
    "cadence_color": _by_name(("red", "yellow", "green"), 1),
    "cadence_onboarding": _whole(1),
    "cadence_renewal": _whole(1),
    "onboarding_days": _whole(0, _CENTURY),
    "ttv_target_days": _whole(0, _CENTURY),
    "health_red_below": _positive,
    "health_green_from": _positive,
    "stale_days": _whole(0, _CENTURY),
    "drop_window": _whole(1, _CENTURY),
    "transition_window": _whole(0, _CENTURY),
    "usage_days": _whole(7, _CENTURY),
    "usage_base": _positive,
    "usage_tech_floor": _positive,
    "expansion_share": _whole(),
    "expansion_red_days": _whole(0, _CENTURY),
    "review_interval": _whole(1, _CENTURY),
    "role_cadence": _by_name(_ROLES, 1, some=True),
    "workday_start": _time,
    "workday_end": _time,
    "workweek": _week,
    "focus_share": _whole(0, 100),
    "today_max_items": _whole(),
    "rotation_slots": _whole(),
    "starving_ratio": _whole(100),
    "rotation_gap": _whole(),
    "rotation_effort": _whole(),
    "snooze_max_days": _whole(1, _CENTURY),
    "dismiss_max_days": _whole(1, _CENTURY),
    "wake_delta": _whole(1),
}


def _rising(values: list[Exact], *, strictly: bool = False) -> bool:
    return all(one < two if strictly else one <= two for one, two in pairwise(values))


def _check(config: AgendaConfig) -> None:
    """Refuse tables under which more money, less time or worse health could lower a score."""
    xs, ys = [x for x, _ in config.value_knots], [y for _, y in config.value_knots]
    if not _rising(xs, strictly=True):
        raise _fail("value_knots", "given with strictly rising money")
    if not _rising(ys):
        raise _fail("value_knots", "given with percents that never fall")
    if len(config.weights) != 3 or not _rising([-weight for weight in config.weights]):
        raise _fail("weights", "three numbers that never rise")
    if len(config.segment_borders) != 3 or not _rising(list(config.segment_borders)):
        raise _fail("segment_borders", "three amounts that never fall")
    for key, table, names in (
        ("risk_factor", config.risk_factor, ("low", "mid", "high")),
        ("cadence_segment", config.cadence_segment, ("high", "mid", "low")),
        ("cadence_color", config.cadence_color, ("red", "yellow", "green")),
        ("renewal_window", config.renewal_window, ("tech", "low", "mid", "high")),
    ):
        if not _rising([table[name] for name in names]):
            raise _fail(key, f"such that {' <= '.join(names)}")
    if config.health_red_below > config.health_green_from:
        raise _fail("health_red_below", "at most agenda.health_green_from")
    if config.workday_start > config.workday_end:
        raise _fail("workday_start", "not after agenda.workday_end")
