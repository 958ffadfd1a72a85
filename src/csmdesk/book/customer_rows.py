"""Who is in a book: our people, customers, their contracts and their people."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from csmdesk.book.row import Row, expected
from csmdesk.book.values import (
    Count,
    Currency,
    Day,
    Flag,
    Id,
    Money,
    Months,
    Mood,
    OneToFive,
    Percent,
    Text,
)
from csmdesk.domain.records import CrmState, Forecast, Role, Segment


class User(Row):
    """A person on our side."""

    id: Id
    name: Text
    email: Text | None = None


_CRM_STATE = "Why the CRM no longer shows it; it is kept for what was written about it."


class Account(Row):
    """A customer."""

    id: Id
    name: Text
    domain: Text | None = Field(None, description="Web domain, for matching with a CRM.")
    industry: Text | None = None
    parent_id: Id | None = Field(None, description="The account this one is part of.")
    owner_id: Id | None = Field(None, description="The user whose account this is.")
    segment: Segment | None = Field(None, description="Touch model; absent, ARR decides.")
    assigned_on: Day | None = Field(None, description="When it came to its present owner.")
    start_on: Day | None = Field(None, description="When it became a customer.")
    currency: Currency | None = Field(None, description="Default currency of its amounts.")
    crm_url: Text | None = Field(None, description="The CRM's page of this account.")
    crm_state: CrmState | None = Field(None, description=_CRM_STATE)
    tags: tuple[Text, ...] = ()
    notes: Text | None = None


class RampStep(Row):
    """The yearly amount from a date on, in a contract whose price is agreed in steps."""

    from_on: Day
    arr: Money


class ContractBreak(Row):
    """An opt-out or price-review date inside a term; never a renewal."""

    on: Day
    kind: Text


class Subscription(Row):
    """A contract. `term_end` wins over `start_on` plus `term_months`."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {
                    "if": {"properties": {"status": {"const": "ended"}}, "required": ["status"]},
                    "then": {
                        "properties": {"ended_on": {"type": "string"}},
                        "required": ["ended_on"],
                    },
                },
                {
                    "if": {
                        "properties": {"notice_days": {"type": "integer"}},
                        "required": ["notice_days"],
                    },
                    "then": {"properties": {"notice_months": {"type": "null"}}},
                },
            ]
        }
    )

    id: Id
    account_id: Id
    product: Text | None = None
    arr: Money | None = Field(None, description="Yearly amount in major units; absent: unknown.")
    currency: Currency | None = Field(None, description="Absent: the account's, else the base.")
    start_on: Day
    term_months: Months | None = None
    term_end: Day | None = Field(None, description="The last covered day.")
    auto_renew: Flag
    notice_days: Count | None = Field(None, description="Calendar days; not with notice_months.")
    notice_months: Count | None = Field(None, description="Calendar months; not with notice_days.")
    notice_received_on: Day | None = Field(None, description="When the customer gave notice.")
    evergreen: Flag = Field(False, description="Rolls on without a renewal date.")
    forecast: Forecast | None = None
    likelihood: Percent | None = Field(None, description="Of renewal, in percent.")
    ramp: tuple[RampStep, ...] = ()
    status: Literal["active", "ended"]
    ended_on: Day | None = None
    breaks: tuple[ContractBreak, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.notice_days is not None and self.notice_months is not None:
            raise expected("notice_days or notice_months, not both")
        if self.status == "ended" and self.ended_on is None:
            raise expected("ended_on, because the status is ended")
        if self.arr is not None and self.arr < 0:
            raise expected("an arr of 0 or more")
        return self


class Opportunity(Row):
    """A possible sale to an account."""

    id: Id
    account_id: Id
    name: Text
    kind: Literal["expansion", "renewal", "new"]
    amount: Money | None = None
    currency: Currency | None = Field(None, description="Absent: the account's, else the base.")
    stage: Text | None = None
    close_on: Day | None = None
    status: Literal["open", "won", "lost"]


class Contact(Row):
    """A person on the customer's side."""

    id: Id
    account_id: Id
    name: Text
    title: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    roles: tuple[Role, ...] = ()
    primary_role: Role | None = None
    influence: OneToFive | None = None
    interest: OneToFive | None = None
    sentiment: Mood | None = Field(None, description="-2 (against) to 2 (for).")
    sentiment_on: Day | None = None
    status: Literal["active", "left", "unknown"] | None = Field(None, description="Absent: active.")
    left_on: Day | None = None
    reports_to_id: Id | None = Field(None, description="A contact.")
    counterpart_id: Id | None = Field(None, description="The user who cares for this person.")
    crm_state: CrmState | None = Field(None, description=_CRM_STATE)
