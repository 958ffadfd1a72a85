"""What the admin of the demo's portal set up: custom properties and pipelines.

The labels are what a person would write; the connector finds the fields by guessing from them.
"""

from csmdesk.sandbox.names import ACTIVITY_KEYS
from csmdesk.sandbox.schema import (
    KEY_PROPERTY,
    Pipeline,
    Property,
    deal_stage,
    make_pipeline,
    make_property,
)

USAGE_METRICS = ("active_users", "seats_purchased", "seats_assigned", "seats_active")
"""The metrics the CRM is fed with; the property has the metric's name."""

RENEWAL_PIPELINE = "renewals"
RENEWAL_OPEN, RENEWAL_WON, RENEWAL_LOST = "renewal_open", "renewal_won", "renewal_lost"
SALES_PIPELINE = "expansion"

ACTIVITY_TYPES = {
    "meeting": "Meeting",
    "onsite": "On-site",
    "training": "Training",
    "qbr": "Quarterly business review",
    "ebr": "Executive business review",
    "call": "Call",
}
"""`hs_activity_type` of a meeting, by kind."""

_CURRENCIES = (
    *("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY", "SEK"),
    *("NOK", "DKK", "PLN", "BRL", "INR", "SGD", "MXN", "ZAR"),
)
_SEGMENTS = (
    ("high", "High touch"),
    ("mid", "Mid touch"),
    ("low", "Low touch"),
    ("tech", "Tech touch"),
)
_OUTCOMES = ("held", "advanced", "no_show", "left_message", "escalated", "blocked")


def custom_properties(
    currencies: tuple[str, ...], industries: tuple[str, ...]
) -> dict[str, list[Property]]:
    """The portal's own properties, by object type.

    Args:
        currencies: codes in use, added to the usual ones.
        industries: options of the `industry` property, as the admin made them.
    """
    codes = tuple((code, code) for code in dict.fromkeys((*_CURRENCIES, *currencies)))
    companies = [
        make_property(
            "customer_success_manager", "enumeration", "Customer Success Manager", owner=True
        ),
        make_property("customer_segment", "enumeration", "Customer segment", options=_SEGMENTS),
        make_property("arr", "number", "ARR"),
        make_property("contract_currency", "enumeration", "Contract currency", options=codes),
        make_property("renewal_date", "date", "Renewal date"),
        make_property("auto_renew", "bool", "Auto-renew"),
        make_property("notice_days", "number", "Notice period (days)"),
        make_property("notice_months", "number", "Notice period (months)"),
        make_property("term_months", "number", "Term (months)"),
        make_property("customer_since", "date", "Customer since"),
        make_property("csm_assigned_on", "date", "CSM assigned on"),
        make_property("health_score", "number", "Health score"),
        make_property("active_users", "number", "Active users"),
        make_property("seats_purchased", "number", "Seats purchased"),
        make_property("seats_assigned", "number", "Seats assigned"),
        make_property("seats_active", "number", "Seats active"),
    ]
    if industries:
        companies.append(
            make_property(
                "industry",
                "enumeration",
                "Industry",
                options=tuple((text, text) for text in industries),
                built_in=True,
                group="standard",
            )
        )
    deals = [
        make_property("contract_product", "string", "Product"),
        make_property("contract_start", "date", "Contract start"),
        make_property("contract_end", "date", "Contract end (last covered day)"),
        make_property("contract_term_months", "number", "Term (months)"),
        make_property("auto_renew", "bool", "Auto-renew"),
        make_property("notice_days", "number", "Notice period (days)"),
        make_property("notice_months", "number", "Notice period (months)"),
        make_property("evergreen", "bool", "Evergreen"),
        make_property(
            "contract_status",
            "enumeration",
            "Contract status",
            options=(("active", "Active"), ("ended", "Ended")),
        ),
        make_property("ended_on", "date", "Contract ended on"),
        make_property("contract_ramp", "string", "Ramp (JSON)", field_type="textarea"),
        make_property("contract_breaks", "string", "Breaks (JSON)", field_type="textarea"),
        make_property(
            "opportunity_kind",
            "enumeration",
            "Kind of opportunity",
            options=(("expansion", "Expansion"), ("renewal", "Renewal"), ("new", "New")),
        ),
    ]
    schema = {"companies": companies, "deals": deals}
    schema["tasks"] = [make_property("effort_minutes", "number", "Effort (minutes)")]
    for key in ACTIVITY_KEYS:
        schema.setdefault(key, []).append(
            make_property(
                KEY_PROPERTY,
                "string",
                "csmdesk key",
                unique=True,
                description="Set by csmdesk so that nothing is logged twice.",
            )
        )
        if key != "tasks":
            schema[key] += [
                make_property(
                    "touch_type",
                    "enumeration",
                    "Kind of touch",
                    options=tuple(
                        (one, one) for one in (*ACTIVITY_TYPES, "email", "slack", "note")
                    ),
                ),
                make_property(
                    "touch_outcome",
                    "enumeration",
                    "Outcome of the touch",
                    options=tuple((one, one) for one in _OUTCOMES),
                ),
                make_property("touch_sentiment", "number", "Mood of the conversation (-1 to 1)"),
                make_property("touch_two_way", "bool", "Customer took part"),
                make_property("touch_minutes", "number", "Minutes"),
            ]
    return schema


def stage_id(status: str, stage: str | None) -> str:
    """The id of a sales stage: by status, and by the stage's name if it has one."""
    return status if stage is None else f"{status}:{stage}"


def custom_pipelines(sales_stages: list[tuple[str, str | None]]) -> list[Pipeline]:
    """The renewal pipeline and the one for everything else that is sold.

    Args:
        sales_stages: pairs of status (open, won, lost) and stage name that the book uses.
    """
    renewals = make_pipeline(
        RENEWAL_PIPELINE,
        "Renewals",
        [
            (RENEWAL_OPEN, "Upcoming", deal_stage("0.8")),
            (RENEWAL_WON, "Renewed", deal_stage("1.0")),
            (RENEWAL_LOST, "Churned", deal_stage("0.0")),
        ],
        1,
    )
    named: dict[tuple[str, str | None], str] = {
        ("open", None): "Open",
        ("won", None): "Closed won",
        ("lost", None): "Closed lost",
    }
    for status, stage in sales_stages:
        if stage is not None:
            named[status, stage] = stage
    chance = {"open": "0.5", "won": "1.0", "lost": "0.0"}
    sales = make_pipeline(
        SALES_PIPELINE,
        "Expansion and new business",
        [
            (stage_id(status, stage), label, deal_stage(chance[status]))
            for (status, stage), label in named.items()
        ],
        2,
    )
    return [renewals, sales]
