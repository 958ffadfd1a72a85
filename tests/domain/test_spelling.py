"""Records that are spelled out are the same records when they are read."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from csmdesk.domain.records import (
    Account,
    ContractBreak,
    HealthComponent,
    HealthRecord,
    Measurement,
    RampStep,
    Subscription,
    Touchpoint,
)
from csmdesk.domain.spelling import SpelledRecords, all_spelled, places, read, spelled

AT = datetime(2026, 3, 1, 9, 30, 0, 250_000, tzinfo=UTC)
RECORDS: tuple[Any, ...] = (
    Account(id="a", name="Åsa", start_on=date(2024, 2, 29), tags=("x", "y")),
    Touchpoint(
        id="t", account_id="a", type="call", at=AT, minutes=5, two_way=False, attendee_ids=("c",)
    ),
    Measurement(account_id="a", metric="users", on=AT.date(), value=Decimal("12.5")),
    Subscription(
        id="s",
        account_id="a",
        start_on=AT.date(),
        auto_renew=True,
        status="active",
        arr=Decimal(48000),
        ramp=(RampStep(from_on=AT.date(), arr=Decimal("1.5")),),
        breaks=(ContractBreak(on=AT.date(), kind="opt-out"),),
    ),
    HealthRecord(
        account_id="a",
        on=AT.date(),
        score=Decimal(71),
        source="crm",
        components=(HealthComponent(name="use", weight=Decimal(40), freshness=Decimal("0.5")),),
    ),
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_what_is_spelled_is_plain_and_reads_as_it_was(record: Any) -> None:
    name, values = spelled(record)
    assert name == type(record).__name__
    assert read(type(record), values) == record
    assert _plain(values)


def _plain(value: object) -> bool:
    if isinstance(value, tuple | list):
        return all(_plain(each) for each in value)
    return value is None or type(value) in (str, int)


def test_an_instant_is_spelled_in_utc_at_its_full_width() -> None:
    zone = timezone(timedelta(hours=2))
    touch = Touchpoint(id="t", account_id="a", type="call", at=AT.astimezone(zone))
    (place,) = places(Touchpoint, ("at",))
    assert spelled(touch)[1][place] == "2026-03-01T09:30:00.250000Z"
    with pytest.raises(ValueError, match="zone"):
        spelled(Touchpoint(id="t", account_id="a", type="call", at=AT.replace(tzinfo=None)))


def test_spelled_records_are_a_sequence_of_records() -> None:
    rows = [spelled(record) for record in RECORDS]
    records = SpelledRecords(rows, {type(record).__name__: type(record) for record in RECORDS})
    assert tuple(records) == RECORDS
    assert records[-1] == RECORDS[-1]
    assert records[1:3] == RECORDS[1:3]
    assert all_spelled(records) is rows
    assert list(all_spelled(RECORDS)) == rows
