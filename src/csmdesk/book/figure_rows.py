"""What was measured: usage, health, surveys, rates."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from csmdesk.book.row import Row, expected
from csmdesk.book.values import Currency, Day, Flag, Id, Instant, Number, Score, Text, ZeroToTen
from csmdesk.domain.records import Colour, HealthSource, PulseValue


class Measurement(Row):
    """One value of one metric on one day."""

    account_id: Id
    metric: Id = Field(
        description="active_users, seats_purchased, seats_assigned, seats_active, or any other."
    )
    on: Day
    value: Number


class HealthComponent(Row):
    """One part of a health score."""

    name: Text
    weight: Number
    freshness: Number = Field(description="0 (ignored) to 1 (fresh).")
    value: Number | None = None


class HealthRecord(Row):
    """A health score of one day."""

    account_id: Id
    on: Day
    score: Score
    source: HealthSource
    higher_is_better: Flag = True
    components: tuple[HealthComponent, ...] = ()
    cause: Text | None = None


class Pulse(Row):
    """The CSM's own feeling about an account on a day."""

    account_id: Id
    on: Day
    value: PulseValue
    note: Text | None = None


class HealthOverride(Row):
    """A colour set by the CSM against the score, with a reason and an end."""

    account_id: Id
    color: Colour
    reason: Text
    set_on: Day
    expires_on: Day


class Survey(Row):
    """An answer to a survey: NPS 0-10 or CSAT 1-5."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"kind": {"const": "csat"}}, "required": ["kind"]},
            "then": {"properties": {"score": {"minimum": 1, "maximum": 5}}},
        }
    )

    id: Id
    account_id: Id
    contact_id: Id | None = None
    kind: Literal["nps", "csat"]
    score: ZeroToTen
    at: Instant
    comment: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.kind == "csat" and not 1 <= self.score <= 5:
            raise expected("a csat score from 1 to 5")
        return self


class Rate(Row):
    """1 unit of `currency` is `rate` units of the base currency from `on`."""

    currency: Currency
    on: Day
    rate: Number

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.rate <= Decimal(0):
            raise expected("a rate above 0")
        return self
