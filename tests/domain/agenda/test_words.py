"""What the agenda says in words: money without a rate, and ages that are long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.builders import World
from tests.domain.agenda.looking import ranked

from csmdesk.domain.agenda.signals import Signal
from csmdesk.domain.agenda.words import fact

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def contract(id_: str, currency: str | None, arr: str) -> dict[str, Any]:
    return {
        "id": id_,
        "account_id": "A",
        "arr": arr,
        "currency": currency,
        "start_on": "2025-06-01",
        "term_end": "2026-05-31",
        "auto_renew": False,
        "status": "active",
    }


def world(*subscriptions: dict[str, Any], **more: Any) -> World:
    return World(
        {
            "accounts": [{"id": "A", "name": "Albion", "currency": "GBP"}],
            "subscriptions": list(subscriptions),
            **more,
        }
    )


def test_money_without_a_rate_is_shown_in_its_own_currency_and_says_why() -> None:
    [item] = ranked(world(contract("S", None, "47000")), NOON).items
    assert item.arr is None
    assert item.money == "£47k"
    assert item.no_rate == "no rate for GBP"
    assert item.line.startswith("£47k (no rate for GBP), ")
    assert "unknown" not in item.line
    [data] = [signal for signal in item.one.visible if signal.type == "data"]
    assert item.fact(data) == "ARR in GBP, no rate"


def test_several_currencies_without_a_rate_are_told_one_by_one() -> None:
    [item] = ranked(world(contract("S", None, "47000"), contract("T", "EUR", "1200")), NOON).items
    assert item.money == "€1k + £47k"
    assert item.no_rate == "no rate for EUR, GBP"


def test_a_rate_makes_the_money_count() -> None:
    rates = [{"currency": "GBP", "on": "2026-03-01", "rate": "1.25"}]
    [item] = ranked(world(contract("S", None, "40000"), rates=rates), NOON).items
    assert item.arr == 50_000
    assert item.money == "≈$50k"
    assert item.no_rate == ""


def test_a_sum_that_leaves_a_currency_out_names_it() -> None:
    [item] = ranked(world(contract("S", "USD", "50000"), contract("T", "EUR", "1200")), NOON).items
    assert item.arr == 50_000
    assert item.no_rate == "no rate for EUR"


def notice(id_: str, end: str, days: int) -> dict[str, Any]:
    own = {"term_end": end, "auto_renew": True, "notice_days": days}
    return contract(id_, "USD", "10000") | own


@pytest.mark.parametrize(
    ("contracts", "said"),
    [
        (
            [notice("S", "2026-04-10", 10)],
            "notice until Tue 31 Mar (in 22 d), renews 10 Apr (32 d)",
        ),
        (
            [notice("S", "2026-04-30", 30), notice("T", "2026-04-10", 10)],
            "notice until Tue 31 Mar (in 22 d), renews 10 Apr (32 d) and 30 Apr (52 d),"
            " 2 contracts",
        ),
        (
            [notice("S", "2026-04-30", 30), notice("T", "2026-04-10", 10),
             notice("U", "2026-04-20", 20)],
            "notice until Tue 31 Mar (in 22 d), renews between 10 Apr and 30 Apr (32-52 d),"
            " 3 contracts",
        ),
        (
            [notice("S", "2026-04-28", 30), notice("T", "2026-04-08", 10)],
            "notice until Sun 29 Mar (in 20 d), act by Fri 27 Mar, renews 8 Apr (30 d)"
            " and 28 Apr (50 d), 2 contracts",
        ),
    ],
)  # fmt: skip
def test_one_renewal_of_several_contracts_names_every_end(
    contracts: list[dict[str, Any]], said: str
) -> None:
    [item] = ranked(world(*contracts), NOON).items
    [renewal] = [signal for signal in item.one.visible if signal.type == "renewal"]
    assert item.fact(renewal) == said


@pytest.mark.parametrize(
    ("hours", "said"), [(60, "60 h"), (336, "336 h"), (337, "14 d"), (6255, "260 d")]
)
def test_the_age_of_a_ticket_is_told_in_days_after_two_weeks(hours: int, said: str) -> None:
    opened = (NOON - timedelta(hours=hours)).date()
    signal = Signal(
        type="ticket",
        subject="K",
        episode="1",
        points=70,
        value=100,
        score=7000,
        stake=None,
        source="ticket:K",
        on=opened,
        detail=("Down", hours, "critical"),
    )
    assert f"critical ticket open {said}, since" in fact(signal, NOON.date())
