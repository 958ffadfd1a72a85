"""The parameters of the agenda: what is read, what is refused."""

from datetime import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.errors import ConfigError


def test_a_key_replaces_the_whole_default_and_leaves_the_others() -> None:
    config = AgendaConfig.from_settings(
        {
            "agenda.focus_share": 100,
            "agenda.workday_end": "16:30",
            "agenda.value_knots": [[0, 70], ["1000.5", 90], [Decimal("2000"), 90.5]],
            "agenda.role_cadence": {"technical": 60},
            "log.default_type": "call",
        }
    )
    assert config.focus_share == 100
    assert config.workday_end == time(16, 30)
    assert config.value_knots[1] == (Fraction(2001, 2), 90)
    assert config.value_knots[2] == (2000, Fraction(181, 2))
    assert dict(config.role_cadence) == {"technical": 60}
    assert config.weights == (100, 25, 10)


def test_the_book_stands_over_the_configuration() -> None:
    base = AgendaConfig().overridden({"focus_share": 10, "min_score": 20})
    config = AgendaConfig.from_settings({"agenda.focus_share": 50}, base)
    assert (config.focus_share, config.min_score) == (50, 20)
    assert AgendaConfig.from_settings({}, base) is base


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("value_knots", [[0, 70], [0, 80]]),
        ("value_knots", [[0, 70], [10, 60]]),
        ("value_knots", []),
        ("value_knots", [[0, 70, 1]]),
        ("value_knots", "70"),
        ("weights", [10, 25, 100]),
        ("weights", [100, 25]),
        ("weights", [100, 25, -1]),
        ("risk_factor", {"low": 90, "mid": 80, "high": 100}),
        ("risk_factor", {"low": 50, "mid": 80}),
        ("risk_factor", {"low": 50, "mid": 80, "high": 101}),
        ("cadence_segment", {"high": 40, "mid": 30, "low": 90}),
        ("cadence_segment", {"high": 0, "mid": 30, "low": 90}),
        ("cadence_color", {"red": 40, "yellow": 30, "green": 90}),
        ("renewal_window", {"high": 60, "mid": 90, "low": 60, "tech": 60}),
        ("renewal_window", {"high": 120, "mid": 90, "low": 30, "tech": 60}),
        ("segment_borders", [20_000, 5_000, 100_000]),
        ("workweek", []),
        ("workweek", ["monday"]),
        ("workday_start", "9"),
        ("workday_start", "24:00"),
        ("workday_start", "18:00"),
        ("focus_share", 101),
        ("focus_share", True),
        ("focus_share", "60"),
        ("focus_share", None),
        ("health_red_below", 80),
        ("usage_base", "many"),
        ("usage_base", float("nan")),
        ("role_cadence", {"chief": 30}),
        ("snooze_max_days", 0),
        ("stale_days", 36_501),
        ("ttv_target_days", 10**12),
    ],
)
def test_what_would_turn_the_order_upside_down_is_refused_by_name(key: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=rf"agenda\.{key}"):
        AgendaConfig().overridden({key: value})


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"agenda\.focus_shares is not a setting"):
        AgendaConfig.from_settings({"agenda.focus_shares": 100})
